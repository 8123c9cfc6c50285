"""What a node says on its error stream: fixed fields, ids and codes; never a name, a subject or a value of a case.

A message of Clew's own is a fixed sentence with ids and codes put into it; what else is put in is left out. What
another library says, and what an exception says of itself, may repeat what somebody typed or what the store refused.
Neither is written: the place in the program and the kind of the exception stand for it.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any, Final

SAFE: Final = re.compile(r"[a-z0-9_][a-z0-9_.:/+=-]{0,127}")
"""What may be put into a message: an id, a code, a digest, the name of a step: no space, capital or other letter.

A code cannot be told from a name that somebody wrote small; that Clew's own calls put in no such thing, a test reads.
"""

LEFT_OUT: Final = "(left out)"
OWN: Final = "clew"
MOST_FRAMES: Final = 30


class Telling(logging.Formatter):
    """What both formats share: which parts of a record may be told."""

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """The fixed fields: at, level, process, logger, place, message, and with an exception kind and frames."""
        told: dict[str, Any] = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": os.environ.get("CLEW_PROCESS", "cli"),
            "logger": record.name,
            "place": f"{record.module}:{record.lineno}",
            "message": message_of(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["exception"] = kinds_of(record.exc_info[1])
            told["frames"] = frames_of(record.exc_info[2])
        return told


class JsonLines(Telling):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever is in it."""
        return json.dumps(self.fields(record), ensure_ascii=True, separators=(",", ":"))


class PlainLines(Telling):
    """For people: one line, and one for each step of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The same fields as in JSON."""
        told = self.fields(record)
        first = f"{told['at']} {told['level']} {told['process']} {told['logger']} {told['place']} {told['message']}"
        if "exception" not in told:
            return first
        return "\n".join([first, f"  {' from '.join(told['exception'])}", *(f"    {one}" for one in told["frames"])])


def message_of(record: logging.LogRecord) -> str:
    """A message of Clew's own with what may be put into it; "" of anybody else's."""
    if record.name != OWN and not record.name.startswith(f"{OWN}."):
        return ""
    arguments = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(_safe(one) for one in arguments)
    elif isinstance(arguments, dict):
        arguments = {name: _safe(one) for name, one in arguments.items()}
    try:
        return str(record.msg) % arguments if arguments else str(record.msg)
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def kinds_of(problem: BaseException | None) -> list[str]:
    """The kind of an exception and of those that led to it, without what they say."""
    kinds: list[str] = []
    while problem is not None and len(kinds) < MOST_FRAMES:
        kinds.append(f"{type(problem).__module__}.{type(problem).__qualname__}".removeprefix("builtins."))
        problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    return kinds


def frames_of(trace: TracebackType | None) -> list[str]:
    """Where it was raised: module:line function, outermost first; no source text and no values."""
    frames = [
        f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]
    return frames[-MOST_FRAMES:]


def tell_of_uncaught() -> None:
    """Let exceptions that nothing catches go through the log too: Python's own way prints what they say."""
    sys.excepthook = _uncaught
    threading.excepthook = lambda one: _uncaught(one.exc_type, one.exc_value, one.exc_traceback)
    logging.captureWarnings(True)
    # What cannot be written would otherwise be printed with all that was put into it.
    logging.raiseExceptions = False


def tell_of_server(*, traceback: bool) -> None:
    """Say that the HTTP server met a fault; with `traceback`, of which kind and where."""
    logging.getLogger("clew.node.serving").error("the HTTP server met a fault", exc_info=traceback)


def _uncaught(kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None) -> None:
    log = logging.getLogger("clew.node.serving")
    log.critical("an exception that nothing caught", exc_info=(kind, problem or kind(), trace))


def _safe(value: object) -> object:
    if isinstance(value, bool | int | float) or value is None:
        return value
    text = str(value)
    return text if SAFE.fullmatch(text) else LEFT_OUT
