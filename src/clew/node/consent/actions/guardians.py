"""Who answers for a child: recording it, finding a conflict of interest, and the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clew.node.accounts.actions import Actor, Officer, Refused, action, not_yours, require_compartment
from clew.node.audit.actions import record
from clew.node.cases.actions import Asked
from clew.node.consent.actions.asking import ask_team
from clew.node.consent.actions.drafts import code_problems, longest_days, text_problems
from clew.node.consent.actions.recording import human_of_team
from clew.node.consent.models import Consent, Guardian, GuardianFinding
from clew.node.consent.queries import guardian_names, state_of
from clew.node.consent.standing import CONFLICT, standing_of
from clew.node.consent.texts import seal_texts
from clew.node.dossier.queries import same_person
from clew.node.types import BadInput, BadInputs

FIND_GUARDIAN: Final = "consent.find_guardian"
"""Kind of the task to find another guardian."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardianDraft:
    """Who answers for a child (codes of the lists `consent_guardian_relations`, `consent_guardian_conflict`).

    Attributes:
        authority: who appointed the guardian. reference: under what number, "" where there is none.
        conflict_reason: how one knows whether there is a conflict of interest.
        valid_until: the day by which it has to be looked at again, a year from now at most.
    """

    name: str
    relation: str
    authority: str
    conflict: str
    conflict_reason: str
    valid_from: dt.date
    valid_until: dt.date
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The consents that stopped counting."""

    consents: tuple[Consent, ...]


@action("consent.record_guardian", permission="guardian.record")
def record_guardian(*, actor: Actor, person_id: int, compartment_id: int, draft: GuardianDraft) -> Guardian:
    """Record who answers for a child.

    Raises:
        Refused: the compartment is not the actor's, or knows nothing of this person.
        BadInputs: every fault at once; one is that a conflict of interest is recorded for somebody of this name.
    """
    officer = human_of_team(actor, person_id, compartment_id)
    problems = [*_draft_problems(draft), *_known_conflict(person_id, draft)]
    if problems:
        raise BadInputs(problems)
    now = timezone.now()
    texts = {"name": draft.name, "authority": draft.authority, "reference": draft.reference}
    guardian = Guardian.objects.create(
        person_id=person_id,
        compartment_id=compartment_id,
        relation=draft.relation,
        sealed=seal_texts(person_id, texts, f"guardian {now.isoformat()}"),
        valid_from=draft.valid_from,
        valid_until=draft.valid_until,
        recorded_by=officer,
        recorded=now,
    )
    found = draft.conflict, draft.conflict_reason, timezone.localdate()
    _keep_finding(officer, guardian, *found, now)
    if draft.conflict == "yes":
        _stop(officer, [one for one in _of_the_same_name(guardian) if one.pk != guardian.pk], *found, now)
    _log(officer, "consent.record_guardian", guardian, conflict=draft.conflict, until=draft.valid_until.isoformat())
    return guardian


@action("consent.record_guardian_conflict", permission="guardian.record")
def record_guardian_conflict(
    *, actor: Actor, guardian_id: int, answer: str, reason: str, found: dt.date | None = None
) -> Stopped:
    """Record what was found out about a guardian's interests.

    A conflict, or a doubt, stops at once every consent that this guardian gave, in each team that recorded somebody of
    that name for this child; each team is asked to find another guardian. A conflict is final for this record. When a
    doubt is cleared the guardian may consent again, but what the doubt has stopped is asked for anew.

    Args:
        answer: code of the list `consent_guardian_conflict`. found: the day it was found; today if not given.
    """
    guardian, officer = _guardian_of(actor, guardian_id)
    today = timezone.localdate()
    day = found or today
    problems = code_problems({"answer": ("consent_guardian_conflict", answer)})
    problems += text_problems({"reason": reason})
    if day > today:
        problems.append(BadInput("found", _("This day lies in the future."), _("Enter the day on which it was found.")))
    if standing_of(guardian, today) == CONFLICT:
        cure = _("It stays. If it was a mistake, end this guardian and record the right one.")
        problems.append(BadInput("answer", _("A conflict of interest is recorded already."), cure))
    if problems:
        raise BadInputs(problems)
    now = timezone.now()
    guardians = [guardian] if answer == "no" else _of_the_same_name(guardian)
    _log(officer, "consent.record_guardian_conflict", guardian, conflict=answer, records=len(guardians))
    return _stop(officer, guardians, answer, reason, day, now)


@action("consent.end_guardian", permission="guardian.record")
def end_guardian(*, actor: Actor, guardian_id: int, reason: str) -> Stopped:
    """Record that a guardian does not act for the child any more. What the guardian consented to stops counting."""
    guardian, officer = _guardian_of(actor, guardian_id)
    if guardian.ended is not None:
        raise BadInput("", _("This guardian has already ended."), _("Record who acts for the child now."))
    problems = text_problems({"reason": reason})
    if problems:
        raise BadInputs(problems)
    today = timezone.localdate()
    before = _counting([guardian], today)
    guardian.ended, guardian.ended_by = timezone.now(), officer
    guardian.sealed_end = seal_texts(
        guardian.person_id, {"end_reason": reason}, f"guardian end {guardian.recorded.isoformat()}"
    )
    guardian.save(update_fields=["ended", "ended_by", "sealed_end"])
    _log(officer, "consent.end_guardian", guardian)
    return _ask_for_another(officer, [guardian], before, today, always=False)


def _draft_problems(draft: GuardianDraft) -> list[BadInput]:
    lists = {
        "relation": ("consent_guardian_relations", draft.relation),
        "conflict": ("consent_guardian_conflict", draft.conflict),
    }
    found = code_problems(lists)
    names = {"name": draft.name, "authority": draft.authority, "reference": draft.reference}
    found += text_problems(names, longest=200, optional={"reference"})
    optional = {"conflict_reason"} if draft.conflict == "unknown" else set()
    found += text_problems({"conflict_reason": draft.conflict_reason}, optional=optional)
    today = timezone.localdate()
    if draft.valid_until <= max(today, draft.valid_from):
        cure = _("Enter the day by which it has to be looked at again.")
        found.append(BadInput("valid_until", _("This day has passed, or lies before the beginning."), cure))
    if draft.valid_until > today + dt.timedelta(days=longest_days()):
        problem = _("A guardian is looked at again after %(days)d days at most.") % {"days": longest_days()}
        found.append(BadInput("valid_until", problem, _("Enter an earlier day.")))
    return found


def _known_conflict(person_id: int, draft: GuardianDraft) -> list[BadInput]:
    """Whoever was found to have a conflict does not come back as a new record, in whichever team it was found."""
    if draft.conflict == "yes":
        return []
    today = timezone.localdate()
    for each, name in _named(Guardian.objects.filter(person_id__in=same_person(person_id))):
        if name == _folded(draft.name) and standing_of(each, today) == CONFLICT:
            problem = _("A conflict of interest is recorded for a guardian of this name.")
            return [BadInput("name", problem, _("Find another guardian. Until then, share nothing."))]
    return []


def _of_the_same_name(guardian: Guardian) -> list[Guardian]:
    """This guardian, and whoever of the same name any team recorded for the same child."""
    every = Guardian.objects.filter(person_id__in=same_person(guardian.person_id))
    named = list(_named(every))
    mine = next(name for one, name in named if one.pk == guardian.pk)
    return [one for one, name in named if one.pk == guardian.pk or (name and name == mine)]


def _named(guardians: Iterable[Guardian]) -> Iterable[tuple[Guardian, str]]:
    rows = list(guardians)
    return zip(rows, (_folded(name) for name in guardian_names(rows)), strict=True)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _counting(guardians: Sequence[Guardian], today: dt.date) -> list[Consent]:
    """Their consents that count now."""
    found = Consent.objects.filter(guardian__in=guardians, withdrawn=None).select_related("guardian")
    rows = found.prefetch_related("guardian__findings").order_by("pk")
    return [one for one in rows if state_of(one, today) == "given"]


def _stop(
    officer: Officer, guardians: Sequence[Guardian], answer: str, reason: str, found: dt.date, now: dt.datetime
) -> Stopped:
    """Add what was found to each of these guardians."""
    today = timezone.localdate()
    before = _counting(guardians, today)
    for one in guardians:
        _keep_finding(officer, one, answer, reason, found, now)
    return _ask_for_another(officer, guardians, before, today, always=answer != "no")


def _ask_for_another(
    officer: Officer, guardians: Sequence[Guardian], before: Sequence[Consent], today: dt.date, *, always: bool
) -> Stopped:
    """What counted before and does not now; each team that lost something is asked to find another guardian."""
    now = {one.pk for one in _counting(guardians, today)}
    stopped = tuple(one for one in before if one.pk not in now)
    for guardian in guardians:
        number = sum(one.guardian_id == guardian.pk for one in stopped)
        if not (number or always):
            continue
        title = Asked(
            gettext_noop("Find another guardian. Consents that do not count any more: %(number)d"),
            {"number": number},
        )
        ask_team(
            guardian.compartment_id,
            kind=FIND_GUARDIAN,
            title=title,
            url=reverse("consent:person", args=[guardian.person_id]),
            otherwise=officer.pk if _is_member(officer, guardian.compartment_id) else guardian.recorded_by_id,
        )
    return Stopped(stopped)


def _is_member(officer: Officer, compartment_id: int) -> bool:
    return officer.memberships.filter(compartment_id=compartment_id).exists()


def _guardian_of(actor: Actor, guardian_id: int) -> tuple[Guardian, Officer]:
    guardian = Guardian.objects.select_for_update().filter(pk=guardian_id).first()
    if guardian is None:
        raise not_yours()
    require_compartment(actor, guardian.compartment_id)
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person can record this."), _("Sign in and record it yourself."))
    return guardian, actor


def _keep_finding(
    officer: Officer, guardian: Guardian, answer: str, reason: str, found: dt.date, now: dt.datetime
) -> None:
    GuardianFinding.objects.create(
        guardian=guardian,
        answer=answer,
        sealed=seal_texts(guardian.person_id, {"reason": reason}, f"finding {now.isoformat()}"),
        found=found,
        recorded_by=officer,
        recorded=now,
    )


def _log(officer: Officer, act: str, guardian: Guardian, **details: str | int) -> None:
    record(
        actor=officer,
        act=act,
        object_kind="guardian",
        object_id=guardian.pk,
        details={"person": guardian.person_id, **details},
    )
