"""A partner made of nothing but the library: it can write, answer and misbehave as a foreign node would."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from clew.exchange.cards import Card, make_card
from clew.exchange.keys import PublicKeys
from clew.exchange.kinds.table import KINDS
from clew.exchange.letters import (
    Address,
    DecisionReference,
    Header,
    Letter,
    LetterDeadline,
    read_letter,
    write_letter,
)
from clew.exchange.officers import OfficerProof
from clew.exchange.receipts import Receipt, Stage, make_receipt, read_receipt
from clew.exchange.sealing import (
    Envelope,
    Sealer,
    open_sealed,
    read_outer,
    seal,
    sign_letter,
    verify_outer,
)
from clew.exchange.sequence import NO_PREVIOUS
from clew.exchange.strict_json import canonical, to_base64url

NOW = dt.datetime(2026, 11, 24, 10, 30, tzinfo=dt.UTC)


def secret(*words: str) -> bytes:
    """32 bytes that are the same in every run."""
    return hashlib.sha256(" ".join(words).encode()).digest()


def body(kind: str = "request", **changes: Any) -> dict[str, Any]:
    """A fictional release package of that type."""
    content: dict[str, Any] = {
        "type": kind,
        "subject": "Recruitment agency Goldener Weg (fictional)",
        "facts": "A recruitment agency places women in massage parlours (fictional).",
        "necessity": "The agency is registered in your country.",
        "urgency": "routine-7d",
        "purpose": "criminal_investigation",
        "legal_basis": {"code": "FICTIONAL-ARRANGEMENT", "title": "Arrangement (fictional)"},
        "handling": {"code": "H1"},
        "languages": ["en"],
        "case_reference": "F-2026-1",
        "entities": [{"id": "e1", "schema": "Company"}],
        "statements": [
            {
                "n": 1,
                "entity": "e1",
                "prop": "name",
                "value": "Goldener Weg Arbeitsvermittlung (fictional)",
                "accuracy": 2,
                "reliability": "B",
                "nature": "fact",
                "handling": "H1",
            }
        ],
    }
    if kind == "request":
        content["items"] = [{"n": 1, "entity": "e1", "text": "Who runs this agency?"}]
    if kind == "reply":
        content["answers"] = [{"item": 1, "outcome": "provided", "statements": [1]}]
    if kind == "introduction":
        del content["entities"], content["statements"]
    return {**content, **changes}


@dataclass
class Partner:
    """One foreign node. `sent` and `previous` are its side of the order between the pair."""

    name: str
    country: str = "CN"
    now: dt.datetime = NOW
    sent: int = 0
    previous: str = NO_PREVIOUS
    made: int = field(default=0, repr=False)

    def __post_init__(self) -> None:
        self.uid = secret(self.name, "uid").hex()[:32]
        self.sign_key = Ed25519PrivateKey.from_private_bytes(secret(self.name, "sign"))
        self.transport_key = Ed25519PrivateKey.from_private_bytes(secret(self.name, "transport"))
        self.seal_key = X25519PrivateKey.from_private_bytes(secret(self.name, "seal"))
        self.officer_key = Ed25519PrivateKey.from_private_bytes(secret(self.name, "officer"))

    def __deepcopy__(self, _memo: dict[int, Any]) -> Partner:
        """A copy with an order of its own; keys are the same objects, for nothing changes a key."""
        return copy.copy(self)

    @property
    def keys(self) -> PublicKeys:
        return PublicKeys(
            self.sign_key.public_key().public_bytes_raw(),
            self.seal_key.public_key().public_bytes_raw(),
            self.transport_key.public_key().public_bytes_raw(),
        )

    @property
    def sealer(self) -> Sealer:
        return Sealer(self.uid, self.transport_key)

    def card(self, **changes: Any) -> bytes:
        card = Card(
            uid=self.uid,
            name=f"{self.name} (fictional)",
            country=self.country,
            kind="police",
            inbound_url="http://127.0.0.1:9",
            keys=self.keys,
            valid_from=self.now - dt.timedelta(days=1),
            valid_until=self.now + dt.timedelta(days=700),
            languages=("en",),
        )
        return make_card(replace(card, **changes), self.sign_key)

    def new_id(self, what: str) -> str:
        self.made += 1
        return secret(self.name, what, str(self.made)).hex()[:32]

    def decision(self, package: bytes) -> DecisionReference:
        unsigned = DecisionReference(
            secret("inputs").hex(), secret("outcome").hex(), "rules-1", OfficerProof("", "", "", "")
        )
        proof = OfficerProof(
            method="totp-server-key",
            key_id="officer-1",
            public_key=to_base64url(self.officer_key.public_key().public_bytes_raw()),
            signature=to_base64url(self.officer_key.sign(bytes.fromhex(unsigned.digest(package)))),
        )
        return replace(unsigned, officer=proof)

    def header(self, to: str, package: bytes, kind: str = "request", **changes: Any) -> Header:
        """The header of this partner's next letter to `to`."""
        header = Header(
            id=self.new_id("letter"),
            type=kind,
            sender=Address(self.uid, officer_role="investigator"),
            recipient=Address(to),
            created=self.now,
            sequence=self.sent + 1,
            previous=self.previous,
            thread=self.new_id("thread"),
            deadline=LetterDeadline("FICTIONAL-ARRANGEMENT", "routine-7d", self.now + dt.timedelta(days=7)),
            decision=self.decision(package),
        )
        return replace(header, **changes)

    def write(self, to: str, content: dict[str, Any] | None = None, **changes: Any) -> bytes:
        """The bytes of the next letter to `to`; the order between the pair advances."""
        content = content or body()
        package = canonical(content)
        raw = write_letter(self.header(to, package, content["type"], **changes), package, types=KINDS).raw
        self.advance(raw)
        return raw

    def advance(self, raw: bytes) -> None:
        self.sent += 1
        self.previous = hashlib.sha256(raw).hexdigest()

    def seal(self, raw: bytes, to: str, seal_key: bytes, **changes: Any) -> Envelope:
        arguments = {
            "sealer": self.sealer,
            "recipient": to,
            "seal_key": seal_key,
            "envelope_id": self.new_id("envelope"),
            "now": self.now,
        }
        return seal(sign_letter(raw, self.sign_key), **{**arguments, **changes})

    def send(self, to: str, seal_key: bytes, content: dict[str, Any] | None = None, **changes: Any) -> Envelope:
        """Write and seal the next letter."""
        return self.seal(self.write(to, content, **changes), to, seal_key)

    def receipts(self, to: str, seal_key: bytes, *receipts: bytes) -> Envelope:
        """A letter that carries receipts."""
        import json

        content = {"type": "receipt", "receipts": [json.loads(one) for one in receipts]}
        return self.send(to, seal_key, content, thread="", deadline=None, decision=None)

    def open(self, raw: bytes, sender: PublicKeys) -> Letter:
        """Read an envelope that was sent to this partner, checking everything that its worker would."""
        envelope = read_outer(raw)
        verify_outer(envelope, transport_key=sender.transport, own_uid=self.uid, now=self.now)
        opened = open_sealed(envelope, seal_key=self.seal_key, sign_key=sender.sign)
        return read_letter(opened.raw, sender=envelope.sender, recipient=self.uid, now=self.now)

    def receipt(self, envelope: Envelope, stage: Stage, **changes: Any) -> bytes:
        """This partner's receipt for an envelope it got."""
        receipt = Receipt(stage, self.uid, envelope.sender, envelope.id, envelope.digest, self.now)
        return make_receipt(replace(receipt, **changes), self.transport_key)

    def read_receipt(self, raw: bytes, issuer: str, keys: PublicKeys) -> Receipt:
        return read_receipt(raw, transport_key=keys.transport, issuer=issuer, addressee=self.uid)
