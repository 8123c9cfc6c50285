"""Simulations over past decisions: choosing the decisions, and what a finished one says to its officer.

Numbers cover the whole node. What a decision is about is shown only where the officer may see it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from clew.disclosure.ruleset import BrokenRules, RuleSet
from clew.node.accounts.actions import Officer
from clew.node.disclosure.models import Decision, RuleSetVersion
from clew.node.disclosure.queries.explaining import readable_rules
from clew.node.disclosure.queries.releases import visible_decisions
from clew.node.disclosure.sandbox import REPLAY, RULE_KINDS
from clew.node.disclosure.wording import ReasonView, reason_view, rules_for_words
from clew.node.partners.queries import names_of
from clew.node.rulebook.queries import Simulation, parsed

MOST = 5_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Which past decisions: decided within a period (days included), for a partner, a purpose; the last so many."""

    since: dt.date | None = None
    until: dt.date | None = None
    partner: str = ""
    purpose: str = ""
    last: int = MOST

    def as_json(self) -> dict[str, Any]:
        """The selection as it is kept."""
        return {
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "partner": self.partner,
            "purpose": self.purpose,
            "last": self.last,
        }


def chosen_decisions(selection: Selection) -> list[int]:
    """The numbers of the decisions, the newest first; those that were decided anew are left out."""
    found = Decision.objects.exclude(state=Decision.State.STALE)
    if selection.since is not None:
        found = found.filter(decided__date__gte=selection.since)
    if selection.until is not None:
        found = found.filter(decided__date__lte=selection.until)
    if selection.partner:
        found = found.filter(Q(release__recipient=selection.partner) | Q(release__post=selection.partner))
    if selection.purpose:
        found = found.filter(release__purpose=selection.purpose)
    return list(found.order_by("-decided", "-pk").values_list("pk", flat=True)[: min(selection.last, MOST)])


@dataclass(frozen=True, slots=True)
class Count:
    """How many letters or statements went from one verdict to another."""

    what: str
    before: str
    after: str
    number: int
    changed: bool


@dataclass(frozen=True, slots=True)
class PartChange:
    """A letter or a number of its statements: verdicts, and the policies that appear and disappear."""

    before: str
    after: str
    appear: tuple[ReasonView, ...]
    disappear: tuple[ReasonView, ...]
    number: int


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One decision that changes. `title`, `recipient` and `url` are empty where the officer may not see it."""

    decision: int
    title: str
    recipient: str
    url: str
    letter: PartChange | None
    statements: tuple[PartChange, ...]
    conditions: tuple[str, ...]
    differences: tuple[str, ...]


def counts_of(found: Simulation) -> list[Count]:
    """The counts, letters first, those that change before those that do not."""
    rows = []
    for key, number in found.counts.items():
        parts = key.split(" ")
        if len(parts) == 3:
            what = pgettext("simulation", "Letters") if parts[0] == "letter" else pgettext("simulation", "Statements")
            rows.append((parts[0], Count(what, parts[1], parts[2], number, parts[1] != parts[2])))
    rows.sort(key=lambda each: (each[0], not each[1].changed, -each[1].number))
    return [each for _what, each in rows]


def changes_of(*, officer: Officer, found: Simulation, changes: Iterable[Mapping[str, Any]]) -> list[ChangeView]:
    """A page of the decisions that change, in words."""
    wanted = list(changes)
    numbers = [each["decision"] for each in wanted]
    seen = visible_decisions(officer).filter(pk__in=numbers).select_related("release").defer("sealed_inputs")
    visible = {each.pk: each for each in seen}
    rules_then = _rules_then(numbers)
    names = names_of({each.release.post or each.release.recipient for each in visible.values()})
    new = _rules_of(found)
    return [
        _change(each, visible.get(each["decision"]), names, (rules_then.get(each["decision"], new), new))
        for each in wanted
    ]


def _rules_then(numbers: list[int]) -> dict[int, RuleSet]:
    """The rules that decided each of them, read once for each version."""
    versions = dict(Decision.objects.filter(pk__in=numbers).values_list("pk", "ruleset_id"))
    kept = RuleSetVersion.objects.filter(pk__in=set(versions.values()))
    rules = {each.pk: readable_rules(each) for each in kept}
    return {number: rules[version] for number, version in versions.items()}


def _rules_of(found: Simulation) -> RuleSet:
    if found.sandbox["kind"] not in RULE_KINDS:
        return rules_for_words()
    try:
        return parsed(found.files, found.version)
    except BrokenRules:
        return rules_for_words()


def _change(
    change: Mapping[str, Any], decision: Decision | None, names: Mapping[str, str], sets: tuple[RuleSet, RuleSet]
) -> ChangeView:
    release = decision.release if decision is not None else None
    uid = (release.post or release.recipient) if release is not None else ""
    seen = decision is not None
    head = {"verdict": change.get("letter"), "appear": change.get("appear"), "disappear": change.get("disappear")}
    travelling = change.get("conditions", {})
    return ChangeView(
        decision=change["decision"],
        title=release.subject if release is not None else "",
        recipient=names.get(uid, uid),
        url=reverse("disclosure:decision", args=[decision.pk]) if decision is not None else "",
        letter=_part(head, sets, seen=seen) if "letter" in change else None,
        statements=tuple(_part(each, sets, seen=seen) for each in change.get("statements", ())),
        conditions=(
            *(_("Now travels: %(policy)s") % {"policy": each} for each in travelling.get("appear", ())),
            *(_("No longer travels: %(policy)s") % {"policy": each} for each in travelling.get("disappear", ())),
        ),
        differences=tuple(change.get("differences", ())),
    )


def _part(part: Mapping[str, Any], sets: tuple[RuleSet, RuleSet], *, seen: bool) -> PartChange:
    before, after = part["verdict"]
    then, now = sets
    return PartChange(
        before,
        after,
        _reasons(part["appear"], now, seen=seen),
        _reasons(part["disappear"], then, seen=seen),
        part.get("number", 1),
    )


def _reasons(policies: Iterable[str], rules: RuleSet, *, seen: bool) -> tuple[ReasonView, ...]:
    """The policies in words; what is worded neutrally is not told at all of a decision she may not see."""
    told = [each for each in policies if seen or each not in rules.policies or not rules.policies[each].neutral]
    return tuple(reason_view(each, rules) for each in told)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Decisions that could not be decided again for one reason."""

    reason: str
    decisions: tuple[int, ...]


def left_out_of(found: Simulation) -> list[LeftOut]:
    """Why decisions were left out, with their numbers."""
    grouped: dict[str, list[int]] = {}
    for each in found.not_replayable:
        grouped.setdefault(_reason(each, replay=found.sandbox["kind"] == REPLAY), []).append(each["decision"])
    return [LeftOut(reason, tuple(numbers)) for reason, numbers in sorted(grouped.items())]


@dataclass(frozen=True, slots=True)
class ReadOlder:
    """Decisions that an earlier Clew stored without these facts (as paths), and which come out all the same."""

    lacks: tuple[str, ...]
    decisions: tuple[int, ...]


def read_older_of(found: Simulation) -> list[ReadOlder]:
    """Which decisions were read as an earlier Clew stored them, grouped by what it did not store."""
    grouped: dict[tuple[str, ...], list[int]] = {}
    for each in found.read_older:
        grouped.setdefault(tuple(each["lacks"]), []).append(each["decision"])
    return [ReadOlder(lacks, tuple(numbers)) for lacks, numbers in sorted(grouped.items())]


def _reason(left_out: Mapping[str, Any], *, replay: bool) -> str:
    code, names = left_out["code"], {"names": ", ".join(left_out["lacks"])}
    if code == "lacks" and replay:
        return _("Not replayable with this version of Clew: lacks %(names)s") % names
    if code == "lacks":
        return _("Not replayable with this rule set: lacks %(names)s") % names
    words = {
        "erased": _("Not replayable: a person it concerns was erased"),
        "gone": _("Not replayable: the decision is no longer kept"),
        "rules": _("Not replayable: the rules that decided then cannot be read"),
    }
    return words.get(code, _("Not replayable: its stored inputs cannot be read"))
