"""The officer's own signature over a release decision, as it travels in the letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.webauthn import AuthenticatorData, CollectedClientData

from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import from_base64url

SERVER_KEY: Final = "totp-server-key"
PASSKEY: Final = "webauthn"
VERIFIABLE_METHODS: Final = frozenset({SERVER_KEY, PASSKEY})
"""Methods whose signatures a recipient can verify. With the first, the sending node signed with an Ed25519 key that it
holds for the officer, after she proved her presence with a one-time code; with the second, her own passkey signed."""


@dataclass(frozen=True, slots=True)
class OfficerProof:
    """How an officer signed.

    `method` is one of `VERIFIABLE_METHODS`; `key_id` names her key; `public_key` and `signature` are base64url. With
    `totp-server-key` the signature is Ed25519 over the decision's 32-byte digest. With `webauthn` the key is a COSE key
    (RFC 9052) and the signature a CBOR map of `signature`, `authenticatorData` and `clientDataJSON`, whose challenge is
    the digest (WebAuthn Level 2, 7.2).
    """

    method: str
    key_id: str
    public_key: str
    signature: str

    def content(self) -> dict[str, str]:
        """As it stands in a letter's header."""
        return asdict(self)


def check_officer(proof: OfficerProof, decision_digest: str) -> None:
    """Verify that the key named signed this decision.

    Whose key it is, only the sending organisation can say; it answers for that with its own signature on the letter.

    Args:
        decision_digest: hex of the 32 bytes that were signed.

    Raises:
        Refusal: `no-officer` without a signature or with an unknown method; `officer-signature` if it does not
            match, for instance because the content is not what was released.
    """
    if not proof.signature or proof.method not in VERIFIABLE_METHODS:
        raise Refusal("no-officer")
    check = _CHECKS[proof.method]
    try:
        check(from_base64url(proof.public_key), from_base64url(proof.signature), bytes.fromhex(decision_digest))
    except (InvalidSignature, ValueError, KeyError, TypeError, UnsupportedAlgorithm, Refusal) as error:
        raise Refusal("officer-signature") from error


def _check_server_key(public_key: bytes, signature: bytes, digest: bytes) -> None:
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, digest)


def _check_passkey(public_key: bytes, signature: bytes, digest: bytes) -> None:
    key = CoseKey.parse(_mapping(cbor.decode(public_key)))
    assertion = _mapping(cbor.decode(signature))
    client = CollectedClientData(assertion["clientDataJSON"])
    holder = AuthenticatorData(assertion["authenticatorData"])
    if client.type != CollectedClientData.TYPE.GET or client.challenge != digest:
        raise ValueError("the passkey signed something else")
    if not (holder.is_user_present() and holder.is_user_verified()):
        raise ValueError("the passkey did not ask for its holder")
    key.verify(bytes(holder) + client.hash, assertion["signature"])


def _mapping(value: object) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        raise TypeError("a map is needed")
    return value


_CHECKS: Final[Mapping[str, Callable[[bytes, bytes, bytes], None]]] = {
    SERVER_KEY: _check_server_key,
    PASSKEY: _check_passkey,
}
