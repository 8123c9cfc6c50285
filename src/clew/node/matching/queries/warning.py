"""A warning before something is recorded twice: who of those an officer may know of may be meant."""

from __future__ import annotations

from collections.abc import Sequence

from clew.matching.entities import compare, keys_of
from clew.matching.entities.blocking import largest
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.dossier.queries import captions_seen, said_by_teams
from clew.node.matching.digests import digests_of
from clew.node.matching.evidence import is_worth_asking
from clew.node.matching.models import Key
from clew.node.matching.queries.seeing import may_identify
from clew.node.matching.sides import entity_of, side_of

MOST = 8


def likely_same(*, officer: Officer, schema: str, said: Sequence[tuple[str, str]]) -> list[tuple[int, str]]:
    """Entities that what is about to be recorded may be, by number and caption, the likeliest first.

    Looked for among what the officer may see and nothing else: what other teams hold changes no answer.

    Args:
        said: (property, value) of the new entity.
    """
    if "match.see" not in permissions_of(officer):
        return []
    new = entity_of(0, schema, ((prop, value, None) for prop, value in said))
    made = keys_of(new)
    keys = {digest: largest(key.kind) for key, digest in zip(made, digests_of(made), strict=True)}
    standing = Key.objects.filter(seen_by(officer, "team_id"), digest__in=list(keys))
    if not may_identify(officer):
        standing = standing.filter(guarded=False)
    places: set[tuple[int, int]] = set()
    for digest, most in keys.items():
        found = list(standing.filter(digest=digest).values_list("entity_id", "team_id")[: most + 1])
        places |= set(found) if len(found) <= most else set()
    weights: dict[int, float] = {}
    for side in map(side_of, said_by_teams(entity_ids={entity for entity, _team in places})):
        if side is None or side.place not in places or (side.guarded and not may_identify(officer)):
            continue
        likeness = compare(new, side.entity)
        if likeness is not None and is_worth_asking(likeness):
            weights[side.place[0]] = max(weights.get(side.place[0], likeness.weight), likeness.weight)
    names = captions_seen(weights, officer=officer)
    likely = sorted((entity for entity in weights if entity in names), key=lambda entity: -weights[entity])
    return [(entity, names[entity]) for entity in likely[:MOST]]
