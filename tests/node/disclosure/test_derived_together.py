"""Several decisions derived again together: what they ask alike is read once, and is used no longer than that."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clew.node.disclosure import actions
from clew.node.disclosure.deriving import Derived, derive, derive_with
from clew.node.disclosure.gathering import registers_read_once
from clew.node.disclosure.holding import not_holding
from clew.node.disclosure.models import Decision
from clew.node.partners.models import Instrument
from tests.node.disclosure.conftest import World

ALONE, FURTHER = 41, 30
"""Queries for the first decision of a portion, and for each that follows; the case also speaks of a victim."""


def decided(world: World) -> Decision:
    return actions.decide(actor=world.anna, release_id=world.draft().pk)


def test_a_further_decision_reads_no_register_again(world: World) -> None:
    decision, now = decided(world), timezone.now()
    with registers_read_once() as registers:
        counted = []
        for _run in range(2):
            fresh = Decision.objects.select_related("release__case", "release__requested_by").get(pk=decision.pk)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                derive_with(registers, fresh.release, fresh.approvals.order_by("pk"), now)
            counted.append(len(queries))
    assert counted == [ALONE, FURTHER]


def test_registers_answer_nothing_once_they_are_closed(world: World) -> None:
    release, now = world.draft(), timezone.now()
    with registers_read_once() as registers:
        derive_with(registers, release, (), now)
    with pytest.raises(RuntimeError):
        derive_with(registers, release, (), now)
    with pytest.raises(RuntimeError):
        registers.schemata([1])


def test_what_was_derived_with_shared_registers_is_what_is_derived_alone(world: World) -> None:
    release, now = world.draft(), timezone.now()
    with registers_read_once() as registers:
        derive_with(registers, world.draft().__class__.objects.get(pk=release.pk), (), now)
        shared = derive_with(registers, release, (), now)
    alone = derive(release, (), now)
    assert (shared.basis, shared.package.digest) == (alone.basis, alone.package.digest)


def test_where_somebody_acts_meanwhile_each_is_derived_once_more_by_itself(world: World) -> None:
    both = [decided(world), decided(world)]
    now = timezone.now()
    seen: list[tuple[int, bool]] = []

    def check(decision: Decision, derived: Derived) -> None:
        seen.append((decision.pk, derived.inputs.transfer.instrument.in_force))
        if len(seen) == 1:
            # The agreement ends while the other decision is still to be derived; every act is an entry of the log.
            Instrument.objects.update(in_force_until=now.date() - dt.timedelta(days=1))
            world.draft()

    assert not_holding(both, now, check) == {}
    first, second = (each.pk for each in both)
    assert seen[-2:] == [(first, False), (second, False)]
    assert len(seen) == 4
    seen.append((0, False))
    assert not_holding(both, now, check) == {}
    assert len(seen) == 7
