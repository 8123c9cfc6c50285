"""What people do on somebody's path: contact, screening, identification, referral, assistance, and what follows."""

from clew.node.referral.actions.caring import record_assistance, record_justice, record_residence
from clew.node.referral.actions.consulting import read_incoming, read_own_page, read_path, read_referral
from clew.node.referral.actions.deciding import (
    answer_entry,
    grant_reflection,
    record_best_interests,
    record_identification,
)
from clew.node.referral.actions.drafts import ReferralDraft
from clew.node.referral.actions.following import record_follow_up
from clew.node.referral.actions.incoming import (
    answer_incoming,
    note_end,
    record_incoming_arrival,
    take_incoming,
    void_expired,
)
from clew.node.referral.actions.letters import (
    LetterDraft,
    note_answer,
    note_arrival,
    note_letter,
    refer_by_letter,
)
from clew.node.referral.actions.paths import open_path, propose_closing, record_contact, reopen_path
from clew.node.referral.actions.referrals import (
    answer_referral,
    consents_ended,
    make_referral,
    person_erased,
    record_arrival,
    stop_referral,
    tell_of_service,
)
from clew.node.referral.actions.screenings import (
    ScreeningDraft,
    end_sign_off,
    record_screening,
    sign_off_indicators,
)
from clew.node.referral.actions.services import (
    ServiceDraft,
    end_service,
    read_address,
    register_service,
    set_places,
)
from clew.node.referral.entries import (
    AssistanceDraft,
    ClosingDraft,
    ContactDraft,
    FollowUpDraft,
    IdentificationDraft,
    InterestsDraft,
    JusticeDraft,
    ReflectionDraft,
    ResidenceDraft,
)

__all__ = [
    "AssistanceDraft",
    "ClosingDraft",
    "ContactDraft",
    "FollowUpDraft",
    "IdentificationDraft",
    "InterestsDraft",
    "JusticeDraft",
    "LetterDraft",
    "ReferralDraft",
    "ReflectionDraft",
    "ResidenceDraft",
    "ScreeningDraft",
    "ServiceDraft",
    "answer_entry",
    "answer_incoming",
    "answer_referral",
    "consents_ended",
    "end_service",
    "end_sign_off",
    "grant_reflection",
    "make_referral",
    "note_answer",
    "note_arrival",
    "note_end",
    "note_letter",
    "open_path",
    "person_erased",
    "propose_closing",
    "read_address",
    "read_incoming",
    "read_own_page",
    "read_path",
    "read_referral",
    "record_arrival",
    "record_assistance",
    "record_best_interests",
    "record_contact",
    "record_follow_up",
    "record_identification",
    "record_incoming_arrival",
    "record_justice",
    "record_residence",
    "record_screening",
    "refer_by_letter",
    "register_service",
    "reopen_path",
    "set_places",
    "sign_off_indicators",
    "stop_referral",
    "take_incoming",
    "tell_of_service",
    "void_expired",
]
