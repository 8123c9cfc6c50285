"""Approvals that are still open: who can give each, who was asked and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from clew import vocabulary
from clew.disclosure.ruleset import RuleSet
from clew.node.accounts.queries import members_of
from clew.node.disclosure.approvers import officers_for
from clew.node.disclosure.models import Decision
from clew.node.disclosure.wording import ReasonView, reader_language, reasons_told


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked: an officer's name, or "" for everyone in the team with the role; by whom, and when."""

    name: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """An approval that is still open.

    `holders`: names of those in the team who hold the role; `outside`: (number, name) of those who hold it elsewhere.
    """

    role: str
    role_label: str
    whole_letter: bool
    statements: int
    reasons: tuple[ReasonView, ...]
    holders: tuple[str, ...]
    outside: tuple[tuple[int, str], ...]
    asked: tuple[Asked, ...]


def open_approvals(decision: Decision, rules: RuleSet, *, with_people: bool) -> tuple[Missing, ...]:
    """The approvals a decision waits for. `with_people`: also who can give them and who was asked."""
    if decision.state != Decision.State.DECIDED:
        return ()
    open_ones = decision.outcome["missing"]
    asked = _asked(decision) if with_people and open_ones else {}
    team = _team(decision) if with_people and open_ones else None
    return tuple(_missing(each, decision, rules, asked, team) for each in open_ones)


def _missing(
    stored: dict[str, Any],
    decision: Decision,
    rules: RuleSet,
    asked: dict[str, list[Asked]],
    team: frozenset[int] | None,
) -> Missing:
    role = stored["role"]
    release = decision.release
    people = [] if team is None else officers_for(role, release.post or release.recipient)
    people = [each for each in people if each.pk != release.requested_by_id]
    everyone = release.compartment_id is None
    inside = [each for each in people if everyone or each.pk in (team or ())]
    return Missing(
        role=role,
        role_label=vocabulary.codelist("roles").label(role, reader_language()),
        whole_letter=stored["whole_letter"],
        statements=len(stored["statements"]),
        reasons=reasons_told(stored["policies"], rules),
        holders=tuple(str(each) for each in inside),
        outside=tuple((each.pk, str(each)) for each in people if each not in inside),
        asked=tuple(asked.get(role, ())),
    )


def _asked(decision: Decision) -> dict[str, list[Asked]]:
    found: dict[str, list[Asked]] = {}
    for each in decision.asks.select_related("officer", "asked_by").order_by("asked", "pk"):
        name = str(each.officer) if each.officer else ""
        found.setdefault(each.role, []).append(Asked(name, str(each.asked_by or ""), each.asked))
    return found


def _team(decision: Decision) -> frozenset[int]:
    compartment = decision.release.compartment_id
    return frozenset(members_of(compartment).values_list("pk", flat=True)) if compartment is not None else frozenset()
