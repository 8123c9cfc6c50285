"""A Familias file knows no consents: what its samples are stands in lines beside it, and every sample needs one."""

from __future__ import annotations

from pathlib import Path

import pytest

from clew.kinship.fam_samples import read_fam_samples

FAM = (Path(__file__).parent / "data" / "fictional.fam").read_bytes()
ABOUT = """Father CONSENT 12 REFERENCE FAM-1 PERSON F
Child  CONSENT 13 REFERENCE FAM-1 PERSON C
V1 CONSENT 14 REFERENCE CH-1"""


def test_the_samples_of_a_familias_file_are_what_the_lines_beside_it_say() -> None:
    read = read_fam_samples(FAM, ABOUT)
    assert read.faults == ()
    assert [each.sample for each in read.samples] == ["Father", "Child", "V1"]
    assert [each.about["consent"] for each in read.samples] == ["12", "13", "14"]
    assert read.samples[0].about == {"consent": "12", "reference": "FAM-1", "person": "F", "kit": ""}
    assert read.samples[2].genotypes == {"TH01": "6/9.3"}


def test_a_person_of_whom_no_line_speaks_is_a_fault() -> None:
    read = read_fam_samples(FAM, ABOUT.rpartition("\n")[0])
    assert [(each.sample, each.code) for each in read.faults] == [("V1", "consent"), ("V1", "reference")]
    assert {each.code for each in read_fam_samples(FAM, "").faults} == {"consent", "reference"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Nobody CONSENT 1 REFERENCE FAM-1", "about"),
        ("V1", "about"),
        ("V1 CONSENT", "about"),
        ("V1 WEATHER fine", "about"),
        ("Father CONSENT 12 REFERENCE FAM-1", "sample"),
    ],
)
def test_a_line_that_says_nothing_or_speaks_twice_is_a_fault_with_its_row(line: str, code: str) -> None:
    faults = read_fam_samples(FAM, f"{ABOUT}\n{line}".replace("V1 CONSENT 14 REFERENCE CH-1\nV1", "V1")).faults
    assert code in {each.code for each in faults if each.row in {3, 4}}


@pytest.mark.parametrize("content", [b'"Output from Familias', FAM[: len(FAM) // 2], b"\xff\xfe"])
def test_a_familias_file_that_cannot_be_read_is_one_fault(content: bytes) -> None:
    read = read_fam_samples(content, ABOUT)
    assert (read.samples, [each.code for each in read.faults]) == ((), ["fam"])
