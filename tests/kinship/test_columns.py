"""Profiles go into columns and come back as they were."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.kinship.columns import ColumnsBuilder, columns_of, rows_of, share
from clew.kinship.duplicates import same_profiles
from clew.kinship.findings import count_of, in_one_order, number_of
from clew.kinship.problems import KinshipProblem
from clew.kinship.profile_files import read_profiles_file, write_profiles_file
from clew.kinship.profiles import Seen
from clew.kinship.simulation import TWENTY_THREE, planted, simulated_columns
from clew.kinship.tables import shipped_table

LOCI = ("L1", "L2", "L3")
ALLELES = st.sampled_from(["5", "6", "9.3", "10", "22.2", "OL"])
FINDINGS = st.one_of(
    st.builds(lambda a, b: Seen((a, b)), ALLELES, ALLELES),
    st.builds(lambda a: Seen((a,), half=True), ALLELES),
    st.builds(lambda a: Seen((a,)), ALLELES),
)
PROFILES = st.lists(st.dictionaries(st.sampled_from(LOCI), FINDINGS), max_size=12)


@settings(max_examples=60, deadline=None)
@given(profiles=PROFILES)
def test_every_profile_comes_back_with_the_alleles_of_a_pair_by_length(profiles: list[dict[str, Seen]]) -> None:
    named = {f"C{number}": own for number, own in enumerate(profiles)}
    sexes = {each: ("male" if number % 2 else "unknown") for number, each in enumerate(named)}
    columns = columns_of(named, LOCI, sexes)  # type: ignore[arg-type]
    back = {each: (own, sex) for each, own, sex in rows_of(columns)}
    assert back == {
        each: ({name: in_one_order(seen) for name, seen in own.items()}, sexes[each]) for each, own in named.items()
    }
    assert columns.codes.dtype == np.uint16


@given(alleles=st.integers(1, 12), data=st.data())
def test_every_finding_has_a_number_of_its_own(alleles: int, data: st.DataObject) -> None:
    names = {str(each): each for each in range(alleles)}
    every = [None, *(Seen((a, b)) for a in names for b in names if names[a] <= names[b])]
    every += [Seen((a,), half=True) for a in names] + [Seen((a,)) for a in names]
    assert [number_of(each, names) for each in every] == list(range(count_of(alleles)))
    assert number_of(Seen(("0", "nowhere")), names) == -1


def test_a_row_of_zeros_is_a_profile_of_which_nothing_is_known() -> None:
    columns = columns_of({"C": {"L1": Seen(("5", "6"))}}, LOCI)
    columns.codes[:, 0] = 0
    assert columns.profile(0) == {}


def test_large_and_small_loci_share_a_column_where_they_fit() -> None:
    assert share([1500, 50, 40, 300, 2000, 20]) == ((4, 5), (0, 2), (3, 1))
    assert share([1500, 60, 60]) == ((0,), (2, 1))
    columns = simulated_columns(shipped_table("norstr_norway"), TWENTY_THREE, 2_000, np.random.default_rng(1))
    assert columns.bytes_per_profile <= 30


def test_profiles_that_follow_are_added_and_the_first_stay(tmp_path: Path) -> None:
    first = simulated_columns(shipped_table("norstr_norway"), TWENTY_THREE, 300, np.random.default_rng(1), missing=0.1)
    whole = planted(first, {"new": {"TH01": Seen(("6", "99"))}})
    assert [whole.profile(row) for row in range(300)] == [first.profile(row) for row in range(300)]
    assert (whole.id(300), whole.profile(300)) == ("new", {"TH01": Seen(("6", "99"))})
    assert whole.digest != first.digest == planted(first, {}).digest


def test_a_file_of_profiles_comes_back(tmp_path: Path) -> None:
    made = planted(
        simulated_columns(shipped_table("norstr_norway"), TWENTY_THREE, 2_500, np.random.default_rng(4), missing=0.1),
        {"half (fictional)": {"TH01": Seen(("6",), half=True)}, "nothing": {}},
    )
    file = tmp_path / "children.csv"
    write_profiles_file(file, made)
    told: list[tuple[int, int]] = []
    read = read_profiles_file(file, progress=lambda *each: told.append(each))
    assert list(rows_of(read)) == list(rows_of(made))
    assert read.digest == made.digest
    assert told[-1] == (file.stat().st_size, file.stat().st_size)


def test_columns_may_be_separated_by_semicolons_and_hold_more_than_loci(tmp_path: Path) -> None:
    file = tmp_path / "children.csv"
    file.write_text(
        "\ufeffSample;Sex;Kit;AMEL;TH01;Penta E\nC1;1;K;X/Y; 9,3/6 ;\n\nC2;F;K;X,X;;12/-\n", encoding="utf-8"
    )
    read = read_profiles_file(file)
    assert list(rows_of(read)) == [
        ("C1", {"TH01": Seen(("6", "9.3"))}, "male"),
        ("C2", {"Penta E": Seen(("12",), half=True)}, "female"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id,TH01\nC1,6/7\nC2,6/7/8\n", r"c.csv, row 3 \(C2\), TH01: has 3 alleles \(6/7/8\). Leave the locus out"),
        ("id,TH01\nC1,6/7\n\n\nC2,6/7/8\n", r"c.csv, row 5 \(C2\), TH01: has 3 alleles"),
        ("id,TH01\n\nC1,6/7,8\n", r"c.csv, row 3 \(C1\): has 3 cells"),
        ("id,TH01\nC1,6\n", r"c.csv, row 2 \(C1\), TH01: has one allele \(6\) where everyone has two. Write 6/6"),
        ("id,TH01\n ,6/7\n", r"c.csv, row 2, id: is void"),
        ("id,TH01\nC1,6/7\nC1,6/8\n", r"C1: is the id of two profiles, number 1 and number 2. Keep one row"),
        ("id,TH01\nC1,6/7,8\n", r"c.csv, row 2 \(C1\): has 3 cells, and the first row 2"),
        ("id,sex,TH01\nC1,maybe,6/7\n", r'c.csv, row 2 \(C1\), sex: has the sex "maybe". Write 1'),
        ("id,sex,AMEL,TH01\nC1,1,X/X,6/7\n", r"row 2 \(C1\), sex: is male, and amelogenin shows X/X. Correct the sex"),
        ("name,TH01\nC1,6/7\n", r"c.csv: has no column id"),
        ("id,sex\nC1,1\n", r"c.csv: names no locus"),
        ("", r"c.csv: has no column id"),
        ("id,TH01,th 01\nC1,6/7,6/7\n", r"TH01: is a locus that is named twice"),
        ('id,TH01\nC1,"6/7\nC2', r"c.csv: is no CSV file \(unexpected end of data\)"),
        ("id,TH01\nC1,6-7/8\n", r'c.csv, row 2 \(C1\), TH01: has "6-7", which is no allele'),
    ],
)
def test_a_fault_in_a_file_is_said_with_row_field_and_cure(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "c.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(KinshipProblem, match=sentence):
        read_profiles_file(file)


def test_a_file_that_is_none_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KinshipProblem, match=r"none.csv: cannot be read"):
        read_profiles_file(tmp_path / "none.csv")
    (tmp_path / "c.csv").write_bytes(b"id,TH01\nC1,\xff\xff\n")
    with pytest.raises(KinshipProblem, match=r"c.csv: is not UTF-8"):
        read_profiles_file(tmp_path / "c.csv")


def test_one_allele_is_a_finding_on_the_x(tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text("id,DXS10103\nC1,16\n", encoding="utf-8")
    assert read_profiles_file(file, haploid=True).profile(0) == {"DXS10103": Seen(("16",))}


def test_a_profile_with_a_locus_that_the_columns_lack_is_refused() -> None:
    with pytest.raises(KinshipProblem, match="C: is typed at L9, which is no locus of these columns"):
        ColumnsBuilder(LOCI).add([("C", {"L9": Seen(("5", "6"))}, "unknown")])


def test_children_who_show_the_same_are_named_together() -> None:
    table, rng = shipped_table("norstr_norway"), np.random.default_rng(1)
    many = simulated_columns(table, TWENTY_THREE, 3_000, rng, prefix="C")
    twice = {"again B": many.profile(7), "again A": many.profile(7), "few 1": {}, "few 2": {}}
    assert same_profiles(planted(many, twice)) == (("C7", "again A", "again B"),)
    assert same_profiles(many) == ()


def test_the_order_in_which_profiles_come_changes_no_code() -> None:
    profiles = [(f"C{n}", {"L1": Seen((str(n % 7), str(n % 5)))}) for n in range(200)]
    one = columns_of(dict(profiles), LOCI)
    random.Random(3).shuffle(profiles)
    other = columns_of(dict(profiles), LOCI)
    assert one.loci[0].findings == other.loci[0].findings
