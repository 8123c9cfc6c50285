"""What oversight offers to the desk and to a person's page."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.oversight.queries.remedies import remedies, remedy_line
from clew.node.oversight.queries.retention import marks
from clew.node.oversight.words import KINDS
from clew.node.types import DeskItem

SHOWN = 50
URGENT_BEFORE = dt.timedelta(days=7)


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """Remedies whose clock runs, for who answers them; and what is kept too long, one line for each kind."""
    held = permissions_of(officer)
    items: list[DeskItem] = []
    if "remedy.handle" in held:
        for row in remedies(officer=officer, answered=False)[:SHOWN]:
            late = remedy_line(row, now).state == "overdue"
            title = _("The answer to request %(number)s is overdue") if late else _("Answer request %(number)s")
            items.append(
                DeskItem("remedy.open", title % {"number": row.number}, reverse("oversight:remedy", args=[row.pk]),
                         due=row.due, urgent=late or row.due - now < URGENT_BEFORE)
            )  # fmt: skip
    if "retention.review" in held:
        overdue: dict[str, list[dt.date]] = {}
        for kind, due in marks(officer=officer, today=now.date()).values_list("kind", "due")[:1_000]:
            overdue.setdefault(kind, []).append(due)
        items += [
            DeskItem(
                kind="review.overdue",
                title=_("%(kind)s kept longer than they should be: %(number)d")
                % {"kind": KINDS[kind], "number": len(days)},
                url=f"{reverse('oversight:retention')}?kind={kind}",
                due=dt.datetime.combine(min(days), dt.time(), dt.UTC),
            )
            for kind, days in overdue.items()
            if kind in KINDS
        ]
    return items


def entity_links(*, officer: Officer, entity_id: int, schema: str) -> list[tuple[str, str]]:
    """From a person's page: what left about her, and taking a request for a check."""
    if schema != "Person":
        return []
    held = permissions_of(officer)
    links = []
    if "consent.see" in held or "remedy.handle" in held:
        links.append((_("What was shared about this person"), reverse("oversight:person", args=[entity_id])))
    if "remedy.receive" in held:
        url = f"{reverse('oversight:remedy_new')}?person={entity_id}"
        links.append((_("Take a request for a check of what was shared"), url))
    return links
