"""From signed decisions to sealed letters in the outbox; nothing else becomes a letter with content."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from clew.exchange.kinds.table import LONG_KNOWN
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.letters import check_reference, write_letter
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import Envelope, sign_letter
from clew.exchange.threads import OPEN, EventKind
from clew.node.accounts.actions import NODE, Actor, action
from clew.node.audit.actions import record, record_many
from clew.node.cases.actions import meet_deadlines_of_letters
from clew.node.disclosure.actions import mark_dispatched, withhold_outdated
from clew.node.discovery import offers
from clew.node.exchange import at_rest, order
from clew.node.exchange.actions.evidence_travel import ANNOUNCE, begin_sending, check_sealed
from clew.node.exchange.actions.sending import letter_fields, queued, sealed_to
from clew.node.exchange.clarifying import move_deadlines, stops_or_starts
from clew.node.exchange.controlling import WITHDRAWN
from clew.node.exchange.correcting import keep_sent
from clew.node.exchange.correspondence import event_row, keep_events, keep_new, letter_event_data
from clew.node.exchange.dispatching import Route, SignedDecision, header_of
from clew.node.exchange.helping import REFERRAL
from clew.node.exchange.identity import own_uid, sign_key
from clew.node.exchange.models import DispatchProblem, Letter, OutboxEntry, PairState, Thread, ThreadEvent
from clew.node.exchange.recalling import RECALLED
from clew.node.exchange.referring import header_named
from clew.node.partners.queries import UsableKeys

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A letter that is written, signed and sealed, and not kept yet."""

    decision: SignedDecision
    node: str
    carrier: str
    letter: SignedLetter
    signed: str
    envelope: Envelope
    thread: Thread


@action("exchange.dispatch_decisions", permission="node.act")
def dispatch_decisions(
    *, actor: Actor, decisions: Sequence[tuple[SignedDecision, Route]], now: dt.datetime
) -> list[Letter]:
    """Make, sign, seal and queue the letters of signed decisions, in one transaction; each has its own audit entry.

    A decision whose package does not fit its schema, or is not what was decided and signed, becomes no letter: that is
    kept as a problem for a human, and keeps no other back. Its route's keys must be usable. What the rules would not
    let out any more, because something changed since it was signed, does not leave.
    """
    outdated = withhold_outdated(actor=actor, decision_ids=[one.pk for one, _route in decisions])
    decisions = [(one, route) for one, route in decisions if one.pk not in outdated]
    portion = _Portion(decisions, now)
    for decision, route in decisions:
        try:
            portion.prepare(decision, route)
        except Refusal as refusal:
            log.error("decision %s cannot become a letter: %s %s", decision.pk, refusal.code, refusal.where)
            _keep_problem(actor, decision, refusal.code, now)
    rows = portion.write()
    for one in portion.prepared:
        mark_dispatched(actor=actor, decision_id=one.decision.pk, letter_uid=one.letter.header.id)
    _tell_of_referrals(portion.prepared, now)
    record_many(
        actor=actor,
        act="exchange.dispatch_decision",
        object_kind="letter",
        objects=[(one.letter.header.id, {"decision": one.decision.digest, "to": one.node}) for one in portion.prepared],
    )
    return rows


def _tell_of_referrals(prepared: Sequence[Prepared], now: dt.datetime) -> None:
    """The room that walks with persons learns by which letter a service is asked."""
    for one in prepared:
        if one.decision.kind == REFERRAL:
            for note in offers("note_letter", module="actions"):
                note(actor=NODE, release_id=one.decision.release, letter=one.letter.header.id, now=now)


def _keep_problem(actor: Actor, decision: SignedDecision, code: str, now: dt.datetime) -> None:
    DispatchProblem.objects.create(decision=decision.pk, case_id=decision.case_id, code=code, at=now)
    record(
        actor=actor,
        act="exchange.dispatch_refused",
        object_kind="decision",
        object_id=decision.pk,
        details={"code": code, "decision": decision.digest},
    )


class _Portion:
    """Letters that are dispatched together."""

    def __init__(self, decisions: Sequence[tuple[SignedDecision, Route]], now: dt.datetime) -> None:
        self.prepared: list[Prepared] = []
        self._now = now
        nodes = {route.node for _decision, route in decisions}
        threads = [one.thread for one, _route in decisions]
        answered = [one.in_reply_to for one, _route in decisions if one.in_reply_to]
        self._recalled = set(Letter.objects.filter(uid__in=answered, state=RECALLED).values_list("uid", flat=True))
        # Always in the same order, so that two processes never wait for one another.
        self._pairs: dict[str, PairState] = {node: order.pair(node, "out") for node in sorted(nodes)}
        self._threads = {row.uid: row for row in Thread.objects.filter(uid__in=threads)}
        self._new: list[Thread] = []

    def prepare(self, decision: SignedDecision, route: Route) -> None:
        """Write, sign and seal one letter; raises `Refusal` and leaves everything as it was."""
        if not isinstance(route.keys, UsableKeys):
            raise Refusal("sender-not-usable")
        if decision.reference.digest(decision.package) != decision.digest:
            raise Refusal("not-as-decided")
        thread = self._threads.get(decision.thread)
        if thread is not None and thread.state == WITHDRAWN and decision.kind in {"reply", "clarify"}:
            raise Refusal(WITHDRAWN)
        if decision.in_reply_to in self._recalled:
            raise Refusal(RECALLED)
        pair = self._pairs[route.node]
        letter = write_letter(header_of(decision, route.node, pair, self._now), decision.package)
        if letter.header.type not in LONG_KNOWN:
            check_reference(letter.header, header_named(letter.header.in_reply_to))
        if letter.header.type == ANNOUNCE:
            check_sealed(letter.body, route.node)
        signed = sign_letter(letter.raw, sign_key())
        envelope = sealed_to(route.node, route.keys, signed, self._now, route.carrier)
        order.advance(pair, letter.digest)
        thread = self._thread(decision, letter)
        self.prepared.append(Prepared(decision, route.node, route.carrier, letter, signed, envelope, thread))

    def write(self) -> list[Letter]:
        """Keep what was prepared; the number of queries does not grow with the number of letters."""
        events = [_written(one) for one in self.prepared]
        keep_new(self._new, events, self._now)
        rows = Letter.objects.bulk_create([_letter_row(one, self._now) for one in self.prepared])
        OutboxEntry.objects.bulk_create(
            [
                queued(one.node, one.envelope, one.letter.header.type, row, self._now, one.carrier)
                for one, row in zip(self.prepared, rows, strict=True)
            ]
        )
        written = list(zip(rows, (one.letter for one in self.prepared), strict=True))
        keep_sent(written, self._now)
        begin_sending(written, self._now)
        new = {thread.uid for thread in self._new}
        old = [event for event in events if event.thread.uid not in new]
        if old:
            keep_events(old, self._now)
        for pair in self._pairs.values():
            order.keep(pair)
        # Only now the state of each correspondence counts the letters that leave.
        answered = [one.decision.in_reply_to for one in self.prepared if _leaves_nothing_open(one)]
        move_deadlines([event.thread for event in old if stops_or_starts(event.data["type"])])
        if answered:
            meet_deadlines_of_letters(actor=NODE, letters=answered)
        return rows

    def _thread(self, decision: SignedDecision, letter: SignedLetter) -> Thread:
        header = letter.header
        found = self._threads.get(header.thread)
        if found is None:
            found = self._threads[header.thread] = Thread(
                uid=header.thread,
                party=header.recipient.node,
                case_id=decision.case_id,
                kind=header.type,
                urgency=header.deadline.urgency if header.deadline else "",
                instrument=header.deadline.instrument if header.deadline else "",
                opened=self._now,
                changed=self._now,
            )
            self._new.append(found)
        return found


def _leaves_nothing_open(one: Prepared) -> bool:
    """Whether a letter is the answer that its request waited for; what it postpones or leaves out is still due."""
    if one.letter.header.type != "reply" or one.thread.answered is None:
        return False
    return all(answer["outcome"] not in OPEN for answer in one.letter.body["answers"])


def _written(one: Prepared) -> ThreadEvent:
    header = one.letter.header
    data = letter_event_data(header, one.letter.body)
    return event_row(one.thread, EventKind.LETTER, letter=header.id, by=own_uid(), at=header.created, data=data)


def _letter_row(one: Prepared, now: dt.datetime) -> Letter:
    header = one.letter.header
    rest = at_rest.put_to_rest(header.id, one.signed, str(one.letter.body.get("subject", "")))
    return Letter(
        **letter_fields(one.letter),
        thread=one.thread,
        direction="out",
        state="sent",
        party=header.recipient.node,
        post=header.recipient.post,
        envelope=one.envelope.id,
        envelope_digest=one.envelope.digest,
        signed_with=sign_key().public_key().public_bytes_raw(),
        wrapped_key=rest.wrapped_key,
        sealed=rest.sealed,
        sealed_subject=rest.sealed_subject,
        decision=one.decision.pk,
        recorded=now,
    )
