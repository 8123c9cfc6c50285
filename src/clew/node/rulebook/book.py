"""The rule set in force and the settings, read once for whoever asks several things of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from clew.disclosure.ruleset import BrokenRules, RuleSet
from clew.node.rulebook.adopted import active_rules
from clew.node.rulebook.effective import Value, all_taken


@dataclass(frozen=True, slots=True)
class RuleBook:
    """What stood in the store at one moment: not to be kept any longer than what is asked of it takes.

    `set_in_force` is None where no rules can be used; `fault` then says why. `rows`: every value of each setting.
    """

    set_in_force: RuleSet | None
    fault: str
    rows: Mapping[str, Sequence[Value]]

    @property
    def rules(self) -> RuleSet:
        """The rule set in force; raises `BrokenRules` where there is none that can be used."""
        if self.set_in_force is None:
            raise BrokenRules(self.fault)
        return self.set_in_force

    @property
    def without_death_penalty(self) -> frozenset[str]:
        """The countries on the list of the rules in force; none where no rules can be used."""
        return self.set_in_force.penalties_excluded if self.set_in_force is not None else frozenset()


def rule_book() -> RuleBook:
    """Rules and settings as they are now: two queries."""
    try:
        return RuleBook(active_rules(), "", all_taken())
    except BrokenRules as fault:
        return RuleBook(None, str(fault), all_taken())
