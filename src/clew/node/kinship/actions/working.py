"""The worker's turn at searches: weigh them, keep the store open while somebody searches, run them, close it."""

from __future__ import annotations

import time
from typing import Final

from django.db.models import F
from django.utils import timezone

from clew.node.kinship.actions.destroying import prove_what_is_left
from clew.node.kinship.actions.performing import end, guarded, run, weigh
from clew.node.kinship.actions.working_widely import go_on
from clew.node.kinship.models import Search, Session
from clew.node.kinship.opened import let_go, opened

TURN: Final = 5.0
"""Seconds for wide searches before others have their turn: what waits for one family is not held up by all of them."""


def run_searches() -> int:
    """Do what waits; returns how many searches still wait. Called in each turn of the worker's loop."""
    now = timezone.now()
    over = Session.objects.filter(closed=None, ends__lte=now)
    # Looked at first: an idle node writes nothing, each second least of all.
    if over.exists():
        over.update(closed=F("ends"))
    prove_what_is_left()
    open_now = list(Session.objects.filter(closed=None))
    let_go(but_not={each.compartment_id for each in open_now})
    for session in open_now:
        if session.unlocked is None:
            _unlock(session)
    single = Search.objects.filter(wide=None).select_related("family", "session", "wide").order_by("pk")
    for search in single.filter(state=Search.State.WEIGHING):
        guarded(search, weigh)
    # One that a killed worker left running is run again; it has kept nothing.
    waiting = (Search.State.WAITING, Search.State.RUNNING)
    for search in single.filter(state__in=waiting):
        if search.session is None or search.session.closed is not None:
            end(search, Search.State.CANCELLED)
        else:
            guarded(search, run)
    left = go_on({each.compartment_id: each for each in open_now}, until=time.monotonic() + TURN)
    return left + single.filter(state__in=(*waiting, Search.State.WEIGHING)).count()


def _unlock(session: Session) -> None:
    """Decrypt the unit's columns and have the search compiled, so that no search has to wait for either."""
    from clew.kinship.lookup import lookup

    began = time.monotonic()
    columns = opened(session.compartment_id)
    lookup()
    session.unlocked, session.profiles = timezone.now(), len(columns)
    session.unlock_ms = round((time.monotonic() - began) * 1000)
    session.save(update_fields=["unlocked", "profiles", "unlock_ms"])
