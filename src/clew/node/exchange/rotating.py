"""This node's next card goes to its partners by letter, and theirs come here, to wait for an officer who approves them.

A letter is believed because the key that an officer confirmed signed it; a new card is believed because that same key
signed it, too. So nothing but a renewal by that key is taken this way, and nothing counts before a human has said yes.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from clew.exchange.kinds.governance import approvers
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import NODE
from clew.node.exchange.models import OutboxEntry
from clew.node.partners.actions import import_renewal
from clew.node.partners.queries import RenewedCard, card_to_hand_out, parties
from clew.node.types import BadInput

KEY_ROTATE: Final = "key-rotate"
DIRECTORY_UPDATE: Final = "directory-update"
"""A card with the keys of before that says something else: posts, contact points, the address."""

STILL_NEWS: Final = dt.timedelta(days=60)
"""How long after it was made a card is sent to partners who have not got it: those confirmed later get it by hand."""


def due_for_card(now: dt.datetime) -> tuple[RenewedCard | None, list[str]]:
    """This node's card that partners should have, and the confirmed ones to whom it has not gone."""
    card = card_to_hand_out(now)
    if card is None or card.made < now - STILL_NEWS:
        return None, []
    known = parties(status="active").filter(confirmed__lte=card.made).values_list("uid", flat=True)
    kinds = (KEY_ROTATE, DIRECTORY_UPDATE)
    sent = OutboxEntry.objects.filter(kind__in=kinds, party__in=known, created__gte=card.made)
    return card, sorted(set(known) - set(sent.values_list("party", flat=True)))


def take_card(letter: SignedLetter, _sign_key: bytes) -> None:
    """Put the card that a partner sent into the directory, where it waits for an officer.

    Raises:
        Refusal: it is no card, another party's, or not one that the key an officer confirmed has signed.
    """
    try:
        import_renewal(actor=NODE, sender=letter.header.sender.node, raw=letter.body["card"].encode())
    except BadInput as fault:
        raise Refusal("bad-field", "body/card") from fault


def take_update(letter: SignedLetter, sign_key: bytes) -> None:
    """Put the card on which a partner says something new of itself into the directory, where it waits for an officer.

    All of it waits: by a new address letters go elsewhere, and at a new telephone number somebody else may answer her
    who compares a fingerprint.

    Raises:
        Refusal: it is not the sender's own card alone, its keys are others, or the sender's own approval is missing.
    """
    sender, body = letter.header.sender.node, letter.body
    if approvers(body, {sender: sign_key}) != {sender}:
        raise Refusal("bad-signature", "body/approvals")
    if len(body["cards"]) != 1:
        raise Refusal("bad-field", "body/cards")
    try:
        import_renewal(actor=NODE, sender=sender, raw=body["cards"][0].encode(), same_keys=True)
    except BadInput as fault:
        raise Refusal("bad-field", "body/cards") from fault
