from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from clew.kinship.fam import read_fam, read_fam_file
from clew.kinship.pedigree import Pedigree
from clew.kinship.pedigree_files import pedigree_from_json, pedigree_to_json, read_ped
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen
from tests.kinship.families import pedigrees

FAM = Path(__file__).parent / "data" / "fictional.fam"


@given(pedigree=pedigrees(most=6))
def test_a_pedigree_comes_back_from_json(pedigree: Pedigree) -> None:
    assert pedigree_from_json(pedigree_to_json(pedigree)) == pedigree


def test_twins_inbreeding_and_death_come_back_from_json() -> None:
    said = {
        "persons": [
            {"id": "A", "sex": 1, "inbreeding": 0.25, "deceased": True},
            {"id": "B", "sex": 1, "inbreeding": 0.25},
        ],
        "twins": [["A", "B"]],
    }
    made = pedigree_from_json(said)
    assert made["A"].inbreeding == 0.25
    assert made["A"].deceased
    assert pedigree_from_json(pedigree_to_json(made)) == made


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ("F", "is not a list of persons"),
        ([{"fid": "0"}], "has a person that is"),
        ([{"id": "A", "sex": 3}], 'has the sex "3"'),
        ([{"id": "A", "inbreeding": "much"}], "has inbreeding"),
        ({"persons": [{"id": "A"}], "founder_inbreeding": {"B": 0.1}}, "B: is not in the pedigree"),
    ],
)
def test_json_that_is_no_pedigree_is_refused(document: object, sentence: str) -> None:
    with pytest.raises(KinshipProblem, match=sentence):
        pedigree_from_json(document)


def test_a_ped_file_is_read_family_by_family() -> None:
    one, other = read_ped("# comment\nf1 F 0 0 1 -9 10 11 0 0\nf1 C F 0 0 -9 10 0 12 12\nf2 X 0 0 2\n")
    assert (one.family, one.pedigree.ids, one.pedigree["C"].father) == ("f1", ("F", "C"), "F")
    assert one.seen["F"] == (Seen(("10", "11")), None)
    assert one.seen["C"] == (Seen(("10",), half=True), Seen(("12", "12")))
    assert (other.pedigree["X"].sex, other.seen["X"]) == ("female", ())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("f F 0 0\n", "Line 1: has 4 words"), ("", "has no persons"), ("f F 0 0 1 -9 10\n", "has 1 alleles")],
)
def test_a_ped_file_that_breaks_the_format_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(KinshipProblem, match=sentence):
        read_ped(text)


def test_a_familias_file_gives_profiles_pedigrees_frequencies_and_models() -> None:
    made = read_fam_file(FAM)
    assert made.version == "3.3.1 (DVI)"
    assert made.profiles == {
        "Father": {"TH01": Seen(("6", "9.3")), "TPOX": Seen(("Rest allele", "Rest allele"))},
        "Child": {"TH01": Seen(("9.3", "6"))},
    }
    assert made.pedigrees["Paternity"]["Child"].father == "Father"
    assert made.pedigrees["Another man"]["Child"].father == "Extra man 1"
    assert {each["Child"].mother for each in made.pedigrees.values()} == {"Mother"}
    assert made.table.locus("TH01") == {"6": 0.25, "9": 0.25, "9.3": 0.5}
    model = made.mutation["TH01"]
    assert model is not None
    assert (model.kind, model.female.rate, model.male.rate, model.male.mutation_range) == (
        "stepwise",
        0.001,
        0.002,
        0.2,
    )
    assert (made.mutation["TPOX"], made.silent, made.people) == (None, {"TPOX": 0.02}, {"TH01": 1000, "TPOX": 500})
    assumed = made.assumptions()
    assert (assumed.theta, assumed.silent_at("TPOX"), assumed.silent_at("TH01")) == (0.01, 0.02, 0.0)


def test_the_unidentified_and_their_families_are_read() -> None:
    dvi = read_fam_file(FAM).dvi
    assert dvi is not None
    assert dvi.unidentified == {"V1": {"TH01": Seen(("6", "9.3"))}}
    (family,) = dvi.families
    assert family.profiles == {"Wife": {"TH01": Seen(("9", "9"))}}
    by_partner = family.pedigrees["With the wife"].pedigree()
    assert (by_partner["Missing person"].sex, by_partner["Daughter"].father) == ("male", "Missing person")


def test_a_missing_parent_whose_sex_nobody_says_is_asked_for() -> None:
    dvi = read_fam_file(FAM).dvi
    assert dvi is not None
    alone = dvi.families[0].pedigrees["Alone"]
    assert alone.unsaid == ("Missing person",)
    with pytest.raises(KinshipProblem, match="Say the sex of Missing person"):
        alone.pedigree()
    assert alone.pedigree({"Missing person": "female"})["Daughter"].mother == "Missing person"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Output from Familias", "Output from a dream", "is no Familias file"),
        ('"Mother"', "Mother", "instead of a name in quotes"),
        ("#TRUE#\n2\n0\n2", "#MAYBE#\n2\n0\n2", "instead of #TRUE# or #FALSE#"),
        ("Fst: 0.01", "none", "does not say theta"),
        ("#Databases: 1", "#Databases: 2", "2 frequency databases"),
        ("0.002\n4\n4", "0.002\n2\n2", "has the mutation models 2"),
        ('"9.3"\n0.5', '"9.3"\n0.4', "sum to 0.9"),
        ('1\n0\n2\n1\n"Another', '1\n0\n9\n1\n"Another', "names person 9"),
        ("Gender= Female\n[[[[DNA", "Sex= Female\n[[[[DNA", "instead of Gender"),
        ("2\n0\n2\n0\n1\n1\n1", "2\n0\n7\n0\n1\n1\n1", "an allele that the file's frequencies lack"),
    ],
)
def test_a_familias_file_that_breaks_the_format_is_refused(old: str, new: str, sentence: str) -> None:
    text = FAM.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(KinshipProblem, match=sentence):
        read_fam(text.replace(old, new, 1))


def test_a_familias_file_cut_off_in_the_middle_is_refused() -> None:
    text = FAM.read_text(encoding="utf-8")
    with pytest.raises(KinshipProblem, match="ends in the middle"):
        read_fam(text[: text.index('"TPOX"')])
