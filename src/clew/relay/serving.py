"""The relay's one process: it listens until it is told to stop, and ends what it has in hand."""

from __future__ import annotations

import datetime as dt
import logging
import signal
import sqlite3
import ssl
import threading
from collections.abc import Callable

from clew.node.certificate import context_with
from clew.node.home import HomeProblem
from clew.node.logs import tell_of_uncaught
from clew.node.secure_server import InboundTLS, LoggedServer
from clew.relay.door import Door
from clew.relay.home import RelayHome
from clew.relay.store import Store

THREADS = 4
SWEEP_PAUSE = 3600.0
"""Seconds between two looks for what has lain too long."""

IN_HAND = 20
"""Seconds that requests in hand have to end once the relay is told to stop."""

log = logging.getLogger(__name__)


def serve(relay: RelayHome, clock: Callable[[], dt.datetime], announce: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT.

    Args:
        clock: the present moment, UTC.
        announce: called once the relay listens.

    Raises:
        HomeProblem: the certificate cannot be used, or the port is taken.
    """
    tell_of_uncaught()
    s = relay.settings
    store = Store(relay.store, s)
    server = LoggedServer(
        (s.bind, s.port),
        Door(store, s, clock),
        numthreads=THREADS,
        server_name="clew-relay",
        shutdown_timeout=IN_HAND,
    )
    if s.tls == "own":
        try:
            server.ssl_adapter = InboundTLS(context_with(relay.certificate, relay.certificate_key))
        except (OSError, ssl.SSLError) as error:
            raise HomeProblem(f"The relay's certificate cannot be used ({error}). Put back the one before.") from error
    try:
        server.prepare()
    except OSError as error:
        raise HomeProblem(f"Port {s.port} on {s.bind} cannot be used ({error}). Choose another.") from error
    ended = threading.Event()
    stop = threading.Thread(target=server.stop)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.start() if stop.ident is None else None)
    threading.Thread(target=_sweep, args=(store, clock, ended), daemon=True).start()
    announce()
    server.serve()
    # The server returns as soon as it takes no new connection; its threads may still have a request in hand.
    stop.join()
    ended.set()


def _sweep(store: Store, clock: Callable[[], dt.datetime], ended: threading.Event) -> None:
    """Nothing lies longer than it may, though nobody asks for anything."""
    while True:
        try:
            with store.transaction() as visit:
                visit.forget_what_is_over(clock())
        except sqlite3.Error:
            log.exception("what is over could not be deleted; it is tried again")
        if ended.wait(SWEEP_PAUSE):
            return
