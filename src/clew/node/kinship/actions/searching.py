"""Opening the store for a time, weighing a search, running it, and stopping it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.disclosure.records import digest
from clew.node import at_rest
from clew.node.accounts.actions import Actor, StepUp, action, not_yours, require_compartment, sign_as_officer
from clew.node.audit.actions import record
from clew.node.kinship.actions.laboratories import human
from clew.node.kinship.models import Family, Profile, Search, Session
from clew.node.types import BadInput

OPEN_FOR: Final = dt.timedelta(minutes=30)
"""For how long the columns lie decrypted in memory at most, unless they are opened again."""

LONGEST_REASON: Final = 1_000


@action("kinship.open_session", permission="kinship.search")
def open_session(*, actor: Actor, compartment_id: int, step_up: StepUp) -> Session:
    """Have the found children of a unit decrypted into the worker's memory for half an hour, signed.

    Raises:
        Refused: the compartment is not the actor's.
        BadInput: it is open already, there is nobody to be found, or the proof of presence is none.
    """
    require_compartment(actor, compartment_id)
    officer = human(actor)
    now = timezone.now()
    Session.objects.filter(compartment_id=compartment_id, closed=None, ends__lte=now).update(closed=now)
    if Session.objects.filter(compartment_id=compartment_id, closed=None).exists():
        raise BadInput("", _("The store is open already."), _("Search, and close it when you are done."))
    if not Profile.objects.filter(child__compartment_id=compartment_id, destroyed=None).exists():
        cure = _("Record the profile of a found child first.")
        raise BadInput("", _("No found child of this unit has a profile."), cure)
    signature = sign_as_officer(officer=officer, digest=session_digest(compartment_id), step_up=step_up)
    session = Session.objects.create(
        compartment_id=compartment_id, opened_by=officer, opened=now, ends=now + OPEN_FOR, proof=signature.as_json()
    )
    record(
        actor=actor,
        act="kinship.open_session",
        object_kind="session",
        object_id=session.pk,
        details={"compartment": compartment_id},
    )
    return session


def session_digest(compartment_id: int) -> bytes:
    """What the officer who opens a store signs: whose store, and which opening was the last."""
    last = Session.objects.filter(compartment_id=compartment_id).order_by("-pk").values_list("pk", flat=True).first()
    signed = {"act": "kinship.open_session", "compartment": compartment_id, "last": last or 0}
    return bytes.fromhex(digest(signed))


@action("kinship.close_session", permission="kinship.search")
def close_session(*, actor: Actor, session_id: int) -> None:
    """Close a unit's store; what lay decrypted in memory is let go of.

    Raises:
        Refused: there is no such session, or it is another unit's.
        BadInput: it has closed already, by a colleague or by itself.
    """
    session = Session.objects.select_for_update().filter(pk=session_id).first()
    if session is None:
        raise not_yours()
    require_compartment(actor, session.compartment_id)
    if session.closed is not None:
        raise BadInput("", _("The store is closed already."), _("Open it again when you search."))
    session.closed = timezone.now()
    session.save(update_fields=["closed"])
    record(actor=actor, act="kinship.close_session", object_kind="session", object_id=session.pk)


@action("kinship.prepare_search", permission="kinship.search")
def prepare_search(*, actor: Actor, family_id: int) -> Search:
    """Have it weighed what a search for this family's child could find; nothing is searched by that.

    Raises:
        Refused: there is no such family, or it is another unit's.
        BadInput: no relative has a profile.
    """
    family = Family.objects.filter(pk=family_id, closed=None).first()
    if family is None:
        raise not_yours()
    require_compartment(actor, family.compartment_id)
    officer = human(actor)
    if not family.profiles.filter(destroyed=None).exists():
        cure = _("Record the profile of a relative first.")
        raise BadInput("", _("No relative of this family has a profile."), cure)
    search = Search.objects.create(family=family, made_by=officer, made=timezone.now())
    record(
        actor=actor,
        act="kinship.prepare_search",
        object_kind="search",
        object_id=search.pk,
        details={"family": family.pk},
    )
    return search


@action("kinship.start_search", permission="kinship.search")
def start_search(*, actor: Actor, search_id: int, log10: float, reason: str = "") -> Search:
    """Run a search whose power was shown.

    Args:
        log10: the logarithm of the likelihood ratio from which on a child is a hit.
        reason: why it is run although these relatives cannot answer; needed then, and only then.

    Raises:
        Refused: there is no such search, or it is another unit's.
        BadInput: its power was not weighed yet, the store is closed, the reason is missing, or the threshold is none.
    """
    search = _search_of(actor, search_id)
    if search.state != Search.State.WEIGHED:
        cure = _("Wait until it is weighed, or prepare another one.")
        raise BadInput("", _("This search cannot be started."), cure)
    log10, reason = threshold_of(log10), written(reason)
    if not search.can_answer and not reason:
        cure = _("Ask for a sample of the relative who would help most, or write why you search all the same.")
        raise BadInput("reason", _("These relatives cannot answer among so many children."), cure)
    session = require_open(search.family.compartment_id)
    search.state, search.threshold, search.session = Search.State.WAITING, log10, session
    search.sealed = at_rest.seal(reason.encode(), bound_to(search)) if reason else b""
    search.save(update_fields=["state", "threshold", "session", "sealed"])
    record(
        actor=actor,
        act="kinship.start_search",
        object_kind="search",
        object_id=search.pk,
        details={"family": search.family_id, "can_answer": bool(search.can_answer), "log10": f"{log10:.2f}"},
    )
    return search


@action("kinship.cancel_search", permission="kinship.search")
def cancel_search(*, actor: Actor, search_id: int) -> None:
    """Stop a search that waits or runs; nothing of it is kept. Raises `Refused`, `BadInput`."""
    search = _search_of(actor, search_id)
    if search.state in {Search.State.DONE, Search.State.FAILED, Search.State.CANCELLED}:
        raise BadInput("", _("This search has ended."), _("Nothing is left to stop."))
    search.state, search.ended = Search.State.CANCELLED, timezone.now()
    search.save(update_fields=["state", "ended"])
    record(actor=actor, act="kinship.cancel_search", object_kind="search", object_id=search.pk)


def threshold_of(log10: float) -> float:
    """The logarithm of a threshold. Raises `BadInput` where it is none."""
    if not -2 <= log10 <= 30 or not math.isfinite(log10):
        raise BadInput("log10", _("This is no threshold."), _("Enter a number from -2 to 30: 4 stands for 10,000."))
    return log10


def written(reason: str) -> str:
    """A reason without spaces around it. Raises `BadInput` where it is too long."""
    if len(reason.strip()) > LONGEST_REASON:
        raise BadInput("reason", _("The text is too long."), _("Shorten it to 1,000 characters."))
    return reason.strip()


def require_open(compartment_id: int) -> Session:
    """The session in which a unit's store is open now. Raises `BadInput` where it is closed."""
    session = Session.objects.filter(compartment_id=compartment_id, closed=None, ends__gt=timezone.now()).first()
    if session is None:
        raise BadInput("", _("The store is closed."), _("Open it first; it closes by itself after half an hour."))
    return session


def bound_to(search: Search) -> bytes:
    """What the sealed words of a search are bound to."""
    return b"kinship search %d" % search.pk


def _search_of(actor: Actor, search_id: int) -> Search:
    search = Search.objects.select_for_update().select_related("family").filter(pk=search_id).first()
    if search is None:
        raise not_yours()
    require_compartment(actor, search.family.compartment_id)
    human(actor)
    if search.wide_id is not None:
        cure = _("Go on there: all its families are started and stopped together.")
        raise BadInput("", _("This search is part of one over several families."), cure)
    return search
