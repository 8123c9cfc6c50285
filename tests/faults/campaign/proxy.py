"""The line to a node: passes bytes on, and cuts, slows or refuses connections as chance has it.

It stands where a network would. It is used because network namespaces need root, which a test does not ask for.
"""

from __future__ import annotations

import contextlib
import random
import socket
import threading
import time
from dataclasses import dataclass, field

CHUNK = 16_384
MOST_BEFORE_A_CUT = 40_000
"""Bytes after which a connection that is to be cut is cut at the latest: in the handshake, a request or an answer."""


@dataclass
class FaultProxy:
    """Listens on `port` and passes on to `target`, both on loopback.

    `blocked`: nobody gets through. `faulty`: connections suffer. `did` counts what was done to them.
    """

    port: int
    target: int
    rng: random.Random
    blocked: bool = False
    faulty: bool = True
    did: dict[str, int] = field(default_factory=dict)

    def start(self) -> None:
        """Begin to listen, in threads that end with the process."""
        listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(listening,), daemon=True).start()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            client, _address = listening.accept()
            threading.Thread(target=self._serve, args=(client, self._fate()), daemon=True).start()

    def _fate(self) -> str:
        fates = ["cut request", "cut answer", "slow", "refuse"] + ["pass"] * 12 if self.faulty else ["pass"]
        fate = "block" if self.blocked else self.rng.choice(fates)
        self.did[fate] = self.did.get(fate, 0) + 1
        return fate

    def _serve(self, client: socket.socket, fate: str) -> None:
        with client, contextlib.suppress(OSError):
            if fate in {"block", "refuse"}:
                return
            after = self.rng.randrange(MOST_BEFORE_A_CUT)
            with socket.create_connection(("127.0.0.1", self.target), timeout=10) as server:
                there = (client, server, after if fate == "cut request" else None, fate == "slow")
                thread = threading.Thread(target=_pump, args=there, daemon=True)
                thread.start()
                _pump(server, client, after if fate == "cut answer" else None, fate == "slow")
                thread.join(timeout=5)


def _pump(source: socket.socket, sink: socket.socket, cut_after: int | None, slow: bool) -> None:
    """Pass bytes on until the source ends, or until both are cut off after so many bytes."""
    passed = 0
    with contextlib.suppress(OSError):
        while chunk := source.recv(CHUNK):
            if cut_after is not None and passed + len(chunk) > cut_after:
                sink.sendall(chunk[: cut_after - passed])
                break
            if slow:
                time.sleep(0.05)
            sink.sendall(chunk)
            passed += len(chunk)
    for each in (source, sink) if cut_after is not None else (sink,):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR if cut_after is not None else socket.SHUT_WR)
