"""One search performed by the worker: its family weighed, or searched for, and what is found kept as leads."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from clew.node import at_rest
from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
from clew.node.kinship.actions.searching import bound_to
from clew.node.kinship.models import Hit, Profile, Search
from clew.node.kinship.opened import opened
from clew.node.kinship.sealing import open_profile, seal_under_all

if TYPE_CHECKING:
    from clew.kinship.columns import Columns

log = logging.getLogger(__name__)


def guarded(search: Search, work: Callable[[Search], None]) -> None:
    """Do the work; what the library refuses ends the search, and is kept sealed, for it may name alleles."""
    from clew.kinship.problems import KinshipProblem
    from clew.kinship.scanning import SearchCancelled

    try:
        work(search)
    except SearchCancelled:
        log.info("search %d was stopped", search.pk)
    except KinshipProblem as fault:
        search.sealed = at_rest.seal(str(fault).encode(), bound_to(search))
        search.save(update_fields=["sealed"])
        end(search, Search.State.FAILED)


def weigh(search: Search) -> None:
    """Weigh what a search can find among the children of its unit; in a wide one, among all its comparisons."""
    from clew.node.kinship.searching import ready, weighed

    if search.wide is not None:
        size = search.wide.size
    else:
        size = Profile.objects.filter(child__compartment_id=search.family.compartment_id, destroyed=None).count()
    said = weighed(ready(search.family), size, briefly=search.wide is not None)
    # It may have been stopped meanwhile.
    Search.objects.filter(pk=search.pk, state=Search.State.WEIGHING).update(
        power=said, size=size, can_answer=said["can_answer"], state=Search.State.WEIGHED
    )


def run(search: Search) -> None:
    """Search for a family's child among the children of its unit, or in a wide search of one child, for that one."""
    from clew.node.kinship.searching import Ready, ready, review_of, searched

    Search.objects.filter(pk=search.pk).exclude(state=Search.State.CANCELLED).update(state=Search.State.RUNNING)
    columns = opened(search.family.compartment_id)
    only = None
    if search.wide is not None and search.wide.child_id is not None:
        only = _row_of(columns, search.wide.child_id)
        if only is None:  # destroyed since, or its consent has ended
            end(search, Search.State.CANCELLED)
            return
    own: Ready = ready(search.family)
    found, family = searched(own, columns, search.threshold or 0.0, partial(_progress, search.pk), only=only)
    children = Profile.objects.select_related("child").in_bulk([int(each.profile) for each in found.hits])
    with transaction.atomic():
        if Search.objects.select_for_update().get(pk=search.pk).state == Search.State.CANCELLED:
            return
        for each in found.hits:
            child = children[int(each.profile)]
            seen = open_profile(child)
            if seen is None:
                continue  # destroyed while the search ran
            _keep(search, child, own.profiles, each.log10, review_of(family, each, seen, found, len(columns)))
        search.result = {
            "reached": found.reached,
            "searched": found.searched,
            "untyped_loci": list(found.untyped_loci),
        }
        search.assumptions = family.assumptions.digest
        search.save(update_fields=["result", "assumptions"])
        end(search, Search.State.DONE)


def _row_of(columns: Columns, child_id: int) -> int | None:
    """The row in which a found child stands; None where it may not be searched today."""
    numbers = Profile.objects.filter(child_id=child_id, destroyed=None).values_list("pk", flat=True)
    rows = [columns.row_of(str(each)) for each in numbers]
    return rows[0] if rows else None


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


def end(search: Search, state: Search.State) -> None:
    """End a search, and say so in the log."""
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
