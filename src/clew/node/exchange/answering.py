"""Begins the answer to a request, with every item still unanswered."""

from __future__ import annotations

from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer
from clew.node.disclosure.actions import draft_release
from clew.node.disclosure.actions.drafting import Answer
from clew.node.exchange.queries import OpenedLetter
from clew.node.types import BadInput

NO_INFORMATION = "no-information"


def draft_answer(officer: Officer, letter: OpenedLetter) -> int:
    """Draft a reply in the same correspondence; returns the release's number.

    Every item starts as `no-information`, the answer that says nothing about anybody.
    """
    row, body = letter.line.row, letter.body
    if body is None or row.thread.case_id is None:
        raise BadInput("", _("This letter cannot be answered."), _("Take it into a case first."))
    release = draft_release(
        actor=officer,
        kind="reply",
        recipient=row.party,
        instrument=body["legal_basis"]["code"],
        purpose=body["purpose"],
        urgency=body.get("urgency", "routine-7d"),
        subject=_("Answer: %(subject)s") % {"subject": body["subject"]},
        case_id=row.thread.case_id,
        languages=list(body.get("languages", ())),
        answers=[Answer(item["n"], NO_INFORMATION) for item in body.get("items", ())],
        thread=row.thread.uid,
        in_reply_to=row.uid,
        post=row.post,
    )
    return int(release.pk)
