"""From facts to what a rule sees. Only derivations that are no judgement: days between dates, membership, equality.

Whatever cannot be derived is left as what nobody has said; it never becomes the more permissive value.
"""

import datetime as dt
from typing import Any

from clew.disclosure.approvals import counted_roles
from clew.disclosure.consents import covering_consent, withdrawn_since
from clew.disclosure.facts import (
    JointFacts,
    PersonFacts,
    RecipientFacts,
    SettingsFacts,
    StatementFacts,
    TransferFacts,
)
from clew.disclosure.ruleset import RuleSet

UNKNOWN = "unknown"
NOBODY: dict[str, Any] = {
    "category": "none",
    "child": "no",
    "origin_known": True,
    "origin": [],
    "protection": "none",
    "feared": [],
    "witness_protection": "no",
    "sheltered": "no",
    "guardian": "good",
    "best_interests": "yes",
    "role_conflict": "no",
    "public_role": "no",
    "consent": {"given": False, "by": "", "assent": False, "written": False, "withdrawn": False},
    "risk": {"assessed": False, "days_old": -1, "favourable": False},
}
ANSWERS = {
    "child": {"yes", "no", "uncertain"},
    "protection": {"none", "applicant", "refugee", "procedure"},
    "witness_protection": {"yes", "no"},
}
"""What can be said of a person where the rules ask whether anybody has said it; any other answer says nothing."""
DANGERS = {"life", "freedom", "physical_integrity"}
INTERVIEW = "interview"
"""The code of a question that asks for a person to be heard."""
STRICTEST = {"risk_days": (0, 90), "retention_years": (0, 5), "selectors_second": (0, 50), "selectors_refuse": (0, 200)}
"""The bounds of each setting, the strictest value first: what lies outside counts as the strictest."""


def transfer_context(transfer: TransferFacts, rules: RuleSet) -> dict[str, Any]:
    """The transfer as the schema describes it."""
    questions = transfer.questions
    return {
        "letter": transfer.letter,
        "purpose": transfer.purpose,
        "necessity_stated": bool(transfer.necessity.strip()),
        "case_named": bool(transfer.case.strip()),
        "use": transfer.use,
        "immediate_danger": transfer.immediate_danger,
        "danger": _danger(transfer),
        "legal_duty": bool(transfer.legal_duty.strip()),
        "confidential": transfer.confidential,
        "to_accused": transfer.to_accused,
        "provider_notified": transfer.provider_notified,
        "selectors": max(transfer.selectors, len(questions)),
        "questions_specific": all(each.entity is not None for each in questions),
        "asks_interview": any(each.ask == INTERVIEW for each in questions),
        "requester_flagged": transfer.requester_flagged,
        "correction_named": bool(transfer.corrects.strip() and transfer.correction_reason.strip()),
        "human_requester": bool(transfer.requester.strip()),
        "log_writable": transfer.log_writable,
        "words_name_protected": bool(transfer.words_naming),
        "evidence_approved": bool(transfer.evidence_approval.strip()),
        "pledge": bool(transfer.pledge.strip()),
        "translations_complete": transfer.translations_complete,
        "sender": {"uid": transfer.sender.uid, "country": transfer.sender.country, "kind": transfer.sender.kind},
        "recipient": _recipient(transfer, rules),
        **_grounds(transfer),
        **_human_findings(transfer),
        "settings": {key: _bounded(key, transfer.settings) for key in STRICTEST if key != "retention_years"},
        "rules_signed": not set(transfer.rules_unsigned),
        "approvals": sorted(counted_roles(transfer.approvals, transfer.requester)),
        "uncovered": sorted(_codes(transfer) - rules.covered),
    }


def _codes(transfer: TransferFacts) -> set[str]:
    codes = {f"letter:{transfer.letter}", f"purpose:{transfer.purpose}"}
    return codes | ({f"refusal:{transfer.refusal.ground}"} if transfer.refusal.ground else set())


def states_of(recipient: RecipientFacts) -> list[str]:
    """Every state that would learn of it: the recipient's, its seat's, those on the way, those it passes on to."""
    return sorted({recipient.country, *recipient.states, *recipient.onward})


def _recipient(transfer: TransferFacts, rules: RuleSet) -> dict[str, Any]:
    recipient = transfer.recipient
    states = states_of(recipient)
    return {
        "uid": recipient.uid,
        "country": recipient.country,
        "kind": recipient.kind,
        "states": states,
        "onward": sorted(recipient.onward),
        "foreign": any(state != transfer.sender.country for state in states),
        "competent": recipient.competent,
        "adequate": bool(recipient.adequacy.strip()),
        "confidentiality": recipient.confidentiality,
        "consular": recipient.consular,
        "status": recipient.status,
        "keys": recipient.keys,
        "penalties_excluded": rules.penalties_excluded.issuperset(states),
    }


def _grounds(transfer: TransferFacts) -> dict[str, Any]:
    """What may make the transfer lawful."""
    instrument, derogation, direct = transfer.instrument, transfer.derogation, transfer.direct
    assessment, today = transfer.assessment, transfer.now.date()
    grounds = (direct.strict_necessity, direct.rights_balanced, direct.authority_route_fails, direct.purpose_told)
    return {
        "instrument": {
            "code": instrument.code,
            "kind": instrument.kind,
            "between_parties": instrument.between_parties,
            "in_force": instrument.in_force,
            "enables": instrument.enables,
            "safeguards": instrument.safeguards,
            "treaty": instrument.treaty,
            "dual_criminality": _said(
                instrument.dual_criminality, {"not_required", "may_decline"}, otherwise="mandatory"
            ),
        },
        "derogation": {
            "ground": derogation.ground,
            "individual": derogation.individual,
            "documented": derogation.documented,
            "repeated": derogation.repeated,
            "rights_override": derogation.rights_override,
        },
        "assessment": {
            "given": bool(assessment.reference.strip() and assessment.category.strip()),
            "in_time": _in_time(assessment.made, assessment.expires, today),
        },
        "direct": {
            "grounds_documented": all(each.strip() for each in grounds),
            "authority_informed": not direct.authority_not_informed.strip(),
        },
        "assurance": {
            "given": bool(transfer.assurance.text.strip() and transfer.assurance.issuer.strip()),
            "in_time": _in_time(transfer.assurance.issued, transfer.assurance.expires, today),
            "doubts_on_torture": transfer.assurance.doubts_on_torture,
        },
    }


def _human_findings(transfer: TransferFacts) -> dict[str, Any]:
    """What named humans found about the request, and how an answer would leave."""
    reply, first = transfer.reply, transfer.conditions_first
    return {
        "offence": {
            "nature": transfer.offence.nature,
            "discrimination": transfer.offence.discrimination,
            "dual_criminality": _said(transfer.offence.dual_criminality, {"met", "not_met"}),
        },
        "refusal": {
            "ground": transfer.refusal.ground,
            "reason_stated": bool(transfer.refusal.reason.strip()),
            "consulted": bool(transfer.refusal.consulted.strip()),
        },
        "jeopardy": {"state": transfer.jeopardy.state, "review_stated": transfer.jeopardy.review is not None},
        "conditions_first": {
            "needed": first.needed,
            "state": first.state,
            "recorded": bool(first.reference.strip()),
        },
        "reply": {
            "no_information": "no-information" in reply.outcomes,
            "refused": "refused" in reply.outcomes,
            "uniform": reply.neutral and reply.padded and reply.queued,
        },
    }


def _danger(transfer: TransferFacts) -> dict[str, bool]:
    danger = transfer.danger
    return {
        "imminent": transfer.immediate_danger and danger.kind in DANGERS and bool(danger.state),
        "in_recipient_state": danger.state in {transfer.recipient.country, *transfer.recipient.states},
    }


def _in_time(begin: dt.date | None, end: dt.date | None, today: dt.date) -> bool:
    return begin is not None and end is not None and begin <= today < end


def _bounded(key: str, settings: SettingsFacts) -> int:
    strictest, largest = STRICTEST[key]
    value: int = getattr(settings, key)
    return value if value in range(strictest, largest + 1) else strictest


def _said(answer: str, known: set[str], *, otherwise: str = UNKNOWN) -> str:
    return answer if answer in known else otherwise


def statement_context(
    statement: StatementFacts, transfer: TransferFacts, category: str, rules: RuleSet
) -> dict[str, Any]:
    """The statement as the schema describes it, seen with one person it concerns (of that category)."""
    today = transfer.now.date()
    codes = {f"handling:{statement.handling}", f"class:{statement.field_class}"}
    if category not in {"unknown", ""}:
        codes.add(f"category:{category}")
    return {
        "handling": statement.handling,
        "handling_text": bool(statement.handling_text.strip()),
        "received": statement.owner != transfer.sender.uid or bool(statement.chain),
        "to_owner": statement.owner == transfer.recipient.uid and bool(statement.owner),
        **_authorised(statement, transfer),
        "purpose": statement.purpose,
        "reliability": statement.reliability,
        "accuracy": statement.accuracy,
        "nature": statement.nature,
        "retention_open": statement.retain_until is not None and statement.retain_until >= today,
        "retention_within": _retention_within(statement, transfer.settings),
        "class": statement.field_class,
        "live": statement.live,
        "restricted": statement.restricted,
        "shelter": statement.shelter,
        "strictly_needed": bool(statement.needed.strip()),
        "minimum": bool(statement.minimum.strip()),
        "minimal_identity": f"{statement.schema}:{statement.prop}" in rules.minimal_identity,
        "on_hold": statement.on_hold,
        "exculpatory_to_accused": statement.exculpatory and transfer.to_accused,
        "compelled": statement.compelled,
        "reveals_request": statement.reveals_request,
        "joint": _joint(statement.joint, transfer),
        "about_person": category != "none",
        "uncovered": sorted(codes - rules.covered),
    }


def _authorised(statement: StatementFacts, transfer: TransferFacts) -> dict[str, bool]:
    """Whether everyone it passed through, but the recipient, allows this recipient: for this purpose, and as evidence.

    An authorisation that names no purpose allows the purpose for which the statement was given, and no other.
    """
    recipient = transfer.recipient.uid
    asked = {statement.owner, *statement.chain} - {recipient, transfer.sender.uid}
    given = [
        each
        for each in statement.authorisations
        if recipient and each.recipient == recipient and (each.purpose or statement.purpose) == transfer.purpose
    ]
    return {
        "owner_consents": bool(asked) and "" not in asked and asked <= {each.by for each in given},
        "evidence_consented": bool(asked) and "" not in asked and asked <= {each.by for each in given if each.evidence},
    }


def _retention_within(statement: StatementFacts, settings: SettingsFacts) -> bool:
    latest = _years_later(statement.recorded, _bounded("retention_years", settings))
    return statement.retain_until is not None and statement.retain_until <= latest


def _years_later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _joint(code: str, transfer: TransferFacts) -> dict[str, Any]:
    if not code:
        return {"material": False, "in_force": False, "within": False, "outside_use": "no", "basis_missing": False}
    found = next((each for each in transfer.joint if each.code == code and each.known), None)
    if found is None:
        return {"material": True, "in_force": False, "within": False, "outside_use": "unknown", "basis_missing": False}
    return {
        "material": True,
        "in_force": found.in_period and not found.suspended,
        "within": _within(found, transfer.purpose),
        "outside_use": found.outside_use,
        "basis_missing": found.recipient_needs_basis and not found.recipient_has_basis,
    }


def _within(joint: JointFacts, purpose: str) -> bool:
    return joint.sender_member and joint.recipient_member and purpose in joint.purposes


def person_context(
    person: PersonFacts | None, statement: StatementFacts | None, transfer: TransferFacts
) -> dict[str, Any]:
    """The person as the schema describes her, for this statement (`None`: for a question); `None` for nobody."""
    if person is None:
        return NOBODY
    return {
        # Nobody is a person of the category that stands for no person at all.
        "category": person.category if person.category != NOBODY["category"] else UNKNOWN,
        **{key: _said(getattr(person, key), known) for key, known in ANSWERS.items()},
        "origin_known": bool(person.origin),
        "origin": sorted(person.origin or ()),
        "feared": sorted(person.feared),
        "sheltered": person.sheltered,
        "guardian": person.guardian,
        "best_interests": person.best_interests,
        "role_conflict": person.role_conflict,
        "public_role": person.public_role,
        "consent": _consent(person, statement, transfer),
        "risk": _risk(person, transfer),
    }


def _consent(person: PersonFacts, statement: StatementFacts | None, transfer: TransferFacts) -> dict[str, Any]:
    """A question is covered by no consent, but a consent that was taken back speaks against it."""
    recipient = transfer.recipient.uid
    found = covering_consent(
        person.consents, statement, purpose=transfer.purpose, recipient=recipient, today=transfer.now.date()
    )
    withdrawn = withdrawn_since(person.consents, statement, recipient=recipient, covering=found)
    if found is None or statement is None:
        return {**NOBODY["consent"], "withdrawn": withdrawn}
    return {
        "given": True,
        "by": found.given_by,
        "assent": found.assent,
        "written": found.method == "written",
        "withdrawn": withdrawn,
    }


def _risk(person: PersonFacts, transfer: TransferFacts) -> dict[str, Any]:
    """The newest assessment for each state of origin that would learn of it; where there are several, the worst."""
    today = transfer.now.date()
    wanted = set(states_of(transfer.recipient)) & set(person.origin or ()) or {transfer.recipient.country}
    newest = {
        risk.state: risk
        for risk in sorted(person.risks, key=lambda each: (each.assessed, not each.favourable))
        if risk.state in wanted
    }
    worst = max(newest.values(), key=lambda each: (not each.favourable, today - each.assessed), default=None)
    return {
        "assessed": set(newest) == wanted,
        "days_old": (today - worst.assessed).days if worst else -1,
        "favourable": bool(worst and worst.favourable),
    }
