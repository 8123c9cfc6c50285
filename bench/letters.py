"""Letters per second from a node to its partners: sealed, verified, durable on both sides, both receipts included.

Real node directories with SQLite (synchronous=FULL), all on this machine: a sender and one or more partners. Each node
runs its own inbound (cheroot, as `clew serve` runs it) and its own worker. The decisions were made beforehand: the
letters' packages are signed by an officer's key, and what is timed is dispatch, seal, send, store, stored receipt,
open, quarantine, opened receipt, noted. Stated beside it: the processor time of each stage, which a busy machine
changes less than the time on the clock; and joserfc's own sign, seal, open and verify of the same letters in the same
run, on one core. Left out, because these decisions have no row: the two updates with which the disclosure notes that
its decision's letter has left, and the second derivation. Before a letter leaves, its decision is derived anew, unless
nobody did anything that the rules look at since it was signed. `bench/preview.py` measures that derivation (`deriving
together`); where it is due for every letter, it and not the exchange sets the rate. bench/README.md gives both.

    python bench/letters.py [--letters 1000] [--bytes 4000] [--partners 1]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import os
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench._machine import machine, most_memory

BOUND = 150
"""Letters per second on a machine of two cores that does nothing else; the load average is stated beside it."""

IN_RECEIVER, IN_SENDER = "receiver: store, stored receipts", "sender: store what carries opened receipts"

PORTS = {"sender": (18511, 18512), "receiver": (18513, 18514)}
MORE_PORTS = {f"receiver-{n}": (18513 + 2 * n, 18514 + 2 * n) for n in range(1, 5)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Letters per second between two nodes.")
    parser.add_argument("--letters", type=int, default=1000)
    parser.add_argument("--bytes", type=int, default=4000, dest="size")
    parser.add_argument("--partners", type=int, default=1, choices=range(1, 6))
    asked = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="clew-bench-") as directory:
        home, (sender, *partners) = Path(directory), [*PORTS, *MORE_PORTS][: asked.partners + 1]
        cards = {name: _in_process(make_node, home, name) for name in (sender, *partners)}
        context = multiprocessing.get_context("spawn")
        figures_of_sender, used, ready, stopping = (
            context.Queue(),
            context.Queue(),
            context.Semaphore(0),
            context.Event(),
        )
        inbounds = [context.Process(target=serve_inbound, args=(home, name, used), daemon=True) for name in cards]
        working = [
            context.Process(target=work, args=(home, name, cards, ready, stopping, used), daemon=True)
            for name in partners
        ]
        sent = (home, cards, asked.letters, asked.size, ready, figures_of_sender)
        for process in (*inbounds, *working, context.Process(target=send, args=sent, daemon=True)):
            process.start()
        figures = figures_of_sender.get(timeout=600)
        stopping.set()
        for process in inbounds:
            process.terminate()
        stages = Counter(figures.pop("stages"))
        for stage, seconds in [used.get(timeout=30) for _process in (*inbounds, *working)]:
            stages[stage] += seconds
    print(machine())
    per_letter = {stage: round(seconds * 1000 / asked.letters, 2) for stage, seconds in stages.items()}
    figures |= {"processor_ms_per_letter": {**per_letter, "all": round(sum(per_letter.values()), 2)}}
    print(json.dumps({**figures, "bound_letters_per_s": BOUND}, indent=2))
    sys.exit(figures["letters_per_s"] < BOUND)


def _in_process(function: Any, *arguments: Any) -> Any:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def make_node(directory: Path, name: str) -> bytes:
    """Make a node's directory, keys and store; returns its card."""
    from clew.node.home import NodeSettings, create_home
    from clew.node.keys import create_keys

    port, inbound_port = (PORTS | MORE_PORTS)[name]
    settings = NodeSettings(
        node_id=secrets.token_hex(16), name=f"{name} (fictional)", country="AT", kind="police",
        port=port, inbound_port=inbound_port, inbound_url=f"https://127.0.0.1:{inbound_port}", secure=False, tls="own",
    )  # fmt: skip
    home = create_home(directory / name, settings)
    create_keys(home)
    _set_up(directory, name, "cli")
    from django.core.management import call_command
    from django.db import connection

    # Every store is the same before its node wrote anything: the first is made, the others are copies of it.
    empty = directory / "empty.store"
    if empty.exists():
        shutil.copyfile(empty, home.store)
    else:
        call_command("migrate", interactive=False, verbosity=0)
        connection.close()
        shutil.copyfile(home.store, empty)
    return _card(home)


def _card(home: Any) -> bytes:
    from clew.exchange.cards import Card, make_card
    from clew.exchange.keys import PublicKeys
    from clew.node.certificate import keep_certificate, make_certificate
    from clew.node.keys import seal_key, sign_key, transport_key

    settings, now = home.settings, dt.datetime.now(dt.UTC).replace(microsecond=0)
    made = make_certificate(home, now=now, until=now + dt.timedelta(days=30))
    keep_certificate(home, made)
    card = Card(
        uid=settings.node_id, name=settings.name, country="AT", kind="police",
        inbound_url=settings.inbound_url, certificate=made.certificate,
        keys=PublicKeys(
            sign_key().public_key().public_bytes_raw(),
            seal_key().public_key().public_bytes_raw(),
            transport_key().public_key().public_bytes_raw(),
        ),
        valid_from=now - dt.timedelta(days=1), valid_until=now + dt.timedelta(days=30),
    )  # fmt: skip
    return make_card(card, sign_key())


def _set_up(directory: Path, name: str, process: str) -> None:
    os.environ.update(
        CLEW_HOME=str(directory / name), CLEW_PROCESS=process, DJANGO_SETTINGS_MODULE="clew.node.settings"
    )
    import django

    django.setup()
    if process != "cli":
        from clew.node.serving import load_everything

        load_everything()


def _introduce(cards: dict[str, bytes], own: str) -> None:
    """Both nodes know each other's confirmed card, as after an officer compared the fingerprint."""
    from django.utils import timezone

    from clew.exchange.cards import read_card
    from clew.node.partners.models import NodeCard, Party

    now = timezone.now()
    for name, raw in cards.items():
        card = read_card(raw)
        party, new = Party.objects.get_or_create(
            uid=card.uid,
            defaults={"name": card.name, "country": "AT", "kind": "police", "status": "active", "is_own": name == own,
                      "added": now, "confirmed": now, "inbound_url": card.inbound_url},
        )  # fmt: skip
        if new:
            NodeCard.objects.create(
                party=party, raw=raw, fingerprint=card.fingerprint, sign_key=card.keys.sign, seal_key=card.keys.seal,
                transport_key=card.keys.transport, valid_from=card.valid_from, valid_until=card.valid_until,
                received=now, confirmed=now,
            )  # fmt: skip


def serve_inbound(directory: Path, name: str, used: Any) -> None:
    """A node's inbound, as `clew serve` runs it; puts the processor time it used into `used`."""
    _set_up(directory, name, "inbound")
    from clew.node.home import load_home
    from clew.node.serving import inbound_context, run_inbound

    started = time.process_time()
    home = load_home()
    run_inbound(home, inbound_context(home))
    used.put((IN_SENDER if name == "sender" else IN_RECEIVER, time.process_time() - started))


def work(directory: Path, name: str, cards: dict[str, bytes], ready: Any, stopping: Any, used: Any) -> None:
    """A node's worker, as `clew serve` runs it; puts the processor time it used into `used`."""
    _set_up(directory, name, "worker")
    _introduce(cards, name)
    from django.utils import timezone

    from clew.node.exchange.worker import PAUSE, run_once

    ready.release()
    rng, started = random.SystemRandom(), time.process_time()
    while not stopping.is_set():
        if not run_once(now=timezone.now(), rng=rng):
            time.sleep(PAUSE / 10)
    used.put(("receiver: open, quarantine, opened receipts, send them", time.process_time() - started))


def send(directory: Path, cards: dict[str, bytes], letters: int, size: int, ready: Any, answer: Any) -> None:
    """The sending node's worker, with decisions that are signed already; puts the figures into `answer`."""
    _set_up(directory, "sender", "worker")
    _introduce(cards, "sender")
    from clew.exchange.cards import read_card

    partners = [read_card(raw).uid for name, raw in cards.items() if name != "sender"]
    signed = [decision(number, partners[number % len(partners)], size) for number in range(letters)]
    for _partner in partners:
        ready.acquire()
    time.sleep(2)
    before = most_memory()
    seconds, stages = exchange(signed)
    more = most_memory() - before
    alone = jose_alone(signed, read_card(cards["sender"]), letters)
    rate = letters / seconds
    answer.put(
        {
            "letters": letters,
            "partners": len(partners),
            "body_bytes": len(signed[0].package),
            "envelope_bytes": _envelope_size(),
            "seconds": round(seconds, 2),
            "stages": stages,
            "sender_memory_more_mb": round(more, 1),
            "letters_per_s": round(rate, 1),
            "joserfc_seal_and_open_per_s": round(alone, 1),
            "share_of_joserfc": round(rate / alone, 3),
            "cpus": os.cpu_count(),
            "store": "SQLite, WAL, synchronous=FULL, both sides",
            "python": sys.version.split()[0],
        }
    )


def exchange(signed: list[Any]) -> tuple[float, dict[str, float]]:
    """Seconds until every letter is dispatched, stored and opened on the other side, with both receipts noted here.

    With it the processor time of the stages that happen in this process.
    """
    from django.utils import timezone

    from clew.node.accounts.actions import NODE
    from clew.node.exchange.actions import dispatching
    from clew.node.exchange.dispatching import route_to
    from clew.node.exchange.models import Receipt
    from clew.node.exchange.worker import PORTION, run_once

    # The decision's own row is the disclosure's; here only its signed content exists.
    setattr(dispatching, "mark_dispatched", lambda **_arguments: None)  # noqa: B010
    rng = random.SystemRandom()
    started, used = time.perf_counter(), time.process_time()
    dispatching_used = 0.0
    waiting = list(signed)
    while Receipt.objects.filter(stage="opened", to_send=False, letter__isnull=False).count() < len(signed):
        now = timezone.now()
        portion, waiting = waiting[:PORTION], waiting[PORTION:]
        if portion:
            before = time.process_time()
            routes = {uid: route_to(uid, now) for uid in {one.recipient for one in portion}}
            decisions = [(one, routes[one.recipient]) for one in portion]
            dispatching.dispatch_decisions(actor=NODE, decisions=decisions, now=now)
            dispatching_used += time.process_time() - before
        run_once(now=now, rng=rng)
        if not waiting:
            time.sleep(0.01)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    return seconds, {
        "sender: dispatch, seal": dispatching_used,
        "sender: send, note stored and opened receipts": used - dispatching_used,
    }


def decision(number: int, receiver: str, size: int) -> Any:
    """A decision as `disclosure.queries.signed_undispatched` would give it, signed by an officer's key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from clew.exchange.letters import DecisionReference
    from clew.exchange.officers import OfficerProof
    from clew.exchange.strict_json import canonical, to_base64url
    from clew.node.exchange.dispatching import SignedDecision

    key = Ed25519PrivateKey.generate()
    body: dict[str, Any] = {
        "type": "notify", "subject": f"Agency {number} (fictional)", "purpose": "criminal_investigation",
        "legal_basis": {"code": "TEST"}, "handling": {"code": "H1"}, "languages": ["en"],
        "entities": [{"id": "e1", "schema": "Company"}],
        "statements": [{"n": 1, "entity": "e1", "prop": "name", "value": "Agency (fictional)", "accuracy": 2,
                        "reliability": "B", "nature": "fact", "handling": "H1"}],
    }  # fmt: skip
    body["facts"] = "x" * (size - len(canonical(body)))
    package = canonical(body)
    unsigned = DecisionReference("0" * 64, "1" * 64, "bench", OfficerProof("", "", "", ""))
    digest = unsigned.digest(package)
    proof = OfficerProof(
        "totp-server-key", "officer", to_base64url(key.public_key().public_bytes_raw()),
        to_base64url(key.sign(bytes.fromhex(digest))),
    )  # fmt: skip
    return SignedDecision(
        pk=number, digest=digest, reference=DecisionReference("0" * 64, "1" * 64, "bench", proof), package=package,
        kind="notify", recipient=receiver, post="", thread=secrets.token_hex(16), in_reply_to="", instrument="TEST",
        urgency="", via=(), due=None, release=number, case_id=None,
    )  # fmt: skip


def jose_alone(signed: list[Any], sender: Any, letters: int) -> float:
    """How many letters per second joserfc signs, seals, opens and verifies by itself, on one core."""
    from joserfc import jwe, jws

    from clew.exchange.keys import opening_jwk, public_jwk, signing_jwk
    from clew.node.keys import seal_key, sign_key

    signing, opening = signing_jwk(sign_key()), opening_jwk(seal_key())
    verifying, sealing = public_jwk("Ed25519", sender.keys.sign), public_jwk("X25519", sender.keys.seal)
    algorithms = ["ECDH-ES+A256KW", "A256GCM"]
    started = time.perf_counter()
    for number in range(letters):
        token = jws.serialize_compact({"alg": "Ed25519"}, signed[number].package, signing, algorithms=["Ed25519"])
        sealed = jwe.encrypt_compact({"alg": algorithms[0], "enc": algorithms[1]}, token, sealing, algorithms)
        opened = jwe.decrypt_compact(sealed, opening, algorithms).plaintext
        jws.deserialize_compact(opened or b"", verifying, algorithms=["Ed25519"])
    return letters / (time.perf_counter() - started)


def _envelope_size() -> int:
    from clew.node.exchange.models import OutboxEntry

    return len(OutboxEntry.objects.filter(kind="notify")[0].envelope)


if __name__ == "__main__":
    main()
