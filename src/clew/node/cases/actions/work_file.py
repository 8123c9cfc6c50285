"""Opening, changing, closing and reopening a case."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.accounts.actions import Actor, action, create_case_team
from clew.node.audit.actions import record
from clew.node.cases.access import CLOSED, case_for, leave_trace, open_case_for, required_text
from clew.node.cases.models import Case, ReferenceCounter
from clew.node.types import BadInput


@action("cases.open_case", permission="case.open")
def open_case(*, actor: Actor, title: str, kind: str, offence_codes: Sequence[str] = (), summary: str = "") -> Case:
    """Open a case with a compartment of its own; who opens it is its first team member.

    Args:
        kind: code of the list `case_kinds`.
        offence_codes: codes of the list `offences`.

    Raises:
        BadInput: the title is empty or too long, or a code is unknown.
    """
    title = required_text(title, "title", 200)
    _check_codes(kind, offence_codes)
    now = timezone.now()
    reference = _next_reference(now.year)
    compartment = create_case_team(actor=actor, name=f"{reference} {title}"[:200])
    case = Case.objects.create(
        reference=reference,
        title=title,
        kind=kind,
        status="open",
        offence_codes=list(offence_codes),
        summary=summary.strip(),
        compartment=compartment,
        opened=now,
        opened_by_id=actor.pk,
        changed=now,
    )
    leave_trace(case, actor, "case.opened", at=now)
    record(
        actor=actor,
        act="cases.open_case",
        object_kind="case",
        object_id=case.pk,
        details={"reference": reference, "kind": kind, "compartment": compartment.pk},
    )
    return case


@action("cases.rename_case", permission="case.work")
def rename_case(
    *, actor: Actor, case_id: int, title: str, kind: str, offence_codes: Sequence[str], summary: str, waiting: bool
) -> Case:
    """Change what the head of the case says; `waiting` says that nothing can be done until someone else answers."""
    case = open_case_for(actor, case_id)
    title = required_text(title, "title", 200)
    _check_codes(kind, offence_codes)
    case.title, case.kind, case.offence_codes, case.summary = title, kind, list(offence_codes), summary.strip()
    case.status = "waiting" if waiting else "open"
    case.save(update_fields=["title", "folded", "kind", "offence_codes", "summary", "status"])
    leave_trace(case, actor, "case.revised")
    record(
        actor=actor,
        act="cases.rename_case",
        object_kind="case",
        object_id=case.pk,
        details={"kind": kind, "status": case.status},
    )
    return case


@action("cases.close_case", permission="case.close")
def close_case(*, actor: Actor, case_id: int, reason: str, by_referral: bool = False) -> Case:
    """End work on a case. Nothing is deleted, and `reopen_case` takes it back."""
    case = open_case_for(actor, case_id)
    reason = required_text(reason, "reason", 1000)
    case.status = "closed_by_referral" if by_referral else "closed"
    case.closed = timezone.now()
    case.save(update_fields=["status", "closed"])
    leave_trace(case, actor, "case.closed", reason=reason)
    record(actor=actor, act="cases.close_case", object_kind="case", object_id=case.pk, details={"status": case.status})
    return case


@action("cases.reopen_case", permission="case.close")
def reopen_case(*, actor: Actor, case_id: int, reason: str) -> Case:
    """Take a closed case up again."""
    case = case_for(actor, case_id)
    if case.status not in CLOSED:
        raise BadInput("", _("This case is not closed."), _("Go on working on it; there is nothing to reopen."))
    reason = required_text(reason, "reason", 1000)
    case.status, case.closed = "open", None
    case.save(update_fields=["status", "closed"])
    leave_trace(case, actor, "case.reopened", reason=reason)
    record(actor=actor, act="cases.reopen_case", object_kind="case", object_id=case.pk, details={})
    return case


def _check_codes(kind: str, offence_codes: Sequence[str]) -> None:
    if kind not in vocabulary.codelist("case_kinds"):
        raise BadInput("kind", _("This kind of case is unknown."), _("Choose one from the list."))
    offences = vocabulary.codelist("offences")
    unknown = [code for code in offence_codes if code not in offences]
    if unknown:
        raise BadInput(
            "offence_codes",
            _("The offence code %(code)s is unknown.") % {"code": unknown[0]},
            _("Choose from the list of offences."),
        )


def _next_reference(year: int) -> str:
    prefix = f"{settings.NODE.country}-{year}-"
    ReferenceCounter.objects.get_or_create(prefix=prefix)
    counter = ReferenceCounter.objects.select_for_update().get(prefix=prefix)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{prefix}{counter.last}"
