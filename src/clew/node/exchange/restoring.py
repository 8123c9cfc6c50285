"""The worker's turn after a restore, here or at a partner: ask, answer, and let letters leave again."""

from __future__ import annotations

import datetime as dt
from typing import Final

from clew.exchange.resync import RESYNC, Point
from clew.node.accounts.actions import NODE
from clew.node.exchange.actions import answer_resync, ask_resync, hold_new, resend_letters, resume_letters
from clew.node.exchange.holding import may_ask
from clew.node.exchange.models import OutboxEntry, Restored, ResyncQuestion
from clew.node.exchange.resending import PORTION, next_mine
from clew.node.exchange.resyncing import agrees_with, has_come
from clew.node.partners.queries import UsableKeys, parties

AGAIN: Final = dt.timedelta(hours=6)
"""A partner that has not answered, or whose letters have not come, is asked again after that."""


def ask_partners(now: dt.datetime) -> int:
    """Ask each partner that is held, and free it where all has come that it said is coming; returns how many."""
    if not Restored.objects.exists():
        return 0
    new = parties().exclude(uid__in=Restored.objects.values("party")).values_list("uid", flat=True)
    if uids := list(new):
        hold_new(actor=NODE, uids=uids, now=now)
    done = 0
    for row in Restored.objects.filter(resolved=None).order_by("pk"):
        if row.answered is not None and has_come(row):
            resume_letters(actor=NODE, row=row, now=now)
            done += 1
        elif _is_to_be_asked(row, now) and isinstance(keys := may_ask(row.party, now), UsableKeys):
            ask_resync(actor=NODE, row=row, keys=keys, now=now)
            done += 1
    return done


def _is_to_be_asked(row: Restored, now: dt.datetime) -> bool:
    """Whether it is time; one question is on its way at a time, and after a fault a human finds out first."""
    if row.fault:
        return False
    if row.asked is None:
        return True
    waiting = OutboxEntry.objects.filter(party=row.party, kind=RESYNC, delivered=None, failed=None, expires__gt=now)
    return abs(now - row.asked) >= AGAIN and not waiting.exists()


def answer_partners(now: dt.datetime) -> int:
    """Answer the partners that were brought back; one that asks with keys it has replaced waits for a human.

    The letters that they lost go again in portions, one for each in a round, and the answer when all are on their way.
    """
    done = 0
    for question in ResyncQuestion.objects.filter(answered=None, by_former_key=False).order_by("pk"):
        keys = may_ask(question.party, now)
        if not isinstance(keys, UsableKeys):
            continue
        done += 1
        portion = []
        if agrees_with(question.party, Point(question.sent_sequence, question.sent_digest)):
            portion = next_mine(question, now)
        if portion:
            resend_letters(actor=NODE, question=question, portion=portion, keys=keys, now=now)
        if len(portion) < PORTION:
            answer_resync(actor=NODE, question=question, keys=keys, now=now)
    return done
