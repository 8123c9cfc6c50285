"""What was decided and what has left, for oversight: dates, codes and numbers, no content and no case.

Read by `clew.node.oversight`, whose own permissions say who sees it; only what says so asks for an officer.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from clew.disclosure.ruleset import shipped_rules
from clew.exchange.kinds.table import LIFE_IN_DANGER
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import seen_by
from clew.node.disclosure.models import Decision, LetterEntity, Safeguard, StatementOutcome
from clew.node.disclosure.safeguards import SealBroken, unseal
from clew.node.dossier.queries import newest_ends, persons_as_one, same_persons, statements_about

NEUTRAL = "neutral"
"""Stands for every rule whose name alone would tell the reason (R20, R41 and their like)."""

PROTECTING: dict[str, frozenset[str]] = {
    "protection": frozenset({"applicant", "refugee", "procedure"}),
    "witness_protection": frozenset({"yes"}),
    "sheltered": frozenset({"yes"}),
}
"""Answers to safeguards that say that a person is protected; any country feared does so too."""


@dataclass(frozen=True, slots=True)
class DisclosureLine:
    """One letter that left. `outcome`: whole, partly, nothing (all withheld) or none (it carried no statement)."""

    decision: int
    at: dt.datetime
    recipient: str
    kind: str
    purpose: str
    instrument: str
    outcome: str
    compartment: int | None
    case: int | None


@dataclass(frozen=True, slots=True)
class Refusals:
    """What the rules withheld from one party: how many decisions, and how often each rule did it."""

    decisions: int
    rules: Counter[str]


def disclosures(
    *, since: dt.datetime | None = None, until: dt.datetime | None = None, recipient: str = "", purpose: str = "",
    instrument: str = "",
) -> QuerySet[Decision]:  # fmt: skip
    """The decisions whose letters left, the newest first; `disclosure_lines` puts them into words."""
    found = Decision.objects.filter(state=Decision.State.DISPATCHED, dispatched__isnull=False)
    if since is not None:
        found = found.filter(dispatched__gte=since)
    if until is not None:
        found = found.filter(dispatched__lt=until)
    if recipient:
        found = found.filter(Q(release__recipient=recipient) | Q(release__post=recipient))
    if purpose:
        found = found.filter(release__purpose=purpose)
    if instrument:
        found = found.filter(release__instrument=instrument)
    return found.order_by("-dispatched", "-pk")


def disclosure_lines(found: QuerySet[Decision]) -> list[DisclosureLine]:
    """Those decisions at digest level; one query."""
    counted = found.annotate(
        left=Count("statement_outcomes", filter=Q(statement_outcomes__verdict="permit")),
        looked_at=Count("statement_outcomes"),
    ).values_list(
        "pk", "dispatched", "release__post", "release__recipient", "release__kind", "release__purpose",
        "release__instrument", "release__compartment_id", "release__case_id", "left", "looked_at",
    )  # fmt: skip
    return [
        DisclosureLine(pk, at, post or recipient, kind, purpose, instrument, _outcome(left, looked_at), team, case)
        for pk, at, post, recipient, kind, purpose, instrument, team, case, left, looked_at in counted
        if at is not None
    ]


def disclosures_about(person_id: int) -> QuerySet[Decision]:
    """The decisions whose letters carried a statement that concerns a person, or asked about her; in every team.

    Found by what was kept of each statement, so that it holds although what the decision looked at was erased since.
    """
    group = same_persons(person_id)
    left = StatementOutcome.objects.filter(statement_id__in=statements_about(group), verdict="permit")
    threads = LetterEntity.objects.filter(entity_id__in=group).values("thread")
    asking = Decision.objects.filter(state=Decision.State.DISPATCHED, release__thread__in=threads)
    asked = [
        pk
        for pk, items in asking.values_list("pk", "release__items")
        if any(each.get("entity") in group for each in items)
    ]
    return disclosures().filter(Q(pk__in=left.values("decision_id")) | Q(pk__in=asked))


def left_of_source(source_id: int) -> dict[int, int]:
    """The decisions whose letters carried statements of a source, each with how many of them; one query."""
    left = StatementOutcome.objects.filter(
        statement__source_id=source_id, verdict="permit", decision__state=Decision.State.DISPATCHED
    )
    counted = left.order_by().values_list("decision_id").annotate(Count("statement", distinct=True))
    return dict(counted.order_by("decision_id"))


def left_of_statements(statements: Collection[int]) -> list[int]:
    """The decisions whose letters carried one of these statements."""
    left = StatementOutcome.objects.filter(
        statement__in=statements, verdict="permit", decision__state=Decision.State.DISPATCHED
    )
    return list(left.order_by("decision_id").values_list("decision_id", flat=True).distinct())


def danger_decisions(*, since: dt.datetime) -> list[int]:
    """The decisions whose letters left since then to warn of a danger (R09)."""
    left = Decision.objects.filter(
        state=Decision.State.DISPATCHED, release__kind="notify", release__purpose=LIFE_IN_DANGER, dispatched__gte=since
    )
    return list(left.values_list("pk", flat=True))


def ended_since(*, officer: Officer, limit: int) -> list[tuple[int, int, bool]]:
    """Statements of the officer's teams that left in a letter and were corrected or retracted after it.

    Args:
        limit: so many ends are looked at, the newest first.

    Returns:
        (statement, decision, whether something stands in its place) of each.
    """
    # From the few statements that ended to the letters that carried them, and not the other way round.
    ends = newest_ends(officer=officer, limit=limit)
    rows = StatementOutcome.objects.filter(
        seen_by(officer, "decision__release__compartment_id"), statement__in=ends, verdict="permit",
        decision__state=Decision.State.DISPATCHED,
    )  # fmt: skip
    found = rows.order_by("-pk").values_list("statement_id", "decision_id", "decision__dispatched")
    return [
        (statement, decision, ends[statement].replaced)
        for statement, decision, dispatched in found
        if dispatched is not None and ends[statement].at >= dispatched
    ]


def statements_carried(decisions: Collection[int]) -> dict[int, list[int]]:
    """What the letters of these decisions carried, in the order of their statements; one query."""
    found: dict[int, list[int]] = {}
    rows = StatementOutcome.objects.filter(decision__in=decisions, verdict="permit").order_by("pk")
    for decision, statement in rows.values_list("decision_id", "statement_id"):
        found.setdefault(decision, []).append(statement)
    return found


def carried_by(decision_id: int) -> list[tuple[int, int]]:
    """What a decision's letter carried, in the order of its statements: (statement, source) of each."""
    rows = StatementOutcome.objects.filter(decision=decision_id, verdict="permit").order_by("pk")
    return list(rows.values_list("statement_id", "statement__source_id"))


def withheld_neutrally(person_id: int) -> bool:
    """Whether a rule that may not be named has ever withheld something about her: then an answer must not show it."""
    found = StatementOutcome.objects.filter(statement_id__in=statements_about(same_persons(person_id)))
    named = {policy for policies in found.values_list("policies", flat=True) for policy in policies}
    return any(rule_of(policy) == NEUTRAL for policy in named) or bool(protected_among([person_id]))


def refusals(*, since: dt.datetime) -> dict[str, Refusals]:
    """What the rules withheld, by party and by post, since a moment; the last decision on each release counts.

    A rule that may not be named counts as `NEUTRAL` for everyone; only the sealed record of one decision names it.
    """
    found: dict[str, Refusals] = {}
    rows = Decision.objects.filter(decided__gte=since).exclude(state=Decision.State.STALE)
    read = rows.select_related("release").only("sealed_outcome", "release__recipient", "release__post")
    for decision in read.iterator():
        rules = _refusing(decision.outcome)
        for party in {decision.release.recipient, decision.release.post} - {""} if rules else ():
            before = found.get(party, Refusals(0, Counter()))
            found[party] = Refusals(before.decisions + 1, before.rules + rules)
    return found


def persons_of_letters(threads: Collection[str]) -> dict[tuple[str, str], int]:
    """The person (the one that stands for her group) behind each name that letters of these threads use."""
    rows = LetterEntity.objects.filter(thread__in=threads, entity__schema="Person")
    entities = {(thread, name): entity for thread, name, entity in rows.values_list("thread", "name", "entity_id")}
    roots = persons_as_one(entities.values())
    return {key: roots.get(entity, entity) for key, entity in entities.items()}


def protected_among(persons: Collection[int]) -> set[int]:
    """Those of the persons of whom a protection, a shelter or a feared state is recorded; no page shows which."""
    newest: dict[tuple[int, str], bytes] = {}
    rows = Safeguard.objects.filter(person_id__in=persons, kind__in=[*PROTECTING, "feared"]).order_by("recorded", "pk")
    for person, kind, sealed in rows.values_list("person_id", "kind", "sealed"):
        newest[person, kind] = bytes(sealed)
    return {person for (person, kind), sealed in newest.items() if _protects(person, kind, sealed)}


def rule_of(policy: str) -> str:
    """The rule a policy belongs to; `NEUTRAL` where its name would tell the reason."""
    known = shipped_rules().policies.get(policy)
    if known is None:
        return policy
    return NEUTRAL if known.neutral else known.rule


def _protects(person: int, kind: str, sealed: bytes) -> bool:
    try:
        answer = unseal(sealed, bound_to=f"{person}:{kind}")
    except SealBroken:
        # What cannot be read might protect her.
        return True
    return bool(answer) if kind == "feared" else bool(PROTECTING[kind] & set(answer))


def _refusing(outcome: dict[str, Any]) -> Counter[str]:
    rulings = [outcome["letter"], *outcome["statements"]]
    refused = {each["policy"] for one in rulings if one["verdict"] in {"refuse", "redact"} for each in one["reasons"]}
    shipped = shipped_rules().policies
    return Counter(
        rule_of(policy)
        for policy in refused
        if policy not in shipped or str(shipped[policy].effect) in {"REFUSE", "REDACT"}
    )


def _outcome(left: int, looked_at: int) -> str:
    if looked_at == 0:
        return "none"
    if left == 0:
        return "nothing"
    return "whole" if left == looked_at else "partly"
