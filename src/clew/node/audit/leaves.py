"""What one leaf of the log says: canonical JSON of who did which act to what, when, and with which ids and digests."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Detail = str | int | bool | None
SAFE_DETAIL = re.compile(r"[A-Za-z0-9_.:/+=-]{0,128}")
SAFE_NAME = re.compile(r"[a-z][a-z0-9_.]{0,63}")


class UnsafeDetail(ValueError):
    """Something that could carry personal data; the log holds ids, codes and digests only."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One act.

    Attributes:
        actor: the officer's number; None for the node itself.
        act: `app.function`.
        details: ids, codes and digests.
        salt: hex; a leaf of few possible values could otherwise be guessed from its hash, which partners see in proofs.
    """

    at: dt.datetime
    actor: int | None
    act: str
    object_kind: str
    object_id: str
    details: Mapping[str, Detail]
    salt: str


def written(leaf: Leaf) -> bytes:
    """The bytes that are hashed.

    Raises:
        UnsafeDetail: a value could be more than an id, a code or a digest.
    """
    _check(leaf)
    content = {
        "act": leaf.act,
        "actor": leaf.actor,
        "at": leaf.at.isoformat(),
        "details": dict(leaf.details),
        "kind": leaf.object_kind,
        "object": leaf.object_id,
        "salt": leaf.salt,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()


def read(data: bytes) -> Leaf:
    """The act that a leaf's bytes tell of.

    Raises:
        ValueError: the bytes are no leaf.
    """
    content: dict[str, Any] = json.loads(data)
    try:
        return Leaf(
            dt.datetime.fromisoformat(content["at"]),
            content["actor"],
            content["act"],
            content["kind"],
            content["object"],
            content["details"],
            content["salt"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError("These bytes are no leaf of the log.") from error


def _check(leaf: Leaf) -> None:
    for name, value in leaf.details.items():
        if not SAFE_NAME.fullmatch(name) or not _is_safe(value):
            raise UnsafeDetail(f"The detail {name!r} of {leaf.act} is not an id, a code or a digest.")
    if not _is_safe(leaf.object_id):
        raise UnsafeDetail(f"{leaf.act} names its object by something else than an id.")


def _is_safe(value: object) -> bool:
    if isinstance(value, str):
        return SAFE_DETAIL.fullmatch(value) is not None
    return value is None or isinstance(value, int)
