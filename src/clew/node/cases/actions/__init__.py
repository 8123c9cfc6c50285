"""What people do with cases. Each action checks, changes and records in one transaction."""

from clew.node.cases.actions.clocks import end_letter_clock, follow_letter_clock
from clew.node.cases.actions.documents import (
    DocumentContent,
    add_document,
    read_document,
    receive_file,
    seal_document,
    sweep_documents,
    take_in_document,
    too_large,
)
from clew.node.cases.actions.links import link_entities, link_entity, link_reference, note, record_event, unlink_entity
from clew.node.cases.actions.retaining import RemovedDocument, blank_words, delete_document
from clew.node.cases.actions.tasks import (
    add_deadline,
    add_task,
    assign_task,
    finish_task,
    finish_tasks_at,
    meet_deadline,
    meet_deadlines_of_letters,
    reopen_task,
)
from clew.node.cases.actions.team import add_to_team, remove_from_team
from clew.node.cases.actions.work_file import close_case, open_case, rename_case, reopen_case
from clew.node.cases.asked import Asked, Code
from clew.node.cases.models import APPROVAL_ASKED

__all__ = [
    "APPROVAL_ASKED",
    "Asked",
    "Code",
    "DocumentContent",
    "RemovedDocument",
    "add_deadline",
    "add_document",
    "add_task",
    "add_to_team",
    "assign_task",
    "blank_words",
    "close_case",
    "delete_document",
    "end_letter_clock",
    "finish_task",
    "finish_tasks_at",
    "follow_letter_clock",
    "link_entities",
    "link_entity",
    "link_reference",
    "meet_deadline",
    "meet_deadlines_of_letters",
    "note",
    "open_case",
    "read_document",
    "receive_file",
    "record_event",
    "remove_from_team",
    "rename_case",
    "reopen_case",
    "reopen_task",
    "seal_document",
    "sweep_documents",
    "take_in_document",
    "too_large",
    "unlink_entity",
]
