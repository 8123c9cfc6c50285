"""What runs inside the processes of a node: its own inbound and worker, fed with letters whose decisions are signed.

The decisions have no rows, as in `bench/letters.py`: what is tried here is the exchange. That a letter which waits is
derived anew before a further attempt is tried elsewhere (`tests/node/exchange`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import resource
import secrets
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

PORTION = 8
KIND = "notify"
"""Of the letters that are counted; receipts, recalls and their answers travel beside them."""
PASSPHRASE = "a passphrase of several words"
DISK_LIMIT = 96 * 1024
"""Bytes that a file may have while "the disk is full": less than the store has, so that every write fails."""


class Planned(NamedTuple):
    """A letter that a node is to write: the thread names it on both sides. `held` ones are held back at first."""

    thread: str
    recipient: str
    size: int
    held: bool = False


class Fault(NamedTuple):
    """What a process suffers from its start on: a clock that is wrong by so many hours, a full disk."""

    hours: int = 0
    full: bool = False


def make_node(directory: Path, name: str, ports: tuple[int, int, int]) -> bytes:
    """Make a node's directory, keys and store; returns its card. Ports: pages, inbound, the line to inbound."""
    from clew.node.home import NodeSettings, create_home
    from clew.node.keys import create_keys

    pages, inbound, line = ports
    settings = NodeSettings(
        node_id=secrets.token_hex(16), name=f"{name} (fictional)", country="AT", kind="police", port=pages,
        inbound_port=inbound, inbound_url=f"https://127.0.0.1:{line}", secure=False, tls="own",
    )  # fmt: skip
    home = create_home(directory / name, settings)
    create_keys(home)
    _set_up(directory, name, "cli", Fault())
    from bench.letters import _card

    from clew.node.tables import bring_up_to_date

    bring_up_to_date()
    return _card(home)


def introduce(directory: Path, name: str, cards: dict[str, bytes]) -> None:
    """Put the confirmed cards of all into a node's directory."""
    _set_up(directory, name, "cli", Fault())
    from bench.letters import _introduce

    _introduce(cards, name)


def serve_inbound(directory: Path, name: str, fault: Fault) -> None:
    """The node's inbound, until it is killed."""
    _set_up(directory, name, "inbound", fault)
    from clew.node.home import load_home
    from clew.node.serving import inbound_context, run_inbound

    home = load_home()
    run_inbound(home, inbound_context(home))


def work(directory: Path, name: str, planned: list[Planned], fault: Fault) -> None:
    """The node's worker, until it is killed; it dispatches what is planned and not yet dispatched, a few at a time."""
    _set_up(directory, name, "worker", fault)
    from django.db import transaction

    from clew.node.accounts.actions import NODE
    from clew.node.exchange import outbox, worker
    from clew.node.exchange.actions import dispatching
    from clew.node.exchange.dispatching import route_to
    from clew.node.exchange.models import Letter, OutboxEntry, SentBefore
    from clew.node.partners.queries import KeysWithheld

    setattr(dispatching, "mark_dispatched", lambda **_arguments: None)  # noqa: B010
    setattr(outbox, "outdated_among", lambda **_arguments: {})  # noqa: B010
    gone = set(Letter.objects.filter(direction="out").values_list("thread__uid", flat=True))
    waiting = [one for one in planned if one.thread not in gone]

    def dispatch(now: dt.datetime) -> int:
        routes = {to: route_to(to, now) for to in {one.recipient for one in waiting}}
        free = [one for one in waiting if not isinstance(routes[one.recipient].keys, KeysWithheld)]
        portion = free[:PORTION]
        # As rows of decisions would be marked: what left after the backup, as its recipient says, leaves no more.
        before = set(SentBefore.objects.values_list("decision_digest", flat=True))
        for one in portion:
            waiting.remove(one)
            decided = (_decision(one), routes[one.recipient])
            if decided[0].digest in before:
                continue
            with transaction.atomic():
                dispatching.dispatch_decisions(actor=NODE, decisions=[decided], now=now)
                if one.held:
                    # Before the line is told of it: the next letters arrive, and this one does not.
                    waiting_entry = OutboxEntry.objects.filter(letter__thread__uid=one.thread)
                    waiting_entry.update(delivered=now, last_problem="held")
        return len(portion)

    setattr(worker, "_dispatch", dispatch)  # noqa: B010
    worker.run(threading.Event())


def hand(directory: Path, name: str, orders: Any) -> None:
    """Does by hand what it is asked over the pipe: `(function's name, arguments)`, answered with what it returns."""
    _set_up(directory, name, "cli", Fault())
    done = {
        one.__name__: one
        for one in (carry_out, carry_in, census, held_back, let_go, missing, back_up, take_back, digests)
    }
    while True:
        asked, arguments = orders.recv()
        try:
            orders.send(done[asked](*arguments))
        except Exception as error:  # noqa: BLE001 - the campaign says what went wrong, not that a pipe ended
            orders.send(RuntimeError(f"{asked}: {error!r}"))


def back_up(file: Path) -> int:
    """A backup of the running node; returns its size."""
    from clew.node.backup import make_backup

    return make_backup(file, PASSPHRASE, file.with_suffix(".keys")).size


def bring_back(directory: Path, name: str, file: Path) -> None:
    """The disk is lost, and the backup brought back, as `clew restore` does."""
    shutil.rmtree(directory / name)
    os.environ["CLEW_HOME"] = str(directory / name)
    from clew.node.backup_restoring import finish_restore, restore_files

    unpacked = restore_files(file, PASSPHRASE, file.with_suffix(".keys"))
    _set_up(directory, name, "cli", Fault())
    finish_restore(unpacked)


def take_back(count: int) -> int:
    """Recall so many letters that arrived and were not recalled before; returns how many."""
    from django.db import transaction
    from django.utils import timezone

    from clew.node.exchange.actions.recalling import order_recall
    from clew.node.exchange.models import Letter, Recall

    arrived = Letter.objects.filter(direction="out", kind=KIND).exclude(outbox__delivered=None)
    before = Recall.objects.filter(direction="out").values("recalled")
    with transaction.atomic():
        found = list(arrived.exclude(uid__in=before).distinct().order_by("pk")[:count])
        for letter in found:
            order_recall(letter, numbers=(), action="restrict", reason="wrong", now=timezone.now())
    return len(found)


def carry_out(party: str) -> bytes:
    """A bundle of everything that waits for a partner."""
    from django.utils import timezone

    from clew.node.accounts.actions import NODE
    from clew.node.exchange import bundling, outbox
    from clew.node.exchange.actions import NotNow

    setattr(outbox, "outdated_among", lambda **_arguments: {})  # noqa: B010
    try:
        return bundling.carry_out(actor=NODE, party=party, now=timezone.now()).raw
    except NotNow:
        return b""


def carry_in(raw: bytes) -> int:
    """Take a bundle; returns how many of its entries were taken."""
    from django.utils import timezone

    from clew.node.accounts.actions import NODE
    from clew.node.exchange import unbundling

    return sum(one.taken for one in unbundling.carry_in(actor=NODE, raw=raw, now=timezone.now()).entries)


def census() -> dict[str, Any]:
    """Threads sent, those acknowledged by the partner, and how often each thread arrived."""
    from django.db.models import Count

    from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry, Recall, Restored, SentBefore

    sent = Letter.objects.filter(direction="out", kind=KIND)
    acknowledged = OutboxEntry.objects.exclude(delivered=None).filter(kind=KIND)
    arrived = Letter.objects.filter(direction="in", kind=KIND).values("thread__uid").annotate(times=Count("pk"))
    recalls = Recall.objects.filter(direction="out")
    return {
        "sent": list(sent.values_list("thread__uid", flat=True)),
        "acknowledged": list(acknowledged.values_list("letter__thread__uid", flat=True).distinct()),
        "before": list(SentBefore.objects.exclude(decision_digest="").values_list("decision_digest", flat=True)),
        "recalled": list(recalls.values_list("thread__uid", flat=True)),
        "recalls_answered": recalls.exclude(outcome="").count(),
        "recalls_listed": recalls.filter(outcome="").count(),
        "held": Restored.objects.filter(resolved=None).count(),
        "arrived": {row["thread__uid"]: row["times"] for row in arrived},
        "refused": list(InboxEntry.objects.filter(state="refused").values_list("code", flat=True)),
        "failed": list(OutboxEntry.objects.exclude(failed=None).values_list("last_problem", flat=True)),
    }


def held_back() -> list[tuple[str, int]]:
    """The recipients and numbers of the letters that are held back."""
    from clew.node.exchange.models import OutboxEntry

    held = OutboxEntry.objects.filter(last_problem="held").order_by("pk")
    return list(held.values_list("party", "letter__sequence"))


def let_go() -> int:
    """Let what was held back leave after all."""
    from clew.node.exchange.models import OutboxEntry

    return OutboxEntry.objects.filter(last_problem="held").update(delivered=None, last_problem="")


def missing(party: str) -> list[int]:
    """The numbers that this node says are missing from a partner."""
    from clew.node.exchange.models import PairState

    return [number for state in PairState.objects.filter(party=party, direction="in") for number in state.missing]


def threads(seed: int, name: str, count: int) -> Iterator[str]:
    """The same names of threads for the same seed."""
    for number in range(count):
        yield hashlib.sha256(f"{seed} {name} {number}".encode()).hexdigest()[:32]


def digests(planned: list[Planned]) -> dict[str, str]:
    """Digest of each planned letter's decision, and its thread."""
    return {_decision(one).digest: one.thread for one in planned}


def _decision(one: Planned) -> Any:
    from bench.letters import decision

    return replace(decision(int(one.thread[:8], 16), one.recipient, one.size), thread=one.thread)


def _set_up(directory: Path, name: str, process: str, fault: Fault) -> None:
    from bench.letters import _set_up as set_up

    # What a cut line makes a node say belongs to its log, not to what the campaign prints.
    with (directory / f"{name}-{process}.log").open("ab") as log:
        os.dup2(log.fileno(), sys.stderr.fileno())
    set_up(directory, name, process)
    if fault.hours:
        from django.utils import timezone

        real = timezone.now
        setattr(timezone, "now", lambda: real() + dt.timedelta(hours=fault.hours))  # noqa: B010
    if fault.full:
        resource.setrlimit(resource.RLIMIT_FSIZE, (DISK_LIMIT, resource.RLIM_INFINITY))
