"""What may be seen of paths, screenings, services and referrals: only what the officer's teams hold."""

from clew.node.referral.queries.following import FollowUps, follow_ups_of
from clew.node.referral.queries.incoming import IncomingPage, incoming_listed, referrals_to_take
from clew.node.referral.queries.indicators import SetView, set_named, sets
from clew.node.referral.queries.own_page import HeldFact, OwnPage, own_page
from clew.node.referral.queries.path_page import (
    EntryView,
    PathPage,
    ScreeningView,
    entry_of,
    path_captions,
    path_of,
    visible_paths,
)
from clew.node.referral.queries.referrals import (
    MatchedService,
    ReferralPage,
    disclosures_of_person,
    has_address,
    helped_by,
    matches,
    need_of,
    party_names,
    reasons_of,
    referral_page,
    service_for,
    services,
    team_choices,
    to_answer,
)
from clew.node.referral.queries.top_floor import case_sections, desk_items, entity_links

__all__ = [
    "EntryView",
    "FollowUps",
    "HeldFact",
    "IncomingPage",
    "MatchedService",
    "OwnPage",
    "PathPage",
    "ReferralPage",
    "ScreeningView",
    "SetView",
    "case_sections",
    "desk_items",
    "disclosures_of_person",
    "entity_links",
    "entry_of",
    "follow_ups_of",
    "has_address",
    "helped_by",
    "incoming_listed",
    "matches",
    "need_of",
    "own_page",
    "party_names",
    "path_captions",
    "path_of",
    "reasons_of",
    "referral_page",
    "referrals_to_take",
    "service_for",
    "services",
    "set_named",
    "sets",
    "team_choices",
    "to_answer",
    "visible_paths",
]
