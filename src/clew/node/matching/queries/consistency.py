"""Whether judgements agree with each other: A is B, B is C, and yet A is not C.

Such a contradiction is shown to whoever may see what it is about, with who said what. It is never resolved by the node.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from clew.node.accounts.actions import Officer
from clew.node.dossier.queries import captions_seen, groups_of, guarded_persons, reachable
from clew.node.matching.models import Verdict
from clew.node.matching.queries.seeing import may_identify

LAST: Final = 20
MOST: Final = 200
"""Contradictions read at once; there should be none."""
LOOKED_AT: Final = 500
"""Judgements among which the officer's last are looked for."""


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """A judgement as pages show it."""

    pk: int
    one: int
    other: int
    name: str
    other_name: str
    said: str
    by: str
    at: dt.datetime
    reason: str
    undone: dt.datetime | None
    undone_by: str
    undone_reason: str


def verdicts_seen(*, officer: Officer, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those of the judgements whose both ends the officer may know of, and who it is about where that is protected."""
    found = list(verdicts)
    ends = {end for each in found for end in (each.one_id, each.other_id)}
    seen = reachable(officer, ends)
    hidden: set[int] = set() if may_identify(officer) else set(guarded_persons(ends))
    identified = may_identify(officer)
    return [
        each for each in found if {each.one_id, each.other_id} <= seen - hidden and (identified or not each.guarded)
    ]


def standing_against(*, officer: Officer, one: int, other: int) -> list[Verdict]:
    """Judgements that two are different who would be one if these two were; of those that the officer may know of."""
    groups = groups_of(entity_ids=[one, other])
    mine, theirs = groups.get(one, frozenset()), groups.get(other, frozenset())
    given = _different().filter(one_id__in=mine | theirs, other_id__in=mine | theirs)
    across = [each for each in given if (each.one_id in mine) != (each.other_id in mine)]
    return verdicts_seen(officer=officer, verdicts=across)


def contradictions(*, officer: Officer) -> list[VerdictLine]:
    """Judgements that two are different, though both stand in one entry today."""
    standing = _different().annotate(
        one_root=Coalesce("one__canonical_id", "one_id"), other_root=Coalesce("other__canonical_id", "other_id")
    )
    return _lines(officer, standing.filter(one_root=F("other_root"))[:MOST])


def verdict_lines(*, officer: Officer, verdicts: Iterable[Verdict]) -> list[VerdictLine]:
    """Judgements for a page, as far as the officer may know of them."""
    return _lines(officer, verdicts)


def last_verdicts(*, officer: Officer) -> list[VerdictLine]:
    """The judgements given last, those that were taken back included."""
    recent = Verdict.objects.select_related("by", "undone_by").order_by("-pk")[:LOOKED_AT]
    return _lines(officer, recent)[:LAST]


def verdict(*, officer: Officer, pk: int) -> VerdictLine | None:
    """One judgement; None where the officer may not know of it."""
    found = _lines(officer, Verdict.objects.filter(pk=pk).select_related("by", "undone_by"))
    return found[0] if found else None


def _different() -> QuerySet[Verdict]:
    return (
        Verdict.objects.filter(said=Verdict.Said.DIFFERENT, undone=None)
        .select_related("by", "undone_by")
        .order_by("pk")
    )


def _lines(officer: Officer, verdicts: Iterable[Verdict]) -> list[VerdictLine]:
    seen = verdicts_seen(officer=officer, verdicts=verdicts)
    names = captions_seen({end for each in seen for end in (each.one_id, each.other_id)}, officer=officer)
    return [
        VerdictLine(
            each.pk, each.one_id, each.other_id, names[each.one_id], names[each.other_id], each.said, str(each.by),
            each.at, each.reason, each.undone, str(each.undone_by or ""), each.undone_reason,
        )
        for each in seen
        if each.one_id in names and each.other_id in names
    ]  # fmt: skip
