"""Which pairs an officer may know of.

Both teams' sources must be hers to see, and where somebody protected is concerned she must be one who may see who that
is: "Person K7-42 may be the same as Zhang Wei, their names agree" says who K7-42 is.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.dossier.queries import captions_seen
from clew.node.matching.models import Finding, Verdict

ON_A_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class PairLine:
    """A pair as lists show it: what both are called there, and the codes of what speaks for and against it."""

    one: int
    other: int
    name: str
    other_name: str
    family: str
    proposal: str
    weight: float
    evidence: Sequence[tuple[str, str, float]]
    unsure: bool

    @property
    def ends(self) -> tuple[int, int]:
        """Both numbers."""
        return self.one, self.other


@dataclass(frozen=True, slots=True)
class PairPage:
    """A page of pairs, the strongest first."""

    lines: tuple[PairLine, ...]
    number: int
    more: bool


def may_identify(officer: Officer) -> bool:
    """Whether she may see who a protected person is."""
    return "dossier.identify" in permissions_of(officer)


def findings_seen(*, officer: Officer) -> QuerySet[Finding]:
    """What was found and she may know of; pairs that have become one meanwhile are left out."""
    standing = Finding.objects.annotate(
        one_root=Coalesce("one__canonical_id", "one_id"), other_root=Coalesce("other__canonical_id", "other_id")
    )
    found = standing.filter(
        ~Q(one_root=F("other_root")), seen_by(officer, "one_team_id"), seen_by(officer, "other_team_id")
    )
    return found if may_identify(officer) else found.filter(guarded=False)


def findings_of(*, officer: Officer, one: int, other: int) -> QuerySet[Finding]:
    """What speaks for one pair, the strongest first."""
    first, second = sorted((one, other))
    return (
        findings_seen(officer=officer)
        .filter(one_id=first, other_id=second)
        .select_related("settled__by", "settled__undone_by")
        .order_by("-weight", "pk")
    )


def open_pairs(*, officer: Officer) -> QuerySet[Finding]:
    """What waits for a judgement, pair by pair: on evidence that nobody has judged yet."""
    return findings_seen(officer=officer).filter(settled__isnull=True)


def open_count(*, officer: Officer) -> int:
    """How many pairs wait."""
    return open_pairs(officer=officer).values("one_id", "other_id").distinct().count()


def pair_page(*, officer: Officer, unsure: bool, number: int = 1) -> PairPage:
    """A page of the pairs that wait for a judgement, or of those of which somebody was not sure."""
    found = findings_seen(officer=officer)
    found = found.filter(settled__said=Verdict.Said.UNSURE) if unsure else found.filter(settled__isnull=True)
    start = (number - 1) * ON_A_PAGE
    pairs = list(
        found.values("one_id", "other_id")
        .annotate(most=Max("weight"))
        .order_by("-most", "one_id", "other_id")[start : start + ON_A_PAGE + 1]
    )
    ends = {(pair["one_id"], pair["other_id"]) for pair in pairs[:ON_A_PAGE]}
    lines = _lines(officer, found.filter(_among(ends)), unsure=unsure) if ends else []
    return PairPage(tuple(lines), number, len(pairs) > ON_A_PAGE)


def next_pair(*, officer: Officer) -> tuple[int, int] | None:
    """The pair that comes next for whoever judges one after the other."""
    found = open_pairs(officer=officer).order_by("-weight", "pk").values_list("one_id", "other_id").first()
    return (found[0], found[1]) if found else None


def alike(*, officer: Officer, entity_ids: Collection[int], most: int = 10) -> list[PairLine]:
    """Pairs that wait with any of these entities, as the officer may know of them."""
    ids = list(entity_ids)
    found = open_pairs(officer=officer).filter(Q(one_id__in=ids) | Q(other_id__in=ids))
    return _lines(officer, found, unsure=False)[:most]


def _among(ends: Collection[tuple[int, int]]) -> Q:
    one, other = {pair[0] for pair in ends}, {pair[1] for pair in ends}
    return Q(one_id__in=one, other_id__in=other)


def _lines(officer: Officer, found: QuerySet[Finding], *, unsure: bool) -> list[PairLine]:
    best: dict[tuple[int, int], Finding] = {}
    for each in found.order_by("-weight", "one_id", "other_id", "pk")[: ON_A_PAGE * 4]:
        best.setdefault((each.one_id, each.other_id), each)
    names = captions_seen({end for pair in best for end in pair}, officer=officer)
    return [
        PairLine(
            one, other, names[one], names[other], each.family, each.proposal, each.weight,
            [tuple(kept) for kept in each.evidence], unsure,
        )
        for (one, other), each in best.items()
        if one in names and other in names
    ]  # fmt: skip
