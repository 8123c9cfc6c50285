"""A family as a pedigree: persons, their parents, monozygotic twins, inbred founders.

    family = Pedigree.of(man("F"), woman("M"), man("SIB", "F", "M"), child("MP", "F", "M"))

A parent is "" where nobody has said who it is. Whoever has neither parent is a founder. What cannot be (own ancestor,
female father, a parent nobody listed) is refused with a sentence when the pedigree is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from clew.kinship.problems import KinshipProblem

Sex = Literal["male", "female", "unknown"]


@dataclass(frozen=True, slots=True)
class Person:
    """One person. `inbreeding` is the probability that a founder's two alleles are one by descent."""

    id: str
    father: str = ""
    mother: str = ""
    sex: Sex = "unknown"
    inbreeding: float = 0.0
    deceased: bool = False

    @property
    def is_founder(self) -> bool:
        """Whether neither parent is named."""
        return not self.father and not self.mother


def man(id: str, father: str = "", mother: str = "", *, inbreeding: float = 0.0, deceased: bool = False) -> Person:
    """A male person."""
    return Person(id, father, mother, "male", inbreeding, deceased)


def woman(id: str, father: str = "", mother: str = "", *, inbreeding: float = 0.0, deceased: bool = False) -> Person:
    """A female person."""
    return Person(id, father, mother, "female", inbreeding, deceased)


def child(id: str, father: str = "", mother: str = "") -> Person:
    """A person whose sex is not known."""
    return Person(id, father, mother)


@dataclass(frozen=True)
class Pedigree:
    """Persons in the order given, and sets of monozygotic twins. Raises `KinshipProblem` for what cannot be.

    The sex of a parent that is not said follows from the role.
    """

    persons: tuple[Person, ...]
    twins: tuple[frozenset[str], ...] = ()
    _by_id: Mapping[str, Person] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "persons", tuple(_with_sex_by_role(self.persons)))
        object.__setattr__(self, "_by_id", {each.id: each for each in self.persons})
        _check_names(self.persons)
        _check_parents(self)
        _check_ancestors(self)
        _check_inbreeding(self.persons)
        _check_twins(self)

    @classmethod
    def of(cls, *persons: Person, twins: Iterable[Iterable[str]] = ()) -> Pedigree:
        """A pedigree of these persons; `twins`: sets of ids that came from one egg."""
        return cls(persons, tuple(frozenset(each) for each in twins))

    def __getitem__(self, id: str) -> Person:
        """The person of that id. Raises `KinshipProblem` where there is none."""
        if id not in self._by_id:
            known = ", ".join(self.ids)
            raise KinshipProblem(id, "is not in the pedigree.", f"The pedigree has: {known}.")
        return self._by_id[id]

    def __contains__(self, id: object) -> bool:
        return id in self._by_id

    def __iter__(self) -> Iterator[Person]:
        return iter(self.persons)

    def __len__(self) -> int:
        return len(self.persons)

    @property
    def ids(self) -> tuple[str, ...]:
        """Everyone's id, in the order given."""
        return tuple(each.id for each in self.persons)

    @property
    def founders(self) -> tuple[Person, ...]:
        """Those without parents."""
        return tuple(each for each in self.persons if each.is_founder)

    def children(self, id: str) -> tuple[Person, ...]:
        """The children of a person, in the order given."""
        return tuple(each for each in self.persons if id in (each.father, each.mother))

    def genome(self, id: str) -> str:
        """The id that stands for everyone with the same genome: the first of a set of monozygotic twins."""
        for each in self.twins:
            if id in each:
                return next(one for one in self.ids if one in each)
        return id

    def with_person(self, person: Person) -> Pedigree:
        """The pedigree with one more person."""
        return Pedigree((*self.persons, person), self.twins)

    def without_link(self, id: str, stand_in: str) -> Pedigree:
        """The pedigree in which `id` is an unrelated founder, and an untyped `stand_in` has the place of `id`.

        This is the hypothesis "the child found is not the one missing". Raises `KinshipProblem` where `id` is a twin,
        or the name `stand_in` is taken.
        """
        missing = self[id]
        if any(id in each for each in self.twins):
            raise KinshipProblem(
                id, "is a monozygotic twin and cannot be unrelated to the other.", "Leave the twin out."
            )
        if stand_in in self:
            raise KinshipProblem(stand_in, "is already in the pedigree.", "Choose another name for the stand-in.")
        placed = [_renamed(each, id, stand_in) for each in self.persons]
        return Pedigree((*placed, Person(id, sex=missing.sex)), self.twins)


def _renamed(person: Person, old: str, new: str) -> Person:
    return replace(
        person,
        id=new if person.id == old else person.id,
        father=new if person.father == old else person.father,
        mother=new if person.mother == old else person.mother,
    )


def _with_sex_by_role(persons: Iterable[Person]) -> Iterator[Person]:
    listed = tuple(persons)
    fathers = {each.father for each in listed}
    mothers = {each.mother for each in listed}
    for each in listed:
        if each.sex == "unknown" and each.id in fathers and each.id not in mothers:
            yield replace(each, sex="male")
        elif each.sex == "unknown" and each.id in mothers and each.id not in fathers:
            yield replace(each, sex="female")
        else:
            yield each


def _check_names(persons: tuple[Person, ...]) -> None:
    if not persons:
        raise KinshipProblem("Pedigree", "has no persons.", "List at least one.")
    for name, count in Counter(each.id for each in persons).items():
        if not name:
            raise KinshipProblem("Pedigree", "has a person without a name.", "Give everyone one.")
        if count > 1:
            raise KinshipProblem(name, f"is listed {count} times.", "List each person once.")


def _check_parents(pedigree: Pedigree) -> None:
    for each in pedigree:
        for parent, role, wrong in ((each.father, "father", "female"), (each.mother, "mother", "male")):
            if parent and parent not in pedigree:
                raise KinshipProblem(each.id, f"has {parent} as {role}, who is not listed.", f"List {parent} as well.")
            if parent and pedigree[parent].sex == wrong:
                cure = f"Correct the sex of {parent}, or who the {role} is."
                raise KinshipProblem(each.id, f"has {parent} as {role}, who is {wrong}.", cure)
        if each.father and each.father == each.mother:
            raise KinshipProblem(each.id, f"has {each.father} as father and as mother.", "Name two parents, or one.")
    fathers, mothers = ({each.father for each in pedigree}, {each.mother for each in pedigree})
    for name in sorted((fathers & mothers) - {""}):
        raise KinshipProblem(name, "is a father and a mother.", "Correct the parents of the children.")


def _check_ancestors(pedigree: Pedigree) -> None:
    done: set[str] = set()
    for start in pedigree.ids:
        path: list[str] = []
        stack = [(start, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                done.add(path.pop())
            elif name in path:
                raise KinshipProblem(
                    name, "is listed as an own ancestor.", "Correct the parents: nobody descends from oneself."
                )
            elif name not in done:
                path.append(name)
                stack.append((name, True))
                stack += [(parent, False) for parent in (pedigree[name].father, pedigree[name].mother) if parent]


def _check_inbreeding(persons: tuple[Person, ...]) -> None:
    for each in persons:
        if not 0 <= each.inbreeding <= 1:
            raise KinshipProblem(each.id, f"has inbreeding {each.inbreeding}.", "It is a probability, from 0 to 1.")
        if each.inbreeding and not each.is_founder:
            cure = "Only a founder's inbreeding can be said; that of others follows from the pedigree."
            raise KinshipProblem(each.id, "has parents in the pedigree and an inbreeding of its own.", cure)


def _check_twins(pedigree: Pedigree) -> None:
    seen: set[str] = set()
    for each in pedigree.twins:
        if len(each) < 2:
            raise KinshipProblem("Twins", "a set of twins has fewer than two persons.", "Name both twins.")
        if each & seen:
            raise KinshipProblem(min(each & seen), "is in two sets of twins.", "Name one set for each person.")
        seen |= each
        people = [pedigree[name] for name in sorted(each)]
        names = " and ".join(one.id for one in people)
        if len({(one.father, one.mother) for one in people}) > 1:
            raise KinshipProblem(names, "are monozygotic twins with different parents.", "Give them the same parents.")
        if len({one.sex for one in people} - {"unknown"}) > 1:
            raise KinshipProblem(names, "are monozygotic twins of different sex.", "Correct the sex, or the twins.")
        if len({one.inbreeding for one in people}) > 1:
            raise KinshipProblem(names, "are monozygotic twins with different inbreeding.", "Give both the same.")
