"""The worker's word that it works: a small file in the node's directory, written anew after each round.

The commands on the host, the readiness of the pages and the metrics read it; it holds times and counts. It is no
record: nothing is lost with it, so it is neither made durable nor backed up.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

FILE: Final = "worker.json"

SILENT_AFTER: Final = dt.timedelta(minutes=2)
"""After so long without a round the worker counts as silent; a round is some seconds at most."""

OFTEN_ENOUGH: Final = 1.0
"""Seconds between two writes: a busy worker ends many rounds in one."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What the worker last said.

    `seconds`: of all rounds since `started`; `longest`: of one. `done`: what the rounds did, by `worker.Round`'s names.
    `ended`: it was told to stop, and stopped.
    """

    started: dt.datetime
    at: dt.datetime
    rounds: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    done: Mapping[str, int] = field(default_factory=dict)
    ended: bool = False

    def is_silent(self, now: dt.datetime) -> bool:
        """Whether it should have been heard since."""
        return not self.ended and now - self.at > SILENT_AFTER


class Heart:
    """Writes the worker's word; used by its one thread."""

    def __init__(self, home: Path, now: dt.datetime, clock: Callable[[], float] = time.monotonic) -> None:
        self._file, self._clock = home / FILE, clock
        self._beat = Beat(now, now)
        self._written = -OFTEN_ENOUGH
        self._write()

    def beat(self, now: dt.datetime, seconds: float, done: Mapping[str, int]) -> None:
        """A round has ended that took so long and did so much."""
        last = self._beat
        self._beat = Beat(
            started=last.started,
            at=now,
            rounds=last.rounds + 1,
            seconds=last.seconds + seconds,
            longest=max(last.longest, seconds),
            done={name: last.done.get(name, 0) + number for name, number in done.items()},
        )
        if self._clock() - self._written >= OFTEN_ENOUGH:
            self._write()

    def end(self, now: dt.datetime) -> None:
        """The worker stops because it was told to."""
        self._beat = Beat(**{**asdict(self._beat), "at": now, "ended": True})
        self._write()

    def _write(self) -> None:
        part = self._file.with_name(FILE + ".part")
        said = asdict(self._beat) | {"started": self._beat.started.isoformat(), "at": self._beat.at.isoformat()}
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as stream:
                json.dump(said, stream)
            part.replace(self._file)
        except OSError:
            # A full disk must not stop the worker: opening and receipts may still work, and silence tells of itself.
            return
        self._written = self._clock()


def last_beat(home: Path) -> Beat | None:
    """What the worker of this node last said; None where it never ran here, or said nothing that can be read."""
    try:
        said = json.loads((home / FILE).read_text(encoding="ascii"))
        times = {name: dt.datetime.fromisoformat(said[name]) for name in ("started", "at")}
        return Beat(**{**said, **times})
    except (OSError, ValueError, TypeError, KeyError):
        return None
