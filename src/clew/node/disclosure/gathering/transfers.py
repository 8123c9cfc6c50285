"""The letter, its parties and its grounds as the rules see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from clew import vocabulary
from clew.disclosure.facts import (
    ApprovalFacts,
    ConditionsFirstFacts,
    DangerFacts,
    DerogationFacts,
    DirectTransferFacts,
    InstrumentFacts,
    JeopardyFacts,
    JointFacts,
    OffenceFacts,
    QuestionFacts,
    RefusalFacts,
    ReplyFacts,
    SenderFacts,
    SettingsFacts,
    TransferFacts,
)
from clew.disclosure.particulars import COMPARING, CORRECT, EVIDENCE
from clew.disclosure.ruleset import RuleSet
from clew.exchange.kinds.table import ENABLED_WITH
from clew.node.accounts.actions import Officer
from clew.node.disclosure.findings import Findings, findings_of
from clew.node.disclosure.gathering.assurances import Assurances
from clew.node.disclosure.gathering.recipients import recipient_facts
from clew.node.disclosure.gathering.registers import Registers
from clew.node.disclosure.gathering.statements import Chosen
from clew.node.disclosure.gathering.words import fields_held_back
from clew.node.disclosure.models import Approval, Assurance, Decision, Release
from clew.node.disclosure.particulars import particulars_of
from clew.node.discovery import offers
from clew.node.dossier import queries as dossier
from clew.node.partners import queries as partners
from clew.node.rulebook.queries import NodeSettings

TRAFFICKING = {"act", "means", "purpose"}
"""Parts of the offence of trafficking, which parties to the Palermo Protocol have all made an offence (its Art. 5)."""


def transfer_facts(
    release: Release,
    officer: Officer,
    rules: RuleSet,
    now: dt.datetime,
    approvals: Iterable[Approval],
    agreements: Collection[str],
    chosen: Chosen,
    registers: Registers,
) -> TransferFacts:
    """All that holds for the letter as a whole.

    Args:
        agreements: whose joint material it would carry. chosen: the chosen statements.
    """
    own, today = registers.own, now.date()
    sender = SenderFacts(own.uid, own.country.lower(), own.kind) if own else SenderFacts("", "", "")
    target, findings = release.post or release.recipient, findings_of(release.findings)
    kind = _kind(release, findings)
    assurances = Assurances(release, today)
    pledge = assurances.newest(Assurance.Kind.PLEDGE)
    to = registers.party(target)
    settings = registers.settings(to.country if to is not None else "", today, release.instrument)
    recipient = recipient_facts(
        target, release.via, agreements, own=sender.uid, now=now, settings=settings,
        confidentiality=assurances.confidentiality, registers=registers,
    )  # fmt: skip
    naming, repeating = fields_held_back(release, chosen, officer, sender, recipient, rules, registers, now)
    return TransferFacts(
        letter=kind, purpose=release.purpose, necessity=release.necessity, use=release.use, urgency=release.urgency,
        case=release.case.reference if release.case else "",
        offence_codes=tuple(release.offence_codes),
        immediate_danger=release.immediate_danger or bool(findings.danger),
        danger=DangerFacts(findings.danger, findings.danger_state.lower()),
        authorisation_not_in_time=findings.authorisation_not_in_time, legal_duty=release.legal_duty,
        confidential=findings.confidential, to_accused=findings.to_accused,
        provider_notified=findings.provider_notified,
        selectors=len(release.items) + len(particulars_of(release.particulars).asked),
        requester=str(release.requested_by_id or ""), requester_flagged=_flagged(release, registers),
        corrects=release.in_reply_to if release.kind == CORRECT else "",
        correction_reason=particulars_of(release.particulars).reason if release.kind == CORRECT else "",
        words_naming=naming, words_repeating=repeating,
        # The audit entry is written in the transaction of each act: where it cannot be, nothing is released at all.
        log_writable=True, evidence_approval=release.evidence_approval, pledge=pledge.text if pledge else "",
        translations_complete=_translations_complete(release, pledge, registers),
        sender=sender, recipient=recipient,
        instrument=_instrument(release, kind, rules, registers.between(sender.uid, target, today), settings),
        derogation=_derogation(release, now, settings.derogation_repeat_days),
        assessment=assurances.assessment, assurance=assurances.against_death_penalty_and_torture,
        direct=_direct(findings), offence=_offence(findings, release.offence_codes),
        refusal=RefusalFacts(findings.refusal_ground, findings.refusal_reason, findings.consulted),
        jeopardy=JeopardyFacts(findings.jeopardy or "unknown", findings.review),
        conditions_first=_conditions_first(release, findings), reply=_reply(release),
        questions=_questions(release, officer, registers), settings=_settings_facts(settings),
        joint=_joint(agreements, sender.uid, target, today, registers),
        # Which rules permit is known only once they were asked (`deriving.py`).
        rules_unsigned=(), now=now,
        approvals=tuple(ApprovalFacts(each.role, str(each.officer_id), each.granted) for each in approvals),
    )  # fmt: skip


def _kind(release: Release, findings: Findings) -> str:
    """What the rules call the letter. A file that is given unasked is judged as a fact that is, and so is an identifier
    of which nothing leaves but a point: who holds it too learns of it."""
    if release.kind == EVIDENCE or release.kind in COMPARING:
        return "notify"
    return "danger_warning" if release.kind == "notify" and findings.danger else release.kind


def _settings_facts(settings: NodeSettings) -> SettingsFacts:
    return SettingsFacts(
        settings.risk_days, settings.retention_years_initial, settings.request_limit_selectors,
        settings.request_limit_refuse, settings.stale_days,
    )  # fmt: skip


def _direct(findings: Findings) -> DirectTransferFacts:
    return DirectTransferFacts(
        findings.strict_necessity, findings.rights_balanced, findings.authority_route_fails, findings.purpose_told,
        findings.authority_not_informed,
    )  # fmt: skip


def _conditions_first(release: Release, findings: Findings) -> ConditionsFirstFacts:
    """What the recipient itself said by letter to an offer, else what an officer recorded of another way.

    An acceptance counts for a letter that carries every condition that was offered.
    """
    carried = set(particulars_of(release.particulars).conditions)
    # Where no letter is answered, none can have accepted anything.
    for accepted in offers("accepted_conditions") if release.in_reply_to else ():
        offered = accepted(letter=release.in_reply_to, recipient=release.recipient)
        if offered is not None and set(offered) <= carried:
            return ConditionsFirstFacts(True, "accepted", release.in_reply_to)
    state = findings.conditions_state or "none"
    return ConditionsFirstFacts(findings.conditions_first, state, findings.conditions_reference)


def _instrument(
    release: Release, kind: str, rules: RuleSet, answer: partners.InstrumentAnswer, settings: NodeSettings
) -> InstrumentFacts:
    in_force = {each.code: each for each in answer.in_force}
    expired = {each.instrument.code: each.instrument for each in answer.not_usable if each.code != "not-parties"}
    found = in_force.get(release.instrument) or expired.get(release.instrument)
    if found is None:
        return InstrumentFacts(
            release.instrument, "", "", between_parties=False, in_force=False, enables=False, safeguards=False,
            treaty=False, dual_criminality="mandatory", fictional=False,
        )  # fmt: skip
    return InstrumentFacts(
        code=found.code,
        title=found.title,
        kind=found.kind,
        between_parties=True,
        in_force=found.code in in_force,
        enables=any(found.allows(each, release.purpose) for each in {release.kind, kind, *ENABLED_WITH.get(kind, ())}),
        safeguards=found.kind in rules.binding_kinds,
        treaty=found.kind in rules.treaty_kinds,
        dual_criminality=settings.dual_criminality_required,
        fictional=found.fictional,
    )


def _translations_complete(release: Release, pledge: Assurance | None, registers: Registers) -> bool:
    instrument = registers.instrument(release.instrument)
    if instrument is None:
        return False
    present = {*release.languages, *(pledge.translations if pledge else ())}
    bases = {tag.split("-")[0].lower() for tag in present}
    return all(tag.split("-")[0].lower() in bases for tag in instrument.translations)


def _derogation(release: Release, now: dt.datetime, repeat_days: int) -> DerogationFacts:
    stored: Mapping[str, Any] = release.derogation
    if not stored:
        return DerogationFacts("", individual=False, documented=False, repeated=False, rights_override=False)
    earlier = Decision.objects.filter(
        state__in=[Decision.State.SIGNED, Decision.State.DISPATCHED],
        decided__gte=now - dt.timedelta(days=repeat_days),
        release__recipient=release.recipient,
        release__derogation__ground=stored["ground"],
    ).exclude(release=release)
    return DerogationFacts(
        stored["ground"], stored["individual"], stored["documented"], earlier.exists(), stored["rights_override"]
    )


def _offence(findings: Findings, codes: Collection[str]) -> OffenceFacts:
    """What the officer found; offences of trafficking alone are ordinary and, under the Protocol, known to both."""
    known = vocabulary.codelist("offences")
    trafficking = bool(codes) and all(code in known for code in codes)
    return OffenceFacts(
        nature=findings.nature or ("ordinary" if trafficking else "unknown"),
        discrimination=findings.discrimination or "unknown",
        dual_criminality=findings.dual_criminality or ("met" if trafficking else "unknown"),
    )


def _reply(release: Release) -> ReplyFacts:
    """The form in which this node sends every answer: the package's neutral item, a size class, a dispatch slot."""
    outcomes = tuple(each["outcome"] for each in release.answers)
    # What is held back is known only once the rules were asked (`deriving.py`).
    return ReplyFacts(outcomes, held_back=False, neutral=True, padded=True, queued=True)


def _flagged(release: Release, registers: Registers) -> bool:
    """Whether a legal adviser has flagged who asks."""
    return any(registers.flagged(uid) for uid in (release.recipient, release.post) if uid)


def _questions(release: Release, officer: Officer, registers: Registers) -> tuple[QuestionFacts, ...]:
    """The questions with whom they are about: the person asked about, or whom everything known of the thing concerns.

    A question about an item of a request is about what its sender named. One about all of it names nothing.

    A telephone of which all that is known concerns her is hers, and asking about it is asking about her. An agency of
    which she also spoke is not.
    """
    entities = {each["entity"] for each in release.items if each.get("entity") is not None}
    schemata = registers.schemata(entities)
    things = {each for each, schema in schemata.items() if not vocabulary.is_a(schema, "Person")}
    concerned = dossier.persons_always_concerned(officer=officer, entity_ids=things) if things else {}
    about_all = (each for each in particulars_of(release.particulars).asked if each.item is None)
    return (
        *(
            QuestionFacts(
                each.get("ask", ""), each.get("entity"), _asked_about(each.get("entity"), schemata, concerned)
            )
            for each in release.items
        ),
        *(QuestionFacts("", None, ()) for _each in about_all),
    )


def _asked_about(
    entity: int | None, schemata: Mapping[int, str], concerned: Mapping[int, frozenset[int]]
) -> tuple[int, ...] | None:
    if entity is None:
        return ()
    if entity not in schemata:
        return None
    if vocabulary.is_a(schemata[entity], "Person"):
        return (entity,)
    return tuple(sorted(concerned.get(entity, ())))


def _joint(
    agreements: Collection[str], own: str, target: str, on: dt.date, registers: Registers
) -> tuple[JointFacts, ...]:
    """How each agreement whose material is chosen stands between the two today."""
    standings = [registers.standing(code, own, target, on) for code in sorted(agreements)]
    return tuple(
        JointFacts(
            code=each.code,
            known=each.known,
            in_period=each.in_period,
            suspended=each.suspended,
            sender_member=each.sender_member,
            recipient_member=each.recipient_member,
            recipient_needs_basis=each.recipient_needs_basis,
            recipient_has_basis=each.recipient_has_basis,
            purposes=tuple(each.purposes),
            outside_use=each.outside_use,
            members=_members(registers.agreement(each.code, on)),
        )
        for each in standings
    )


def _members(found: partners.JointAgreementFacts | None) -> tuple[str, ...]:
    """Who is a member; nobody of an agreement that is not known."""
    return tuple(sorted(each.party for each in found.members)) if found is not None else ()
