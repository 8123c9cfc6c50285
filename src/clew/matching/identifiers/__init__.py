"""Identifiers in one form: telephone, bank account, passport, identity card, number plate, wallet, messenger handle.

    from clew.matching.identifiers import normalise
    normalise("phone", "0888 123 456", country="BG").value      # '+359888123456'

Two identifiers are the same where kind, normaliser version and value are. A value that fails its check digit is kept,
and said to fail: it may be a slip in the file, and then it equals nothing by accident.
"""

from __future__ import annotations

from clew.matching.identifiers.forms import KINDS as KINDS
from clew.matching.identifiers.forms import VERSION as VERSION
from clew.matching.identifiers.forms import Normalised as Normalised
from clew.matching.identifiers.forms import UnknownKind as UnknownKind
from clew.matching.identifiers.forms import normalise as normalise
