"""Letters about the network itself: what a party's card says anew, its next keys, that it is suspended or leaves.

A node takes them from the party of which they speak, and from no other: no node can suspend another, alone or with
friends. An approval is Ed25519 by that party's sign key over the body without its approvals, so that it stands by
itself: whoever shows the letter later need not be believed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clew.exchange.keys import check_in_context, sign_in_context
from clew.exchange.kinds.converting import to_content
from clew.exchange.refusals import Refusal
from clew.exchange.strict_json import canonical

CONTEXT: Final = b"clew-governance-1"


@dataclass(frozen=True, slots=True)
class Approval:
    """A party's signature, base64url."""

    party: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryUpdate:
    """The sender's own card (compact JWS), which says something new with its keys of before; `serial` rises."""

    serial: int
    effective: dt.datetime
    cards: tuple[str, ...]
    approvals: tuple[Approval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRotate:
    """The sender's own next card."""

    serial: int
    effective: dt.datetime
    card: str
    reason: Literal["planned", "suspected", "lost"]
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend:
    """The sender or a post of it is suspended, or has left. That it is back, no letter can say."""

    serial: int
    effective: dt.datetime
    party: str
    action: Literal["suspend", "leave", "reinstate"]
    reason: Literal["key-compromised", "conditions-broken", "own-request", "resolved"]
    approvals: tuple[Approval, ...]


_TYPES: Final[Mapping[type, str]] = {DirectoryUpdate: "directory-update", Suspend: "suspend"}


def approved_bytes(body: Mapping[str, Any]) -> bytes:
    """What an approval signs."""
    return canonical({name: value for name, value in body.items() if name != "approvals"})


def approve(body: Mapping[str, Any], party: str, sign_key: Ed25519PrivateKey) -> Approval:
    """One party's approval of a body."""
    return Approval(party, sign_in_context(sign_key, CONTEXT, approved_bytes(body)))


def approved_by(record: DirectoryUpdate | Suspend, party: str, sign_key: Ed25519PrivateKey) -> Any:
    """The same letter with this party's approval alone."""
    body = {"type": _TYPES[type(record)], **to_content(replace(record, approvals=()))}
    return replace(record, approvals=(approve(body, party, sign_key),))


def approvers(body: Mapping[str, Any], sign_keys: Mapping[str, bytes]) -> frozenset[str]:
    """The parties that approved, each verified with its pinned key; whether they are enough, the network's rule says.

    Args:
        body: of a governance letter, as it was read.
        sign_keys: pinned sign keys by uid. The party that is spoken of is best left out of them.

    Raises:
        Refusal: `unknown-sender` for an approval by another party, `bad-signature`, or `bad-field` where a party
            approves twice. One false approval spoils the letter: somebody made it.
    """
    found: set[str] = set()
    for one in body.get("approvals", ()):
        if one["party"] in found:
            raise Refusal("bad-field", "body/approvals")
        if one["party"] not in sign_keys:
            raise Refusal("unknown-sender", "body/approvals")
        check_in_context(sign_keys[one["party"]], CONTEXT, approved_bytes(body), one["signature"])
        found.add(one["party"])
    return frozenset(found)
