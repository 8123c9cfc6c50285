"""Loaded by every Python process of the demonstration under test: kills it, SIGKILL, at its commits.

`CLEW_KILL_DIRECTORY` holds the shared count; `CLEW_KILL_WHEN` is
- `never`: only count,
- `before`: a commit is killed just before it happens, and let through when the same place in the code of the same
  kind of process of the same node tries it again,
- `after`: a process is killed just after each of its commits.
"""

import fcntl
import json
import os
import signal
import sys
from pathlib import Path

DIRECTORY = os.environ.get("CLEW_KILL_DIRECTORY")
WHEN = os.environ.get("CLEW_KILL_WHEN", "never")


def _who():
    home = os.environ.get("CLEW_HOME", "")
    return f"{Path(home).name}:{os.environ.get('CLEW_PROCESS', 'cli')}"


def _note(change):
    """Change the shared state under a lock and return what `change` returns."""
    with (Path(DIRECTORY) / "state.json").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        text = file.read()
        state = json.loads(text) if text else {"commits": 0, "kills": 0, "spared": {}}
        result = change(state)
        file.seek(0)
        file.truncate()
        file.write(json.dumps(state))
    return result


def _place():
    """Who commits, and from where in Clew's code: a retried commit is known by it."""
    frame, lines = sys._getframe(), []
    while frame is not None:
        if "/clew/" in frame.f_code.co_filename:
            lines.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_name}:{frame.f_lineno}")
        frame = frame.f_back
    return f"{_who()} {' '.join(lines)}"


def _before(state):
    if WHEN != "before":
        return False
    place = _place()
    if state["spared"].pop(place, False):
        return False
    state["spared"][place] = True
    state["kills"] += 1
    return True


def _after(state):
    state["commits"] += 1
    state["kills"] += WHEN == "after"
    return WHEN == "after"


def _install():
    from django.db.backends.base.base import BaseDatabaseWrapper

    commit = BaseDatabaseWrapper._commit

    def counted_commit(self):
        if os.environ.get("CLEW_COUNTED") != "1":
            return commit(self)
        if _note(_before):
            os.kill(os.getpid(), signal.SIGKILL)
        result = commit(self)
        if _note(_after):
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    BaseDatabaseWrapper._commit = counted_commit


if DIRECTORY and "clew" in " ".join(sys.orig_argv):
    _install()
