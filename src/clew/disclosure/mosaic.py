"""Facts that together could name a person: a date, a street and a province can be enough.

Per protected person, the statements that would leave are sorted into kinds of `mosaic.yaml`; two distinct kinds make a
group. A statement's day (`seen_on`) counts as a date beside whatever else the statement says.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from clew.disclosure.facts import StatementFacts
from clew.vocabulary.model import lineage

TABLE = Path(__file__).parent / "mosaic.yaml"
DATE = "date"
NOBODY_KNOWN = 0
"""Stands for whoever a statement concerns where that is not known."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact: how far one of it narrows the circle of people, and why."""

    code: str
    weight: int
    why: str


@dataclass(frozen=True, slots=True)
class Table:
    """The kinds, which property (`Schema:prop`) is of which, and from where on a group is shown and called strong."""

    kinds: Mapping[str, Kind]
    of_property: Mapping[str, str]
    shown_from_kinds: int
    strong_from_weight: int
    mark: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One fact of a group: the statement, its kind, and the level it is coarsened to ("" where it is exact)."""

    statement: int
    kind: str
    level: str


@dataclass(frozen=True, slots=True)
class Group:
    """What would leave about one person and could name her together."""

    person: int
    pieces: tuple[Piece, ...]
    strong: bool

    @property
    def kinds(self) -> tuple[str, ...]:
        """The distinct kinds, in the order in which they first appear."""
        return tuple(dict.fromkeys(each.kind for each in self.pieces))

    @property
    def tokens(self) -> frozenset[str]:
        """Each fact with its exactness, as a text without any value: what an officer's answer holds for."""
        return frozenset(f"{self.person}:{each.statement}:{each.kind}:{each.level}" for each in self.pieces)


def groups(
    leaving: Iterable[StatementFacts],
    protected: Collection[int],
    levels: Mapping[int, str],
    table: Table | None = None,
) -> tuple[Group, ...]:
    """The groups among the statements that would leave, by person.

    `protected`: the persons whose recognition is to be feared. `levels`: how statements are coarsened, by number.
    """
    table = table or shipped_table()
    pieces: dict[int, list[Piece]] = {}
    for each in leaving:
        found = tuple(_pieces(each, levels.get(each.id, ""), table))
        for person in _concerned(each, protected):
            pieces.setdefault(person, []).extend(found)
    made = (_group(person, found, table) for person, found in sorted(pieces.items()))
    return tuple(each for each in made if len(each.kinds) >= table.shown_from_kinds)


def _concerned(each: StatementFacts, protected: Collection[int]) -> set[int]:
    if each.concerns is None:
        return {NOBODY_KNOWN}
    return {*each.concerns, each.entity, *(() if each.refers_to is None else (each.refers_to,))} & set(protected)


def _pieces(each: StatementFacts, level: str, table: Table) -> Iterator[Piece]:
    kind = _kind(each.schema, each.prop, table)
    if kind:
        yield Piece(each.id, kind, level)
    # A coarsened statement travels without its day.
    if each.seen_on is not None and not level and kind != DATE:
        yield Piece(each.id, DATE, "")


def _kind(schema: str, prop: str, table: Table) -> str:
    try:
        levels = lineage(schema)
    except LookupError:
        return ""
    names = [name for level in levels for name in level]
    return next((found for name in names if (found := table.of_property.get(f"{name}:{prop}"))), "")


def _group(person: int, pieces: list[Piece], table: Table) -> Group:
    weights: dict[str, int] = {}
    for each in pieces:
        weight = min(1, table.kinds[each.kind].weight) if each.level else table.kinds[each.kind].weight
        weights[each.kind] = max(weight, weights.get(each.kind, 0))
    return Group(person, tuple(pieces), sum(weights.values()) >= table.strong_from_weight)


def read_table(text: str) -> Table:
    """The table from its YAML. Raises `KeyError` or `ValueError` where it is not whole."""
    plain = yaml.safe_load(text)
    kinds = {code: Kind(code, int(said["weight"]), str(said["why"])) for code, said in plain["kinds"].items()}
    of_property: dict[str, str] = {}
    for code, said in plain["kinds"].items():
        for name in said["properties"]:
            if of_property.setdefault(name, code) != code:
                raise ValueError(f"mosaic.yaml: {name} stands under two kinds.")
    return Table(kinds, of_property, int(plain["shown_from_kinds"]), int(plain["strong_from_weight"]), plain["mark"])


@cache
def shipped_table() -> Table:
    """The table that comes with Clew."""
    return read_table(TABLE.read_text(encoding="utf-8"))
