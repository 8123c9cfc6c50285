"""The officer's signature on a letter: by the server's key for her, or by her own passkey."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

from clew.exchange.officers import OfficerProof, check_officer
from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import to_base64url
from tests.node.accounts.software_passkey import SoftwarePasskey

DIGEST = sha256(b"a decision").digest()


def by_server_key() -> OfficerProof:
    key = Ed25519PrivateKey.generate()
    public = to_base64url(key.public_key().public_bytes_raw())
    return OfficerProof("totp-server-key", "key-1", public, to_base64url(key.sign(DIGEST)))


def by_passkey(digest: bytes = DIGEST, *, verifies_user: bool = True) -> OfficerProof:
    passkey = SoftwarePasskey("vienna.localhost", "https://vienna.localhost", verifies_user=verifies_user)
    answer = passkey.sign({"publicKey": {"challenge": websafe_encode(digest)}})["response"]
    signature = cbor.encode({name: websafe_decode(answer[name]) for name in answer})
    public = cbor.encode(dict(ES256.from_cryptography_key(passkey.key.public_key())))
    return OfficerProof("webauthn", "key-2", to_base64url(public), to_base64url(signature))


@pytest.mark.parametrize("proof", [by_server_key(), by_passkey()], ids=["server key", "passkey"])
def test_a_signature_over_this_decision_is_accepted(proof: OfficerProof) -> None:
    check_officer(proof, DIGEST.hex())


@pytest.mark.parametrize("proof", [by_server_key(), by_passkey()], ids=["server key", "passkey"])
def test_a_signature_over_another_decision_is_refused(proof: OfficerProof) -> None:
    with pytest.raises(Refusal) as refused:
        check_officer(proof, sha256(b"another decision").hexdigest())
    assert refused.value.code == "officer-signature"


def test_a_passkey_that_did_not_ask_for_its_holder_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        check_officer(by_passkey(verifies_user=False), DIGEST.hex())
    assert refused.value.code == "officer-signature"


@pytest.mark.parametrize("broken", [b"", b"\xa0", b"\xff\xff", cbor.encode({"signature": 1}), cbor.encode([1])])
def test_a_broken_passkey_signature_is_refused(broken: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        check_officer(replace(by_passkey(), signature=to_base64url(broken)), DIGEST.hex())
    assert refused.value.code in {"officer-signature", "no-officer"}


def test_a_passkeys_signature_is_not_taken_for_the_servers() -> None:
    with pytest.raises(Refusal) as refused:
        check_officer(replace(by_passkey(), method="totp-server-key"), DIGEST.hex())
    assert refused.value.code == "officer-signature"


def test_an_unknown_method_is_no_signature() -> None:
    with pytest.raises(Refusal) as refused:
        check_officer(replace(by_server_key(), method="ink"), DIGEST.hex())
    assert refused.value.code == "no-officer"
