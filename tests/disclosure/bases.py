"""Permitted starting points for the rule tests: fictional letters that every loaded rule lets through."""

from __future__ import annotations

import copy
from typing import Any

NOW = "2026-11-24T09:00:00+00:00"


def statement(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A graded statement of the sender's own on a company, concerning nobody."""
    return {
        "id": number, "entity": 100, "schema": "Company", "prop": "name", "value": "Muster GmbH (fictional)",
        "original": None, "lang": None, "reliability": "B", "accuracy": 2, "nature": "fact", "handling": "H0",
        "handling_text": "", "owner": "at-police", "chain": [], "authorisations": [],
        "purpose": "criminal_investigation", "recorded": "2026-11-20", "retain_until": "2027-11-24", "seen_on": None,
        "field_class": "plain", "live": True, "restricted": False, "shelter": False, "needed": "", "minimum": "",
        "on_hold": False, "exculpatory": False, "compelled": False, "reveals_request": False, "joint": "",
        "concerns": [], "refers_to": None,
    } | changes  # fmt: skip


def person(number: int = 7, **changes: Any) -> dict[str, Any]:
    """An adult suspect of whom everything the rules ask has been recorded."""
    return {
        "id": number, "category": "suspect", "child": "no", "origin": ["at"], "protection": "none", "feared": [],
        "witness_protection": "no", "sheltered": "no", "guardian": "unknown", "best_interests": "unknown",
        "role_conflict": "no", "public_role": "no", "consents": [], "risks": [],
    } | changes  # fmt: skip


def consent(**changes: Any) -> dict[str, Any]:
    """Written consent of the person herself to tell the police of the situation."""
    return {
        "purpose": "referral", "recipient": "at-police", "items": ["plain"], "given_by": "self",
        "guardian_standing": "not_needed", "assent": False, "method": "written",
        "given": "2026-11-01", "expires": "2027-05-01", "withdrawn": False,
        "organisation": changes.get("recipient", "at-police"), "recorded_at": "2026-11-01T09:00:00+00:00",
        "withdrawn_at": None,
    } | changes  # fmt: skip


def authorisation(**changes: Any) -> dict[str, Any]:
    """Who gave a statement allows one recipient to read it."""
    return {"by": "fr-police", "recipient": "bg-police", "purpose": "", "evidence": False} | changes


def joint(**changes: Any) -> dict[str, Any]:
    """A joint-investigation agreement in force between sender and recipient."""
    return {
        "code": "JIT-1", "known": True, "in_period": True, "suspended": False, "sender_member": True,
        "recipient_member": True, "recipient_needs_basis": False, "recipient_has_basis": False,
        "purposes": ["criminal_investigation"], "outside_use": "no", "members": ["at-police", "bg-police"],
    } | changes  # fmt: skip


def question(**changes: Any) -> dict[str, Any]:
    """A question about an agency, which concerns nobody."""
    return {"ask": "", "entity": 100, "persons": []} | changes


def approval(role: str = "approver", officer: str = "bernd", *, granted: bool = True) -> dict[str, Any]:
    """Somebody's answer."""
    return {"role": role, "officer": officer, "granted": granted}


def _transfer(sender: tuple[str, str, str], recipient: tuple[str, str, str], **changes: Any) -> dict[str, Any]:
    return {
        "letter": "request", "purpose": "criminal_investigation", "necessity": "Only they can say.", "case": "AT-1",
        "use": "intelligence", "urgency": "routine-7d", "offence_codes": ["at_104a"], "immediate_danger": False,
        "danger": {"kind": "", "state": ""}, "authorisation_not_in_time": "", "legal_duty": "", "confidential": False,
        "to_accused": False, "provider_notified": False, "selectors": 1, "requester": "anna",
        "requester_flagged": False, "corrects": "", "correction_reason": "", "words_naming": [], "words_repeating": [],
        "log_writable": True, "evidence_approval": "", "pledge": "", "translations_complete": True,
        "sender": dict(zip(("uid", "country", "kind"), sender, strict=True)),
        "recipient": dict(zip(("uid", "country", "kind"), recipient, strict=True))
        | {"states": [recipient[1]], "onward": [], "competent": True, "adequacy": "", "confidentiality": "yes",
           "consular": False, "status": "active", "keys": "usable", "organisation": recipient[0]},
        "instrument": {"code": "X-1", "title": "Arrangement (fictional)", "kind": "police_arrangement",
                       "between_parties": True, "in_force": True, "enables": True, "safeguards": True,
                       "treaty": False, "dual_criminality": "may_decline", "fictional": True},
        "derogation": {"ground": "", "individual": False, "documented": False, "repeated": False,
                       "rights_override": False},
        "assessment": {"reference": "", "category": "", "made": None, "expires": None},
        "direct": {"strict_necessity": "", "rights_balanced": "", "authority_route_fails": "", "purpose_told": "",
                   "authority_not_informed": ""},
        "assurance": {"text": "", "issuer": "", "issued": None, "expires": None, "doubts_on_torture": False},
        "offence": {"nature": "ordinary", "discrimination": "none", "dual_criminality": "met"},
        "refusal": {"ground": "", "reason": "", "consulted": ""}, "jeopardy": {"state": "no", "review": None},
        "conditions_first": {"needed": False, "state": "none", "reference": ""},
        "reply": {"outcomes": [], "held_back": False, "neutral": True, "padded": True, "queued": True},
        "questions": [question()],
        "joint": [], "settings": {"risk_days": 30, "retention_years": 5, "selectors_second": 5, "selectors_refuse": 25,
                     "stale_days": 365},
        "rules_unsigned": [], "approvals": [], "now": NOW,
    } | changes  # fmt: skip


ASSURANCE = {
    "text": "No death penalty (fictional).", "issuer": "Office (fictional)", "issued": "2026-01-15",
    "expires": "2027-01-15", "doubts_on_torture": False,
}  # fmt: skip
PLEDGE = "Reciprocity (fictional)"
VIENNA = ("at-police", "at", "police")
SOFIA = ("bg-police", "bg", "police")
BEIJING = ("cn-police", "cn", "police")
SHELTER = ("at-ngo", "at", "ngo")
HOUSE = ("at-house", "at", "ngo")
CONSULATE = ("cn-consulate", "cn", "ministry")


def _suspect() -> dict[str, Any]:
    about = statement(entity=7, schema="Person", prop="name", value="Max Muster (fictional)",
                      field_class="identifying", concerns=[7])  # fmt: skip
    return {"transfer": _transfer(VIENNA, SOFIA), "statements": [about], "persons": [person()]}


def _agency() -> dict[str, Any]:
    transfer = _transfer(VIENNA, BEIJING, assurance=ASSURANCE, pledge=PLEDGE, approvals=[approval()])
    return {"transfer": transfer, "statements": [statement()], "persons": []}


def _referral() -> dict[str, Any]:
    situation = statement(schema="ExploitationSituation", prop="placeClass", value="massage_parlour", owner="at-ngo",
                          purpose="referral", concerns=[7])  # fmt: skip
    her = person(category="victim", origin=["cn"], consents=[consent()])
    return {
        "transfer": _transfer(SHELTER, VIENNA, letter="notify", purpose="referral"),
        "statements": [situation],
        "persons": [her],
    }


def _help() -> dict[str, Any]:
    """A shelter asks a house elsewhere in the country to take her in; she agreed to it."""
    needs = statement(schema="HelpNeeded", prop="needs", value="shelter", owner="at-ngo", purpose="referral",
                      concerns=[7])  # fmt: skip
    her = person(category="victim", origin=["cn"], consents=[consent(recipient="at-house", items=["contact"])])
    transfer = _transfer(SHELTER, HOUSE, letter="referral", purpose="referral", questions=[], selectors=0)
    return {"transfer": transfer, "statements": [needs], "persons": [her]}


def _reply() -> dict[str, Any]:
    """Sofia asked Vienna about a suspect, and is told."""
    plain = _suspect()
    reply = {"outcomes": ["provided"], "held_back": False, "neutral": True, "padded": True, "queued": True}
    plain["transfer"] |= {"letter": "reply", "questions": [], "selectors": 0, "reply": reply}
    return plain


def _warning() -> dict[str, Any]:
    """A suspect is on his way to Sofia to harm somebody there."""
    plain = _suspect()
    plain["transfer"] |= {"letter": "danger_warning", "purpose": "life_in_danger", "immediate_danger": True,
                          "danger": {"kind": "life", "state": "bg"}, "questions": [], "selectors": 0}  # fmt: skip
    plain["statements"][0] |= {"minimum": "It says who is coming.", "purpose": "life_in_danger"}
    return plain


def _consulate() -> dict[str, Any]:
    """She wants her consulate to make her a travel document."""
    travel = consent(purpose="nationality_verification", recipient="cn-consulate", items=["Person:gender"])
    her = person(category="victim", origin=["cn"], consents=[travel],
                 risks=[{"state": "cn", "assessed": "2026-11-10", "favourable": True}])  # fmt: skip
    about = statement(entity=7, schema="Person", prop="gender", value="female", owner="at-ngo", concerns=[7],
                      purpose="nationality_verification")  # fmt: skip
    transfer = _transfer(SHELTER, CONSULATE, purpose="nationality_verification", assurance=ASSURANCE, pledge=PLEDGE,
                         approvals=[approval()])  # fmt: skip
    return {"transfer": transfer, "statements": [about], "persons": [her]}


BASES = {
    "reply": _reply(),
    "warning": _warning(),
    "suspect": _suspect(),
    "agency": _agency(),
    "referral": _referral(),
    "help": _help(),
    "consulate": _consulate(),
}


def base(name: str) -> dict[str, Any]:
    """A fresh copy of a starting point."""
    return copy.deepcopy(BASES[name])


def put(plain: Any, path: str, value: Any) -> None:
    """Set what a dotted path names: `transfer.recipient.keys`, `persons.0.child`."""
    *way, last = path.split(".")
    for step in way:
        plain = plain[int(step)] if isinstance(plain, list) else plain[step]
    if isinstance(plain, list):
        plain[int(last)] = value
    else:
        if last not in plain:
            raise KeyError(path)
        plain[last] = value
