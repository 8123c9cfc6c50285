"""Inputs that must not be guessed (release-rules.md, section 3): their kinds, and how they are sealed at rest."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clew.node.keys import rest_key

NONCE = 12


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of safeguard. `choices` are the answers; empty where the answer is a list of countries."""

    label: Promise
    choices: dict[str, Promise]


KINDS: Final = {
    "child": Kind(
        _("Age"),
        {"no": _("An adult"), "yes": _("A child"), "uncertain": _("Uncertain: treated as a child")},
    ),
    "origin": Kind(_("Countries of origin"), {}),
    "protection": Kind(
        _("Protection against a state"),
        {
            "none": _("No asylum or protection procedure"),
            "applicant": _("Has applied for asylum"),
            "refugee": _("Recognised refugee or otherwise protected"),
            "procedure": _("In another protection procedure"),
        },
    ),
    "feared": Kind(_("Countries feared"), {}),
    "witness_protection": Kind(
        _("Witness protection"), {"no": _("No protection measures"), "yes": _("Protection measures are in place")}
    ),
    "sheltered": Kind(
        _("Shelter"), {"no": _("Is not in a shelter"), "yes": _("Is in a shelter or another protected place")}
    ),
    "best_interests": Kind(
        _("Best interests of the child"),
        {"no": _("No determination yet"), "yes": _("A best-interests determination is made")},
    ),
    "role_conflict": Kind(
        _("Victim and suspect at once"),
        {"no": _("Is not a victim and a suspect at once"), "yes": _("Is a victim and also suspected, or may be")},
    ),
    "public_role": Kind(
        _("Public or political role"),
        {"no": _("No public or political role"), "yes": _("Holds or held one, or speaks in public")},
    ),
    "shelter_address": Kind(
        _("Protected place"), {"no": _("This place is not protected"), "yes": _("This place is a shelter")}
    ),
}
"""What can be recorded of a person; the last one of a place (rules R16, R19-R21, R38, R40, R41, G1 and G5)."""


class SealBroken(Exception):
    """A sealed input cannot be opened with this node's key."""


def seal(answer: list[str], *, bound_to: str) -> bytes:
    """Seal an answer, bound to what it is said of, so that rows cannot be exchanged."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(derived_key(b"clew safeguards")).encrypt(
        nonce, json.dumps(answer).encode(), bound_to.encode()
    )


def unseal(sealed: bytes, *, bound_to: str) -> list[str]:
    """Open a sealed answer; raises `SealBroken`."""
    try:
        plain = AESGCM(derived_key(b"clew safeguards")).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken("A protected input cannot be opened with this node's key.") from error
    answer: list[str] = json.loads(plain)
    return answer


def derived_key(purpose: bytes) -> bytes:
    """A key of its own for each purpose, from the node's rest key (HKDF, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(rest_key())
