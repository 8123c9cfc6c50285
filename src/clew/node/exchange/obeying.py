"""What a letter of codes and numbers asks for is done as soon as it is kept: nobody has to take it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext_noop

from clew.exchange.kinds.amending import Status
from clew.exchange.kinds.records import body_of
from clew.node.accounts.actions import NODE
from clew.node.cases.actions import Asked, add_task, end_letter_clock
from clew.node.disclosure.actions import stop_answers
from clew.node.exchange import helping
from clew.node.exchange.actions.comparing import take_hit
from clew.node.exchange.actions.evidence_travel import CLOSE, RECEIPT, take_keys, take_receipt
from clew.node.exchange.actions.sending import give_up
from clew.node.exchange.comparing import HIT
from clew.node.exchange.controlling import WITHDRAWN
from clew.node.exchange.models import ControlOrder, InboxEntry, Letter, OutboxEntry


def take_withdrawal(row: Letter, about: Letter, now: dt.datetime) -> None:
    """A partner takes its request back: its clock ends, and nothing leaves in answer to it any more."""
    if about.kind == "request" and row.thread.state != WITHDRAWN:
        # Only some of its items: whoever works on it decides what that means for the answer.
        _tell(about, gettext_noop("Some items of letter %(number)s are not needed any more. Read the withdrawal."))
        return
    # Of another use that was taken already, nobody can allow any more what is not asked for.
    if about.state == "quarantined" or (about.kind != "request" and about.state == "accepted"):
        about.state = WITHDRAWN
        about.save(update_fields=["state"])
        InboxEntry.objects.filter(letter=about, state="quarantined").update(state="done")
    end_letter_clock(actor=NODE, letter=about.uid, url=f"/letters/{row.thread.uid}/")
    stopped = stop_answers(actor=NODE, letter=about.uid)
    waiting = OutboxEntry.objects.filter(
        letter__in_reply_to=about.uid, letter__direction="out", delivered=None, failed=None, carried=None
    )
    for entry in waiting.select_related("letter__thread"):
        give_up(actor=NODE, entry=entry, code=WITHDRAWN, now=now)
    if stopped:
        text = gettext_noop("Letter %(number)s was withdrawn by its sender: the answer in preparation is stopped.")
    else:
        text = gettext_noop("Letter %(number)s was withdrawn by its sender: nothing is left to answer.")
    _tell(about, text)


def _tell(about: Letter, text: str) -> None:
    case = about.thread.case
    if case is not None and case.closed is None:
        add_task(
            actor=NODE,
            case_id=case.pk,
            kind="letter.withdrawn",
            title=Asked(text, {"number": about.uid[:8]}),
            url=f"/letters/{about.thread.uid}/",
        )


def answer_untaken(query: Letter, about: Letter, now: dt.datetime) -> None:
    """Answer by itself how far a request is that nobody has taken: "waiting" is what the receipts say already."""
    if about.state == "quarantined":
        ControlOrder.objects.create(about=query, kind="status", package=body_of(Status("waiting")), ordered=now)


def tell_of_denial(row: Letter, about: Letter, _now: dt.datetime) -> None:
    """Whoever asked for another use is told that it is not allowed."""
    _tell(about, gettext_noop("What you asked for in letter %(number)s is not allowed. Use it only as before."))


def tell_of_answer(row: Letter, about: Letter, _now: dt.datetime) -> None:
    """Whoever made an offer is told that it was accepted or declined."""
    if row.kind == "accept-conditions":
        _tell(about, gettext_noop("The conditions of letter %(number)s are accepted: tell what you offered."))
    else:
        _tell(about, gettext_noop("The conditions of letter %(number)s are declined: nothing is told."))


Handler = Callable[[Letter, Letter, dt.datetime], None]

HANDLERS: Final[Mapping[str, Handler]] = {
    "withdraw": take_withdrawal,
    "status-query": answer_untaken,
    CLOSE: take_keys,
    RECEIPT: take_receipt,
    "consent-deny": tell_of_denial,
    "accept-conditions": tell_of_answer,
    "decline-conditions": tell_of_answer,
    helping.ANSWER: helping.take_answer,
    helping.ARRIVED: helping.take_arrival,
    helping.ENDED: helping.take_end,
    HIT: take_hit,
}
"""What a control letter does here once it is kept: the letter, the one it is about, and now."""
