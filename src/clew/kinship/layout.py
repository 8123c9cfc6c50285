"""Where each person of a pedigree stands on paper: generations downwards, couples side by side, children under them.

Whoever has children with several partners, or stands in two branches of the family at once, may have more than one
place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from clew.kinship.pedigree import Pedigree


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place: `across` in columns from the left, `generation` from the top; `again` where it is not the
    first."""

    person: str
    across: float
    generation: int


@dataclass(frozen=True, slots=True)
class Couple:
    """One or two parents with their children, at their places. `related`: the parents have an ancestor in common.

    `level` keeps the lines of couples of one generation apart.
    """

    parents: tuple[Place, ...]
    children: tuple[Place, ...]
    related: bool
    level: int


@dataclass(frozen=True, slots=True)
class Layout:
    """All places and couples. `twin_places`: where the lines of twins meet, by person."""

    places: tuple[Place, ...]
    couples: tuple[Couple, ...]
    twin_places: Mapping[str, float]

    @property
    def width(self) -> float:
        """Columns from the first to the last place."""
        return max(each.across for each in self.places)

    @property
    def generations(self) -> int:
        """How many there are."""
        return max(each.generation for each in self.places) + 1

    def place(self, person: str) -> Place:
        """Where a person stands."""
        return next(each for each in self.places if each.person == person)


@dataclass(slots=True)
class _Setting:
    """The places given so far."""

    pedigree: Pedigree
    generation: Mapping[str, int]
    free: dict[int, float] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)

    def placed(self, person: str) -> Place | None:
        return next((each for each in self.places if each.person == person), None)

    def place(self, person: str, wish: float) -> Place:
        """A new place for a person, at the wish or to the right of what stands there."""
        row = self.generation[person]
        across = max(wish, self.free.get(row, 0.0))
        made = Place(person, across, row)
        self.free[row] = across + 1
        self.places.append(made)
        return made


def lay_out(pedigree: Pedigree) -> Layout:
    """Places for everyone, from the youngest generation upwards: children first, their parents over the middle of
    them."""
    generation = _generations(pedigree)
    setting = _Setting(pedigree, generation)
    families = _families(pedigree)
    lowest_first = sorted(families, key=lambda parents: -max(generation[each] for each in parents))
    drawn: list[tuple[tuple[Place, ...], tuple[Place, ...], bool]] = []
    for parents in lowest_first:
        children = tuple(setting.placed(each) or setting.place(each, 0.0) for each in families[parents])
        middle = sum(each.across for each in children) / len(children)
        drawn.append((_parents_over(parents, middle, setting), children, related(pedigree, parents)))
    for each in pedigree.ids:
        if setting.placed(each) is None:
            setting.place(each, 0.0)
    levels: dict[int, int] = {}
    couples: list[Couple] = []
    for own, children, kin in drawn:
        row = own[0].generation
        couples.append(Couple(own, children, kin, levels.get(row, 0) % 5))
        levels[row] = levels.get(row, 0) + 1
    return Layout(tuple(setting.places), tuple(couples), _twin_places(pedigree, setting))


def related(pedigree: Pedigree, persons: tuple[str, ...]) -> bool:
    """Whether two persons have an ancestor in common, or one descends from the other."""
    if len(persons) < 2:
        return False
    one, other = (_with_ancestors(pedigree, each) for each in persons)
    return bool(one & other)


def _with_ancestors(pedigree: Pedigree, person: str) -> set[str]:
    found: set[str] = set()
    left = [person]
    while left:
        each = left.pop()
        if each not in found:
            found.add(each)
            left += [one for one in (pedigree[each].father, pedigree[each].mother) if one]
    return found


def _families(pedigree: Pedigree) -> dict[tuple[str, ...], list[str]]:
    families: dict[tuple[str, ...], list[str]] = {}
    for each in pedigree:
        parents = tuple(one for one in (each.father, each.mother) if one)
        if parents:
            families.setdefault(parents, []).append(each.id)
    for children in families.values():
        children.sort(key=lambda one: pedigree.genome(one) != one)  # twins stand beside each other
        children.sort(key=lambda one: pedigree.ids.index(pedigree.genome(one)))
    return families


def _generations(pedigree: Pedigree) -> dict[str, int]:
    """Rows from the top: children stand below their parents, and the parents of a child beside each other where that is
    possible (a father and his daughter cannot)."""
    beside = {each: each for each in pedigree.ids}
    rows = _rows(pedigree, beside) or {}
    for parents in _families(pedigree):
        if len(parents) == 2:
            one, other = (beside[each] for each in parents)
            trial = {each: one if row == other else row for each, row in beside.items()}
            found = _rows(pedigree, trial)
            if found is not None:
                beside, rows = trial, found
    return rows


def _rows(pedigree: Pedigree, beside: Mapping[str, str]) -> dict[str, int] | None:
    """Rows in which those who stand beside each other share one; None where a child would stand beside its parents."""
    row = dict.fromkeys(beside.values(), 0)
    for _ in range(len(pedigree) + 1):
        before = dict(row)
        for each in pedigree:
            for parent in filter(None, (each.father, each.mother)):
                row[beside[each.id]] = max(row[beside[each.id]], row[beside[parent]] + 1)
        if row == before:
            return {each: row[beside[each]] for each in pedigree.ids}
    return None


def _parents_over(parents: tuple[str, ...], middle: float, setting: _Setting) -> tuple[Place, ...]:
    if len(parents) == 1:
        return (setting.placed(parents[0]) or setting.place(parents[0], middle),)
    first, second = (setting.placed(each) for each in parents)
    if first is None and second is None:
        left = setting.place(parents[0], middle - 0.5)
        return left, setting.place(parents[1], left.across + 1)
    if first is None:
        first = setting.place(parents[0], middle)
    if second is None:
        second = setting.place(parents[1], middle)
    return first, second


def _twin_places(pedigree: Pedigree, setting: _Setting) -> dict[str, float]:
    meeting: dict[str, float] = {}
    for each in pedigree.twins:
        own = [place.across for place in setting.places if place.person in each]
        meeting |= dict.fromkeys(each, (min(own) + max(own)) / 2)
    return meeting
