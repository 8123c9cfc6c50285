"""What people do about releases. Each action checks, changes and records in one transaction."""

from clew.node.disclosure.actions.approving import (
    approval_digest,
    approve,
    ask_for_approval,
    ask_for_team_member,
    refuse_approval,
)
from clew.node.disclosure.actions.comparing import draft_compared
from clew.node.disclosure.actions.consulting import read_decision
from clew.node.disclosure.actions.correcting import draft_correction
from clew.node.disclosure.actions.deciding import decide
from clew.node.disclosure.actions.drafting import (
    Answer,
    Derogation,
    Question,
    draft_release,
    revise_release,
    withdraw_release,
)
from clew.node.disclosure.actions.evidence import draft_evidence
from clew.node.disclosure.actions.granting import end_grant, record_grant
from clew.node.disclosure.actions.helping import draft_referral
from clew.node.disclosure.actions.marking import lift_mark, mark_digest, set_mark
from clew.node.disclosure.actions.offering import draft_offer
from clew.node.disclosure.actions.particular import draft_particular
from clew.node.disclosure.actions.registers import (
    record_assurance,
    record_authorisation,
    record_risk_assessment,
    record_safeguard,
)
from clew.node.disclosure.actions.retaining import Forgotten, forget_contents, remove_safeguard
from clew.node.disclosure.actions.signing import (
    mark_dispatched,
    register_letter_entities,
    sign,
    withhold_outdated,
)
from clew.node.disclosure.actions.simulating import run_simulations
from clew.node.disclosure.actions.stopping import stop_answers, stop_release
from clew.node.disclosure.actions.weighing import (
    answer_recognition,
    choose_coarser,
    read_sealed_reason,
    sealed_reason_digest,
)

__all__ = [
    "Answer",
    "Derogation",
    "Forgotten",
    "Question",
    "answer_recognition",
    "approval_digest",
    "approve",
    "ask_for_approval",
    "ask_for_team_member",
    "choose_coarser",
    "decide",
    "draft_compared",
    "draft_correction",
    "draft_evidence",
    "draft_offer",
    "draft_particular",
    "draft_referral",
    "draft_release",
    "end_grant",
    "forget_contents",
    "lift_mark",
    "mark_digest",
    "mark_dispatched",
    "read_decision",
    "read_sealed_reason",
    "record_assurance",
    "record_authorisation",
    "record_grant",
    "record_risk_assessment",
    "record_safeguard",
    "refuse_approval",
    "register_letter_entities",
    "remove_safeguard",
    "revise_release",
    "run_simulations",
    "sealed_reason_digest",
    "set_mark",
    "sign",
    "stop_answers",
    "stop_release",
    "withdraw_release",
    "withhold_outdated",
]
