"""Mutation testing of the release rules and of the engine.

    PYTHONPATH=src:. python -m tests.disclosure.mutation.run [rules] [python]

Prints, for each operator, how many mutants were killed of how many, and every survivor (on the error stream as soon as
it is found). The exit status is 1 where fewer than 95 of 100 are killed, where a survivor is not explained in
`survivors.yaml` beside, or where one that is explained there was killed.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from tests.disclosure.mutation import cedar, python
from tests.disclosure.mutation.judges import judges

WANTED = 0.95
EXPLAINED = Path(__file__).parent / "survivors.yaml"


def main(parts: list[str]) -> int:
    """Try every mutant of the parts named, or of both."""
    logging.disable(logging.CRITICAL)
    explained = explanations()
    good = True
    for part, module in (("rules", cedar), ("python", python)):
        if not parts or part in parts:
            good = _report(part, module, explained) and good
    return 0 if good else 1


def explanations() -> dict[str, str]:
    """Why each known survivor survives, by the name that `name_of` gives it."""
    read: dict[str, str] = yaml.safe_load(EXPLAINED.read_text(encoding="utf-8"))
    return read


def named(mutants: Iterable[cedar.Mutant | python.Mutant]) -> dict[str, cedar.Mutant | python.Mutant]:
    """The mutants by what they are called in the lists: where, which operator, and what it became.

    A change that can be made in several places of a policy or module is numbered from the second place on.
    """
    found: dict[str, cedar.Mutant | python.Mutant] = {}
    seen: Counter[str] = Counter()
    for each in mutants:
        place = each.policy if isinstance(each, cedar.Mutant) else each.module
        name = f"{place} | {each.operator} | {each.where}"
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = each
    return found


def _report(part: str, module: Any, explained: dict[str, str]) -> bool:
    trial = module.Trial(judges())
    if isinstance(trial, cedar.Trial):
        trial.check_evaluator()
    tried: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    survivors, stale = [], []
    for name, mutant in named(module.mutants()).items():
        tried[mutant.operator] += 1
        if trial.killer(mutant):
            killed[mutant.operator] += 1
            stale += [name] if name in explained else []
        else:
            survivors.append(name)
            sys.stderr.write(f"survives: {name}\n")
    total = f"{killed.total()} of {tried.total()} killed ({killed.total() / tried.total():.1%})"
    lines = [f"{part}: {len(trial.stories)} stories, {total}"]
    lines += [f"  {each:28} {killed[each]:5} of {tried[each]:5}" for each in sorted(tried)]
    lines += [f"  survives: {each}\n    {explained.get(each, 'NOT EXPLAINED')}" for each in survivors]
    lines += [f"  explained, yet killed: {each}" for each in stale]
    sys.stdout.write("\n".join(lines) + "\n")
    return killed.total() >= WANTED * tried.total() and set(survivors) <= set(explained) and not stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
