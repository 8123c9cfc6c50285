"""Hands envelopes to a partner's inbound over HTTP. One other module opens connections: `clew.node.api.posting`."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, Final

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from clew.exchange.cards import read_card
from clew.exchange.evidence.asking import MAX_ANSWER
from clew.exchange.receipts import MAX_RECEIPT
from clew.exchange.refusals import Refusal
from clew.node.exchange.inbound import ANSWER_TYPE, CONTENT_TYPE, LETTERS, PART_ANSWER_TYPE, PART_TYPE, PARTS

TIMEOUT: Final = httpx.Timeout(20.0, connect=5.0)
"""Seconds for each step: a partner on a poor line gets its time, a dead one gives its line back soon."""

LONGEST: Final = 300.0
"""Seconds for a whole request: who takes or sends a byte now and then must not keep a line for ever."""

CHUNK: Final = 64 * 1024

LONGEST_WAIT: Final = 3600
"""Seconds: a partner's node may ask to wait, but not for so long that its letters look lost."""

EXPIRED: Final = 10
"""OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED."""


class NotHandedOver(Exception):
    """Nothing is known to have arrived; `code` says why. The same envelopes are sent again later.

    `retry_after`: the seconds that the partner's node asks to wait; 0 where it asks for none.
    """

    def __init__(self, code: str, retry_after: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a partner's inbound listens, and the certificate it must show (PEM, "" = a public one).

    `relay`: uid of the relay that listens there in the partner's place, "" = none; then `mailbox` is the partner's.
    """

    url: str
    certificate: str
    relay: str = ""
    mailbox: str = ""

    @classmethod
    def of_card(cls, url: str, card: bytes) -> Destination:
        """From the pinned card."""
        try:
            found = read_card(card)
        except Refusal as refusal:
            raise NotHandedOver(refusal.code) from refusal
        return cls(url, found.certificate, found.relay, found.uid)


@dataclass(frozen=True, slots=True)
class Form:
    """What is posted to which path and what comes back: media types, and the most bytes of the answer."""

    path: str
    asks: str
    answers: str
    most: int


def post(destination: Destination, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
    """Post envelopes; returns one line of answer for each, in their order, unread.

    Args:
        secure: whether this node insists on TLS beyond the loopback interface.

    Raises:
        NotHandedOver: no connection, no certificate that fits, or an answer that is none.
    """
    # Never more is read than so many receipts can be long.
    form = Form(LETTERS, CONTENT_TYPE, ANSWER_TYPE, len(envelopes) * (MAX_RECEIPT + 1))
    content = send(destination, form, b"\n".join(envelopes), secure=secure)
    lines = content.removesuffix(b"\n").split(b"\n")
    if len(lines) != len(envelopes) or any(len(line) > MAX_RECEIPT for line in lines):
        raise NotHandedOver("bad-answer")
    return lines


ABOUT_PARTS: Final = Form(PARTS, PART_TYPE, PART_ANSWER_TYPE, MAX_ANSWER)

OF_PARTS: Final = {"http-409": "not-taken", "http-507": "disk-short"}
"""What an answer without a signed word about parts means."""


def post_part(destination: Destination, body: bytes, *, secure: bool) -> bytes:
    """Ask a partner which parts are missing, or bring one; returns its answer, unread.

    Raises:
        NotHandedOver: as `send`; `not-taken` where nobody there has taken the announcement, `disk-short`.
    """
    try:
        return send(destination, ABOUT_PARTS, body, secure=secure)
    except NotHandedOver as problem:
        raise NotHandedOver(OF_PARTS.get(problem.code, problem.code), problem.retry_after) from problem


def send(destination: Destination, form: Form, body: bytes, *, secure: bool) -> bytes:
    """Post a body and read the answer.

    Raises:
        NotHandedOver: no connection, no certificate that fits, or an answer that is none.
    """
    url, host = _address(destination.url, form.path, secure=secure)
    if destination.certificate and url.scheme != "https":
        raise NotHandedOver("not-secure")
    headers = {
        "Content-Type": form.asks,
        "Content-Length": str(len(body)),
        "Host": host,
        "Accept-Encoding": "identity",
    }
    until = time.monotonic() + LONGEST
    try:
        with _client(destination.certificate).stream(
            "POST",
            url,
            content=_in_time(_chunks(body), until),
            headers=headers,
            extensions={"sni_hostname": host.partition(":")[0]},
        ) as answer:
            return _content_of(answer, form, until)
    except (httpx.HTTPError, ssl.SSLError) as error:
        raise NotHandedOver(_why(error)) from error


def _content_of(answer: httpx.Response, form: Form, until: float) -> bytes:
    if answer.status_code != httpx.codes.OK or answer.headers.get("Content-Type") != form.answers:
        busy = answer.status_code == httpx.codes.TOO_MANY_REQUESTS
        code = "too-many-requests" if busy else f"http-{answer.status_code}"
        raise NotHandedOver(code, _retry_after(answer))
    # A packed answer could unpack to any size; none was asked for.
    if "Content-Encoding" in answer.headers:
        raise NotHandedOver("bad-answer")
    parts: list[bytes] = []
    size = 0
    for part in _in_time(answer.iter_bytes(), until):
        parts.append(part)
        size += len(part)
        if size > form.most:
            raise NotHandedOver("bad-answer")
    return b"".join(parts)


def _chunks(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), CHUNK):
        yield body[start : start + CHUNK]


def _in_time(parts: Iterator[bytes], until: float) -> Iterator[bytes]:
    for part in parts:
        if time.monotonic() > until:
            raise NotHandedOver("timeout")
        yield part


def _retry_after(answer: httpx.Response) -> int:
    asked = answer.headers.get("Retry-After", "")
    return min(int(asked), LONGEST_WAIT) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 0


def _address(base: str, path: str, *, secure: bool) -> tuple[httpx.URL, str]:
    if not base:
        raise NotHandedOver("no-address")
    url = httpx.URL(base.rstrip("/") + path)
    loopback = _is_loopback(url.host)
    if url.scheme != "https" and secure and not loopback:
        raise NotHandedOver("not-secure")
    host = url.netloc.decode("ascii")
    # RFC 6761, 6.3: names below .localhost are this machine, whatever its resolver says.
    return (url.copy_with(host="127.0.0.1") if loopback else url), host


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class _Pinned(ssl.SSLContext):
    """TLS to one certificate: not one that some authority, or this certificate itself, signed for the same name."""

    pinned: bytes = b""

    def wrap_socket(self, *arguments: Any, **named: Any) -> ssl.SSLSocket:
        """As the parent does it, handshake included; nothing is sent where another certificate was shown."""
        wrapped = super().wrap_socket(*arguments, **named)
        if wrapped.getpeercert(binary_form=True) != self.pinned:
            wrapped.close()
            raise ssl.SSLCertVerificationError("not the pinned certificate")
        return wrapped


@lru_cache(maxsize=64)
def _client(certificate: str) -> httpx.Client:
    context = _pinned(certificate) if certificate else ssl.create_default_context()
    # The environment must not be able to put a proxy between two nodes.
    return httpx.Client(verify=context, timeout=TIMEOUT, trust_env=False, follow_redirects=False)


def _pinned(certificate: str) -> ssl.SSLContext:
    try:
        pinned = x509.load_pem_x509_certificate(certificate.encode()).public_bytes(Encoding.DER)
    except ValueError as error:
        raise NotHandedOver("bad-certificate") from error
    context = _Pinned(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=pinned)
    # A partner may pin one that an authority signed: then the authority's own certificate is not here.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.pinned = pinned
    return context


def _why(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            expired = getattr(cause, "verify_code", 0) == EXPIRED
            return "certificate-expired" if expired else "wrong-certificate"
        if isinstance(cause, ssl.SSLError):
            return "no-tls"
        cause = cause.__cause__ or cause.__context__
    return "no-connection" if isinstance(error, httpx.ConnectError) else "cut-off"
