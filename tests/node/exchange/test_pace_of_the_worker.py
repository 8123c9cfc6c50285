"""How often the worker looks whether there is something to do."""

from __future__ import annotations

import threading

import pytest

from clew.node.exchange import worker


class Recorded(threading.Event):
    """Ends the worker after so many waits, and keeps how long each was to be."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.pauses = most, list[float]()

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0.0)
        if len(self.pauses) == self.most:
            self.set()
        return self.is_set()


def test_a_quiet_node_looks_less_often_and_as_often_as_before_once_something_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks = iter([*[worker.Round()] * (worker.QUIET + 2), worker.Round(opened=1), *[worker.Round()] * 3])
    monkeypatch.setattr(worker, "run_once", lambda **_: next(looks))
    stopping = Recorded(worker.QUIET + 5)
    worker.run(stopping)
    often, seldom = [worker.PAUSE], [worker.QUIET_PAUSE]
    assert stopping.pauses == often * (worker.QUIET - 1) + seldom * 3 + often * 3
