"""What may be seen of releases and decisions, of the rules, and of the inputs that were entered for them."""

from clew.node.disclosure.gathering import facts_of
from clew.node.disclosure.holding import why_outdated
from clew.node.disclosure.particulars import LONGEST_PART, REASONS_TO_ASK
from clew.node.disclosure.queries.approvers import Missing
from clew.node.disclosure.queries.explaining import Explanation, SealedReason, explain, sealed_reasons
from clew.node.disclosure.queries.history import (
    NEUTRAL,
    DisclosureLine,
    Refusals,
    carried_by,
    disclosure_lines,
    disclosures,
    disclosures_about,
    left_of_source,
    left_of_statements,
    persons_of_letters,
    protected_among,
    refusals,
    refused_decisions,
    withheld_neutrally,
)
from clew.node.disclosure.queries.marks import mark, marks_of
from clew.node.disclosure.queries.preview import Known, Preview, Withheld
from clew.node.disclosure.queries.registers import (
    assurances,
    assurances_ending,
    risk_assessments_of,
    safeguards_ending,
    safeguards_of,
)
from clew.node.disclosure.queries.releases import (
    decision,
    entity_of_letter,
    in_team,
    missing_approvals,
    release,
    releases,
    releases_of_case,
    shared_with,
    signed_undispatched,
)
from clew.node.disclosure.queries.replaying import ReplayReport, ReplayResult, replay_decision, replay_decisions
from clew.node.disclosure.queries.rules import RuleView, rule, rules
from clew.node.disclosure.queries.top_floor import (
    case_sections,
    desk_items,
    disclosures_of_person,
    entity_links,
    statement_links,
    undo_obstacles,
)
from clew.node.disclosure.wording import LetterView, letter_view

__all__ = [
    "LONGEST_PART",
    "NEUTRAL",
    "REASONS_TO_ASK",
    "DisclosureLine",
    "Explanation",
    "Known",
    "LetterView",
    "Missing",
    "Preview",
    "Refusals",
    "ReplayReport",
    "ReplayResult",
    "RuleView",
    "SealedReason",
    "Withheld",
    "assurances",
    "assurances_ending",
    "carried_by",
    "case_sections",
    "decision",
    "desk_items",
    "disclosure_lines",
    "disclosures",
    "disclosures_about",
    "disclosures_of_person",
    "entity_links",
    "entity_of_letter",
    "explain",
    "facts_of",
    "in_team",
    "left_of_source",
    "left_of_statements",
    "letter_view",
    "mark",
    "marks_of",
    "missing_approvals",
    "persons_of_letters",
    "protected_among",
    "refusals",
    "refused_decisions",
    "release",
    "releases",
    "releases_of_case",
    "replay_decision",
    "replay_decisions",
    "risk_assessments_of",
    "rule",
    "rules",
    "safeguards_ending",
    "safeguards_of",
    "sealed_reasons",
    "shared_with",
    "signed_undispatched",
    "statement_links",
    "undo_obstacles",
    "why_outdated",
    "withheld_neutrally",
]
