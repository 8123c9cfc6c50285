"""Five nodes, their lines, and the faults they suffer; the campaign and what it found."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Final

from clew.exchange.cards import read_card
from tests.faults.campaign import node as inside
from tests.faults.campaign.node import Fault, Planned
from tests.faults.campaign.proxy import FaultProxy
from tests.story_nodes import is_free

NAMES: Final = ("a", "b", "c", "d", "e")
BY_HAND: Final = "e"
"""The node whose line is cut for a while: what goes to it is carried by hand."""

SIZES: Final = (600, 3_000, 3_000, 12_000, 40_000)
HELD: Final = (3, 7)
"""Which of a node's letters are held back until the end, so that those after them arrive first."""

RESTORED: Final = "b"
"""The node that loses its disk and goes on from a backup."""

RECALLED: Final = 5
"""Letters that a node takes back at a time."""

SPAWN: Final = multiprocessing.get_context("spawn")
WELL: Final = Fault()
ENOUGH: Final = 300.0
"""Seconds without a letter that arrives, once no more faults are made, after which the campaign has failed."""


@dataclass
class Found:
    """The last line of the campaign. Held back letters are the gaps that were made."""

    letters: int
    nodes: int
    kills: int = 0
    lost: int = 0
    doubled: int = 0
    gaps_made: int = 0
    gaps_found: int = 0
    restores: int = 0
    recalls: int = 0
    recalls_answered: int = 0
    recalls_listed: int = 0
    seed: int = 0
    unacknowledged: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    connections: dict[str, int] = field(default_factory=dict)
    bundles: int = 0
    seconds: float = 0.0

    @property
    def well(self) -> bool:
        """Nothing acknowledged is lost, nothing doubled, everything arrived, every gap found, every recall told of."""
        found = self.gaps_found == self.gaps_made and self.recalls == self.recalls_answered + self.recalls_listed
        return not (self.lost or self.doubled or self.unacknowledged) and found


@dataclass
class Node:
    """One node as the campaign holds it: its processes, its line, and a hand for what people do."""

    name: str
    uid: str
    directory: Path
    line: FaultProxy
    planned: list[Planned] = field(default_factory=list)
    running: dict[str, SpawnProcess] = field(default_factory=dict)
    hand: Any = None
    hand_process: SpawnProcess | None = None

    def start(self, *kinds: str, fault: Fault = WELL) -> None:
        """Start its inbound, its worker, or both."""
        for kind in kinds or ("inbound", "worker"):
            if kind == "inbound":
                arguments: tuple[Any, ...] = (self.directory, self.name, fault)
                process = SPAWN.Process(target=inside.serve_inbound, args=arguments, daemon=True)
            else:
                arguments = (self.directory, self.name, self.planned, fault)
                process = SPAWN.Process(target=inside.work, args=arguments, daemon=True)
            process.start()
            self.running[kind] = process

    def kill(self, *kinds: str) -> int:
        """SIGKILL; returns how many processes it hit."""
        hit = 0
        for kind in kinds or ("inbound", "worker"):
            process = self.running.pop(kind, None)
            if process is not None:
                hit += process.is_alive()
                process.kill()
                process.join()
        return hit

    def bring_back(self, file: Path) -> None:
        """Everything of the node stops and is gone; the backup is brought back in its place."""
        self.kill()
        if self.hand_process is not None:
            self.hand_process.kill()
            self.hand_process.join()
            self.hand = self.hand_process = None
        with SPAWN.Pool(1, maxtasksperchild=1) as pool:
            pool.apply(inside.bring_back, (self.directory, self.name, file))

    def by_hand(self, what: Callable[..., Any], *arguments: Any) -> Any:
        """What a person does at the node, in a process of its own that is never killed."""
        if self.hand is None:
            self.hand, there = SPAWN.Pipe()
            self.hand_process = SPAWN.Process(
                target=inside.hand, args=(self.directory, self.name, there), daemon=True
            )  # fmt: skip
            self.hand_process.start()
        self.hand.send((what.__name__, arguments))
        answer = self.hand.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class Campaign:
    """One campaign; `say` gets a line in plain words for each thing that is done to the nodes."""

    letters: int
    kills: int
    seed: int
    say: Callable[[str], None]

    def run(self, directory: Path) -> Found:
        """Make five nodes in the directory, let them write to each other, and let everything go wrong meanwhile."""
        started, rng = time.monotonic(), random.Random(self.seed)
        found = Found(self.letters, len(NAMES), seed=self.seed)
        with _nodes(directory, rng, self.letters, self.seed, self.say) as nodes:
            self._disturb(nodes, rng, found, directory / "old.backup")
            self._restart_from_backup(nodes, rng, found, directory / "old.backup")
            self._calm(nodes, found)
            _count(nodes, found)
            for each in nodes.values():
                found.connections = dict(Counter(found.connections) + Counter(each.line.did))
        found.seconds = round(time.monotonic() - started, 1)
        return found

    def _disturb(self, nodes: dict[str, Node], rng: random.Random, found: Found, backup: Path) -> None:
        far = nodes[BY_HAND]
        far.line.blocked = True
        self.say(f"the line to {far.name} is cut; what goes there is carried by hand")
        held = _held_back(nodes, found)
        carried: list[bytes] = []
        nodes[RESTORED].by_hand(inside.back_up, backup)
        self._special(nodes, rng, "a clock a day ahead", Fault(hours=24))
        self._special(nodes, rng, "a full disk (a limit on the size of files)", Fault(full=True))
        while found.kills < self.kills:
            victim = nodes[rng.choice(NAMES)]
            kinds = rng.choice([("worker",), ("inbound",), ("inbound", "worker")])
            time.sleep(rng.uniform(0.3, 1.5))
            found.kills += victim.kill(*kinds)
            victim.start(*kinds)
            if found.kills % 4 == 0:
                carried += _carry(nodes, far, carried, rng)
                _look_for_gaps(nodes, held, found)
        far.line.blocked = False
        found.bundles = len(carried)
        self._wait_for_gaps(nodes, held, found)
        for each in nodes.values():
            each.by_hand(inside.let_go)
            if each.name != RESTORED:
                # Some of them to the node that will lose them, and gets them back.
                found.recalls += each.by_hand(inside.take_back, RECALLED)
        self.say(f"killed {found.kills} processes, carried {found.bundles} bundles, found {found.gaps_found} gaps")

    def _restart_from_backup(self, nodes: dict[str, Node], rng: random.Random, found: Found, backup: Path) -> None:
        """One node loses its disk while letters are under way, and goes on from what it was before most of them."""
        victim = nodes[RESTORED]
        time.sleep(rng.uniform(3, 6))
        lost = len(victim.by_hand(inside.census)["arrived"])
        victim.bring_back(backup)
        found.restores += 1
        lost -= len(victim.by_hand(inside.census)["arrived"])
        # What it held back then has gone since; here it is not known to have.
        victim.by_hand(inside.let_go)
        victim.start()
        self.say(f"{victim.name} lost its disk and {lost} letters, and goes on from an old backup")
        for each in nodes.values():
            found.recalls += each.by_hand(inside.take_back, RECALLED)
        for _ in range(3):
            time.sleep(rng.uniform(0.5, 2))
            each = nodes[rng.choice(NAMES)]
            found.kills += each.kill()
            each.start()

    def _wait_for_gaps(self, nodes: dict[str, Node], held: list[tuple[Node, Node, int]], found: Found) -> None:
        """Until each recipient of a held letter says that it is missing, or nothing arrives any more."""
        for _arrived in _arriving(nodes, found.letters - found.gaps_made):
            if _look_for_gaps(nodes, held, found):
                return
        _look_for_gaps(nodes, held, found)

    def _special(self, nodes: dict[str, Node], rng: random.Random, words: str, fault: Fault) -> None:
        victim = nodes[rng.choice(NAMES[:-1])]
        self.say(f"{victim.name} gets {words} for a while")
        victim.kill()
        victim.start(fault=fault)
        time.sleep(12)
        victim.kill()
        victim.start()

    def _calm(self, nodes: dict[str, Node], found: Found) -> None:
        """No more faults: everything has to arrive now."""
        for each in nodes.values():
            each.line.faulty = False
        for _arrived in _arriving(nodes, found.letters):
            time.sleep(1)
        for told in _settling(nodes):
            found.recalls_answered, found.recalls_listed = told
            if found.recalls_answered == found.recalls:
                break


@contextmanager
def _nodes(
    directory: Path, rng: random.Random, letters: int, seed: int, say: Callable[[str], None]
) -> Iterator[dict[str, Node]]:
    base = next(port for port in range(23_000, 31_000, 20) if all(is_free(one) for one in range(port, port + 15)))
    ports = {name: (base + 3 * n, base + 3 * n + 1, base + 3 * n + 2) for n, name in enumerate(NAMES)}
    say("making five nodes")
    with SPAWN.Pool(1, maxtasksperchild=1) as pool:
        cards = {name: pool.apply(inside.make_node, (directory, name, ports[name])) for name in NAMES}
        for name in NAMES:
            pool.apply(inside.introduce, (directory, name, cards))
    nodes = {}
    for name in NAMES:
        line = FaultProxy(ports[name][2], ports[name][1], random.Random(rng.random()))
        nodes[name] = Node(name, read_card(cards[name]).uid, directory, line)
        line.start()
    _plan(nodes, rng, letters, seed)
    for each in nodes.values():
        each.start()
    try:
        yield nodes
    finally:
        for each in nodes.values():
            each.kill()


def _plan(nodes: dict[str, Node], rng: random.Random, letters: int, seed: int) -> None:
    share = -(-letters // len(nodes))
    left = letters
    for each in nodes.values():
        others = [one.uid for one in nodes.values() if one is not each]
        count = min(share, left)
        left -= count
        names = inside.threads(seed, each.name, count)
        each.planned = [
            Planned(thread, rng.choice(others), rng.choice(SIZES), held=n in HELD) for n, thread in enumerate(names)
        ]


def _held_back(nodes: dict[str, Node], found: Found) -> list[tuple[Node, Node, int]]:
    """The letters that are held back: `(sender, recipient, number)` of each."""
    by_uid = {each.uid: each for each in nodes.values()}
    until = time.monotonic() + ENOUGH
    held: list[tuple[Node, Node, int]] = []
    while len(held) < len(HELD) * len(nodes) and time.monotonic() < until:
        time.sleep(1)
        held = [
            (each, by_uid[party], number) for each in nodes.values() for party, number in each.by_hand(inside.held_back)
        ]
    found.gaps_made = len(held)
    return held


def _look_for_gaps(nodes: dict[str, Node], held: list[tuple[Node, Node, int]], found: Found) -> bool:
    """Strike off the held letters that their recipients say are missing; whether none is left."""
    for one in list(held):
        sender, recipient, number = one
        if number in recipient.by_hand(inside.missing, sender.uid):
            held.remove(one)
            found.gaps_found += 1
    return not held


def _carry(nodes: dict[str, Node], far: Node, before: list[bytes], rng: random.Random) -> list[bytes]:
    """Carry what waits for the node without a line, in any order, some of it twice."""
    made = [raw for each in nodes.values() if each is not far and (raw := each.by_hand(inside.carry_out, far.uid))]
    sticks = [*made, *rng.sample(made, len(made) // 2), *rng.sample(before, min(2, len(before)))]
    rng.shuffle(sticks)
    for raw in sticks:
        far.by_hand(inside.carry_in, raw)
    return made


def _arriving(nodes: dict[str, Node], wanted: int) -> Iterator[int]:
    """How many letters are acknowledged, again and again, until all that are wanted are, or none comes for long."""
    most, until = -1, time.monotonic() + ENOUGH
    while time.monotonic() < until:
        told = [each.by_hand(inside.census) for each in nodes.values()]
        acknowledged = sum(len({*one["acknowledged"], *one["before"]}) for one in told)
        # What was taken back before its holder lost its disk is not sent again, and need not arrive again.
        arrived = len({thread for one in told for thread in (*one["arrived"], *one["recalled"])})
        if acknowledged > most:
            most, until = acknowledged, time.monotonic() + ENOUGH
        yield acknowledged
        if min(arrived, acknowledged) >= wanted:
            return
        time.sleep(1)


def _settling(nodes: dict[str, Node]) -> Iterator[tuple[int, int]]:
    """How many recalls are answered and how many listed without an answer, while that still changes."""
    before, until = (-1, -1), time.monotonic() + ENOUGH / 5
    while time.monotonic() < until:
        told = [each.by_hand(inside.census) for each in nodes.values()]
        now = (sum(one["recalls_answered"] for one in told), sum(one["recalls_listed"] for one in told))
        if now != before:
            before, until = now, time.monotonic() + ENOUGH / 5
        yield now
        time.sleep(1)


def _count(nodes: dict[str, Node], found: Found) -> None:
    told = {each.name: each.by_hand(inside.census) for each in nodes.values()}
    arrived: Counter[str] = Counter()
    for one in told.values():
        arrived.update(one["arrived"])
        found.refused = dict(Counter(found.refused) + Counter(one["refused"]) + Counter(one["failed"]))
    acknowledged = {thread for one in told.values() for thread in one["acknowledged"]}
    for each in nodes.values():
        # Acknowledged before the node lost its disk, as the recipients say.
        threads = each.by_hand(inside.digests, each.planned)
        acknowledged |= {threads[one] for one in told[each.name]["before"] if one in threads}
    planned = {one.thread for each in nodes.values() for one in each.planned}
    taken_back = {thread for one in told.values() for thread in one["recalled"]}
    found.lost = sum(thread not in arrived for thread in acknowledged - taken_back)
    found.doubled = sum(times > 1 for times in arrived.values())
    found.unacknowledged = len(planned - acknowledged)


def as_line(found: Found) -> dict[str, Any]:
    """What was found, for the last line."""
    return asdict(found)
