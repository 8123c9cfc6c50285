"""Kills this process, SIGKILL, at a point that the environment names: `MODULE NAME N before|after`.

NAME is a function of the module, or a method as `Class.method`. The process dies at the Nth call of it, before it does
anything or after it has done all. Other than tests/faults/killing, which finds commits, this also dies between them:
while a file is written, or between two parts.
"""

from __future__ import annotations

import functools
import importlib
import itertools
import os
import signal
from typing import Any, NoReturn

AT = "CLEW_TESTS_KILLED_AT"


def die_where_told() -> None:
    """Arrange it, where the environment names a point; the node is set up already."""
    point = os.environ.get(AT, "")
    if not point:
        return
    module, name, number, when = point.split()
    owner: Any = importlib.import_module(module)
    *inside, last = name.split(".")
    for one in inside:
        owner = getattr(owner, one)
    setattr(owner, last, _deadly(getattr(owner, last), int(number), when))


def _deadly(called: Any, number: int, when: str) -> Any:
    counted = itertools.count(1)

    @functools.wraps(called)
    def deadly(*arguments: Any, **named: Any) -> Any:
        its_turn = next(counted) == number
        if its_turn and when == "before":
            _die()
        result = called(*arguments, **named)
        if its_turn:
            _die()
        return result

    return deadly


def _die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives that")
