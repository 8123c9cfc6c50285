"""A passkey in software: makes an ES256 credential and signs challenges as WebAuthn Level 2 says (6.1, 6.3.3)."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

USER_PRESENT, USER_VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40


class SoftwarePasskey:
    """One credential for one site."""

    def __init__(self, host: str, origin: str, *, verifies_user: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = sha256(origin.encode()).digest()
        self.host = host
        self.origin = origin
        self.present = USER_PRESENT | (USER_VERIFIED if verifies_user else 0)

    def register(self, challenge: bytes = b"registration-challenge") -> dict[str, Any]:
        """What `navigator.credentials.create` answers, as JSON."""
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + public
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(HAS_CREDENTIAL) + attested}
        return self._credential(
            clientDataJSON=self._client_data("webauthn.create", challenge), attestationObject=cbor.encode(attestation)
        )

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` answers to these options, as JSON."""
        client_data = self._client_data("webauthn.get", websafe_decode(options["publicKey"]["challenge"]))
        data = self._data()
        signature = self.key.sign(data + sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._credential(clientDataJSON=client_data, authenticatorData=data, signature=signature)

    def _data(self, flags: int = 0) -> bytes:
        return sha256(self.host.encode()).digest() + bytes([self.present | flags]) + bytes(4)

    def _client_data(self, kind: str, challenge: bytes) -> bytes:
        content = {"type": kind, "challenge": websafe_encode(challenge), "origin": self.origin, "crossOrigin": False}
        return json.dumps(content).encode()

    def _credential(self, **response: bytes) -> dict[str, Any]:
        return {
            "id": websafe_encode(self.credential_id),
            "rawId": websafe_encode(self.credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {name: websafe_encode(value) for name, value in response.items()},
        }
