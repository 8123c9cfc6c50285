"""What teams were told, for the officers of those teams."""

from __future__ import annotations

from django.db.models import QuerySet

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.dossier.queries import captions_seen
from clew.node.matching.models import Notice


def notices_seen(*, officer: Officer) -> QuerySet[Notice]:
    """The notices of the officer's teams."""
    return Notice.objects.filter(seen_by(officer, "team_id"))


def open_notices(*, officer: Officer, most: int) -> list[tuple[Notice, str]]:
    """Those that nobody has ticked off, with what the team calls the entity."""
    if "match.see" not in permissions_of(officer):
        return []
    found = list(notices_seen(officer=officer).filter(closed=None).order_by("pk")[:most])
    names = captions_seen({each.entity_id for each in found}, officer=officer)
    return [(each, names[each.entity_id]) for each in found if each.entity_id in names]


def notice(*, officer: Officer, pk: int) -> tuple[Notice, str] | None:
    """One notice with what the team calls the entity; None where it is not the officer's."""
    found = notices_seen(officer=officer).select_related("closed_by").filter(pk=pk).first()
    if found is None:
        return None
    return found, captions_seen([found.entity_id], officer=officer).get(found.entity_id, "")
