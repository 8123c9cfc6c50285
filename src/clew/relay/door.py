"""What nodes reach of a relay: four methods, each signed by a registered node, and `GET /v1/health`.

A stranger learns nothing, not even who is registered: whoever is not, and whoever signs badly, reads the same words.
"""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from clew.exchange.refusals import Refusal
from clew.exchange.relaying import (
    ANSWER_TYPE,
    FULL,
    PATHS,
    REQUEST_TYPE,
    Method,
    Request,
    most_bytes,
    read_acknowledgement,
    read_deposit,
    read_request,
    said,
    verify_request,
)
from clew.exchange.sealing import Envelope
from clew.exchange.strict_json import canonical
from clew.node.exchange.limits import Limit, TooMany, network_of
from clew.relay.home import RelaySettings
from clew.relay.store import Store, Visit

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

HEALTH: Final = "/v1/health"
CHUNK: Final = 64 * 1024
LOOPBACK: Final = frozenset({"127.0.0.1", network_of("::1")})

log = logging.getLogger(__name__)


class Turned(Exception):
    """A request that is not taken: the status line, a code and words."""

    def __init__(self, status: str, code: str, sentence: str) -> None:
        super().__init__(status)
        self.status = status
        self.answer = canonical({"code": code, "sentence": sentence})


NOT_REGISTERED: Final = ("403 Forbidden", "not-registered", "No registered node has signed this.")


class Door:
    """The relay's WSGI application.

    Args:
        clock: the present moment, UTC.
    """

    def __init__(self, store: Store, settings: RelaySettings, clock: Callable[[], dt.datetime]) -> None:
        self._store, self._settings, self._clock = store, settings, clock
        self._addresses = Limit(rate=30, burst=120)
        self._nodes = Limit(rate=10, burst=60)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        more: list[tuple[str, str]] = []
        try:
            status, kind, answer = "200 OK", ANSWER_TYPE, self._answer(environ)
        except TooMany as too_many:
            status, kind = "429 Too Many Requests", "application/json"
            answer = canonical({"code": "too-many-requests", "sentence": "Wait before you ask again."})
            more = [("Retry-After", str(too_many.retry_after))]
        except Turned as turned:
            status, kind, answer = turned.status, "application/json", turned.answer
        except Refusal as refusal:
            status, kind = "400 Bad Request", "application/json"
            answer = canonical({"code": refusal.code, "sentence": refusal.sentence})
        except sqlite3.Error as error:
            # Nothing was kept, so nothing is said to be.
            log.exception("the relay could not use its store")
            full = getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL
            status, kind = ("507 Insufficient Storage" if full else "503 Service Unavailable"), "application/json"
            answer = canonical({"code": "unavailable", "sentence": "The relay cannot keep letters at present."})
        headers = [("Content-Type", kind), ("Content-Length", str(len(answer))), ("Cache-Control", "no-store"), *more]
        start_response(status, headers)
        return [answer]

    def _answer(self, environ: WSGIEnvironment) -> bytes:
        self._addresses.take(self._caller(environ))
        path, asked = environ.get("PATH_INFO", ""), environ.get("REQUEST_METHOD", "")
        if path == HEALTH and asked in {"GET", "HEAD"}:
            return b""
        method = PATHS.get(path)
        if method is None:
            raise Turned("404 Not Found", "not-found", "There is nothing here.")
        if asked != "POST":
            raise Turned("405 Method Not Allowed", "not-allowed", "Requests are posted.")
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != REQUEST_TYPE:
            raise Turned("415 Unsupported Media Type", "media-type", f"Requests are sent as {REQUEST_TYPE}.")
        request = read_request(_body(environ, most_bytes(method)), method=method)
        # Before the store is held: judging sixty-four letters takes longer than writing them.
        read = [_read(line) for line in request.lines] if method is Method.DEPOSIT else []
        if method is Method.ACKNOWLEDGE:
            for line, of in zip(request.lines, request.digests, strict=True):
                read_acknowledgement(line, of=of)
        now = self._clock()
        with self._store.transaction() as visit:
            self._let_in(visit, request, now)
            lines = self._serve(visit, request, read, now)
        return b"\n".join(lines) + b"\n" if lines else b""

    def _let_in(self, visit: Visit, request: Request, now: dt.datetime) -> None:
        """Refuse whoever is not registered, at once; then what is not fresh."""
        refusal = Refusal("bad-signature")
        for key in visit.keys_of(request.node, now):
            try:
                verify_request(request, transport_key=key, relay=self._settings.relay_id, now=now)
                break
            except Refusal as problem:
                refusal = problem if problem.code != "bad-signature" else refusal
        else:
            if refusal.code == "bad-signature":
                raise Turned(*NOT_REGISTERED)
            raise Turned("409 Conflict", refusal.code, refusal.sentence)
        self._nodes.take(request.node)
        try:
            visit.remember(request, now)
        except Refusal as replay:
            raise Turned("409 Conflict", replay.code, "This request came before.") from replay

    def _serve(self, visit: Visit, request: Request, read: list[Envelope | Refusal], now: dt.datetime) -> list[bytes]:
        if request.method is Method.DEPOSIT:
            answers = visit.deposit(request, read, now)
            if answers[0] == said(FULL):
                raise Turned(
                    "507 Insufficient Storage", FULL, "The mailbox, or what is kept for you here, is full. Try later."
                )
            return answers
        if request.method is Method.ASK:
            return visit.ask(request)
        if request.method is Method.PULL:
            return visit.page(request)
        visit.acknowledge(request, now)
        return []

    def _caller(self, environ: WSGIEnvironment) -> str:
        """Who calls; behind a proxy on this machine, what the proxy says: its own word is the last in the line."""
        network = network_of(str(environ.get("REMOTE_ADDR", "")))
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
        if self._settings.tls == "proxy" and forwarded and network in LOOPBACK:
            return network_of(forwarded.rpartition(",")[2].strip())
        return network


def _read(line: bytes) -> Envelope | Refusal:
    try:
        return read_deposit(line)
    except Refusal as refusal:
        return refusal


def _body(environ: WSGIEnvironment, most: int) -> bytes:
    declared = environ.get("CONTENT_LENGTH") or ""
    if not declared.isdecimal() or len(declared) > 12:
        raise Turned("411 Length Required", "length", "A request says how long it is.")
    if int(declared) > most:
        raise Turned("413 Content Too Large", "too-large", "It is larger than this relay takes.")
    stream: Any = environ["wsgi.input"]
    left = int(declared)
    parts: list[bytes] = []
    while left > 0 and (part := stream.read(min(CHUNK, left))):
        parts.append(part)
        left -= len(part)
    if left:
        raise Turned("400 Bad Request", "cut-off", "The request was cut off.")
    return b"".join(parts)
