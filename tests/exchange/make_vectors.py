"""Writes the test vectors: `python -m tests.exchange.make_vectors`. A second implementation can check itself by them.

Keys are those of `tests.exchange.partner`. Sealing uses fresh ephemeral keys, so that a newly written envelope differs
from the last in its bytes and not in its meaning; write vectors anew only when the format changes, with a new version.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from joserfc import jwe

from clew.exchange import sealing, suites
from clew.exchange.bundles import make_bundle
from clew.exchange.evidence.asking import (
    PartAnswer,
    PartMethod,
    PartRequest,
    Run,
    make_part_answer,
    make_part_request,
)
from clew.exchange.keys import fingerprint, key_id, public_jwk, sign_in_context
from clew.exchange.receipts import Stage
from clew.exchange.relaying import Caller, Method, RelayAddress, make_request, write_address
from clew.exchange.resync import LEFT_FREE, Point, Received, Resync, Resynced, write_resync, write_resynced
from clew.exchange.sealing import Envelope, sign_letter, size_class
from clew.exchange.signing import sign_compact
from clew.exchange.strict_json import canonical, digest, to_base64url
from tests.exchange.partner import NOW, Partner, body

DIRECTORY = Path(__file__).parent / "vectors"


def main() -> None:
    """Write every file."""
    vienna, beijing = Partner("Vienna", "AT"), Partner("Beijing", "CN")
    raw = vienna.write(beijing.uid, body())
    envelope = vienna.seal(raw, beijing.uid, beijing.keys.seal)
    _write("keys", {"now": NOW.isoformat(), "vienna": _keys(vienna), "beijing": _keys(beijing)})
    _write("card", {"card": vienna.card().decode(), "fingerprint": _fingerprint(vienna)})
    _write("letter", {"letter": raw.decode(), "sha256": digest(raw), "envelope": envelope.raw.decode()})
    receipts = {stage.value: beijing.receipt(envelope, stage).decode() for stage in Stage}
    declined = beijing.receipt(envelope, Stage.ACCEPTED, code="declined", reason="Ask the ministry.")
    _write("receipts", {"envelope_sha256": envelope.digest, **receipts, "declined": declined.decode()})
    _write("bundle", _bundle(vienna, beijing, envelope))
    _write("relay", _relay(vienna, beijing, envelope))
    _write("resync", _resync(vienna, beijing))
    _write("parts", parts_vector(vienna, beijing))
    _write("refused", _refused(vienna, beijing, raw, envelope.raw))


def _bundle(vienna: Partner, beijing: Partner, envelope: Envelope) -> dict[str, str]:
    """The letter, and one receipt for an envelope of Beijing's, which is not there."""
    receipt = vienna.receipt(replace(envelope, sender=beijing.uid, id="1" * 32, digest="2" * 64), Stage.STORED)
    raw = make_bundle(
        sender=vienna.uid,
        recipient=beijing.uid,
        envelopes=[envelope.raw],
        receipts=[receipt],
        transport_key=vienna.transport_key,
    )
    return {"bundle": to_base64url(raw), "sha256": digest(raw), "receipt": receipt.decode()}


def _resync(vienna: Partner, beijing: Partner) -> dict[str, str]:
    """Vienna was brought back and asks; Beijing has two letters of it, of which one arrived unreadable."""
    asked = Resync(vienna.uid, beijing.uid, NOW, "33" * 16, Point(4, "44" * 32), Point(), missing=(), resend=True)
    told = Resynced(
        beijing.uid, vienna.uid, NOW, asked.nonce, agrees=True,
        received=(
            Received(5, "55" * 32, "44" * 32, "request", "a5" * 16, "d5" * 32),
            Received(8, "88" * 32, "77" * 32),
        ),
        missing=((6, 7),), resume=8 + LEFT_FREE, coming=((1, 3), (5, 5)), gone=((4, 4),),
    )  # fmt: skip
    question, answer = write_resync(asked), write_resynced(told)
    return {
        "question": question.decode(),
        "question_signed": sign_letter(question, vienna.sign_key),
        "answer": answer.decode(),
        "answer_signed": sign_letter(answer, beijing.sign_key),
    }


def _relay(vienna: Partner, beijing: Partner, envelope: Envelope) -> dict[str, str]:
    """The address of a relay, and a request of each method; Beijing acknowledges with its receipt."""
    address = RelayAddress("ab" * 16, "https://relay.example:8410")
    named: dict[str, Any] = {"at": NOW, "digests": [envelope.digest]}
    receipt = beijing.receipt(envelope, Stage.STORED)
    sender, reader = (Caller(one.uid, address.uid, one.transport_key) for one in (vienna, beijing))
    requests = {
        "deposit": make_request(
            sender, Method.DEPOSIT, nonce="1" * 32, mailbox=beijing.uid, lines=[envelope.raw], **named
        ),
        "ask": make_request(sender, Method.ASK, nonce="2" * 32, mailbox=beijing.uid, **named),
        "pull": make_request(reader, Method.PULL, at=NOW, nonce="3" * 32),
        "acknowledge": make_request(reader, Method.ACKNOWLEDGE, nonce="4" * 32, lines=[receipt], **named),
    }
    told = {name: raw.decode() for name, raw in requests.items()}
    return {"address": write_address(address).decode(), "fingerprint": address.fingerprint, **told}


def parts_vector(vienna: Partner, beijing: Partner) -> dict[str, str]:
    """Vienna asks what is missing of its announcement and brings a part; Beijing says what is missing."""
    letter = "ab" * 16
    ask = PartRequest(PartMethod.ASK, vienna.uid, beijing.uid, letter, NOW)
    answer = PartAnswer(beijing.uid, vienna.uid, letter, NOW, (Run(1, 3, 3), Run(2, 1, 1)))
    return {
        "ask": make_part_request(ask, vienna.transport_key).decode(),
        "put": make_part_request(replace(ask, method=PartMethod.PUT, file=1, part=3), vienna.transport_key).decode(),
        "answer": make_part_answer(answer, beijing.transport_key).decode(),
    }


def _refused(vienna: Partner, beijing: Partner, raw: bytes, good: bytes) -> list[dict[str, str]]:
    """Envelopes that must be refused, each with the code."""
    sofia = Partner("Sofia", "BG")
    token = sealing.sign_letter(raw, vienna.sign_key)
    head, payload, signature = token.split(".")
    none = to_base64url(canonical({"alg": "none", "typ": sealing.LETTER_KIND}))
    unsigned = {name: value for name, value in json.loads(good).items() if name != "signature"}
    at = good.index(b'"sealed"') + 200
    flipped = good[:at] + (b"B" if good[at : at + 1] == b"A" else b"A") + good[at + 1 :]
    doubled = good.replace(b'"suite":1', b'"suite":1,"suite":1')
    cases = {
        "one character changed": (flipped, "bad-signature"),
        "to another recipient": (_outer(vienna, good, to=sofia.uid), "wrong-recipient"),
        "sealed to another recipient's key": (
            _outer(vienna, vienna.seal(raw, beijing.uid, sofia.keys.seal).raw),
            "wrong-key",
        ),
        "unknown suite": (_outer(vienna, good, suite=3), "unknown-suite"),
        "outer signature stripped": (canonical(unsigned), "bad-signature"),
        "inner algorithm none": (_sealed(vienna, beijing, good, f"{none}.{payload}.{signature}"), "wrong-algorithm"),
        "inner signature stripped": (_sealed(vienna, beijing, good, f"{head}.{payload}."), "bad-signature"),
        "compressed": (_sealed(vienna, beijing, good, token, zip="DEF"), "compressed"),
        "a name twice": (doubled, "duplicate-key"),
        "unknown field": (_outer(vienna, good, note="x"), "unknown-field"),
        "signed by another": (
            _sealed(vienna, beijing, good, sign_compact(raw, sealing.LETTER_KIND, sofia.sign_key)),
            "wrong-key",
        ),
    }
    return [{"what": what, "envelope": bytes_.decode(), "code": code} for what, (bytes_, code) in cases.items()]


def _outer(sender: Partner, good: bytes, **changes: Any) -> bytes:
    content = {**json.loads(good), **changes}
    del content["signature"]
    signature = sign_in_context(sender.transport_key, sealing.ENVELOPE_CONTEXT, canonical(content))
    return canonical({**content, "signature": signature})


def _sealed(sender: Partner, recipient: Partner, good: bytes, token: str, **header: Any) -> bytes:
    accepted = jwe.JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM", "DEF"])
    protected = {
        **suites.SEALED_HEADER,
        "kid": key_id(recipient.keys.seal),
        "typ": suites.SEALED_KIND,
        **header,
    }
    size = size_class(len(token))
    key = public_jwk("X25519", recipient.keys.seal)
    return _outer(
        sender,
        good,
        sealed=jwe.encrypt_compact(protected, token.ljust(size), key, registry=accepted),
        size_class=size,
    )


def _keys(partner: Partner) -> dict[str, str]:
    """Private and public keys; they are fictional and protect nothing."""
    private = {
        "sign": partner.sign_key.private_bytes_raw(),
        "seal": partner.seal_key.private_bytes_raw(),
        "transport": partner.transport_key.private_bytes_raw(),
    }
    public = {"sign": partner.keys.sign, "seal": partner.keys.seal, "transport": partner.keys.transport}
    return {
        "uid": partner.uid,
        **{f"{name}_private": to_base64url(key) for name, key in private.items()},
        **{f"{name}_public": to_base64url(key) for name, key in public.items()},
    }


def _fingerprint(partner: Partner) -> str:

    return fingerprint(partner.uid, partner.keys)


def _write(name: str, content: Any) -> None:
    DIRECTORY.mkdir(exist_ok=True)
    text = json.dumps(content, indent=1, ensure_ascii=False)
    (DIRECTORY / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
