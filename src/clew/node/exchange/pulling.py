"""Fetching what lies in this node's mailbox at a relay, in the worker.

Whatever the relay gives goes through the same door as what is posted to inbound. Only when that is durable is it
acknowledged, with this node's receipt, and only then the relay deletes it. If anything breaks in between, it gives
the same bytes again, and they get the same receipt and have no second effect.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from django.conf import settings
from django.db import transaction

from clew.exchange.receipts import MAX_RECEIPT
from clew.exchange.refusals import Refusal
from clew.exchange.relaying import MOST_LINES, RelayAddress
from clew.exchange.sealing import read_outer
from clew.exchange.strict_json import digest, read_strict
from clew.node.exchange.limits import TooMany
from clew.node.exchange.lines import Lines
from clew.node.exchange.outbox import OWN_FAULT, is_due, pause
from clew.node.exchange.posting import NotHandedOver
from clew.node.exchange.receiving import receive_all
from clew.node.exchange.relay_lines import acknowledge, pull
from clew.node.exchange.unbundling import here_already
from clew.node.mailbox import MailboxState, own_relay, write_state

PULL: Final = "pull"
"""The kind of line on which the mailbox is looked into."""

Answered = tuple[str, bytes]
"""The digest of an envelope that was fetched, and this node's receipt for it; b"" where it signs none."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Look:
    """One look into the mailbox: what is acknowledged by it, what came, or why it failed."""

    relay: RelayAddress
    owed: Sequence[Answered]
    acknowledged: int = 0
    page: list[bytes] = field(default_factory=list)
    problem: str = ""
    retry_after: int = 0

    def talk(self) -> None:
        """Acknowledge what came before, then ask what lies there now. Does not touch the store."""
        try:
            while self.acknowledged < len(self.owed):
                portion = self.owed[self.acknowledged : self.acknowledged + MOST_LINES]
                acknowledge(self.relay, portion, secure=settings.NODE.secure)
                self.acknowledged += len(portion)
            self.page = pull(self.relay, secure=settings.NODE.secure)
        except NotHandedOver as problem:
            self.problem, self.retry_after = problem.code, problem.retry_after
        except Exception:  # as with letters to a partner: an odd address must not end the worker
            log.exception("the mailbox could not be looked into")
            self.problem = OWN_FAULT


class Mailbox:
    """Looks into the mailbox when it is time; used by the worker's one thread.

    Args:
        rng: spreads the looks, so that they tell nothing of what the node does, and nodes do not come all together.
    """

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._due: dt.datetime | None = None
        # In memory only: what is not acknowledged when the worker ends is given again, and answered the same.
        self._owed: dict[str, bytes] = {}
        self._state: MailboxState | None = None

    def look(self, now: dt.datetime, *, lines: Lines) -> int:
        """Begin a look if it is time, and take what an earlier one brought; returns how many envelopes were new."""
        if self._due is None or is_due(self._due, now):
            # Set first: if the address cannot be read, that is said at this pace and not in every round.
            self._due = now + self._pause()
            relay = own_relay(settings.HOME)
            if relay is not None and lines.is_free(way := (PULL, relay.uid, "")):
                look = Look(relay, list(self._owed.items()))
                lines.start(way, look.talk, partial(self._note, look))
        return lines.settle(PULL, now)

    def _note(self, look: Look, now: dt.datetime) -> int:
        for of, _receipt in look.owed[: look.acknowledged]:
            self._owed.pop(of, None)
        state = self._state
        if state is None or state.relay != look.relay.uid:
            state = MailboxState(look.relay.uid, now)
        if look.problem:
            failures = state.failures + 1
            self._due = now + max(pause(failures, self._rng), dt.timedelta(seconds=look.retry_after))
            self._tell(replace(state, at=now, problem=look.problem, failures=failures))
            return 0
        here = here_already([digest(one) for one in look.page])
        # If the store fails in this, nothing is acknowledged, and the next look brings the same.
        self._owed |= dict(take(look.page, now))
        new = sum(digest(one) in self._owed and digest(one) not in here for one in look.page)
        # Only what is new is a reason to ask again at once: a relay that repeats itself is asked at its time.
        self._due = now if new else now + self._pause()
        damaged = state.damaged + sum(map(_is_damaged, look.page))
        self._tell(replace(state, at=now, well=now, problem="", failures=0, pulled=state.pulled + new, damaged=damaged))
        return new

    def _pause(self) -> dt.timedelta:
        return dt.timedelta(seconds=max(settings.NODE.pull_pause, 1)) * self._rng.uniform(0.5, 1.5)

    def _tell(self, state: MailboxState) -> None:
        self._state = state
        write_state(settings.HOME.path, state)


def take(page: Sequence[bytes], now: dt.datetime) -> list[Answered]:
    """Take envelopes through the door of inbound; what it could not judge now is left out, and comes again."""
    try:
        return _take(page, now)
    except TooMany:
        # One sender has used up what is taken from it; the others' letters are not to wait for that.
        answered: list[Answered] = []
        for line in page:
            try:
                answered += _take([line], now)
            except TooMany:
                continue
        return answered


def _take(lines: Sequence[bytes], now: dt.datetime) -> list[Answered]:
    with transaction.atomic():
        answers = receive_all(lines, now)
    return [(digest(line), _receipt(answer)) for line, answer in zip(lines, answers, strict=True)]


def _receipt(answer: bytes) -> bytes:
    return answer if "signature" in read_strict(answer, max_bytes=MAX_RECEIPT) else b""


def _is_damaged(line: bytes) -> bool:
    try:
        read_outer(line)
    except Refusal:
        return True
    return False
