"""The worker's turn: compare what waits with the store, and keep what was found."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from django.db.models import Q
from django.utils import timezone

from clew.node.accounts.actions import NODE, Actor, action
from clew.node.audit.actions import record
from clew.node.dossier.queries import groups_of
from clew.node.matching.evidence import Pair
from clew.node.matching.looking import Looked, look_at
from clew.node.matching.models import Finding, Key, Verdict, Waiting
from clew.node.matching.noticing import raise_notices
from clew.node.matching.queueing import go_on_queueing
from clew.node.matching.sides import Side

log = logging.getLogger("clew.matching")
PORTION: Final = 300
"""Entities compared at once: enough to share queries, few enough that a letter waits for no long transaction."""
SETTLING: Final = (Verdict.Said.DIFFERENT, Verdict.Said.UNSURE)
Turns = Mapping[int, int]


def compare_waiting() -> int:
    """Compare one portion of what waits; returns how many entities still wait. Called in each turn of the worker."""
    queueing = go_on_queueing()
    waiting = Waiting.objects.filter(failed=False)
    turns = dict(waiting.order_by("pk").values_list("pk", "turn")[:PORTION])
    if turns and not _compare(turns):
        # One that cannot be compared must not hold up the others.
        for entity, turn in turns.items():
            if not _compare({entity: turn}):
                Waiting.objects.filter(pk=entity, turn=turn).update(failed=True)
    return waiting.count() + queueing


def _compare(turns: Turns) -> bool:
    try:
        keep_comparison(actor=NODE, turns=turns, looked=look_at(turns.keys()))
    except Exception:  # whatever is wrong with one entity, the next one is looked at
        log.exception("entities could not be compared")
        return False
    return True


@action("matching.keep_comparison", permission="node.act")
def keep_comparison(*, actor: Actor, turns: Turns, looked: Looked) -> None:
    """Keep what looking at entities found, but for those that changed meanwhile: they are looked at again.

    Args:
        turns: the turn in which each entity was read.
    """
    current = Waiting.objects.select_for_update().order_by("pk").filter(pk__in=list(turns))
    unchanged = {pk for pk, turn in current.values_list("pk", "turn") if turns[pk] == turn}
    roots = looked.roots
    settled = {root for root, group in looked.groups.items() if _is_as_read(group, turns, unchanged)}
    members = {member for root in settled for member in looked.groups[root]}
    _keep_keys(members, (side for side in looked.sides if side.root in settled))
    busy = _busy({roots[entity] for pair in looked.pairs for entity in (pair.one[0], pair.other[0])} - settled)
    pairs = [pair for pair in looked.pairs if _is_sure({roots[pair.one[0]], roots[pair.other[0]]}, settled, busy)]
    _keep_findings(members, pairs, roots)
    shared = [each for each in looked.shared if {roots[each.holder[0]], roots[each.later[0]]} & settled]
    notices = raise_notices(actor, shared)
    Waiting.objects.filter(pk__in=unchanged & members).delete()
    record(
        actor=actor,
        act="matching.keep_comparison",
        object_kind="store",
        object_id="matching",
        details={"entities": len(members), "pairs": len(pairs), "notices": notices},
    )


def _is_as_read(group: Collection[int], turns: Turns, unchanged: Collection[int]) -> bool:
    """Whether nothing of the group has changed since it was read, nor been looked at by another worker meanwhile."""
    read = {each for each in group if each in turns}
    others = [each for each in group if each not in read]
    if not read or not read <= set(unchanged):
        return False
    return not others or not Waiting.objects.filter(pk__in=others, failed=False).exists()


def _busy(entities: Collection[int]) -> set[int]:
    """Those that changed and wait for their own turn, in which the pair is found again as they are then."""
    groups = groups_of(entity_ids=entities)
    everyone = {member for group in groups.values() for member in group}
    waiting = set(Waiting.objects.filter(pk__in=everyone, failed=False).values_list("pk", flat=True))
    return {entity for entity, group in groups.items() if group & waiting}


def _is_sure(ends: set[int], settled: set[int], busy: set[int]) -> bool:
    return bool(ends & settled) and not ends & busy


def _keep_keys(members: Collection[int], sides: Iterable[Side]) -> None:
    Key.objects.filter(entity_id__in=members).delete()
    Key.objects.bulk_create(
        [
            Key(
                entity_id=side.place[0], team_id=side.place[1], kind=key.kind, digest=key.digest, first=key.first,
                guarded=key.guarded, tells=key.tells,
            )
            for side in sides
            for key in side.keys
        ],
        batch_size=500,
    )  # fmt: skip


def _keep_findings(members: Collection[int], pairs: Collection[Pair], roots: Mapping[int, int]) -> None:
    """Replace what was found of these entities; a pair keeps the day on which it was first found."""
    touched = Finding.objects.filter(Q(one_id__in=members) | Q(other_id__in=members))
    places = ("one_id", "one_team_id", "other_id", "other_team_id")
    known = {tuple(row[:4]): row[4] for row in touched.values_list(*places, "found")}
    touched.delete()
    verdicts = _verdicts(pairs, roots)
    now = timezone.now()
    Finding.objects.bulk_create(
        [
            Finding(
                one_id=pair.one[0], other_id=pair.other[0], one_team_id=pair.one[1], other_team_id=pair.other[1],
                family=pair.family, proposal=pair.proposal, weight=pair.weight, evidence=pair.evidence,
                fingerprint=pair.fingerprint, guarded=pair.guarded, found=known.get((*pair.one, *pair.other), now),
                settled_id=verdicts.get((*sorted((roots[pair.one[0]], roots[pair.other[0]])), pair.fingerprint)),
            )
            for pair in pairs
        ],
        batch_size=200,
    )  # fmt: skip


def _verdicts(pairs: Collection[Pair], roots: Mapping[int, int]) -> dict[tuple[int | str, ...], int]:
    """The verdict that stands on exactly this evidence, by both groups and it; merged ones bring theirs along."""
    ends = {roots[entity] for pair in pairs for entity in (pair.one[0], pair.other[0])}
    groups = groups_of(entity_ids=ends)
    root_of = {member: entity for entity, group in groups.items() for member in group}
    given = Verdict.objects.filter(
        undone=None, said__in=SETTLING, one_id__in=list(root_of), other_id__in=list(root_of)
    ).order_by("pk")
    found: dict[tuple[int | str, ...], int] = {}
    for verdict in given:
        one, other = sorted((root_of[verdict.one_id], root_of[verdict.other_id]))
        found |= {(one, other, each): verdict.pk for each in verdict.fingerprints}
    return found
