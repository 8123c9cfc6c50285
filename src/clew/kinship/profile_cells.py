"""Cells of a piece of a CSV file, many at once: where each begins and ends, and a number for each different text.

Millions of profiles are read at a small part of what taking them apart cell by cell would cost. Only plain pieces are
taken: without quotes, every row with as many cells as the first. All others are left to the `csv` module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

WORD = 8
"""Bytes that are compared at once; most cells (`12/16`) have fewer."""
SLOT_BITS = 12
ODD, SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(64 - SLOT_BITS)
"""Multiplicative hashing (Knuth, The Art of Computer Programming 3, section 6.4), with the golden ratio."""
NEWLINE = 10
SPACE = 32

Numbers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Cells:
    """A piece of a file. `starts`, `ends`: rows x cells, places in `raw`."""

    raw: bytes
    starts: Numbers
    ends: Numbers

    def __len__(self) -> int:
        return len(self.starts)

    def text(self, row: int, place: int) -> str:
        """The text of one cell."""
        return self.raw[self.starts[row, place] : self.ends[row, place]].decode()

    def words(self, place: int) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """The cells of one place as words, padded with zeros; and which of them are longer than a word."""
        every = np.ndarray((len(self.raw) - WORD + 1,), dtype="<u8", buffer=self.raw, strides=(1,))
        starts = np.ascontiguousarray(self.starts[:, place])
        lengths = self.ends[:, place] - starts
        return every[starts] & _MASKS[np.minimum(lengths, WORD)], lengths > WORD

    def ids(self, place: int) -> NDArray[np.bytes_] | None:
        """The cells of one place as ids; None where one is void, or has a space at an end."""
        starts, ends = self.starts[:, place], self.ends[:, place]
        bytes_ = np.frombuffer(self.raw, dtype=np.uint8)
        if (starts == ends).any() or (bytes_[starts] == SPACE).any() or (bytes_[ends - 1] == SPACE).any():
            return None
        width = int((ends - starts).max())
        places = starts[:, None] + np.arange(width)
        own = np.where(places < ends[:, None], bytes_[np.minimum(places, len(bytes_) - 1)], 0)
        return np.ascontiguousarray(own, dtype=np.uint8).view(f"S{width}").ravel()


def cells_of(piece: bytes, separator: bytes, width: int) -> Cells | None:
    """The cells of whole rows, the last of which ends with a newline; None where the piece is not plain."""
    piece = piece.replace(b"\r\n", b"\n")
    if not piece.isascii() or any(each in piece for each in (b'"', b"\r", b"\0")):
        return None
    bytes_ = np.frombuffer(piece, dtype=np.uint8)
    ends = np.flatnonzero((bytes_ == ord(separator)) | (bytes_ == NEWLINE))
    if not len(ends) or len(ends) % width or (bytes_[ends[width - 1 :: width]] != NEWLINE).any():
        return None
    if piece.count(b"\n") * width != len(ends):
        return None
    starts = np.concatenate(([0], ends[:-1] + 1))
    return Cells(piece + bytes(WORD), starts.reshape(-1, width), ends.reshape(-1, width))


@dataclass(slots=True)
class Numbered:
    """The number of every text met so far at one place of a file.

    `words`, `numbers`: the texts of one word, in the order of their words. `slots`: where a word multiplied by `ODD`
    leads, the place of one such word; the few that meet in one slot are searched for.
    """

    known: dict[str, int] = field(default_factory=dict)
    words: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(1, dtype=np.uint64))
    numbers: Numbers = field(default_factory=lambda: np.full(1, -1))
    slots: Numbers = field(default_factory=lambda: np.zeros(1 << SLOT_BITS, dtype=np.intp))

    def number(self, text: str, row: int, give: Callable[[int, str], int]) -> int:
        """The number of a text; `give(row, text)` says that of one that is new, or raises."""
        found = self.known.get(text)
        if found is None:
            found = self.known[text] = give(row, text)
        return found

    def of(self, cells: Cells, place: int, give: Callable[[int, str], int]) -> Numbers:
        """The number of each cell of one place; rows are asked about in their order."""
        words, long = cells.words(place)
        found = self._found(words)
        new = np.flatnonzero((found < 0) & ~long)
        if len(new):
            _words, first = np.unique(words[new], return_index=True)
            for row in new[np.sort(first)].tolist():
                self.number(cells.text(row, place), row, give)
            self._lay_out()
            found = self._found(words)
        for row in np.flatnonzero(long).tolist():
            found[row] = self.number(cells.text(row, place), row, give)
        return found

    def _found(self, words: NDArray[np.uint64]) -> Numbers:
        """The number of each word; -1 where it was not met."""
        places = self.slots[(words * ODD) >> SHIFT]
        others = np.flatnonzero(self.words[places] != words)
        places[others] = np.minimum(np.searchsorted(self.words, words[others]), len(self.words) - 1)
        found: Numbers = self.numbers[places]
        strange = others[self.words[places[others]] != words[others]]
        found[strange] = -1
        return found

    def _lay_out(self) -> None:
        short = {text: number for text, number in self.known.items() if len(text.encode()) <= WORD}
        words = np.array([int.from_bytes(each.encode(), "little") for each in short], dtype=np.uint64)
        order = np.argsort(words)
        self.words, self.numbers = words[order], np.array(list(short.values()), dtype=np.intp)[order]
        self.slots[(self.words * ODD) >> SHIFT] = np.arange(len(words))


_MASKS = np.array([(1 << (8 * length)) - 1 for length in range(WORD + 1)], dtype=np.uint64)
