"""Makes the node's card, with its certificate where inbound has one of its own, and keeps it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clew.node.home import Home

CARD_VALIDITY = dt.timedelta(days=730)


def publish_card(home: Home) -> str:
    """Sign a card that says what `node.toml` and the directory say of this node; returns its fingerprint.

    Where the node has a mailbox at a relay, the card says so. Else, where inbound has a certificate of its own, a new
    one is made, which ends with the card: a partner that has the new card needs no other.
    """
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from django.utils import timezone

    from clew.exchange.cards import Card, CardPost, make_card
    from clew.exchange.keys import PublicKeys
    from clew.node.accounts.actions import NODE
    from clew.node.certificate import keep_certificate, make_certificate
    from clew.node.keys import seal_key, sign_key, transport_key
    from clew.node.mailbox import own_relay
    from clew.node.partners.actions import publish_own_card
    from clew.node.partners.queries import own_party, party_page

    now = timezone.now().replace(microsecond=0)
    until = now + CARD_VALIDITY
    raw = [
        key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        for key in (sign_key(home), seal_key(home), transport_key(home))
    ]
    node, own = home.settings, own_party()
    page = party_page(own.uid) if own is not None else None
    relay = own_relay(home)
    made = make_certificate(home, now=now, until=until) if node.tls == "own" and relay is None else None
    card = Card(
        uid=node.node_id,
        name=node.name,
        country=node.country,
        kind=node.kind,
        inbound_url=relay.url if relay is not None else home.inbound_url,
        keys=PublicKeys(*raw),
        valid_from=now,
        valid_until=until,
        posts=tuple(
            CardPost(post.uid, post.name, post.post_kind, post.seat_country)
            for post in (page.posts if page is not None else ())
            if post.status == "active"
        ),
        contacts=tuple(page.party.contacts) if page is not None else (),
        languages=tuple(own.languages) if own is not None else (node.language,),
        competences=tuple(own.competences) if own is not None else (),
        certificate=made.certificate if made is not None else relay.certificate if relay is not None else "",
        relay=relay.uid if relay is not None else "",
    )
    kept = publish_own_card(actor=NODE, raw=make_card(card, sign_key(home)))
    if made is not None:
        # Only now: a certificate that stands on no card would shut every partner out.
        keep_certificate(home, made)
    return str(kept.fingerprint)
