"""Where notifications may go, and how one is posted."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clew.node.api import posting
from clew.node.api.addresses import BadAddress, check_url, usable
from clew.node.api.posting import NotPosted, post
from clew.node.home import HomeProblem, load_home, networks_of, write_settings

CLOSED = (
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::", "::1", "fe80::1",
    "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "2001:db8::1",
    "not-an-address",
)  # fmt: skip
OPEN = ("93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_that_only_this_machine_or_network_reaches_is_refused(address: str) -> None:
    for found in ([address], [OPEN[0], address], [address, OPEN[0]]):
        with pytest.raises(BadAddress):
            usable(found, [])


def test_public_addresses_are_usable_and_no_address_is_not() -> None:
    assert usable(OPEN, []) == list(OPEN)
    with pytest.raises(BadAddress):
        usable([], [])


def test_a_network_of_the_settings_opens_itself_and_no_other() -> None:
    allowed = networks_of("10.1.2.0/24, ::1/128")
    assert allowed == [ip_network("10.1.2.0/24"), ip_network("::1/128")]
    assert usable(["10.1.2.9", "::1"], allowed) == ["10.1.2.9", "::1"]
    for other in ("10.1.3.9", "127.0.0.1"):
        with pytest.raises(BadAddress):
            usable([other], allowed)


@given(st.ip_addresses())
def test_what_is_usable_without_a_setting_is_public(address: Any) -> None:
    try:
        usable([str(address)], [])
    except BadAddress:
        return
    assert address.is_global
    assert not address.is_loopback
    assert not address.is_multicast


@given(st.text(max_size=80) | st.from_regex(r"https://[ -~]{0,60}", fullmatch=True))
def test_whatever_is_typed_is_an_https_address_or_refused(url: str) -> None:
    try:
        parts = check_url(url)
    except BadAddress:
        return
    assert parts.scheme == "https"
    assert parts.hostname
    assert "@" not in parts.netloc


def test_a_setting_that_is_no_network_stops_the_node_with_its_name(tmp_path: Any) -> None:
    known = load_home().settings
    write_settings(tmp_path, replace(known, webhook_networks="10.1.2.3/24"))
    with pytest.raises(HomeProblem, match="webhook_networks"):
        load_home(tmp_path)


@pytest.mark.parametrize(
    ("resolve", "code"),
    [
        (lambda _host, _port: ["127.0.0.1"], "address-not-allowed"),
        (lambda _host, _port: ["169.254.169.254", "8.8.8.8"], "address-not-allowed"),
        (lambda _host, _port: (_ for _ in ()).throw(socket.gaierror("no such name")), "name-not-found"),
    ],
)
def test_nothing_is_connected_to_before_the_address_was_judged(resolve: Any, code: str) -> None:
    """`no_connections` fails the test where anything would be connected to."""
    with pytest.raises(NotPosted) as refused:
        post("https://cases.example/", b"{}", {}, allowed=[], resolve=resolve)
    assert refused.value.code == code


class Line:
    """A connection that answers what it is told to."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.sent = answer, b""
        self.asked: list[tuple[str, int]] = []
        self.name = ""

    def connect(self, address: tuple[str, int], _timeout: float) -> socket.socket:
        self.asked.append(address)
        ours, theirs = socket.socketpair()
        threading.Thread(target=self._serve, args=(theirs,), daemon=True).start()
        return ours

    def _serve(self, line: socket.socket) -> None:
        with line:
            while b"\r\n\r\n{}" not in self.sent:
                part = line.recv(4096)
                if not part:
                    # Hung up before the request was whole: a thread that read on would never end.
                    return
                self.sent += part
            line.sendall(self.answer)

    def wrap_socket(self, line: socket.socket, *, server_hostname: str) -> socket.socket:
        self.name = server_hostname
        return line


@pytest.fixture
def line_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Line]:
    def make(answer: bytes) -> Line:
        made = Line(answer)
        monkeypatch.setattr(posting.socket, "create_connection", made.connect)
        return made

    return make


def send(line: Any) -> None:
    def resolve(_host: str, _port: int) -> list[str]:
        return ["93.184.215.14"]

    post("https://cases.example/notify?x=1", b"{}", {"X-Own": "1"}, allowed=[], resolve=resolve, context=line)


class Context(ssl.SSLContext):
    """A context that hands the connection to a `Line`."""

    line: Any = None

    def wrap_socket(self, *arguments: Any, **named: Any) -> Any:
        return self.line.wrap_socket(*arguments, **named)


def context_of(line: Line) -> ssl.SSLContext:
    made = Context(ssl.PROTOCOL_TLS_CLIENT)
    made.line = line
    return made


def test_it_connects_to_the_judged_address_under_the_written_name(line_to: Callable[[bytes], Line]) -> None:
    line = line_to(b"HTTP/1.1 204 No Content\r\n\r\n")
    send(context_of(line))
    assert line.asked == [("93.184.215.14", 443)]
    assert line.name == "cases.example"
    head = line.sent.split(b"\r\n")
    assert head[0] == b"POST /notify?x=1 HTTP/1.1"
    assert b"Host: cases.example" in head


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "http-302"),
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "http-500"),
        (b"nonsense\r\n\r\n", "no-connection"),
        (b"", "no-connection"),
    ],
)
def test_a_redirect_is_not_followed_and_what_is_no_success_is_a_failure(
    line_to: Callable[[bytes], Line], answer: bytes, code: str
) -> None:
    line = line_to(answer)
    with pytest.raises(NotPosted) as refused:
        send(context_of(line))
    assert refused.value.code == code
    assert len(line.asked) == 1


def test_a_certificate_that_does_not_fit_is_said(line_to: Callable[[bytes], Line]) -> None:
    line = line_to(b"")

    def refuse(_line: socket.socket, *, server_hostname: str) -> socket.socket:
        raise ssl.SSLCertVerificationError("wrong")

    line.wrap_socket = refuse  # type: ignore[method-assign]
    with pytest.raises(NotPosted) as refused:
        send(context_of(line))
    assert refused.value.code == "wrong-certificate"
