"""A whole file of persons linked: which records are one person's, as far as the file says.

    from clew.matching.bulk import link
    found = link(Path("persons.csv"))
    found.clusters.of, found.rules

What it finds is a proposal: nothing is merged without a human.
"""

from __future__ import annotations

from clew.matching.bulk.kept import WrongFolder as WrongFolder
from clew.matching.bulk.linking import Linked as Linked
from clew.matching.bulk.linking import link as link
from clew.matching.bulk.persons import BadFile as BadFile
from clew.matching.bulk.persons import Persons as Persons
