"""Chooses what an own-use export holds, and counts what is left out, by reason.

What is decided is decided in `deciding`. A value that identifies a protected person is sealed in the store and is not
opened here; any other text that repeats one of them is left out as well.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from clew import vocabulary
from clew.dossier.folding import fold
from clew.dossier.handling import strictest
from clew.dossier.types import Statement
from clew.node.accounts.actions import Officer
from clew.node.dossier.queries import entities_of_source, protected_texts, standing_statements
from clew.node.transfer.exporting.deciding import NAMES, OUTSIDE, ExportRuling, decide_export, restriction_words

MOST_SPOKEN_OF = 5_000
"""Entities of one source that are asked for protected names; a longer list is an import of rows of its own."""


@dataclass(frozen=True, slots=True)
class ExportedFact:
    """One fact of the file. `refers_to` is the number of another entity of the file, 0 for a value.

    `restriction` is what must be read beside the value.
    """

    prop: str
    value: str
    refers_to: int
    restriction: str
    statement: Statement


@dataclass(slots=True)
class ExportedEntity:
    """One entity of the file, numbered from 1 within it: the store's own numbers never leave the node."""

    number: int
    schema: str
    facts: list[ExportedFact] = field(default_factory=list)


@dataclass(slots=True)
class Collected:
    """What the file will hold, what is left out by reason, what is restricted, and the strictest handling code."""

    entities: list[ExportedEntity] = field(default_factory=list)
    withheld: Counter[str] = field(default_factory=Counter)
    restricted: Counter[str] = field(default_factory=Counter)
    handling: str = "H0"

    @property
    def facts(self) -> int:
        """Number of facts in the file."""
        return sum(len(one.facts) for one in self.entities)


def collect(
    *, officer: Officer, entity_ids: Iterable[int], purpose: str, now: dt.datetime, room: bool = True
) -> Collected:
    """What the officer may see of these entities and the links between them, less what may not stand in a file.

    Args:
        room: whether the format can carry a restriction beside each value.
    """
    found = standing_statements(officer=officer, entity_ids=entity_ids)
    everything = [one for statements in found.values() for one in statements]
    rulings = decide_export(officer=officer, statements=everything, purpose=purpose, now=now, room=room)
    chosen = _with_both_ends(found)
    guarded = _protected_names(found)
    numbers = {entity: number for number, entity in enumerate(chosen, start=1)}
    by_member = {one.entity_id: numbers[root] for root in chosen for one in found[root]} | numbers
    result = Collected()
    for entity, number in numbers.items():
        exported = ExportedEntity(number, found[entity][0].schema)
        for statement in found[entity]:
            _add(exported, statement, rulings[statement.id], by_member, guarded, result)
        result.entities.append(exported)
    return result


def _with_both_ends(found: dict[int, list[Statement]]) -> list[int]:
    """The entities in their order; a link only where none of its ends lies outside."""

    known = {one.entity_id for statements in found.values() for one in statements} | set(found)
    return [
        root
        for root, statements in found.items()
        if not vocabulary.is_edge(statements[0].schema)
        or all(one.refers_to in known for one in statements if one.refers_to)
    ]


def _add(
    entity: ExportedEntity,
    statement: Statement,
    ruling: ExportRuling,
    numbers: dict[int, int],
    guarded: list[str],
    result: Collected,
) -> None:
    target = numbers.get(statement.refers_to, 0) if statement.refers_to else 0
    reason = "" if ruling.permitted else ruling.reasons[0]
    if ruling.permitted and statement.refers_to and not target:
        reason = OUTSIDE
    elif ruling.permitted and not target and _names_someone(f"{statement.value} {statement.original or ''}", guarded):
        reason = NAMES
    if reason:
        result.withheld[reason] += 1
        return
    result.restricted.update(ruling.restrictions)
    restriction = restriction_words(ruling.restrictions, statement.source.handling_text)
    entity.facts.append(ExportedFact(statement.prop, statement.value or "", target, restriction, statement))
    result.handling = strictest(strictest(statement.handling, statement.source.handling), result.handling)


def _protected_names(found: dict[int, list[Statement]]) -> list[str]:
    """Folded values that identify protected persons of whom these sources speak."""
    entities = set(found)
    for source in {one.source.id for statements in found.values() for one in statements}:
        spoken = entities_of_source(source)
        if len(spoken) <= MOST_SPOKEN_OF:
            entities |= set(spoken)
    return sorted({f" {one.folded} " for one in protected_texts(case_entity_ids=entities)})


def _names_someone(text: str, guarded: list[str]) -> bool:
    folded = f" {fold(text)} " if guarded else ""
    return any(name in folded for name in guarded)
