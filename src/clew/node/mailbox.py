"""This node's mailbox at a relay, for a node that partners cannot reach: where it is, and how the last look went.

The address lies in the node's directory and stands on its card. The second file is the worker's mere word, as in
`clew.node.heartbeat`: times and counts, neither durable nor backed up.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from clew.exchange.refusals import Refusal
from clew.exchange.relaying import RelayAddress, read_address, write_address
from clew.node.certificate import own_certificate
from clew.node.home import Home, HomeProblem, write_private

FILE: Final = "mailbox.json"
STATE: Final = "mailbox-state.json"


@dataclass(frozen=True, slots=True)
class Entrance:
    """Where partners put letters for this node, as its card says: its own inbound, or a relay (`relay` is its uid)."""

    url: str
    certificate: str
    relay: str


def own_relay(home: Home) -> RelayAddress | None:
    """The relay where this node has its mailbox; None where it has none.

    Raises:
        HomeProblem: the file cannot be read. A node that pulls nothing must not believe that nothing lies there.
    """
    file = home.keys / FILE
    try:
        return read_address(file.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, Refusal) as problem:
        raise HomeProblem(f"{file} cannot be read ({problem}). Set it again with: clew letter mailbox set") from problem


def keep_relay(home: Home, relay: RelayAddress | None) -> None:
    """From now on the mailbox is at this relay, or there is none; a running worker sees it at its next look."""
    if relay is None:
        (home.keys / FILE).unlink(missing_ok=True)
        (home.path / STATE).unlink(missing_ok=True)
    else:
        write_private(home.keys / FILE, write_address(relay))


def entrance(home: Home) -> Entrance:
    """Where partners are to put letters.

    Raises:
        HomeProblem: the mailbox' file, or the certificate of inbound, cannot be read.
    """
    relay = own_relay(home)
    if relay is not None:
        return Entrance(relay.url, relay.certificate, relay.uid)
    return Entrance(home.inbound_url, own_certificate(home), "")


@dataclass(frozen=True, slots=True)
class MailboxState:
    """How looking into the mailbox goes.

    `at`: the last look; `well`: the last that succeeded; `problem`: code of why the last one failed, "" = it did not.
    `failures`: one after the other. `pulled`: envelopes that were new, since the worker began; `damaged`: of what the
    relay gave, how many were no envelopes.
    """

    relay: str
    at: dt.datetime
    well: dt.datetime | None = None
    problem: str = ""
    failures: int = 0
    pulled: int = 0
    damaged: int = 0


def write_state(home: Path, state: MailboxState) -> None:
    """Keep the worker's word; a full disk must not stop it, and silence tells of itself."""
    part = home / f"{STATE}.part"
    moments = {"at": state.at.isoformat(), "well": state.well.isoformat() if state.well else None}
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            json.dump(asdict(state) | moments, stream)
        part.replace(home / STATE)
    except OSError:
        return


def last_state(home: Path) -> MailboxState | None:
    """What the worker last said of the mailbox; None where it never looked, or what it said cannot be read."""
    try:
        said = json.loads((home / STATE).read_text(encoding="ascii"))
        said["at"] = dt.datetime.fromisoformat(said["at"])
        said["well"] = dt.datetime.fromisoformat(said["well"]) if said["well"] else None
        return MailboxState(**said)
    except (OSError, ValueError, TypeError, KeyError):
        return None
