"""A type of letter that a node does not know yet is refused as unknown, its sender told, and nothing done."""

from __future__ import annotations

from typing import Any

import pytest

from clew.exchange.kinds.table import HANDLED, KINDS, LONG_KNOWN, Carries
from clew.exchange.letters import read_letter
from clew.exchange.receipts import Stage
from clew.node.cases.models import Deadline
from clew.node.dossier.models import Source
from clew.node.exchange.models import InboxEntry, Letter, Thread, ThreadEvent
from tests.exchange.samples import tell
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db
STORY = tell()
NEW = sorted(set(KINDS) - LONG_KNOWN)


@pytest.fixture(autouse=True)
def of_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The node's program knows none of the newer types."""
    assert read_letter.__kwdefaults__["types"] == HANDLED
    monkeypatch.setitem(read_letter.__kwdefaults__, "types", LONG_KNOWN)


def send(beijing: Correspondent, kind: str, **header: Any) -> None:
    """A letter of that type, whole in every respect, as a node of the future would send it."""
    body = dict(STORY.told[kind].letter.body)
    if KINDS[kind].carries is Carries.CONTROL:
        header |= {"decision": None, "deadline": None}
    if not KINDS[kind].threaded:
        header["thread"] = ""
    if KINDS[kind].must_refer:
        header.setdefault("in_reply_to", "a" * 32)
    beijing.send(beijing.write(body, **header))
    beijing.work()


@pytest.mark.parametrize("kind", NEW)
def test_a_type_that_the_node_does_not_act_on_is_refused_and_changes_nothing(beijing: Correspondent, kind: str) -> None:
    send(beijing, kind)
    entry = InboxEntry.objects.get()
    assert (entry.state, entry.code, entry.letter) == ("rejected", "unknown-type", None)
    assert [(one.stage, one.code) for one in beijing.receipts()] == [(Stage.OPENED, "unknown-type")]
    for model in (Letter, Thread, ThreadEvent, Source, Deadline):
        assert not model.objects.exists()


@pytest.mark.parametrize("kind", [kind for kind in NEW if "request" in KINDS[kind].refers_to])
def test_it_changes_nothing_about_the_letter_that_it_names_either(beijing: Correspondent, kind: str) -> None:
    beijing.send(beijing.write())
    beijing.work()
    before = (Letter.objects.values().get(), Thread.objects.values().get(), ThreadEvent.objects.count())
    named = Letter.objects.get()
    send(beijing, kind, thread=named.thread.uid, in_reply_to=named.uid)
    assert InboxEntry.objects.latest("pk").code == "unknown-type"
    assert (Letter.objects.values().get(), Thread.objects.values().get(), ThreadEvent.objects.count()) == before


def test_the_letter_after_it_is_taken_since_it_held_its_place(beijing: Correspondent) -> None:
    send(beijing, NEW[0])
    beijing.send(beijing.write())
    beijing.work()
    assert [one.state for one in InboxEntry.objects.order_by("pk")] == ["rejected", "quarantined"]
