"""What comparing lists offers to the case page, to the desk and to a letter's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from clew.disclosure.particulars import PRIVATE_ANSWER, PRIVATE_QUESTION
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.dossier.queries import captions_seen
from clew.node.exchange.comparing import round_of
from clew.node.exchange.models import Comparison, Letter
from clew.node.exchange.queries.visibility import visible_letters
from clew.node.types import CaseSection, DeskItem


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of a round of ours: whether both hold something, and own entries (number, caption) that hold it."""

    hit: bool
    entries: tuple[tuple[int, str], ...]


def compared(officer: Officer, row: Letter, body: Mapping[str, Any] | None) -> Compared | None:
    """Of an answer that was taken, what came of it; None of any other letter."""
    if row.kind != PRIVATE_ANSWER or row.direction != "in" or body is None:
        return None
    found = round_of(row, body)
    if found is None or found.hit is None:
        return None
    captions = captions_seen(found.entities, officer=officer)
    return Compared(found.hit, tuple((each, captions[each]) for each in found.entities if each in captions))


def private_section(*, officer: Officer, case_id: int) -> list[CaseSection]:
    """The way to ask a partner without telling, for whoever may draft."""
    if "release.draft" not in permissions_of(officer):
        return []
    return [CaseSection(_("Asking without telling"), "exchange/_case_private.html", {"case": case_id}, order=36)]


def questions_to_answer(officer: Officer) -> list[DeskItem]:
    """Private questions that were taken and have no answer."""
    if "release.draft" not in permissions_of(officer):
        return []
    answered = Comparison.objects.filter(direction="in", question=OuterRef("uid"))
    rows = visible_letters(officer).filter(~Exists(answered), direction="in", kind=PRIVATE_QUESTION, state="accepted")
    return [
        DeskItem(
            kind="letter.private",
            title=_("Answer a private question: letter %(number)s") % {"number": row.uid[:8]},
            url=reverse("exchange:letter", args=[row.uid]),
            due=None,
        )
        for row in rows.order_by("recorded")[:50]
    ]
