"""Draft a correction: what replaces statements of a letter that has left, to whom that letter went."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from clew.disclosure.particulars import CORRECT, Particulars, Replaced
from clew.disclosure.records import to_plain
from clew.node.accounts.actions import Actor, action
from clew.node.disclosure.access import decision_for
from clew.node.disclosure.actions.drafting import case_of, check_values, create_release, record_release, unread_values
from clew.node.disclosure.findings import Findings, findings_of
from clew.node.disclosure.models import Decision, Release
from clew.node.types import BadInput


@action("disclosure.draft_correction", permission="release.draft")
def draft_correction(*, actor: Actor, decision_id: int, number: int, old: int, new: int, reason: str) -> Release:
    """Make a release that corrects the letter of an earlier decision. Nothing is decided and nothing leaves.

    It goes the way, and under the instrument and purpose, of the letter that it corrects, and the new value leaves no
    more exactly than the old one did.

    Args:
        number: of the statement in that letter. old, new: the statement that was sent, and what replaced it since.
        reason: a code of `REASONS_TO_CORRECT`.

    Raises:
        Refused: the letter is not the actor's.
        BadInput, BadInputs: it has not left, or what was chosen does not do.
    """
    decision = decision_for(actor, decision_id)
    sent = decision.release
    if decision.state != Decision.State.DISPATCHED or not decision.letter:
        raise BadInput("", _("This letter has not left."), _("Change its release instead."))
    case = case_of(actor, sent.case_id, CORRECT)
    then: dict[str, str] = next((each for each in sent.chosen if each["statement"] == old), {})
    particulars = Particulars(reason=reason, replaces=(Replaced(number, new),))
    chosen = {"statement": new, "needed": then.get("needed", ""), "minimum": "", "coarser": then.get("coarser", "")}
    values: dict[str, Any] = unread_values() | {
        "kind": CORRECT, "recipient": sent.recipient, "post": sent.post, "via": sent.via,
        "instrument": sent.instrument, "purpose": sent.purpose, "urgency": sent.urgency, "use": sent.use,
        "subject": (_("Correction: %(subject)s") % {"subject": sent.subject})[:300],
        "necessity": _("So that nothing is done that rests on what was wrong."), "languages": sent.languages,
        "offence_codes": sent.offence_codes,
        "chosen": [chosen], "particulars": to_plain(particulars),
        "findings": _conditions(sent).stored(),
    }  # fmt: skip
    check_values(values | {"in_reply_to": decision.letter})
    release = create_release(actor, case, values, sent.thread, decision.letter)
    record_release(actor, "disclosure.draft_correction", release)
    return release


def _conditions(sent: Release) -> Findings:
    """What was agreed on before it was given holds for what replaces it (R12); all else is found anew."""
    found = findings_of(sent.findings)
    return Findings(
        conditions_first=found.conditions_first, conditions_state=found.conditions_state,
        conditions_reference=found.conditions_reference,
    )  # fmt: skip
