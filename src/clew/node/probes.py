"""What a machine asks the pages' port: does it live, can it work, how is it. Answered before any page is reached.

No session is opened, no officer looked up, and nothing of a case can be in an answer. `/metrics` asks for the token of
the node's settings: the pages often stand behind a proxy on the same machine, where every caller comes from loopback.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from clew.node.connections import renew_connection
from clew.node.heartbeat import last_beat
from clew.node.metrics import CONTENT_TYPE, exposition

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

LIVE: Final = "/health/live"
READY: Final = "/health/ready"
METRICS: Final = "/metrics"
JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"


def with_probes(pages: WSGIApplication) -> WSGIApplication:
    """The pages, with the three addresses beside them."""
    answers: dict[str, Callable[[WSGIEnvironment], tuple[str, str, str]]] = {
        LIVE: lambda _environ: ("200 OK", TEXT, "alive\n"),
        READY: lambda _environ: readiness(),
        METRICS: _metrics,
    }

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = answers.get(environ.get("PATH_INFO", ""))
        if answer is None:
            return pages(environ, start_response)
        if environ.get("REQUEST_METHOD") not in {"GET", "HEAD"}:
            status, kind, text = "405 Method Not Allowed", TEXT, "This is only read.\n"
        else:
            status, kind, text = answer(environ)
        body = text.encode()
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        if status.startswith("401"):
            headers.append(("WWW-Authenticate", "Bearer"))
        start_response(status, headers)
        return [body if environ.get("REQUEST_METHOD") != "HEAD" else b""]

    return application


def readiness() -> tuple[str, str, str]:
    """Whether officers can work: the store answers, and the worker goes round."""
    beat = last_beat(settings.HOME.path)
    parts = {
        "store": "well" if _store_answers() else "wrong",
        "worker": "unknown" if beat is None or beat.ended else "wrong" if beat.is_silent(timezone.now()) else "well",
    }
    ready = set(parts.values()) == {"well"}
    text = json.dumps({"ready": ready, **parts}) + "\n"
    return ("200 OK" if ready else "503 Service Unavailable"), JSON, text


def _store_answers() -> bool:
    renew_connection()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _metrics(environ: WSGIEnvironment) -> tuple[str, str, str]:
    token = settings.NODE.metrics_token
    if not token:
        return "404 Not Found", TEXT, "There is nothing here.\n"
    given = str(environ.get("HTTP_AUTHORIZATION", ""))
    if not hmac.compare_digest(given.encode("latin-1", "replace"), f"Bearer {token}".encode()):
        return "401 Unauthorized", TEXT, "Send the token of the node's settings.\n"
    if not _store_answers():
        return "503 Service Unavailable", TEXT, "The store does not answer.\n"
    return "200 OK", CONTENT_TYPE, exposition()
