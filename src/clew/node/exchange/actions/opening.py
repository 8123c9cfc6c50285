"""Envelopes that were stored are opened: the letter waits in quarantine, receipts are noted, the rest is rejected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final

from clew.disclosure.particulars import CORRECT
from clew.exchange.checkpoints import LETTER_TYPES
from clew.exchange.kinds.table import CONTROL, LONG_KNOWN
from clew.exchange.letters import Header, check_reference, read_header
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.receipts import Receipt as SignedReceipt
from clew.exchange.receipts import Stage
from clew.exchange.refusals import Refusal
from clew.exchange.sequence import Place
from clew.exchange.threads import OPENING, EventKind
from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record_many
from clew.node.exchange import at_rest
from clew.node.exchange.actions.receipts import note_receipts, owed_receipt
from clew.node.exchange.actions.sending import letter_fields
from clew.node.exchange.clarifying import move_deadlines, stops_or_starts
from clew.node.exchange.correcting import check_numbers, receive_correction
from clew.node.exchange.correspondence import event_row, keep_events, keep_new, letter_event_data
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry, Recall, Receipt, Thread, ThreadEvent
from clew.node.exchange.obeying import HANDLERS
from clew.node.exchange.offering import ACCEPT, DECLINE, check_conditions
from clew.node.exchange.order import IncomingOrder
from clew.node.exchange.recalling import (
    CORRECT_ACK,
    RECALL,
    RECALL_ACK,
    RECALLED,
    check_named,
    receive_recall,
    receive_recall_ack,
)
from clew.node.exchange.referring import headers_named
from clew.node.exchange.resyncing import take_resync
from clew.node.exchange.rotating import DIRECTORY_UPDATE, KEY_ROTATE, take_card, take_update
from clew.node.exchange.suspending import SUSPEND, take_suspension
from clew.node.exchange.unsealing import Unsealed, unseal
from clew.node.exchange.witnessing import take_checkpoint
from clew.node.exchange.writing import write_columns
from clew.node.partners.queries import UsableKeys

UNREACHED = ("no-connection", "timeout", "cut-off")
"""Problems that say of a partner no more than that it was away (`posting`)."""

ACTED_ON: Final[Mapping[str, Callable[[Letter, SignedLetter, dt.datetime], None]]] = {
    RECALL: receive_recall,
    RECALL_ACK: receive_recall_ack,
    CORRECT: receive_correction,
    CORRECT_ACK: receive_recall_ack,
}
"""Types of letters that the node acts on itself, once they are kept; each may name one letter before it."""

OF_THE_NETWORK: Final[Mapping[str, Callable[[SignedLetter, bytes], None]]] = {
    KEY_ROTATE: take_card,
    DIRECTORY_UPDATE: take_update,
    SUSPEND: take_suspension,
}
"""What a partner says of itself: the letter, and the key that it was verified with. It raises `Refusal`."""

WRITTEN = ["state", "code", "where", "kind", "letter", "sequence", "previous", "letter_digest"]


@action("exchange.open_envelopes", permission="node.act")
def open_envelopes(
    *, actor: Actor, entries: Sequence[InboxEntry], keys: Mapping[str, UsableKeys], now: dt.datetime
) -> None:
    """Open stored envelopes with their senders' pinned keys, in one transaction.

    A letter with content goes into quarantine and is answered with `opened`; receipts are noted; what is refused is
    kept for review, changes nothing, and is answered with `opened` and the code. Each has its own audit entry.
    """
    portion = Portion([unseal(entry, keys[entry.sender], now) for entry in entries], now)
    portion.judge()
    portion.write()
    _try_again(heard_from={entry.sender for entry in entries if entry.state != "rejected"}, now=now)
    record_many(
        actor=actor,
        act="exchange.open_envelope",
        object_kind="envelope",
        objects=[
            (
                entry.envelope_id,
                {"from": entry.sender, "state": entry.state, "code": entry.code, "digest": entry.digest},
            )
            for entry in entries
        ],
    )


def _try_again(*, heard_from: Collection[str], now: dt.datetime) -> None:
    """What could not be handed to these partners does not wait for the end of a long pause: they are back."""
    away = OutboxEntry.objects.filter(party__in=heard_from, carrier="", delivered=None, failed=None)
    away.filter(last_problem__in=UNREACHED, next_attempt__gt=now).update(attempts=0, next_attempt=now)


class Portion:
    """Envelopes that are opened together: first every one is judged, then everything is written at once."""

    def __init__(self, unsealed: Sequence[Unsealed], now: dt.datetime) -> None:
        self._unsealed = unsealed
        self._now = now
        letters = [one.letter for one in unsealed if one.letter is not None]
        self._threads = {row.uid: row for row in Thread.objects.filter(uid__in={one.header.thread for one in letters})}
        self._kept_threads = set(self._threads)
        self._known_threads = frozenset(self._threads)
        ids = {one.header.id for one in letters}
        # The number of a recall is given away before its letter is written: nobody may use it before.
        taken = Letter.objects.filter(uid__in=ids).values_list("uid").union(
            Recall.objects.filter(uid__in=ids).values_list("uid")
        )  # fmt: skip
        self._uids = {uid for (uid,) in taken}
        new = [one for one in letters if one.header.type not in LONG_KNOWN]
        self._referred = headers_named({one.header.in_reply_to for one in new})
        self._orders = self._incoming_orders()
        self._new: list[Thread] = []
        self._letters: list[Letter] = []
        self._events: list[ThreadEvent] = []
        self._owed: list[Receipt] = []
        self._acted_on: list[tuple[Letter, SignedLetter]] = []
        before = Recall.objects.filter(direction="in", numbers=[], recalled__in={one.header.id for one in letters})
        self._recalled = set(before.values_list("party", "recalled"))

    def judge(self) -> None:
        """Decide on each envelope, in the order in which they arrived."""
        for one in self._unsealed:
            entry = one.entry
            entry.code = ""
            try:
                self._take(one)
            except Refusal as refusal:
                entry.state, entry.code, entry.where = "rejected", refusal.code, refusal.where
                self._owe(one, None, refusal.code)

    def write(self) -> None:
        """Write what was decided; the number of queries does not grow with the number of envelopes."""
        keep_new(self._new, self._events, self._now)
        Letter.objects.bulk_create(self._letters)
        for one in self._unsealed:
            one.entry.letter = one.entry.letter  # takes over the number that the letter has now
        write_columns([one.entry for one in self._unsealed], WRITTEN)
        self._name_letters()
        Receipt.objects.bulk_create(self._owed, ignore_conflicts=True)
        for order in self._orders.values():
            order.keep()
        new = {thread.uid for thread in self._new}
        old = [event for event in self._events if event.thread.uid not in new]
        if old:
            keep_events(old, self._now)
            move_deadlines([event.thread for event in old if stops_or_starts(event.data.get("type", ""))])
        for sender in self._orders:
            receipts = [receipt for one in self._unsealed if one.entry.sender == sender for receipt in self._fresh(one)]
            if receipts:
                note_receipts(receipts, self._now)
        for one in self._unsealed:
            take_checkpoint(one, self._now)
            take_resync(one, self._now)
        self._do()

    def _do(self) -> None:
        """What letters of codes and numbers ask for is done at once: nobody has to take them.

        One that overtook the letter that it is about waits for it, and is done as soon as that one is kept.
        """
        for row in self._letters:
            if row.kind in HANDLERS:
                about = Letter.objects.select_related("thread__case").filter(uid=row.in_reply_to).first()
                if about is not None and _may_refer(row, about):
                    HANDLERS[row.kind](row, about, self._now)
        for early, late in self._overtaken():
            HANDLERS[early.kind](early, late, self._now)
        for row, letter in self._acted_on:
            ACTED_ON[letter.header.type](row, letter, self._now)

    def _overtaken(self) -> list[tuple[Letter, Letter]]:
        """Letters that came earlier than the one of this portion that they are about, with that one; one query."""
        here = {row.uid: row for row in self._letters if row.thread.uid in self._known_threads}
        if not here:
            return []
        threads = {row.thread_id for row in here.values()}
        early = Letter.objects.filter(thread__in=threads, direction="in", kind__in=HANDLERS, in_reply_to__in=here)
        waiting = early.exclude(pk__in=[row.pk for row in self._letters]).select_related("thread__case").order_by("pk")
        return [(row, here[row.in_reply_to]) for row in waiting if _may_refer(row, here[row.in_reply_to])]

    def _incoming_orders(self) -> dict[str, IncomingOrder]:
        numbers: dict[str, list[int]] = {one.entry.sender: [] for one in self._unsealed}
        for one in self._unsealed:
            if one.order is not None:
                numbers[one.entry.sender].append(one.order[0])
        # Always in the same order, so that two processes never wait for one another.
        return {sender: IncomingOrder(sender, numbers[sender]) for sender in sorted(numbers)}

    def _take(self, one: Unsealed) -> None:
        if self._place(one) is Place.DUPLICATE:
            self._same_letter_again(one)
            return
        if one.refusal is not None:
            raise one.refusal
        if one.message is not None:
            one.entry.kind, one.entry.state = one.message.kind, "done"
            return
        if one.letter is None:
            raise Refusal("not-openable")
        one.entry.kind = one.letter.header.type
        if one.letter.header.type in OF_THE_NETWORK:
            OF_THE_NETWORK[one.letter.header.type](one.letter, one.sign_key)
        if one.letter.header.type in {"receipt", *OF_THE_NETWORK, *LETTER_TYPES}:
            one.entry.state = "done"
            return
        self._keep(one, one.letter)

    def _place(self, one: Unsealed) -> Place:
        """The letter's place in the pair's order, which it holds even if it is refused for something else."""
        if one.order is None:
            return Place.NEXT
        entry, (sequence, previous) = one.entry, one.order
        place = one.place = self._orders[entry.sender].place(sequence, previous, one.digest).place
        if place in {Place.FORK, Place.HISTORY}:
            raise Refusal(place.value)
        if place is not Place.DUPLICATE:
            entry.sequence, entry.previous, entry.letter_digest = sequence, previous, one.digest
        return place

    def _same_letter_again(self, one: Unsealed) -> None:
        """A letter that was sealed and sent anew has the effect it had; these bytes get their receipt too."""
        entry = one.entry
        here = [other.entry for other in self._unsealed if other.entry.letter_digest == one.digest]
        first = (
            next(iter(here), None)
            or InboxEntry.objects.select_related("letter").filter(sender=entry.sender, letter_digest=one.digest).first()
        )
        entry.state = "done"
        entry.code = first.code if first is not None else ""
        self._owe(one, first.letter if first is not None else None, entry.code)

    def _check_reference(self, letter: SignedLetter) -> None:
        """Raise `Refusal` unless the letter may name the one that it names, which may have come in this portion."""
        header = letter.header
        if header.type in LONG_KNOWN:
            return
        referred = self._referred.get(header.in_reply_to)
        if header.type in {ACCEPT, DECLINE}:
            check_reference(header, referred)
            check_conditions(letter)
        elif header.type in ACTED_ON:
            check_named(letter, referred, self._digest_named(header.in_reply_to, header.type))
            if header.type == CORRECT:
                check_numbers(letter, self._named(header.in_reply_to))
        elif referred is not None or header.type not in HANDLERS:
            check_reference(header, referred)

    def _digest_named(self, uid: str, kind: str) -> str:
        if kind == RECALL_ACK:
            return Recall.objects.filter(uid=uid).values_list("digest", flat=True).first() or ""
        named = self._named(uid)
        return named.digest if named is not None else ""

    def _named(self, uid: str) -> Letter | None:
        here = next((row for row in self._letters if row.uid == uid), None)
        return here or Letter.objects.filter(uid=uid).first()

    def _keep(self, one: Unsealed, letter: SignedLetter) -> None:
        """A letter with content waits for a human, unless it was recalled before; what one of codes asks is done."""
        header = letter.header
        self._check_reference(letter)
        thread = self._thread(letter)
        if header.id in self._uids:
            raise Refusal("replay")
        self._uids.add(header.id)
        if thread.uid not in self._kept_threads:
            self._kept_threads.add(thread.uid)
            self._new.append(thread)
        rest = at_rest.put_to_rest(header.id, one.signed, str(letter.body.get("subject", "")))
        state = self._state(header)
        row = Letter(
            **letter_fields(letter),
            thread=thread,
            direction="in",
            state=state,
            party=header.sender.node,
            post=header.sender.post,
            envelope=one.envelope.id,
            envelope_digest=one.envelope.digest,
            signed_with=one.sign_key,
            wrapped_key=rest.wrapped_key,
            sealed=rest.sealed,
            sealed_subject=rest.sealed_subject,
            recorded=self._now,
        )
        self._letters.append(row)
        one.entry.state, one.entry.letter = "quarantined" if state == "quarantined" else "done", row
        self._referred[header.id] = header
        if header.type in ACTED_ON:
            self._acted_on.append((row, letter))
        self._events.extend(_events(thread, letter, one.entry, self._now))
        self._owe(one, row, "")

    def _state(self, header: Header) -> str:
        if header.type in CONTROL:
            return "done" if header.type in ACTED_ON else "noted"
        return RECALLED if (header.sender.node, header.id) in self._recalled else "quarantined"

    def _thread(self, letter: SignedLetter) -> Thread:
        header = letter.header
        found = self._threads.get(header.thread)
        if found is not None and found.party != header.sender.node:
            raise Refusal("foreign-thread")
        if found is not None and found.kind not in OPENING and header.type in OPENING:
            self._begin(found, header)
        if found is None:
            found = self._threads[header.thread] = Thread(
                uid=header.thread,
                party=header.sender.node,
                kind=header.type,
                urgency=header.deadline.urgency if header.deadline else "",
                instrument=header.deadline.instrument if header.deadline else "",
                opened=self._now,
                changed=self._now,
            )
        return found

    def _begin(self, thread: Thread, header: Header) -> None:
        """The letter with which a correspondence begins came after one about it: it says what the correspondence is."""
        thread.kind = header.type
        if header.deadline is not None:
            thread.urgency, thread.instrument = header.deadline.urgency, header.deadline.instrument
        if thread.pk is not None:
            thread.save(update_fields=["kind", "urgency", "instrument"])

    def _owe(self, one: Unsealed, letter: Letter | None, code: str) -> None:
        self._owed.append(
            owed_receipt(envelope=one.envelope, stage=Stage.OPENED, now=self._now, letter=letter, code=code)
        )

    def _name_letters(self) -> None:
        """The `stored` receipts were signed before anyone knew which letter is inside; here it is noted."""
        stored = {
            row.envelope_digest: row
            for row in Receipt.objects.filter(
                envelope_digest__in=[letter.envelope_digest for letter in self._letters], issuer=own_uid()
            )
        }
        for letter in self._letters:
            if letter.envelope_digest in stored:
                stored[letter.envelope_digest].letter = letter
                stored[letter.envelope_digest].letter_uid = letter.uid
        write_columns(stored.values(), ["letter", "letter_uid"])
        for owed in self._owed:
            owed.letter = owed.letter

    @staticmethod
    def _fresh(one: Unsealed) -> list[SignedReceipt]:
        return list(one.receipts) if one.entry.state == "done" and not one.entry.code else []


def _may_refer(early: Letter, late: Letter) -> bool:
    """Whether a letter may be about the one that it names, which came after it; if not, it counts for nothing."""
    try:
        check_reference(read_header(early.header), read_header(late.header))
    except Refusal:
        return False
    return True


def _events(thread: Thread, letter: SignedLetter, entry: InboxEntry, now: dt.datetime) -> list[ThreadEvent]:
    header, me = letter.header, own_uid()
    data = letter_event_data(header, letter.body)
    return [
        event_row(thread, EventKind.LETTER, letter=header.id, by=header.sender.node, at=header.created, data=data),
        event_row(thread, EventKind.STORED, letter=header.id, by=me, at=entry.received),
        event_row(thread, EventKind.OPENED, letter=header.id, by=me, at=now),
    ]
