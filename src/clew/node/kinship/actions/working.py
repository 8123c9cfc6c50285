"""The worker's turn at searches: weigh them, keep the store open while somebody searches, run them, close it."""

from __future__ import annotations

import logging
import time
from functools import partial

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from clew.node import at_rest
from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
from clew.node.kinship.actions.destroying import prove_what_is_left
from clew.node.kinship.actions.searching import bound_to
from clew.node.kinship.models import Hit, Profile, Search, Session
from clew.node.kinship.opened import let_go, opened
from clew.node.kinship.sealing import open_profile, seal_under_all

log = logging.getLogger(__name__)


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
    for search in Search.objects.filter(state=Search.State.WEIGHING).select_related("family").order_by("pk"):
        _guarded(search, _weigh)
    # One that a killed worker left running is run again; it has kept nothing.
    waiting = (Search.State.WAITING, Search.State.RUNNING)
    for search in Search.objects.filter(state__in=waiting).select_related("family", "session").order_by("pk"):
        if search.session is None or search.session.closed is not None:
            _end(search, Search.State.CANCELLED)
        else:
            _guarded(search, _run)
    return Search.objects.filter(state__in=(*waiting, Search.State.WEIGHING)).count()


def _unlock(session: Session) -> None:
    """Decrypt the unit's columns and have the search compiled, so that no search has to wait for either."""
    from clew.kinship.lookup import lookup

    began = time.monotonic()
    columns = opened(session.compartment_id)
    lookup()
    session.unlocked, session.profiles = timezone.now(), len(columns)
    session.unlock_ms = round((time.monotonic() - began) * 1000)
    session.save(update_fields=["unlocked", "profiles", "unlock_ms"])


def _guarded(search: Search, work: object) -> None:
    """Do the work; what the library refuses ends the search, and is kept sealed, for it may name alleles."""
    from clew.kinship.problems import KinshipProblem
    from clew.kinship.scanning import SearchCancelled

    try:
        work(search)  # type: ignore[operator]
    except SearchCancelled:
        log.info("search %d was stopped", search.pk)
    except KinshipProblem as fault:
        search.sealed = at_rest.seal(str(fault).encode(), bound_to(search))
        search.save(update_fields=["sealed"])
        _end(search, Search.State.FAILED)


def _weigh(search: Search) -> None:
    from clew.node.kinship.searching import ready, weighed

    size = Profile.objects.filter(child__compartment_id=search.family.compartment_id, destroyed=None).count()
    said = weighed(ready(search.family), size)
    # It may have been stopped meanwhile.
    Search.objects.filter(pk=search.pk, state=Search.State.WEIGHING).update(
        power=said, size=size, can_answer=said["can_answer"], state=Search.State.WEIGHED
    )


def _run(search: Search) -> None:
    from clew.node.kinship.searching import Ready, ready, review_of, searched

    Search.objects.filter(pk=search.pk).exclude(state=Search.State.CANCELLED).update(state=Search.State.RUNNING)
    own: Ready = ready(search.family)
    columns = opened(search.family.compartment_id)
    found, family = searched(own, columns, search.threshold or 0.0, partial(_progress, search.pk))
    children = Profile.objects.select_related("child").in_bulk([int(each.profile) for each in found.hits])
    with transaction.atomic():
        if Search.objects.select_for_update().get(pk=search.pk).state == Search.State.CANCELLED:
            return
        for each in found.hits:
            child = children[int(each.profile)]
            seen = open_profile(child)
            if seen is None:
                continue  # destroyed while the search ran
            _keep(search, child, own.profiles, each.log10, review_of(family, each, seen, found))
        search.result = {
            "reached": found.reached,
            "searched": found.searched,
            "untyped_loci": list(found.untyped_loci),
        }
        search.assumptions = family.assumptions.digest
        search.save(update_fields=["result", "assumptions"])
        _end(search, Search.State.DONE)


def _keep(search: Search, child: Profile, relatives: tuple[Profile, ...], log10: float, review: bytes) -> None:
    """Keep a hit; one that is known already is weighed anew, and stays as far as it was followed up."""
    hit, _new = Hit.objects.get_or_create(
        family=search.family,
        profile=child,
        defaults={"search": search, "log10": log10, "found": timezone.now()},
    )
    hit.search, hit.log10 = search, log10
    hit.review = seal_under_all([child, *relatives], review, b"kinship hit %d" % hit.pk) or b""
    hit.save(update_fields=["search", "log10", "review"])
    hit.relatives.set(relatives)


def _progress(search_id: int, done: int, total: int) -> None:
    from clew.kinship.scanning import SearchCancelled

    if not Search.objects.filter(pk=search_id, state=Search.State.RUNNING).update(done=done, total=total):
        raise SearchCancelled


def _end(search: Search, state: Search.State) -> None:
    with transaction.atomic():
        search.state, search.ended = state, timezone.now()
        search.save(update_fields=["state", "ended"])
        record(
            actor=NODE,
            act="kinship.end_search",
            object_kind="search",
            object_id=search.pk,
            details={"state": state.value, "hits": search.hits.count()},
        )
