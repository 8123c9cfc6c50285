"""What was taken back or corrected, and what each holder said; who has not answered is listed with the reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.disclosure.particulars import CORRECT
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.disclosure.queries import REASONS_TO_CORRECT, ended_since
from clew.node.exchange.holding import may_write_to
from clew.node.exchange.models import Recall
from clew.node.exchange.queries.visibility import visible_threads
from clew.node.exchange.untold import untold_statements
from clew.node.exchange.words import ASKED_OF_HOLDERS, RECALL_OUTCOMES, RECALL_REASONS, problem_in_words
from clew.node.partners.queries import KeysWithheld, names_of
from clew.node.types import DeskItem

LISTED = 30
LOOKED_AT = 500
"""Ends of statements that were sent, the newest first, of which it is asked whether their holders were told."""


@dataclass(frozen=True, slots=True)
class RecallLine:
    """One recall in words. `unreached`: why it has not left yet, "" once it has. `outcome`: "" while nobody has said.

    `passed_on`: whom the holder says that it told. `overdue`: the day by which an answer was asked for has passed.
    """

    row: Recall
    party: str
    what: str
    reason: str
    outcome: str
    unreached: str
    passed_on: Sequence[str]
    overdue: bool

    @property
    def is_ours(self) -> bool:
        """Whether this node takes back what it sent, or passes a recall on; else a partner does."""
        return self.row.direction == "out"

    @property
    def corrects(self) -> bool:
        """Whether something replaces it, or strikes it out, in a letter of its own."""
        return self.row.action == CORRECT

    @property
    def statements(self) -> str:
        """The numbers of the statements that are meant, "" for all of the letter."""
        return ", ".join(str(number) for number in self.row.numbers)


def recalls_of(letters: Collection[str]) -> dict[str, list[RecallLine]]:
    """By letter, what was taken back of it, the oldest first."""
    found: dict[str, list[RecallLine]] = {}
    for line in _lines(Recall.objects.filter(recalled__in=letters).order_by("pk")):
        found.setdefault(line.row.recalled, []).append(line)
    return found


def recall_to_answer(*, officer: Officer, uid: str) -> RecallLine | None:
    """A partner's recall that waits for a human's answer; None for what is not the officer's, or answered."""
    rows = Recall.objects.filter(uid=uid, direction="in", outcome="", thread__in=visible_threads(officer))
    return next(iter(_lines(rows)), None)


def recall_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """What partners took back and a human has to answer for, and holders who have not answered in time."""
    if "letter.recall" not in permissions_of(officer):
        return []
    rows = Recall.objects.filter(thread__in=visible_threads(officer), outcome="")
    to_answer = _lines(rows.filter(direction="in").order_by("pk")[:LISTED])
    silent = _lines(rows.filter(direction="out", answer_by__lt=now).order_by("pk")[:LISTED])
    return [
        *(
            DeskItem(
                kind="recall.to_answer",
                title=_to_answer(line),
                url=reverse("exchange:answer_recall", args=[line.row.uid]),
                due=line.row.answer_by,
                urgent=True,
            )
            for line in to_answer
        ),
        *(
            DeskItem(
                kind="recall.silent",
                title=_silent(line),
                url=reverse("exchange:thread", args=[line.row.thread.uid]),
                due=line.row.answer_by,
                detail=line.unreached,
            )
            for line in silent
        ),
    ]


def correction_items(officer: Officer) -> list[DeskItem]:
    """Statements that were corrected or retracted here after they had left, and of which a holder was not told."""
    if "letter.recall" not in permissions_of(officer):
        return []
    untold = untold_statements(ended_since(officer=officer, limit=LOOKED_AT))[:LISTED]
    return [
        DeskItem(
            kind="letter.correction_untold",
            title=_("A fact that was sent has been corrected here: tell whoever has it"),
            url=reverse("exchange:correct", args=[statement]),
            urgent=True,
        )
        for statement in untold
    ]


def _to_answer(line: RecallLine) -> str:
    if line.corrects:
        return _("%(party)s corrected a letter: say what became of it") % {"party": line.party}
    return _("%(party)s took a letter back: say what became of it") % {"party": line.party}


def _silent(line: RecallLine) -> str:
    if line.corrects:
        return _("%(party)s has not said what became of what was corrected") % {"party": line.party}
    return _("%(party)s has not said what became of what was taken back") % {"party": line.party}


def _lines(rows: Iterable[Recall]) -> list[RecallLine]:
    found = list(rows)
    names = names_of({row.party for row in found} | {to for row in found for to, _letter in row.passed_on})
    now = timezone.now()
    held = {row.party: may_write_to(row.party, now) for row in found if row.sent is None and row.direction == "out"}
    return [_line(row, names, held, now) for row in found]


def _line(row: Recall, names: Mapping[str, str], held: Mapping[str, object], now: dt.datetime) -> RecallLine:
    keys = held.get(row.party)
    return RecallLine(
        row=row,
        party=names.get(row.party, row.party),
        what=str(ASKED_OF_HOLDERS.get(row.action, row.action)),
        reason=str((REASONS_TO_CORRECT if row.action == CORRECT else RECALL_REASONS).get(row.reason, row.reason)),
        outcome=str(RECALL_OUTCOMES.get(row.outcome, row.outcome)),
        unreached=problem_in_words(keys.code) if isinstance(keys, KeysWithheld) else "",
        passed_on=[names.get(to, to) for to, _letter in row.passed_on],
        overdue=not row.outcome and row.answer_by is not None and row.answer_by < now,
    )
