"""What may be seen of patterns, remedies, registers and reviews; and how a party has asked, for the rules."""

from clew.node.oversight.queries.clocks import ClockStatistics, ClockTable, clock_statistics
from clew.node.oversight.queries.patterns import (
    PartyHistory,
    Pattern,
    notes_on,
    party_history,
    pattern_page,
    requester_flagged,
)
from clew.node.oversight.queries.registers import Register, RegisterFilter, register
from clew.node.oversight.queries.remedies import (
    LeftLine,
    RemedyHead,
    RemedyLine,
    left_in_her_teams,
    may_see_person,
    remedies,
    remedy_head,
    remedy_line,
)
from clew.node.oversight.queries.retention import (
    CAN_BE_DELETED,
    CAN_BE_PROLONGED,
    DueThing,
    due_count,
    due_thing,
    due_things,
    proofs,
)
from clew.node.oversight.queries.top_floor import desk_items, entity_links

__all__ = [
    "CAN_BE_DELETED",
    "CAN_BE_PROLONGED",
    "ClockStatistics",
    "ClockTable",
    "DueThing",
    "LeftLine",
    "PartyHistory",
    "Pattern",
    "Register",
    "RegisterFilter",
    "RemedyHead",
    "RemedyLine",
    "clock_statistics",
    "desk_items",
    "due_count",
    "due_thing",
    "due_things",
    "entity_links",
    "left_in_her_teams",
    "may_see_person",
    "notes_on",
    "party_history",
    "pattern_page",
    "proofs",
    "register",
    "remedies",
    "remedy_head",
    "remedy_line",
    "requester_flagged",
]
