"""A passkey signs the digest itself: no other digest, site, key or officer, and not without its holder."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from allauth.mfa.webauthn.internal.auth import WebAuthn
from fido2 import cbor
from fido2.cose import CoseKey

from clew.node.accounts.actions import begin_assertion, finish_assertion, read_step_up, sign_as_officer
from clew.node.accounts.models import Officer
from clew.node.types import BadInput
from tests.node.accounts.software_passkey import SoftwarePasskey

pytestmark = pytest.mark.django_db
DIGEST = sha256(b"what is released").digest()
OTHER = sha256(b"something else").digest()
HERE = {"host": "testserver", "origin": "http://testserver"}


@pytest.fixture
def anna(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory()


def with_passkey(officer: Officer, **site: Any) -> SoftwarePasskey:
    passkey = SoftwarePasskey(**(HERE | site))
    WebAuthn.add(officer, "Key of the test", passkey.register())
    return passkey


def asked(officer: Officer, digest: bytes = DIGEST) -> dict[str, Any]:
    options = begin_assertion(officer, digest)
    assert options is not None
    return options


def test_a_passkey_signs_the_digest(anna: Officer) -> None:
    passkey = with_passkey(anna)
    step_up = finish_assertion(anna, DIGEST, passkey.sign(asked(anna)))
    signed = sign_as_officer(officer=anna, digest=DIGEST, step_up=step_up)
    assert signed.method == "webauthn"
    parts = cbor.decode(signed.signature)
    assert json.loads(parts["clientDataJSON"])["type"] == "webauthn.get"
    message = parts["authenticatorData"] + sha256(parts["clientDataJSON"]).digest()
    CoseKey.parse(cbor.decode(signed.public_key)).verify(message, parts["signature"])


def test_what_a_page_hands_to_the_passkey_is_json(anna: Officer) -> None:
    with_passkey(anna)
    options = asked(anna)["publicKey"]
    assert json.loads(json.dumps(options)) == options
    assert options["rpId"] == "testserver"
    assert options["userVerification"] == "required"


def test_an_officer_without_a_passkey_is_asked_for_none(anna: Officer) -> None:
    assert begin_assertion(anna, DIGEST) is None


def test_a_signature_over_another_digest_is_refused(anna: Officer) -> None:
    passkey = with_passkey(anna)
    with pytest.raises(BadInput):
        finish_assertion(anna, DIGEST, passkey.sign(asked(anna, OTHER)))


def test_a_proof_for_one_digest_does_not_sign_another(anna: Officer) -> None:
    passkey = with_passkey(anna)
    step_up = finish_assertion(anna, DIGEST, passkey.sign(asked(anna)))
    with pytest.raises(BadInput):
        sign_as_officer(officer=anna, digest=OTHER, step_up=step_up)


def test_another_officers_passkey_is_refused(anna: Officer, officer_factory: Callable[..., Officer]) -> None:
    boris = officer_factory()
    with_passkey(boris, host="testserver")
    passkey = with_passkey(anna)
    with pytest.raises(BadInput):
        finish_assertion(boris, DIGEST, passkey.sign(asked(anna)))


@pytest.mark.parametrize(
    "site",
    [
        {"origin": "http://testserver.evil.example"},
        {"origin": "https://testserver"},
        {"host": "evil.example"},
        {"verifies_user": False},
    ],
    ids=["another site", "another scheme", "another relying party", "nobody verified"],
)
def test_a_passkey_used_elsewhere_or_by_nobody_is_refused(anna: Officer, site: dict[str, Any]) -> None:
    passkey = with_passkey(anna, **site)
    with pytest.raises(BadInput):
        finish_assertion(anna, DIGEST, passkey.sign(asked(anna)))


def test_a_changed_signature_is_refused(anna: Officer) -> None:
    answer = with_passkey(anna).sign(asked(anna))
    answer["response"]["signature"] = with_passkey(anna).sign(asked(anna))["response"]["signature"]
    with pytest.raises(BadInput):
        finish_assertion(anna, DIGEST, answer)


@pytest.mark.parametrize("posted", ["{", "[]", "null", "{}", '{"response": 1}', '{"id": "x", "rawId": "x"}'])
def test_a_broken_answer_is_refused(anna: Officer, posted: str) -> None:
    with_passkey(anna)
    with pytest.raises(BadInput):
        read_step_up(anna, DIGEST, {"credential": posted})


def test_a_form_may_carry_a_passkeys_answer_or_a_code(anna: Officer, code_of: Callable[[Officer], str]) -> None:
    passkey = with_passkey(anna)
    posted = {"credential": json.dumps(passkey.sign(asked(anna)))}
    assert read_step_up(anna, DIGEST, posted).method == "webauthn"
    assert read_step_up(anna, DIGEST, {"credential": "", "code": code_of(anna)}).method == "totp"
    with pytest.raises(BadInput):
        read_step_up(anna, DIGEST, {})
