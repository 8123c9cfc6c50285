"""A process that has read what never changes, and forks for each Python program that a test asks of it.

A node's command spends most of its time on reading libraries, rules, and vocabulary: the same every time, for every
node. Here that is read once for each process of the suite. The program itself runs in a process of its own, with its
own environment and its own memory, as from a shell: nothing of a node is known before the fork, and Django is set up
after it. What such a test does not show is a cold start; `clew serve` in tests/cli and the demonstration do.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).parents[1]
ADDRESS = "CLEW_TESTS_RESIDENT"
"""Names the socket in the environment, so that a program which starts others asks the same process for them."""


def run_python(
    arguments: Sequence[str], env: Mapping[str, str], typed: bytes = b"", at: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Run `python ARGUMENT…` in the project's root and wait for it.

    Args:
        arguments: `-m MODULE …` or `-c CODE …`.
        env: the program's whole environment.
        typed: its standard input.
        at: the resident process that is asked (`resident_at`); else the one that knows no node.

    Returns:
        What it wrote, and its exit code; below zero the signal that ended it.
    """
    new = tempfile.TemporaryFile
    with new() as reading, new() as out, new() as err, socket.socket(socket.AF_UNIX) as asking:
        reading.write(typed)
        reading.seek(0)
        asking.connect(at or _resident())
        program = {"arguments": list(arguments), "env": {**env, ADDRESS: _resident()}}
        socket.send_fds(asking, [b"."], [one.fileno() for one in (reading, out, err)])
        asking.sendall(json.dumps(program).encode() + b"\n")
        with asking.makefile("rb") as answers:
            code = int(answers.readline())
        out.seek(0)
        err.seek(0)
        return subprocess.CompletedProcess(["python", *arguments], code, out.read(), err.read())


def run_words(
    arguments: Sequence[str], env: Mapping[str, str], typed: str = "", at: str = ""
) -> subprocess.CompletedProcess[str]:
    """As `run_python`, with text in place of bytes."""
    done = run_python(arguments, env, typed.encode(), at)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@functools.cache
def _resident() -> str:
    """The address of the resident process: of the one that is above this process, or of a new one."""
    if ADDRESS in os.environ:
        return os.environ[ADDRESS]
    address, process = _started()
    # It ends with this process, however that ends: its standard input closes.
    atexit.register(process.wait)
    atexit.register(process.stdin.close)  # type: ignore[union-attr]  # it is a pipe
    return address


@contextmanager
def resident_at(home: Path, process: str) -> Iterator[str]:
    """The address of a resident process that has one node set up as well: for many programs of the same node.

    Args:
        process: as which of the node's processes it is set up.
    """
    address, running = _started(str(home), process)
    with running:
        yield address
        running.stdin.close()  # type: ignore[union-attr]  # it is a pipe


def _started(*node: str) -> tuple[str, subprocess.Popen[bytes]]:
    directory = tempfile.mkdtemp(prefix="clew-resident-")
    address = f"{directory}/socket"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.resident", address, *node], cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n", "the resident process did not start"
    return address, process


def serve(address: str, *node: str) -> NoReturn:
    """Answer at the socket until standard input closes, each in a child that forks the program and waits for it."""
    _read_what_never_changes()
    if node:
        from clew.cli.answers import set_up_node

        home, process = node
        set_up_node(Path(home), process)
        from clew.node.serving import load_everything

        load_everything()
        _close_stores()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        if os.fork() == 0:
            sys.stdin.buffer.read()
            Path(address).unlink()
            Path(address).parent.rmdir()
            os.kill(os.getppid(), signal.SIGTERM)
            os._exit(0)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            asked, _ = listening.accept()
            if os.fork() == 0:
                listening.close()
                _answer(asked)
            asked.close()


def _read_what_never_changes() -> None:
    import typer.main  # noqa: F401 - read here so that no child has to

    import clew.exchange.sealing  # noqa: F401 - likewise
    from clew.disclosure.ruleset import shipped_rules
    from clew.disclosure.texts import sentence_translated
    from clew.vocabulary.model import get_model

    shipped_rules()
    sentence_translated("", "en")
    get_model()


def _answer(asked: socket.socket) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _message, said, _flags, _from = socket.recv_fds(asked, 1, 3)
    with asked.makefile("rb") as lines:
        program = json.loads(lines.readline())
    child = os.fork()
    if child == 0:
        asked.close()
        _become(program["arguments"], program["env"], said)
    _pid, status = os.waitpid(child, 0)
    asked.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _become(arguments: Sequence[str], env: Mapping[str, str], said: Sequence[int]) -> NoReturn:
    """Be the program, and end as it ends."""
    for number, opened in enumerate(said):
        os.dup2(opened, number)
        os.close(opened)
    # What a program says is read as UTF-8 by the tests, whatever the machine's locale.
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, encoding="utf-8", buffering=1) for number, mode in enumerate("rww")
    )
    os.environ.clear()
    os.environ.update(env)
    code = _ended(arguments)
    _close_stores()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _close_stores() -> None:
    """As an interpreter that ends: what was written is in the store's file then, and not only in the log beside it."""
    from django.apps import apps
    from django.db import connections

    if apps.ready:
        connections.close_all()


def _ended(arguments: Sequence[str]) -> int:
    how, what, *more = arguments
    sys.argv = [what, *more]
    try:
        if how == "-m":
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        else:
            exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
            return 1
        return int(end.code or 0)
    except BaseException:  # noqa: BLE001 - as the interpreter does: the traceback, and 1
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    serve(*sys.argv[1:])
