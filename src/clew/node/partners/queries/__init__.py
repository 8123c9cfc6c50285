"""What the directory and the register say. Both hold organisations and law, no case: whoever is signed in may read."""

from clew.node.partners.keys import KeysWithheld, UsableKeys
from clew.node.partners.queries.condition import health_findings
from clew.node.partners.queries.directory import (
    PartyFacts,
    card_of,
    card_says,
    names_of,
    organisations_of,
    own_party,
    parties,
    party,
    party_choices,
    party_of_card,
    party_page,
    transport_keys_of,
    usable_keys,
)
from clew.node.partners.queries.instruments import (
    InstrumentAnswer,
    InstrumentFacts,
    instrument,
    instrument_page,
    instruments,
    instruments_between,
)
from clew.node.partners.queries.introductions import introduction, introductions, proposed_introductions
from clew.node.partners.queries.joint import (
    JointAgreementFacts,
    JointStanding,
    joint_agreement,
    joint_agreements,
    joint_agreements_of,
    joint_standing,
)
from clew.node.partners.queries.joint_pages import joint_change, joint_page, joint_row, waiting_joint_changes
from clew.node.partners.queries.own_card import (
    certificate_ends_before,
    own_card,
    own_card_lists_hybrid,
    own_card_page,
    own_cards,
    upcoming_card,
)
from clew.node.partners.queries.top_floor import EXPIRES_SOON, desk_items, search_hits

__all__ = [
    "EXPIRES_SOON",
    "InstrumentAnswer",
    "InstrumentFacts",
    "JointAgreementFacts",
    "JointStanding",
    "KeysWithheld",
    "PartyFacts",
    "UsableKeys",
    "card_of",
    "card_says",
    "certificate_ends_before",
    "desk_items",
    "health_findings",
    "instrument",
    "instrument_page",
    "instruments",
    "instruments_between",
    "introduction",
    "introductions",
    "joint_agreement",
    "joint_agreements",
    "joint_agreements_of",
    "joint_change",
    "joint_page",
    "joint_row",
    "joint_standing",
    "names_of",
    "organisations_of",
    "own_card",
    "own_card_lists_hybrid",
    "own_card_page",
    "own_cards",
    "own_party",
    "parties",
    "party",
    "party_choices",
    "party_of_card",
    "party_page",
    "proposed_introductions",
    "search_hits",
    "transport_keys_of",
    "upcoming_card",
    "usable_keys",
    "waiting_joint_changes",
]
