"""After a restore: ask a partner what it has, and answer one that asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from clew.exchange.resync import RESYNC, RESYNCED, Point, Resync, Resynced, Span, spans_of, write_resync, write_resynced
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.exchange.actions.sending import queue_outside, queued, sealed_to
from clew.node.exchange.at_rest import NotReadableAtRest, signed_form
from clew.node.exchange.dispatching import new_uid
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import Letter, OutboxEntry, PairState, Restored, ResyncQuestion
from clew.node.exchange.reading import rest_of
from clew.node.exchange.resyncing import (
    Mine,
    go_on_after,
    is_asked_for,
    last_confirmed,
    last_known,
    mine_after,
    numbers_missing,
    received_after,
    taken_back,
)
from clew.node.partners.queries import UsableKeys

PORTION: Final = 5_000
"""Rows named in one statement."""


@action("exchange.ask_resync", permission="node.act")
def ask_resync(*, actor: Actor, row: Restored, keys: UsableKeys, now: dt.datetime) -> OutboxEntry:
    """Ask a partner what it has of this node since the backup, and to send again what is not here."""
    known, missing = last_known(row.party)
    goes_on = row.asked is None and bool(row.known_digest)
    sent = last_confirmed(row)
    row.known_sequence, row.known_digest = sent.sequence, sent.digest
    row.nonce, row.asked, row.answered = new_uid(), now, None
    message = Resync(
        own_uid(), row.party, now.replace(microsecond=0), row.nonce, sent, known, missing,
        resend=not goes_on,
    )  # fmt: skip
    # The last question is of no use any more, whether it left or not.
    OutboxEntry.objects.filter(party=row.party, kind=RESYNC, delivered=None, failed=None).update(failed=now)
    entry = queue_outside(keys, RESYNC, write_resync(message), now)
    row.save(update_fields=["nonce", "asked", "answered", "known_sequence", "known_digest"])
    record(
        actor=actor, act="exchange.ask_resync", object_kind="party", object_id=row.party,
        details={"nonce": row.nonce, "sent": message.sent.sequence, "known": known.sequence,
                 "envelope": entry.envelope_id},
    )  # fmt: skip
    return entry


@action("exchange.answer_resync", permission="node.act")
def answer_resync(*, actor: Actor, question: ResyncQuestion, keys: UsableKeys, now: dt.datetime) -> OutboxEntry:
    """Tell a partner that was brought back what is here of it, and send again what it does not have."""
    sent = Point(question.sent_sequence, question.sent_digest)
    agrees, told, more = received_after(question.party, sent)
    again = _send_again(question, keys, now) if agrees else _Again()
    last = not more and agrees
    message = Resynced(
        own_uid(), question.party, now.replace(microsecond=0), question.nonce, agrees, tuple(told),
        numbers_missing(told, sent.sequence), more, go_on_after(question.party, told, sent.sequence) if last else 0,
        again.coming, again.gone,
    )  # fmt: skip
    entry = queue_outside(keys, RESYNCED, write_resynced(message), now)
    question.answered = now
    question.save(update_fields=["answered"])
    record(
        actor=actor, act="exchange.answer_resync", object_kind="party", object_id=question.party,
        details={"nonce": question.nonce, "agrees": int(agrees), "received": len(told), "resume": message.resume,
                 "resent": again.count, "envelope": entry.envelope_id},
    )  # fmt: skip
    return entry


@dataclass(slots=True)
class _Again:
    """What goes again and what cannot; `count` envelopes were put back or sealed anew."""

    coming: tuple[Span, ...] = ()
    gone: tuple[Span, ...] = ()
    count: int = 0


def _send_again(question: ResyncQuestion, keys: UsableKeys, now: dt.datetime) -> _Again:
    """Put back what arrived once, in its order; seal anew what has expired; leave what was taken back or given up."""
    mine = mine_after(question, now)
    waiting = [one for one in mine if one.waits]
    found = _Again(spans_of(one.sequence for one in waiting))
    if not question.resend:
        return found
    recalled = taken_back(question.party)
    again = [one for one in mine if not one.waits and one.given_up in {"", "expired"} and one.letter not in recalled]
    back = [one for one in again if not one.expired and not one.given_up]
    anew = _sealed_anew([one for one in again if one.expired or one.given_up], keys, now)
    put_back = _put_back(back, now)
    OutboxEntry.objects.bulk_create(anew)
    coming = {one.sequence for one in waiting} | put_back | {one.sequence for one in anew if one.sequence is not None}
    found.coming = spans_of(sorted(coming))
    found.gone = _gone(question, coming)
    found.count = len(put_back) + len(anew)
    return found


def _put_back(back: Sequence[Mine], now: dt.datetime) -> set[int]:
    """Envelopes that arrived once wait again; returns their numbers. One whose bytes were destroyed stays as it is."""
    numbers: set[int] = set()
    for at in range(0, len(back), PORTION):
        rows = OutboxEntry.objects.filter(pk__in=[one.pk for one in back[at : at + PORTION]]).exclude(envelope=b"")
        numbers.update(number for number in rows.values_list("sequence", flat=True) if number is not None)
        # Tried before: so the rules are asked once more whether it may leave.
        rows.update(delivered=None, carried=None, attempts=1, next_attempt=now, last_problem="")
    return numbers


def _sealed_anew(expired: Sequence[Mine], keys: UsableKeys, now: dt.datetime) -> list[OutboxEntry]:
    """Letters whose envelopes have expired, in new ones; a letter that was forgotten cannot go again."""
    letters = Letter.objects.in_bulk([one.letter for one in expired if one.letter is not None])
    found = []
    for one in expired:
        row = letters.get(one.letter or 0)
        if row is None or not row.wrapped_key:
            continue
        try:
            signed = signed_form(row.uid, rest_of(row))
        except NotReadableAtRest:
            continue
        found.append(
            queued(row.party, sealed_to(row.party, keys, signed, now, one.carrier), row.kind, row, now, one.carrier)
        )
    return found


def _gone(question: ResyncQuestion, coming: Collection[int]) -> tuple[Span, ...]:
    state = PairState.objects.filter(party=question.party, direction="out").first()
    last = state.sequence if state is not None else 0
    first = min([question.known_sequence + 1, *(span[0] for span in question.missing)])
    return spans_of(n for n in range(first, last + 1) if n not in coming and is_asked_for(question, n))
