"""What machines ask the pages' port: whether it lives, whether it can work, and its figures, for who has the token."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError
from django.utils import timezone

from clew.node.heartbeat import FILE, SILENT_AFTER, Beat, Heart, last_beat
from clew.node.home import HomeProblem, load_home, write_settings
from clew.node.metrics import CONTENT_TYPE, exposition, written
from clew.node.types import MetricFamily, Sample
from clew.node.wsgi import application

pytestmark = pytest.mark.django_db
LABEL = r'[a-z]+="[^"\n]*"'
TOKEN = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str


def ask(path: str, method: str = "GET", **environ: Any) -> Answer:
    seen: list[tuple[str, dict[str, str]]] = []
    given = {"REQUEST_METHOD": method, "PATH_INFO": path, "SERVER_NAME": "testserver", "SERVER_PORT": "80", **environ}
    given.setdefault("wsgi.url_scheme", "http")
    parts = application(given, lambda status, headers, _info=None: seen.append((status, dict(headers))))  # type: ignore[arg-type]
    text = b"".join(parts).decode()
    status, headers = seen[0]
    return Answer(int(status.split()[0]), headers, text)


@pytest.fixture(autouse=True)
def heart() -> Iterator[Heart]:
    seconds = count(step=10)
    made = Heart(settings.HOME.path, timezone.now(), clock=lambda: next(seconds))
    made.beat(timezone.now(), 0.25, {"opened": 2, "delivered": 0})
    yield made
    (settings.HOME.path / FILE).unlink()


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, metrics_token=TOKEN))
    return TOKEN


def test_it_lives_and_is_ready_whatever_host_is_asked_for_and_no_cookie_is_set() -> None:
    alive, ready = ask("/health/live", HTTP_HOST="10.0.0.7"), ask("/health/ready", HTTP_HOST="10.0.0.7")
    assert (alive.status, alive.text) == (200, "alive\n")
    assert (ready.status, json.loads(ready.text)) == (200, {"ready": True, "store": "well", "worker": "well"})
    assert set(ready.headers) == {"Content-Type", "Content-Length", "Cache-Control"}
    assert ask("/health/ready", "HEAD").text == ""


def test_a_silent_a_stopped_and_an_unknown_worker_are_told_apart_and_none_is_ready(heart: Heart) -> None:
    long_ago = timezone.now() - SILENT_AFTER - dt.timedelta(seconds=1)
    Heart(settings.HOME.path, long_ago)
    assert (ask("/health/ready").status, json.loads(ask("/health/ready").text)["worker"]) == (503, "wrong")
    heart.end(timezone.now())
    assert json.loads(ask("/health/ready").text)["worker"] == "unknown"
    (settings.HOME.path / FILE).write_text("{")
    assert json.loads(ask("/health/ready").text) == {"ready": False, "store": "well", "worker": "unknown"}


def test_a_store_that_does_not_answer_is_said_in_a_word(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    def fail() -> None:
        raise OperationalError("no such host db.example for user clew")

    monkeypatch.setattr("clew.node.probes.connection.cursor", fail)
    ready = ask("/health/ready")
    assert (ready.status, json.loads(ready.text)["store"]) == (503, "wrong")
    assert "clew" not in ready.text
    assert ask("/metrics", HTTP_AUTHORIZATION=f"Bearer {token}").status == 503


def test_the_probes_are_only_read() -> None:
    assert ask("/health/live", "POST").status == 405


def test_there_are_no_figures_unless_the_settings_name_a_token() -> None:
    assert settings.NODE.metrics_token == ""
    assert ask("/metrics", HTTP_AUTHORIZATION="Bearer ").status == 404
    assert ask("/metrics", REMOTE_ADDR="127.0.0.1").status == 404


@pytest.mark.parametrize(
    "given", ["", TOKEN, f"Bearer {TOKEN[:-1]}", f"bearer {TOKEN}", f"Bearer {TOKEN} ", "Bearer é"]
)
def test_no_figure_is_given_without_exactly_the_token_not_even_on_loopback(token: str, given: str) -> None:
    answer = ask("/metrics", HTTP_AUTHORIZATION=given, REMOTE_ADDR="127.0.0.1")
    assert answer.status == 401
    assert "clew_" not in answer.text
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_who_has_the_token_reads_figures_in_the_openmetrics_format(token: str) -> None:
    answer = ask("/metrics", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, CONTENT_TYPE)
    lines = answer.text.splitlines()
    assert lines[-1] == "# EOF"
    assert 'clew_worker_done_total{what="opened"} 2' in lines
    assert "clew_worker_round_seconds_total 0.250" in lines
    assert "clew_outbox_oldest_seconds 0" in lines


def test_figures_can_be_read_by_the_grammar_of_the_format() -> None:
    described: set[str] = set()
    for line in exposition().splitlines()[:-1]:
        if found := re.fullmatch(r"# (TYPE|HELP) (clew_[a-z_]+) (.+)", line):
            assert (found[1] == "TYPE") == (found[2] not in described), line
            described.add(found[2])
            continue
        sample = re.fullmatch(
            r'(clew_[a-z_]+?)(_total|_info)?(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? -?[0-9.]+', line
        )
        assert sample, line
        assert sample[1] in described, line


def test_what_a_label_holds_ends_neither_the_label_nor_the_line() -> None:
    family = MetricFamily("clew_x", "gauge", "One\nthing.", [Sample(1, {"a": 'b"} 2\nclew_y 3\\'})])
    assert written([family]) == (
        '# TYPE clew_x gauge\n# HELP clew_x One\\nthing.\nclew_x{a="b\\"} 2\\nclew_y 3\\\\"} 1\n# EOF\n'
    )


def test_the_workers_word_is_private_replaced_in_one_step_and_written_once_a_second(tmp_path: Path) -> None:
    seconds = iter([0.0, 0.4, 1.5, 1.5])
    now = timezone.now()
    heart = Heart(tmp_path, now, clock=lambda: next(seconds))
    heart.beat(now, 1.0, {"opened": 1})
    assert last_beat(tmp_path) == Beat(now, now)
    heart.beat(now, 3.0, {"opened": 2})
    assert last_beat(tmp_path) == Beat(now, now, 2, 4.0, 3.0, {"opened": 3})
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_full_disk_does_not_stop_the_worker(tmp_path: Path) -> None:
    heart = Heart(tmp_path / "gone", timezone.now())
    heart.beat(timezone.now(), 1.0, {})
    assert last_beat(tmp_path / "gone") is None


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"metrics_token": "short"}, "needs at least 32"),
        ({"metrics_token": "with spaces and signs, long enough"}, "needs at least 32"),
        ({"log_format": "xml"}, "must be plain or json"),
    ],
)
def test_settings_that_would_open_or_break_something_are_refused_by_name(
    tmp_path: Path, entry: dict[str, str], said: str
) -> None:
    write_settings(tmp_path, replace(settings.NODE, **entry))  # type: ignore[arg-type]
    with pytest.raises(HomeProblem, match=said) as problem:
        load_home(tmp_path)
    assert next(iter(entry)) in str(problem.value)
