"""Sign a decision, which is the release; and what the exchange reports back about the letter."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clew.disclosure.slots import next_slot, slot_period
from clew.node.accounts.actions import NODE, Actor, Officer, Refused, action, sign_as_officer
from clew.node.audit.actions import record, record_many
from clew.node.cases.actions import Asked, add_task
from clew.node.disclosure.access import decision_for, open_decision_for
from clew.node.disclosure.actions.deciding import record_decision
from clew.node.disclosure.deriving import derive
from clew.node.disclosure.holding import check_holds, not_holding
from clew.node.disclosure.models import Decision, DecisionSignature, LetterEntity, Release
from clew.node.discovery import offers
from clew.node.types import BadInput

if TYPE_CHECKING:
    from clew.node.accounts.actions import StepUp

log = logging.getLogger(__name__)


@action("disclosure.sign", permission="release.sign")
def sign(*, actor: Actor, decision_id: int, step_up: StepUp) -> Decision:
    """Sign the decision's digest: from now on the exchange may send exactly these bytes.

    Raises:
        Refused: the actor is not the officer who asked for the letter (R44: a human answers for it).
        BadInput: the letter is refused, an approval is open, or something has changed since it was decided.
    """
    decision = open_decision_for(actor, decision_id)
    release = decision.release
    if not isinstance(actor, Officer) or actor.pk != release.requested_by_id:
        raise Refused(
            _("Only the officer who asked for this letter signs it."),
            _("She can sign it; or revise it yourself, then it is your request."),
        )
    now = timezone.now()
    derived = derive(release, decision.approvals.order_by("pk"), now)
    check_holds(decision, derived)
    signature = sign_as_officer(officer=actor, digest=bytes.fromhex(decision.digest), step_up=step_up)
    DecisionSignature.objects.create(
        decision=decision,
        officer_id=actor.pk,
        method=signature.method,
        key_id=signature.key_id,
        public_key=signature.public_key,
        signature=signature.signature,
        at=now,
    )
    decision.state, decision.not_before = Decision.State.SIGNED, _slot(release, now)
    decision.save(update_fields=["state", "not_before"])
    release.state, release.changed = Release.State.SIGNED, now
    release.save(update_fields=["state", "changed"])
    _keep_names(release, derived.package.entities)
    record_decision(actor, "disclosure.sign", decision)
    return decision


@action("disclosure.withhold_outdated", permission="node.act")
def withhold_outdated(*, actor: Actor, decision_ids: Collection[int]) -> frozenset[int]:
    """Those of signed decisions that do not hold any more when they are derived once again, just before they leave.

    A consent was withdrawn, a guardian has a conflict, an instrument ended: between signing and sending, too, what has
    changed stops the letter. Its decision becomes stale, its release can be decided again, and its officer is told.
    As `holding.not_holding` finds them.
    """
    now = timezone.now()
    locked = Decision.objects.select_for_update(of=("self",)).filter(pk__in=decision_ids, state=Decision.State.SIGNED)
    found = list(locked.select_related("signature", "release__case", "release__requested_by").order_by("pk"))
    outdated = not_holding(found, now, check_holds)
    for decision in found:
        if decision.pk not in outdated:
            continue
        decision.state = Decision.State.STALE
        decision.save(update_fields=["state"])
        Release.objects.filter(pk=decision.release_id).update(state=Release.State.DECIDED, changed=now)
        _tell_its_officer(decision)
    # An entry for each: who reads the log of one decision sees whether it still held when it was about to leave.
    record_many(
        actor=actor,
        act="disclosure.withhold_outdated",
        object_kind="decision",
        objects=[(pk, {"outcome": "withheld" if pk in outdated else "holds"}) for pk in sorted(decision_ids)],
    )
    return frozenset(outdated)


@action("disclosure.mark_dispatched", permission="node.act")
def mark_dispatched(*, actor: Actor, decision_id: int, letter_uid: str) -> Decision:
    """Note that the exchange has put the letter into its outbox, in the same transaction."""
    decision = decision_for(actor, decision_id)
    if decision.state != Decision.State.SIGNED:
        raise BadInput("", _("This decision is not signed, or its letter has left."), _("Nothing may be sent for it."))
    now = timezone.now()
    decision.state, decision.letter, decision.dispatched = Decision.State.DISPATCHED, letter_uid, now
    decision.save(update_fields=["state", "letter", "dispatched"])
    Release.objects.filter(pk=decision.release_id).update(state=Release.State.DISPATCHED, changed=now)
    record_decision(actor, "disclosure.mark_dispatched", decision)
    return decision


@action("disclosure.register_letter_entities", permission="letter.take")
def register_letter_entities(*, actor: Actor, thread: str, names: Mapping[str, int]) -> None:
    """Keep what the partner's letter calls entities of this dossier, so that an answer calls them the same."""
    for name, entity in names.items():
        LetterEntity.objects.get_or_create(thread=thread, name=name, defaults={"entity_id": entity})
    record(
        actor=actor,
        act="disclosure.register_letter_entities",
        object_kind="thread",
        object_id=thread,
        details={"entities": len(names)},
    )


def _slot(release: Release, now: dt.datetime) -> dt.datetime | None:
    """When an answer leaves, whatever it says. Any other letter leaves at once.

    Counted from when the request came; where nobody can say when that was, from now: a whole period later.
    """
    if release.kind != "reply":
        return None
    known = [found for ask in offers("clock_of_letter") if (found := ask(uid=release.in_reply_to)) is not None]
    arrived, due = min(known, default=(now, None))
    return next_slot(arrived, now, slot_period(arrived, due, dt.timedelta(seconds=settings.NODE.reply_slot)))


def _tell_its_officer(decision: Decision) -> None:
    release = decision.release
    open_case = release.case_id if release.case is not None and release.case.closed is None else None
    officer = release.requested_by if release.requested_by is not None and release.requested_by.is_active else None
    add_task(
        actor=NODE,
        case_id=open_case,
        title=Asked(
            gettext_noop("A signed letter did not leave, because something has changed. Decide again: %(subject)s"),
            {"subject": release.subject[:200]},
        ),
        kind="release.outdated",
        role="" if open_case or officer else "legal_adviser",
        assigned_id=None if open_case or officer is None else officer.pk,
        url=f"/releases/{release.pk}/",
    )


def _keep_names(release: Release, names: Mapping[str, int]) -> None:
    for name, entity in names.items():
        LetterEntity.objects.get_or_create(thread=release.thread, name=name, defaults={"entity_id": entity})
