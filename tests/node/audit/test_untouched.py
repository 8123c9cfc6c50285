"""Whether anything was done in the node since an act, so that another room need not look again."""

from __future__ import annotations

import pytest

from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
from clew.node.audit.queries import untouched_since

pytestmark = pytest.mark.django_db


def act(name: str, thing: int) -> None:
    record(actor=NODE, act=name, object_kind="thing", object_id=thing)


def untouched(*things: int) -> frozenset[str]:
    return untouched_since(act="room.sign", object_ids=[str(each) for each in things], harmless=["room.send"])


def test_a_thing_is_untouched_while_only_harmless_acts_follow() -> None:
    act("room.sign", 1)
    act("room.send", 1)
    act("room.sign", 2)
    assert untouched(1, 2) == {"1", "2"}


def test_any_other_act_touches_what_was_done_before_it_and_nothing_after_it() -> None:
    act("room.sign", 1)
    act("room.withdraw", 9)
    act("room.sign", 2)
    assert untouched(1, 2) == {"2"}
    act("room.sign", 1)
    assert untouched(1, 2) == {"1", "2"}


def test_a_thing_the_act_was_never_done_to_is_not_untouched() -> None:
    act("room.sign", 1)
    assert untouched(3) == frozenset()
