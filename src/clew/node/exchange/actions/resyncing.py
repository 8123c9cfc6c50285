"""After a restore: ask a partner what it has, and answer one that asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from clew.exchange.resync import RESYNC, RESYNCED, Point, Resync, Resynced, write_resync, write_resynced
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.exchange.actions.sending import queue_outside, queued, sealed_to
from clew.node.exchange.at_rest import NotReadableAtRest, signed_form
from clew.node.exchange.dispatching import new_uid
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import Letter, OutboxEntry, Restored, ResyncQuestion
from clew.node.exchange.reading import rest_of
from clew.node.exchange.resending import Mine, gone, taken_back, with_numbers
from clew.node.exchange.resyncing import (
    agrees_with,
    go_on_after,
    last_confirmed,
    last_known,
    numbers_missing,
    received_after,
)
from clew.node.partners.queries import UsableKeys


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


@action("exchange.resend_letters", permission="node.act")
def resend_letters(
    *, actor: Actor, question: ResyncQuestion, portion: Sequence[Mine], keys: UsableKeys, now: dt.datetime
) -> None:
    """Let a portion of letters go again that a partner lost; how far it came is kept, so that it goes on there.

    What arrived once waits again, byte for byte; what has expired is sealed anew; what was taken back stays.
    """
    recalled = taken_back(question.party, portion)
    again = [one for one in portion if not one.waits and one.given_up in {"", "expired"} and one.letter not in recalled]
    if not question.resend:
        again = []
    put_back = _put_back([one for one in again if not one.expired and not one.given_up], now)
    anew = _sealed_anew([one for one in again if one.expired or one.given_up], keys, now)
    OutboxEntry.objects.bulk_create(anew)
    coming = {one.sequence for one in portion if one.waits} | put_back
    coming |= {one.sequence for one in anew if one.sequence is not None}
    question.coming = with_numbers(question.coming, sorted(coming))
    question.resent_to = portion[-1].sequence
    question.resent += len(put_back) + len(anew)
    question.save(update_fields=["coming", "resent_to", "resent"])
    record(
        actor=actor, act="exchange.resend_letters", object_kind="party", object_id=question.party,
        details={"nonce": question.nonce, "from": portion[0].sequence, "to": question.resent_to,
                 "put_back": len(put_back), "sealed_anew": len(anew)},
    )  # fmt: skip


@action("exchange.answer_resync", permission="node.act")
def answer_resync(*, actor: Actor, question: ResyncQuestion, keys: UsableKeys, now: dt.datetime) -> OutboxEntry:
    """Tell a partner that was brought back what is here of it, and which of its lost letters come again."""
    sent = Point(question.sent_sequence, question.sent_digest)
    agrees = agrees_with(question.party, sent)
    told, more = received_after(question.party, sent) if agrees else ([], False)
    last = not more and agrees
    message = Resynced(
        own_uid(), question.party, now.replace(microsecond=0), question.nonce, agrees, tuple(told),
        numbers_missing(told, sent.sequence), more, go_on_after(question.party, told, sent.sequence) if last else 0,
        tuple((first, last) for first, last in question.coming),
        gone(question) if question.resend and agrees else (),
    )  # fmt: skip
    entry = queue_outside(keys, RESYNCED, write_resynced(message), now)
    question.answered = now
    question.save(update_fields=["answered"])
    record(
        actor=actor, act="exchange.answer_resync", object_kind="party", object_id=question.party,
        details={"nonce": question.nonce, "agrees": int(agrees), "received": len(told), "resume": message.resume,
                 "resent": question.resent, "envelope": entry.envelope_id},
    )  # fmt: skip
    return entry


def _put_back(back: Sequence[Mine], now: dt.datetime) -> set[int]:
    """Envelopes that arrived once wait again; returns their numbers. One whose bytes were destroyed stays as it is."""
    rows = OutboxEntry.objects.filter(pk__in=[one.pk for one in back]).exclude(envelope=b"")
    numbers = {number for number in rows.values_list("sequence", flat=True) if number is not None}
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
