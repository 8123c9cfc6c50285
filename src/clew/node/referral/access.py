"""Whose path an actor may work on, and the guards that hold before anything is done on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, not_yours, require_compartment
from clew.node.consent.queries import guardian_standing_of
from clew.node.referral.models import Entry, Path
from clew.node.referral.sealing import Sealed, open_all
from clew.node.referral.words import HELD
from clew.node.types import BadInput
from clew.referral.pathway import guardian_reasons


def human(actor: Actor) -> Officer:
    """The actor, who must be a person; raises `Refused`."""
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person can answer for this."), _("Sign in and do it yourself."))
    return actor


def path_for(actor: Actor, path_id: int) -> tuple[Path, Officer]:
    """A path that the actor's team walks with somebody, still open; raises `Refused` or `BadInput`."""
    path = Path.objects.select_related("case").filter(pk=path_id).first()
    if path is None:
        raise not_yours()
    require_compartment(actor, path.compartment_id)
    officer = human(actor)
    if path.closed is not None:
        raise BadInput("", _("This path is closed."), _("Open it again first."))
    return path, officer


def said_in(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """What each entry says; nothing where the person was erased. One query."""
    return open_all([Sealed(one.sealed, "entry", one.uid) for one in entries])


def newest(path: Path, kind: str) -> Entry | None:
    """The entry of a kind that counts now: the newest that waits for nobody and was not refused."""
    found = path.entries.filter(kind=kind).exclude(needs_second=True, approved=None).exclude(approved=False)
    return found.order_by("-pk").first()


def said_last(path: Path, kind: str) -> dict[str, Any]:
    """What the entry of a kind says that counts now; nothing where there is none."""
    entry = newest(path, kind)
    return said_in([entry])[0] if entry is not None else {}


def age_of(path: Path) -> str:
    """What was said of her age at the newest contact; `unknown` where nothing was."""
    return str(said_last(path, Entry.Kind.CONTACT).get("age") or "unknown")


def guardian_of(path: Path) -> str:
    """good, conflict, unknown or none, today."""
    return guardian_standing_of({path.person_id}, timezone.now())[path.person_id]


def require_guardian(path: Path) -> None:
    """A child has a guardian without a conflict before anything but safety (guard 3); raises `BadInput`."""
    for reason in guardian_reasons(age_of(path), guardian_of(path)):
        problem, cure = HELD[reason]
        raise BadInput("", str(problem), str(cure))
