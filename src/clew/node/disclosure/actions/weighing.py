"""What the officer weighs before she signs: how exactly a fact is said, and whether someone would know her."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.disclosure.records import digest
from clew.node.accounts.actions import Actor, Officer, Refused, action, sign_as_officer
from clew.node.disclosure.access import decision_for, editable_release_for, open_decision_for
from clew.node.disclosure.actions.deciding import keep, record_decision
from clew.node.disclosure.actions.drafting import keep_changed, record_release
from clew.node.disclosure.coarsening import ANSWERS, OMIT, options, tokens_of
from clew.node.disclosure.deriving import derive
from clew.node.disclosure.models import Decision, Release
from clew.node.dossier.queries import release_facts
from clew.node.types import BadInput

if TYPE_CHECKING:
    from clew.node.accounts.actions import StepUp

LONGEST = 1000


@action("disclosure.choose_coarser", permission="release.draft")
def choose_coarser(*, actor: Actor, release_id: int, statement_id: int, level: str) -> Release:
    """Let a chosen statement leave with a less exact value, exactly again (`level` ""), or not at all (`omit`).

    What was decided before becomes stale, as with any other change.

    Raises:
        BadInput: the statement is not among the chosen, or cannot be said at that level.
    """
    release = editable_release_for(actor, release_id)
    chosen = [dict(each) for each in release.chosen]
    mine = next((each for each in chosen if each["statement"] == statement_id), None)
    if mine is None:
        raise BadInput("statement", _("This statement is not in the letter."), _("Look at the decision again."))
    if level == OMIT:
        chosen.remove(mine)
        answers = [{**each, "statements": _without(each["statements"], statement_id)} for each in release.answers]
        release.answers = answers
    else:
        if level and level not in _levels(actor, statement_id):
            raise BadInput("level", _("This cannot be said at that level."), _("Choose one from the list."))
        mine["coarser"] = level
    release.chosen = chosen
    keep_changed(actor, release)
    record_release(actor, "disclosure.choose_coarser", release)
    return release


@action("disclosure.answer_recognition", permission="release.draft")
def answer_recognition(*, actor: Actor, decision_id: int, answer: str, reason: str = "") -> Decision:
    """Answer whether someone who knew her could recognise her by the facts that leave together, by name and time.

    The answer holds for exactly these facts, and is part of what is approved and signed: approvals given before it are
    asked for again. A `yes` needs the reason why the facts must leave nonetheless.

    Raises:
        Refused: the actor is not the officer who asks for the letter.
        BadInput: there is nothing to answer, no such answer, a reason is missing, or something has changed.
    """
    decision = open_decision_for(actor, decision_id)
    release, now = decision.release, timezone.now()
    if not isinstance(actor, Officer) or actor.pk != release.requested_by_id:
        raise Refused(
            _("Only the officer who asks for this letter answers this."),
            _("She can answer it; or revise the letter yourself, then it is your request."),
        )
    if answer not in ANSWERS:
        raise BadInput("answer", _("Nothing is chosen."), _("Choose yes or no."))
    if answer == "yes" and not reason.strip():
        raise BadInput("reason", _("Somebody could recognise her."), _("Choose coarser values, or say why it must be."))
    if len(reason) > LONGEST:
        cure = _("Shorten it to %(longest)d characters.") % {"longest": LONGEST}
        raise BadInput("reason", _("The text is too long."), cure)
    before = derive(release, decision.approvals.order_by("pk"), now)
    if before.basis != decision.basis:
        raise BadInput("", _("Something has changed since this was decided."), _("Decide again, then go on."))
    if not before.mosaic:
        raise BadInput("", _("No facts in this letter could name a person together."), _("There is nothing to answer."))
    release.recognition = {
        "answer": answer, "reason": reason.strip(), "name": actor.full_name, "officer": actor.pk,
        "at": now.isoformat(), "tokens": sorted(tokens_of(before.mosaic)),
    }  # fmt: skip
    release.save(update_fields=["recognition"])
    record_decision(actor, "disclosure.answer_recognition", decision, {"answer": answer})
    return _with_the_answer(decision)


@action("disclosure.read_sealed_reason", permission="reason.read_sealed")
def read_sealed_reason(*, actor: Actor, decision_id: int, reason: str, step_up: StepUp) -> Decision:
    """Open the sealed record of a decision: why it refused what it refused neutrally. Each reading is recorded.

    Raises:
        Refused: the actor may not know the case.
        BadInput: no reason is given, or the proof of presence is not hers.
    """
    decision = decision_for(actor, decision_id)
    if not isinstance(actor, Officer):
        raise Refused(_("A person reads this, not the node."), _("A legal adviser of the team can read it."))
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why you must know the reason."))
    signature = sign_as_officer(officer=actor, digest=sealed_reason_digest(decision), step_up=step_up)
    record_decision(
        actor, "disclosure.read_sealed_reason", decision,
        {"reason": digest(reason.strip()), "method": signature.method, "signature": bytes(signature.signature).hex()},
    )  # fmt: skip
    return decision


def sealed_reason_digest(decision: Decision) -> bytes:
    """What a legal adviser proves her presence for."""
    return bytes.fromhex(digest({"sealed_record": decision.pk, "decision": decision.digest}))


def _with_the_answer(decision: Decision) -> Decision:
    """The decision with the answer among what is approved; a new one where approvals were given without it."""
    release, now = decision.release, timezone.now()
    if decision.approvals.exists():
        Decision.objects.filter(pk=decision.pk).update(state=Decision.State.STALE)
        decision = Decision(release=release, decided=now, decided_by_id=decision.decided_by_id)
    keep(decision, derive(release, (), now))
    return decision


def _levels(actor: Actor, statement_id: int) -> set[str]:
    if not isinstance(actor, Officer):
        return set()
    return {
        one.level
        for each in release_facts(officer=actor, statement_ids=[statement_id])
        if each.value is not None
        for one in options(each.schema, each.prop, each.value, link=each.refers_to is not None)
    }


def _without(statements: list[int], left_out: int) -> list[int]:
    return [each for each in statements if each != left_out]
