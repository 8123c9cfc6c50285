"""`clew kinship`: cases in, likelihood ratios out, without a node."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CASE: dict[str, Any] = {
    "id": "duo (fictional)",
    "db": "small",
    "loci": ["L"],
    "H1": [{"id": "F", "fid": "0", "mid": "0", "sex": 1}, {"id": "C", "fid": "F", "mid": "0", "sex": 2}],
    "H2": [{"id": "F", "fid": "0", "mid": "0", "sex": 1}, {"id": "C", "fid": "0", "mid": "0", "sex": 2}],
    "genotypes": {"F": {"L": "10/11"}, "C": {"L": "10/12"}},
}
FILE: dict[str, Any] = {"databases": {"small": {"L": {"10": 0.1, "11": 0.2, "12": 0.7}}}, "cases": [CASE]}


def run(tmp_path: Path, document: object, *more: str) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "cases.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "clew", "kinship", "lr", str(file), *more],
        env={**os.environ, "CLEW_HOME": str(tmp_path / "no node here")},
        capture_output=True,
        text=True,
        check=False,
    )


def changed(**what: object) -> dict[str, Any]:
    return {**FILE, "cases": [{**CASE, **what}]}


def test_the_ratio_is_printed_as_a_line_and_as_json_without_any_node(tmp_path: Path) -> None:
    told = run(tmp_path, FILE)
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("duo (fictional): LR 2.5, log10 0.397940")
    answered = json.loads(run(tmp_path, FILE, "--json").stdout)
    (case,) = answered["cases"]
    assert case["LR"] == pytest.approx(1 / (4 * 0.1), rel=1e-14)
    assert case["LR_per_locus"] == [case["LR"]]
    assert (case["untyped_founders"], answered["linked_pairs"]) == ("keep", [])
    assert not (tmp_path / "no node here").exists()


def test_the_founder_convention_is_chosen_and_recorded(tmp_path: Path) -> None:
    document = changed(mutation={"model": "equal", "rate": 0.01}, genotypes={"F": {"L": "10/10"}, "C": {"L": "11/11"}})
    kept, pruned = (
        json.loads(run(tmp_path, document, "--founders", each, "--json").stdout)["cases"][0]
        for each in ("keep", "prune")
    )
    assert (kept["untyped_founders"], pruned["untyped_founders"]) == ("keep", "prune")
    assert pruned["LR"] == pytest.approx(0.005 / 0.2)
    assert kept["LR"] != pruned["LR"]
    assert kept["assumptions"] != pruned["assumptions"]


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (changed(genotypes={"F": {"L": "10/15"}}), "Case duo (fictional): F, L: allele 15 is not in the table"),
        (changed(genotypes={"F": {"L": "10/11/12"}}), "F, L: has 3 alleles"),
        (changed(genotypes={"Z": {"L": "10/11"}}), "Z: is not in the pedigree"),
        (changed(typed=["F", "C", "Z"]), "Z: is typed and has no genotypes"),
        (changed(db="nowhere"), 'db: "nowhere" is not among the databases'),
        (changed(loci=["M"]), "M: is not in the table"),
        (changed(mutation={"model": "magic"}), 'has the model "magic"'),
        (changed(mutation={"model": "equal"}), "the model equal and no rate"),
        (changed(mutation={"model": "stepwise", "rate": 0.1}), "stepwise without range and rate2"),
        (changed(mutation={"model": "equal", "rate": {"male": 0.1}}), "has no rate for female"),
        (changed(theta="much"), "theta: is 'much'. It is a number"),
        (changed(chromosome="Y"), 'chromosome: is "Y"'),
        (changed(H1=[{"id": "F", "fid": "F", "mid": "0", "sex": 1}]), "listed as an own ancestor"),
        (changed(H2=[{"id": "F", "sex": 2}, {"id": "C", "sex": 2}]), "is male in one pedigree and female in the other"),
        (changed(freqs={"L": {"10": 0.5}}), "L: has frequencies that sum to 0.5"),
        ({"cases": [{"id": "x"}]}, "Case x: loci: is missing"),
        ("[1]", "The file: is not a JSON object"),
        ("{", "is not JSON"),
    ],
)
def test_a_fault_is_said_with_case_sample_and_cure_and_no_figure_is_given(
    tmp_path: Path, document: object, sentence: str
) -> None:
    done = run(tmp_path, document, "--json")
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_convention_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    done = run(tmp_path, FILE, "--founders", "drop")
    assert (done.returncode, done.stderr) == (2, '--founders is keep or prune, not "drop".\n')


def test_an_unseen_allele_is_added_where_the_case_says_at_what_frequency(tmp_path: Path) -> None:
    document = changed(unseen_alleles=0.001, genotypes={"F": {"L": "10/15"}, "C": {"L": "12/15"}})
    (case,) = json.loads(run(tmp_path, document, "--json").stdout)["cases"]
    assert case["LR"] == pytest.approx(1.001 / (4 * 0.001), rel=1e-12)
    assert case["frequency_steps"] == ["L: 15 added at 0.001, scaled to the sum 1"]


def test_the_shape_of_the_guide_is_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "use" / "kinship.md").read_text(encoding="utf-8")
    example = page.split("```json\n", 1)[1].split("```", 1)[0]
    done = run(tmp_path, example)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("example (fictional): LR ")


def test_a_locus_may_be_spelled_in_several_ways(tmp_path: Path) -> None:
    document = changed(
        loci=["PENTA E"],
        freqs={"Penta_E": {"10": 0.1, "11": 0.2, "12": 0.7}},
        genotypes={"F": {"PentaE": "10/11"}, "C": {"penta e": "10/12"}},
    )
    (case,) = json.loads(run(tmp_path, document, "--json").stdout)["cases"]
    assert case["LR"] == pytest.approx(2.5, rel=1e-14)
