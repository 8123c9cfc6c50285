"""A party says of itself that it is suspended or leaves; it counts at once, and only a human here takes it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import Detail, record
from clew.node.partners.actions.directory import compare, party_of, pin, sentence, waiting_card
from clew.node.partners.keys import pinned_card
from clew.node.partners.models import NodeCard, OwnWord, Party
from clew.node.partners.own_words import COMPROMISED, REASONS, STATUS, lift
from clew.node.types import BadInput


@action("partners.take_own_word", permission="node.act")
def take_own_word(
    *, actor: Actor, sender: str, party_uid: str, what: str, reason: str, serial: int, effective: dt.datetime
) -> OwnWord | None:
    """A party's word about itself, or about a post of its own: from now on nothing is sent to it or taken from it.

    Args:
        sender: the party that signed the letter. party_uid: of whom it speaks. what, reason: codes of `own_words`.

    Returns:
        None where a later word is here already: then nothing changes.

    Raises:
        BadInput: it speaks of another party, of a key that a post does not have, or in a word that nobody says of
            itself; `field` is the part of the letter.
    """
    party = Party.objects.select_related("parent").filter(uid=party_uid).first()
    if party is None or party.is_own or sender not in {party.uid, party.parent.uid if party.parent else ""}:
        raise BadInput("party", _("It speaks of another party."), _("Each party speaks for itself."))
    if what not in STATUS:
        raise BadInput("action", _("This cannot be said by letter."), _("Hand over a card, and have it compared."))
    if reason not in REASONS or (reason == COMPROMISED and party.parent_id is not None):
        raise BadInput("reason", _("Nobody says this of itself."), _("Choose one from the list."))
    details: dict[str, Detail] = {"from": sender, "action": what, "reason": reason, "serial": serial}
    if party.own_words.filter(serial__gte=serial).exists():
        _record(actor, party, {**details, "older": True})
        return None
    now = timezone.now()
    word = OwnWord.objects.create(
        party=party, action=what, reason=reason, serial=serial, before=party.status, effective=effective, received=now
    )
    party.status = STATUS[what]
    party.save(update_fields=["status"])
    if reason == COMPROMISED:
        # Whoever has the key could otherwise have a card of his own approved with it.
        party.cards.filter(revoked=None).update(revoked=now)
    _record(actor, party, details)
    return word


@action("partners.readmit_party", permission="partner.confirm")
def readmit_party(*, actor: Actor, party_uid: str, typed: str, reason: str) -> Party:
    """Let a party write and be written to again that suspended itself or left: a human compared its card anew.

    Args:
        typed: the last four groups of the fingerprint of its newest card, as the partner read them aloud.

    Raises:
        BadInput: it said nothing of the kind, there is no card that is not revoked, or the digits differ.
    """
    party = party_of(party_uid)
    word = party.own_words.filter(lifted=None).order_by("-pk").first()
    if word is None:
        raise BadInput("", _("This party has not suspended itself."), _("Reload the page to see its present state."))
    sentence(reason)
    card = _card_to_compare(party.parent or party)
    compare(card, typed)
    if card.confirmed is None:
        pin(card, actor)
        party.refresh_from_db()
    lift(party, actor.pk, reason)
    record(
        actor=actor, act="partners.readmit_party", object_kind="party", object_id=party.uid,
        details={"card": card.fingerprint.replace(" ", "-")},
    )  # fmt: skip
    return party


def _card_to_compare(holder: Party) -> NodeCard:
    """The card that waits, else the one in use; never one that was revoked."""
    card = waiting_card(holder) or pinned_card(holder)
    if card is None or card.revoked is not None:
        raise BadInput(
            "typed",
            _("There is no card of this party whose keys may be used."),
            _("Ask the partner for a new card, by a way that you trust."),
        )
    return card


def _record(actor: Actor, party: Party, details: Mapping[str, Detail]) -> None:
    record(actor=actor, act="partners.take_own_word", object_kind="party", object_id=party.uid, details=dict(details))
