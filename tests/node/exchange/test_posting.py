"""Handing over: only to the partner's own certificate, never in clear beyond the loopback interface."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from clew.node.exchange import posting
from clew.node.exchange.inbound import ANSWER_TYPE, CONTENT_TYPE
from clew.node.exchange.posting import Destination, NotHandedOver, post

LOOPBACK = Destination("http://beijing.localhost:8401", "")


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[httpx.Request], httpx.Response]], None]:
    """Lets a function answer in place of the network."""

    def use(handler: Callable[[httpx.Request], httpx.Response]) -> None:
        client = httpx.Client(transport=httpx.MockTransport(handler))
        monkeypatch.setattr(posting, "_client", lambda _certificate: client)

    return use


def why(destination: Destination, *, secure: bool = False, envelopes: tuple[bytes, ...] = (b"{}",)) -> str:
    with pytest.raises(NotHandedOver) as problem:
        post(destination, envelopes, secure=secure)
    return problem.value.code


def test_envelopes_go_one_per_line_to_the_name_on_the_card(
    answered: Callable[[Callable[[httpx.Request], httpx.Response]], None],
) -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, headers={"Content-Type": ANSWER_TYPE}, content=b"one\ntwo\n")

    answered(answer)
    assert post(LOOPBACK, [b"{1}", b"{2}"], secure=False) == [b"one", b"two"]
    (request,) = asked
    assert request.content == b"{1}\n{2}"
    assert request.headers["Content-Type"] == CONTENT_TYPE
    assert (request.url.host, request.headers["Host"]) == ("127.0.0.1", "beijing.localhost:8401")


def test_a_secure_node_sends_in_clear_to_its_own_machine_only() -> None:
    assert why(Destination("http://partner.example", ""), secure=True) == "not-secure"
    assert why(Destination("", "")) == "no-address"


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (httpx.Response(503), "http-503"),
        (httpx.Response(302, headers={"Location": "http://elsewhere/"}), "http-302"),
        (httpx.Response(200, content=b"hello"), "http-200"),
        (httpx.Response(200, headers={"Content-Type": ANSWER_TYPE}, content=b"one\ntwo\n"), "bad-answer"),
        (httpx.Response(200, headers={"Content-Type": ANSWER_TYPE}, content=b"x" * 5000), "bad-answer"),
    ],
)
def test_an_answer_that_is_none_proves_nothing(
    answered: Callable[[Callable[[httpx.Request], httpx.Response]], None], response: httpx.Response, code: str
) -> None:
    answered(lambda _request: response)
    assert why(LOOPBACK) == code


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [({"Retry-After": "30"}, 30), ({}, 0), ({"Retry-After": "soon"}, 0), ({"Retry-After": "99999"}, 3600)],
)
def test_a_busy_partner_says_how_long_to_wait(
    answered: Callable[[Callable[[httpx.Request], httpx.Response]], None], asked: dict[str, str], seconds: int
) -> None:
    answered(lambda _request: httpx.Response(429, headers=asked))
    with pytest.raises(NotHandedOver) as problem:
        post(LOOPBACK, (b"{}",), secure=False)
    assert (problem.value.code, problem.value.retry_after) == ("too-many-requests", seconds)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (httpx.ConnectError("refused"), "no-connection"),
        (httpx.ReadTimeout("slow"), "timeout"),
        (httpx.ReadError("cut"), "cut-off"),
    ],
)
def test_a_broken_line_is_named(
    answered: Callable[[Callable[[httpx.Request], httpx.Response]], None], error: Exception, code: str
) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise error

    answered(fail)
    assert why(LOOPBACK) == code
