"""What legal advisers and data-protection officers do: judge patterns, answer remedies, review what is kept."""

from clew.node.oversight.actions.patterns import note_pattern
from clew.node.oversight.actions.registers import export_log, export_register
from clew.node.oversight.actions.remedies import (
    RemedyDraft,
    answer_remedy,
    consult_disclosures,
    extend_remedy,
    judge_disclosure,
    look_up_person,
    open_remedy_request,
)
from clew.node.oversight.actions.retention import (
    confirm_deletion,
    delete_and_prove,
    delete_overdue,
    mark_overdue,
    prolong,
)
from clew.node.oversight.handing_out import Recipient

__all__ = [
    "Recipient",
    "RemedyDraft",
    "answer_remedy",
    "confirm_deletion",
    "consult_disclosures",
    "delete_and_prove",
    "delete_overdue",
    "export_log",
    "export_register",
    "extend_remedy",
    "judge_disclosure",
    "look_up_person",
    "mark_overdue",
    "note_pattern",
    "open_remedy_request",
    "prolong",
]
