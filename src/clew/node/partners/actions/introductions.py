"""Introductions: a facilitator vouches for two parties' cards to each other, and each side decides for itself."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.partners.actions.directory import organisation, pin
from clew.node.partners.intake import new_card, read_card_file
from clew.node.partners.keys import KeysWithheld, keys_of
from clew.node.partners.models import Introduction, NodeCard, Party
from clew.node.types import BadInput


@action("partners.propose_introduction", permission="partner.introduce")
def propose_introduction(
    *, actor: Actor, first_uid: str, second_uid: str, reason: str
) -> tuple[Introduction, Introduction]:
    """Prepare the introduction of two confirmed parties to each other.

    The two letters go out through `disclosure.draft_release(kind="introduction")` like any other; this only keeps
    which card is vouched for to whom, and why.

    Returns:
        what the first will be told (the second's card), then what the second will be told.
    """
    if first_uid == second_uid:
        raise BadInput("second", _("A party cannot be introduced to itself."), _("Choose two different parties."))
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why these two should know each other."))
    own = Party.objects.filter(is_own=True, parent=None).first()
    if own is None:
        raise BadInput("", _("This node has no card of its own yet."), _("Ask the administrator to run: clew init"))
    first, second = organisation(first_uid), organisation(second_uid)
    now = timezone.now()
    cards = {}
    for field, party in (("first", first), ("second", second)):
        keys = keys_of(party, now)
        if isinstance(keys, KeysWithheld):
            raise BadInput(field, keys.sentence, _("Only confirmed parties can be introduced."))
        cards[party.uid] = keys.card
    made = [
        Introduction.objects.create(
            facilitator=own.uid,
            recipient=told.uid,
            party_uid=about.uid,
            card=cards[about.uid],
            reason=reason.strip(),
            received=now,
            decision="proposed",
            decided_by_id=actor.pk,
            decided=now,
        )
        for told, about in ((first, second), (second, first))
    ]
    for one in made:
        _record(actor, "partners.propose_introduction", one)
    return made[0], made[1]


@action("partners.receive_introduction", permission="letter.take")
def receive_introduction(
    *, actor: Actor, facilitator_uid: str, card: bytes, letter_uid: str, reason: str
) -> Introduction:
    """Keep what a facilitator's letter introduces, for a human to decide. The same letter twice has one effect.

    Raises:
        BadInput: the facilitator may not be trusted at present, or the card is refused.
    """
    now = timezone.now()
    facilitator = organisation(facilitator_uid)
    keys = keys_of(facilitator, now)
    if isinstance(keys, KeysWithheld):
        raise BadInput("facilitator", keys.sentence, _("Settle the facilitator's own standing first."))
    introduced = read_card_file(card, now)
    own = Party.objects.filter(is_own=True, parent=None).first()
    if own is not None and introduced.uid == own.uid:
        raise BadInput("card", _("The letter introduces this organisation to itself."), _("Tell the facilitator."))
    introduction, _new = Introduction.objects.get_or_create(
        letter=letter_uid,
        facilitator=facilitator_uid,
        party_uid=introduced.uid,
        defaults={
            "recipient": own.uid if own is not None else "",
            "card": introduced.raw,
            "reason": reason,
            "received": now,
        },
    )
    _record(actor, "partners.receive_introduction", introduction)
    return introduction


@action("partners.accept_introduction", permission="partner.confirm")
def accept_introduction(*, actor: Actor, introduction_id: int, reason: str) -> Party:
    """Enter the introduced party as confirmed: on the facilitator's vouching and this human's decision."""
    introduction = _undecided(introduction_id)
    now = timezone.now()
    keys = keys_of(organisation(introduction.facilitator), now)
    if isinstance(keys, KeysWithheld):
        raise BadInput("", keys.sentence, _("Compare the fingerprint with the party itself instead."))
    card = read_card_file(bytes(introduction.card), now)
    known = NodeCard.objects.select_related("party").filter(party__uid=card.uid, raw=card.raw).first()
    if known is not None and known.confirmed is not None:
        raise BadInput("", _("You know this party already, with this very card."), _("Decline it as not needed."))
    if known is not None and known.revoked is not None:
        raise BadInput("", _("This card was revoked here."), _("Decline it, and tell the facilitator why."))
    kept = known or new_card(card, now)
    pin(kept, actor, vouched_by=introduction.facilitator)
    _decide(introduction, actor, "accepted", reason)
    _record(actor, "partners.accept_introduction", introduction)
    return kept.party


@action("partners.decline_introduction", permission="partner.confirm")
def decline_introduction(*, actor: Actor, introduction_id: int, reason: str) -> Introduction:
    """Do not enter the introduced party. The reason stays here; the facilitator is told nothing by this step."""
    introduction = _undecided(introduction_id)
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why, in a sentence."))
    _decide(introduction, actor, "declined", reason)
    _record(actor, "partners.decline_introduction", introduction)
    return introduction


def _undecided(introduction_id: int) -> Introduction:
    introduction = Introduction.objects.select_for_update().filter(pk=introduction_id, decision="").first()
    if introduction is None:
        raise BadInput("", _("No such introduction waits for a decision."), _("Reload the list of introductions."))
    return introduction


def _decide(introduction: Introduction, actor: Actor, decision: str, reason: str) -> None:
    introduction.decision, introduction.decision_reason = decision, reason.strip()
    introduction.decided, introduction.decided_by_id = timezone.now(), actor.pk
    introduction.save(update_fields=["decision", "decision_reason", "decided", "decided_by"])


def _record(actor: Actor, act: str, introduction: Introduction) -> None:
    record(
        actor=actor,
        act=act,
        object_kind="introduction",
        object_id=introduction.pk,
        details={
            "facilitator": introduction.facilitator,
            "recipient": introduction.recipient,
            "party": introduction.party_uid,
            "decision": introduction.decision,
        },
    )
