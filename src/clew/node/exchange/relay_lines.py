"""Deposits with and pulls from relays. What a relay says proves nothing; only what others signed is believed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Final

from django.utils import timezone

from clew.exchange.receipts import MAX_RECEIPT
from clew.exchange.refusals import Refusal
from clew.exchange.relaying import (
    ANSWER_TYPE,
    FULL,
    HELD,
    MAX_PAGE,
    MOST_LINES,
    NO_MAILBOX,
    REQUEST_TYPE,
    UNKNOWN,
    Caller,
    Method,
    RelayAddress,
    code_said,
    make_request,
)
from clew.exchange.strict_json import digest
from clew.node.exchange import posting
from clew.node.exchange.identity import own_uid, transport_key
from clew.node.exchange.posting import Destination, Form, NotHandedOver

PROBLEMS: Final = {"http-403": "relay-not-registered", "http-409": "relay-clock", "http-507": "relay-full"}
"""What the status of a relay's answer means."""

SAID: Final = {HELD: "", FULL: "relay-full", NO_MAILBOX: "relay-no-mailbox"}
"""What a relay says of one envelope, as the code of a problem; "" = it lies there."""


def post(destination: Destination, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
    """Hand envelopes over, directly or to the relay on the partner's card; one line of answer for each, unread.

    A line is the recipient's signed receipt, or something that proves nothing; of a relay, what `word_of_relay` reads.

    Raises:
        NotHandedOver: as `posting.post`, or the relay did not take the request.
    """
    if not destination.relay:
        return posting.post(destination, envelopes, secure=secure)
    digests = [digest(one) for one in envelopes]
    # Asked first: what lies there already is some MB that need not go again.
    answers = dict(zip(digests, _ask(destination, Method.ASK, digests, (), secure=secure), strict=True))
    fresh = [one for one, of in zip(envelopes, digests, strict=True) if code_said(answers[of]) == UNKNOWN]
    if fresh:
        named = [digest(one) for one in fresh]
        told = _ask(destination, Method.DEPOSIT, named, fresh, secure=secure)
        answers |= dict(zip(named, told, strict=True))
    return [answers[of] for of in digests]


def word_of_relay(line: bytes) -> str:
    """Why a relay has not taken an envelope, as the code of a problem; "" where it says that it lies there."""
    return SAID.get(code_said(line), "not-confirmed")


def pull(relay: RelayAddress, *, secure: bool) -> list[bytes]:
    """A page of what lies in this node's mailbox, oldest first, unread. It lies there until it is acknowledged.

    Raises:
        NotHandedOver: as `posting.send`, or the answer is longer than a page.
    """
    destination = Destination(relay.url, relay.certificate, relay.uid, own_uid())
    content = _send(destination, Method.PULL, (), (), MAX_PAGE + 1, secure=secure)
    lines = content.removesuffix(b"\n").split(b"\n") if content else []
    if len(lines) > MOST_LINES:
        raise NotHandedOver("bad-answer")
    return lines


def acknowledge(relay: RelayAddress, answers: Sequence[tuple[str, bytes]], *, secure: bool) -> None:
    """Tell the relay that it may delete envelopes, each with this node's receipt or b"".

    Raises:
        NotHandedOver: as `posting.send`.
    """
    destination = Destination(relay.url, relay.certificate, relay.uid, own_uid())
    digests, receipts = [of for of, _receipt in answers], [receipt for _of, receipt in answers]
    _send(destination, Method.ACKNOWLEDGE, digests, receipts, 0, secure=secure)


def _ask(
    destination: Destination, method: Method, digests: Sequence[str], lines: Sequence[bytes], *, secure: bool
) -> list[bytes]:
    most = len(digests) * (MAX_RECEIPT + 1)
    answers = _send(destination, method, digests, lines, most, secure=secure).removesuffix(b"\n").split(b"\n")
    if len(answers) != len(digests) or any(len(one) > MAX_RECEIPT for one in answers):
        raise NotHandedOver("bad-answer")
    return answers


def _send(
    destination: Destination,
    method: Method,
    digests: Sequence[str],
    lines: Sequence[bytes],
    most: int,
    *,
    secure: bool,
) -> bytes:
    caller = Caller(own_uid(), destination.relay, transport_key())
    now, nonce = timezone.now(), secrets.token_hex(16)
    mailbox = destination.mailbox
    try:
        body = make_request(caller, method, at=now, nonce=nonce, mailbox=mailbox, digests=digests, lines=lines)
    except Refusal as refusal:
        raise NotHandedOver(refusal.code) from refusal
    form = Form(f"/v1/{method.value}", REQUEST_TYPE, ANSWER_TYPE, most)
    try:
        return posting.send(destination, form, body, secure=secure)
    except NotHandedOver as problem:
        raise NotHandedOver(PROBLEMS.get(problem.code, problem.code), problem.retry_after) from problem
