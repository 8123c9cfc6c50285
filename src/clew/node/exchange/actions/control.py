"""Letters of a correspondence that carry codes alone: they are written at once, since nothing in them is decided on."""

from __future__ import annotations

import datetime as dt

from clew.exchange.letters import Address, Header, write_letter
from clew.exchange.sealing import sign_letter
from clew.exchange.threads import EventKind
from clew.node.exchange import at_rest, order
from clew.node.exchange.actions.sending import letter_fields, queued, sealed_to
from clew.node.exchange.correspondence import event_row, keep_events, letter_event_data
from clew.node.exchange.dispatching import Route
from clew.node.exchange.identity import own_uid, sign_key
from clew.node.exchange.models import Letter
from clew.node.partners.queries import UsableKeys


def queue_control(referred: Letter, route: Route, package: bytes, *, kind: str, uid: str, now: dt.datetime) -> Letter:
    """Write, sign, seal and queue one control letter about another letter of the same correspondence.

    Args:
        referred: the letter that it is about. route: to its other side; the keys must be usable. uid: the letter's own.
    """
    if not isinstance(route.keys, UsableKeys):
        raise ValueError("A letter is written only where its recipient can be written to.")
    pair = order.pair(route.node, "out")
    header = Header(
        id=uid,
        type=kind,
        sender=Address(own_uid()),
        recipient=Address(route.node, post=referred.post),
        created=now.replace(microsecond=0),
        sequence=pair.sequence + 1,
        previous=pair.digest,
        thread=referred.thread.uid,
        in_reply_to=referred.uid,
    )
    letter = write_letter(header, package)
    signed = sign_letter(letter.raw, sign_key())
    envelope = sealed_to(route.node, route.keys, signed, now, route.carrier)
    order.advance(pair, letter.digest)
    order.keep(pair)
    rest = at_rest.put_to_rest(header.id, signed, "")
    row = Letter.objects.create(
        **letter_fields(letter),
        thread=referred.thread,
        direction="out",
        state="sent",
        party=route.node,
        post=referred.post,
        envelope=envelope.id,
        envelope_digest=envelope.digest,
        signed_with=sign_key().public_key().public_bytes_raw(),
        wrapped_key=rest.wrapped_key,
        sealed=rest.sealed,
        sealed_subject=rest.sealed_subject,
        recorded=now,
    )
    queued(route.node, envelope, kind, row, now, route.carrier).save(force_insert=True)
    data = letter_event_data(header, letter.body)
    keep_events([event_row(referred.thread, EventKind.LETTER, letter=uid, by=own_uid(), at=now, data=data)], now)
    return row
