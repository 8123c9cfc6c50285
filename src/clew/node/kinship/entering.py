"""What people type into the forms: a pedigree line by line, and a sample's loci as laboratories print them."""

from __future__ import annotations

import re
from typing import Any, Final

from django.utils.translation import gettext as _

from clew.node.types import BadInput

SEXES: Final = {"m": 1, "male": 1, "1": 1, "f": 2, "female": 2, "2": 2, "?": 0, "unknown": 0, "0": 0}
NOBODY: Final = frozenset({"-", "0", ""})


def read_pedigree(text: str) -> list[dict[str, Any]]:
    """Persons from lines `code sex father mother`, as `pedigree_files` takes them. Raises `BadInput` with the line."""
    persons: list[dict[str, Any]] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = re.split(r"[\s,;]+", line.strip())
        if words == [""]:
            continue
        if not 2 <= len(words) <= 5 or words[1].lower() not in SEXES:
            problem = _("Line %(number)d cannot be read.") % {"number": number}
            cure = _("Write a code, m, f or ?, then father and mother or -: “MP ? F M”.")
            raise BadInput("pedigree", problem, cure)
        code, sex, father, mother, more = [*words, "-", "-", "-"][:5]
        one = {"id": code, "sex": SEXES[sex.lower()]}
        one |= {name: who for name, who in (("fid", father), ("mid", mother)) if who not in NOBODY}
        persons.append(one | ({"deceased": True} if more == "+" else {}))
    return persons


def read_genotypes(text: str) -> dict[str, str]:
    """Texts by locus from lines `locus allele/allele`, or `locus, allele, allele`. Raises `BadInput` with the line."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        cells = [each.strip() for each in re.split(r"[\t;,]", line.strip())]
        if len(cells) == 1:
            locus, _space, alleles = line.strip().rpartition(" ")
        else:
            locus, alleles = cells[0], "/".join(each for each in cells[1:] if each)
        if not locus.strip():
            problem = _("Line %(number)d cannot be read.") % {"number": number}
            raise BadInput("genotypes", problem, _("Write the locus, a space, and two alleles: “TH01 6/9.3”."))
        if locus.strip() in found:
            problem = _("%(locus)s stands there twice.") % {"locus": locus.strip()}
            raise BadInput("genotypes", problem, _("Keep one line for each locus."))
        found[locus.strip()] = alleles
    return found
