"""A bundle: sealed envelopes and signed receipts in one file, for a memory stick or as an attachment of a mail.

It is a ZIP archive in which nothing is left to choose: stored, without times, comments and extra fields; the index
first, then the envelopes and the receipts in their order. Who reads one takes the entries one after the other, writes
the archive that they make, and refuses the file unless it is that archive byte for byte. So nothing lies before,
between or behind the entries, no two readers read two different bundles, no name in it is ever used as a path, and
nothing is ever inflated.

The index is signed by the transport key, which signs whatever is under way. It is believed only that these files were
put together so: each envelope and each receipt in it still has to prove itself, as over any other way.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clew.exchange import schema
from clew.exchange.keys import check_in_context, sign_in_context
from clew.exchange.receipts import MAX_RECEIPT
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import MAX_ENVELOPE, MIB
from clew.exchange.strict_json import canonical, digest, read_canonical

CONTEXT: Final = b"clew-bundle-1"

MOST_OF_A_KIND: Final = 1000
"""Envelopes, and receipts: the receipts for all envelopes of one bundle fit into the next one back."""

MAX_BUNDLE: Final = 64 * MIB
"""Bytes: it is held in memory while it is judged. A thousand letters of the usual size are some 20 MB."""

MAX_INDEX: Final = 512 * 1024
"""Bytes: two thousand entries are about half of it."""

INDEX: Final = "index.json"

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_VERSION: Final = 10
"""Of the ZIP format (APPNOTE, 4.4.3): stored files need no more than 1.0."""
_FIRST_DAY: Final = 0x21
"""1 January 1980, the first day that the format can write: when a bundle was made stands nowhere."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle says to be; `signature` is over `signed`, the canonical form of the index without it."""

    sender: str
    recipient: str
    envelopes: tuple[bytes, ...]
    receipts: tuple[bytes, ...]
    signature: str
    signed: bytes
    digest: str


def make_bundle(
    *,
    sender: str,
    recipient: str,
    envelopes: Sequence[bytes],
    receipts: Sequence[bytes],
    transport_key: Ed25519PrivateKey,
) -> bytes:
    """Put envelopes and receipts into one file; the same ones in the same order give the same bytes.

    Raises:
        Refusal: `too-many`, `too-large`, `bad-field` where there is nothing to put in, `not-as-listed` where the same
            file is put in twice.
    """
    entries = _listed(envelopes, receipts)
    content = {"clew": schema.VERSION, "from": sender, "to": recipient, "entries": entries}
    _refuse_what_is_too_much(envelopes, receipts)
    schema.check(content, "bundle")
    signature = sign_in_context(transport_key, CONTEXT, canonical(content))
    index = canonical({**content, "signature": signature})
    raw = b"".join(_archive(index, envelopes, receipts))
    if len(raw) > MAX_BUNDLE:
        raise Refusal("too-large")
    return raw


def read_bundle(raw: bytes) -> Bundle:
    """Read a bundle without believing it yet: who says to have sent it, to whom, and what is in it.

    Raises:
        Refusal: `not-a-bundle` where a single byte is not as `make_bundle` writes it; `not-as-listed`, `too-many`,
            `too-large`, or as `strict_json.read_canonical` and `schema.check` for the index.
    """
    if len(raw) > MAX_BUNDLE:
        raise Refusal("too-large")
    # Followed no further than a bundle can reach: a file of empty entries must not fill the memory.
    found = list(islice(_entries(raw), 2 * MOST_OF_A_KIND + 2))
    if not found:
        raise Refusal("not-a-bundle")
    if len(found) > 2 * MOST_OF_A_KIND + 1:
        raise Refusal("too-many")
    index = found[0][1]
    envelopes = tuple(content for name, content in found[1:] if name.endswith(b"-envelope.json"))
    receipts = tuple(content for name, content in found[1:] if not name.endswith(b"-envelope.json"))
    if not _is_exactly(raw, _archive(index, envelopes, receipts)):
        raise Refusal("not-a-bundle")
    content = read_canonical(index, max_bytes=MAX_INDEX)
    signature = content.pop("signature", "")
    if not isinstance(signature, str) or not signature:
        raise Refusal("bad-signature")
    if content.get("clew") != schema.VERSION:
        raise Refusal("unknown-version")
    _refuse_what_is_too_much(envelopes, receipts)
    schema.check(content, "bundle")
    _refuse_unless_listed(content["entries"], _listed(envelopes, receipts))
    return Bundle(content["from"], content["to"], envelopes, receipts, signature, canonical(content), digest(raw))


def verify_bundle(bundle: Bundle, *, transport_key: bytes, own_uid: str) -> None:
    """Verify the index with the key pinned for the sender. What is in the bundle is not judged by it.

    Raises:
        Refusal: `bad-signature`, `wrong-recipient`.
    """
    check_in_context(transport_key, CONTEXT, bundle.signed, bundle.signature)
    if bundle.recipient != own_uid:
        raise Refusal("wrong-recipient")


def entry_name(number: int, kind: str) -> str:
    """The name of an entry: its number from 1, and `envelope` or `receipt`."""
    return f"{number:04d}-{kind}.json"


def _kinds(envelopes: Sequence[bytes], receipts: Sequence[bytes]) -> Iterator[tuple[int, str, bytes]]:
    kinds = [*(("envelope", one) for one in envelopes), *(("receipt", one) for one in receipts)]
    for number, (kind, content) in enumerate(kinds, start=1):
        yield number, kind, content


def _listed(envelopes: Sequence[bytes], receipts: Sequence[bytes]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, kind, content in _kinds(envelopes, receipts):
        digested = digest(content)
        if digested in seen:
            raise Refusal("not-as-listed", entry_name(number, kind))
        seen.add(digested)
        listed.append({"n": number, "kind": kind, "digest": digested, "size": len(content)})
    return listed


def _refuse_unless_listed(listed: list[dict[str, Any]], found: list[dict[str, Any]]) -> None:
    for said, here in zip(listed, found, strict=False):
        if said != here:
            raise Refusal("not-as-listed", entry_name(here["n"], here["kind"]))
    if len(listed) != len(found):
        raise Refusal("not-as-listed")


def _refuse_what_is_too_much(envelopes: Sequence[bytes], receipts: Sequence[bytes]) -> None:
    if len(envelopes) > MOST_OF_A_KIND or len(receipts) > MOST_OF_A_KIND:
        raise Refusal("too-many")
    for number, kind, content in _kinds(envelopes, receipts):
        if len(content) > (MAX_ENVELOPE if kind == "envelope" else MAX_RECEIPT):
            raise Refusal("too-large", entry_name(number, kind))


def _entries(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names and contents, as far as they can be followed from the beginning; whether that was right is seen later."""
    at = 0
    while raw.startswith(b"PK\x03\x04", at) and at + _LOCAL.size <= len(raw):
        size, name_length = _LOCAL.unpack_from(raw, at)[8:10]
        begins = at + _LOCAL.size + name_length
        yield raw[at + _LOCAL.size : begins], raw[begins : begins + size]
        at = begins + size


def _archive(index: bytes, envelopes: Sequence[bytes], receipts: Sequence[bytes]) -> Iterator[bytes]:
    """The only archive of these files, in pieces."""
    files = [(INDEX, index), *((entry_name(n, kind), content) for n, kind, content in _kinds(envelopes, receipts))]
    central = []
    at = 0
    for name, content in files:
        facts = (_VERSION, 0, 0, 0, _FIRST_DAY, zlib.crc32(content), len(content), len(content), len(name), 0)
        central.append(_CENTRAL.pack(b"PK\x01\x02", _VERSION, *facts, 0, 0, 0, 0, at) + name.encode("ascii"))
        yield _LOCAL.pack(b"PK\x03\x04", *facts) + name.encode("ascii")
        yield content
        at += _LOCAL.size + len(name) + len(content)
    directory = b"".join(central)
    yield directory
    yield _END.pack(b"PK\x05\x06", 0, 0, len(files), len(files), len(directory), at, 0)


def _is_exactly(raw: bytes, pieces: Iterator[bytes]) -> bool:
    at = 0
    for piece in pieces:
        if not raw.startswith(piece, at):
            return False
        at += len(piece)
    return at == len(raw)
