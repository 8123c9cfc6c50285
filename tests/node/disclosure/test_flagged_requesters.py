"""What a legal adviser noted of a requester, in a room above, is among what the rules look at."""

from __future__ import annotations

import pytest

from clew.node.disclosure import actions
from clew.node.oversight.actions import note_pattern
from tests.node.disclosure.conftest import World

pytestmark = pytest.mark.django_db


def policies(world: World) -> set[str]:
    decision = actions.decide(actor=world.anna, release_id=world.draft().pk)
    return {each["policy"] for each in decision.outcome["letter"]["reasons"]}


def test_a_flagged_requester_takes_the_legal_adviser_s_approval_until_a_newer_note_takes_it_back(world: World) -> None:
    """The two rooms are joined by a name alone: where it is lost, this test is what tells."""
    assert "R21d" not in policies(world)
    note_pattern(actor=world.bernd, party="cn-office", kind="burst", judgement="flagged", reason="Odd (fictional).")
    assert "R21d" in policies(world)
    note_pattern(actor=world.bernd, party="cn-office", kind="burst", judgement="harmless", reason="A raid (fictional).")
    assert "R21d" not in policies(world)
