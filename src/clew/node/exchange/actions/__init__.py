"""What people and the node do with letters. Each action checks, changes and records in one transaction."""

from clew.node.exchange.actions.announcing import announce, send_announcement
from clew.node.exchange.actions.cards import send_cards
from clew.node.exchange.actions.carrying import (
    give_transit_up,
    note_carried,
    note_failed_passing,
    note_passed_on,
    store_in_transit,
)
from clew.node.exchange.actions.checkpoints import answer_checkpoint, offer_checkpoints, settle_contradiction
from clew.node.exchange.actions.comparing import answer_privately, ask_privately
from clew.node.exchange.actions.consulting import read_copies, read_letter
from clew.node.exchange.actions.controlling import (
    accept_conditions,
    ask_status,
    decline_conditions,
    deny_consent,
    tell_status,
    withdraw_request,
    write_ordered,
)
from clew.node.exchange.actions.correcting import Telling, tell_holders
from clew.node.exchange.actions.delays import explain_delay
from clew.node.exchange.actions.dispatching import dispatch_decisions
from clew.node.exchange.actions.evidence import (
    Grades,
    announce_files,
    give_up_files,
    prepare_files,
    say_whom_it_shows,
    take_files,
)
from clew.node.exchange.actions.evidence_travel import (
    give_keys,
    note_different,
    note_missing,
    note_opened,
    note_parts,
    note_sealed,
    stop_files,
)
from clew.node.exchange.actions.helping import (
    TakenReferral,
    answer_referral_letter,
    end_referral,
    take_referral,
    tell_arrival,
)
from clew.node.exchange.actions.opening import open_envelopes
from clew.node.exchange.actions.postponing import postpone_answers
from clew.node.exchange.actions.recalling import answer_recall, recall_letter, recall_source, send_recalls
from clew.node.exchange.actions.receipts import record_receipts, sign_receipts
from clew.node.exchange.actions.restoring import hold_new, hold_restored, resume_letters, write_again
from clew.node.exchange.actions.resyncing import answer_resync, ask_resync, resend_letters
from clew.node.exchange.actions.retaining import ForgottenLetters, forget_letters
from clew.node.exchange.actions.sending import (
    NotNow,
    give_up,
    note_failed_attempt,
    retry_now,
    send_receipts,
)
from clew.node.exchange.actions.storing import Confirmed, note_attempt, store_envelopes, store_refused
from clew.node.exchange.actions.taking import (
    REFUSAL_CODES,
    NewCase,
    discard_rejected,
    refuse_letter,
    take_letter,
)

__all__ = [
    "REFUSAL_CODES",
    "Confirmed",
    "ForgottenLetters",
    "Grades",
    "NewCase",
    "NotNow",
    "TakenReferral",
    "Telling",
    "accept_conditions",
    "announce",
    "announce_files",
    "answer_checkpoint",
    "answer_privately",
    "answer_recall",
    "answer_referral_letter",
    "answer_resync",
    "ask_privately",
    "ask_resync",
    "ask_status",
    "decline_conditions",
    "deny_consent",
    "discard_rejected",
    "dispatch_decisions",
    "end_referral",
    "explain_delay",
    "forget_letters",
    "give_keys",
    "give_transit_up",
    "give_up",
    "give_up_files",
    "hold_new",
    "hold_restored",
    "note_attempt",
    "note_carried",
    "note_different",
    "note_failed_attempt",
    "note_failed_passing",
    "note_missing",
    "note_opened",
    "note_parts",
    "note_passed_on",
    "note_sealed",
    "offer_checkpoints",
    "open_envelopes",
    "postpone_answers",
    "prepare_files",
    "read_copies",
    "read_letter",
    "recall_letter",
    "recall_source",
    "record_receipts",
    "refuse_letter",
    "resend_letters",
    "resume_letters",
    "retry_now",
    "say_whom_it_shows",
    "send_announcement",
    "send_cards",
    "send_recalls",
    "send_receipts",
    "settle_contradiction",
    "sign_receipts",
    "stop_files",
    "store_envelopes",
    "store_in_transit",
    "store_refused",
    "take_files",
    "take_letter",
    "take_referral",
    "tell_arrival",
    "tell_holders",
    "tell_status",
    "withdraw_request",
    "write_again",
    "write_ordered",
]
