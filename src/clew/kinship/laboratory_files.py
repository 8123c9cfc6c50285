"""Files of a laboratory: tables of markers as GeneMapper writes them, and CODIS CMF 3.2.

Each sample carries the number of its donor's consent and the reference of its family or found child; without them it is
a fault. Of a CODIS file only specimens of relatives and of missing or unidentified persons are read: every other
category, those of offenders, arrestees, suspects and traces first of all, is refused by its name. Nothing here judges a
locus; `samples.read_sample` does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

SAMPLE, MARKER = "sample name", "marker"
ABOUT: Final = ("consent", "reference", "person", "kit")
"""Columns that speak of the sample; each may stand in its first row alone."""

FAMILY_CATEGORIES: Final = frozenset(
    {
        "biological mother", "biological father", "biological child", "biological sibling", "maternal relative",
        "paternal relative", "relative", "spouse", "missing person", "unidentified person",
    }
)  # fmt: skip
"""Specimen categories of CODIS that are read; what is not here is refused.

Names of elements and categories are those of CMF 3.2 files that public tools write; the specification was not read.
"""

CONSENT: Final = re.compile(r"[0-9]{1,15}")

NAMESPACE: Final = "{urn:CODISImportFile-schema}"


@dataclass(frozen=True, slots=True)
class FileFault:
    """What is wrong in a file: a code that a reader has words for, where, and the text as it was given."""

    row: int
    sample: str
    code: str
    text: str = ""


@dataclass(slots=True)
class FileSample:
    """A sample as a file has it. `row`: where it begins; `genotypes`: texts by locus, as `samples` takes them."""

    row: int
    sample: str
    about: dict[str, str] = field(default_factory=dict)
    genotypes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LaboratoryFile:
    """All samples of a file, and all that is wrong with it."""

    samples: tuple[FileSample, ...]
    faults: tuple[FileFault, ...]


def read_marker_table(rows: Iterable[Sequence[str]]) -> LaboratoryFile:
    """A table with the columns Sample Name, Marker, Allele 1, Allele 2, Consent, Reference; Person and Kit may be
    there."""
    listed = [[str(cell or "").strip() for cell in row] for row in rows]
    header = [each.lower() for each in listed[0]] if listed else []
    without = [each for each in (SAMPLE, MARKER, "allele 1", "allele 2", "consent", "reference") if each not in header]
    if without:
        return LaboratoryFile((), (FileFault(1, "", "column", without[0]),))
    alleles = [place for place, each in enumerate(header) if each.startswith("allele ")]
    found: dict[str, FileSample] = {}
    faults: list[FileFault] = []
    for number, cells in enumerate(listed[1:], 2):
        if not any(cells):
            continue
        row = [*cells, *[""] * (len(header) - len(cells))]
        name, locus = row[header.index(SAMPLE)], row[header.index(MARKER)]
        if not name or not locus:
            faults.append(FileFault(number, name, "void"))
            continue
        sample = found.setdefault(name, FileSample(number, name))
        if locus in sample.genotypes:
            faults.append(FileFault(number, name, "twice", locus))
        sample.genotypes[locus] = "/".join(row[place] for place in alleles if row[place])
        said: dict[str, str] = {each: row[header.index(each)] for each in ABOUT if each in header}
        faults += _said(sample, said, number)
    return LaboratoryFile(tuple(found.values()), (*faults, *lacking(found)))


def read_codis(content: bytes) -> LaboratoryFile:
    """A CODIS CMF 3.2 file. The consent, the reference and who it is stand in SPECIMENCOMMENT: `CONSENT 12 REFERENCE
    FAM-1 PERSON F`."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return LaboratoryFile((), (FileFault(1, "", "xml"),))
    if root.tag.removeprefix(NAMESPACE) != "CODISImportFile":
        return LaboratoryFile((), (FileFault(1, "", "xml"),))
    found: dict[str, FileSample] = {}
    faults: list[FileFault] = []
    for number, specimen in enumerate(root.iter(f"{NAMESPACE}SPECIMEN"), 1):
        name = (specimen.findtext(f"{NAMESPACE}SPECIMENID") or "").strip()
        category = (specimen.findtext(f"{NAMESPACE}SPECIMENCATEGORY") or "").strip()
        if category.lower() not in FAMILY_CATEGORIES:
            faults.append(FileFault(number, name, "category", category))
            continue
        if not name or name in found:
            faults.append(FileFault(number, name, "sample"))
            continue
        sample = found[name] = FileSample(number, name)
        words = (specimen.findtext(f"{NAMESPACE}SPECIMENCOMMENT") or "").split()
        said = {key.lower(): value for key, value in zip(words[::2], words[1::2], strict=False)}
        sample.about = {each: said.get(each, "") for each in ABOUT}
        for locus in specimen.iter(f"{NAMESPACE}LOCUS"):
            marker = (locus.findtext(f"{NAMESPACE}LOCUSNAME") or "").strip()
            seen = [(each.text or "").strip() for each in locus.iter(f"{NAMESPACE}ALLELEVALUE")]
            if marker in sample.genotypes:
                faults.append(FileFault(number, name, "twice", marker))
            sample.genotypes[marker] = "/".join(seen)
    return LaboratoryFile(tuple(found.values()), (*faults, *lacking(found)))


def _said(sample: FileSample, said: Mapping[str, str], row: int) -> list[FileFault]:
    """Take in what a row says of its sample; a second word that differs is a fault."""
    faults = []
    for name, text in said.items():
        if text and sample.about.setdefault(name, text) != text:
            faults.append(FileFault(row, sample.sample, "differs", f"{sample.about[name]}, {text}"))
    return faults


def lacking(found: Mapping[str, FileSample]) -> list[FileFault]:
    """The samples of which no consent or no reference is said."""
    faults = []
    for each in found.values():
        if not CONSENT.fullmatch(each.about.get("consent", "")):
            faults.append(FileFault(each.row, each.sample, "consent", each.about.get("consent", "")))
        if not each.about.get("reference"):
            faults.append(FileFault(each.row, each.sample, "reference"))
    return faults
