"""The canaries in what runs beside the pages: figures, the doctor, the log. None of a case is heard there, ever."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import StringIO

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import Officer
from clew.node.condition import findings
from clew.node.exchange.models import InboxEntry
from clew.node.exchange.worker import run_once
from clew.node.logs import JsonLines, PlainLines
from clew.node.metrics import exposition
from clew.node.probes import readiness
from tests.node.canaries.planting import World
from tests.node.canaries.table import ROLES, canaries

pytestmark = pytest.mark.django_db


def heard(text: str) -> list[str]:
    """The canaries whose word is in a text."""
    return [one.name for one in canaries() if one.word.lower() in text.lower()]


@pytest.fixture
def log() -> Iterator[StringIO]:
    """Everything that is logged, at every level, in both formats."""
    stream = StringIO()
    root = logging.getLogger()
    handlers = []
    for form in (JsonLines, PlainLines):
        handler = logging.StreamHandler(stream)
        handler.setFormatter(form())
        handlers.append(handler)
        root.addHandler(handler)
    before = root.level
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(before)
    for handler in handlers:
        root.removeHandler(handler)


@pytest.mark.parametrize("by_partner", [False, True])
def test_figures_hold_nothing_of_a_case_and_name_nobody(
    world: World, by_partner: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, metrics_partners=by_partner))
    text = exposition()
    assert 'clew_letters{direction="out"' in text
    assert heard(text) == []
    for named in ("Beijing", "anna", "Anna", world.case.reference, settings.NODE.node_id):
        assert named not in text
    # Which partner letters wait for is said only where the settings want it, and then by its id.
    assert (world.beijing.partner.uid in text) is by_partner


def test_the_doctor_and_the_probes_hold_nothing_of_a_case(world: World) -> None:
    told = "\n".join(f"{one.check} {one}" for one in findings(now=timezone.now()))
    assert "partner: Beijing (fictional)" in told
    assert heard(told + readiness()[2]) == []
    assert world.case.reference not in told


def test_a_page_that_fails_puts_nothing_of_a_case_into_the_log(
    world: World, log: StringIO, signed_in_client: Callable[[Officer], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [one.word for one in canaries()]

    def fail(request: HttpRequest, template: str, context: object) -> None:
        raise ValueError(words, context) from KeyError(template, *words)

    monkeypatch.setattr("clew.node.cases.views.work_file.page", fail)
    client = signed_in_client(world.officer_factory(roles=ROLES))
    client.raise_request_exception = False
    assert client.get(f"/cases/?q={words[0]}").status_code == 500
    assert "ValueError" in log.getvalue()
    assert "work_file" in log.getvalue()
    assert heard(log.getvalue()) == []


def test_work_that_fails_puts_nothing_of_a_case_into_the_log(
    world: World, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [one.word for one in canaries()]

    def fail(**_named: object) -> None:
        raise ValueError(*words)

    world.beijing.send(world.beijing.write())
    monkeypatch.setattr("clew.node.exchange.worker.open_envelopes", fail)
    run_once(now=timezone.now(), rng=random.Random(1), post=world.beijing.post)
    number = InboxEntry.objects.get(code="not-opened").envelope_id
    assert f"envelope {number} could not be opened" in log.getvalue()
    assert heard(log.getvalue()) == []


def test_a_canary_in_the_log_would_be_heard(log: StringIO) -> None:
    word = next(one.word for one in canaries())
    logging.getLogger("clew.node").warning(word)
    assert heard(log.getvalue()) != []


def test_all_that_the_story_of_the_canaries_logs_is_lines_of_fixed_fields(log: StringIO, world: World) -> None:
    world.beijing.send(world.beijing.write())
    run_once(now=timezone.now(), rng=random.Random(1), post=world.beijing.post)
    try:
        raise KeyError(*[one.word for one in canaries()])
    except KeyError:
        logging.getLogger("clew.node").exception("an end")
    lines = [json.loads(line) for line in log.getvalue().splitlines() if line.startswith("{")]
    assert lines
    fields = {"at", "level", "process", "logger", "place", "message", "exception", "frames"}
    assert all(set(line) <= fields for line in lines)
    assert heard(log.getvalue()) == []
