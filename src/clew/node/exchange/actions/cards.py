"""This node's next card on its way to its partners."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from clew.exchange.kinds.governance import DirectoryUpdate, KeyRotate, approved_by
from clew.exchange.kinds.records import body_of
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record_many
from clew.node.exchange.actions.sending import queue_without_content
from clew.node.exchange.identity import own_uid, sign_key
from clew.node.exchange.rotating import DIRECTORY_UPDATE, KEY_ROTATE
from clew.node.partners.queries import RenewedCard, UsableKeys


@action("exchange.send_cards", permission="node.act")
def send_cards(*, actor: Actor, card: RenewedCard, partners: Sequence[UsableKeys], now: dt.datetime) -> None:
    """Send this node's next card to these partners, signed with the keys that they know."""
    kind, package = _update(card) if card.updates else _rotation(card)
    entries = [(keys.party_uid, queue_without_content(keys, kind, package, now)) for keys in partners]
    record_many(
        actor=actor,
        act="exchange.send_card",
        object_kind="party",
        objects=[
            (uid, {"card": card.fingerprint.replace(" ", "-"), "envelope": entry.envelope_id}) for uid, entry in entries
        ],
    )


def _rotation(card: RenewedCard) -> tuple[str, bytes]:
    serial, text = int(card.valid_from.timestamp()), card.raw.decode("ascii")
    return KEY_ROTATE, body_of(KeyRotate(serial=serial, effective=card.valid_from, card=text, reason="planned"))


def _update(card: RenewedCard) -> tuple[str, bytes]:
    said = DirectoryUpdate(
        serial=int(card.valid_from.timestamp()), effective=card.valid_from, cards=(card.raw.decode("ascii"),),
        approvals=(),
    )  # fmt: skip
    return DIRECTORY_UPDATE, body_of(approved_by(said, own_uid(), sign_key()))
