"""Whether a decision still holds: derived once again, it comes to the same answers over the same facts."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable, Collection
from typing import TypeAlias

from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clew.disclosure.particulars import EVIDENCE, REFERRAL
from clew.node.accounts.actions import reading_acts
from clew.node.audit.queries import anything_since, size_and_root, untouched_since
from clew.node.disclosure.deriving import Derived, derive_with
from clew.node.disclosure.gathering import Registers, registers_read_once
from clew.node.disclosure.models import Decision
from clew.node.types import BadInput

log = logging.getLogger(__name__)

Check: TypeAlias = Callable[[Decision, Derived], None]
"""Raises `BadInput` where what was derived anew speaks against a decision."""

HARMLESS = frozenset(
    ("accounts.signed_in", "audit.checkpoint", "disclosure.mark_dispatched", "disclosure.withhold_outdated")
) | {
    f"exchange.{act}"
    for act in (
        "answer_resync", "dispatch_decision", "dispatch_refused", "mark_clock", "note_attempt", "note_carried",
        "note_failed_passing", "note_passed_on", "note_resync", "open_envelope", "postpone_answers", "record_receipts",
        "resend_letters", "sign_receipts", "store_envelope", "store_in_transit",
    )
}  # fmt: skip
"""Acts that change nothing the rules look at: the post's own, and signing itself. Readings are harmless too."""


def check_holds(decision: Decision, derived: Derived) -> None:
    """Raise `BadInput` unless what was derived anew is what was decided, and ready to leave."""
    if derived.basis != decision.basis:
        raise changed()
    check_permitted(decision, derived)


def check_permitted(decision: Decision, derived: Derived) -> None:
    """Raise `BadInput` unless the rules would still let exactly this letter leave, whatever else has changed."""
    if _answers(derived) != _kept_answers(decision):
        raise changed()
    if derived.outcome.missing:
        raise BadInput("", _("An approval is still missing."), _("Ask for it, or leave out what needs it."))
    if derived.unanswered:
        raise BadInput("", *recognition_open())
    if derived.draft.type == EVIDENCE and "files" not in json.loads(derived.package.body):
        raise BadInput("", _("None of the files may leave."), _("Read the reasons and what would change them."))
    if derived.draft.type == REFERRAL and "needs" not in json.loads(derived.package.body):
        raise BadInput("", _("What she needs may not be told."), _("Read the reasons and what would change them."))
    if not derived.outcome.ready:
        raise BadInput("", _("The rules refuse this letter."), _("Read the reasons and what would change them."))


def why_outdated(*, decision_id: int, now: dt.datetime, strictly: bool) -> str:
    """Why the letter of a decision must not be sent another time, in a sentence; "" where it may be.

    For the exchange, of letters that were dispatched and have not arrived. What cannot be derived does not hold.

    Args:
        strictly: whether any change since it was decided counts, as before it first left; else only one after which the
            rules would not let exactly this letter leave, so that a partner's bad night costs no letter.
    """
    decision = _whole().filter(pk=decision_id, state=Decision.State.DISPATCHED).first()
    if decision is None:
        return _not_in_force()
    with registers_read_once() as registers:
        return _why(decision, registers, now, check_holds if strictly else check_permitted)


def outdated_among(*, decision_ids: Collection[int], now: dt.datetime) -> dict[int, str]:
    """Those of dispatched decisions whose letters must not be sent another time, each with why; as `why_outdated`."""
    found = list(_whole().filter(pk__in=decision_ids, state=Decision.State.DISPATCHED))
    unknown = set(decision_ids) - {each.pk for each in found}
    return dict.fromkeys(unknown, _not_in_force()) | not_holding(found, now, check_permitted)


def not_holding(decisions: Collection[Decision], now: dt.datetime, check: Check) -> dict[int, str]:
    """Those of decisions, with their signatures, that do not hold any more, each with why in a sentence.

    What was signed on the same day, and after which nobody did anything that the rules look at, is not derived again:
    every change is an entry of the log. Of the others what they ask alike is read once; where meanwhile anybody did
    something that the rules look at, each is derived once more by itself.
    """
    fresh = _nothing_happened_since([each.pk for each in decisions])
    old = [each for each in decisions if each.pk not in fresh or each.signature.at.date() != now.date()]
    size, _root = size_and_root()
    with registers_read_once() as registers:
        found = {each.pk: _why(each, registers, now, check) for each in old}
    if len(old) > 1 and anything_since(index=size, harmless=HARMLESS | reading_acts()):
        for each in old:
            with registers_read_once() as registers:
                found[each.pk] = _why(each, registers, now, check)
    return {pk: why for pk, why in found.items() if why}


def _whole() -> QuerySet[Decision]:
    return Decision.objects.select_related("signature", "release__case", "release__requested_by").order_by("pk")


def _why(decision: Decision, registers: Registers, now: dt.datetime, check: Check) -> str:
    try:
        check(decision, derive_with(registers, decision.release, decision.approvals.order_by("pk"), now))
    except BadInput as problem:
        log.info("decision %s does not hold any more", decision.pk)
        return problem.problem
    except DatabaseError:
        raise
    except Exception:  # as when it first left: what the rules cannot judge does not leave
        log.exception("decision %s cannot be derived again", decision.pk)
        return _("Whether the rules would still permit this letter could not be found out.")
    return ""


def _not_in_force() -> str:
    return _("The decision behind this letter is not in force.")


def _nothing_happened_since(decision_ids: Collection[int]) -> frozenset[int]:
    harmless = HARMLESS | reading_acts()
    signed = untouched_since(act="disclosure.sign", object_ids=[str(each) for each in decision_ids], harmless=harmless)
    return frozenset(int(each) for each in signed)


def changed() -> BadInput:
    """The refusal of a decision whose facts are not what they were."""
    return BadInput("", _("Something has changed since this was decided."), _("Decide again, then go on."))


def recognition_open() -> tuple[str, str]:
    """The words for facts that could name a person together, of which nobody has said if someone would know her."""
    return (
        _("Facts in this letter could name a person together, and nobody has said if someone could recognise her."),
        _("The officer who asks for the letter answers it on the preview; what is approved includes her answer."),
    )


def _answers(derived: Derived) -> object:
    outcome = derived.outcome
    return (outcome.letter.verdict, [each.verdict for each in outcome.statements], derived.package.digest)


def _kept_answers(decision: Decision) -> object:
    kept = decision.outcome
    return (kept["letter"]["verdict"], [each["verdict"] for each in kept["statements"]], decision.package_digest)
