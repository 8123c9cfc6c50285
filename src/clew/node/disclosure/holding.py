"""Whether a decision still holds: derived once again, it comes to the same answers over the same facts."""

from __future__ import annotations

import datetime as dt
import json
import logging

from django.db import DatabaseError
from django.utils.translation import gettext as _

from clew.disclosure.particulars import EVIDENCE
from clew.node.disclosure.deriving import Derived, derive
from clew.node.disclosure.models import Decision
from clew.node.types import BadInput

log = logging.getLogger(__name__)


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
    if not derived.outcome.ready:
        raise BadInput("", _("The rules refuse this letter."), _("Read the reasons and what would change them."))


def why_outdated(*, decision_id: int, now: dt.datetime, strictly: bool) -> str:
    """Why the letter of a decision must not be sent another time, in a sentence; "" where it may be.

    For the exchange, of letters that were dispatched and have not arrived. What cannot be derived does not hold.

    Args:
        strictly: whether any change since it was decided counts, as before it first left; else only one after which the
            rules would not let exactly this letter leave, so that a partner's bad night costs no letter.
    """
    decision = Decision.objects.filter(pk=decision_id, state=Decision.State.DISPATCHED).first()
    if decision is None:
        return _("The decision behind this letter is not in force.")
    check = check_holds if strictly else check_permitted
    try:
        check(decision, derive(decision.release, decision.approvals.order_by("pk"), now))
    except BadInput as problem:
        return problem.problem
    except DatabaseError:
        raise
    except Exception:  # as when it first left: what the rules cannot judge does not leave
        log.exception("decision %s cannot be derived again", decision_id)
        return _("Whether the rules would still permit this letter could not be found out.")
    return ""


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
