"""Parts of announced files on their way out: the partner is asked what it lacks, and gets that, one after the other.

No list is kept of what was sent: after any interruption the partner's own signed answer says where to go on. What is
said to a partner runs on a line of its own beside the letters (`lines`), for a few seconds at a time, so that neither a
slow partner nor a large file holds up a letter.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import time
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from clew.exchange.evidence.asking import (
    PartAnswer,
    PartMethod,
    PartRequest,
    make_part_request,
    parts_of,
    read_part_answer,
)
from clew.exchange.evidence.parts import Parts
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import NODE
from clew.node.disclosure.queries import why_outdated
from clew.node.exchange import evidence_states as states
from clew.node.exchange.actions.evidence_travel import give_keys, note_parts, stop_files
from clew.node.exchange.dispatching import route_to
from clew.node.exchange.evidence_models import Transfer
from clew.node.exchange.evidence_store import parts_of_file
from clew.node.exchange.identity import own_uid, transport_key
from clew.node.exchange.lines import Lines, Way
from clew.node.exchange.outbox import OWN_FAULT, due, pause
from clew.node.exchange.posting import Destination, NotHandedOver
from clew.node.partners.queries import KeysWithheld, UsableKeys

PARTS: Final = "parts"
"""The kind of line on which parts go."""

AT_ONCE: Final = 2
"""Lines open at once on which parts go: the others stay free for letters. Each holds one part in memory."""

TALK: Final = 5.0
"""Seconds after which a line is given back between two parts, so that a worker that is to stop does."""

ASKED_AGAIN: Final = dt.timedelta(minutes=1)
"""How long to wait where a human there has to take the announcement first."""

log = logging.getLogger(__name__)


class PostPart(Protocol):
    """Asks about parts, or brings one (`posting.post_part`)."""

    def __call__(self, destination: Destination, body: bytes, *, secure: bool) -> bytes: ...


@dataclass(slots=True)
class Talk:
    """What is said to one partner about one announcement, and what came of it. It never touches the store."""

    transfer: int
    letter: str
    party: str
    destination: Destination
    transport: tuple[bytes, ...]
    places: dict[int, Parts]
    counts: dict[int, int]
    raw: bytes = b""
    answer: PartAnswer | None = None
    sent: int = 0
    problem: str = ""
    retry_after: int = 0


def send_parts(*, now: dt.datetime, rng: random.Random, lines: Lines, post_part: PostPart) -> int:
    """Go on with the transfers that are due, on the lines that are free; returns how many parts arrived."""
    # After the keys have left, only what the partner says to lack is brought once more.
    asked_for = Q(state=states.SENDING) | (Q(state=states.CLOSED) & ~Q(missing=0))
    waiting = Transfer.objects.filter(due(now), asked_for, direction="out")
    open_lines = lines.open_of(PARTS)
    for transfer in waiting.select_related("letter").order_by("next_attempt", "pk"):
        way: Way = (PARTS, transfer.party, str(transfer.pk))
        if open_lines >= AT_ONCE:
            break
        if lines.is_free(way) and (talk := _talk(transfer, now, rng)) is not None:
            lines.start(way, partial(_say, talk, post_part), partial(_note, talk, rng))
            open_lines += 1
    return lines.settle(PARTS, now)


def close_arrived(now: dt.datetime) -> int:
    """Give the keys of transfers whose parts have all arrived; returns how many letters with keys were written."""
    done = 0
    for transfer in Transfer.objects.filter(direction="out", state=states.ARRIVED).select_related("letter"):
        letter = transfer.letter
        route = route_to(letter.post or letter.party, now, tuple(letter.header.get("via", ()))) if letter else None
        if route is not None and isinstance(route.keys, UsableKeys):
            done += give_keys(actor=NODE, transfer_id=transfer.pk, route=route, now=now) is not None
    return done


def _talk(transfer: Transfer, now: dt.datetime, rng: random.Random) -> Talk | None:
    """What is to be said, or None; why nothing is said is noted."""
    letter = transfer.letter
    if letter is None or letter.decision is None or why_outdated(decision_id=letter.decision, now=now, strictly=False):
        stop_files(actor=NODE, transfer_id=transfer.pk, state=states.OUTDATED, now=now)
        return None
    route = route_to(letter.post or letter.party, now)
    files = list(transfer.files.order_by("n"))
    if any(one.document_id is None for one in files):
        stop_files(actor=NODE, transfer_id=transfer.pk, state=states.LOST, now=now)
        return None
    try:
        if isinstance(route.keys, KeysWithheld):
            raise NotHandedOver(route.keys.code)
        destination = Destination.of_card(route.keys.inbound_url, route.keys.card)
        if destination.relay or not destination.url:
            raise NotHandedOver("by-hand")
    except NotHandedOver as problem:
        _note_problem(transfer.pk, transfer.attempts, problem.code, now, rng)
        return None
    keys = route.keys
    return Talk(
        transfer.pk, letter.uid, transfer.party, destination, (keys.transport, *(one.transport for one in keys.former)),
        {one.n: parts_of_file(one, transfer) for one in files}, {one.n: len(one.part_digests) for one in files},
    )  # fmt: skip


def _say(talk: Talk, post_part: PostPart) -> None:
    """Ask, then bring what is missing for a few seconds; whatever goes wrong is kept in the talk."""
    try:
        _ask(talk, post_part)
        until = time.monotonic() + TALK
        missing = talk.answer.missing if talk.answer is not None else ()
        for file, part in parts_of(missing, talk.counts):
            _ask(talk, post_part, file, part)
            talk.sent += 1
            if time.monotonic() > until:
                break
    except NotHandedOver as problem:
        talk.problem, talk.retry_after = problem.code, problem.retry_after
    except Refusal as refusal:
        talk.problem = "missing-part" if refusal.code == "missing-part" else "bad-answer"
    except Exception:  # as with letters: one partner's odd address must not end the worker
        log.exception("parts could not be brought to a partner")
        talk.problem = OWN_FAULT


def _ask(talk: Talk, post_part: PostPart, file: int = 0, part: int = 0) -> None:
    request = PartRequest(
        PartMethod.PUT if file else PartMethod.ASK, own_uid(), talk.party, talk.letter,
        timezone.now().replace(microsecond=0), file, part,
    )  # fmt: skip
    body = make_part_request(request, transport_key()) + b"\n"
    if file:
        body += b"".join(talk.places[file].read(part))
    raw = post_part(talk.destination, body, secure=settings.NODE.secure)
    talk.answer, talk.raw = _read(talk, raw), raw


def _read(talk: Talk, raw: bytes) -> PartAnswer:
    present, *former = talk.transport
    for key in former:
        try:
            return read_part_answer(raw, transport_key=key, issuer=talk.party, addressee=own_uid(), letter=talk.letter)
        except Refusal:
            continue
    return read_part_answer(raw, transport_key=present, issuer=talk.party, addressee=own_uid(), letter=talk.letter)


def _note(talk: Talk, rng: random.Random, now: dt.datetime) -> int:
    transfer = Transfer.objects.get(pk=talk.transfer)
    if talk.problem == "missing-part" and transfer.state not in states.ENDED:
        stop_files(actor=NODE, transfer_id=talk.transfer, state=states.LOST, now=now)
    elif talk.problem:
        wait = max(pause(transfer.attempts, rng), dt.timedelta(seconds=talk.retry_after))
        if talk.problem == "not-taken":
            wait = max(wait, ASKED_AGAIN)
        # What was answered before the line broke still holds.
        note_parts(
            actor=NODE, transfer_id=talk.transfer, answer=talk.answer, raw=talk.raw, problem=talk.problem, now=now,
            next_attempt=now + wait,
        )  # fmt: skip
    else:
        note_parts(
            actor=NODE, transfer_id=talk.transfer, answer=talk.answer, raw=talk.raw, problem="", now=now,
            next_attempt=now,
        )  # fmt: skip
    return talk.sent


def _note_problem(transfer: int, attempts: int, code: str, now: dt.datetime, rng: random.Random) -> None:
    note_parts(
        actor=NODE, transfer_id=transfer, answer=None, raw=b"", problem=code, now=now,
        next_attempt=now + pause(attempts, rng),
    )  # fmt: skip
