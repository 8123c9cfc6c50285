"""Signing with a passkey: the digest of what is released is the challenge (WebAuthn Level 2, 7.2)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.webauthn.internal.auth import get_credentials
from django.conf import settings
from django.utils.translation import gettext as _
from fido2 import cbor
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import AuthenticationResponse, PublicKeyCredentialRpEntity, UserVerificationRequirement

from clew.node.accounts.models import Officer
from clew.node.accounts.step_up import Assertion, StepUp, prove, verify_step_up
from clew.node.types import BadInput

DIGEST_SIZE = 32
VERIFIED = UserVerificationRequirement.REQUIRED
"""The passkey asked for a PIN or a finger: its holder signs, not whoever found it."""


def begin_assertion(officer: Officer, digest: bytes) -> dict[str, Any] | None:
    """What the page hands to the officer's passkey so that it signs the digest; None if she has no passkey.

    Returns `{"publicKey": PublicKeyCredentialRequestOptions}` as JSON values, binary ones base64url.
    """
    credentials = get_credentials(officer)
    if not credentials or len(digest) != DIGEST_SIZE:
        return None
    options, _state = _server().authenticate_begin(credentials, VERIFIED, challenge=digest)
    ready: dict[str, Any] = json.loads(json.dumps(dict(options), default=dict))
    return ready


def finish_assertion(officer: Officer, digest: bytes, response: Mapping[str, Any] | None) -> StepUp:
    """Check the passkey's answer; the result signs this digest and no other.

    Raises:
        BadInput: another challenge, site, key or officer; no user verification; or a broken answer.
    """
    state = {"challenge": websafe_encode(digest), "user_verification": VERIFIED}
    try:
        key = _server().authenticate_complete(state, get_credentials(officer), response or {})
        answer = AuthenticationResponse.from_dict(response or {}).response
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInput(
            "credential", _("The passkey's signature does not fit."), _("Try again, or sign with a code.")
        ) from error
    assertion = Assertion(
        digest=digest,
        credential_id=bytes(key.credential_id),
        public_key=cbor.encode(dict(key.public_key)),
        signature=answer.signature,
        authenticator_data=bytes(answer.authenticator_data),
        client_data=bytes(answer.client_data),
    )
    return prove(StepUp(officer.pk, "webauthn", assertion))


def read_step_up(officer: Officer, digest: bytes, posted: Mapping[str, str]) -> StepUp:
    """The proof of presence in a posted form: `credential` (a passkey's answer as JSON), or else `code`.

    Raises:
        BadInput: neither proves that the officer is there.
    """
    credential = posted.get("credential", "")
    if not credential:
        return verify_step_up(officer=officer, code=posted.get("code", ""))
    try:
        response = json.loads(credential)
    except ValueError:
        response = None
    return finish_assertion(officer, digest, response)


def _server() -> Fido2Server:
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=settings.NODE.host, name=settings.NODE.name), verify_origin=_is_ours
    )


def _is_ours(origin: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme == ("https" if settings.NODE.secure else "http") and parts.hostname == settings.NODE.host
