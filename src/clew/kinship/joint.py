"""Several children found and several missing: who is who, weighed together, so that no child is given to two families.

Every assignment is as probable as any other beforehand; its posterior is its likelihood ratio against "no one found
is one of the missing", divided by the sum over all assignments.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from clew.kinship.assumptions import Assumptions
from clew.kinship.likelihood import likelihood
from clew.kinship.locus import Locus, make_locus
from clew.kinship.pedigree import Pedigree, Person, Sex
from clew.kinship.problems import KinshipProblem
from clew.kinship.profiles import Profile
from clew.kinship.ratios import seen_at

MOST_ASSIGNMENTS = 200_000


@dataclass(frozen=True, slots=True)
class Family:
    """A family that looks for someone: who is missing, and the profiles of those who were typed."""

    pedigree: Pedigree
    missing: tuple[str, ...]
    profiles: Mapping[str, Profile]


@dataclass(frozen=True, slots=True)
class Found:
    """A child who was found."""

    profile: Profile
    sex: Sex = "unknown"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is who: for each child found the family and the missing person, or None. `log10` is that of the ratio."""

    who: Mapping[str, tuple[str, str] | None]
    log10: float
    posterior: float


@dataclass(frozen=True, slots=True)
class _Part:
    """What one family's own assignments say: missing person by child found, and the logarithm (base e) of the ratio."""

    family: str
    who: Mapping[str, str]
    log: float


def joint_assignments(
    families: Mapping[str, Family], found: Mapping[str, Found], assumptions: Assumptions, loci: Sequence[str]
) -> tuple[Assignment, ...]:
    """All assignments that are possible, the most probable first. Raises `KinshipProblem`, also where there are too
    many."""
    if assumptions.theta:
        raise KinshipProblem(
            "theta",
            "is above 0, and then no family can be weighed apart from the others.",
            "Weigh several families together with theta 0, or each hit alone with theta.",
        )
    ready = [make_locus(assumptions, each) for each in loci]
    parts = [list(_parts(name, family, found, ready)) for name, family in families.items()]
    combined: list[tuple[dict[str, tuple[str, str]], float]] = [({}, 0.0)]
    for own in parts:
        combined = [
            ({**who, **{child: (part.family, missing) for child, missing in part.who.items()}}, log + part.log)
            for who, log in combined
            for part in own
            if not who.keys() & part.who.keys()
        ]
        if len(combined) > MOST_ASSIGNMENTS:
            raise _too_many(len(combined))
    highest = max(log for _, log in combined)
    total = math.fsum(math.exp(log - highest) for _, log in combined)
    made = [
        Assignment({each: who.get(each) for each in found}, log / math.log(10), math.exp(log - highest) / total)
        for who, log in combined
    ]
    return tuple(sorted(made, key=lambda each: -each.log10))


def _parts(name: str, family: Family, found: Mapping[str, Found], loci: Sequence[Locus]) -> Iterator[_Part]:
    """The family's own assignments that are possible, the empty one first."""
    alone = _log(family.pedigree, family.profiles, loci)
    if alone == -math.inf:
        raise KinshipProblem(name, "has relatives who exclude one another.", "Check the samples and who is who.")
    strangers = {
        child: _log(Pedigree((Person(child, sex=each.sex),)), {child: each.profile}, loci)
        for child, each in found.items()
    }
    for count, who in enumerate(_ways(family, found)):
        if count > MOST_ASSIGNMENTS:
            raise _too_many(count)
        profiles = {**family.profiles, **{missing: found[child].profile for child, missing in who.items()}}
        log = _log(family.pedigree, profiles, loci)
        if log > -math.inf:
            yield _Part(name, who, log - alone - math.fsum(strangers[child] for child in who))


def _ways(family: Family, found: Mapping[str, Found], place: int = 0) -> Iterator[dict[str, str]]:
    """Ways to give children found to the missing from the given place on, each child once, and each of a fitting
    sex."""
    if place == len(family.missing):
        yield {}
        return
    missing = family.missing[place]
    sex = family.pedigree[missing].sex
    for rest in _ways(family, found, place + 1):
        yield rest
        for child, each in found.items():
            if child not in rest and {sex, each.sex} != {"male", "female"}:
                yield {**rest, child: missing}


def _log(pedigree: Pedigree, profiles: Mapping[str, Profile], loci: Sequence[Locus]) -> float:
    """The logarithm of the likelihood over the loci; minus infinity where it is 0."""
    logs = []
    for locus in loci:
        own = likelihood(pedigree, locus, seen_at(profiles, locus.name), sampled=tuple(profiles))
        if own.value == 0:
            return -math.inf
        logs.append(math.log(own.value) + own.exponent * math.log(2))
    return math.fsum(logs)


def _too_many(count: int) -> KinshipProblem:
    cure = "Weigh fewer families or children together: leave out those whose ratio is low for every family."
    return KinshipProblem("Assignments", f"are more than {count:,}.", cure)
