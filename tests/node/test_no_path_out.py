"""There is no way out of the node but the listed ones, and no listed one is dead."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

import clew.node
from tests.node.ways_out import WayOut, all_ways_out, listed, table, ways_out

NODE = Path(clew.node.__file__).parent
FOUND = tuple(all_ways_out(NODE))
CURE = (
    "is a way out of the node that tests/node/ways_out.yaml does not list. Use one of the listed ones (clew.node.pages"
    " for a page, transfer.views.downloads for a file, a signed decision for everything that goes to a partner), or"
    " list it with its class and the reason why it may let out what it does"
)


def entry_of(way: WayOut) -> tuple[str, str, str] | None:
    """The entry that allows it: its own, or for a redirect that of its file."""
    own, whole_file = (way.file, way.function, way.way), (way.file, "*", way.way)
    return next((key for key in (own, whole_file) if key in listed()), None)


def test_every_response_file_write_socket_process_and_mail_is_listed() -> None:
    unlisted = [f"{way.file}:{way.line} {way.way} {CURE}" for way in FOUND if entry_of(way) is None]
    assert unlisted == []


def test_every_listed_way_out_exists() -> None:
    used = {entry_of(way) for way in FOUND}
    assert [f"{key} is listed in ways_out.yaml and no longer exists: remove it" for key in listed().keys() - used] == []


def test_every_listed_way_has_a_known_class_and_a_reason() -> None:
    wrong = [one for one in table()["ways"] if one["class"] not in table()["classes"] or len(one["reason"]) < 20]
    assert wrong == []
    assert len(listed()) == len(table()["ways"]), "one is listed twice"


def test_a_whole_file_is_allowed_for_redirects_only() -> None:
    assert [key for key in listed() if key[1] == "*" and key[2] != "django.shortcuts.redirect"] == []


def test_only_letters_leave_for_another_machine() -> None:
    assert {one["file"] for one in table()["ways"] if one["way"].startswith("httpx.")} == {"exchange/posting.py"}
    assert {one["class"] for one in table()["ways"] if one["way"].startswith("httpx.")} == {"letter"}


@pytest.mark.parametrize(
    ("source", "way"),
    [
        ("from django.http import HttpResponse\nHttpResponse('x')", "django.http.HttpResponse"),
        ("from django.http import HttpResponse as R\nmake = partial(R, 'x')", "django.http.HttpResponse"),
        ("from django import http\nhttp.FileResponse(f)", "django.http.FileResponse"),
        ("import django.http\ndjango.http.JsonResponse({})", "django.http.JsonResponse"),
        ("from django.http import HttpResponse\nclass Mine(HttpResponse): ...", "django.http.HttpResponse"),
        (
            "from django.shortcuts import render as show\ndef view(r):\n    return show(r, 'x')",
            "django.shortcuts.render",
        ),
        ("open('x', 'w')", "open"),
        ("open('x', mode=m)", "open"),
        ("path.open('ab')", ".open"),
        ("path.write_text('x')", ".write_text"),
        ("from os import open as o\no('x', 1)", "os.open"),
        ("import tempfile as t\nt.mkstemp()", "tempfile.mkstemp"),
        ("def f():\n    import socket\n    socket.create_connection(a)", "socket.create_connection"),
        ("import subprocess\nsubprocess.run(['x'])", "subprocess.run"),
        ("import os\nos.execvp('x', [])", "os.execvp"),
        ("import os\nos.forkpty()", "os.forkpty"),
        ("from django.core.mail import send_mail\nsend_mail()", "django.core.mail.send_mail"),
        ("import smtplib\nsmtplib.SMTP('x')", "smtplib.SMTP"),
        ("import httpx\nhttpx.post('x')", "httpx.post"),
        ("import urllib.request\nurllib.request.urlopen('x')", "urllib.request.urlopen"),
        ("import http.client\nhttp.client.HTTPConnection('x')", "http.client.HTTPConnection"),
        ("def app(environ, start_response):\n    start_response('200 OK', [])", "start_response"),
        ("print('x')", "print"),
        ("book.save('file.xlsx')", ".save"),
        ("exec(text)", "exec"),
    ],
)
def test_the_scan_finds(source: str, way: str) -> None:
    assert way in {found.way for found in ways_out(source)}


@pytest.mark.parametrize(
    "source",
    [
        "from django.http import HttpResponse\ndef view(request) -> HttpResponse: ...",
        "from django.http import HttpResponse\nView = Callable[..., HttpResponse]",
        "open('x')",
        "path.open('rb')",
        "row.save()",
        "row.save(update_fields=['x'])",
        "'a'.replace('b', 'c')",
        "from urllib.parse import urlencode\nurlencode({})",
    ],
)
def test_the_scan_leaves_alone_what_lets_nothing_out(source: str) -> None:
    assert ways_out(source) == []


def test_a_way_out_is_named_with_its_function() -> None:
    source = "class A:\n    def f(self):\n        def g():\n            print('x')"
    assert [(found.line, found.function) for found in ways_out(source)] == [(4, "A.f.g")]


@pytest.mark.parametrize("address", [("127.0.0.1", 9), ("192.0.2.1", 443)])
def test_a_test_of_the_node_that_opens_a_connection_fails(address: tuple[str, int]) -> None:
    for connect in (socket.create_connection, lambda to: socket.socket().connect(to)):
        with pytest.raises(AssertionError, match="no test of the node"):
            connect(address)
    with pytest.raises(AssertionError, match="no test of the node"):
        socket.getaddrinfo("partner.example", 443)
    with pytest.raises(AssertionError, match="no test of the node"):
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", address)
