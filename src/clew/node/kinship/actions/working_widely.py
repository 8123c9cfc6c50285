"""The worker's turn at wide searches: family by family, each kept by itself, so that nothing is done twice."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from django.db import transaction
from django.utils import timezone

from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
from clew.node.kinship.actions.performing import end, guarded, run, weigh
from clew.node.kinship.actions.searching_widely import unfinished
from clew.node.kinship.models import Search, Session, WideSearch

AT_ONCE = 100
"""Families that are read from the store at a time."""


def go_on(open_now: Mapping[int, Session], *, until: float) -> int:
    """Go on with the wide searches until a moment of the monotonic clock.

    `open_now`: the sessions that are open, by unit; a search whose store is closed waits. Returns how many families
    could be gone on with at once.
    """
    left = 0
    for wide in WideSearch.objects.filter(state=WideSearch.State.WEIGHING).order_by("pk"):
        left += _through(wide, (Search.State.WEIGHING,), weigh, until)
        if not wide.searches.filter(state=Search.State.WEIGHING).exists():
            _weighed(wide)
    for wide in WideSearch.objects.filter(state=WideSearch.State.RUNNING).order_by("pk"):
        session = open_now.get(wide.compartment_id)
        if session is not None:
            unfinished(wide).update(session=session)
            left += _through(wide, (Search.State.RUNNING, Search.State.WAITING), run, until)
        if not unfinished(wide).exists():
            _end(wide)
    return left


def _through(wide: WideSearch, states: tuple[Search.State, ...], work: Callable[[Search], None], until: float) -> int:
    """Do the work for one family after the other; how many were left when the time was over."""
    waiting = wide.searches.filter(state__in=states).select_related("family", "wide", "session").order_by("pk")
    while time.monotonic() < until:
        found = list(waiting[:AT_ONCE])
        if not found:
            return 0
        for search in found:
            if search.family.closed is not None:
                end(search, Search.State.CANCELLED)
            else:
                guarded(search, work)
            if time.monotonic() >= until:
                break
    return waiting.count()


def _weighed(wide: WideSearch) -> None:
    """Every family is weighed: it can be started, unless the library has refused all of them."""
    if wide.searches.filter(state=Search.State.WEIGHED).exists():
        # It may have been stopped meanwhile.
        WideSearch.objects.filter(pk=wide.pk, state=WideSearch.State.WEIGHING).update(state=WideSearch.State.WEIGHED)
    else:
        _end(wide)


def _end(wide: WideSearch) -> None:
    with transaction.atomic():
        wide = WideSearch.objects.select_for_update(of=("self",)).get(pk=wide.pk)
        if wide.is_finished:
            return
        wide.state, wide.ended = WideSearch.State.DONE, timezone.now()
        wide.save(update_fields=["state", "ended"])
        families = wide.searches.filter(state=Search.State.DONE).count()
        hits = sum(each.hits.count() for each in wide.searches.filter(hits__isnull=False).distinct())
        record(
            actor=NODE,
            act="kinship.end_wide_search",
            object_kind="wide_search",
            object_id=wide.pk,
            details={"families": families, "hits": hits},
        )
