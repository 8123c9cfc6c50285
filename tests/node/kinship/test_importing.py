"""A laboratory's file comes in whole or not at all; every fault has its row, and what is criminal is refused."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from clew.kinship.laboratory_files import LaboratoryFile, read_codis
from clew.node.accounts.actions import Refused
from clew.node.accounts.models import Officer
from clew.node.kinship import actions
from clew.node.kinship.actions import Imported
from clew.node.kinship.models import Profile
from clew.node.kinship.views.importing import read_file
from tests.node.kinship.conftest import Store, from_today, genotypes

pytestmark = pytest.mark.django_db
FAM = Path(__file__).parents[2] / "kinship" / "data" / "fictional.fam"
HEADER = "Sample Name,Marker,Allele 1,Allele 2,Consent,Reference,Person"


def table(*samples: tuple[str, Mapping[str, str], object, str, str]) -> bytes:
    """A file of (sample, genotypes, consent, reference, person)."""
    lines = [HEADER]
    for name, typed, consent, reference, person in samples:
        lines += [
            f"{name},{locus},{text.replace('/', ',')},{consent},{reference},{person}" for locus, text in typed.items()
        ]
    return "\n".join(lines).encode()


def cmf(category: str, typed: Mapping[str, str], comment: str) -> bytes:
    loci = "".join(
        f"<LOCUS><LOCUSNAME>{locus}</LOCUSNAME>"
        + "".join(f"<ALLELE><ALLELEVALUE>{each}</ALLELEVALUE></ALLELE>" for each in text.split("/"))
        + "</LOCUS>"
        for locus, text in typed.items()
    )
    return (
        '<CODISImportFile xmlns="urn:CODISImportFile-schema"><HEADERVERSION>3.2</HEADERVERSION>'
        f"<SPECIMEN><SPECIMENID>SP-1</SPECIMENID><SPECIMENCATEGORY>{category}</SPECIMENCATEGORY>"
        f"<SPECIMENCOMMENT>{comment}</SPECIMENCOMMENT>{loci}</SPECIMEN></CODISImportFile>"
    ).encode()


def taken_in(store: Store, file: LaboratoryFile, dry_run: bool = False) -> Imported:
    return actions.import_profiles(
        actor=store.geneticist, compartment_id=store.unit.pk, laboratory_id=store.laboratory.pk, taken=from_today(-1),
        file=file, dry_run=dry_run,
    )  # fmt: skip


def codes(found: Imported) -> list[tuple[int, str]]:
    return [(each.row, each.problem.field) for each in found.faults]


def test_a_whole_file_is_tried_and_then_kept(store: Store) -> None:
    store.family()
    store.child()
    content = table(
        ("S-1", genotypes(1)["F"], store.consent().pk, "FAM-1", "F"),
        ("S-2", genotypes(1)["MP"], store.consent().pk, "CH-1", ""),
    )
    tried = taken_in(store, read_file("a.csv", content), dry_run=True)
    assert (tried.samples, tried.faults, tried.kept) == (2, (), 0)
    assert not Profile.objects.exists()
    assert taken_in(store, read_file("a.csv", content)).kept == 2
    assert {each.sample for each in Profile.objects.all()} == {"S-1", "S-2"}


def test_one_fault_anywhere_keeps_nothing_and_every_fault_is_named(store: Store) -> None:
    store.family()
    consent = store.consent().pk
    content = table(
        ("S-1", genotypes(1)["F"], consent, "FAM-1", "F"),
        ("S-2", {**genotypes(1)["M"], "TH01": "6/7/8", "DYS391": "10/11"}, store.consent().pk, "FAM-1", "M"),
        ("S-3", genotypes(1)["M"], "", "FAM-1", "M"),
        ("S-4", genotypes(1)["M"], store.consent().pk, "FAM-9", "M"),
        ("S-5", genotypes(1)["M"], consent, "FAM-1", "M"),
    ).replace(b"TH01,6,7,8", b"TH01,6,7")
    found = taken_in(store, read_file("a.csv", content))
    assert found.kept == 0
    assert not Profile.objects.exists()
    by_sample = {each.sample: each.problem.field for each in found.faults}
    assert by_sample == {"S-2": "genotypes", "S-3": "consent", "S-4": "reference", "S-5": "consent"}


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_and_a_workbook_say_the_same(store: Store, separator: str) -> None:
    plain = table(("S-1", genotypes(1)["F"], 7, "FAM-1", "F"))
    other = read_file("a.csv", plain.replace(b",", separator.encode()))
    book = Workbook()
    for line in plain.decode().split("\n"):
        book.active.append(line.split(","))  # type: ignore[union-attr]
    packed = io.BytesIO()
    book.save(packed)
    assert read_file("a.csv", plain) == other == read_file("a.xlsx", packed.getvalue())


@pytest.mark.parametrize(
    "category", ["Convicted Offender", "Arrestee", "Suspect, Known", "Forensic Unknown", "Detainee", "", "Something"]
)
def test_criminal_and_unknown_categories_are_refused_by_name(store: Store, category: str) -> None:
    store.child()
    comment = f"CONSENT {store.consent().pk} REFERENCE CH-1"
    found = taken_in(store, read_codis(cmf(category, genotypes(1)["MP"], comment)))
    assert codes(found) == [(1, "category")]
    assert f"“{category}”" in found.faults[0].problem.problem
    assert not Profile.objects.exists()


def test_a_missing_person_of_a_codis_file_comes_in_with_its_consent(store: Store) -> None:
    store.child()
    comment = f"CONSENT {store.consent().pk} REFERENCE CH-1"
    assert taken_in(store, read_codis(cmf("Unidentified Person", genotypes(1)["MP"], comment))).kept == 1
    without = taken_in(store, read_codis(cmf("Unidentified Person", genotypes(1)["MP"], "")))
    assert codes(without) == [(1, "consent"), (1, "reference")]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xml", b"<x", "xml"),
        ("a.xml", b"<other/>", "xml"),
        ("a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml"),
        ("a.csv", b"Sample Name,Marker\nS-1,TH01", "column"),
        ("a.csv", b"", "column"),
        ("a.csv", b"\xff\xfe\x00", "column"),
        ("a.xlsx", b"PKnothing", "column"),
        ("a.csv", f"{HEADER}\n,TH01,6,7,1,FAM-1,F".encode(), "void"),
        ("a.csv", f"{HEADER}\nS-1,TH01,6,7,1,FAM-1,F\nS-1,TH01,6,7,1,FAM-1,F".encode(), "twice"),
        ("a.csv", f"{HEADER}\nS-1,TH01,6,7,1,FAM-1,F\nS-1,vWA,6,7,2,FAM-1,F".encode(), "differs"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_reason(store: Store, name: str, content: bytes, code: str) -> None:
    found = taken_in(store, read_file(name, content))
    assert code in {each.problem.field for each in found.faults}
    assert found.kept == 0


def test_another_unit_brings_nothing_in(store: Store, officer_factory: Callable[..., Officer]) -> None:
    with pytest.raises(Refused):
        actions.import_profiles(
            actor=officer_factory(roles=["geneticist"]), compartment_id=store.unit.pk,
            laboratory_id=store.laboratory.pk, taken=from_today(-1), file=LaboratoryFile((), ()), dry_run=True,
        )  # fmt: skip


def test_the_page_shows_every_fault_and_keeps_a_good_file(
    store: Store, signed_in_client: Callable[[Officer], Client]
) -> None:
    client, day = signed_in_client(store.geneticist), from_today(-1)
    store.child()

    def sent(content: bytes, keep: str) -> Any:
        said = {
            "compartment": store.unit.pk, "laboratory": store.laboratory.pk, "taken_day": day.day,
            "taken_month": day.month, "taken_year": day.year, "keep": keep,
            "file": SimpleUploadedFile("a.csv", content),
        }  # fmt: skip
        return client.post("/kinship/import/", said)

    good = table(("S-1", genotypes(1)["MP"], store.consent().pk, "CH-1", ""))
    bad = sent(good.replace(b"CH-1", b"CH-9"), "keep")
    assert bad.status_code == 422
    assert "“CH-9” is no family and no found child." in bad.content.decode()
    assert "Nothing is wrong" in sent(good, "try").content.decode()
    assert not Profile.objects.exists()
    assert sent(good, "keep").status_code == 302
    assert Profile.objects.get().sample == "S-1"


def test_a_familias_file_comes_in_with_the_consents_written_beside_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clew.kinship.samples.FEWEST_LOCI", 1)
    store.child()
    content = FAM.read_bytes().replace(b'"Father"', b'"AF"')
    line = f"V1 CONSENT {store.consent().pk} REFERENCE CH-1"
    found = taken_in(store, read_file("a.fam", content, line))
    assert {(each.sample, each.problem.field) for each in found.faults} == {
        ("AF", "consent"), ("AF", "reference"), ("Child", "consent"), ("Child", "reference"),
    }  # fmt: skip
    assert not Profile.objects.exists()
    only = read_file("a.fam", content, line)
    mine = LaboratoryFile(only.samples[2:], ())
    assert taken_in(store, mine).kept == 1
    assert Profile.objects.get().sample == "V1"


def test_the_page_takes_the_lines_that_say_what_a_familias_file_holds(
    store: Store, signed_in_client: Callable[[Officer], Client]
) -> None:
    day = from_today(-1)
    said = {
        "compartment": store.unit.pk, "laboratory": store.laboratory.pk, "keep": "try", "about": "Nobody CONSENT 1",
        "taken_day": day.day, "taken_month": day.month, "taken_year": day.year,
        "file": SimpleUploadedFile("a.fam", FAM.read_bytes()),
    }  # fmt: skip
    answer = signed_in_client(store.geneticist).post("/kinship/import/", said)
    text = answer.content.decode()
    assert "“Nobody CONSENT 1” does not say what a sample is." in text
    assert not Profile.objects.exists()
