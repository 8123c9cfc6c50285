"""A transfer as the rules see it: the letter, who would read it, what makes it lawful, what was found about it."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from clew.disclosure.approvals import counted_roles
from clew.disclosure.context.strictness import STRICTEST, are_countries, bounded, said
from clew.disclosure.facts import RecipientFacts, SenderFacts, TransferFacts
from clew.disclosure.ruleset import RuleSet

OUTCOMES = {"provided", "partly", "no-information", "refused", "postponed"}
"""What an item of an answer can be answered with."""
DANGERS = {"life", "freedom", "physical_integrity"}
OF_STATEMENTS = {"retention_years", "stale_days"}
"""Settings that the rules see only in what follows from them for a statement."""
INTERVIEW = "interview"
"""The code of a question that asks for a person to be heard."""


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
        "authorisation_not_in_time": bool(transfer.authorisation_not_in_time.strip()),
        "legal_duty": bool(transfer.legal_duty.strip()),
        "confidential": transfer.confidential,
        "to_accused": transfer.to_accused,
        "provider_notified": transfer.provider_notified,
        "selectors": max(transfer.selectors, len(questions)),
        "questions_specific": _are_specific(transfer, rules),
        "asks_interview": any(each.ask == INTERVIEW for each in questions),
        "requester_flagged": transfer.requester_flagged,
        "correction_named": bool(transfer.corrects.strip() and transfer.correction_reason.strip()),
        "human_requester": bool(transfer.requester.strip()),
        "log_writable": transfer.log_writable,
        "words_name_protected": bool(transfer.words_naming),
        "words_repeat_received": bool(transfer.words_repeating),
        "evidence_approved": bool(transfer.evidence_approval.strip()),
        "pledge": bool(transfer.pledge.strip()),
        "translations_complete": transfer.translations_complete,
        "sender": {"uid": transfer.sender.uid, "country": transfer.sender.country, "kind": transfer.sender.kind},
        "recipient": _recipient(transfer, rules),
        **_grounds(transfer),
        **_human_findings(transfer, rules),
        "settings": {key: bounded(key, transfer.settings) for key in STRICTEST if key not in OF_STATEMENTS},
        "rules_signed": not set(transfer.rules_unsigned),
        "approvals": sorted(counted_roles(transfer.approvals, transfer.requester)),
        "uncovered": sorted(_codes(transfer) - rules.covered),
    }


def _are_specific(transfer: TransferFacts, rules: RuleSet) -> bool:
    """Whether each question names an entity; a request that asks nothing in particular names none."""
    asks_nothing = transfer.letter == "request" and not transfer.questions
    return all(each.entity is not None for each in transfer.questions) and not (rules.strict and asks_nothing)


def _codes(transfer: TransferFacts) -> set[str]:
    codes = {f"letter:{transfer.letter}", f"purpose:{transfer.purpose}"}
    return codes | ({f"refusal:{transfer.refusal.ground}"} if transfer.refusal.ground else set())


def states_of(recipient: RecipientFacts) -> list[str]:
    """Every state that would learn of it: the recipient's, its seat's, those on the way, those it passes on to."""
    return sorted({recipient.country, *recipient.states, *recipient.onward})


def is_foreign(sender: SenderFacts, recipient: RecipientFacts, rules: RuleSet) -> bool:
    """Whether another state than the sender's would learn of it, or one that nobody knows."""
    states, own = states_of(recipient), sender.country
    return any(state != own for state in states) or (rules.strict and not are_countries((own, *states)))


def _recipient(transfer: TransferFacts, rules: RuleSet) -> dict[str, Any]:
    recipient = transfer.recipient
    states = states_of(recipient)
    return {
        "uid": recipient.uid,
        "country": recipient.country,
        "kind": recipient.kind,
        "states": states,
        "onward": sorted(recipient.onward),
        "foreign": is_foreign(transfer.sender, transfer.recipient, rules),
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
            "dual_criminality": said(
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


def _human_findings(transfer: TransferFacts, rules: RuleSet) -> dict[str, Any]:
    """What named humans found about the request, and how an answer would leave."""
    reply, first = transfer.reply, transfer.conditions_first
    return {
        "offence": {
            "nature": transfer.offence.nature,
            "discrimination": transfer.offence.discrimination,
            "dual_criminality": said(transfer.offence.dual_criminality, {"met", "not_met"}),
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
            "no_information": "no-information" in reply.outcomes or (rules.wary and not _is_said(reply.outcomes)),
            "held_back": reply.held_back,
            "refused": "refused" in reply.outcomes,
            "uniform": reply.neutral and reply.padded and reply.queued,
        },
    }


def _is_said(outcomes: Collection[str]) -> bool:
    """Whether it is known what an answer gives: of what nobody said, or in no known word, it may be nothing."""
    return bool(outcomes) and OUTCOMES.issuperset(outcomes)


def _danger(transfer: TransferFacts) -> dict[str, bool]:
    danger = transfer.danger
    return {
        "imminent": transfer.immediate_danger and danger.kind in DANGERS and bool(danger.state),
        "in_recipient_state": danger.state in {transfer.recipient.country, *transfer.recipient.states},
    }


def _in_time(begin: dt.date | None, end: dt.date | None, today: dt.date) -> bool:
    return begin is not None and end is not None and begin <= today < end
