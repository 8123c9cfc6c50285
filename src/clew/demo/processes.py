"""Starting and stopping the demonstration's node processes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from clew.demo.places import DemoProblem, Place

START_LIMIT = 40.0
STOP_LIMIT = 15.0


def is_running(place: Place) -> bool:
    """Whether the node that this demonstration started still runs."""
    return _pid(place) is not None


def start(place: Place) -> None:
    """Start the node's `clew serve` in the background, unless it runs already.

    Raises:
        DemoProblem: a port is taken by another program; it is named.
    """
    if is_running(place):
        return
    for port in (place.port, place.inbound_port):
        _require_free(place, port)
    logs = place.home / "logs"
    logs.mkdir(exist_ok=True)
    with (logs / "serve.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program with our own arguments
            [sys.executable, "-m", "clew", "serve", "--home", str(place.home)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=_environment(),
        )
    _pid_file(place).write_text(str(process.pid))


def wait_until_ready(place: Place) -> None:
    """Wait until both ports answer.

    Raises:
        DemoProblem: the node ended or did not answer in time; the log's last lines are shown.
    """
    deadline = time.monotonic() + START_LIMIT
    waiting = [place.port, place.inbound_port]
    while waiting and time.monotonic() < deadline:
        if not is_running(place):
            break
        if _answers(waiting[0]):
            waiting.pop(0)
        else:
            time.sleep(0.05)
    if waiting:
        log = place.home / "logs" / "serve.log"
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        raise DemoProblem(f"The node {place.key} did not start. The end of {log}:\n{tail}")


def stop(place: Place) -> bool:
    """Stop the node if this demonstration started it; says whether it ran."""
    pid = _pid(place)
    _pid_file(place).unlink(missing_ok=True)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_LIMIT
    while _alive(pid) and time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        time.sleep(0.05)
    if _alive(pid):
        os.kill(pid, signal.SIGKILL)
    return True


def _environment() -> dict[str, str]:
    hidden = {"CLEW_HOME", "CLEW_PROCESS", "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in hidden}


def _require_free(place: Place, port: int) -> None:
    if _answers(port):
        raise DemoProblem(
            f"Port {port}, which the node {place.key} needs, is in use by another program. "
            "End that program, or choose other ports: CLEW_DEMO_PORT=9400 make demo"
        )


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.3)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _pid_file(place: Place) -> Path:
    return place.home / "serve.pid"


def _pid(place: Place) -> int | None:
    try:
        pid = int(_pid_file(place).read_text())
    except (OSError, ValueError):
        return None
    return pid if _alive(pid) and _is_ours(pid, place) else None


def _alive(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_ours(pid: int, place: Place) -> bool:
    # A process id is reused after a restart of the machine: only a process that serves this very home is ended.
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return sys.platform != "linux"
    # While the system still puts a new program in place of its parent's, there is no command line to be read.
    return not command or str(place.home).encode() in command
