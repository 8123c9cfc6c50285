"""Begins a question about a request, and the answer to such a question: drafts that the rules decide on at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from clew.disclosure.particulars import CLARIFIED, CLARIFY, Asked, Particulars, Said
from clew.node.accounts.actions import Officer
from clew.node.exchange.controlling import ENDED, WITHDRAWN
from clew.node.exchange.drafting import draft_about
from clew.node.exchange.models import Letter
from clew.node.exchange.queries import OpenedLetter
from clew.node.types import BadInput


def may_answer(row: Letter) -> bool:
    """Whether a letter may be answered: a request that was taken, and that its sender has not withdrawn."""
    taken = row.direction == "in" and row.kind == "request" and row.state == "accepted"
    return taken and row.thread.state != WITHDRAWN


def may_ask(row: Letter) -> bool:
    """Whether the meaning of a letter may be asked: a request that was taken and still wants an answer."""
    return may_answer(row) and row.thread.answered is None and row.thread.state not in ENDED


def may_explain(row: Letter) -> bool:
    """Whether a letter is a question about our request that was taken and has no answer yet."""
    if row.direction != "in" or row.kind != CLARIFY or row.state != "accepted":
        return False
    return not row.thread.letters.filter(direction="out", kind=CLARIFIED, in_reply_to=row.uid).exists()


def draft_question(
    officer: Officer, letter: OpenedLetter, *, reason: str, asked: Sequence[Asked], necessity: str
) -> int:
    """Draft a question about a request and ask the rules; returns the release's number.

    Raises:
        BadInput, BadInputs: the request cannot be asked about, or what was written does not do.
    """
    body = _body(letter, may=may_ask(letter.line.row))
    known = {item["n"] for item in body.get("items", ())}
    if any(each.item is not None and each.item not in known for each in asked):
        raise BadInput("", _("The request has no such item."), _("Choose one of its items."))
    subject = _("Question about: %(subject)s") % {"subject": body["subject"]}
    written = Particulars(reason=reason, asked=tuple(asked))
    return draft_about(officer, letter.line.row, body, CLARIFY, written, subject=subject, necessity=necessity)


def draft_explanation(officer: Officer, letter: OpenedLetter, *, said: Sequence[Said], necessity: str) -> int:
    """Draft the answer to a question about our request and ask the rules; returns the release's number.

    Raises:
        BadInput, BadInputs: the question cannot be answered, or what was written does not do.
    """
    body = _body(letter, may=may_explain(letter.line.row))
    if {each.question for each in said} != {each["n"] for each in body["questions"]}:
        raise BadInput("", _("Not every question is answered."), _("Answer each question."))
    subject = _("Explanation: %(subject)s") % {"subject": body["subject"]}
    written = Particulars(said=tuple(said))
    return draft_about(officer, letter.line.row, body, CLARIFIED, written, subject=subject, necessity=necessity)


def _body(letter: OpenedLetter, *, may: bool) -> Mapping[str, Any]:
    if letter.body is None or letter.line.row.thread.case_id is None or not may:
        raise BadInput("", _("This letter cannot be asked about or explained."), _("Reload the page."))
    return letter.body
