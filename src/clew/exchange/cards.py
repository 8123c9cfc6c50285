"""The node card: an organisation's keys, address and posts in one signed file that is handed over.

The card is signed with a key that stands in it, which proves only that nobody changed it on the way. Trust comes from
two people who compare the fingerprint over another channel, or from an introduction that a human accepts. A card with
new keys may also be signed by the sign key of the card before: whoever confirmed that one knows that it is the same
organisation.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clew.exchange import moments, schema
from clew.exchange.keys import PublicKeys, check_in_context, fingerprint, sign_in_context
from clew.exchange.refusals import Refusal
from clew.exchange.signing import payload_before_verifying, sign_compact, verify_compact
from clew.exchange.strict_json import canonical, from_base64url, read_canonical, to_base64url
from clew.exchange.suites import CLASSICAL, HYBRID

KIND: Final = "clew-card"
RENEWAL_CONTEXT: Final = b"clew-card-renewal-1"
MAX_CARD: Final = 64 * 1024
"""Bytes: two hundred posts fit in it, and a card is read before anyone is trusted."""


@dataclass(frozen=True, slots=True)
class CardPost:
    """A post of the organisation: an embassy's liaison officer, a provincial branch, a consulate."""

    uid: str
    name: str
    kind: str
    seat_country: str


@dataclass(frozen=True, slots=True)
class Renewal:
    """The signature of the card before: its public sign key (32 bytes), and what that key signed of this card."""

    sign: bytes
    signature: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says. `country` is ISO 3166-1 alpha-2, `kind` a code of `party_kinds`; moments are UTC.

    `relay` is the uid of the relay where the organisation has its mailbox, "" where its own inbound listens. With a
    relay, `inbound_url` and `certificate` are the relay's.
    """

    uid: str
    name: str
    country: str
    kind: str
    inbound_url: str
    keys: PublicKeys
    valid_from: dt.datetime
    valid_until: dt.datetime
    posts: tuple[CardPost, ...] = ()
    contacts: tuple[Mapping[str, str], ...] = ()
    languages: tuple[str, ...] = ()
    competences: tuple[str, ...] = ()
    suites: tuple[int, ...] = (CLASSICAL,)
    certificate: str = ""
    relay: str = ""
    renews: Renewal | None = None
    raw: bytes = field(default=b"", compare=False)

    @property
    def fingerprint(self) -> str:
        """See `clew.exchange.keys.fingerprint`."""
        return fingerprint(self.uid, self.keys)

    def is_signed_by(self, sign: bytes) -> bool:
        """Whether the holder of this public sign key signed the card, as its own or as the one before."""
        return sign in {self.keys.sign, self.renews.sign if self.renews is not None else None}

    def refuse_unless_valid(self, now: dt.datetime) -> None:
        """Raise `Refusal("not-valid-now")` outside the card's validity."""
        if not self.valid_from <= now < self.valid_until:
            raise Refusal("not-valid-now")


def make_card(card: Card, sign_key: Ed25519PrivateKey, *, previous: Ed25519PrivateKey | None = None) -> bytes:
    """The card as a signed file (compact JWS, ASCII).

    Args:
        previous: the sign key of the card before, which then vouches for the keys of this one.

    Raises:
        ValueError: `sign_key` is not the key that the card names.
        Refusal: the card does not fit its schema.
    """
    if sign_key.public_key().public_bytes_raw() != card.keys.sign:
        raise ValueError("a card is signed with the sign key that stands in it")
    content = _content(card)
    if previous is not None:
        content["renews"] = {
            "sign": to_base64url(previous.public_key().public_bytes_raw()),
            "signature": sign_in_context(previous, RENEWAL_CONTEXT, _renewed(content)),
        }
    schema.check(content, "card")
    _refuse_unless_suites_have_keys(card)
    return sign_compact(canonical(content), KIND, sign_key).encode("ascii")


def read_card(raw: bytes, now: dt.datetime | None = None) -> Card:
    """Read a card file and verify its signature; with `now`, also its validity.

    Raises:
        Refusal: the file is no card, was changed, is too large, has unknown fields, or is not valid at `now`.
    """
    if len(raw) > MAX_CARD:
        raise Refusal("too-large")
    raw = raw.strip()
    try:
        token = raw.decode("ascii")
    except UnicodeDecodeError as error:
        raise Refusal("bad-text") from error
    content = read_canonical(payload_before_verifying(token), max_bytes=MAX_CARD)
    schema.check(content, "card")
    verify_compact(token, KIND, from_base64url(content["sign"]))
    card = _card(content, raw)
    if card.renews is not None:
        check_in_context(card.renews.sign, RENEWAL_CONTEXT, _renewed(content), card.renews.signature)
    if card.valid_from >= card.valid_until:
        raise Refusal("bad-field", "valid_until")
    _refuse_unless_suites_have_keys(card)
    if now is not None:
        card.refuse_unless_valid(now)
    return card


def _refuse_unless_suites_have_keys(card: Card) -> None:
    """A suite without its key would make partners write letters that nobody opens; suite 1 is what all share."""
    if (HYBRID in card.suites) is not bool(card.keys.hybrid) or CLASSICAL not in card.suites:
        raise Refusal("bad-field", "suites")


def _renewed(content: Mapping[str, Any]) -> bytes:
    """What the key of the card before signs: everything that the card says but this signature."""
    return canonical({name: value for name, value in content.items() if name != "renews"})


def _content(card: Card) -> dict[str, Any]:
    content: dict[str, Any] = {
        "clew": schema.VERSION,
        "uid": card.uid,
        "name": card.name,
        "country": card.country,
        "kind": card.kind,
        "inbound_url": card.inbound_url,
        "sign": to_base64url(card.keys.sign),
        "seal": to_base64url(card.keys.seal),
        "transport": to_base64url(card.keys.transport),
        "posts": [
            {"uid": post.uid, "name": post.name, "kind": post.kind, "seat_country": post.seat_country}
            for post in card.posts
        ],
        "contacts": [dict(contact) for contact in card.contacts],
        "languages": list(card.languages),
        "valid_from": moments.to_text(card.valid_from),
        "valid_until": moments.to_text(card.valid_until),
    }
    optional: dict[str, Sequence[Any] | str] = {"competences": list(card.competences), "certificate": card.certificate}
    optional["relay"] = card.relay
    content.update({name: value for name, value in optional.items() if value})
    if card.keys.hybrid:
        content["hybrid"] = to_base64url(card.keys.hybrid)
    if card.suites != (CLASSICAL,):
        content["suites"] = list(card.suites)
    if card.renews is not None:
        content["renews"] = {"sign": to_base64url(card.renews.sign), "signature": card.renews.signature}
    return content


def _card(content: dict[str, Any], raw: bytes) -> Card:
    keys = PublicKeys(*(from_base64url(content.get(name, "")) for name in ("sign", "seal", "transport", "hybrid")))
    return Card(
        uid=content["uid"],
        name=content["name"],
        country=content["country"],
        kind=content["kind"],
        inbound_url=content["inbound_url"],
        keys=keys,
        valid_from=moments.from_text(content["valid_from"]),
        valid_until=moments.from_text(content["valid_until"]),
        posts=tuple(CardPost(**post) for post in content["posts"]),
        contacts=tuple(content["contacts"]),
        languages=tuple(content["languages"]),
        competences=tuple(content.get("competences", ())),
        suites=tuple(content.get("suites", (CLASSICAL,))),
        certificate=content.get("certificate", ""),
        relay=content.get("relay", ""),
        renews=_renewal(content.get("renews")),
        raw=raw,
    )


def _renewal(content: Mapping[str, str] | None) -> Renewal | None:
    return Renewal(from_base64url(content["sign"]), content["signature"]) if content is not None else None
