"""Rule sets that were proposed and adopted, what came with the program, and lawyers' sign-offs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language

from clew.disclosure.ruleset import BrokenRules, Rule, RuleSet, shipped_rules
from clew.node.rulebook.adopted import active_rules, file_digest, parsed
from clew.node.rulebook.book import RuleBook, rule_book
from clew.node.rulebook.comparing import title_of
from clew.node.rulebook.models import RuleSetAdoption, RuleSignOff
from clew.vocabulary import language

State = RuleSetAdoption.State


def active_or_none() -> RuleSet | None:
    """The rules in force, None where they cannot be used: for pages, which say so instead."""
    try:
        return active_rules()
    except BrokenRules:
        return None


def rule_sets() -> QuerySet[RuleSetAdoption]:
    """Every rule set that was ever proposed, the newest first, without its files."""
    people = ("proposed_by", "adopted_by", "rejected_by")
    return RuleSetAdoption.objects.defer("files").select_related(*people).order_by("-proposed", "-pk")


def rule_sets_waiting() -> QuerySet[RuleSetAdoption]:
    """Those that wait for a second person."""
    return rule_sets().filter(state=State.PROPOSED)


def rule_set(pk: int) -> RuleSetAdoption | None:
    """One of them, or None."""
    return rule_sets().filter(pk=pk).first()


def rules_of_adoption(adoption: RuleSetAdoption) -> RuleSet:
    """Its rules; raises `BrokenRules` where its files cannot be used or are not those of its version."""
    return parsed(adoption.files, adoption.version)


def shipped_differs() -> bool:
    """Whether the program came with other rules than those in force; broken rules differ from everything."""
    version = RuleSetAdoption.objects.filter(state=State.IN_FORCE).values_list("version", flat=True).first()
    return version != shipped_rules().version


def shipped_proposed() -> bool:
    """Whether the rules that came with the program wait for a second person."""
    return RuleSetAdoption.objects.filter(state=State.PROPOSED, version=shipped_rules().version).exists()


@dataclass(frozen=True, slots=True)
class SignOffView:
    """A rule and its sign-offs; `holds` is the one that holds now for the rule's present file, if any."""

    rule: Rule
    file: str
    holds: RuleSignOff | None
    all: tuple[RuleSignOff, ...]

    @property
    def title(self) -> str:
        """What the rule is about, in the reader's language."""
        return title_of(self.rule, language(get_language() or "en"))

    @property
    def awaits(self) -> bool:
        """Whether it is unverified and no lawyer's signature holds."""
        return self.rule.unverified and self.holds is None


def sign_offs() -> list[SignOffView]:
    """Every rule in force with its sign-offs; raises `BrokenRules` where no rules can be used."""
    rules, today = active_rules(), timezone.now().date()
    by_rule: dict[str, list[RuleSignOff]] = {}
    for each in RuleSignOff.objects.select_related("officer", "withdrawn_by").order_by("-at", "-pk"):
        by_rule.setdefault(each.rule, []).append(each)
    return [_view(rule, rules, by_rule.get(rule.id, []), today) for _id, rule in sorted(rules.rules.items())]


def sign_offs_of(rule_id: str) -> SignOffView | None:
    """One rule in force with its sign-offs, or None; raises `BrokenRules`."""
    rules = active_rules()
    if rule_id not in rules.rules:
        return None
    found = RuleSignOff.objects.filter(rule=rule_id).select_related("officer", "withdrawn_by").order_by("-at", "-pk")
    return _view(rules.rules[rule_id], rules, list(found), timezone.now().date())


def unsigned_rules(book: RuleBook | None = None) -> frozenset[str]:
    """The ids of unverified rules in force for whose present file no lawyer's signature holds today.

    Raises:
        BrokenRules: no rules can be used.
    """
    rules, today = (book or rule_book()).rules, timezone.now().date()
    holding = RuleSignOff.objects.filter(withdrawn=None, expires__gte=today).values_list("rule", "file_digest")
    signed = set(holding)
    return frozenset(
        rule.id
        for rule in rules.rules.values()
        if rule.unverified and (rule.id, file_digest(rule.id, rules)) not in signed
    )


def _view(rule: Rule, rules: RuleSet, found: list[RuleSignOff], today: dt.date) -> SignOffView:
    file = file_digest(rule.id, rules)
    holding = [each for each in found if each.file_digest == file and each.withdrawn is None and each.expires >= today]
    return SignOffView(rule, file, next(iter(holding), None), tuple(found))
