"""What may be seen of letters; every query shows only what the officer's cases and roles hold."""

from clew.node.exchange.queries.arrivals import clock_of_letter
from clew.node.exchange.queries.correspondence import (
    LetterLine,
    ThreadLine,
    ThreadPage,
    quarantine,
    thread,
    threads,
    threads_of_case,
)
from clew.node.exchange.queries.history import (
    LetterCount,
    RequestReceived,
    answers_given,
    letter_counts,
    requests_received,
)
from clew.node.exchange.queries.logs import PartnerReport, contradiction, partner_logs, verify_with
from clew.node.exchange.queries.opened import OpenedLetter
from clew.node.exchange.queries.post_room import attempts, in_transit, outbox, rejected
from clew.node.exchange.queries.top_floor import case_sections, desk_items, search_hits, search_limits

__all__ = [
    "LetterCount",
    "LetterLine",
    "OpenedLetter",
    "PartnerReport",
    "RequestReceived",
    "ThreadLine",
    "ThreadPage",
    "answers_given",
    "attempts",
    "case_sections",
    "clock_of_letter",
    "contradiction",
    "desk_items",
    "in_transit",
    "letter_counts",
    "outbox",
    "partner_logs",
    "quarantine",
    "rejected",
    "requests_received",
    "search_hits",
    "search_limits",
    "thread",
    "threads",
    "threads_of_case",
    "verify_with",
]
