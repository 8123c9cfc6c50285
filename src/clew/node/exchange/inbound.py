"""The only code that a partner reaches: `POST /v1/letters` and `/v1/parts`, `GET /v1/health` and `/v1/ready`; no more.

Runs in its own process, on its own port, without the key that opens letters and without the node's pages. A request
holds one envelope per line; the answer holds one receipt per line, in the same order, and is given only after every
stored envelope is durable. Who calls too often is told to wait (429, `Retry-After`), and nothing of it is taken.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection, transaction
from django.utils import timezone

from clew.exchange.evidence.asking import MAX_REQUEST as MAX_REQUEST_LINE
from clew.exchange.refusals import SENTENCES, Refusal
from clew.exchange.sealing import MAX_ENVELOPE
from clew.exchange.strict_json import canonical
from clew.node.connections import renew_connection
from clew.node.exchange.limits import ADDRESSES, TooMany, network_of
from clew.node.exchange.part_door import NoRoom, NotTaken, answer_about_parts
from clew.node.exchange.receiving import receive_all

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

LETTERS: Final = "/v1/letters"
PARTS: Final = "/v1/parts"
HEALTH: Final = "/v1/health"
READY: Final = "/v1/ready"
CONTENT_TYPE: Final = "application/vnd.clew.envelopes"
ANSWER_TYPE: Final = "application/vnd.clew.receipts"
PART_TYPE: Final = "application/vnd.clew.part"
PART_ANSWER_TYPE: Final = "application/vnd.clew.part-answer"

MAX_LINES: Final = 64
"""Envelopes in one request: enough to keep a fast pair busy, few enough to be one short transaction."""

MAX_REQUEST: Final = MAX_ENVELOPE + 1
"""Bytes: the largest envelope alone, or many small ones. One request per thread is in memory at a time."""

MAX_PART: Final = 256 * 1024 * 1024 + MAX_REQUEST_LINE + 1
"""Bytes: the largest part that an announcement may name, and the line before it. It is read piece by piece."""

LOOPBACK: Final = frozenset({"127.0.0.1", network_of("::1")})

CHUNK: Final = 64 * 1024

log = logging.getLogger(__name__)


class Turned(Exception):
    """A request that is not even read: the status line says why."""

    def __init__(self, status: str, code: str, sentence: str) -> None:
        super().__init__(status)
        self.status = status
        self.answer = canonical({"code": code, "sentence": sentence})


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The WSGI application of the inbound process."""
    more: list[tuple[str, str]] = []
    try:
        status, (kind, answer) = "200 OK", _answer(environ)
    except TooMany as too_many:
        status, kind = "429 Too Many Requests", "application/json"
        answer = canonical({"code": "too-many-requests", "sentence": "Wait before you send again."})
        more = [("Retry-After", str(too_many.retry_after))]
    except Turned as turned:
        status, kind, answer = turned.status, "application/json", turned.answer
    except DatabaseError:
        # Nothing was stored, so nothing is confirmed; the sender tries again.
        log.exception("inbound could not write")
        status, kind = "503 Service Unavailable", "application/json"
        answer = canonical({"code": "unavailable", "sentence": "The node cannot store letters at present."})
    headers = [("Content-Type", kind), ("Content-Length", str(len(answer))), ("Cache-Control", "no-store"), *more]
    start_response(status, headers)
    return [answer]


def _answer(environ: WSGIEnvironment) -> tuple[str, bytes]:
    ADDRESSES.take(_caller(environ))
    path, method = environ.get("PATH_INFO", ""), environ.get("REQUEST_METHOD", "")
    if path == HEALTH and method in {"GET", "HEAD"}:
        return ANSWER_TYPE, b""
    if path == READY and method in {"GET", "HEAD"}:
        renew_connection()
        # It could store a letter: where the store does not answer, the caller reads 503 as with a letter.
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return ANSWER_TYPE, b""
    if path not in {LETTERS, PARTS}:
        raise Turned("404 Not Found", "not-found", "There is nothing here.")
    if method != "POST":
        raise Turned("405 Method Not Allowed", "not-allowed", "Letters are posted.")
    wanted = CONTENT_TYPE if path == LETTERS else PART_TYPE
    if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != wanted:
        raise Turned("415 Unsupported Media Type", "media-type", f"What is posted here is sent as {wanted}.")
    if path == PARTS:
        renew_connection()
        return PART_ANSWER_TYPE, _about_parts(environ)
    lines = _lines(_body(environ))
    renew_connection()
    return ANSWER_TYPE, _receive_all(lines)


def _about_parts(environ: WSGIEnvironment) -> bytes:
    declared = environ.get("CONTENT_LENGTH") or ""
    if not declared.isdecimal() or len(declared) > 12 or int(declared) > MAX_PART:
        raise Turned("413 Content Too Large", "too-large", SENTENCES["too-large"])
    try:
        return answer_about_parts(environ["wsgi.input"], int(declared), timezone.now())
    except Refusal as refusal:
        raise Turned("400 Bad Request", refusal.code, refusal.sentence) from refusal
    except NotTaken as none:
        raise Turned("409 Conflict", "not-announced", SENTENCES["not-announced"]) from none
    except NoRoom as none:
        raise Turned("507 Insufficient Storage", "no-room", "The node has too little room at present.") from none


def _caller(environ: WSGIEnvironment) -> str:
    """Who calls. Behind a proxy on this machine that is what the proxy says; its own word is the last in the line."""
    address = str(environ.get("REMOTE_ADDR", ""))
    network = network_of(address)
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
    if settings.NODE.tls == "proxy" and forwarded and network in LOOPBACK:
        return network_of(forwarded.rpartition(",")[2].strip())
    return network


def _receive_all(lines: list[bytes]) -> bytes:
    now = timezone.now()
    # One commit for all: it is durable (fsync) before the first receipt leaves.
    with transaction.atomic():
        return b"\n".join(receive_all(lines, now)) + b"\n"


def _body(environ: WSGIEnvironment) -> bytes:
    declared = environ.get("CONTENT_LENGTH") or ""
    if declared and (not declared.isdecimal() or len(declared) > 12 or int(declared) > MAX_REQUEST):
        raise Turned("413 Content Too Large", "too-large", SENTENCES["too-large"])
    stream: Any = environ["wsgi.input"]
    left = int(declared) if declared else MAX_REQUEST + 1
    parts: list[bytes] = []
    while left > 0 and (part := stream.read(min(CHUNK, left))):
        parts.append(part)
        left -= len(part)
    body = b"".join(parts)
    if len(body) > MAX_REQUEST:
        raise Turned("413 Content Too Large", "too-large", SENTENCES["too-large"])
    if declared and len(body) < int(declared):
        raise Turned("400 Bad Request", "cut-off", "The request was cut off.")
    return body


def _lines(body: bytes) -> list[bytes]:
    lines = body.removesuffix(b"\n").split(b"\n") if body else []
    if not lines or len(lines) > MAX_LINES:
        raise Turned("400 Bad Request", "lines", f"A request holds 1 to {MAX_LINES} envelopes, one per line.")
    return lines
