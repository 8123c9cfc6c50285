"""One node made by `clew init`, copied for every test that changes it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from clew.node.home import load_home, write_settings
from tests.cli.nodes import Answer, free_ports, make_node

PASSPHRASE = "a passphrase of several words"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Answer]:
    """A node's directory and what `clew init` said."""
    home = tmp_path_factory.mktemp("node") / "home"
    answer = make_node(home)
    assert answer.code == 0, answer.err
    return home, answer


@pytest.fixture
def home(made: tuple[Path, Answer], tmp_path: Path) -> Path:
    """A node of the test's own, on free ports."""
    from dataclasses import replace

    copy = tmp_path / "home"
    shutil.copytree(made[0], copy)
    pages, inbound = free_ports()
    write_settings(copy, replace(load_home(copy).settings, port=pages, inbound_port=inbound))
    return copy


@pytest.fixture
def passphrase(tmp_path: Path) -> Path:
    """A file that holds the passphrase of the tests' backups."""
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\n")
    return file
