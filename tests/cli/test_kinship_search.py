"""`clew kinship search`, `power`, `simulate` and `bench`: from files alone, in words and as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from clew.cli.app import run

Clew = Callable[..., tuple[int, str, str]]

LOCI = [f"L{number}" for number in range(1, 9)]
TABLE = {each: {str(allele): 0.05 for allele in range(20)} for each in LOCI}
FATHER = dict.fromkeys(LOCI, "3/4")
FAMILY: dict[str, Any] = {
    "id": "family 1 (fictional)",
    "missing": "MP",
    "pedigree": [
        {"id": "F", "sex": 1}, {"id": "GM", "sex": 2}, {"id": "M", "sex": 2, "mid": "GM"},
        {"id": "MP", "fid": "F", "mid": "M"},
    ],
    "freqs": TABLE,
    "genotypes": {"F": FATHER},
}  # fmt: skip
GRANDMOTHER = {**FAMILY, "genotypes": {"GM": FATHER}}
CHILDREN = "\n".join(
    [
        ",".join(["id", *LOCI]),
        ",".join(["C1", *["4/9"] * 8]),
        ",".join(["C2", *["3/3"] * 7, ""]),
        ",".join(["C3", *["7/9"] * 8]),
        ",".join(["C4", *["4/-"] * 8]),
    ]
)


@pytest.fixture
def clew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Clew:
    """Runs the command in this process: the compiled loop is made once for all tests."""
    monkeypatch.setenv("CLEW_HOME", str(tmp_path / "no node here"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "family.json").write_text(json.dumps(FAMILY), encoding="utf-8")
    (tmp_path / "children.csv").write_text(CHILDREN, encoding="utf-8")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["clew", "kinship", *arguments])
        try:
            run()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def test_a_search_lists_its_hits_best_first_with_what_they_rest_on(clew: Clew, tmp_path: Path) -> None:
    code, out, _ = clew("search", "family.json", "children.csv", "--threshold", "100", "--json")
    said = json.loads(out)
    assert code == 0
    assert [each["profile"] for each in said["hits"]] == ["C2", "C4", "C1"]
    best = said["hits"][0]
    assert best["LR"] == pytest.approx(10.0**7, rel=1e-9)
    assert best["LR_per_locus"] == pytest.approx([10.0] * 7 + [1.0], rel=1e-12)
    assert (said["searched"], said["reached"], said["untyped_loci"]) == (4, 3, [])
    assert said["power"]["can_answer"] is True
    assert said["reason"] is None
    assert len(said["frequencies"]) == len(said["assumptions"]) == 64
    assert said["untyped_founders"] == "keep"
    assert not (tmp_path / "no node here").exists()


def test_a_search_in_words_says_what_chance_alone_would_give_and_that_a_hit_is_a_lead(clew: Clew) -> None:
    code, out, err = clew("search", "family.json", "children.csv", "--threshold", "100", "--top", "1")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("Family family 1 (fictional): 4 of 4 children searched for MP; 3 reach LR 100 (")
    assert lines[0].endswith("expected by chance).")
    assert lines[1] == "  1. C2: LR 1e+07, log10 7.0000"
    assert lines[-1].startswith("A hit is a lead, never an identification")
    assert len(lines) == 3
    assert "C2" not in err


def test_relatives_who_cannot_answer_need_a_reason_and_are_told_whom_to_sample(clew: Clew, tmp_path: Path) -> None:
    (tmp_path / "family.json").write_text(json.dumps({**GRANDMOTHER, "loci": LOCI[:1]}), encoding="utf-8")
    many = "\n".join([CHILDREN, *(",".join([f"X{n}", *["7/8"] * 8]) for n in range(496))])
    (tmp_path / "children.csv").write_text(many, encoding="utf-8")
    code, out, err = clew("search", "family.json", "children.csv", "--json")
    assert (code, out) == (1, "")
    assert "Family family 1 (fictional): these relatives cannot answer among 500 children." in err
    assert "with a sample of F as well: " in err
    assert 'Nothing was searched. To search all the same, say why: --reason "…".' in err
    code, out, _ = clew("search", "family.json", "children.csv", "--reason", "the court asks (fictional)", "--json")
    assert code == 0
    assert json.loads(out)["reason"] == "the court asks (fictional)"
    assert json.loads(out)["power"]["can_answer"] is False


def test_a_directory_of_families_is_searched_and_goes_on_from_its_checkpoint(clew: Clew, tmp_path: Path) -> None:
    (tmp_path / "families").mkdir()
    for name in ("A", "B"):
        said = {**FAMILY, "id": name, "genotypes": {"F": dict.fromkeys(LOCI, "4/9" if name == "B" else "3/4")}}
        (tmp_path / "families" / f"{name}.json").write_text(json.dumps(said), encoding="utf-8")
    command = ("search", "families", "children.csv", "--threshold", "100", "--checkpoint", "done", "--json")
    first, again = clew(*command), clew(*command)
    assert first[:2] == again[:2]
    answers = json.loads(first[1])["families"]
    assert [each["family"] for each in answers] == ["A", "B"]
    assert answers[1]["hits"][0]["profile"] == "C1"
    assert len((tmp_path / "done").read_text().splitlines()) == 3


def test_children_who_show_the_same_are_named(clew: Clew, tmp_path: Path) -> None:
    loci = [f"L{number}" for number in range(12)]
    said = {**FAMILY, "freqs": dict.fromkeys(loci, TABLE["L1"]), "genotypes": {"F": dict.fromkeys(loci, "3/4")}}
    (tmp_path / "family.json").write_text(json.dumps(said), encoding="utf-8")
    rows = [",".join(["id", *loci]), *(",".join([each, *["4/9"] * 12]) for each in ("C2", "C1"))]
    (tmp_path / "children.csv").write_text("\n".join(rows), encoding="utf-8")
    assert json.loads(clew("search", "family.json", "children.csv", "--json")[1])["same_profiles"] == [["C1", "C2"]]
    assert "Same profile: C1, C2." in clew("search", "family.json", "children.csv")[1]


@pytest.mark.parametrize(
    ("family", "children", "sentence"),
    [
        ({}, CHILDREN.replace("7/9", "7/99"), "C3, L1: allele 99 is not in the table"),
        ({}, CHILDREN.replace("7/9", "7/8/9"), "children.csv, row 4 (C3), L1: has 3 alleles"),
        ({}, CHILDREN.replace("C3", "C1"), "C1: is the id of two profiles, number 1 and number 3"),
        ({}, "id,OTHER\nC1,1/2", "Profiles: and family have no locus in common"),
        ({"missing": "Z"}, CHILDREN, "family.json: Z: is not in the pedigree"),
        ({"genotypes": {"F": FATHER, "MP": FATHER}}, CHILDREN, "MP: is missing and has genotypes"),
        ({"genotypes": {"F": FATHER, "M": FATHER, "GM": dict.fromkeys(LOCI, "8/8")}}, CHILDREN, "exclude one another"),
        ({"freqs": {"L1": {"1": 0.5}}}, CHILDREN, "L1: has frequencies that sum to 0.5"),
    ],
)
def test_a_fault_stops_the_search_with_file_field_and_cure(
    clew: Clew, tmp_path: Path, family: dict[str, Any], children: str, sentence: str
) -> None:
    (tmp_path / "family.json").write_text(json.dumps({**FAMILY, **family}), encoding="utf-8")
    (tmp_path / "children.csv").write_text(children, encoding="utf-8")
    code, out, err = clew("search", "family.json", "children.csv", "--reason", "a test", "--json")
    assert (code, out) == (1, "")
    assert sentence in err


def test_an_unseen_allele_of_a_child_is_weighed_where_the_family_states_how(clew: Clew, tmp_path: Path) -> None:
    (tmp_path / "family.json").write_text(json.dumps({**FAMILY, "unseen_alleles": 0.001}), encoding="utf-8")
    (tmp_path / "children.csv").write_text(CHILDREN.replace("7/9", "3/99"), encoding="utf-8")
    code, out, _ = clew("search", "family.json", "children.csv", "--threshold", "100", "--json")
    assert code == 0
    assert "C3" in [each["profile"] for each in json.loads(out)["hits"]]
    assert json.loads(out)["frequency_steps"][0] == "L1: 99 added at 0.001, scaled to the sum 1"


@pytest.mark.parametrize(
    "arguments",
    [("--threshold", "0"), ("--top", "0"), ("--threads", "0"), ("--founders", "drop")],
)
def test_a_search_without_sense_is_wrong_use(clew: Clew, arguments: tuple[str, str]) -> None:
    code, out, err = clew("search", "family.json", "children.csv", *arguments)
    assert (code, out) == (2, "")
    assert arguments[0] in err


def test_a_directory_without_families_is_said(clew: Clew, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    code, _, err = clew("search", "none", "children.csv")
    assert (code, err) == (1, "none has no family: no file that ends in .json.\n")


def test_power_says_whether_relatives_can_answer_and_whose_sample_would_help(clew: Clew, tmp_path: Path) -> None:
    code, out, _ = clew("power", "family.json", "--database-size", "1000", "--json")
    said = json.loads(out)
    assert code == 0
    assert (said["database_size"], said["can_answer"]) == (1000, True)
    assert [each["LR"] for each in said["at"]] == [1e2, 1e4, 1e6]
    assert {each["person"] for each in said["sample_next"]} == {"M", "GM"}
    assert said["sample_next"][0]["found"] > said["true_child_found_there"]
    (tmp_path / "family.json").write_text(json.dumps({**GRANDMOTHER, "loci": LOCI[:1]}), encoding="utf-8")
    code, out, _ = clew("power", "family.json", "--database-size", "1000000")
    assert code == 0
    assert "these relatives cannot answer among 1,000,000 children" in out
    assert "with a sample of " in out
    assert clew("power", "family.json", "--database-size", "0")[0] == 2


def test_a_simulation_can_be_repeated_and_searched(clew: Clew, tmp_path: Path) -> None:
    for name in ("one", "two"):
        code, out, _ = clew("simulate", name, "--families", "2", "--profiles", "300", "--seed", "7", "--json")
        assert (code, json.loads(out)["profiles"]) == (0, 302)
    for file in ("children.csv", "truth.json", "families/family-1.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    truth = json.loads((tmp_path / "one" / "truth.json").read_text())
    code, out, _ = clew("search", "one/families/family-1.json", "one/children.csv", "--json")
    assert code == 0
    assert json.loads(out)["hits"][0]["profile"] == truth["family-1"]
    code, _, err = clew("simulate", "one")
    assert (code, err) == (1, "one is there and not empty. Name a new directory; nothing is overwritten.\n")
    assert clew("simulate", "three", "--relatives", "neighbours")[0] == 2
    assert clew("simulate", "three", "--missing", "1")[0] == 2
    assert not (tmp_path / "three").exists()


def test_the_bench_prints_what_was_promised(clew: Clew) -> None:
    code, out, _ = clew("bench", "--profiles", "20000", "--threads", "2", "--json")
    said = json.loads(out)
    assert code == 0
    assert set(said) >= {
        "profiles", "loci", "threads", "full_scan_per_s", "bounded_per_s", "lookup_ceiling_per_s",
        "memory_ceiling_bytes_per_s", "compile_ms", "bytes_per_profile", "peak_rss_bytes",
    }  # fmt: skip
    assert (said["profiles"], said["loci"], said["threads"]) == (20_000, 23, 2)
    assert set(said["bounded_per_s"]) == {"duo", "trio", "sibs"}
    assert said["bytes_per_profile"] <= 30
    assert clew("bench", "--profiles", "0")[0] == 2


def test_numba_is_imported_by_a_search_and_by_nothing_before_it() -> None:
    script = (
        "import sys; from clew.cli.app import build, help_text; help_text(); build('kinship')\n"
        "import clew.kinship.scanning, clew.kinship.many, clew.kinship.families\n"
        "sys.exit('numba' in sys.modules or 'llvmlite' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
