"""Postpone what has no answer at its slot: made of the request alone, and so without a decision."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence

from clew.exchange.letters import Address, Header, write_letter
from clew.exchange.postponing import postponed_package
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import sign_letter
from clew.exchange.threads import OPEN, EventKind
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record_many
from clew.node.exchange import at_rest, order
from clew.node.exchange.actions.sending import letter_fields, queued, sealed_to
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.correspondence import event_row, folded, keep_events, letter_event_data
from clew.node.exchange.dispatching import Route, new_uid
from clew.node.exchange.identity import own_uid, sign_key
from clew.node.exchange.models import Letter
from clew.node.exchange.postponing import Unanswered
from clew.node.exchange.reading import opened
from clew.node.partners.queries import UsableKeys

log = logging.getLogger(__name__)


@action("exchange.postpone_answers", permission="node.act")
def postpone_answers(*, actor: Actor, requests: Sequence[tuple[Unanswered, Route]], now: dt.datetime) -> list[Letter]:
    """Queue one letter for each request that says of every item without an answer that it is postponed.

    Each is made of the request and the moment alone: neither what is held nor what is withheld comes near it (R43).
    Their routes' keys must be usable.
    """
    made = [row for one, route in requests if (row := _postpone(one, route, now)) is not None]
    record_many(
        actor=actor,
        act="exchange.postpone_answers",
        object_kind="letter",
        objects=[(row.uid, {"request": row.in_reply_to, "to": row.party}) for row in made],
    )
    return made


def _postpone(one: Unanswered, route: Route, now: dt.datetime) -> Letter | None:
    if not isinstance(route.keys, UsableKeys):
        raise ValueError("A letter is postponed only where its recipient can be written to.")
    request = Letter.objects.select_related("thread").get(pk=one.letter)
    said = folded(request.thread)
    items = [number for number, outcome in said.items.items() if outcome in OPEN]
    try:
        asked = opened(request).body
    except (Refusal, NotReadableAtRest):
        log.exception("request %s cannot be read any more, so its answer is not postponed", request.uid)
        return None
    if not items:
        return None
    pair = order.pair(route.node, "out")
    header = Header(
        id=new_uid(),
        type="reply",
        sender=Address(own_uid()),
        recipient=Address(route.node, post=one.post),
        created=now.replace(microsecond=0),
        sequence=pair.sequence + 1,
        previous=pair.digest,
        thread=request.thread.uid,
        in_reply_to=request.uid,
    )
    letter = write_letter(header, postponed_package(asked, items, one.until))
    signed = sign_letter(letter.raw, sign_key())
    envelope = sealed_to(route.node, route.keys, signed, now, route.carrier)
    order.advance(pair, letter.digest)
    order.keep(pair)
    rest = at_rest.put_to_rest(header.id, signed, str(letter.body["subject"]))
    row = Letter.objects.create(
        **letter_fields(letter),
        thread=request.thread,
        direction="out",
        state="sent",
        party=header.recipient.node,
        post=header.recipient.post,
        envelope=envelope.id,
        envelope_digest=envelope.digest,
        signed_with=sign_key().public_key().public_bytes_raw(),
        wrapped_key=rest.wrapped_key,
        sealed=rest.sealed,
        sealed_subject=rest.sealed_subject,
        recorded=now,
    )
    queued(route.node, envelope, "reply", row, now, route.carrier).save(force_insert=True)
    data = letter_event_data(header, letter.body)
    keep_events(
        [event_row(request.thread, EventKind.LETTER, letter=header.id, by=own_uid(), at=header.created, data=data)], now
    )
    return row
