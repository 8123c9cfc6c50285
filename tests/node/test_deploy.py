"""Under production settings Django's own deployment checks find nothing, and neither do those of the node."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clew.node.home import NodeSettings, create_home
from clew.node.keys import create_keys


def checked(home: Path, *, secure: bool) -> subprocess.CompletedProcess[str]:
    """What `check --deploy` says of a node with these settings; a warning counts as a failure."""
    settings = NodeSettings("0" * 32, "Office (fictional)", "AT", "police", host="clew.office.example", secure=secure)
    create_keys(create_home(home, settings))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CLEW_", "DJANGO_"))}
    environment |= {"CLEW_HOME": str(home), "DJANGO_SETTINGS_MODULE": "clew.node.settings"}
    return subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_deployment_checks_find_nothing_in_a_node_for_production(tmp_path: Path) -> None:
    done = checked(tmp_path / "home", secure=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.slow
def test_the_deployment_checks_would_say_so_of_a_node_without_tls(tmp_path: Path) -> None:
    done = checked(tmp_path / "home", secure=False)
    assert done.returncode == 1
    assert "SECURE_SSL_REDIRECT" in done.stderr
