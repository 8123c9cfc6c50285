"""From the node's rooms to the engine's inputs. Whatever a room cannot say stays unsaid, and refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from clew.disclosure.facts import Inputs, PersonFacts, StatementFacts
from clew.disclosure.ruleset import RuleSet
from clew.node.accounts.actions import Officer
from clew.node.disclosure.gathering.persons import person_facts
from clew.node.disclosure.gathering.statements import statement_facts
from clew.node.disclosure.gathering.transfers import transfer_facts
from clew.node.disclosure.gathering.words import own_words
from clew.node.disclosure.models import Approval, Release

__all__ = ["facts_of", "gather", "own_words"]


def gather(
    release: Release, officer: Officer, rules: RuleSet, now: dt.datetime, approvals: Iterable[Approval]
) -> Inputs:
    """All that a decision on this release looks at, at this moment."""
    statements = statement_facts(release.chosen, officer, now)
    transfer = transfer_facts(release, officer, rules, now, approvals, {each.joint for each in statements} - {""})
    asked_about = {person for each in transfer.questions for person in each.persons or ()}
    return Inputs(transfer, statements, person_facts(_concerned(statements) | asked_about, now))


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
