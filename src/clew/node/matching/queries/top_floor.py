"""What matching offers to the desk, to pages about entities, and to `clew doctor`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.matching.models import Waiting
from clew.node.matching.queries.consistency import contradictions
from clew.node.matching.queries.notices import open_notices
from clew.node.matching.queries.seeing import PairLine, alike, open_count
from clew.node.matching.words import SHARED, strength_of
from clew.node.types import DeskItem, Finding, PagePart

AT_MOST = 25
MANY = 10_000
"""So many that wait say that the worker does not keep up."""


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """Pairs that wait for a judgement, judgements that contradict each other, and what the team was told."""
    items = []
    if "match.judge" in permissions_of(officer):
        number = open_count(officer=officer)
        if number:
            title = ngettext(
                "%(number)d pair waits for a judgement: the same or not?",
                "%(number)d pairs wait for a judgement: the same or not?",
                number,
            ) % {"number": number}
            items.append(DeskItem("matching.pairs", title, reverse("matching:list")))
        against = contradictions(officer=officer)
        if against:
            title = _("Judgements contradict each other: who is who?")
            items.append(DeskItem("matching.contradiction", title, f"{reverse('matching:list')}#contradictions"))
    for notice, name in open_notices(officer=officer, most=AT_MOST):
        title = _("Another team works on something that shares an identifier with yours: %(kind)s") % {
            "kind": SHARED[notice.kind]
        }
        items.append(DeskItem("matching.notice", title, reverse("matching:notice", args=[notice.pk]), detail=name))
    return items


def parts_about(*, officer: Officer, entity_ids: Collection[int]) -> list[PagePart]:
    """On a page about these entities: who they may be the same as."""
    held = permissions_of(officer)
    if "match.see" not in held or not entity_ids:
        return []
    found = alike(officer=officer, entity_ids=entity_ids)
    if not found:
        return []
    own = set(entity_ids)
    lines = [(_outer(line, own), strength_of(line.weight)) for line in found]
    context = {"lines": lines, "may_judge": "match.judge" in held}
    return [PagePart("matching/parts/alike.html", context)]


def health_findings(*, now: dt.datetime) -> list[Finding]:
    """Whether entities are compared with the store."""
    failed = Waiting.objects.filter(failed=True).count()
    if failed:
        says = f"{failed} entities could not be compared with the others."
        cure = "The log says why; change one of their facts, or run clew doctor --rebuild, to try again."
        return [Finding("who is who", "wrong", says, cure)]
    waiting = Waiting.objects.filter(failed=False).count()
    if waiting > MANY:
        return [Finding("who is who", "unknown", f"{waiting} entities wait to be compared with the others.")]
    return [Finding("who is who", "well")]


def _outer(line: PairLine, own: Collection[int]) -> dict[str, object]:
    """The pair as a page about `own` shows it: the one that it is about, and the other."""
    turned = line.one not in own
    return {
        "one": line.one,
        "other": line.other,
        "name": line.other_name if turned else line.name,
        "alike": line.one if turned else line.other,
        "alike_name": line.name if turned else line.other_name,
    }
