"""The worker's turn at simulations, portion by portion."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from typing import Any

from clew.disclosure.formats import Lacking
from clew.disclosure.ruleset import BrokenRules, RuleSet
from clew.node.accounts.actions import Refused
from clew.node.disclosure.models import Decision
from clew.node.disclosure.queries.explaining import rules_of
from clew.node.disclosure.queries.replaying import DIFFERENT, SAME, replay_decision
from clew.node.disclosure.sandbox import REPLAY, RULE_KINDS, Replayed, changed_files, replay_in, rules_from
from clew.node.rulebook.actions import work_on_simulation
from clew.node.rulebook.queries import simulation_at_work, simulations_waiting

WORK = 1.0
"""Seconds given to simulations in one turn."""

PORTION = 25
"""Decisions per portion, between two looks at whether the simulation was stopped."""

ERASED, GONE, LACKS, UNREADABLE_RULES, UNREADABLE = "erased", "gone", "lacks", "rules", "unreadable"
"""Codes of why a decision cannot be decided again."""

log = logging.getLogger(__name__)


def run_simulations(seconds: float = WORK) -> int:
    """Work on waiting simulations for about `seconds`; each portion is kept before the next begins.

    Returns:
        How many are still waiting or running.
    """
    deadline = time.monotonic() + seconds
    waiting = simulations_waiting()
    remaining = len(waiting)
    for pk in waiting:
        while time.monotonic() < deadline:
            if not _portion(pk):
                remaining -= 1
                break
        else:
            break
    return remaining


def _portion(pk: int) -> bool:
    """One portion; False where the simulation is done or must not go on."""
    found = simulation_at_work(pk)
    if found is None:
        return False
    begun_at = found.done
    try:
        sets = _RuleSets(found.sandbox, found.files, found.version)
    except BrokenRules:
        log.exception("the rules of simulation %d cannot be read", pk)
        return work_on_simulation(
            pk, begun_at=begun_at, counts={}, changes=[], not_replayable=[], read_older=[], number=0, failed=True
        )
    numbers = found.chosen[begun_at : begun_at + PORTION]
    decisions = Decision.objects.filter(pk__in=numbers).select_related("ruleset").in_bulk()
    counts: Counter[str] = Counter()
    changes: list[dict[str, Any]] = []
    left_out: list[dict[str, Any]] = []
    older: list[dict[str, Any]] = []
    for number in numbers:
        try:
            again = _decided_again(decisions.get(number), sets)
        except _NotReplayable as reason:
            left_out.append({"decision": number, "code": reason.code, "lacks": list(reason.names)})
            continue
        counts.update(again.counts)
        if again.lacks:
            older.append({"decision": number, "lacks": list(again.lacks)})
        if again.change is not None:
            changes.append({"decision": number, **again.change})
    return work_on_simulation(
        pk,
        begun_at=begun_at,
        counts=counts,
        changes=changes,
        not_replayable=left_out,
        read_older=older,
        number=len(numbers),
    )


class _NotReplayable(Exception):
    def __init__(self, code: str, names: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.names = code, names


class _RuleSets:
    """The rules for each decision: the sandbox's, or those that decided then with the sandbox's setting in them."""

    def __init__(self, sandbox: dict[str, Any], files: dict[str, str], version: str) -> None:
        self.sandbox = sandbox
        self.rules: RuleSet | None = None
        if sandbox["kind"] in RULE_KINDS:
            self.rules = rules_from(json.dumps(files, sort_keys=True))
            if self.rules.version != version:
                raise BrokenRules("The files of this simulation are not those of its version.")

    def of(self, decision: Decision) -> RuleSet:
        """The rules with which this decision is decided again."""
        if self.rules is not None:
            return self.rules
        own = rules_of(decision.ruleset)
        files = changed_files(self.sandbox, own.files)
        return own if files == own.files else rules_from(json.dumps(files, sort_keys=True))


def _decided_again(decision: Decision | None, sets: _RuleSets) -> Replayed:
    if decision is None:
        raise _NotReplayable(GONE)
    if sets.sandbox["kind"] == REPLAY:
        return _derived_again(decision)
    try:
        kept = json.loads(bytes(decision.inputs))
        written = kept.get("format", 1)
        return replay_in(sets.sandbox, sets.of(decision), kept["inputs"], decision.outcome, written=written)
    except Refused as reason:
        raise _NotReplayable(ERASED) from reason
    except BrokenRules as reason:
        raise _NotReplayable(UNREADABLE_RULES) from reason
    except Lacking as reason:
        raise _NotReplayable(LACKS, reason.names) from reason
    except Exception as reason:  # whatever goes wrong is counted as not replayable, never as permitted
        log.exception("decision %d could not be simulated", decision.pk)
        raise _NotReplayable(UNREADABLE) from reason


def _derived_again(decision: Decision) -> Replayed:
    """The decision with its own rules and nothing changed: whether it comes out the same."""
    found = replay_decision(decision)
    if found.state == SAME:
        return Replayed({SAME: 1}, None)
    if found.state == DIFFERENT:
        return Replayed({DIFFERENT: 1}, {"differences": list(found.differences)})
    raise _NotReplayable(LACKS, found.lacks)
