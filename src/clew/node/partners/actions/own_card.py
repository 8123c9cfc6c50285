"""This node's own card is renewed, with its keys or without, by the process that may use the sign key."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.exchange.cards import make_card, read_card
from clew.exchange.keys import key_id
from clew.exchange.suites import CLASSICAL, HYBRID
from clew.node.accounts.actions import NODE, Actor, action
from clew.node.audit.actions import Detail, record
from clew.node.keys import KeyRefused, create_hybrid_key, sign_key
from clew.node.keys_renewing import create_next_keys, destroy_former, next_keys, turn_over
from clew.node.mailbox import entrance
from clew.node.partners.actions.directory import publish_own_card
from clew.node.partners.intake import LATEST_BEGIN
from clew.node.partners.models import CardOrder, NodeCard
from clew.node.partners.queries.own_card import own_card, own_posts, upcoming_card
from clew.node.types import BadInput

VALIDITY: Final = dt.timedelta(days=730)

FORMER_OPENS: Final = dt.timedelta(days=60)
"""How long a replaced seal key still opens letters: partners need time to approve the new card, and an envelope lives
thirty days."""


@action("partners.order_card_renewal", permission="node.manage")
def order_card_renewal(*, actor: Actor, new_keys: bool, starts: dt.datetime) -> CardOrder:
    """Order that this node's own card is renewed; the worker, which may use the sign key, carries it out.

    Args:
        starts: when the new card begins, at most 90 days ahead; with new keys, partners should approve it by then.
    """
    _check_order(starts, timezone.now())
    if CardOrder.objects.filter(done=None).exists():
        raise BadInput("", _("A renewal is ordered already."), _("Wait a moment and reload the page."))
    order = CardOrder.objects.create(
        ordered=timezone.now(), ordered_by_id=actor.pk, new_keys=new_keys, starts=starts.replace(microsecond=0)
    )
    details: dict[str, Detail] = {"new_keys": new_keys, "starts": order.starts.isoformat()}
    record(
        actor=actor, act="partners.order_card_renewal", object_kind="card_order", object_id=order.pk, details=details
    )
    return order


@action("partners.renew_own_card", permission="node.manage")
def renew_own_card(*, actor: Actor, new_keys: bool, starts: dt.datetime, hybrid: bool | None = None) -> NodeCard:
    """Make and publish this node's next card, signed by the present sign key; new keys hold from its first moment.

    Args:
        hybrid: whether the card lists suite 2 (ML-KEM-768 with X25519); None = as the present one does.

    Raises:
        BadInput: there is no card, another one waits for its first moment, or `starts` is too far away.
        clew.node.keys.KeyRefused: this process may not use the sign key.
    """
    present = _check_order(starts, timezone.now())
    sign, home = sign_key(settings.HOME), settings.HOME
    if sign.public_key().public_bytes_raw() != bytes(present.sign_key):
        raise BadInput(
            "", _("The keys of the present card are not in place yet."), _("Start the node, wait a moment, try again.")
        )
    # Never later than the present card ends: no day is without a card. The moment of a card has no fraction, and
    # one that begins in the second of the present one would not be newer.
    begins = min(starts, max(timezone.now(), present.valid_until)).replace(microsecond=0)
    begins = max(begins, present.valid_from + dt.timedelta(seconds=1))
    before, found = read_card(bytes(present.raw)), entrance(home)
    card = replace(
        before,
        name=home.settings.name,
        inbound_url=found.url,
        # Without a relay before and after, the certificate stays the one that partners have confirmed.
        certificate=found.certificate if found.relay or before.relay else before.certificate,
        relay=found.relay,
        contacts=tuple(present.party.contacts),
        posts=own_posts(),
        valid_from=begins,
        valid_until=begins + VALIDITY,
        renews=None,
    )
    lists = bool(present.hybrid_key) if hybrid is None else hybrid
    card = replace(card, suites=(CLASSICAL, HYBRID) if lists else (CLASSICAL,))
    if new_keys:
        following = create_next_keys(home, hybrid=lists)
        raw = make_card(replace(card, keys=following.public), following.sign, previous=sign)
    else:
        public = create_hybrid_key(home).public if lists else b""
        raw = make_card(replace(card, keys=replace(card.keys, hybrid=public)), sign)
    published = publish_own_card(actor=actor, raw=raw)
    record(
        actor=actor,
        act="partners.renew_own_card",
        object_kind="party",
        object_id=published.party.uid,
        details={"new_keys": new_keys, "hybrid": lists, "begins": begins.isoformat()},
    )
    return published


@action("partners.note_turn_over", permission="node.act")
def note_turn_over(*, actor: Actor, card: NodeCard) -> dt.datetime:
    """Note from when on a card's keys are in use, and how long the one before still opens; returns that moment."""
    until = card.valid_from + FORMER_OPENS
    before = card.party.cards.filter(valid_from__lt=card.valid_from, opens_until=None).exclude(sign_key=card.sign_key)
    before.update(opens_until=until)
    record(
        actor=actor,
        act="partners.note_turn_over",
        object_kind="party",
        object_id=card.party.uid,
        details={"opens_until": until.isoformat(), "sign": key_id(bytes(card.sign_key))},
    )
    return until


@action("partners.note_retired_keys", permission="node.act")
def note_retired_keys(*, actor: Actor, now: dt.datetime) -> int:
    """Note that the private keys of replaced cards were destroyed; returns of how many."""
    over = NodeCard.objects.filter(party__is_own=True, opens_until__lte=now, retired=None)
    uid = over.values_list("party__uid", flat=True).first()
    count = over.update(retired=now)
    record(actor=actor, act="partners.note_retired_keys", object_kind="party", object_id=uid, details={"cards": count})
    return count


@action("partners.finish_card_order", permission="node.act")
def finish_card_order(*, actor: Actor, order: CardOrder, problem: str) -> CardOrder:
    """Note that an order was carried out, or why it could not be."""
    order.done, order.problem = timezone.now(), problem[:200]
    order.save(update_fields=["done", "problem"])
    details = {"failed": bool(problem)}
    record(actor=actor, act="partners.finish_card_order", object_kind="card_order", object_id=order.pk, details=details)
    return order


def keep_own_keys(now: dt.datetime) -> int:
    """Carry out what was ordered, put keys in place whose card has begun, destroy those whose time is over.

    Run by the worker between its rounds, and by nobody beside it: a letter is signed and sealed with the keys of one
    card. Returns how many things were done; each can be broken off and is finished the next time.
    """
    return _carry_out_orders() + _put_keys_in_place(now) + _retire_keys(now)


def _check_order(starts: dt.datetime, now: dt.datetime) -> NodeCard:
    present = own_card(now)
    if present is None:
        raise BadInput("", _("This node has no card of its own yet."), _("Ask the administrator to run: clew init"))
    if upcoming_card(now) is not None:
        raise BadInput("", _("A new card is made already and has not begun."), _("Wait until it has begun."))
    if not now - dt.timedelta(minutes=5) <= starts <= now + LATEST_BEGIN:
        raise BadInput("starts", _("The card would begin too early or too late."), _("Choose at most 90 days ahead."))
    return present


def _carry_out_orders() -> int:
    done = 0
    for order in CardOrder.objects.filter(done=None):
        problem = ""
        try:
            renew_own_card(actor=NODE, new_keys=order.new_keys, starts=max(order.starts, timezone.now()))
        except (BadInput, KeyRefused) as fault:
            problem = str(fault)
        finish_card_order(actor=NODE, order=order, problem=problem)
        done += 1
    return done


def _put_keys_in_place(now: dt.datetime) -> int:
    home = settings.HOME
    waiting = next_keys(home)
    card = own_card(now) if waiting is not None else None
    if waiting is None or card is None or bytes(card.sign_key) != waiting.public.sign:
        return 0
    # Noted first: a file that is in place without a note would be opened with for ever.
    turn_over(home, former_opens_until=note_turn_over(actor=NODE, card=card))
    return 1


def _retire_keys(now: dt.datetime) -> int:
    if not NodeCard.objects.filter(party__is_own=True, opens_until__lte=now, retired=None).exists():
        return 0
    destroy_former(settings.HOME, now)
    return note_retired_keys(actor=NODE, now=now)
