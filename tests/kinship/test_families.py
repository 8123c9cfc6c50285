"""One child against every family, and every family against every child, with a checkpoint that survives a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from clew.kinship.assumptions import Assumptions
from clew.kinship.columns import Columns, columns_of
from clew.kinship.families import CompiledFamilies
from clew.kinship.family_files import SearchingFamily, family_to_json, read_family, read_family_file
from clew.kinship.frequencies import FrequencyTable, Origin
from clew.kinship.many import search_all
from clew.kinship.mutation import Mutation
from clew.kinship.pedigree import Pedigree, man, woman
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Seen
from clew.kinship.ratios import ratio
from clew.kinship.scanning import scan
from clew.kinship.simulation import RELATIVES, TWENTY_THREE, planted, shuffled, simulated_columns, simulated_family
from clew.kinship.tables import shipped_table

NORWAY = shipped_table("norstr_norway")
LOCI = tuple(each for each in TWENTY_THREE if each != "SE33")[:8]
ASSUMED = Assumptions(NORWAY, Mutation.both("equal", 0.002))


def family(number: int, relation: str) -> tuple[SearchingFamily, dict[str, Seen]]:
    """A family and the child it looks for."""
    pedigree, typed = RELATIVES[relation]
    drawn = simulated_family(pedigree, [*typed, "MP"], ASSUMED, LOCI, np.random.default_rng(number))
    child = drawn.pop("MP")
    return SearchingFamily(f"family {number}", pedigree, "MP", drawn, ASSUMED, LOCI, None), child


FAMILIES = [family(number, relation) for number, relation in enumerate(["duo", "trio", "sibs"] * 2)]


def database() -> Columns:
    strangers = simulated_columns(NORWAY, LOCI, 500, np.random.default_rng(1), missing=0.1)
    return planted(strangers, {own.id: child for own, child in FAMILIES})


def index() -> CompiledFamilies:
    by_id = {own.id: own for own, _ in FAMILIES}
    compiled = {each: own.compiled() for each, own in by_id.items()}
    return CompiledFamilies.of(list(compiled), compiled.values(), compiled.__getitem__)


def test_a_child_meets_the_same_families_as_each_family_meets_the_child() -> None:
    columns, families = database(), index()
    compiled = [(own.id, own.compiled()) for own, _ in FAMILIES]
    for row in (0, *range(500, 506)):
        one_way = families.search(columns.id(row), columns.profile(row), 0.5, 50)
        other_way: list[tuple[str, float]] = []
        alone = columns_of({columns.id(row): columns.profile(row)}, LOCI)
        for name, tables in compiled:
            other_way += [(name, each.log10) for each in scan(tables, alone, 0.5, 1).hits]
        other_way.sort(key=lambda each: (-each[1], each[0]))
        assert [(each.family, each.log10) for each in one_way] == other_way
    own, child = FAMILIES[1]
    (hit,) = families.search("the child", child, 1e4, 5)
    assert hit.family == own.id
    apart = own.pedigree.without_link("MP", "(nobody)")
    exactly = ratio(own.pedigree, apart, {**own.profiles, "MP": child}, ASSUMED, LOCI)
    assert hit.log10 == pytest.approx(exactly.log10, rel=1e-12)


def test_a_child_of_the_other_sex_is_nobodys() -> None:
    pedigree = Pedigree.of(man("F"), woman("MP", "F"))
    own = SearchingFamily("A", pedigree, "MP", {"F": {"TH01": Seen(("6", "6"))}}, ASSUMED, ("TH01",), None)
    families = CompiledFamilies.of(["A"], [own.compiled()], lambda _: own.compiled())
    child = {"TH01": Seen(("6", "6"))}
    assert [each.family for each in families.search("C", child, 0.5, 9, sex="female")] == ["A"]
    assert families.search("C", child, 0.5, 9, sex="male") == ()


def test_families_that_rest_on_different_things_are_not_laid_side_by_side() -> None:
    own, _ = FAMILIES[0]
    other = SearchingFamily("other", own.pedigree, "MP", own.profiles, Assumptions(NORWAY), LOCI, None)
    with pytest.raises(KinshipProblem, match="other: was compiled under other assumptions"):
        CompiledFamilies.of(["A", "other"], [own.compiled(), other.compiled()], lambda _: own.compiled())
    with pytest.raises(KinshipProblem, match="Families: have an id twice"):
        CompiledFamilies.of(["A", "A"], [own.compiled()] * 2, lambda _: own.compiled())
    with pytest.raises(KinshipProblem, match="Families: are none"):
        CompiledFamilies.of([], [], lambda _: own.compiled())
    with pytest.raises(KinshipProblem, match="C, TPOX: allele 77 is not in the table"):
        index().search("C", {"TPOX": Seen(("8", "77"))}, 1, 1)


def test_every_family_finds_its_child_among_all() -> None:
    columns, families = database(), [own for own, _ in FAMILIES]
    told: list[tuple[int, int]] = []
    found = search_all(families, columns, 10.0, 3, progress=lambda *each: told.append(each))
    assert list(found) == [each.id for each in families]
    assert told[-1] == (6, 6)
    for own, _ in FAMILIES[1::3]:
        assert found[own.id].hits[0].profile == own.id
    assert found[families[0].id] == scan(families[0].compiled(), columns, 10.0, 3)


def test_a_search_that_was_cut_off_goes_on_and_ends_with_the_same(tmp_path: Path) -> None:
    columns, families = database(), [own for own, _ in FAMILIES]
    whole = search_all(families, columns, 10.0, 3)
    file = tmp_path / "checkpoint"
    search_all(families, columns, 10.0, 3, checkpoint=file)
    raw = file.read_bytes()
    for cut in (5, raw.index(b"\n") + 1, len(raw) // 2, len(raw) - 1):
        file.write_bytes(raw[:cut])
        assert search_all(families, columns, 10.0, 3, checkpoint=file) == whole
        assert file.read_bytes() == raw


def test_a_checkpoint_of_another_search_is_refused_and_kept(tmp_path: Path) -> None:
    columns, families = database(), [own for own, _ in FAMILIES[:2]]
    file = tmp_path / "checkpoint"
    search_all(families, columns, 10.0, 3, checkpoint=file)
    before = file.read_bytes()
    with pytest.raises(KinshipProblem, match="checkpoint: is the checkpoint of another search"):
        search_all(families, columns, 11.0, 3, checkpoint=file)
    changed = replace(families[0], assumptions=Assumptions(NORWAY))
    with pytest.raises(KinshipProblem, match="family 0: has changed since the checkpoint was begun"):
        search_all([changed, families[1]], columns, 10.0, 3, checkpoint=file)
    assert file.read_bytes() == before
    for text in ("id,TH01\nC1,6/7\n", "no line", "[1]\n"):
        file.write_text(text)
        with pytest.raises(KinshipProblem, match="checkpoint: is no checkpoint of a search"):
            search_all(families, columns, 10.0, 3, checkpoint=file)
        assert file.read_text() == text


def test_two_families_of_one_id_are_refused() -> None:
    own, _ = FAMILIES[0]
    with pytest.raises(KinshipProblem, match="family 0: is the id of two families"):
        search_all([own, own], database(), 10.0, 3)


def test_a_search_that_was_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom tests.kinship.test_families import *\n"
        "search_all([own for own, _ in FAMILIES] , database(), 10.0, 3, checkpoint=Path(sys.argv[1]))\n"
    )
    file = tmp_path / "checkpoint"
    running = subprocess.Popen([sys.executable, "-c", script, str(file)], cwd=Path(__file__).parents[2])
    deadline = time.monotonic() + 60
    while running.poll() is None and time.monotonic() < deadline:
        if file.exists() and file.read_bytes().count(b"\n") > 2:
            os.kill(running.pid, signal.SIGKILL)
            break
        time.sleep(0.002)
    running.wait(timeout=60)
    assert file.read_bytes().count(b"\n") > 2
    families = [own for own, _ in FAMILIES]
    assert search_all(families, database(), 10.0, 3, checkpoint=file) == search_all(families, database(), 10.0, 3)


SAID: dict[str, Any] = {
    "id": "family (fictional)",
    "missing": "MP",
    "pedigree": [{"id": "F", "sex": 1}, {"id": "MP", "fid": "F", "sex": 2}],
    "freqs": {"L": {"10": 0.1, "11": 0.2, "12": 0.7}},
    "genotypes": {"F": {"L": "10/11"}},
}


def test_a_family_is_read_from_its_file_and_widened_by_the_policy_that_it_states(tmp_path: Path) -> None:
    file = tmp_path / "family.json"
    file.write_text(json.dumps({**SAID, "unseen_alleles": 0.01}), encoding="utf-8")
    own = read_family_file(file).with_alleles({"l": ["10", "13"]})
    assert own.loci == ("L",)
    assert own.assumptions.table.steps == ("L: 13 added at 0.01, scaled to the sum 1",)
    assert read_family(SAID).with_alleles({"L": ["13"]}).assumptions.table.steps == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"missing": "Z"}, "family.json: Z: is not in the pedigree"),
        ({"genotypes": {"F": {"L": "10/11"}, "MP": {"L": "10/11"}}}, "MP: is missing and has genotypes"),
        ({"genotypes": {"F": {"L": ""}}}, "genotypes: name nobody who is typed"),
        ({"genotypes": {"F": {"L": "10/11/12"}}}, "F, L: has 3 alleles"),
        ({"loci": ["M"]}, "M: is not in the table"),
        ({"table": "atlantis", "freqs": None}, "freqs: is not a JSON object"),
        ({"mutation": {"model": "magic"}}, 'mutation: has the model "magic"'),
        ({"unseen_alleles": "few"}, "unseen_alleles: is 'few'"),
        ({"pedigree": [{"id": "F", "sex": 2}, {"id": "MP", "fid": "F"}]}, "MP: has F as father, who is female"),
    ],
)
def test_a_fault_in_a_family_is_said_with_file_field_and_cure(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    file = tmp_path / "family.json"
    file.write_text(json.dumps({**SAID, **change}), encoding="utf-8")
    with pytest.raises(KinshipProblem, match=sentence):
        read_family_file(file)


def test_a_family_without_what_it_needs_is_refused(tmp_path: Path) -> None:
    for name in ("missing", "pedigree", "genotypes"):
        with pytest.raises(KinshipProblem, match=f"{name}: is missing"):
            read_family({key: value for key, value in SAID.items() if key != name})
    with pytest.raises(KinshipProblem, match="table: is missing"):
        read_family({key: value for key, value in SAID.items() if key != "freqs"})
    with pytest.raises(KinshipProblem, match="atlantis: is no table that comes with Clew"):
        read_family({**{key: value for key, value in SAID.items() if key != "freqs"}, "table": "atlantis"})
    (tmp_path / "f.json").write_text("{")
    with pytest.raises(KinshipProblem, match=r"f\.json: is not JSON"):
        read_family_file(tmp_path / "f.json")
    with pytest.raises(KinshipProblem, match=r"none\.json: cannot be read"):
        read_family_file(tmp_path / "none.json")


def test_a_simulated_family_comes_back_from_its_file() -> None:
    own, _ = FAMILIES[2]
    back = read_family(json.loads(json.dumps(family_to_json(own, "norstr_norway"))))
    assert (back.pedigree, back.profiles, back.loci) == (own.pedigree, own.profiles, own.loci)
    assert back.assumptions.mutation == own.assumptions.mutation
    np.testing.assert_array_equal(back.compiled().tables[0].ratios, own.compiled().tables[0].ratios)


def test_a_seed_gives_the_same_persons() -> None:
    one, other = (family(5, "sibs") for _ in range(2))
    assert one[0].profiles == other[0].profiles
    assert one[1] == other[1] != family(6, "sibs")[1]
    drawn = [
        shuffled(simulated_columns(NORWAY, LOCI, 200, np.random.default_rng(3)), np.random.default_rng(4), "C")[0]
        for _ in range(2)
    ]
    assert drawn[0].digest == drawn[1].digest


def test_simulated_children_give_the_ratios_that_theory_says() -> None:
    """Over unrelated children the ratio averages to 1, and both parents' child is never excluded without mutation."""
    table = FrequencyTable.of(Origin("(fictional)"), {"L": {"1": 0.2, "2": 0.3, "3": 0.5}})
    assumed = Assumptions(table)
    pedigree, typed = RELATIVES["duo"]
    own = SearchingFamily("A", pedigree, "MP", {"F": {"L": Seen(("1", "2"))}}, assumed, ("L",), None)
    compiled = own.compiled()
    strangers = simulated_columns(table, ["L"], 40_000, np.random.default_rng(2))
    ratios = np.array([compiled.per_locus("", {"L": each})[0] for each in strangers.loci[0].findings[1:] if each])
    counts = strangers.loci[0].counts[1:]
    spread = np.sqrt((ratios**2 @ counts / counts.sum() - 1) / counts.sum())
    assert abs(ratios @ counts / counts.sum() - 1) < 4 * spread
    rng = np.random.default_rng(3)
    for _ in range(300):
        drawn = simulated_family(pedigree, [*typed, "MP"], assumed, ["L"], rng)
        assert set(drawn["MP"]["L"].alleles) & set(drawn["F"]["L"].alleles)


def test_a_simulation_mutates_as_often_as_the_rate_says() -> None:
    table = FrequencyTable.of(Origin("(fictional)"), {"L": {"1": 0.5, "2": 0.5}})
    assumed, rng = Assumptions(table, Mutation.both("equal", 0.2)), np.random.default_rng(3)
    pedigree = Pedigree.of(man("F"), man("MP", "F"))
    drawn = [simulated_family(pedigree, ["F", "MP"], assumed, ["L"], rng) for _ in range(2_500)]
    of_ones = [each["MP"]["L"].alleles for each in drawn if each["F"]["L"].alleles == ("1", "1")]
    assert of_ones.count(("2", "2")) / len(of_ones) == pytest.approx(0.2 * 0.5, abs=0.04)


@pytest.mark.parametrize(
    ("assumed", "named"),
    [
        (Assumptions(NORWAY, theta=0.01), "theta"),
        (Assumptions(NORWAY, silent=0.01), "silent alleles"),
        (Assumptions(NORWAY, drop_out=0.01), "drop-out"),
        (Assumptions(NORWAY, chromosome="X"), "the X"),
    ],
)
def test_a_simulation_refuses_what_it_does_not_draw(assumed: Assumptions, named: str) -> None:
    with pytest.raises(KinshipProblem, match=f"Simulation: does not draw families with {named}"):
        simulated_family(RELATIVES["duo"][0], ["F"], assumed, LOCI, np.random.default_rng(1))
    inbred = Pedigree.of(man("F", inbreeding=0.1))
    with pytest.raises(KinshipProblem, match="inbred founders"):
        simulated_family(inbred, ["F"], ASSUMED, LOCI, np.random.default_rng(1))
