"""Posts notifications to the organisation's own systems: the one module outside `exchange` that opens a connection.

`http.client` follows no redirect, asks no proxy and no environment; the connection goes to the address that was judged,
and TLS checks the certificate for the name that was written.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from clew.node.api.addresses import BadAddress, check_url, usable

TIMEOUT: Final = 10.0
"""Seconds for each step: a notification is small, and the next in line waits."""

MOST_ANSWER: Final = 1024
"""Bytes of an answer that are read; only its status counts."""

Resolve = Callable[[str, int], Sequence[str]]


class NotPosted(Exception):
    """The notification is not known to have arrived; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def signature(key: bytes, uid: str, timestamp: int, body: bytes) -> str:
    """The header `webhook-signature` (Standard Webhooks 1.0): HMAC-SHA256 over id, moment and body."""
    signed = hmac.digest(key, f"{uid}.{timestamp}.".encode() + body, hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host, as this machine looks them up."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Sequence[IPv4Network | IPv6Network],
    resolve: Resolve = resolve,
    context: ssl.SSLContext | None = None,
) -> None:
    """Post a notification; anything but a status from 200 to 299 is a failure.

    Raises:
        NotPosted: the address may not be reached, no connection, a certificate that does not fit, or another status.
    """
    try:
        parts = check_url(url)
        host, port = parts.hostname or "", parts.port or 443
        addresses = usable(resolve(host, port), allowed)
    except BadAddress as problem:
        raise NotPosted(problem.code) from problem
    except (OSError, UnicodeError) as problem:
        raise NotPosted("name-not-found") from problem
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = _Judged(host, port, addresses[0], context or ssl.create_default_context())
    try:
        connection.request("POST", path, body, dict(headers))
        answer = connection.getresponse()
        answer.read(MOST_ANSWER)
    except ssl.SSLCertVerificationError as problem:
        raise NotPosted("wrong-certificate") from problem
    except TimeoutError as problem:
        raise NotPosted("timeout") from problem
    except (OSError, http.client.HTTPException) as problem:
        raise NotPosted("no-connection") from problem
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        raise NotPosted(f"http-{answer.status}")


class _Judged(http.client.HTTPSConnection):
    """HTTPS to one address that was judged, under the name that the certificate must be for."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=TIMEOUT, context=context)
        self._address, self._tls = address, context

    def connect(self) -> None:
        """Connect to the judged address; the name is not looked up again."""
        plain = socket.create_connection((self._address, self.port), TIMEOUT)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
