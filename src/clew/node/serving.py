"""The three processes of a running node: staff pages, inbound, worker.

They are forked from one parent after everything is loaded, so that they share memory (an idle node on a small server),
and each may use only its own keys (`clew.node.keys`). When the parent dies, however suddenly, its children end too:
a half-alive node would take letters that nobody opens.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from clew.node.certificate import server_context
from clew.node.home import Home
from clew.node.keys import Process
from clew.node.logs import tell_of_uncaught

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 1.0
"""Seconds before a child that ended is started again: at once the first time, doubled while it keeps ending early."""

STEADY = 30.0
"""Seconds after which a child counts as steady, and its next end as the first."""

FIRST_UPKEEP, UPKEEP_PAUSE = 60.0, 3600.0
"""Seconds before the first round of upkeep, and between two: it is due by the day, and a start has more urgent work."""

IMPORT_PAUSE = 1.0
"""Seconds between two looks for a waiting import."""

IN_HAND, GRACE = 20, 25
"""Seconds that requests in hand have to end once the node is told to stop, and that a process has in all.

What has not ended by then is cut off, as by a power cut: nothing of it was promised, and nothing of it is half done.
"""

WEB_THREADS = 6
INBOUND_THREADS = 4


class PortBusy(Exception):
    """A port the node needs is in use; the message names it and what to do."""


@dataclass(slots=True)
class Child:
    """One of the node's processes while it runs."""

    process: Process
    run: Callable[[], None]
    pid: int = 0
    started: float = 0.0
    pause: float = FIRST_PAUSE


def serve(home: Home, announce: Callable[[str], None]) -> int:
    """Run the node until SIGTERM or SIGINT; returns the exit code.

    Args:
        home: the node's directory; Django is set up for it already.
        announce: is given one line once all processes run.

    Raises:
        PortBusy: before anything is started.
        HomeProblem: inbound has no usable certificate; before anything is started, too.
    """
    tell_of_uncaught()
    check_ports(home)
    context = inbound_context(home)
    load_everything()
    gc.collect()
    gc.freeze()
    alive_read, alive_write = os.pipe()
    children = [Child(Process.WORKER, run_worker), Child(Process.WEB, lambda: run_web(home))]
    if home.settings.inbound_port:
        children.insert(0, Child(Process.INBOUND, lambda: run_inbound(home, context)))
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    for child in children:
        _start(child, alive_read, alive_write)
    announce("ready")
    while not stopping.is_set():
        _restart_ended(children, alive_read, alive_write, stopping)
        stopping.wait(0.2)
    return _stop(children)


def check_ports(home: Home) -> None:
    """Refuse, naming the port, when one that the node needs is taken."""
    needed = [(home.settings.bind, home.settings.port), (home.inbound_bind, home.settings.inbound_port)]
    for address, port in needed[: 2 if home.settings.inbound_port else 1]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                raise PortBusy(
                    f"Port {port} on {address} is in use ({error.strerror}). "
                    f"End the program that uses it, or change the port in {home.path / 'node.toml'}."
                ) from error


def load_everything() -> None:
    """Import what the children need before they are forked, so that it is in memory once."""
    from django.urls import get_resolver

    import clew.node.api.notifying
    import clew.node.exchange.evidence_room
    import clew.node.exchange.inbound
    import clew.node.exchange.worker
    import clew.node.transfer.actions
    import clew.node.wsgi  # noqa: F401 - loaded for the children

    get_resolver().url_patterns  # noqa: B018 - reading it imports every page


def run_web(home: Home) -> None:
    """Serve the staff pages."""
    from clew.node.wsgi import application

    _serve_wsgi(home.settings.bind, home.settings.port, application, WEB_THREADS)


def inbound_context(home: Home) -> ssl.SSLContext | None:
    """How inbound speaks TLS until the node is started again; None where something before it does, or there is none."""
    return server_context(home) if home.settings.tls == "own" and home.settings.inbound_port else None


def run_inbound(home: Home, context: ssl.SSLContext | None) -> None:
    """Serve what partners reach."""
    from clew.node.exchange.inbound import application

    _serve_wsgi(home.inbound_bind, home.settings.inbound_port, application, INBOUND_THREADS, context)


def run_worker() -> None:
    """Send, open, watch the clocks, and beside that run imports and notify integrations, until SIGTERM."""
    from clew.node.api.notifying import run as notify
    from clew.node.cases.actions import sweep_documents
    from clew.node.exchange.evidence_room import run as seal_and_open
    from clew.node.exchange.worker import run

    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    sweep_documents()
    # In threads of their own: neither a long import, nor a large file, nor a system that does not answer may hold up a
    # letter.
    beside = [threading.Thread(target=each, args=(stopping,)) for each in (_run_imports, notify, seal_and_open)]
    for thread in beside:
        thread.start()
    run(stopping)
    for thread in beside:
        thread.join()


def _run_imports(stopping: threading.Event) -> None:
    from django.db import close_old_connections

    from clew.node.disclosure.actions import run_simulations
    from clew.node.kinship.actions import run_searches
    from clew.node.matching.actions import compare_waiting
    from clew.node.transfer.actions import run_pending

    upkeep_due = time.monotonic() + FIRST_UPKEEP
    while not stopping.is_set():
        close_old_connections()
        waiting = 0
        try:
            if time.monotonic() >= upkeep_due:
                upkeep_due = time.monotonic() + UPKEEP_PAUSE
                _keep_up()
            waiting = run_pending() + run_simulations() + run_searches() + compare_waiting()
        except Exception:  # what fails once must not stop what comes next
            log.exception("an import, a search or the node's upkeep failed")
        if not waiting:
            stopping.wait(IMPORT_PAUSE)


def _keep_up() -> None:
    """What time itself asks for: expired categories protect again, what no consent covers and old exports go."""
    from clew.node.accounts.actions import NODE
    from clew.node.dossier.actions import protect_expired
    from clew.node.kinship.actions import destroy_unconsented
    from clew.node.oversight.actions import mark_overdue
    from clew.node.referral.actions import void_expired
    from clew.node.transfer.actions import discard_old_exports

    protect_expired(actor=NODE)
    destroy_unconsented(actor=NODE)
    discard_old_exports()
    mark_overdue(actor=NODE)
    void_expired(actor=NODE)


def _serve_wsgi(bind: str, port: int, application: object, threads: int, context: ssl.SSLContext | None = None) -> None:
    from clew.node.secure_server import InboundTLS, LoggedServer

    server = LoggedServer((bind, port), application, numthreads=threads, server_name="clew", shutdown_timeout=IN_HAND)
    if context is not None:
        server.ssl_adapter = InboundTLS(context)
    stop = threading.Thread(target=server.stop)
    signal.signal(signal.SIGTERM, lambda *_: stop.start() if stop.ident is None else None)
    server.start()
    # The server returns as soon as it takes no new connection; its threads may still have a request in hand.
    stop.join()


def _start(child: Child, alive_read: int, alive_write: int) -> None:
    child.started = time.monotonic()
    child.pid = os.fork()
    if child.pid:
        return
    os.close(alive_write)
    os.environ["CLEW_PROCESS"] = child.process.value
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(alive_read,), daemon=True).start()
    code = 1
    try:
        child.run()
        code = 0
    except Exception:  # noqa: BLE001 - the last stop of a child: say what happened, then end
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)


def _end_with_parent(alive_read: int) -> None:
    os.read(alive_read, 1)
    os._exit(1)


def _restart_ended(children: list[Child], alive_read: int, alive_write: int, stopping: threading.Event) -> None:
    for child in children:
        ended, _status = os.waitpid(child.pid, os.WNOHANG)
        if ended and not stopping.is_set():
            log.warning("the %s process ended; it is started again", child.process.value)
            steady = time.monotonic() - child.started > STEADY
            child.pause = FIRST_PAUSE if steady else min(child.pause * 2, LONGEST_PAUSE)
            stopping.wait(child.pause)
            _start(child, alive_read, alive_write)


def _stop(children: list[Child]) -> int:
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for child in children:
        while time.monotonic() < deadline:
            ended, _status = os.waitpid(child.pid, os.WNOHANG)
            if ended:
                break
            time.sleep(0.05)
        else:
            os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)
    return 0
