"""What the doctor finds in the node itself: disk, worker, backups, a store that cannot be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest
from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone

from clew.node import condition
from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
from clew.node.heartbeat import FILE, SILENT_AFTER, Heart
from clew.node.types import Finding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_word_of_a_worker() -> Iterator[None]:
    yield
    (settings.HOME.path / FILE).unlink(missing_ok=True)


@pytest.mark.parametrize(("free", "state"), [(1 << 40, "well"), (1 << 20, "wrong")])
def test_too_little_room_is_wrong_and_says_where_and_what_to_do(free: int, state: str) -> None:
    backups = settings.HOME.path
    store, documents, kept = condition.disk_findings(settings.HOME, backups, lambda _path: free)
    assert [store.state, documents.state, kept.state] == [state] * 3
    if state == "wrong":
        assert str(settings.HOME.path) in store.says
        assert "Make room" in store.cure


def test_where_backups_go_is_unknown_until_it_is_said(tmp_path: Path) -> None:
    *_others, kept = condition.disk_findings(settings.HOME, None)
    assert (kept.state, "--backups DIR" in kept.cure) == ("unknown", True)
    *_others, kept = condition.disk_findings(settings.HOME, tmp_path / "gone")
    assert kept.state == "wrong"


def test_a_worker_that_was_never_heard_or_was_stopped_is_unknown_and_a_silent_one_wrong() -> None:
    now = timezone.now()
    assert condition.worker_finding(settings.HOME, now).state == "unknown"
    heart = Heart(settings.HOME.path, now)
    assert condition.worker_finding(settings.HOME, now).state == "well"
    later = now + SILENT_AFTER + dt.timedelta(seconds=1)
    silent = condition.worker_finding(settings.HOME, later)
    assert (silent.state, silent.since) == ("wrong", now)
    heart.end(now)
    assert condition.worker_finding(settings.HOME, later).state == "unknown"


def test_the_last_backup_is_read_from_the_log_and_an_old_one_is_wrong() -> None:
    now = timezone.now()
    assert condition.backup_finding(now).state == "unknown"
    with transaction.atomic():
        record(actor=NODE, act="node.finish_backup", object_kind="node", object_id="backup", details={})
    assert condition.backup_finding(now).state == "well"
    old = condition.backup_finding(now + condition.BACKUP_EVERY + dt.timedelta(hours=1))
    assert (old.state, "clew backup" in old.cure) == ("wrong", True)


def test_a_certificate_that_is_not_seen_from_here_is_unknown() -> None:
    assert settings.NODE.tls == "proxy"
    assert condition.certificate_finding(settings.HOME, timezone.now()).state == "unknown"


def test_a_store_that_one_check_cannot_read_keeps_no_other_from_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> NoReturn:
        raise OperationalError("no such table of Takenvalq")

    monkeypatch.setattr(condition, "store_finding", fail)
    found = condition.findings(now=timezone.now())
    (unread,) = [one for one in found if one.check == "reading the store"]
    assert (unread.state, "Takenvalq" in unread.says) == ("wrong", False)
    assert {"keys", "worker", "card", "clock"} <= {one.check for one in found}


def test_findings_are_in_english_whatever_the_nodes_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, language="bg"))
    assert all(str(one).isascii() or "“" in str(one) for one in condition.findings(now=timezone.now()))


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (Finding("one", "well"), "well"),
        (Finding("one", "well", "All is there."), "well: All is there."),
        (Finding("one", "unknown", "Nobody knows.", "Ask."), "unknown: Nobody knows. Ask."),
        (Finding("one", "wrong", "It is broken.", "Mend it."), "It is broken. Mend it."),
    ],
)
def test_a_finding_in_words_is_never_well_when_it_is_unknown(finding: Finding, said: str) -> None:
    assert str(finding) == said
