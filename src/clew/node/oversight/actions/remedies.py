"""A person, her lawyer or an authority asks what was shared; the data-protection officer checks and answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clew.node.accounts.actions import NODE, Actor, Officer, Refused, action
from clew.node.accounts.queries import permissions_of
from clew.node.audit.actions import record
from clew.node.cases.actions import Asked, add_task
from clew.node.disclosure.queries import DisclosureLine, disclosure_lines, disclosures_about
from clew.node.dossier.queries import guarded_persons, is_known_person
from clew.node.oversight.actions.patterns import required_reason
from clew.node.oversight.answering import Named, answer_text
from clew.node.oversight.clocks import answer_days, extension_days
from clew.node.oversight.models import RemedyFinding, RemedyRequest
from clew.node.oversight.queries.remedies import LeftLine, left_about, may_see_person, persons_found
from clew.node.oversight.words import ASKED, ASKERS, FINDINGS, THROUGH
from clew.node.partners.queries import names_of, own_party
from clew.node.types import BadInput, BadInputs

PUT_RIGHT = frozenset({"unlawful", "correct", "recall"})
"""Findings after which whoever received it has to be told (R30)."""

RIGHT_DAYS = 7
"""Days for the task of putting it right; the law says "without undue delay"."""


@dataclass(frozen=True, slots=True)
class RemedyDraft:
    """What is asked, by whom, and how it was made sure.

    Attributes:
        asker: code of `words.ASKERS`. asker_name: who asks. on_behalf: for whom, where that is another.
        verified: how identity, and where she speaks for another her authority, were verified.
        about: whom it is about, in the asker's words.
        person_id: the entity that an exact look-up found; None where nothing was found: it is answered all the same.
        asked: code of `words.ASKED`. received_through: code of `words.THROUGH`.
    """

    asker: str
    asker_name: str
    on_behalf: str
    verified: str
    about: str
    person_id: int | None
    asked: str
    received: dt.date
    received_through: str


@action("oversight.open_remedy_request", permission="remedy.receive")
def open_remedy_request(*, actor: Actor, draft: RemedyDraft) -> RemedyRequest:
    """Take a request; its clock starts on the day on which it was received.

    Raises:
        Refused: the person is not known to the officer's teams, and she is no data-protection officer.
        BadInputs: every fault of the draft at once.
    """
    officer = _human(actor)
    if draft.person_id is not None:
        handles = "remedy.handle" in permissions_of(officer) and is_known_person(draft.person_id)
        if not handles and not may_see_person(officer=officer, person_id=draft.person_id):
            raise Refused(
                _("There is no such person in the dossiers you may see."),
                _("The data-protection officer can take the request."),
            )
    problems = _problems(draft)
    if problems:
        raise BadInputs(problems)
    now = timezone.now()
    row = RemedyRequest(
        number=_number(now), asker=draft.asker, person_id=draft.person_id, asked=draft.asked,
        received=draft.received, received_through=draft.received_through,
        due=_end_of_day(draft.received, answer_days()), recorded=now, recorded_by=officer,
        sealed_for=guarded_persons([draft.person_id] if draft.person_id is not None else []),
    )  # fmt: skip
    row.words = {
        "asker_name": draft.asker_name.strip(), "on_behalf": draft.on_behalf.strip(), "about": draft.about.strip(),
        "verified": draft.verified.strip(), "reason": "", "answer": "",
    }  # fmt: skip
    row.save()
    _record(actor, "oversight.open_remedy_request", row, {"asker": row.asker, "asked": row.asked})
    return row


@action("oversight.extend_remedy", permission="remedy.handle")
def extend_remedy(*, actor: Actor, remedy_id: int, reason: str) -> RemedyRequest:
    """Put the answer off, once and with a reason; whoever asked has to be told."""
    row = _open_row(remedy_id)
    if row.extended is not None:
        raise BadInput("", _("The time to answer was already extended once."), _("Answer it now."))
    row.extension_reason, row.extended = required_reason(reason), timezone.now()
    row.due += dt.timedelta(days=extension_days())
    row.save(update_fields=["extension_reason", "extended", "due"])
    _record(actor, "oversight.extend_remedy", row, {"due": row.due.date().isoformat()})
    return row


@action("oversight.judge_disclosure", permission="remedy.handle")
def judge_disclosure(
    *, actor: Actor, remedy_id: int, decision_id: int, judgement: str, reason: str, told: bool
) -> RemedyFinding:
    """Say of one disclosure about her whether it was lawful, and whether the answer may name it.

    What has to be corrected or recalled becomes a task of the team that sent it, else of the liaison officers (R30).
    """
    officer, row = _human(actor), _open_row(remedy_id)
    if judgement not in FINDINGS:
        raise BadInput("judgement", _("This answer is unknown."), _("Choose one from the list."))
    reason = required_reason(reason)
    line = _line_about(row, decision_id)
    finding, _made = RemedyFinding.objects.update_or_create(
        remedy=row, decision=decision_id,
        defaults={"judgement": judgement, "reason": reason, "told": told, "at": timezone.now(), "by": officer},
    )  # fmt: skip
    if judgement in PUT_RIGHT and finding.task is None:
        finding.task = _raise_task(line, judgement)
        finding.save(update_fields=["task"])
    _record(actor, "oversight.judge_disclosure", row,
            {"decision": decision_id, "judgement": judgement, "told": told, "task": finding.task})  # fmt: skip
    return finding


@action("oversight.answer_remedy", permission="remedy.handle")
def answer_remedy(*, actor: Actor, remedy_id: int, kind: str, language: str, reason: str) -> RemedyRequest:
    """Write the answer and stop the clock.

    Args:
        kind: `named` names the disclosures whose findings say so; `neutral` names none. The reason for the choice is
            sealed and never part of the answer.

    Raises:
        BadInput: a disclosure has no finding yet; or `named` is chosen and none may be named: an answer that says that
            nothing was shared is never written.
    """
    row = _open_row(remedy_id)
    if kind not in {"named", "neutral"}:
        raise BadInput("kind", _("This answer is unknown."), _("Choose one from the list."))
    if language not in dict(settings.LANGUAGES):
        raise BadInput("language", _("This language is unknown."), _("Choose one from the list."))
    reason = required_reason(reason)
    lines = {one.decision: one for one in _lines(row)}
    findings = {one.decision: one for one in row.findings.all()}
    if set(lines) - set(findings):
        raise BadInput("", _("Not every disclosure has been checked yet."), _("Judge each one, then answer."))
    named = _named(lines, findings) if kind == "named" else []
    if kind == "named" and not named:
        raise BadInput("kind", _("There is no disclosure that the answer may name."), _("Choose the neutral answer."))
    own = own_party()
    today = timezone.localdate()
    text = answer_text(number=row.number, node=own.name if own else settings.NODE.name, received=row.received,
                       today=today, named=named, language=language)  # fmt: skip
    row.words = {**row.words, "reason": reason, "answer": text}
    row.answered, row.answered_by, row.answer_kind, row.language = timezone.now(), _human(actor), kind, language
    row.save(update_fields=["sealed", "answered", "answered_by", "answer_kind", "language"])
    _record(actor, "oversight.answer_remedy", row, {"language": language})
    return row


@action("oversight.look_up_person", permission="remedy.handle")
def look_up_person(*, actor: Actor, text: str) -> list[int]:
    """Find whom a request is about, in every team, by an exact name, number or address; each look-up is recorded.

    What was looked for stays out of the log; the numbers that were found stand in it.
    """
    if len(text.strip()) < 2 and not text.strip().isdecimal():
        raise BadInput("text", _("This is too short to look for."), _("Enter the whole name or number."))
    found = persons_found(officer=_human(actor), text=text)
    record(
        actor=actor,
        act="oversight.look_up_person",
        object_kind="entity",
        object_id=found[0] if len(found) == 1 else "",
        details={"found": len(found)},
    )
    return found


@action("oversight.consult_disclosures", permission="remedy.handle")
def consult_disclosures(*, actor: Actor, person_id: int, remedy: RemedyRequest | None = None) -> list[LeftLine]:
    """What left about a person, of all teams, at digest level; that it was looked at is recorded (R32)."""
    found = left_about(officer=_human(actor), person_id=person_id, remedy=remedy)
    record(
        actor=actor,
        act="oversight.consult_disclosures",
        object_kind="entity",
        object_id=person_id,
        details={"disclosures": len(found), "remedy": remedy.pk if remedy is not None else None},
    )
    return found


def _human(actor: Actor) -> Officer:
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person can do this."), _("Sign in and do it yourself."))
    return actor


def _open_row(remedy_id: int) -> RemedyRequest:
    row = RemedyRequest.objects.select_for_update().filter(pk=remedy_id).first()
    if row is None:
        raise Refused(_("There is no such request."), _("Open it from the register."))
    if row.answered is not None:
        raise BadInput("", _("This request was already answered."), _("Take a new request if she asks again."))
    return row


def _lines(row: RemedyRequest) -> list[DisclosureLine]:
    return disclosure_lines(disclosures_about(row.person_id)) if row.person_id is not None else []


def _line_about(row: RemedyRequest, decision_id: int) -> DisclosureLine:
    found = next((one for one in _lines(row) if one.decision == decision_id), None)
    if found is None:
        raise BadInput("", _("This disclosure is not about this person."), _("Open it from the request's page."))
    return found


def _named(lines: dict[int, DisclosureLine], findings: dict[int, RemedyFinding]) -> list[Named]:
    told = [one for pk, one in lines.items() if findings[pk].told]
    names = names_of({one.recipient for one in told})
    return [
        Named(one.at, names.get(one.recipient, one.recipient), one.purpose, findings[one.decision].judgement)
        for one in sorted(told, key=lambda one: (one.at, one.decision))
    ]


def _raise_task(line: DisclosureLine, judgement: str) -> int:
    """The task says no name and no content: the team opens the decision itself."""
    text = (
        gettext_noop("Correct what was sent to %(recipient)s on %(day)s and tell them (R30)")
        if judgement == "correct"
        else gettext_noop("Recall what was sent to %(recipient)s on %(day)s (R30)")
    )
    recipient = names_of({line.recipient}).get(line.recipient, line.recipient)
    title = Asked(text, {"recipient": recipient[:200], "day": timezone.localdate(line.at)})
    task: dict[str, Any] = {
        "title": title, "kind": f"remedy.{'correct' if judgement == 'correct' else 'recall'}",
        "due": timezone.now() + dt.timedelta(days=RIGHT_DAYS), "url": f"/releases/decisions/{line.decision}/",
    }  # fmt: skip
    try:
        return int(add_task(actor=NODE, case_id=line.case, role="" if line.case else "liaison_officer", **task).pk)
    except BadInput:
        # The case is closed: its team may be gone, so that those who speak with partners have to see to it.
        return int(add_task(actor=NODE, case_id=None, role="liaison_officer", **task).pk)


def _problems(draft: RemedyDraft) -> list[BadInput]:
    choose = _("Choose one from the list.")
    found = [
        BadInput(field, _("This code is unknown."), choose)
        for field, codes in (("asker", ASKERS), ("asked", ASKED), ("received_through", THROUGH))
        if getattr(draft, field) not in codes
    ]
    if not draft.asker_name.strip():
        found.append(BadInput("asker_name", _("Nothing is entered here."), _("Enter who asks.")))
    if draft.asker in {"lawyer", "guardian"} and not draft.on_behalf.strip():
        found.append(BadInput("on_behalf", _("It is not said for whom."), _("Enter for whom this person asks.")))
    if not draft.verified.strip():
        found.append(
            BadInput("verified", _("It is not said how identity was verified."),
                     _("Write which document, power of attorney or call proved it."))
        )  # fmt: skip
    if not draft.about.strip():
        found.append(BadInput("about", _("Nothing is entered here."), _("Enter whom it is about.")))
    if draft.received > timezone.localdate():
        found.append(BadInput("received", _("This day lies in the future."), _("Enter the day on which it came.")))
    if any(len(text) > 2_000 for text in (draft.asker_name, draft.on_behalf, draft.verified, draft.about)):
        found.append(BadInput("", _("A text is too long."), _("Shorten it to 2,000 characters.")))
    return found


def _number(now: dt.datetime) -> str:
    prefix = f"RM-{now.year}-"
    last = RemedyRequest.objects.select_for_update().filter(number__startswith=prefix).order_by("-pk").first()
    return f"{prefix}{(int(last.number.removeprefix(prefix)) if last else 0) + 1:04d}"


def _end_of_day(day: dt.date, days: int) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=days), dt.time(23, 59), dt.UTC)


def _record(actor: Actor, act: str, row: RemedyRequest, details: dict[str, Any]) -> None:
    record(actor=actor, act=act, object_kind="remedy", object_id=row.pk, details={"number": row.number, **details})
