"""How far a hit was followed up: for the unit, and without any locus for the team that recorded the child's consent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from clew.kinship.pairs import linked, weigh_together
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import compartment_ids, permissions_of, seen_by
from clew.node.kinship.models import Hit, Telling


@dataclass(frozen=True, slots=True)
class HitStatus:
    """A hit as far as the officer may see it. `in_unit`: she works on kinship there, and may read its loci."""

    hit: Hit
    in_unit: bool


def visible_hits(officer: Officer) -> QuerySet[Hit]:
    """Hits of the officer's units, and those on a profile whose consent one of her teams recorded."""
    mine = Q(seen_by(officer, "family__compartment_id")) | Q(seen_by(officer, "profile__team_id"))
    return Hit.objects.filter(mine).select_related("family", "profile__child", "laboratory", "search")


def hit_status(*, officer: Officer, pk: int) -> HitStatus | None:
    """Where a hit stands; None for whoever has nothing to do with it."""
    hit = (
        visible_hits(officer).select_related("asked_by", "answered_by", "decided_by", "heard_by").filter(pk=pk).first()
    )
    if hit is None:
        return None
    unit = hit.family.compartment_id in compartment_ids(officer)
    return HitStatus(hit, unit and "kinship.see" in permissions_of(officer))


def telling_for(*, officer: Officer, pk: int) -> Telling | None:
    """A proposal to tell somebody of a hit that the officer may see; None for whoever has nothing to do with it."""
    found = Telling.objects.select_related("hit__family", "hit__profile__child", "proposed_by")
    return found.filter(pk=pk, hit__in=visible_hits(officer)).first()


def tellings_of(hit: Hit) -> list[Telling]:
    """Who was to be told of a hit that the reader may see, in order."""
    return list(hit.tellings.select_related("proposed_by", "answered_by").order_by("pk"))


@dataclass(frozen=True, slots=True)
class WhoIsWho:
    """Assignments of children to families, the most probable first: pairs of references, and how probable.

    `hits`: how many were weighed together. `apart`: whether a family reckons with theta, so that the figures are near
    the exact ones only. `many`: there are too many to weigh.
    """

    assignments: tuple[tuple[tuple[tuple[str, str], ...], float], ...]
    hits: int
    apart: bool
    many: bool


SHOWN: Final = 5
"""Assignments that are shown."""


def who_is_who(hit: Hit) -> WhoIsWho | None:
    """This hit weighed with all that share its child or family, for whoever works in its unit; None where none does.

    What was refuted, and what speaks of a destroyed profile, is left out.
    """
    standing = Hit.objects.filter(
        family__compartment=hit.family.compartment_id, profile__destroyed=None, family__closed=None
    ).exclude(state=Hit.State.REFUTED)
    found = {
        (each.family.reference, each.profile.child.reference): each
        for each in standing.select_related("family", "profile__child").order_by("log10")
        if each.profile.child is not None
    }
    child = hit.profile.child.reference if hit.profile.child is not None else ""
    pairs = linked({pair: each.log10 for pair, each in found.items()}, (hit.family.reference, child))
    if len(pairs) < 2:
        return None
    made = weigh_together(pairs)
    apart = any(found[pair].family.theta for pair in pairs)
    return WhoIsWho(tuple((each.pairs, each.posterior) for each in made[:SHOWN]), len(pairs), apart, not made)
