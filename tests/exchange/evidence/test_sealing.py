"""A file is sealed as one stream, cut into parts, and opens only whole, unchanged, in order and with its own key."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.exchange.evidence.sealing import BLOCK, SealedFile, new_key, open_file, seal_file
from clew.exchange.refusals import Refusal

KEY = new_key()
CONTENT = bytes(range(256)) * 3
PART = 200


class Kept(io.BytesIO):
    def finish(self) -> None:
        """Nothing to make durable."""


@dataclass
class Sealed:
    """A sealed file whose parts are held in memory."""

    content: bytes
    key: str = KEY
    part_size: int = PART
    parts: list[Kept] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.file = seal_file([self.content], self.key, self._write, part_size=self.part_size)

    def _write(self, part: int) -> Kept:
        assert part == len(self.parts) + 1
        self.parts.append(Kept())
        return self.parts[-1]

    @property
    def pieces(self) -> list[bytes]:
        return [part.getvalue() for part in self.parts]


def opened(pieces: list[bytes], expected: SealedFile, key: str = KEY) -> bytes:
    out = io.BytesIO()
    open_file(pieces, key, expected, out.write)
    return out.getvalue()


def code_of(pieces: list[bytes], expected: SealedFile, key: str = KEY) -> str:
    with pytest.raises(Refusal) as refused:
        opened(pieces, expected, key)
    return refused.value.code


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200_000), st.integers(1, 70_000), st.data())
def test_what_was_sealed_opens_to_itself_however_it_was_cut(
    content: bytes, part_size: int, data: st.DataObject
) -> None:
    part_size = max(part_size, len(content) // 50 + 1)
    at = data.draw(st.integers(0, len(content)))
    parts: list[Kept] = []

    def write(_part: int) -> Kept:
        parts.append(Kept())
        return parts[-1]

    file = seal_file([content[:at], b"", content[at:]], KEY, write, part_size=part_size)
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert [file.size_of(n) for n in range(1, len(parts) + 1)] == [len(part.getvalue()) for part in parts]
    assert list(file.parts) == [hashlib.sha256(part.getvalue()).hexdigest() for part in parts]
    assert opened([part.getvalue() for part in parts], file) == content


def test_any_age_tool_opens_the_parts_put_together_again() -> None:
    sealed = Sealed(CONTENT)
    assert pyrage.decrypt(b"".join(sealed.pieces), [pyrage.x25519.Identity.from_str(KEY)]) == CONTENT


def test_an_empty_file_has_one_part_that_is_checked_like_any_other() -> None:
    sealed = Sealed(b"", part_size=10_000)
    assert len(sealed.parts) == 1
    assert opened(sealed.pieces, sealed.file) == b""
    assert code_of([sealed.pieces[0][:-1]], sealed.file) == "not-openable"


def test_every_single_bit_that_is_changed_is_noticed() -> None:
    sealed = Sealed(b"fictional", part_size=100_000)
    (whole,) = sealed.pieces
    for at in range(len(whole) * 8):
        changed = bytearray(whole)
        changed[at // 8] ^= 1 << at % 8
        assert code_of([bytes(changed)], sealed.file) == "not-openable", at


CHANGES: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "a part is missing in the middle": lambda parts: parts[:1] + parts[2:],
    "the last part is missing": lambda parts: parts[:-1],
    "nothing has come": lambda _parts: [],
    "the last byte is missing": lambda parts: [*parts[:-1], parts[-1][:-1]],
    "a byte stands behind the end": lambda parts: [*parts, b"x"],
    "a part came twice": lambda parts: [*parts[:2], *parts[1:]],
    "two parts are exchanged": lambda parts: [parts[1], parts[0], *parts[2:]],
    "the whole came twice": lambda parts: parts + parts,
}


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("size", [700, 65_536, 3 * 65_536], ids=["short", "one chunk of age", "three chunks of age"])
def test_parts_that_are_not_those_of_the_file_in_their_order_do_not_open(what: str, size: int) -> None:
    sealed = Sealed(bytes(size), part_size=max(PART, size // 4))
    assert code_of(CHANGES[what](sealed.pieces), sealed.file) == "not-openable"


def test_chunks_of_age_that_changed_places_are_noticed_by_age_itself() -> None:
    sealed = Sealed(b"".join(bytes([n]) * 65_536 for n in range(4)), part_size=10_000_000)
    (whole,) = sealed.pieces
    first = len(whole) - 4 * (65_536 + 16)
    chunks = [whole[first + n * 65_552 : first + (n + 1) * 65_552] for n in range(4)]
    assert code_of([whole[:first], chunks[1], chunks[0], chunks[2], chunks[3]], sealed.file) == "not-openable"


def test_a_part_of_another_file_under_the_same_key_does_not_open() -> None:
    one, other = Sealed(b"a" * 5_000, part_size=1_000), Sealed(b"b" * 5_000, part_size=1_000)
    assert code_of([*one.pieces[:2], other.pieces[2], *one.pieces[3:]], one.file) == "not-openable"


def test_another_file_under_the_same_key_is_not_the_one_that_was_announced() -> None:
    one, other = Sealed(b"a" * 500), Sealed(b"b" * 500)
    assert code_of(other.pieces, one.file) == "not-as-announced"
    assert code_of(Sealed(b"a" * 499).pieces, one.file) == "not-as-announced"


@pytest.mark.parametrize(
    "key",
    [new_key(), "", "AGE-SECRET-KEY-1", KEY.lower()[:-1], "AGE-SECRET-KEY-1" + "Q" * 58],
    ids=["new", "none", "beginning", "cut", "no key"],
)
def test_another_key_opens_nothing(key: str) -> None:
    sealed = Sealed(CONTENT)
    assert code_of(sealed.pieces, sealed.file, key) == "not-openable"


def test_more_than_was_announced_is_not_given_out() -> None:
    sealed, taken = Sealed(bytes(4 * BLOCK), part_size=BLOCK), []
    announced = replace(sealed.file, size=BLOCK)
    with pytest.raises(Refusal, match="not-as-announced"):
        open_file(sealed.pieces, KEY, announced, lambda piece: taken.append(len(piece)))
    assert sum(taken) == BLOCK


def test_an_error_of_who_reads_or_writes_comes_through_as_it_is() -> None:
    class NoRoom(OSError):
        """As from a full disk."""

    def broken() -> Iterator[bytes]:
        yield large.pieces[0]
        raise NoRoom

    def full(_content: object) -> None:
        raise NoRoom

    class Full(Kept):
        def write(self, _content: object) -> int:
            raise NoRoom

    large = Sealed(bytes(2 * BLOCK), part_size=BLOCK)
    for attempt in (
        lambda: seal_file(broken(), KEY, lambda _part: Kept()),
        lambda: seal_file([CONTENT], KEY, lambda _part: Full()),
        lambda: open_file(broken(), KEY, large.file, lambda _piece: None),
        lambda: open_file(large.pieces, KEY, large.file, full),
        lambda: open_file(Sealed(CONTENT).pieces, KEY, Sealed(CONTENT).file, full),
    ):
        with pytest.raises(NoRoom):
            attempt()


def test_progress_adds_up_to_the_file() -> None:
    seen: list[int] = []
    content = bytes(3 * BLOCK + 5)
    parts: list[Kept] = []

    def write(_part: int) -> Kept:
        parts.append(Kept())
        return parts[-1]

    file = seal_file([content], KEY, write, progress=seen.append)
    assert sum(seen) == len(content)
    seen.clear()
    open_file([part.getvalue() for part in parts], KEY, file, lambda _piece: None, progress=seen.append)
    assert sum(seen) == len(content)
    assert len(seen) > 1
