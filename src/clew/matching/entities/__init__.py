"""Are two entities one? Persons, companies, agencies, premises, phones, accounts, documents, vehicles, online accounts.

    from clew.matching.entities import Entity, compare, count
    found = compare(a, b, frequencies=count([a, b, *others]))
    found.probability, found.proposal, found.reasons, found.changes

A proposal is `same`, `unsure` or `different`. It is a proposal: nothing is merged without a human.
"""

from __future__ import annotations

from clew.matching.entities.blocking import Key as Key
from clew.matching.entities.blocking import keys_of as keys_of
from clew.matching.entities.comparing import Evidence as Evidence
from clew.matching.entities.comparing import Likeness as Likeness
from clew.matching.entities.comparing import compare as compare
from clew.matching.entities.comparing import probability as probability
from clew.matching.entities.entity import Entity as Entity
from clew.matching.entities.frequencies import Frequencies as Frequencies
from clew.matching.entities.frequencies import count as count
from clew.matching.entities.table import Comparing as Comparing
from clew.matching.entities.table import Level as Level
from clew.matching.entities.table import Table as Table
from clew.matching.entities.table import family_of as family_of
from clew.matching.entities.table import shipped_table as shipped_table
