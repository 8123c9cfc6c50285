"""What may be seen of letters; every query shows only what the officer's cases and roles hold."""

from clew.node.exchange.helping import NO_HELP
from clew.node.exchange.offering import accepted_conditions
from clew.node.exchange.queries.announced import announcements
from clew.node.exchange.queries.arrivals import clock_of_letter
from clew.node.exchange.queries.clocks import MOST_CLOCKS, item_outcomes, request_clocks
from clew.node.exchange.queries.comparing import compared
from clew.node.exchange.queries.condition import health_findings
from clew.node.exchange.queries.correspondence import (
    LetterLine,
    ThreadLine,
    ThreadPage,
    letter_line,
    quarantine,
    thread,
    threads,
    threads_of_case,
)
from clew.node.exchange.queries.evidence import (
    TransferPage,
    document_lines,
    stored_files,
    transfer_page,
    transfers_under_way,
)
from clew.node.exchange.queries.exhibits import HandedOn, SaidOfDocument, said_of_documents
from clew.node.exchange.queries.figures import metric_families
from clew.node.exchange.queries.history import (
    LetterCount,
    RequestReceived,
    answers_given,
    letter_counts,
    requests_received,
)
from clew.node.exchange.queries.logs import PartnerReport, contradiction, partner_logs, verify_with
from clew.node.exchange.queries.opened import OpenedLetter
from clew.node.exchange.queries.post_room import attempts, in_transit, outbox, refused_by_partners, rejected, unsent
from clew.node.exchange.queries.restored import RestoredPage, held_since_restore, restored_page
from clew.node.exchange.queries.telling import ToldLetter, letter_told
from clew.node.exchange.queries.top_floor import (
    case_sections,
    desk_items,
    search_hits,
    search_limits,
    statement_links,
)
from clew.node.exchange.queries.visibility import may_write_into
from clew.node.exchange.taken_back import documents_taken_back

__all__ = [
    "MOST_CLOCKS",
    "NO_HELP",
    "HandedOn",
    "LetterCount",
    "LetterLine",
    "OpenedLetter",
    "PartnerReport",
    "RequestReceived",
    "RestoredPage",
    "SaidOfDocument",
    "ThreadLine",
    "ThreadPage",
    "ToldLetter",
    "TransferPage",
    "accepted_conditions",
    "announcements",
    "answers_given",
    "attempts",
    "case_sections",
    "clock_of_letter",
    "compared",
    "contradiction",
    "desk_items",
    "document_lines",
    "documents_taken_back",
    "health_findings",
    "held_since_restore",
    "in_transit",
    "item_outcomes",
    "letter_counts",
    "letter_line",
    "letter_told",
    "may_write_into",
    "metric_families",
    "outbox",
    "partner_logs",
    "quarantine",
    "refused_by_partners",
    "rejected",
    "request_clocks",
    "requests_received",
    "restored_page",
    "said_of_documents",
    "search_hits",
    "search_limits",
    "statement_links",
    "stored_files",
    "thread",
    "threads",
    "threads_of_case",
    "transfer_page",
    "transfers_under_way",
    "unsent",
    "verify_with",
]
