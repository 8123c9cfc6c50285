"""A throw-away node directory for the test run: settings cannot be imported without one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from clew.node.home import Home, NodeSettings, create_home
from clew.node.keys import create_keys


def make_test_home() -> Home:
    """Make a fresh home in a temporary directory and point `CLEW_HOME` at it.

    `CLEW_TEST_DATABASE_URL` chooses the store (PostgreSQL); without it SQLite is used.
    """
    directory = Path(tempfile.mkdtemp(prefix="clew-test-")) / "home"
    os.environ["CLEW_HOME"] = str(directory)
    settings = NodeSettings(
        node_id="0" * 31 + "1",
        name="Test node (fictional)",
        country="AT",
        kind="police",
        host="testserver",
        database=os.environ.get("CLEW_TEST_DATABASE_URL", ""),
        secure=False,
    )
    home = create_home(directory, settings)
    create_keys(home)
    return home
