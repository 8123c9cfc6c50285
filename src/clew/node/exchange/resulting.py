"""Begins the letter that says what came of a request, an answer or a notification; the rules decide on it at once."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from clew.disclosure.particulars import RESULT, Court, Particulars
from clew.exchange.kinds.table import KINDS
from clew.node.accounts.actions import Officer
from clew.node.exchange.drafting import draft_about
from clew.node.exchange.models import Letter
from clew.node.exchange.queries import OpenedLetter
from clew.node.types import BadInput

WITHOUT_RESULT: Final = frozenset({"recalled", "withdrawn", "refused", "closed", "undeliverable"})
"""States of a correspondence of which nothing more is to be told: it came to nothing, or all of it is known."""


def may_tell_result(row: Letter) -> bool:
    """Whether of a letter it can be said what came of it: one that brought or asked something, by either side."""
    if row.kind not in KINDS[RESULT].refers_to or row.thread.case_id is None or row.thread.state in WITHOUT_RESULT:
        return False
    return row.state == ("accepted" if row.direction == "in" else "sent")


def draft_result(
    officer: Officer, letter: OpenedLetter, *, outcome: str, final: bool, court: Court | None, necessity: str
) -> int:
    """Draft the letter that says what came of it and ask the rules; returns the release's number.

    Raises:
        BadInput, BadInputs: nothing can be told of this letter, or what was written does not do.
    """
    row, body = letter.line.row, letter.body
    if body is None or not may_tell_result(row):
        raise BadInput("", _("What came of this letter cannot be told."), _("Reload the page."))
    written = Particulars(outcome=outcome, final=final, court=court)
    subject = _("Result: %(subject)s") % {"subject": body["subject"]}
    return draft_about(officer, row, body, RESULT, written, subject=subject, necessity=necessity)
