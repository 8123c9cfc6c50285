"""How many decisions a second the engine makes with all rules, as a share of cedarpy's own batch speed in the same run.

    .venv/bin/python bench/decisions.py [statements]

Default 200 statements to one recipient, each with facts of its own, so that no question is posed twice; then the same
number as letters are in practice, where many statements pose the same questions. A decision on a statement is all
that is asked about it: whether it may leave, what would leave it out, which conditions travel, which tasks are raised.
cedarpy answers one `disclose` question a statement, in one batch, with the same rules, schema and contexts. Times are
seconds of processor. Exits 1 where a decision on 200 statements takes more than 0.3 s.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import cedarpy
from tests.disclosure.bases import base, person, statement

from bench._machine import machine
from clew.disclosure.context import person_context, statement_context, transfer_context
from clew.disclosure.decision import decide
from clew.disclosure.facts import Inputs
from clew.disclosure.records import from_plain
from clew.disclosure.ruleset import RuleSet, shipped_rules

BOUND = 0.3
RUNS = 5


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rules = shipped_rules()
    print(machine())
    print(f"{len(rules.rules)} rules, {len(rules.policies)} policies, {number} statements, best of {RUNS}")
    bare = _best(lambda: _batch(_inputs(number, kinds=number), rules))
    print(f"cedarpy's batch, one question a statement: {number / bare:,.0f} answers/s")
    slowest = 0.0
    for kinds, words in ((number, "all different"), (12, "a dozen kinds")):
        inputs = _inputs(number, kinds=kinds)
        took = _best(lambda: decide(inputs, rules))  # noqa: B023 - called at once
        slowest = took if kinds == 12 else slowest
        share = (number / took) / (number / bare)
        rate = f"{number / took:,.0f} statements decided/s, {share:.2f} of the batch's rate"
        print(f"{words}: {took * 1000:.0f} ms, {rate}")
    if number <= 200 and slowest > BOUND:
        sys.exit(f"A letter of {number} statements took {slowest:.2f} s, more than {BOUND} s.")


def _inputs(number: int, kinds: int) -> Inputs:
    plain = base("suspect")
    plain["persons"] = [person(1000 + n, origin=["at"] if n % 2 else ["fr"]) for n in range(10)]
    plain["statements"] = [
        statement(
            n, entity=1000 + n % 10, schema="Person", prop="name", value=f"Person {n} (fictional)",
            field_class="identifying", concerns=[1000 + n % 10], accuracy=1 + n % 3,
            # A purpose of its own makes every question one of its own.
            purpose="criminal_investigation" if n % kinds == 0 else f"p{n % kinds}",
        )
        for n in range(1, number + 1)
    ]  # fmt: skip
    return from_plain(Inputs, plain)


def _batch(inputs: Inputs, rules: RuleSet) -> None:
    transfer = transfer_context(inputs.transfer, rules)
    persons = {each.id: each for each in inputs.persons}
    requests: list[dict[str, Any]] = [
        {
            "principal": {"type": "Party", "id": "sender"},
            "action": {"type": "Action", "id": "disclose"},
            "resource": {"type": "Item", "id": "item"},
            "context": {
                "transfer": transfer,
                "statement": statement_context(each, inputs.transfer, persons[each.entity].category, rules),
                "person": person_context(persons[each.entity], each, inputs.transfer, rules),
            },
        }
        for each in inputs.statements
    ]
    cedarpy.is_authorized_batch(requests, rules.all, cedarpy.Entities.from_json_str("[]"), rules.schema)


def _best(work: Any) -> float:
    taken = []
    for _run in range(RUNS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


if __name__ == "__main__":
    main()
