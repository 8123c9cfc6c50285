"""What may stand in a file for the own organisation: the rules about a statement itself, not those about who reads it.

Nothing leaves the organisation, so that no instrument, no state and no second approval comes in. What a rule refuses or
leaves out whoever reads it stays out of the file, and a restriction of the source stands beside its value.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from clew.disclosure.decision import UNDECIDED, Decider, Verdict
from clew.disclosure.facts import (
    AssessmentFacts,
    AssuranceFacts,
    AuthorisationFacts,
    ConditionsFirstFacts,
    DangerFacts,
    DerogationFacts,
    DirectTransferFacts,
    Inputs,
    InstrumentFacts,
    JeopardyFacts,
    OffenceFacts,
    PersonFacts,
    RecipientFacts,
    RefusalFacts,
    ReplyFacts,
    SenderFacts,
    SettingsFacts,
    StatementFacts,
    TransferFacts,
)
from clew.disclosure.ruleset import Effect, RuleSet, shipped_rules

SPEAK = frozenset({"R00", "R04", "R18", "R19", "R29", "R30", "R31", "R32", "R33", "R34", "G5"})
"""The rules asked: codes nobody knows, what another gave, protected persons, children, grading, what was recalled,
retention, the log, the handling codes, shelters. A rule that this node added speaks as well: nobody here knows it."""


OF_LETTERS = frozenset({"R00a", "R00d", "R29d", "R31b"})
"""Policies of those rules that speak of letters alone: an export has purposes of its own, nobody approves it, and it
passes between no two organisations whose kinds would matter; nor does it answer for how fresh a letter's facts are."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """The answer for one statement: `policies` are why it is left out, `conditions` what stands beside its value."""

    statement: int
    verdict: str
    policies: tuple[str, ...]
    conditions: tuple[str, ...]

    @property
    def permitted(self) -> bool:
        """Whether it may stand in the file."""
        return self.verdict == Verdict.PERMIT


def own_use(inputs: Inputs, rules: RuleSet) -> tuple[Ruled, ...]:
    """The answer for each statement, in their order. A question that the engine cannot answer leaves it out."""
    decider = Decider(inputs, rules)
    return tuple(_ruled(decider, each, rules) for each in inputs.statements)


def inputs_within(
    organisation: SenderFacts,
    statements: tuple[StatementFacts, ...],
    persons: tuple[PersonFacts, ...],
    *,
    purpose: str,
    requester: str,
    now: dt.datetime,
) -> Inputs:
    """The question of an export: from the organisation to itself. Whoever gave it a statement gave it to all of it."""
    country = organisation.country
    recipient = RecipientFacts(
        organisation.uid, country, organisation.kind, (country,), (), competent=True, adequacy="",
        confidentiality="yes", consular=False, status="active", keys="usable",
        organisation=organisation.uid,
    )  # fmt: skip
    given = tuple(replace(each, authorisations=_given_to(organisation, each, purpose)) for each in statements)
    return Inputs(_transfer(organisation, recipient, purpose, requester, now), given, persons)


def _given_to(organisation: SenderFacts, each: StatementFacts, purpose: str) -> tuple[AuthorisationFacts, ...]:
    hands = dict.fromkeys((*each.chain, each.owner))
    return tuple(AuthorisationFacts(by, organisation.uid, purpose, evidence=False) for by in hands)


def _transfer(
    organisation: SenderFacts, recipient: RecipientFacts, purpose: str, requester: str, now: dt.datetime
) -> TransferFacts:
    """Claims nothing that a letter could claim: no instrument, derogation, assurance, danger or approval."""
    return TransferFacts(
        letter="notify", purpose=purpose, necessity="", case="", use="intelligence", urgency="", offence_codes=(),
        immediate_danger=False, danger=DangerFacts("", ""), authorisation_not_in_time="", legal_duty="",
        confidential=False, to_accused=False, provider_notified=False, selectors=0,
        requester=requester, requester_flagged=False, corrects="",
        correction_reason="", words_naming=(), words_repeating=(),
        # An export is written and recorded in one transaction: where the log cannot be written, there is none.
        log_writable=True,
        evidence_approval="", pledge="", translations_complete=False, sender=organisation, recipient=recipient,
        instrument=InstrumentFacts("", "", "", between_parties=False, in_force=False, enables=False, safeguards=False,
                                   treaty=False, dual_criminality="mandatory", fictional=False),
        derogation=DerogationFacts("", individual=False, documented=False, repeated=False, rights_override=False),
        assessment=AssessmentFacts("", "", None, None), direct=DirectTransferFacts("", "", "", "", ""),
        assurance=AssuranceFacts("", "", None, None, doubts_on_torture=False),
        offence=OffenceFacts("unknown", "unknown", "unknown"), refusal=RefusalFacts("", "", ""),
        jeopardy=JeopardyFacts("unknown", None),
        conditions_first=ConditionsFirstFacts(needed=False, state="none", reference=""),
        reply=ReplyFacts((), held_back=False, neutral=False, padded=False, queued=False), questions=(), joint=(),
        settings=SettingsFacts(0, 0, 0, 0, 0), rules_unsigned=(), approvals=(), now=now,
    )  # fmt: skip


def _ruled(decider: Decider, statement: StatementFacts, rules: RuleSet) -> Ruled:
    against: dict[str, Verdict] = {}
    for reason in decider.statement(statement).reasons:
        if reason.policy == UNDECIDED:
            against[UNDECIDED] = Verdict.REFUSE
        elif _speaks(reason.policy, rules) and reason.effect in (Effect.REFUSE, Effect.REDACT):
            against[reason.policy] = Verdict.REFUSE if reason.effect == Effect.REFUSE else Verdict.REDACT
    if against:
        verdict = Verdict.REFUSE if Verdict.REFUSE in against.values() else Verdict.REDACT
        telling = sorted(against, key=lambda policy: (against[policy] is not Verdict.REFUSE, policy))
        return Ruled(statement.id, verdict, tuple(telling), ())
    answers = [decider.engine.ask("condition", context) for context in decider.questions(statement)]
    if any(answer.error for answer in answers):
        return Ruled(statement.id, Verdict.REFUSE, (UNDECIDED,), ())
    found = {policy for answer in answers for policy in answer.policies if _speaks(policy, rules)}
    return Ruled(statement.id, Verdict.PERMIT, (), tuple(sorted(found)))


def _speaks(policy: str, rules: RuleSet) -> bool:
    if policy not in rules.policies or policy in OF_LETTERS:
        return False
    rule = rules.policies[policy].rule
    return rule in SPEAK or rule not in shipped_rules().rules
