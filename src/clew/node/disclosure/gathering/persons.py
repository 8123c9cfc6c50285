"""The persons whom statements and questions concern, as the rules see them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from clew import vocabulary
from clew.disclosure.facts import ConsentFacts, PersonFacts, RiskFacts
from clew.node.consent.queries import consents_of, consents_taken_back, guardian_standing_of
from clew.node.disclosure.models import RiskAssessment, Safeguard
from clew.node.disclosure.reach import schemata_of
from clew.node.disclosure.safeguards import SealBroken, unseal
from clew.node.dossier import queries as dossier
from clew.node.partners import queries as partners

OPEN = (["none"], ["no"])
"""Answers that protect nobody."""
AT_ONCE = 10_000
"""So many persons are asked for in one query."""


def person_facts(
    ids: Collection[int], now: dt.datetime, schemata_of: Callable[[Collection[int]], dict[int, str]] = schemata_of
) -> tuple[PersonFacts, ...]:
    """Everyone among these entities who is a person, by number."""
    schemata = schemata_of(ids)
    ids = [each for each in ids if each in schemata and vocabulary.is_a(schemata[each], "Person")]
    categories = dossier.person_categories(ids, now)
    answers = recorded(ids, now.date())
    consents: dict[int, list[ConsentFacts]] = {}
    said = (*consents_of(ids, now), *consents_taken_back(ids, now))
    organisations = partners.organisations_of({each.recipient for each in said})
    for each in said:
        consents.setdefault(each.person_id, []).append(
            ConsentFacts(each.purpose, each.recipient, each.items, each.given_by, each.guardian_standing,
                         # A child too young to be asked was not passed over: a named human has said so, with a reason.
                         each.assent or each.assent_answer == "too_young",
                         each.method, each.given, each.expires, each.withdrawn is not None,
                         organisations.get(each.recipient, each.recipient), each.recorded, each.withdrawn)
        )  # fmt: skip
    guardians = guardian_standing_of(ids, now)
    risks: dict[int, list[RiskFacts]] = {}
    for risk in RiskAssessment.objects.filter(person_id__in=ids).order_by("pk"):
        risks.setdefault(risk.person_id, []).append(RiskFacts(risk.state, risk.assessed, risk.favourable))
    return tuple(
        _person(each, _category(categories, each), guardians.get(each, "unknown"), answers.get(each, {}),
                consents.get(each, []), risks.get(each, []))
        for each in sorted(ids)
        if each in categories
    )  # fmt: skip


def standing_of(ids: Collection[int], now: dt.datetime) -> dict[int, PersonFacts]:
    """What was recorded of each of these persons, without consents, guardians and risks, by number.

    Of those judged to be the same, what was said of one counts for each; of two answers, the one that protects.
    """
    roots = dossier.persons_as_one(ids)
    categories = dossier.person_categories(ids, now)
    said: dict[int, dict[str, list[str]]] = {}
    for person, answers in sorted(recorded(ids, now.date()).items()):
        of_group = said.setdefault(roots.get(person, person), {})
        of_group |= {kind: answer for kind, answer in answers.items() if of_group.get(kind, OPEN[0]) in OPEN}
    return {
        each: _person(each, _category(categories, each), "unknown", said.get(roots.get(each, each), {}), (), ())
        for each in ids
    }


def recorded(entities: Collection[int], today: dt.date | None) -> dict[int, dict[str, list[str]]]:
    """The newest answer of each kind for each person; with `today`, only those that have not expired."""
    found: dict[int, dict[str, list[str]]] = {}
    ordered = sorted(entities)
    portions = (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))
    safeguards = (Safeguard.objects.filter(person_id__in=each).order_by("recorded", "pk") for each in portions)
    for each in itertools.chain.from_iterable(safeguards):
        answers = found.setdefault(each.person_id, {})
        answers.pop(each.kind, None)
        if today is not None and each.expires < today:
            continue
        try:
            answers[each.kind] = unseal(bytes(each.sealed), bound_to=f"{each.person_id}:{each.kind}")
        except SealBroken:
            answers[each.kind] = ["unknown"]
    return found


def _category(categories: Mapping[int, Any], person: int) -> str:
    found = categories[person]
    return str(getattr(found, "category", found) or "unknown")


def _person(
    person: int,
    category: str,
    guardian: str,
    answers: Mapping[str, list[str]],
    consents: Iterable[ConsentFacts],
    risks: Iterable[RiskFacts],
) -> PersonFacts:
    def said(kind: str) -> str:
        return next(iter(answers.get(kind, [])), "unknown")

    return PersonFacts(
        id=person,
        category=category,
        child=said("child"),
        origin=tuple(answers["origin"]) if answers.get("origin") else None,
        protection=said("protection"),
        feared=tuple(answers.get("feared", ())),
        witness_protection=said("witness_protection"),
        sheltered=said("sheltered"),
        guardian=guardian,
        best_interests=said("best_interests"),
        role_conflict=said("role_conflict"),
        public_role=said("public_role"),
        consents=tuple(consents),
        risks=tuple(risks),
    )
