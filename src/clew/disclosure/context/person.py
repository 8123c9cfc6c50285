"""A person as the rules see her: what named humans recorded, her consent, and the risk to her."""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from typing import Any

from clew.disclosure.consents import counting, covering_consent, withdrawn_since
from clew.disclosure.context.strictness import UNKNOWN, are_countries, said
from clew.disclosure.context.transfer import is_foreign, states_of
from clew.disclosure.facts import PersonFacts, RecipientFacts, RiskFacts, StatementFacts, TransferFacts
from clew.disclosure.ruleset import RuleSet

NOBODY: dict[str, Any] = {
    "category": "none",
    "protected": False,
    "child": "no",
    "may_be_child": False,
    "origin_known": True,
    "origin": [],
    "reaches_origin": False,
    "passed_on_to_origin": False,
    "protection": "none",
    "feared": [],
    "reaches_feared": False,
    "witness_protection": "no",
    "sheltered": "no",
    "guardian": "good",
    "best_interests": "yes",
    "role_conflict": "no",
    "public_role": "no",
    "consent": {"given": False, "by": "", "assent": False, "written": False, "withdrawn": False},
    "risk": {"assessed": False, "days_old": -1, "favourable": False},
    "return_risk": {"assessed": False, "days_old": -1, "favourable": False},
}
ANSWERS = {
    "child": {"yes", "no", "uncertain"},
    "protection": {"none", "applicant", "refugee", "procedure"},
    "witness_protection": {"yes", "no"},
}
"""What can be said of a person where the rules ask whether anybody has said it; any other answer says nothing."""


def person_context(
    person: PersonFacts | None, statement: StatementFacts | None, transfer: TransferFacts, rules: RuleSet
) -> dict[str, Any]:
    """The person as the schema describes her, for this statement (`None`: for a question); `None` for nobody."""
    if person is None:
        return NOBODY
    return {
        # Nobody is a person of the category that stands for no person at all.
        "category": person.category if person.category != NOBODY["category"] else UNKNOWN,
        "protected": person.category not in rules.not_protected or person.role_conflict == "yes",
        **{key: said(getattr(person, key), known) for key, known in ANSWERS.items()},
        "may_be_child": may_be_child(person, rules),
        "origin_known": _is_known(person.origin, rules),
        "origin": sorted(rules.every_code_of(person.origin or ())),
        "reaches_origin": _may_reach(person.origin, transfer, rules),
        "passed_on_to_origin": _passed_on(person.origin, transfer.recipient, rules),
        "feared": sorted(person.feared),
        "reaches_feared": _may_reach(person.feared, transfer, rules),
        "sheltered": person.sheltered,
        "guardian": person.guardian,
        "best_interests": person.best_interests,
        "role_conflict": person.role_conflict,
        "public_role": person.public_role,
        "consent": _consent(person, statement, transfer, rules),
        "risk": _risk(person, transfer, rules),
        "return_risk": _return_risk(person, transfer, rules),
    }


def may_be_child(person: PersonFacts, rules: RuleSet) -> bool:
    """Whether somebody is a child or has to be taken for one, since nobody has said and the category presumes it."""
    answer = said(person.child, ANSWERS["child"])
    return answer in {"yes", "uncertain"} or (answer == UNKNOWN and person.category not in rules.not_presumed_child)


def _may_reach(countries: tuple[str, ...] | None, transfer: TransferFacts, rules: RuleSet) -> bool:
    """Whether one of these may learn of it. What is no country's code may be any country, none but the own at home."""
    states = states_of(transfer.recipient)
    unknown = not countries or not are_countries((*countries, *states))
    return not rules.states(countries or ()).isdisjoint(rules.states(states)) or (
        unknown and is_foreign(transfer.sender, transfer.recipient, rules)
    )


def _passed_on(countries: tuple[str, ...] | None, recipient: RecipientFacts, rules: RuleSet) -> bool:
    only = set(recipient.onward) - {recipient.country, *recipient.states}
    unknown = not countries or not are_countries((*countries, *only))
    further = rules.states(only) - rules.states((recipient.country, *recipient.states))
    return not further.isdisjoint(rules.states(countries or ())) or (unknown and bool(only))


def _consent(
    person: PersonFacts, statement: StatementFacts | None, transfer: TransferFacts, rules: RuleSet
) -> dict[str, Any]:
    """A question is covered by no consent, but a consent that was taken back speaks against it."""
    recipient = transfer.recipient
    counted = (
        counting(person.consents, may_be_child=may_be_child(person, rules), guardian=person.guardian)
        if rules.strict
        else person.consents
    )
    found = covering_consent(
        counted,
        statement,
        purpose=transfer.purpose,
        recipient=recipient.uid,
        today=transfer.now.date(),
        wary=rules.wary,
    )
    withdrawn = withdrawn_since(person.consents, statement, recipient=recipient, covering=found, wary=rules.wary)
    if found is None or statement is None:
        return {**NOBODY["consent"], "withdrawn": withdrawn}
    return {
        "given": True,
        "by": found.given_by,
        "assent": found.assent,
        "written": found.method == "written",
        "withdrawn": withdrawn,
    }


def _is_known(origin: Collection[str] | None, rules: RuleSet) -> bool:
    """Whether somebody has said it, and in a way that names states; rules of earlier formats took any word."""
    return origin is not None and len(origin) > 0 and (not rules.strict or are_countries(origin))


def _risk(person: PersonFacts, transfer: TransferFacts, rules: RuleSet) -> dict[str, Any]:
    """The newest assessment for each state of origin that would learn of it; where there are several, the worst.

    Where not every state of origin can be told, the recipient's is taken for one.
    """
    origin = person.origin or ()
    wanted = rules.states(states_of(transfer.recipient)) & rules.states(origin)
    if not wanted or not are_countries(origin):
        wanted |= rules.states((transfer.recipient.country,))
    return _worst(person, wanted, transfer, rules)


def _return_risk(person: PersonFacts, transfer: TransferFacts, rules: RuleSet) -> dict[str, Any]:
    """The same for each state to which she would return, wherever that is prepared: all of her origin."""
    origin = person.origin or ()
    # Where not every state of origin can be told, nobody has assessed them all.
    return _worst(person, rules.states(origin) if are_countries(origin) else set(), transfer, rules)


def _worst(person: PersonFacts, wanted: AbstractSet[str], transfer: TransferFacts, rules: RuleSet) -> dict[str, Any]:
    today = transfer.now.date()
    newest: dict[str, RiskFacts] = {}
    for risk in sorted(person.risks, key=lambda each: (each.assessed, not each.favourable)):
        newest |= dict.fromkeys(rules.states((risk.state,)) & wanted, risk)
    worst = max(newest.values(), key=lambda each: (not each.favourable, today - each.assessed), default=None)
    return {
        "assessed": bool(wanted) and set(newest) == wanted,
        "days_old": (today - worst.assessed).days if worst else -1,
        "favourable": bool(worst and worst.favourable),
    }
