"""Stored decisions derived again, each with the rules of its own version."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from clew.disclosure.formats import Lacking, completed
from clew.disclosure.ruleset import BrokenRules
from clew.node.accounts.actions import Refused
from clew.node.disclosure.models import Decision
from clew.node.disclosure.queries.explaining import explain, rules_of

SAME, DIFFERENT, NOT_REPLAYABLE = "same", "different", "not_replayable"
ERASED = "a person it concerns was erased"


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """Whether one decision comes out again; `differences` in English, `lacks` what its inputs lack for this program."""

    decision: int
    state: str
    differences: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The result as a plain value."""
        return {
            "decision": self.decision,
            "state": self.state,
            "differences": list(self.differences),
            "lacks": list(self.lacks),
        }


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """Many decisions derived again; `results` holds those that do not come out the same."""

    decisions: int
    same: int
    results: tuple[ReplayResult, ...]

    @property
    def ok(self) -> bool:
        """Whether every decision came out the same."""
        return not self.results

    def as_json(self) -> dict[str, object]:
        """The report as a plain value."""
        return {
            "ok": self.ok,
            "decisions": self.decisions,
            "same": self.same,
            "different": [each.as_json() for each in self.results if each.state == DIFFERENT],
            "not_replayable": [each.as_json() for each in self.results if each.state == NOT_REPLAYABLE],
        }


def replay_decision(decision: Decision | int) -> ReplayResult:
    """Derive one decision again. Raises `Decision.DoesNotExist` for a number that is none."""
    if isinstance(decision, int):
        decision = Decision.objects.select_related("ruleset").get(pk=decision)
    try:
        lacks = _lacks(decision)
        if lacks:
            return ReplayResult(decision.pk, NOT_REPLAYABLE, lacks=lacks)
        found = explain(decision)
    except Refused:
        return ReplayResult(decision.pk, NOT_REPLAYABLE, lacks=(ERASED,))
    except ValueError:
        return ReplayResult(decision.pk, DIFFERENT, ("The stored inputs cannot be read.",))
    return ReplayResult(decision.pk, SAME if found.same else DIFFERENT, found.differences)


def _lacks(decision: Decision) -> tuple[str, ...]:
    """What the stored inputs lack for this program, and the rules that decided could have looked at."""
    stored = json.loads(bytes(decision.inputs))
    try:
        completed(stored.get("inputs"), stored.get("format", 1), rules_of(decision.ruleset))
    except Lacking as fault:
        return fault.names
    except BrokenRules:
        return ()
    return ()


def replay_decisions(since: dt.date | None = None, on_progress: Callable[[int], None] | None = None) -> ReplayReport:
    """Derive again every stored decision, or those decided on a day or after it; read one after the other."""
    found = Decision.objects.select_related("ruleset").order_by("pk")
    if since is not None:
        found = found.filter(decided__date__gte=since)
    return _report(found.iterator(chunk_size=100), on_progress)


def _report(decisions: Iterable[Decision], on_progress: Callable[[int], None] | None) -> ReplayReport:
    number, wrong = 0, []
    for number, decision in enumerate(decisions, 1):
        result = replay_decision(decision)
        if result.state != SAME:
            wrong.append(result)
        if on_progress is not None:
            on_progress(number)
    return ReplayReport(number, number - len(wrong), tuple(wrong))
