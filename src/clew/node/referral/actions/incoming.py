"""Referrals that come from partners: taken by a team, answered by a code, and void once they have ended."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clew.exchange import moments
from clew.node import at_rest
from clew.node.accounts.actions import NODE, Actor, Officer, action, not_yours, require_compartment
from clew.node.accounts.queries import is_case_team
from clew.node.audit.actions import record
from clew.node.cases.actions import Asked, add_task
from clew.node.dossier.actions import blank_what_is_overwritten
from clew.node.exchange.actions import answer_referral_letter, take_referral, tell_arrival
from clew.node.referral.access import human
from clew.node.referral.arrangement import incoming_bound_to
from clew.node.referral.checking import past_problems
from clew.node.referral.models import IncomingReferral
from clew.node.types import BadInput, BadInputs

State = IncomingReferral.State

TOLD: Final = ("needs", "group", "language", "contact", "situation")
"""What of a referral a team reads."""


@action("referral.take_incoming", permission="referral.answer")
def take_incoming(*, actor: Actor, letter_uid: str, team_id: int) -> IncomingReferral:
    """Take a partner's referral for a standing team, which alone reads it from now on.

    Raises:
        Refused: the team is not the actor's.
        BadInput: it was taken already or has ended, its sender may not be trusted any more, or the team is a case's.
    """
    officer = human(actor)
    require_compartment(actor, team_id)
    if is_case_team(team_id):
        raise BadInput("team", _("This is the team of one case."), _("Choose a standing team."))
    taken = take_referral(actor=officer, letter_uid=letter_uid)
    body = taken.body
    until = body.get("retain_until", "")
    made = IncomingReferral.objects.create(
        letter=taken.letter, party=taken.party, team_id=team_id, state=State.TAKEN, reference=body["reference"],
        urgency=body["urgency"], basis=body["basis"], sealed=_sealed(taken.letter, body),
        answer_by=moments.from_text(body["answer_by"]), keep_until=last_day(until) if until else None,
        taken_by=officer, taken=timezone.now(),
    )  # fmt: skip
    _log(officer, "referral.take_incoming", made, team=team_id)
    return made


@action("referral.answer_incoming", permission="referral.answer")
def answer_incoming(*, actor: Actor, incoming_id: int, code: str = "") -> IncomingReferral:
    """Say that she can come, or with a code that she cannot; what was told is then void at once.

    Raises:
        Refused: another team took it.
        BadInput: it was answered before, or has ended; the reason is none of the list.
    """
    found, officer = _of_team(actor, incoming_id)
    if found.state != State.TAKEN:
        raise BadInput("", _("This was answered before, or stopped."), _("Nothing is left to do."))
    answer_referral_letter(actor=NODE, letter_uid=found.letter, code=code, ordered_by=officer.pk)
    found.state, found.code = State.REFUSED if code else State.ACCEPTED, code
    found.answered_by, found.answered = officer, timezone.now()
    if code:
        _void(found)
    found.save()
    _log(officer, "referral.answer_incoming", found, accepted=not code)
    return found


@action("referral.record_incoming_arrival", permission="referral.answer")
def record_incoming_arrival(*, actor: Actor, incoming_id: int, on: dt.date) -> IncomingReferral:
    """Say that she came, and nothing else: what she says here stays here.

    Raises:
        Refused: another team took it.
        BadInput: it was not accepted, has ended, or was said before. BadInputs: the day is to come.
    """
    found, officer = _of_team(actor, incoming_id)
    if found.state != State.ACCEPTED or found.arrived is not None:
        raise BadInput("", _("Nothing waits here."), _("A referral is accepted first, and she arrives once."))
    problems = past_problems({"on": on})
    if problems:
        raise BadInputs(problems)
    tell_arrival(actor=NODE, letter_uid=found.letter, on=on, ordered_by=officer.pk)
    found.arrived = on
    found.save(update_fields=["arrived"])
    _log(officer, "referral.record_incoming_arrival", found)
    return found


@action("referral.note_end", permission="node.act")
def note_end(*, actor: Actor, letter: str, now: dt.datetime) -> None:
    """The partner ended its referral: what was told is void, and whoever helps her learns that, and no reason."""
    found = IncomingReferral.objects.filter(letter=letter).exclude(state=State.ENDED).first()
    record(
        actor=actor, act="referral.note_end", object_kind="incoming_referral", object_id=found.pk if found else 0,
        details={"letter": letter, "counts": found is not None},
    )  # fmt: skip
    if found is None:
        return
    found.state, found.ended = State.ENDED, now
    _void(found)
    found.save()
    add_task(
        actor=NODE, case_id=None, kind="referral.incoming_ended", assigned_id=found.answered_by_id or found.taken_by_id,
        title=Asked(gettext_noop("A partner has ended its referral: what it told is void. Help itself goes on")),
        url=reverse("referral:incoming", args=[found.pk]),
    )  # fmt: skip


def last_day(until: str) -> dt.date:
    """The last day of a day, month or year as letters write it; a month or year counts until it begins."""
    parts = [int(part) for part in until.split("-")]
    return dt.date(parts[0], *[*parts[1:], 1, 1][:2])


@action("referral.void_expired", permission="node.act")
def void_expired(*, actor: Actor) -> int:
    """Destroy what partners let be read until a day that has passed; for the upkeep. Returns how many there were."""
    past = IncomingReferral.objects.filter(keep_until__lt=timezone.localdate()).exclude(sealed=b"")
    numbers = list(past.values_list("pk", flat=True))
    if numbers:
        blank_what_is_overwritten()
        IncomingReferral.objects.filter(pk__in=numbers).update(sealed=b"")
    record(
        actor=actor, act="referral.void_expired", object_kind="incoming_referral", object_id=len(numbers),
        details={"void": len(numbers)},
    )  # fmt: skip
    return len(numbers)


def _sealed(letter: str, body: dict[str, Any]) -> bytes:
    said = {name: body[name] for name in TOLD if name in body}
    return at_rest.seal(json.dumps(said, ensure_ascii=False, sort_keys=True).encode(), incoming_bound_to(letter))


def _void(found: IncomingReferral) -> None:
    blank_what_is_overwritten()
    found.sealed = b""


def _of_team(actor: Actor, incoming_id: int) -> tuple[IncomingReferral, Officer]:
    found = IncomingReferral.objects.select_for_update().filter(pk=incoming_id).first()
    if found is None:
        raise not_yours()
    require_compartment(actor, found.team_id)
    return found, human(actor)


def _log(officer: Officer, act: str, found: IncomingReferral, **details: Any) -> None:
    more = {"letter": found.letter, **details}
    record(actor=officer, act=act, object_kind="incoming_referral", object_id=found.pk, details=more)
