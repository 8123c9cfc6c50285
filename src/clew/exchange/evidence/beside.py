"""Work beside the work: hashing and writing let other threads run, so a second processor does them during sealing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import Queue
from types import TracebackType
from typing import Final, Self

WAITING: Final = 8
"""Lots of pieces that may wait for their turn: this bounds what is held in memory."""


class Beside:
    """Does something with one piece after the other, in their order, in a thread of its own.

    To be used with `with`: the thread ends with it, also where something else went wrong in between. What goes wrong in
    the thread is raised by the next `put`, or by `finish`; after it no piece is done any more.
    """

    def __init__(self, do: Callable[[bytes], object]) -> None:
        self._do = do
        self._lots: Queue[Sequence[bytes] | None] = Queue(WAITING)
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="clew-beside", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def put(self, pieces: Sequence[bytes]) -> None:
        """Hand over more pieces, several at a time and not copied; waits where the thread is behind."""
        self._raise()
        self._lots.put(pieces)

    def finish(self) -> None:
        """Wait until all pieces are done."""
        self._end()
        self._raise()

    def _end(self) -> None:
        if self._thread.is_alive():
            self._lots.put(None)
            self._thread.join()

    def _raise(self) -> None:
        if self._failed is not None:
            raise self._failed

    def _work(self) -> None:
        # They are taken to the end even after a fault: else whoever hands them over would wait for ever.
        while (pieces := self._lots.get()) is not None:
            if self._failed is None:
                try:
                    for piece in pieces:
                        self._do(piece)
                except BaseException as error:  # noqa: BLE001 - it is raised where the pieces come from
                    self._failed = error
