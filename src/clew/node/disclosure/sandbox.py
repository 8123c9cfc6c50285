"""What a simulation changes: the rules, an instrument, or a setting; and what of a past decision then comes out.

Everything here works on copies of stored values. Nothing is written.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import yaml

from clew.disclosure.decision import UNDECIDED
from clew.disclosure.engine import Engine
from clew.disclosure.formats import FORMAT, Lacking, attributes_of, lacking, readings
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
    "stale_days": ("settings", "stale_days"),
    "adequacy": ("recipient", "adequacy"),
    "dual_criminality_required": ("instrument", "dual_criminality"),
    "require_sign_off": ("rules_unsigned",),
}
"""Where the stored facts of a transfer hold what a setting came to."""

SIMULABLE: Final = (*PLACES, "penalties_excluded")


@dataclass(frozen=True, slots=True)
class Replayed:
    """What comes out of one past decision: counts by what was and what is, and, where anything differs, the change.

    `counts`: {"letter OLD NEW" | "statement OLD NEW": number}. `change`: {"letter": [old, new], "appear", "disappear":
    [policies], "statements": [{"verdict": [old, new], "appear", "disappear", "number"}]}, or None. `lacks`: what an
    earlier Clew did not store of it, without which it came out all the same.
    """

    counts: Mapping[str, int]
    change: dict[str, Any] | None
    lacks: tuple[str, ...] = ()


def replay_in(
    sandbox: Mapping[str, Any], rules: RuleSet, inputs: object, stored: Mapping[str, Any], *, written: object
) -> Replayed:
    """Decide a past decision's stored inputs in a sandbox and compare with its stored outcome.

    Args:
        rules: those of the sandbox; where it changes no rules, those that decided then.
        written: the format in which the inputs were stored.

    Raises:
        Lacking: the inputs lack what makes a difference here: to these rules, or to what the sandbox changes.
    """
    lacks = lacking(inputs, written)
    if needed := [each for each in lacks if any(f"{place}.".startswith(f"{each}.") for place in places_of(sandbox))]:
        raise Lacking(tuple(needed))
    # Rules that decided in an earlier format are asked only what they know, as a replay asks them.
    earlier = sandbox["kind"] not in RULE_KINDS and written != FORMAT
    engine = Engine(rules, attributes_of(rules) if earlier else None)
    read = readings(inputs, written, rules)
    outcomes = [to_plain(decide_plain(changed_inputs(sandbox, each), rules, engine)) for each in read]
    outcome = outcomes[0]
    if any(_differ(outcome, each) for each in outcomes):
        raise Lacking(lacks)
    if _undecided(outcome) and not _undecided(stored):
        raise Lacking(unknown_to(rules) or (f"the engine: {UNDECIDED}",))
    return replace(compare(stored, outcome), lacks=lacks)


def _differ(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two outcomes say different things; what they looked at is no part of what they say."""
    return {**one, "inputs": ""} != {**other, "inputs": ""}


def places_of(sandbox: Mapping[str, Any]) -> set[str]:
    """The stored facts that a sandbox itself looks at or changes, as paths."""
    if sandbox["kind"] in RULE_KINDS:
        return set()
    if sandbox["kind"] == "setting":
        place = ".".join(("transfer", *PLACES.get(sandbox["key"], ())))
        return {place, "transfer.recipient.country"}
    instrument = {f"transfer.instrument.{each}" for each in ("code", "in_force", "enables")}
    return instrument | {"transfer.letter", "transfer.purpose"}


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
        raise Lacking((".".join(("transfer", *path)),))
    place[path[-1]] = value


def unknown_to(rules: RuleSet) -> tuple[str, ...]:
    """What the rule set's schema looks at and this program does not supply, or the other way round."""
    asked, supplied = attributes_of(rules), attributes_of(shipped_rules())
    return tuple(sorted(asked ^ supplied))


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
