"""Acts of several processes, or threads, never take the same place in the log."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections, transaction

from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
from clew.node.audit.queries import verify
from clew.node.home import NodeSettings, create_home
from clew.node.keys import create_keys

WRITERS, EACH = 3, 20
WRITE = f"""
import django
django.setup()
from django.db import transaction
from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
for number in range({EACH}):
    with transaction.atomic():
        record(actor=NODE, act="test.note", object_kind="note", object_id=number)
"""
MIGRATE = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""
VERIFY = """
import django
django.setup()
from clew.node.audit.queries import verify
report = verify()
print(report.ok, report.size, *report.problems)
"""


def start(code: str, home: Path) -> subprocess.Popen[str]:
    environment = os.environ | {"CLEW_HOME": str(home), "DJANGO_SETTINGS_MODULE": "clew.node.settings"}
    return subprocess.Popen([sys.executable, "-c", code], env=environment, text=True, stdout=subprocess.PIPE)


@pytest.mark.slow
@pytest.mark.sqlite
def test_processes_that_write_at_the_same_time_wait_for_each_other(tmp_path: Path) -> None:
    home = create_home(
        tmp_path / "home",
        NodeSettings(node_id="0" * 32, name="Busy node (fictional)", country="AT", kind="police", secure=False),
    )
    create_keys(home)
    assert start(MIGRATE, home.path).wait() == 0
    writers = [start(WRITE, home.path) for _ in range(WRITERS)]
    while any(writer.poll() is None for writer in writers):
        told = start(VERIFY, home.path).communicate()[0]
        assert told.startswith("True"), told
    assert [writer.wait() for writer in writers] == [0] * WRITERS
    assert start(VERIFY, home.path).communicate()[0].strip() == f"True {WRITERS * EACH}"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_threads_that_write_at_the_same_time_wait_for_each_other() -> None:
    def write(_writer: int) -> None:
        try:
            for number in range(EACH):
                with transaction.atomic():
                    record(actor=NODE, act="test.note", object_kind="note", object_id=number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    report = verify()
    assert (report.ok, report.size) == (True, WRITERS * EACH)
