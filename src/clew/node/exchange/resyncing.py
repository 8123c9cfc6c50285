"""What a node that was brought back asks a partner, what the partner answers, and what follows from the answer.

The rules of both messages are in `clew.exchange.resync`; here is what the store says and what is written to it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from clew.exchange.refusals import Refusal
from clew.exchange.resync import (
    LEFT_FREE,
    MOST_RECEIVED,
    Point,
    Received,
    Resync,
    Resynced,
    Span,
    check_chain,
    spans_of,
)
from clew.exchange.strict_json import digest
from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
from clew.node.disclosure.actions import mark_dispatched
from clew.node.disclosure.queries import signed_undispatched
from clew.node.exchange import order
from clew.node.exchange.models import (
    InboxEntry,
    OutboxEntry,
    PairState,
    Recall,
    Restored,
    ResyncQuestion,
    SentBefore,
)
from clew.node.exchange.unsealing import Unsealed
from clew.node.partners.queries import organisations_of

FORK: Final = "fork"
"""The partner has another letter under a number that is known here, or one was given twice."""

FARTHEST: Final = 100 * LEFT_FREE
"""A partner that lets this node begin later than that takes its numbers away."""


def last_confirmed(row: Restored) -> Point:
    """The last letter to a partner that is known to have arrived, as are all before it; what it said before counts."""
    if row.known_digest:
        return Point(row.known_sequence, row.known_digest)
    state = PairState.objects.filter(party=row.party, direction="out").first()
    if state is None:
        return Point()
    mine = OutboxEntry.objects.filter(party=row.party)
    waiting = mine.filter(delivered=None, failed=None).exclude(sequence=None).order_by("sequence").first()
    if waiting is None or waiting.sequence is None:
        return Point(state.sequence, state.digest)
    if waiting.sequence == 1:
        return Point()
    before = mine.filter(sequence=waiting.sequence - 1).values_list("letter_digest", flat=True).first()
    # One of before the numbers were kept is not named; then the partner tells of those after the last only.
    return Point(waiting.sequence - 1, before) if before else Point(state.sequence, state.digest)


def last_known(party: str) -> tuple[Point, tuple[Span, ...]]:
    """The last letter of a partner that is here, and the numbers before it that are not."""
    state = PairState.objects.filter(party=party, direction="in").first()
    return (
        (Point(state.sequence, state.digest), spans_of(sorted(state.missing))) if state is not None else (Point(), ())
    )


def take_resync(one: Unsealed, now: dt.datetime) -> None:
    """Note the question of a partner that was brought back, or act on the answer to this node's own."""
    if isinstance(one.message, Resync):
        _note_question(one, one.message, now)
    elif isinstance(one.message, Resynced):
        _take_answer(one.message, now)


def _note_question(one: Unsealed, asked: Resync, now: dt.datetime) -> None:
    """One that is older than the last from this partner lay somewhere, or is played again; it is not answered."""
    before = ResyncQuestion.objects.filter(party=asked.sender).order_by("-created").first()
    if before is not None and (asked.created < before.created or asked.nonce == before.nonce):
        return
    ResyncQuestion.objects.filter(party=asked.sender, answered=None).delete()
    row = ResyncQuestion.objects.create(
        party=asked.sender, nonce=asked.nonce, created=asked.created, came=now, by_former_key=one.by_former_key,
        sent_sequence=asked.sent.sequence, sent_digest=asked.sent.digest, known_sequence=asked.known.sequence,
        missing=[list(span) for span in asked.missing], resend=asked.resend,
    )  # fmt: skip
    record(
        actor=NODE, act="exchange.note_resync", object_kind="party", object_id=row.party,
        details={"nonce": row.nonce, "sent": row.sent_sequence, "known": row.known_sequence,
                 "former_key": int(row.by_former_key)},
    )  # fmt: skip


def agrees_with(party: str, sent: Point) -> bool:
    """Whether a letter of a partner is the one that is here, if that number is."""
    if not sent.sequence:
        return True
    came = InboxEntry.objects.filter(sender=party, sequence=sent.sequence).exclude(letter_digest="")
    return came.values_list("letter_digest", flat=True).first() in {None, sent.digest}


def received_after(party: str, sent: Point) -> tuple[list[Received], bool]:
    """What came of a partner after a letter of it, and whether more did than is told."""
    came = InboxEntry.objects.filter(sender=party).exclude(letter_digest="")
    rows = came.filter(sequence__gt=sent.sequence).order_by("sequence").values_list(
        "sequence", "letter_digest", "previous", "kind", "letter__uid", "letter__decision_digest"
    )[: MOST_RECEIVED + 1]  # fmt: skip
    told = [
        Received(n or 0, of, previous, kind, letter or "", decision or "")
        for n, of, previous, kind, letter, decision in rows
    ]
    return told[:MOST_RECEIVED], len(told) > MOST_RECEIVED


def numbers_missing(told: Sequence[Received], since: int) -> tuple[Span, ...]:
    """The runs of numbers between what is told that did not arrive."""
    found: list[Span] = []
    before = since
    for one in told:
        if one.sequence > before + 1:
            found.append((before + 1, one.sequence - 1))
        before = one.sequence
    return tuple(found)


def go_on_after(party: str, told: Sequence[Received], since: int) -> int:
    """The number after which a partner that was brought back goes on; kept, so that its next letter follows.

    Asked again, it is the same: no letter came under a number after it.
    """
    state = order.pair(party, "in")
    highest = told[-1].sequence if told else since
    if state.sequence <= highest:
        state.sequence, state.digest = highest + LEFT_FREE, told[-1].digest if told else state.digest
        order.keep(state)
    return state.sequence


def _take_answer(answer: Resynced, now: dt.datetime) -> None:
    row = Restored.objects.select_for_update().filter(party=answer.sender, resolved=None, nonce=answer.nonce).first()
    if row is None or row.answered is not None:
        return
    row.fault = _fault(row, answer)
    if not row.fault:
        _believe(row, answer, now)
    row.save()
    record(
        actor=NODE, act="exchange.take_resynced", object_kind="party", object_id=row.party,
        details={"nonce": answer.nonce, "received": len(answer.received), "resume": answer.resume, "code": row.fault,
                 "digest": digest("".join(one.digest for one in answer.received).encode())},
    )  # fmt: skip


def _fault(row: Restored, answer: Resynced) -> str:
    """Why an answer cannot be believed, as a code; a human then finds out."""
    sent = last_confirmed(row)
    if not answer.agrees:
        return FORK
    try:
        check_chain(answer, sent)
    except Refusal as refusal:
        return refusal.code
    given = order.pair(row.party, "out").sequence
    last = answer.received[-1].sequence if answer.received else sent.sequence
    if answer.resume > max(last, given) + FARTHEST:
        return "bad-field"
    here = OutboxEntry.objects.filter(party=row.party, sequence__gt=sent.sequence).exclude(letter_digest="")
    mine = dict(here.values_list("sequence", "letter_digest"))
    return FORK if any(mine.get(one.sequence, one.digest) != one.digest for one in answer.received) else ""


def _believe(row: Restored, answer: Resynced, now: dt.datetime) -> None:
    """What the partner has is not sent again, be it sealed or only signed; the numbers go on after those it knows."""
    numbers = [one.sequence for one in answer.received]
    here = OutboxEntry.objects.filter(party=row.party, sequence__in=numbers)
    known = set(here.values_list("sequence", flat=True))
    here.filter(delivered=None, failed=None).update(delivered=now, last_problem="")
    SentBefore.objects.bulk_create(
        [
            SentBefore(
                party=row.party, sequence=one.sequence, digest=one.digest, kind=one.type, letter=one.letter,
                decision_digest=one.decision, told=now,
            )
            for one in answer.received
            if one.sequence not in known
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    _mark_sent(row.party, answer.received, now)
    if answer.received:
        row.known_sequence, row.known_digest = answer.received[-1].sequence, answer.received[-1].digest
    if answer.more:
        row.asked = None
        return
    state = order.pair(row.party, "out")
    if answer.resume > state.sequence:
        state.sequence, state.digest = answer.resume, row.known_digest or state.digest
        order.keep(state)
    row.answered, row.coming = now, [list(span) for span in answer.coming]


def _mark_sent(party: str, received: Sequence[Received], now: dt.datetime) -> None:
    """Decisions and recalls whose letters left after the backup, and arrived: they do not leave again."""
    letters = {one.decision: one.letter for one in received if one.decision and one.letter}
    signed = signed_undispatched(now).filter(digest__in=letters)
    found = list(signed.values_list("pk", "digest", "release__recipient"))
    nodes = organisations_of({recipient for _pk, _digest, recipient in found})
    for pk, of, recipient in found:
        if nodes.get(recipient, recipient) == party:
            mark_dispatched(actor=NODE, decision_id=pk, letter_uid=letters[of])
    uids = [one.letter for one in received if one.letter]
    Recall.objects.filter(direction="out", party=party, sent=None, uid__in=uids).update(sent=now)


def has_come(row: Restored) -> bool:
    """Whether every letter is here that the partner said is on its way.

    They come in their order, so the last number of each run is looked for first: to count is for the end.
    """
    came = InboxEntry.objects.filter(sender=row.party).exclude(letter_digest="").order_by()
    if not all(came.filter(sequence=last).exists() for _first, last in row.coming):
        return False
    return all(
        came.filter(sequence__range=(first, last)).values("sequence").distinct().count() == last - first + 1
        for first, last in row.coming
    )
