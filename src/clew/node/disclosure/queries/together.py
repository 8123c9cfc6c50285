"""Facts of a letter that could name a person together, with the coarser values that each can leave with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from clew.node.disclosure.coarsening import KINDS, LEVELS, OMIT, options


@dataclass(frozen=True, slots=True)
class Choice:
    """One coarser value: what is posted to choose it, the level's name, and the value itself."""

    posted: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a group. `value` is as it would leave; `level` the name of its level, "" where it leaves exactly.

    `value` and the values of `choices` are empty where they are sealed from this officer.
    """

    statement: int
    kinds: str
    label: str
    value: str
    level: str
    choices: tuple[Choice, ...]

    @property
    def exactly(self) -> str:
        """What is posted to say it exactly again."""
        return f"{self.statement}:"

    @property
    def left_out(self) -> str:
        """What is posted to leave it out."""
        return f"{self.statement}:{OMIT}"


@dataclass(frozen=True, slots=True)
class Together:
    """What could name one person together; `person` is her caption for this officer, or ""."""

    person: str
    kinds: str
    strong: bool
    facts: tuple[Fact, ...]


def facts_together(
    mosaic: list[dict[str, Any]],
    statements: Mapping[int, dict[str, Any]],
    shown: Callable[[dict[str, Any]], tuple[str, str, bool]],
    caption: Callable[[int], str],
) -> tuple[Together, ...]:
    """The groups as a page shows them. `shown` gives a statement's label, its value, and whether it is sealed."""
    return tuple(_together(each, statements, shown, caption) for each in mosaic)


def _together(
    group: dict[str, Any],
    statements: Mapping[int, dict[str, Any]],
    shown: Callable[[dict[str, Any]], tuple[str, str, bool]],
    caption: Callable[[int], str],
) -> Together:
    kinds: dict[int, list[str]] = {}
    levels: dict[int, str] = {}
    for piece in group["pieces"]:
        kinds.setdefault(piece["statement"], []).append(piece["kind"])
        levels[piece["statement"]] = levels.get(piece["statement"], "") or piece["level"]
    facts = [_fact(statements[each], kinds[each], levels[each], shown) for each in kinds]
    distinct = dict.fromkeys(piece["kind"] for piece in group["pieces"])
    return Together(caption(group["person"]), ", ".join(str(KINDS[each]) for each in distinct), group["strong"],
                    tuple(facts))  # fmt: skip


def _fact(
    stored: dict[str, Any], kinds: list[str], level: str, shown: Callable[[dict[str, Any]], tuple[str, str, bool]]
) -> Fact:
    label, value, sealed = shown(stored)
    found = options(stored["schema"], stored["prop"], stored["value"], link=stored["refers_to"] is not None)
    as_it_leaves = next((each.value for each in found if each.level == level), "") if level else value
    return Fact(
        statement=stored["id"],
        kinds=", ".join(str(KINDS[each]) for each in kinds),
        label=label,
        value="" if sealed else as_it_leaves,
        level=str(LEVELS[level]) if level else "",
        choices=tuple(
            Choice(f"{stored['id']}:{each.level}", str(LEVELS[each.level]), "" if sealed else each.value)
            for each in found
            if each.level != level
        ),
    )
