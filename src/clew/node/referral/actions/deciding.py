"""Whether somebody is a victim, the time she gets to recover, the interests of a child, and the second person.

A presumption takes effect at once, because waiting would leave her unprotected. What ends a doubt, for her or against
her, is answered by a second person; so are a determination of a child's best interests and a closing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, action, not_yours
from clew.node.disclosure.actions import record_safeguard
from clew.node.dossier.actions import set_person_category
from clew.node.dossier.queries import person_categories
from clew.node.referral.access import newest, path_for, require_guardian
from clew.node.referral.entries import IdentificationDraft, InterestsDraft, ReflectionDraft
from clew.node.referral.indicators import formal_use_of
from clew.node.referral.models import Entry, Path, Screening
from clew.node.referral.recording import keep, log, move
from clew.node.referral.returning import require_return_possible
from clew.node.referral.words import PERIODS
from clew.node.types import BadInput, BadInputs
from clew.referral.reflection import PeriodRefused, last_day, period_of

HOLDS: Final = dt.timedelta(days=365)
"""How long what a person is, and a determination of best interests, hold before they are said again."""


@action("referral.record_identification", permission="pathway.decide")
def record_identification(*, actor: Actor, path_id: int, draft: IdentificationDraft) -> Entry:
    """Record what a body decided. Only `presumed` takes effect at once; nothing that is decided here ends any help.

    Raises:
        Refused: the path is another team's.
        BadInput: she may be a child, nobody answers for her, and more than a presumption is decided (guard 3).
        BadInputs: every fault; one is that the screening named rests on a set that nobody has signed for.
    """
    path, officer = path_for(actor, path_id)
    problems = [*draft.problems(), *_screening_problems(path, draft.screening_id)]
    if problems:
        raise BadInputs(problems)
    if draft.outcome != "presumed":
        require_guardian(path)
    made = keep(
        officer, path, Entry.Kind.IDENTIFICATION, asdict(draft) | {"decided": draft.decided.isoformat()},
        outcome=draft.outcome, needs_second=draft.outcome != "presumed",
    )  # fmt: skip
    if not made.needs_second:
        _identified(officer, made)
    return made


@action("referral.grant_reflection", permission="pathway.decide")
def grant_reflection(*, actor: Actor, path_id: int, draft: ReflectionDraft) -> Entry:
    """Start the clock of a recovery and reflection period; no word of testimony is asked for it.

    Raises:
        BadInputs: she is neither presumed nor identified, or the period is shorter than the country's law grants.
    """
    path, officer = path_for(actor, path_id)
    problems = draft.problems()
    if not _is_victim(path):
        cure = _("Record first that there are reasonable grounds; that alone starts the period.")
        problems.append(BadInput("", _("Nobody has said that she may be a victim."), cure))
    if problems:
        raise BadInputs(problems)
    known = period_of(draft.country)
    try:
        ends = last_day(draft.begins, draft.days, draft.country)
    except PeriodRefused as fault:
        problem, cure_words = PERIODS[fault.problem]
        raise BadInputs([BadInput("days", str(problem) % {"least": fault.least}, str(cure_words))]) from fault
    said = asdict(draft) | {
        "begins": draft.begins.isoformat(), "ends": ends.isoformat(), "source": known.source if known else "",
        "checked_by": known.checked_by if known else "",
    }  # fmt: skip
    made = keep(officer, path, Entry.Kind.REFLECTION, said)
    path.reflection_ends, path.status = ends, "reflection"
    path.save(update_fields=["reflection_ends", "status"])
    return made


@action("referral.record_best_interests", permission="pathway.child")
def record_best_interests(*, actor: Actor, path_id: int, draft: InterestsDraft) -> Entry:
    """Record an assessment, or propose a determination, of a child's best interests; the second is answered by another.

    An assessment is early and needs no guardian; a determination does (guard 3).
    """
    path, officer = path_for(actor, path_id)
    problems = draft.problems()
    if problems:
        raise BadInputs(problems)
    if draft.kind == "determination":
        require_guardian(path)
    return keep(
        officer, path, Entry.Kind.BEST_INTERESTS, asdict(draft), outcome=draft.kind,
        needs_second=draft.kind == "determination",
    )  # fmt: skip


@action("referral.answer_entry", permission="pathway.decide")
def answer_entry(*, actor: Actor, entry_id: int, approve: bool) -> Entry:
    """Answer, as a second person, for what a colleague recorded. Only what is approved takes effect.

    Raises:
        Refused: the path is another team's, or the actor recorded it herself.
        BadInput: nothing waits, or what stands against a return has come up since.
    """
    entry = Entry.objects.select_related("path").filter(pk=entry_id).first()
    if entry is None:
        raise not_yours()
    path, officer = path_for(actor, entry.path_id)
    if entry.recorded_by_id == officer.pk:
        raise Refused(_("You recorded this yourself."), _("A colleague of the team answers for it."))
    if not entry.needs_second or entry.approved is not None:
        raise BadInput("", _("Nothing waits here."), _("Go on with the present step."))
    entry.approved, entry.answered_by, entry.answered = approve, officer, timezone.now()
    if approve:
        EFFECTS[entry.kind](officer, entry)
    entry.save(update_fields=["approved", "answered_by", "answered"])
    log(officer, "referral.answer_entry", path, entry=entry.pk, kind=entry.kind, approved=approve)
    return entry


def _identified(officer: Officer, entry: Entry) -> None:
    """A victim counts as one everywhere from now on, whatever she counted as before; that stays in the history."""
    path = entry.path
    move(path, entry.outcome)
    if entry.outcome == "not_identified":
        return
    now = timezone.now()
    if person_categories([path.person_id], now)[path.person_id] != "victim":
        set_person_category(
            actor=officer, entity_id=path.person_id, category="victim", expires=now.date() + HOLDS,
            reason=_("Recorded at the step of identification."),
        )  # fmt: skip


def _determined(officer: Officer, entry: Entry) -> None:
    """The release rules are told that a determination was made, if somebody still answers for the child (guard 3)."""
    require_guardian(entry.path)
    record_safeguard(
        actor=officer, person_id=entry.path.person_id, kind="best_interests", answer=["yes"],
        expires=timezone.localdate() + HOLDS,
    )  # fmt: skip


def _closed(_officer: Officer, entry: Entry) -> None:
    path = entry.path
    if entry.outcome == "returned":
        require_return_possible(path)
    path.closed, path.status = timezone.now(), entry.outcome
    path.save(update_fields=["closed", "status"])


EFFECTS: Final[dict[str, Callable[[Officer, Entry], None]]] = {
    Entry.Kind.IDENTIFICATION: _identified,
    Entry.Kind.BEST_INTERESTS: _determined,
    Entry.Kind.CLOSING: _closed,
}
"""What happens once a second person agreed."""


def _is_victim(path: Path) -> bool:
    entry = newest(path, Entry.Kind.IDENTIFICATION)
    return entry is not None and entry.outcome in {"presumed", "identified"}


def _screening_problems(path: Path, screening_id: int | None) -> list[BadInput]:
    if screening_id is None:
        return []
    screening = Screening.objects.select_related("version").filter(pk=screening_id, path=path).first()
    if screening is None:
        return [BadInput("screening", _("This screening is not one of hers."), _("Choose one from the list."))]
    if not formal_use_of(screening.version):
        cure = _(
            "A responsible person signs that it agrees with its official text; or rest the decision on grounds alone."
        )
        return [BadInput("screening", _("This set of indicators is unverified: no formal step rests on it."), cure)]
    return []
