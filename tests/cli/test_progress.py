"""Long commands say how far they have come, on the error stream and to a person alone."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from clew.cli.progress import WORDS
from tests.cli.nodes import clew, environment

pytestmark = pytest.mark.slow


def at_a_terminal(home: Path, *arguments: object) -> tuple[str, str]:
    """What a command says on standard output, and on an error stream that is a terminal."""
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        command = [sys.executable, "-m", "clew", *map(str, arguments)]
        surroundings = {**environment(home), "TERM": "xterm", "COLUMNS": "120"}
        with subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, stderr=theirs, text=True) as running:
            os.close(theirs)
            shown = b""
            while True:
                try:
                    block = screen.read(4096)
                except OSError:  # the other side was closed
                    break
                if not block:
                    break
                shown += block
            assert running.stdout is not None
            told = running.stdout.read()
        assert running.returncode == 0, shown
    return told, shown.decode(errors="replace")


def test_whoever_sits_at_a_terminal_sees_how_far_it_is_and_the_answer_stays_alone(
    home: Path, tmp_path: Path, passphrase: Path
) -> None:
    file = tmp_path / "node.backup"
    told, shown = at_a_terminal(home, "backup", file, "--passphrase-file", passphrase)
    assert WORDS["sealing"] in shown
    assert told.startswith(str(file))
    told, shown = at_a_terminal(tmp_path / "new", "restore", file, "--passphrase-file", passphrase)
    assert WORDS["opening"] in shown or WORDS["unpacking"] in shown or WORDS["log"] in shown
    assert "verifies" in told
    told, shown = at_a_terminal(home, "audit", "verify")
    assert WORDS["log"] in shown
    told, shown = at_a_terminal(home, "doctor", "--rebuild")
    assert WORDS["log"] in shown
    assert "rows made anew" in told


@pytest.mark.parametrize("command", [("audit", "verify"), ("doctor", "--rebuild")])
def test_in_a_pipe_and_with_json_nothing_but_the_answer_is_said(home: Path, command: tuple[str, ...]) -> None:
    assert clew(*command, home=home).err == ""
    told, shown = at_a_terminal(home, *command, "--json")
    assert shown == ""
    assert told.startswith("{")
