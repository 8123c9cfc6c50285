"""Letters that no decision releases: they are made of codes and numbers alone."""

from __future__ import annotations

import datetime as dt

from clew.exchange.letters import Address, Header, check_reference, read_header, write_letter
from clew.exchange.sealing import sign_letter
from clew.exchange.threads import EventKind
from clew.node.exchange import at_rest, order
from clew.node.exchange.actions.sending import letter_fields, queued, sealed_to
from clew.node.exchange.correspondence import event_row, keep_events, letter_event_data
from clew.node.exchange.dispatching import Route, new_uid
from clew.node.exchange.identity import own_uid, sign_key
from clew.node.exchange.models import Letter
from clew.node.partners.queries import UsableKeys


def write_undecided(
    *, about: Letter, kind: str, package: bytes, route: Route, now: dt.datetime, uid: str = ""
) -> Letter:
    """Write, sign, seal and queue one letter about another, in the correspondence of that one.

    Args:
        uid: the letter's own where it was given away before; "" = a new one.

    Raises:
        ValueError: the recipient cannot be written to at present.
        clew.exchange.refusals.Refusal: the package is none of that type, or the letter may not be about that one.
    """
    if not isinstance(route.keys, UsableKeys):
        raise ValueError("A letter is written only where its recipient can be written to.")
    pair = order.pair(route.node, "out")
    header = Header(
        id=uid or new_uid(),
        type=kind,
        sender=Address(own_uid()),
        recipient=Address(route.node, post=about.post),
        created=now.replace(microsecond=0),
        sequence=pair.sequence + 1,
        previous=pair.digest,
        thread=about.thread.uid,
        in_reply_to=about.uid,
    )
    letter = write_letter(header, package)
    check_reference(header, read_header(about.header))
    signed = sign_letter(letter.raw, sign_key())
    envelope = sealed_to(route.node, route.keys, signed, now, route.carrier)
    order.advance(pair, letter.digest)
    order.keep(pair)
    rest = at_rest.put_to_rest(header.id, signed, str(letter.body.get("subject", "")))
    row = Letter.objects.create(
        **letter_fields(letter),
        thread=about.thread,
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
    queued(route.node, envelope, kind, row, now, route.carrier).save(force_insert=True)
    data = letter_event_data(header, letter.body)
    event = event_row(about.thread, EventKind.LETTER, letter=header.id, by=own_uid(), at=header.created, data=data)
    keep_events([event], now)
    return row
