"""Telling a team that another works on something that shares an identifier with an entity of its own, and no more.

Only the holder, the team that recorded it first, is told. The other gets nothing: no item, no count, no other page, no
longer wait. Whoever wants to find out what others hold by recording a number learns nothing from it.

No notice is ever raised about a value that concerns a victim, a witness, a smuggled migrant, anybody of unknown or
expired category, or that is sealed (`sides.Found.tells`); nor about what was recorded to help somebody, was given by a
partner, or stands under a code that asks its giver first. A shelter's team is told nothing of an investigation, and an
investigation nothing of a shelter.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.utils import timezone

from clew.node.accounts.actions import Actor
from clew.node.accounts.queries import members_of
from clew.node.audit.actions import record
from clew.node.matching.looking import Shared
from clew.node.matching.models import Notice


def raise_notices(actor: Actor, shared: Iterable[Shared]) -> int:
    """Raise one for each entity and kind of identifier that has had none, within the worker's act. Returns how many."""

    @cache
    def people(team: int) -> frozenset[int]:
        return frozenset(members_of(team).values_list("pk", flat=True))

    raised = 0
    for each in shared:
        entity, team = each.holder
        # Somebody who is in both teams sees both herself, and nobody needs to be told that there is something.
        if people(team) & people(each.later[1]):
            continue
        notice, new = Notice.objects.get_or_create(
            team_id=team, entity_id=entity, kind=each.kind, defaults={"raised": timezone.now()}
        )
        if new:
            raised += 1
            record(
                actor=actor,
                act="matching.raise_notice",
                object_kind="notice",
                object_id=notice.pk,
                details={"team": team, "other_team": each.later[1]},
            )
    return raised
