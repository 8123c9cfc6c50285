"""What may be seen of cases; every query shows only what the officer's compartments hold."""

from clew.node.cases.models import Case, Document
from clew.node.cases.queries.case_page import (
    CaseEntityView,
    CaseView,
    TimelinePage,
    case,
    case_head,
    documents_seen,
    documents_with_content,
    entities_of_case,
    entity_ids_of_case,
    sections_of_case,
    team_candidates,
    team_of,
    timeline,
)
from clew.node.cases.queries.custody_log import CustodyView, custody
from clew.node.cases.queries.lists import (
    CaseFilter,
    CasePage,
    case_list,
    case_of_compartment,
    cases_of_entity,
    stored_files,
    task_of,
    tasks_of,
)
from clew.node.cases.queries.retention import document_added, documents_added, is_worked_on
from clew.node.cases.queries.top_floor import desk_items, running_deadlines, search_hits

__all__ = [
    "Case",
    "CaseEntityView",
    "CaseFilter",
    "CasePage",
    "CaseView",
    "CustodyView",
    "Document",
    "TimelinePage",
    "case",
    "case_head",
    "case_list",
    "case_of_compartment",
    "cases_of_entity",
    "custody",
    "desk_items",
    "document_added",
    "documents_added",
    "documents_seen",
    "documents_with_content",
    "entities_of_case",
    "entity_ids_of_case",
    "is_worked_on",
    "running_deadlines",
    "search_hits",
    "sections_of_case",
    "stored_files",
    "task_of",
    "tasks_of",
    "team_candidates",
    "team_of",
    "timeline",
]
