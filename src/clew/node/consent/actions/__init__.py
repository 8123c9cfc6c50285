"""Recording what a person agreed to and refused, that she took it back, and who answers for a child."""

from clew.node.consent.actions.consulting import PersonRead, read_person
from clew.node.consent.actions.deleting import delete_consent
from clew.node.consent.actions.drafts import Answer, Circumstances, ConsentDraft, longest_days
from clew.node.consent.actions.guardians import (
    GuardianDraft,
    Stopped,
    end_guardian,
    record_guardian,
    record_guardian_conflict,
)
from clew.node.consent.actions.recording import Recorded, record_answers, record_consent
from clew.node.consent.actions.withdrawing import Withdrawal, withdraw_consent, withdraw_consents

__all__ = [
    "Answer",
    "Circumstances",
    "ConsentDraft",
    "GuardianDraft",
    "PersonRead",
    "Recorded",
    "Stopped",
    "Withdrawal",
    "delete_consent",
    "end_guardian",
    "longest_days",
    "read_person",
    "record_answers",
    "record_consent",
    "record_guardian",
    "record_guardian_conflict",
    "withdraw_consent",
    "withdraw_consents",
]
