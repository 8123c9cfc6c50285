"""Officers' signatures over the digest of what they release.

With a code of the second factor, the server signs with a key that it holds for that officer, and the signature says so;
with a passkey, the passkey itself signed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.utils.translation import gettext as _
from fido2 import cbor

from clew.node.accounts.models import Officer, OfficerKey
from clew.node.accounts.step_up import Assertion, StepUp, spend
from clew.node.at_rest import seal, unseal
from clew.node.types import BadInput

SERVER_KEY = "totp-server-key"
PASSKEY = "webauthn"
DIGEST_SIZE = 32


@dataclass(frozen=True, slots=True)
class OfficerSignature:
    """An officer's signature.

    With `totp-server-key`, `public_key` and `signature` are raw Ed25519 bytes over the digest. With `webauthn`,
    `public_key` is a COSE key and `signature` a CBOR map of `signature`, `authenticatorData` and `clientDataJSON`,
    whose challenge is the digest; `key_id` is the SHA-256 of the credential's id, in hex.
    """

    method: str
    key_id: str
    public_key: bytes
    signature: bytes

    def as_json(self) -> dict[str, str]:
        """The signature as it is kept beside an act that has no table of signatures; bytes in hex."""
        return {
            "method": self.method,
            "key_id": self.key_id,
            "public_key": self.public_key.hex(),
            "signature": self.signature.hex(),
        }


def sign_as_officer(*, officer: Officer, digest: bytes, step_up: StepUp) -> OfficerSignature:
    """Sign a SHA-256 digest for an officer who has just proved her presence. Called inside the act it signs.

    Raises:
        BadInput: the proof is another officer's, was used, or signs something else; or the digest is no digest.
    """
    fits = step_up.assertion is None or step_up.assertion.digest == digest
    if not fits or len(digest) != DIGEST_SIZE or not spend(step_up, officer):
        raise BadInput("code", _("The proof of presence does not belong to this act."), _("Enter a new code."))
    if step_up.assertion is not None:
        return _by_passkey(step_up.assertion)
    key = _key(officer)
    private = Ed25519PrivateKey.from_private_bytes(
        unseal(bytes(key.sealed_private_key), _bound_to(officer.pk, key.key_id))
    )
    return OfficerSignature(SERVER_KEY, key.key_id, bytes(key.public_key), private.sign(digest))


def public_key_of(officer: Officer) -> bytes | None:
    """The public key that signs for the officer now, if she has signed before."""
    key = OfficerKey.objects.filter(officer=officer, retired=None).first()
    return bytes(key.public_key) if key else None


def _by_passkey(assertion: Assertion) -> OfficerSignature:
    signature = cbor.encode(
        {
            "signature": assertion.signature,
            "authenticatorData": assertion.authenticator_data,
            "clientDataJSON": assertion.client_data,
        }
    )
    return OfficerSignature(PASSKEY, sha256(assertion.credential_id).hexdigest(), assertion.public_key, signature)


def _key(officer: Officer) -> OfficerKey:
    key = OfficerKey.objects.filter(officer=officer, retired=None).first()
    if key is not None:
        return key
    private = Ed25519PrivateKey.generate()
    raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    key_id = secrets.token_hex(16)
    return OfficerKey.objects.create(
        officer=officer,
        key_id=key_id,
        public_key=private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw),
        sealed_private_key=seal(raw, _bound_to(officer.pk, key_id)),
    )


def _bound_to(officer_id: int, key_id: str) -> bytes:
    return f"officer-key:{officer_id}:{key_id}".encode()
