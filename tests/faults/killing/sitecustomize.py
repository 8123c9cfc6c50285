"""Loaded by every Python process of the demonstration under test: counts its commits, and kills at each of them.

`CLEW_KILL_DIRECTORY` holds `state.json`, which all processes share, and, where there are to be kills, `expected.json`:
how many commits each place made in the undisturbed story. A place is a kind of process of a node and the lines of
Clew's code from which it commits. A commit is an outermost transaction's, or that of a writing statement outside one.

Each expected commit is killed twice, SIGKILL: just before it takes effect and, when the same place comes to it again,
just after. With `CLEW_KILL_NODE_EACH` set to m, every m-th kill takes all the node's processes at once.
"""

import fcntl
import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

DIRECTORY = Path(os.environ.get("CLEW_KILL_DIRECTORY", ""))
EXPECTED = json.loads((DIRECTORY / "expected.json").read_text()) if (DIRECTORY / "expected.json").exists() else None
NODE_EACH = int(os.environ.get("CLEW_KILL_NODE_EACH", "0"))
WRITES = ("INSERT", "UPDATE", "DELETE")
SHORT_PAUSE = 0.5
"""Seconds. A partner that was killed is asked again soon: not the length of the pauses is under test."""


def _note(change):
    """Change the shared state under a lock and return what `change` returns."""
    with (DIRECTORY / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        path = DIRECTORY / "state.json"
        state = (
            json.loads(path.read_text()) if path.exists() else {"commits": {}, "before": {}, "after": {}, "nodes": 0}
        )
        result = change(state)
        # Whoever is killed here leaves the old state or the new one.
        path.with_suffix(".new").write_text(json.dumps(state))
        path.with_suffix(".new").replace(path)
    return result


def _place():
    """Who commits, and from where in Clew's code; "" for what is due by the clock and not by the story.

    How a process was started is left out: it is another after a restart.
    """
    frame, lines = sys._getframe(), []
    while frame is not None:
        path, function = Path(frame.f_code.co_filename), frame.f_code.co_name
        if function == "_keep_up":
            return ""
        if path.parts[-3:-1] == ("demo", "acts") or ("node" in path.parts and path.name != "serving.py"):
            lines.append(f"{path.name}:{function}:{frame.f_lineno}")
        frame = frame.f_back
    return f"{Path(os.environ['CLEW_HOME']).name} {os.environ.get('CLEW_PROCESS', 'cli')} {' '.join(lines)}"


def _kill(place, when, other, at_most):
    """Kill this process, or its whole node when its turn has come, unless the place has had its share of such kills."""

    def due(state):
        kills = state[when].get(place, 0)
        if kills >= min(at_most, state[other].get(place, 0) + (when == "before")):
            return ""
        state[when][place] = kills + 1
        number = sum(state["before"].values()) + sum(state["after"].values())
        whole = bool(NODE_EACH) and number % NODE_EACH == 0
        state["nodes"] += whole
        return "node" if whole else "process"

    victim = _note(due)
    if victim == "node":
        for pid in _other_processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    if victim:
        os.kill(os.getpid(), signal.SIGKILL)


def _other_processes():
    """The node's other processes: `clew serve`, its children, and an act under way; not the stage that waits for it."""
    home, own = os.environ["CLEW_HOME"].encode(), os.getpid()
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if home in (path / "cmdline").read_bytes().split(b"\0"):
                stat = (path / "stat").read_text().rpartition(")")[2].split()
                found[int(path.name)] = int(stat[1]), b"clew.demo.stage" in (path / "cmdline").read_bytes()
    stages = {pid for pid, (parent, plays) in found.items() if plays and parent not in found}
    return sorted(set(found) - stages - {own})


def _count(place):
    def one_more(state):
        state["commits"][place] = state["commits"].get(place, 0) + 1

    _note(one_more)


def _before():
    """Be killed before a commit if that is due; returns the commit's place, "" where it does not count."""
    place = _place() if os.environ.get("CLEW_COUNTED") == "1" else ""
    if place and EXPECTED is not None:
        _kill(place, "before", "after", EXPECTED.get(place, 1))
    return place


def _after(place):
    """Count a commit that has taken effect; be killed if that is due."""
    if place:
        _count(place)
    if place and EXPECTED is not None:
        _kill(place, "after", "before", EXPECTED.get(place, 1))


def _install():
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

    commit, execute, leave = BaseDatabaseWrapper._commit, CursorWrapper.execute, CursorWrapper.__exit__

    def killed_commit(self):
        place = _before()
        result = commit(self)
        _after(place)
        return result

    def killed_execute(self, sql, params=None):
        # Before the first look into the outbox: a worker just started must not set a pause by the long measure.
        _hurry()
        if not (self.db.autocommit and str(sql).lstrip().upper().startswith(WRITES)):
            return execute(self, sql, params)
        place = _before()
        result = execute(self, sql, params)
        if " RETURNING " in str(sql):
            # SQLite commits it when its rows have been read.
            self.place_to_leave = place
        else:
            _after(place)
        return result

    def killed_leave(self, kind, value, trace):
        result = leave(self, kind, value, trace)
        _after(self.__dict__.pop("place_to_leave", ""))
        return result

    BaseDatabaseWrapper._commit = killed_commit
    CursorWrapper.execute = killed_execute
    CursorWrapper.__exit__ = killed_leave


def _hurry():
    outbox = sys.modules.get("clew.node.exchange.outbox")
    if outbox is not None:
        outbox.LONGEST_PAUSE = type(outbox.LONGEST_PAUSE)(seconds=SHORT_PAUSE)


if os.environ.get("CLEW_KILL_DIRECTORY") and "clew" in " ".join(sys.orig_argv):
    _install()
