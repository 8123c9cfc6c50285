"""The story of the demonstration: one fictional case, told in steps that each know whether they are done already.

Every act calls the same actions as the pages, inside the node it concerns; between nodes nothing passes but real
letters, and, as in life, what two officers hand over in person: node cards, and fingerprints read out on the phone.
Because every act asks first whether it is done, a story that was interrupted anywhere is simply told again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from clew.demo.places import DemoProblem
from clew.demo.stages import ActEnded, Stages

LETTER_LIMIT = 60.0
"""Seconds to wait for a letter before saying that it did not arrive."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: which node acts, what it does, and how it is told."""

    node: str
    act: str
    sentence: str
    arguments: tuple[tuple[str, Any], ...] = ()
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """A step that is through, with what the node said about it."""

    number: int
    of: int
    step: Step
    detail: str


def step(node: str, act: str, sentence: str, /, *, waits: bool = False, **arguments: Any) -> Step:
    """A step of the story; `waits` marks acts that need a letter which is still on its way."""
    return Step(node, act, sentence, tuple(arguments.items()), waits)


def tell(stages: Stages, steps: tuple[Step, ...], on_ended: Callable[[str], None] | None = None) -> Iterator[Told]:
    """Play the steps in order.

    Args:
        on_ended: called with the node's name when an act was cut off, before it is asked for again; without it the
            story ends there.

    Raises:
        DemoProblem: an act was refused, or a letter did not arrive in time.
    """
    for number, one in enumerate(steps, start=1):
        detail = _perform(stages, one, on_ended)
        yield Told(number, len(steps), one, detail)


def _perform(stages: Stages, one: Step, on_ended: Callable[[str], None] | None) -> str:
    deadline = time.monotonic() + LETTER_LIMIT
    while True:
        try:
            told = stages.perform(one.node, one.act, **_filled(stages, one))
        except ActEnded:
            if on_ended is None:
                raise
            on_ended(one.node)
            # What a killed process left half-done is taken up anew, and has its whole time again.
            deadline = time.monotonic() + LETTER_LIMIT
            continue
        if not (one.waits and told == "not yet"):
            return str(told or "")
        if time.monotonic() > deadline:
            raise DemoProblem(f"{one.node}: no letter came within {LETTER_LIMIT:.0f} s for: {one.sentence}")
        time.sleep(0.1)


def _filled(stages: Stages, one: Step) -> dict[str, Any]:
    """Arguments of the form `card of NODE` are what that node's officer hands over in person."""
    filled = dict(one.arguments)
    for name, value in filled.items():
        if isinstance(value, str) and value.startswith("card of "):
            filled[name] = stages.perform(value.removeprefix("card of "), "setting.hand_over_card")
    return filled
