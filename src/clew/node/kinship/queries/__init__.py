"""What may be seen of kinship: everything by codes, and only what the officer's unit or team works on."""

from clew.node.kinship.queries.hits import (
    HitStatus,
    hit_status,
    telling_for,
    tellings_of,
    who_is_who,
)
from clew.node.kinship.queries.records import (
    child_for,
    children_of,
    families_of,
    family_for,
    laboratories,
    laboratory_choices,
    newest_wide_searches,
    open_sessions,
    profile_for,
    register,
    search_for,
    unit_choices,
    units_with_children,
    wide_search_for,
)
from clew.node.kinship.queries.top_floor import case_sections, desk_items

__all__ = [
    "HitStatus",
    "case_sections",
    "child_for",
    "children_of",
    "desk_items",
    "families_of",
    "family_for",
    "hit_status",
    "laboratories",
    "laboratory_choices",
    "newest_wide_searches",
    "open_sessions",
    "profile_for",
    "register",
    "search_for",
    "telling_for",
    "tellings_of",
    "unit_choices",
    "units_with_children",
    "who_is_who",
    "wide_search_for",
]
