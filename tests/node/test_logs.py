"""What a node says on its error stream: fixed fields, ids and codes; nothing that somebody typed, in either format."""

from __future__ import annotations

import ast
import json
import logging
import sys
import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import clew
from clew.node.logs import LEFT_OUT, JsonLines, PlainLines, tell_of_server, tell_of_uncaught

NAME = "Mariyanova"
FORMATS = (JsonLines, PlainLines)


def record(message: str, *arguments: object, name: str = "clew.node.exchange.worker") -> logging.LogRecord:
    try:
        try:
            raise LookupError(f"Key (name)=({NAME}) exists already")
        except LookupError as first:
            raise ValueError(NAME, {"of": NAME}) from first
    except ValueError:
        return logging.LogRecord(name, logging.ERROR, "/program/worker.py", 7, message, arguments, sys.exc_info())


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What goes to the error stream, in JSON."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logging.getLogger().addHandler(handler)
    for owner, name in ((sys, "excepthook"), (threading, "excepthook"), (logging, "raiseExceptions")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    tell_of_uncaught()
    yield stream
    logging.captureWarnings(False)
    logging.getLogger().removeHandler(handler)


def test_a_line_is_one_json_object_with_the_same_fields_every_time() -> None:
    told = json.loads(JsonLines().format(record("envelope %s could not be opened", "0a" * 16)))
    assert set(told) == {"at", "level", "process", "logger", "place", "message", "exception", "frames"}
    assert told["message"] == f"envelope {'0a' * 16} could not be opened"
    assert told["exception"] == ["ValueError", "LookupError"]
    assert told["place"] == "worker:7"
    assert told["frames"] == [f"{__name__}:{told['frames'][0].split(':')[1].split()[0]} record"]


@pytest.mark.parametrize("form", FORMATS)
def test_an_exception_is_told_by_its_kind_and_place_and_never_by_what_it_says(form: type[logging.Formatter]) -> None:
    told = form().format(record("it failed: %s and %d", NAME, 7))
    assert NAME not in told
    assert "ValueError" in told
    assert "LookupError" in told
    assert f"it failed: {LEFT_OUT} and 7" in told


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("logger", ["django.request", "django.db.backends", "httpx", "clewless"])
def test_what_another_library_says_is_left_out(form: type[logging.Formatter], logger: str) -> None:
    told = form().format(record(f"Internal Server Error: /people/{NAME}", name=logger))
    assert NAME not in told
    assert logger in told
    assert "worker:7" in told


@given(st.text())
def test_whatever_is_put_into_a_message_a_line_is_a_line_and_holds_no_sentence(text: str) -> None:
    told = JsonLines().format(record("found %s", text))
    assert "\n" not in told
    message = json.loads(told)["message"].removeprefix("found ")
    assert message == LEFT_OUT or (message == text and message.isascii() and " " not in message)


@pytest.mark.parametrize("arguments", [("one", "two"), ()])
def test_a_message_and_what_is_put_into_it_may_not_fit(arguments: tuple[str, ...]) -> None:
    assert "half %s" in JsonLines().format(record("half %s", *arguments))


def test_what_nothing_catches_goes_through_the_log(said: StringIO) -> None:
    def fail() -> None:
        raise RuntimeError(NAME)

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    problem = RuntimeError(NAME)
    sys.excepthook(RuntimeError, problem, None)
    try:
        fail()
    except RuntimeError:
        tell_of_server(traceback=True)
    lines = [json.loads(line) for line in said.getvalue().splitlines()]
    assert [line["exception"] for line in lines] == [["RuntimeError"]] * 3
    assert NAME not in said.getvalue()


def test_clews_own_messages_are_fixed_and_nothing_of_a_person_is_put_into_them() -> None:
    """A code cannot be told from a name written small, so the calls themselves are looked at."""
    found = []
    for file in sorted(Path(clew.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_told(node.func):
                found += [(file.name, ast.unparse(one)) for one in _put_in(node)]
    assert found, "the test must find the calls"
    assert {what for _file, what in found} <= {
        "action", "block.pk", "child.process.value", "code", "decision.pk", "decision_id",
        "entry.envelope_id", "fault", "pk",
        "getattr(step, '__name__', 'settle')", "kind", "refusal.code", "refusal.where", "request.uid",
        "search.pk", "transfer.pk", "type(error).__name__",
    }  # fmt: skip


def _is_told(called: ast.expr) -> bool:
    levels = {"debug", "info", "warning", "error", "exception", "critical", "log"}
    if not isinstance(called, ast.Attribute) or called.attr not in levels:
        return False
    by = ast.unparse(called.value)
    return by in {"log", "logger", "logging"} or by.startswith("logging.getLogger(")


def _put_in(call: ast.Call) -> list[ast.expr]:
    message, *put_in = call.args[1:] if ast.unparse(call.func).endswith(".log") else call.args
    assert isinstance(message, ast.Constant), f"a message is a fixed sentence, not {ast.unparse(message)}"
    return put_in
