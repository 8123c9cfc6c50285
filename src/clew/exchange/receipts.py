"""Receipts: stored, opened, accepted are three different facts, and each may be a refusal with its code.

A receipt is canonical JSON, signed by its issuer's transport key over the digest of the envelope's bytes, so that it
stands as evidence by itself. The `stored` receipt is the answer to the sending; the others travel in letters.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clew.exchange import moments, schema
from clew.exchange.keys import check_in_context, sign_in_context
from clew.exchange.refusals import SENTENCES, Refusal
from clew.exchange.strict_json import canonical, read_canonical

CONTEXT: Final = b"clew-receipt-1"
MAX_RECEIPT: Final = 4 * 1024
"""Bytes: a receipt holds ids, a code and one sentence."""


class Stage(StrEnum):
    """What happened to a letter; never merged into one word like "delivered"."""

    STORED = "stored"
    """The recipient's node wrote the envelope durably before it signed this."""
    OPENED = "opened"
    """It was opened; signature, type and order are right."""
    ACCEPTED = "accepted"
    """A human took responsibility for it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One signed fact about one envelope.

    `issuer` received the envelope, `addressee` had sent it; `letter` is the letter's id where the issuer opened it.
    `code` is empty for a positive receipt, else why not (key of `refusals.SENTENCES`); `reason` is the officer's own
    sentence, if a human declined.
    """

    stage: Stage
    issuer: str
    addressee: str
    envelope: str
    digest: str
    at: dt.datetime
    letter: str = ""
    code: str = ""
    reason: str = ""
    raw: bytes = b""

    @property
    def positive(self) -> bool:
        return not self.code

    @property
    def sentence(self) -> str:
        """Why not, in English; empty for a positive receipt."""
        return self.reason or SENTENCES.get(self.code, "") if self.code else ""


def make_receipt(receipt: Receipt, transport_key: Ed25519PrivateKey) -> bytes:
    """Sign a receipt; the same facts give the same bytes (Ed25519 is deterministic)."""
    content = _content(receipt)
    schema.check(content, "stage-receipt")
    return canonical({**content, "signature": sign_in_context(transport_key, CONTEXT, canonical(content))})


def read_receipt(raw: bytes, *, transport_key: bytes, issuer: str, addressee: str) -> Receipt:
    """Verify a receipt with the transport key pinned for its issuer.

    Raises:
        Refusal: unreadable, of another issuer, for another addressee, or not signed by that key.
    """
    content = read_canonical(raw, max_bytes=MAX_RECEIPT)
    signature = content.pop("signature", "")
    if not isinstance(signature, str) or not signature:
        raise Refusal("bad-signature")
    schema.check(content, "stage-receipt")
    check_in_context(transport_key, CONTEXT, canonical(content), signature)
    if content["issuer"] != issuer:
        raise Refusal("wrong-sender")
    if content["addressee"] != addressee:
        raise Refusal("wrong-recipient")
    return Receipt(
        stage=Stage(content["stage"]),
        issuer=issuer,
        addressee=addressee,
        envelope=content["envelope"],
        digest=content["digest"],
        at=moments.from_text(content["at"]),
        letter=content.get("letter", ""),
        code=content.get("code", ""),
        reason=content.get("reason", ""),
        raw=raw,
    )


def refuse_unless_about(receipt: Receipt, *, envelope: str, digest: str) -> None:
    """Raise `Refusal("not-for-this-letter")` when the receipt speaks of other bytes than those that were sent."""
    if (receipt.envelope, receipt.digest) != (envelope, digest):
        raise Refusal("not-for-this-letter")


def _content(receipt: Receipt) -> dict[str, Any]:
    content = {
        "clew": schema.VERSION,
        "stage": receipt.stage.value,
        "issuer": receipt.issuer,
        "addressee": receipt.addressee,
        "envelope": receipt.envelope,
        "digest": receipt.digest,
        "at": moments.to_text(receipt.at),
    }
    optional = {"letter": receipt.letter, "code": receipt.code, "reason": receipt.reason}
    return {**content, **{name: value for name, value in optional.items() if value}}
