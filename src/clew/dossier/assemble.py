"""From statements to what a page shows of an entity: facts by property, old and new side by side, and the history."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clew.dossier.types import Statement


@dataclass(frozen=True, slots=True)
class Fact:
    """One value and every statement that says so, the oldest first. `value` is None where it cannot be read."""

    value: str | None
    statements: tuple[Statement, ...]

    @property
    def accuracy(self) -> int:
        """The best accuracy anyone gave it: 1 is the best."""
        return min(statement.accuracy for statement in self.statements)

    @property
    def recorded(self) -> dt.datetime:
        """When it was first recorded."""
        return min(statement.recorded for statement in self.statements)


@dataclass(frozen=True, slots=True)
class PropertyFacts:
    """The facts of one property, newest first; several values stand side by side, none replaces another."""

    prop: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class EntityView:
    """What the statements say: the present by property name, and the corrected, retracted and undone ones."""

    properties: tuple[PropertyFacts, ...]
    history: tuple[Statement, ...]

    def facts(self, prop: str) -> tuple[Fact, ...]:
        """The facts of one property; empty where nothing is said."""
        return next((found.facts for found in self.properties if found.prop == prop), ())


def holds(statement: Statement) -> bool:
    """Whether the statement still stands: neither corrected nor retracted, and its source not undone."""
    return statement.ending is None and statement.source.undone is None


def as_of(statements: Iterable[Statement], at: dt.datetime) -> list[Statement]:
    """The statements as they stood at a moment: later ones are left out, later endings forgotten."""
    return [_then(statement, at) for statement in statements if statement.recorded <= at]


def _then(statement: Statement, at: dt.datetime) -> Statement:
    from dataclasses import replace

    source, ending = statement.source, statement.ending
    if source.undone is not None and source.undone > at:
        statement = replace(statement, source=replace(source, undone=None))
    if ending is not None and ending.at > at:
        statement = replace(statement, ending=None)
    return statement


def assemble(
    statements: Iterable[Statement], *, order: Callable[[str], tuple[int, str]] = lambda prop: (0, prop)
) -> EntityView:
    """Group statements into facts. The result does not depend on the order in which statements are given.

    Args:
        statements: of one entity, or of a group judged the same.
        order: sort key of a property's name.
    """
    ordered = sorted(statements, key=lambda statement: statement.id)
    present: dict[str, dict[tuple[str | None, int], list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for statement in ordered:
        if holds(statement):
            # Two values that cannot be read may differ, so each stands alone.
            alone = statement.id if statement.value is None else 0
            present[statement.prop][statement.value, alone].append(statement)
    properties = tuple(
        PropertyFacts(prop, _newest_first([Fact(value, tuple(said)) for (value, _alone), said in values.items()]))
        for prop, values in sorted(present.items(), key=lambda item: order(item[0]))
    )
    return EntityView(properties, tuple(s for s in reversed(ordered) if not holds(s)))


def _newest_first(facts: list[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=lambda fact: (fact.recorded, fact.statements[0].id), reverse=True))
