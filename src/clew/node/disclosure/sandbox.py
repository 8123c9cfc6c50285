"""What a simulation changes: the rules, an instrument, or a setting; and what of a past decision then comes out.

Everything here works on copies of stored values. Nothing is written.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import yaml

from clew.disclosure.decision import UNDECIDED
from clew.disclosure.facts import Inputs
from clew.disclosure.formats import attributes_of, missing_fields
from clew.disclosure.records import to_plain
from clew.disclosure.replay import decide_plain
from clew.disclosure.ruleset import PENALTIES, RuleSet, shipped_rules

REPLAY: Final = "replay"
RULE_KINDS: Final = ("shipped", "uploaded", "edited")
KINDS: Final = (*RULE_KINDS, "instrument_ended", "instrument_changed", "setting")

PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "risk_days": ("settings", "risk_days"),
    "retention_years_initial": ("settings", "retention_years"),
    "request_limit_selectors": ("settings", "selectors_second"),
    "request_limit_refuse": ("settings", "selectors_refuse"),
    "adequacy": ("recipient", "adequacy"),
    "dual_criminality_required": ("instrument", "dual_criminality"),
    "require_sign_off": ("rules_unsigned",),
}
"""Where the stored facts of a transfer hold what a setting came to."""

SIMULABLE: Final = (*PLACES, "penalties_excluded")


class Lacking(ValueError):
    """A past decision cannot be decided in the sandbox; `names` are what its stored inputs lack."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What comes out of one past decision: counts by what was and what is, and, where anything differs, the change.

    `counts`: {"letter OLD NEW" | "statement OLD NEW": number}. `change`: {"letter": [old, new], "appear", "disappear":
    [policies], "statements": [{"verdict": [old, new], "appear", "disappear", "number"}]}, or None.
    """

    counts: Mapping[str, int]
    change: dict[str, Any] | None


def replay_in(sandbox: Mapping[str, Any], rules: RuleSet, inputs: object, stored: Mapping[str, Any]) -> Replayed:
    """Decide a past decision's stored inputs in a sandbox and compare with its stored outcome.

    Args:
        rules: those of the sandbox; where it changes no rules, those that decided then.

    Raises:
        Lacking: the inputs lack fields of this program, or what the rule set or the setting looks at.
    """
    lacking = sorted(set(missing_fields(Inputs, inputs)))
    if lacking:
        raise Lacking(lacking)
    changed = changed_inputs(sandbox, inputs)
    outcome = to_plain(decide_plain(changed, rules))
    if _undecided(outcome) and not _undecided(stored):
        raise Lacking(unknown_to(rules) or [f"the engine: {UNDECIDED}"])
    return compare(stored, outcome)


@lru_cache(maxsize=8)
def rules_from(files: str) -> RuleSet:
    """The rules of files in their JSON form, read once in a process."""
    return RuleSet(json.loads(files))


def changed_inputs(sandbox: Mapping[str, Any], inputs: Any) -> Any:
    """A copy of the inputs as the sandbox would have had them; the inputs themselves where it changes only rules."""
    kind = sandbox["kind"]
    if kind in RULE_KINDS:
        return inputs
    found = copy.deepcopy(inputs)
    transfer = found["transfer"]
    if kind in {"instrument_ended", "instrument_changed"}:
        if transfer["instrument"]["code"] == sandbox["instrument"]:
            _change_instrument(sandbox, transfer)
    elif sandbox["key"] in PLACES and _concerns_country(sandbox, transfer):
        _put(transfer, PLACES[sandbox["key"]], sandbox["value"])
    return found


def changed_files(sandbox: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, str]:
    """The rule files with the one setting changed that rule files hold: the list of penalties."""
    if sandbox["kind"] != "setting" or sandbox["key"] != "penalties_excluded":
        return dict(files)
    penalties = yaml.safe_load(files[PENALTIES])
    listed = set(penalties["excluded"]) - {sandbox["country"].lower()}
    penalties["excluded"] = sorted(listed | ({sandbox["country"].lower()} if sandbox["value"] else set()))
    return {**files, PENALTIES: yaml.safe_dump(penalties)}


def _change_instrument(sandbox: Mapping[str, Any], transfer: dict[str, Any]) -> None:
    if sandbox["kind"] == "instrument_ended":
        transfer["instrument"]["in_force"] = False
    else:
        allowed = transfer["letter"] in sandbox["letters"] and transfer["purpose"] in sandbox["purposes"]
        transfer["instrument"]["enables"] = allowed


def _concerns_country(sandbox: Mapping[str, Any], transfer: Mapping[str, Any]) -> bool:
    country = sandbox.get("country", "").lower()
    return not country or country == transfer["recipient"]["country"]


def _put(transfer: dict[str, Any], path: Sequence[str], value: object) -> None:
    """Replace a value that is there. One that is not there was not looked at then, and cannot be simulated."""
    place: Any = transfer
    for name in path[:-1]:
        place = place.get(name) if isinstance(place, dict) else None
    if not isinstance(place, dict) or path[-1] not in place:
        raise Lacking([".".join(("transfer", *path))])
    place[path[-1]] = value


def unknown_to(rules: RuleSet) -> list[str]:
    """What the rule set's schema looks at and this program does not supply, or the other way round."""
    asked, supplied = attributes_of(rules), attributes_of(shipped_rules())
    return sorted(asked ^ supplied)


def _undecided(outcome: Mapping[str, Any]) -> bool:
    rulings = [outcome["letter"], *outcome["statements"]]
    return any(reason["policy"] == UNDECIDED for ruling in rulings for reason in ruling["reasons"])


def compare(stored: Mapping[str, Any], outcome: Mapping[str, Any]) -> Replayed:
    """The stored and the new outcome of one decision, side by side."""
    pairs = [(stored["letter"], outcome["letter"])]
    new = {each["statement"]: each for each in outcome["statements"]}
    pairs += [(each, new[each["statement"]]) for each in stored["statements"] if each["statement"] in new]
    counts = Counter(
        f"{'letter' if n == 0 else 'statement'} {before['verdict']} {after['verdict']}"
        for n, (before, after) in enumerate(pairs)
    )
    letter, *statements = [_differs(before, after) for before, after in pairs]
    grouped: dict[str, dict[str, Any]] = {}
    for each in filter(None, statements):
        group = grouped.setdefault(repr(each), {**each, "number": 0})
        group["number"] += 1
    travelling = _policies(stored["conditions"], outcome["conditions"])
    if letter is None and not grouped and not any(travelling.values()):
        return Replayed(counts, None)
    same = [stored["letter"]["verdict"], outcome["letter"]["verdict"]]
    change = letter or {"verdict": same, "appear": [], "disappear": []}
    return Replayed(
        counts,
        {
            "letter": change["verdict"],
            "appear": change["appear"],
            "disappear": change["disappear"],
            "conditions": travelling,
            "statements": list(grouped.values()),
        },
    )


def _differs(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any] | None:
    policies = _policies(before["reasons"], after["reasons"])
    if before["verdict"] == after["verdict"] and not any(policies.values()):
        return None
    return {"verdict": [before["verdict"], after["verdict"]], **policies}


def _policies(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    old, new = {each["policy"] for each in before}, {each["policy"] for each in after}
    return {"appear": sorted(new - old), "disappear": sorted(old - new)}
