"""Puts a node card that came from outside into the directory, as something that nobody has confirmed yet."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from clew import vocabulary
from clew.exchange.cards import MAX_CARD, Card, CardPost, read_card
from clew.exchange.refusals import Refusal
from clew.node.partners.keys import may_vouch, pinned_card
from clew.node.partners.models import NodeCard, Party
from clew.node.types import BadInput

LATEST_BEGIN: Final = dt.timedelta(days=90)
"""How long before its first moment a renewed card may be handed over."""


def read_card_file(raw: bytes, now: dt.datetime, *, may_begin_later: bool = False) -> Card:
    """The card; raises `BadInput` with the refusal's code and sentence. Changes nothing.

    Args:
        may_begin_later: take one that begins within `LATEST_BEGIN` too; whether it may is then for the caller to say.
    """
    if len(raw) > MAX_CARD:
        raise _refused("too-large", _("The file is larger than any card."))
    try:
        card = read_card(raw)
        if now < card.valid_from - (LATEST_BEGIN if may_begin_later else dt.timedelta(0)) or now >= card.valid_until:
            raise Refusal("not-valid-now")
    except Refusal as refusal:
        raise _refused(refusal.code, _(refusal.sentence)) from refusal
    _check_codes(card)
    return card


def new_card(card: Card, now: dt.datetime) -> NodeCard:
    """Keep the card unconfirmed; what is pinned for the party stays as it is.

    Raises:
        BadInput: it is this node's own card, a post's number is used as a party's, it is known already, or it is older
            than the one that is pinned (somebody may be trying to bring back an old key).
    """
    party = Party.objects.filter(uid=card.uid).first()
    if party is not None and party.is_own:
        raise BadInput("card", _("This is the card of your own organisation."), _("Choose the partner's card."))
    if party is not None and party.parent_id is not None:
        raise BadInput("card", _("This number belongs to a post of another party."), _("Ask the sender for its card."))
    if party is None:
        party = _unconfirmed_party(card, now)
    if party.cards.filter(raw=card.raw).exists():
        raise BadInput("card", _("This card is already in the directory."), _("Open the party's page to confirm it."))
    pinned = pinned_card(party)
    if pinned is not None and card.valid_from <= pinned.valid_from:
        raise BadInput(
            "card",
            _("This card is not newer than the one that is pinned."),
            _("Ask the partner, over a channel you trust, which card is the present one."),
        )
    same = pinned is not None and may_vouch(pinned, now) and card.is_signed_by(bytes(pinned.sign_key))
    if now < card.valid_from and not same:
        raise _refused("not-valid-now", _("The card is not valid yet, and the key that you confirmed did not sign it."))
    return NodeCard.objects.create(
        party=party,
        renews=bytes(pinned.sign_key) if pinned is not None and same else b"",
        raw=card.raw,
        fingerprint=card.fingerprint,
        sign_key=card.keys.sign,
        seal_key=card.keys.seal,
        transport_key=card.keys.transport,
        hybrid_key=card.keys.hybrid,
        valid_from=card.valid_from,
        valid_until=card.valid_until,
        received=now,
    )


def take_over(card: Card, party: Party, now: dt.datetime) -> None:
    """Let the directory say what a confirmed card says: name, address, contacts, languages, posts."""
    for name in ("name", "country", "kind", "inbound_url"):
        setattr(party, name, getattr(card, name))
    party.contacts = [dict(contact) for contact in card.contacts]
    party.languages, party.competences = list(card.languages), list(card.competences)
    party.save()
    named = {post.uid for post in card.posts}
    gone = party.posts.exclude(uid__in=named).filter(vouched_by=party.uid)
    gone.update(status="left")
    for post in card.posts:
        _take_over_post(post, party, now)


def make_post(
    parent: Party,
    *,
    name: str,
    kind: str,
    seat_country: str,
    now: dt.datetime,
    uid: str = "",
    contacts: tuple[Mapping[str, str], ...] = (),
) -> Party:
    """A post of a party. Its country for the rules is its parent's; `seat_country` is where it sits."""
    return Party.objects.create(
        uid=uid or secrets.token_hex(16),
        name=name,
        country=parent.country,
        kind=parent.kind,
        parent=parent,
        post_kind=kind,
        seat_country=seat_country,
        languages=list(parent.languages),
        contacts=[dict(contact) for contact in contacts],
        status="active",
        is_own=parent.is_own,
        added=now,
    )


def _take_over_post(post: CardPost, party: Party, now: dt.datetime) -> None:
    known = Party.objects.filter(uid=post.uid).first()
    if known is not None and known.parent_id != party.pk:
        raise BadInput(
            "card",
            _("The card claims the post %(post)s, which belongs to another party.") % {"post": post.name},
            _("Ask the partner for a correct card."),
        )
    if known is None:
        known = make_post(party, name=post.name, kind=post.kind, seat_country=post.seat_country, now=now, uid=post.uid)
    known.name, known.post_kind, known.seat_country = post.name, post.kind, post.seat_country
    known.country, known.kind = party.country, party.kind
    # A post that its own organisation names again has come back; one that this node suspended stays suspended.
    back = known.status == "left" and not known.own_words.filter(lifted=None).exists()
    known.status = "active" if back else known.status
    known.vouched_by = party.uid
    known.save()


def _unconfirmed_party(card: Card, now: dt.datetime) -> Party:
    return Party.objects.create(
        uid=card.uid,
        name=card.name[:200],
        country=card.country,
        kind=card.kind,
        status="unconfirmed",
        languages=list(card.languages),
        added=now,
    )


def _check_codes(card: Card) -> None:
    if card.country not in vocabulary.country_codes():
        raise _refused("bad-field", _("The country on the card does not exist."))
    if card.kind not in vocabulary.codelist("party_kinds"):
        raise _refused("bad-field", _("The kind of organisation on the card is unknown."))
    if not card.name.strip() or len(card.name) > 200:
        raise _refused("bad-field", _("The card does not name an organisation in at most 200 characters."))
    kinds = vocabulary.codelist("post_kinds")
    for post in card.posts:
        if post.kind not in kinds or post.seat_country not in vocabulary.country_codes():
            raise _refused("bad-field", _("A post on the card is of an unknown kind or in an unknown country."))
        if not post.name.strip() or len(post.name) > 200 or post.uid == card.uid:
            raise _refused("bad-field", _("A post on the card has no usable name or number."))


def _refused(code: str, sentence: str) -> BadInput:
    return BadInput(
        "card",
        _("The card is refused (%(code)s). %(sentence)s") % {"code": code, "sentence": sentence},
        _("Ask the partner to send its card again. Nothing was changed."),
    )
