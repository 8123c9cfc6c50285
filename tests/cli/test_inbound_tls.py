"""Inbound's own certificate: what is pinned is written to; anything else is told nothing."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from typing import Any

import pytest
from cheroot.wsgi import Server
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from clew.node.certificate import (
    Made,
    certificate_file,
    keep_certificate,
    make_certificate,
    own_certificate,
    server_context,
    valid_until,
)
from clew.node.exchange.inbound import ANSWER_TYPE
from clew.node.exchange.posting import Destination, NotHandedOver, post
from clew.node.home import Home, HomeProblem, NodeSettings, create_home
from clew.node.secure_server import InboundTLS

NOW = dt.datetime.now(dt.UTC)
YEAR = dt.timedelta(days=365)
Listening = Callable[[ssl.SSLContext | None], int]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    settings = NodeSettings("0" * 32, "Office (fictional)", "AT", "police", host="beijing.localhost", tls="own")
    return create_home(tmp_path / "home", settings)


@pytest.fixture
def asked() -> list[bytes]:
    """What the application behind the server was asked."""
    return []


@pytest.fixture
def listening(asked: list[bytes]) -> Generator[Listening]:
    """Serves on a port of its own, as inbound is served, and says which."""
    servers: list[Server] = []

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        asked.append(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        start_response("200 OK", [("Content-Type", ANSWER_TYPE), ("Content-Length", "3")])
        return [b"yes"]

    def listen(context: ssl.SSLContext | None) -> int:
        server = Server(("127.0.0.1", 0), answer, numthreads=2)
        server.ssl_adapter = InboundTLS(context) if context is not None else None
        server.prepare()
        threading.Thread(target=server.serve, daemon=True).start()
        servers.append(server)
        return int(server.bind_addr[1])

    yield listen
    for server in servers:
        server.stop()


def made(home: Home, *, until: dt.datetime = NOW + YEAR, now: dt.datetime = NOW) -> Made:
    one = make_certificate(home, now=now, until=until)
    keep_certificate(home, one)
    return one


def hand_over(port: int, certificate: str) -> list[bytes]:
    return post(Destination(f"https://beijing.localhost:{port}", certificate), [b"{}"], secure=True)


def why_not(port: int, certificate: str) -> str:
    with pytest.raises(NotHandedOver) as problem:
        hand_over(port, certificate)
    return problem.value.code


def test_the_pinned_certificate_is_written_to(home: Home, listening: Listening, asked: list[bytes]) -> None:
    certificate = made(home).certificate
    assert hand_over(listening(server_context(home)), certificate) == [b"yes"]
    assert asked == [b"{}"]


def test_another_certificate_for_the_same_name_is_told_nothing(
    home: Home, listening: Listening, asked: list[bytes]
) -> None:
    pinned = made(home).certificate
    made(home)
    assert why_not(listening(server_context(home)), pinned) == "wrong-certificate"
    assert asked == []


def test_a_certificate_that_the_pinned_one_signed_is_told_nothing(
    home: Home, listening: Listening, asked: list[bytes]
) -> None:
    first = made(home)
    pinned = x509.load_pem_x509_certificate(first.certificate.encode())
    key: Any = load_pem_private_key(first.key, None)
    authority = (
        x509.CertificateBuilder(pinned.issuer, pinned.subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - YEAR).not_valid_after(NOW + YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )  # fmt: skip
    second = make_certificate(home, now=NOW, until=NOW + YEAR)
    below: Any = load_pem_private_key(second.key, None)
    shown = (
        x509.CertificateBuilder(authority.subject, pinned.subject, below.public_key(), x509.random_serial_number())
        .not_valid_before(NOW - YEAR).not_valid_after(NOW + YEAR)
        .add_extension(pinned.extensions.get_extension_for_class(x509.SubjectAlternativeName).value, critical=False)
        .sign(key, SHA256())
    )  # fmt: skip
    keep_certificate(home, Made(shown.public_bytes(Encoding.PEM).decode(), second.key))
    port = listening(server_context(home))
    assert why_not(port, authority.public_bytes(Encoding.PEM).decode()) == "wrong-certificate"
    assert asked == []


def test_an_expired_certificate_is_told_nothing(home: Home, listening: Listening, asked: list[bytes]) -> None:
    certificate = made(home, now=NOW - YEAR, until=NOW - dt.timedelta(days=1)).certificate
    assert why_not(listening(server_context(home)), certificate) == "certificate-expired"
    assert asked == []


def test_a_node_that_does_not_speak_tls_is_told_nothing(home: Home, listening: Listening, asked: list[bytes]) -> None:
    assert why_not(listening(None), made(home).certificate) == "no-tls"
    assert asked == []


def test_a_public_authority_does_not_stand_in_for_a_certificate_that_is_not_on_the_card(
    home: Home, listening: Listening, asked: list[bytes]
) -> None:
    made(home)
    assert why_not(listening(server_context(home)), "") == "wrong-certificate"
    assert asked == []


def test_somebody_who_connects_and_says_nothing_holds_up_nobody(home: Home, listening: Listening) -> None:
    certificate = made(home).certificate
    port = listening(server_context(home))
    with socket.create_connection(("127.0.0.1", port)):
        assert hand_over(port, certificate) == [b"yes"]


def test_failed_handshakes_leave_nothing_in_the_log_and_hold_up_nobody(
    home: Home, listening: Listening, capfd: pytest.CaptureFixture[str]
) -> None:
    certificate = made(home).certificate
    port = listening(server_context(home))
    for _knock in range(5):
        assert why_not(port, "") == "wrong-certificate"
        with socket.create_connection(("127.0.0.1", port)) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
            plain.recv(100)
    assert hand_over(port, certificate) == [b"yes"]
    assert "Traceback" not in capfd.readouterr().err


def test_a_card_with_a_certificate_is_never_written_to_in_clear(home: Home, listening: Listening) -> None:
    address = f"http://beijing.localhost:{listening(None)}"
    with pytest.raises(NotHandedOver, match="not-secure"):
        post(Destination(address, made(home).certificate), [b"{}"], secure=False)


def test_a_certificate_that_cannot_be_read_is_named() -> None:
    assert why_not(1, "-----BEGIN CERTIFICATE-----\nbm8=\n-----END CERTIFICATE-----\n") == "bad-certificate"


def test_the_certificate_names_the_host_that_partners_write_to(home: Home) -> None:
    one = x509.load_pem_x509_certificate(made(home).certificate.encode())
    names = one.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["beijing.localhost"]
    assert valid_until(own_certificate(home)) == (NOW + YEAR).replace(microsecond=0)
    assert certificate_file(home).stat().st_mode & 0o077 == 0


def test_a_node_without_its_certificate_says_how_to_make_one(home: Home) -> None:
    with pytest.raises(HomeProblem, match="clew certificate"):
        server_context(home)
