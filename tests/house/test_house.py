"""What the house itself promises: a lock without a registry, no silent skip, a database that leaves nothing behind."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.slower import slower

ROOT = Path(__file__).resolve().parents[2]
pytest_plugins = ["pytester"]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_every_target_that_people_use_says_what_it_does() -> None:
    shown = run("make", "help").stdout
    for target in (
        "help",
        "demo",
        "demo-stop",
        "quick",
        "test",
        "check",
        "bench",
        "docs",
        "shots",
        "messages",
        "mutants",
    ):
        assert re.search(rf"^  make {target} +\S", shown, re.MULTILINE), target


@pytest.mark.parametrize("lock", ["runtime.txt", "dev.txt"])
def test_every_package_is_pinned_with_a_hash_and_names_no_registry(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    packages = re.split(r"\n(?=\S)", text.strip())
    assert len(packages) > 20
    assert [package for package in packages if not re.match(r"\S+==\S+", package)] == []
    assert [package for package in packages if "--hash=sha256:" not in package] == []
    assert "://" not in text
    assert not re.search(r"--(?!hash=)\w", text)


def test_whoever_has_the_tools_has_the_very_same_runtime() -> None:
    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^(\S+==\S+)", (ROOT / "requirements" / lock).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("runtime.txt") <= pins("dev.txt")


@pytest.mark.parametrize(("in_ci", "outcome"), [("1", "failed"), ("", "skipped")])
def test_a_skipped_test_fails_in_ci_only(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, in_ci: str, outcome: str
) -> None:
    monkeypatch.setenv("CI", in_ci)
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile("import pytest\ndef test_it(): pytest.skip('no browser here')")
    pytester.runpytest_subprocess("-p", "no:django").assert_outcomes(**{outcome: 1})


def test_an_expected_failure_is_no_skip_in_ci(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "1")
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text(encoding="utf-8"))
    pytester.makepyfile("import pytest\n@pytest.mark.xfail\ndef test_it(): assert False")
    pytester.runpytest_subprocess("-p", "no:django").assert_outcomes(xfailed=1)


def test_the_throw_away_database_answers_and_leaves_nothing_behind() -> None:
    ask = (
        "import os, dj_database_url, psycopg\n"
        "to = dj_database_url.parse(os.environ['CLEW_TEST_DATABASE_URL'])\n"
        "with psycopg.connect(host=to['HOST'], user=to['USER'], dbname=to['NAME']) as connection:\n"
        "    print(connection.execute('show listen_addresses').fetchone(), to['HOST'])\n"
        "raise SystemExit(3)\n"
    )
    done = run("scripts/with-postgres", sys.executable, "-c", ask)
    assert done.returncode == 3, done.stderr
    listens_on, directory = done.stdout.split()
    assert listens_on == "('',)"
    assert not Path(directory).exists()


def test_the_throw_away_database_asks_for_a_command() -> None:
    done = run("scripts/with-postgres")
    assert (done.returncode, done.stderr) == (2, "usage: scripts/with-postgres COMMAND ARGUMENT...\n")


def test_missing_system_packages_are_named_where_they_cannot_be_installed(tmp_path: Path) -> None:
    for program in ("bash", "id"):
        (tmp_path / program).symlink_to(Path("/usr/bin") / program)
    done = run("scripts/install-system", "test", PATH=str(tmp_path), PYTHON=sys.executable)
    assert done.returncode == 1
    assert "libicu-dev" in done.stderr
    assert "chromium" in done.stderr


def test_an_older_python_is_refused_by_name(tmp_path: Path) -> None:
    older = tmp_path / "python3.10"
    older.write_text("#!/bin/sh\nexit 1\n")
    older.chmod(0o755)
    done = run("scripts/install-python", "runtime", PYTHON=str(older))
    assert done.returncode == 1
    assert "Python 3.11 or newer" in done.stderr


def test_tests_that_share_nodes_run_in_one_process(pytester: pytest.Pytester) -> None:
    """A pytest that hides the groups from pytest-xdist starts the story's nodes in every process."""
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.xdist_group("story")
        @pytest.mark.parametrize("number", range(8))
        def test_shares(number):
            pass
        """
    )
    told = pytester.runpytest_subprocess("-n", "2", "--dist", "loadgroup", "-v", "-p", "no:django").stdout.str()
    assert told.count("PASSED") == 8
    assert len(set(re.findall(r"\[(gw\d)\] .* PASSED .*test_shares", told))) == 1


def test_every_test_that_is_listed_as_slow_exists() -> None:
    for file, names in names_by_file((ROOT / "tests" / "slower.txt").read_text(encoding="utf-8").split()).items():
        there = {
            node.name
            for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef)
        }
        assert names <= there, f"{file}: measure again (tests/slower.py)"


def names_by_file(listed: list[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for file, _, name in (each.partition("::") for each in listed):
        found.setdefault(file, set()).add(name.rpartition("::")[2])
    return found


def test_a_test_counts_as_slow_by_what_its_cases_take_together() -> None:
    report = [
        "0.70s call     tests/a.py::test_long",
        "0.10s setup    tests/a.py::test_cases[1]",
        "0.11s call     tests/a.py::test_cases[1]",
        "0.30s call     tests/a.py::test_cases[x y]",
        "0.10s call     tests/b.py::test_short",
        "(3 durations < 0.005s hidden.)",
    ]
    assert slower(report) == ["tests/a.py::test_cases", "tests/a.py::test_long"]
