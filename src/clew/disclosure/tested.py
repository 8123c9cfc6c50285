"""By what each rule is tested: its cases and the worked scenarios in which it holds or is lifted.

The list lies in `tested.yaml` and is no part of a rule set: what a rule decides does not depend on its tests. The suite
derives it anew and fails where it differs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

LIST = Path(__file__).parent / "tested.yaml"


@dataclass(frozen=True, slots=True)
class Tested:
    """The tests of one rule: the number of its cases (`tests/disclosure/cases/ID.yaml`), and scenarios by their ids."""

    cases: int
    scenarios: tuple[str, ...]


NOTHING = Tested(0, ())
"""A rule that a node added has no tests here."""


def tested(rule_id: str) -> Tested:
    """The tests of a rule that came with Clew."""
    return _listed().get(rule_id, NOTHING)


@cache
def _listed() -> Mapping[str, Tested]:
    found = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return {rule: Tested(each["cases"], tuple(each["scenarios"])) for rule, each in found.items()}
