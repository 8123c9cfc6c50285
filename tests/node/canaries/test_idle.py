"""A node that has nothing to do leaves its store alone: others would wait for the lock, and a disk would wear out."""

from __future__ import annotations

import random
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clew.node.api import notifying
from clew.node.disclosure.actions import run_simulations
from clew.node.exchange import worker
from clew.node.kinship.actions import run_searches
from clew.node.matching.actions import compare_waiting
from clew.node.transfer.actions import run_pending
from tests.node.canaries.planting import World

WRITES = ("INSERT", "UPDATE", "DELETE")


def rounds(now: datetime) -> int:
    """One round of each thread of the worker process, upkeep left out: it comes once an hour. Returns what waits."""
    rng = random.Random(1)
    moved = bool(worker.run_once(now=now, rng=rng)) + notifying.run_once(now=now, rng=rng)
    return moved + run_pending() + run_simulations() + run_searches() + compare_waiting()


@pytest.mark.django_db
def test_a_node_with_nothing_to_do_writes_nothing(world: World) -> None:
    # One moment for all rounds: on a slow machine a letter that waits to be tried again would be due meanwhile.
    now = timezone.now()
    while rounds(now):
        pass
    with CaptureQueriesContext(connection) as asked:
        assert rounds(now) == 0
    assert [each["sql"] for each in asked if each["sql"].lstrip().upper().startswith(WRITES)] == []
    assert len(asked) > 10
