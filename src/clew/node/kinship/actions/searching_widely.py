"""The other way round: one found child against every family of its unit, and every family against every child.

Such a search is one of each family, so everything that holds for those holds here: it is weighed first, it runs only
while the store is open, its hits are leads. Once the store closes it waits, and goes on when it is opened again.
"""

from __future__ import annotations

import math
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node import at_rest
from clew.node.accounts.actions import Actor, action, not_yours, require_compartment
from clew.node.audit.actions import record
from clew.node.kinship.actions.laboratories import human
from clew.node.kinship.actions.searching import require_open, threshold_of, written
from clew.node.kinship.models import Family, FoundChild, Profile, Search, WideSearch
from clew.node.types import BadInput

UNDER_WAY: Final = (WideSearch.State.WEIGHING, WideSearch.State.WEIGHED, WideSearch.State.RUNNING)


@action("kinship.prepare_child_search", permission="kinship.search")
def prepare_child_search(*, actor: Actor, child_id: int) -> WideSearch:
    """Have it weighed which families could be told from strangers by one found child; nothing is searched by that.

    Raises:
        Refused: there is no such child, or it is another unit's.
        BadInput: the child has no profile, no family has one, or it is under way already.
    """
    child = FoundChild.objects.filter(pk=child_id, closed=None).first()
    if child is None:
        raise not_yours()
    require_compartment(actor, child.compartment_id)
    if not child.profiles.filter(destroyed=None).exists():
        raise BadInput("", _("This child has no profile."), _("Record the profile of the child first."))
    return _prepared(actor, child.compartment_id, child)


@action("kinship.prepare_unit_search", permission="kinship.search")
def prepare_unit_search(*, actor: Actor, compartment_id: int) -> WideSearch:
    """Have it weighed what a search of every family among every found child of a unit could find.

    Raises:
        Refused: the compartment is not the actor's.
        BadInput: no found child has a profile, no family has one, or it is under way already.
    """
    require_compartment(actor, compartment_id)
    if not Profile.objects.filter(child__compartment_id=compartment_id, destroyed=None).exists():
        cure = _("Record the profile of a found child first.")
        raise BadInput("", _("No found child of this unit has a profile."), cure)
    return _prepared(actor, compartment_id, None)


@action("kinship.start_wide_search", permission="kinship.search")
def start_wide_search(*, actor: Actor, wide_id: int, log10: float, reason: str = "") -> WideSearch:
    """Run a wide search that was weighed. Families whose relatives cannot answer are left out, unless a reason is
    given to search for them all the same.

    Raises:
        Refused: there is no such search, or it is another unit's.
        BadInput: it was not weighed yet, the store is closed, the threshold is none, or no family can answer and no
            reason is given.
    """
    wide = _wide_of(actor, wide_id)
    if wide.state != WideSearch.State.WEIGHED:
        cure = _("Wait until it is weighed, or prepare another one.")
        raise BadInput("", _("This search cannot be started."), cure)
    log10, reason = threshold_of(log10), written(reason)
    weighed = wide.searches.filter(state=Search.State.WEIGHED)
    chosen = weighed if reason else weighed.filter(can_answer=True)
    if not chosen.exists():
        cure = _("Ask for a sample of the relative who would help most, or write why you search all the same.")
        raise BadInput("reason", _("No family's relatives can answer among so many comparisons."), cure)
    require_open(wide.compartment_id)
    number = chosen.update(state=Search.State.WAITING, threshold=log10)
    left_out = weighed.update(state=Search.State.LEFT_OUT, ended=timezone.now())
    wide.state, wide.threshold = WideSearch.State.RUNNING, log10
    wide.sealed = at_rest.seal(reason.encode(), bound_to_wide(wide)) if reason else b""
    wide.save(update_fields=["state", "threshold", "sealed"])
    record(
        actor=actor,
        act="kinship.start_wide_search",
        object_kind="wide_search",
        object_id=wide.pk,
        details={"families": number, "left_out": left_out, "log10": f"{log10:.2f}", "all_the_same": bool(reason)},
    )
    return wide


@action("kinship.cancel_wide_search", permission="kinship.search")
def cancel_wide_search(*, actor: Actor, wide_id: int) -> None:
    """Stop a wide search; what it has found for the families that are done is kept. Raises `Refused`, `BadInput`."""
    wide = _wide_of(actor, wide_id)
    if wide.state not in UNDER_WAY:
        raise BadInput("", _("This search has ended."), _("Nothing is left to stop."))
    now = timezone.now()
    number = unfinished(wide).update(state=Search.State.CANCELLED, ended=now)
    wide.state, wide.ended = WideSearch.State.CANCELLED, now
    wide.save(update_fields=["state", "ended"])
    record(
        actor=actor,
        act="kinship.cancel_wide_search",
        object_kind="wide_search",
        object_id=wide.pk,
        details={"families": number},
    )


def unfinished(wide: WideSearch) -> QuerySet[Search]:
    """The searches of a wide one that are not through."""
    state = Search.State
    return wide.searches.filter(state__in=(state.WEIGHING, state.WEIGHED, state.WAITING, state.RUNNING))


def bound_to_wide(wide: WideSearch) -> bytes:
    """What the sealed words of a wide search are bound to."""
    return b"kinship wide search %d" % wide.pk


def proposed_threshold(comparisons: int) -> float:
    """The log10 ratio from which on all comparisons together let less than one stranger be expected.

    Among strangers a ratio of r or more is no commoner than one in r, whatever the family.
    """
    return max(2.0, math.ceil(math.log10(max(comparisons, 1)) * 10) / 10)


def _prepared(actor: Actor, compartment_id: int, child: FoundChild | None) -> WideSearch:
    officer = human(actor)
    if WideSearch.objects.filter(compartment_id=compartment_id, child=child, state__in=UNDER_WAY).exists():
        raise BadInput("", _("This search is under way already."), _("Look at that one, or stop it first."))
    typed = Profile.objects.filter(family_id=OuterRef("pk"), destroyed=None)
    families = list(Family.objects.filter(Exists(typed), compartment_id=compartment_id, closed=None).order_by("pk"))
    if not families:
        cure = _("Record the profile of a relative first.")
        raise BadInput("", _("No family of this unit has a relative with a profile."), cure)
    children = 1
    if child is None:
        children = Profile.objects.filter(child__compartment_id=compartment_id, destroyed=None).count()
    now = timezone.now()
    wide = WideSearch.objects.create(
        compartment_id=compartment_id, child=child, size=len(families) * children, made_by=officer, made=now
    )
    Search.objects.bulk_create(Search(family=each, wide=wide, made_by=officer, made=now) for each in families)
    record(
        actor=actor,
        act="kinship.prepare_unit_search" if child is None else "kinship.prepare_child_search",
        object_kind="wide_search",
        object_id=wide.pk,
        details={"child": child.pk if child is not None else None, "families": len(families), "children": children},
    )
    return wide


def _wide_of(actor: Actor, wide_id: int) -> WideSearch:
    wide = WideSearch.objects.select_for_update(of=("self",)).filter(pk=wide_id).first()
    if wide is None:
        raise not_yours()
    require_compartment(actor, wide.compartment_id)
    human(actor)
    return wide
