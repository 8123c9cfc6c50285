"""Kinds of instrument, and which of them may bind two parties of one and the same country."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext_lazy as _

KINDS: Final = {
    "treaty": (_("Bilateral treaty"), _("Between two states, in force after ratification.")),
    "convention": (_("Convention"), _("Between many states, for instance a United Nations convention.")),
    "police_arrangement": (_("Police arrangement"), _("Between police authorities, on exchanging information.")),
    "domestic_protocol": (
        _("Domestic protocol"),
        _("Between organisations of one country, for instance on referring victims."),
    ),
    "statute": (_("Statute"), _("A law of one country that allows or demands the transfer.")),
    "jit_agreement": (_("Joint investigation team agreement"), _("Between the members of one joint team.")),
    "reciprocity_pledge": (
        _("Written pledge of reciprocity"),
        _("Where no treaty exists, a promise to do the same in a similar case."),
    ),
    "facilitation_memorandum": (
        _("Facilitation memorandum"),
        _("Lets an international organisation introduce parties; it carries no case data."),
    ),
}

SHORT_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,59}")
"""How instruments and agreements are named in letters and decisions."""

WITHIN_ONE_COUNTRY: Final = frozenset({"domestic_protocol", "statute"})
AUTHORITIES: Final = frozenset({"police", "prosecutor", "ncb", "ministry"})
"""Kinds of party that a country binds when it is named; anyone else is party only when named itself."""
