"""Nodes of the world outside, with their keys and cards, and officers who may handle them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.test import Client
from django.utils import timezone

from clew.exchange.cards import Card, CardPost, make_card, read_card
from clew.exchange.keys import PublicKeys
from clew.node.accounts.actions import NODE
from clew.node.accounts.models import Officer
from clew.node.partners.actions import confirm_party, import_card, publish_own_card


@dataclass(frozen=True)
class ForeignNode:
    """An organisation with its keys; `card` is what it hands over."""

    uid: str
    sign: Ed25519PrivateKey
    name: str
    country: str
    kind: str

    def renewed(self, **changes: Any) -> tuple[bytes, ForeignNode]:
        """Its next card with new keys, signed by the present key too; and the node with its new sign key."""
        after = replace(self, sign=Ed25519PrivateKey.generate())
        return make_card(read_card(after.card(**changes)), after.sign, previous=self.sign), after

    def card(
        self,
        *,
        starts_in: dt.timedelta = dt.timedelta(days=-1),
        valid: dt.timedelta = dt.timedelta(days=365),
        posts: tuple[CardPost, ...] = (),
        url: str = "http://partner.localhost:8401",
    ) -> bytes:
        begin = timezone.now().replace(microsecond=0) + starts_in
        keys = PublicKeys(
            self.sign.public_key().public_bytes_raw(),
            X25519PrivateKey.generate().public_key().public_bytes_raw(),
            Ed25519PrivateKey.generate().public_key().public_bytes_raw(),
        )
        card = Card(self.uid, self.name, self.country, self.kind, url, keys, begin, begin + valid, posts)
        return make_card(card, self.sign)


def foreign(name: str = "Partner (fictional)", country: str = "CN", kind: str = "police", uid: str = "") -> ForeignNode:
    return ForeignNode(uid or secrets.token_hex(16), Ed25519PrivateKey.generate(), name, country, kind)


def known(node: ForeignNode, actor: Officer, **card: object) -> str:
    """Import and confirm; returns the uid."""
    kept = import_card(actor=actor, raw=node.card(**card))
    confirm_party(actor=actor, party_uid=node.uid, typed=" ".join(kept.fingerprint.split()[-4:]))
    return node.uid


@pytest.fixture
def officer(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["liaison_officer"])


@pytest.fixture
def caseless(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["auditor"])


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


@pytest.fixture
def own(db: None) -> str:
    node = foreign(name="Own office (fictional)", country="AT", uid=settings.NODE.node_id)
    publish_own_card(actor=NODE, raw=node.card())
    return node.uid
