"""JSON that two readers cannot read differently (I-JSON, RFC 7493, and stricter), and its one canonical form."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any, Final, NoReturn

from clew.exchange.refusals import Refusal

MAX_DEPTH: Final = 16
"""Levels of nesting: the deepest letter has seven, and a parser's stack must not be a partner's to exhaust."""

MAX_VALUES: Final = 200_000
"""Values in one document: about 20,000 statements, four times what fits into the largest letter."""

MAX_INTEGER: Final = 2**53 - 1
"""Whole numbers beyond it are read differently by different readers (RFC 7493, 2.2)."""

ALLOWED_CONTROLS: Final = frozenset("\n\r\t")


def read_strict(raw: bytes, *, max_bytes: int) -> dict[str, Any]:
    """Parse one JSON object.

    Raises:
        Refusal: too large, not UTF-8, not JSON, a name twice, a fraction or NaN, an over-long integer, control
            characters or lone surrogates in text, too deep, too many values, or not an object.
    """
    if len(raw) > max_bytes:
        raise Refusal("too-large")
    # Each list and object is a value, and an empty one takes twenty times its text in memory: count before parsing. The
    # brackets of words count too, which no letter reaches.
    if raw.count(b"[") + raw.count(b"{") > MAX_VALUES:
        raise Refusal("too-many")
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_no_number,
            parse_constant=_no_number,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        raise Refusal("bad-text") from error
    except RecursionError as error:
        raise Refusal("too-deep") from error
    except ValueError as error:
        raise Refusal("not-json") from error
    if not isinstance(value, dict):
        raise Refusal("not-json", "the whole must be an object")
    _walk(value)
    return value


def canonical(value: Any) -> bytes:
    """The one form that is signed: names sorted by code point, no spaces, UTF-8, no escapes but the required ones."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def read_canonical(raw: bytes, *, max_bytes: int) -> dict[str, Any]:
    """`read_strict`, and the bytes must be the canonical form of what they say.

    Raises:
        Refusal: as `read_strict`, or `not-canonical`.
    """
    value = read_strict(raw, max_bytes=max_bytes)
    if canonical(value) != raw:
        raise Refusal("not-canonical")
    return value


def digest(raw: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(raw).hexdigest()


def to_base64url(raw: bytes) -> str:
    """Base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Decode base64url; only the one encoding of those bytes is taken, so that no bit of it can be changed.

    Raises:
        Refusal: not that encoding.
    """
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refusal("bad-field", "base64url") from error
    if to_base64url(raw) != text:
        raise Refusal("bad-field", "base64url")
    return raw


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Refusal("duplicate-key")
    return made


def _no_number(text: str) -> NoReturn:
    raise Refusal("not-a-number")


def _integer(text: str) -> int:
    if len(text) > len(str(MAX_INTEGER)) + 1 or abs(int(text)) > MAX_INTEGER:
        raise Refusal("not-a-number")
    return int(text)


def _walk(top: dict[str, Any]) -> None:
    count = 0
    level: list[Any] = [top]
    for _depth in range(MAX_DEPTH):
        count += len(level)
        if count > MAX_VALUES:
            raise Refusal("too-many")
        deeper: list[Any] = []
        for value in level:
            if isinstance(value, str):
                _check_text(value)
            elif isinstance(value, dict):
                for name in value:
                    _check_text(name)
                deeper.extend(value.values())
            elif isinstance(value, list):
                deeper.extend(value)
        if not deeper:
            return
        level = deeper
    raise Refusal("too-deep")


def _check_text(text: str) -> None:
    if text.isprintable():
        return
    if any((c < " " and c not in ALLOWED_CONTROLS) or "\ud800" <= c <= "\udfff" for c in text):
        raise Refusal("bad-text")
