"""Linking a whole file: read, block, weigh, look closer, cluster; each step kept, so that work cut off goes on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from clew.matching.bulk.blocking import RULES, Brought, Weighed, blocks_of, joined, keys_of, weigh_rule
from clew.matching.bulk.closer import look_closer
from clew.matching.bulk.clusters import Clusters, cluster
from clew.matching.bulk.kept import Kept
from clew.matching.bulk.kernel import CLOSER
from clew.matching.bulk.persons import Persons, Tell, read_persons
from clew.matching.bulk.sheet import Sheet, sheet_of, shipped_weights


def _silent(_step: str, _done: int, _total: int) -> None:
    """Nobody looks."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What linking found. It is a proposal: nothing is merged without a human."""

    persons: Persons
    clusters: Clusters
    links: Weighed
    """Pairs that reach the threshold."""
    unsure: Weighed
    """Pairs of an even chance or better that do not reach it."""
    rules: tuple[Brought, ...]
    looked_closer: int
    resumed: tuple[str, ...]
    """Steps that were taken from work done before."""


def link(path: Path, *, folder: Path | None = None, threads: int = 2, tell: Tell = _silent) -> Linked:
    """Link the persons of a file.

    `folder` keeps each step; called again with the same file and folder, work goes on where it was cut off, and the
    result is the same. Raises `BadFile`, and `WrongFolder` where the folder keeps work on another file.
    """
    kept = Kept.of(folder, path)
    table = shipped_weights()
    persons = kept.persons(lambda: read_persons(path, tell))
    sheet = sheet_of(persons, table)
    brought, weighed = _weigh(persons, sheet, kept, threads, tell)
    looked = kept.weighed("names", lambda: (None, _closer(persons, sheet, weighed, tell)))[1]
    links, unsure = looked.only(looked.bits >= table.link), looked.only(looked.bits < table.link)
    tell("clusters", 0, 0)
    return Linked(
        persons,
        cluster(persons, links),
        links,
        unsure,
        tuple(brought),
        int((weighed.levels & CLOSER != 0).sum()),
        tuple(kept.taken),
    )


def _weigh(persons: Persons, sheet: Sheet, kept: Kept, threads: int, tell: Tell) -> tuple[list[Brought], Weighed]:
    """All rules, one after the other."""
    keys = keys_of(persons)
    blocks = [blocks_of(keys, rule) for rule in range(len(RULES))]
    brought, pieces = [], []
    for rule in range(len(RULES)):
        tell("weighing", rule, len(RULES))
        done, found = kept.weighed(f"rule {rule}", partial(weigh_rule, sheet, keys, rule, blocks[rule], threads))
        brought += [done] if done else []
        pieces.append(found)
    return brought, joined(pieces)


def _closer(persons: Persons, sheet: Sheet, weighed: Weighed, tell: Tell) -> Weighed:
    looked = look_closer(persons, sheet, weighed, lambda done, total: tell("names", done, total))
    return looked.only(looked.bits >= 0)
