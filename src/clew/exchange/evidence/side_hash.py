"""SHA-256 beside the work: hashing lets other threads run, so a second processor does it while the first one seals."""

from __future__ import annotations

import hashlib
import threading
from queue import Queue
from types import TracebackType
from typing import Final, Self

WAITING: Final = 4
"""Blocks that may wait for their turn; with blocks of 1 MiB this bounds what is held in memory."""


class SideHash:
    """A running SHA-256 that takes its blocks in a thread of its own, in their order.

    To be used with `with`: the thread ends with the block, also where something else went wrong in it.
    """

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self._blocks: Queue[bytes | None] = Queue(WAITING)
        self._thread = threading.Thread(target=self._take, name="clew-side-hash", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def update(self, block: bytes) -> None:
        """Take one more block; waits where the hashing is behind."""
        self._blocks.put(block)

    def hexdigest(self) -> str:
        """The digest of all blocks; nothing is taken after it."""
        self._end()
        return self._hash.hexdigest()

    def _end(self) -> None:
        if self._thread.is_alive():
            self._blocks.put(None)
            self._thread.join()

    def _take(self) -> None:
        while (block := self._blocks.get()) is not None:
            self._hash.update(block)
