"""From the node's rooms to the engine's inputs. Whatever a room cannot say stays unsaid, and refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clew.disclosure.facts import Inputs, PersonFacts, StatementFacts
from clew.disclosure.package import Onward
from clew.disclosure.ruleset import RuleSet
from clew.node.accounts.actions import Officer
from clew.node.disclosure.gathering.persons import person_facts
from clew.node.disclosure.gathering.registers import Registers, registers_read_once
from clew.node.disclosure.gathering.statements import Chosen, statement_facts
from clew.node.disclosure.gathering.transfers import transfer_facts
from clew.node.disclosure.gathering.words import own_words
from clew.node.disclosure.models import Approval, Release

__all__ = ["Gathered", "Registers", "facts_of", "gather", "own_words", "registers_read_once"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the rules look at, and on what conditions this recipient may have what others gave."""

    inputs: Inputs
    onward: tuple[Onward, ...]


def gather(
    release: Release,
    officer: Officer,
    rules: RuleSet,
    now: dt.datetime,
    approvals: Iterable[Approval],
    registers: Registers,
) -> Gathered:
    """All that a decision on this release looks at, at this moment."""
    chosen = Chosen.of(release.chosen, officer, now)
    agreements = {each.joint for each in chosen.facts} - {""}
    transfer = transfer_facts(release, officer, rules, now, approvals, agreements, chosen, registers)
    asked_about = {person for each in transfer.questions for person in each.persons or ()}
    persons = person_facts(_concerned(chosen.facts) | asked_about, now, registers.schemata)
    return Gathered(Inputs(transfer, chosen.facts, persons), chosen.onward(transfer.recipient.uid))


def facts_of(
    chosen: Mapping[int, str], officer: Officer, now: dt.datetime
) -> tuple[tuple[StatementFacts, ...], tuple[PersonFacts, ...]]:
    """What the rules look at of these statements, each with why it is strictly needed, and of whom they concern."""
    statements = statement_facts([{"statement": one, "needed": why} for one, why in chosen.items()], officer, now)
    return statements, person_facts(_concerned(statements), now)


def _concerned(statements: Iterable[StatementFacts]) -> set[int]:
    """Everyone who could be a person among those the statements concern, are about, or link to."""
    ids: set[int] = set()
    for each in statements:
        ids |= set(each.concerns or ())
        ids |= {each.entity} if each.schema == "Person" else set()
        ids |= {each.refers_to} if each.refers_to is not None else set()
    return ids
