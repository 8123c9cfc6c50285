"""Which consents a person has given, who answers for a child, and what left under a consent."""

from clew.node.consent.queries.people import (
    ConsentView,
    GuardianView,
    PersonHead,
    RefusalView,
    consent_for,
    consents_of_person,
    disclosures_of,
    guardian_choices,
    guardian_for,
    guardian_names,
    guardians_of_person,
    is_known_in,
    person_heads,
    refusals_of_person,
    shared_about,
    standing_consents,
    state_of,
)
from clew.node.consent.queries.retention import consents_ending, persons_of_consents
from clew.node.consent.queries.rules import ConsentFacts, consents_of, consents_taken_back, guardian_standing_of
from clew.node.consent.queries.top_floor import desk_items, entity_links
from clew.node.types import EarlierDisclosure

__all__ = [
    "ConsentFacts",
    "ConsentView",
    "EarlierDisclosure",
    "GuardianView",
    "PersonHead",
    "RefusalView",
    "consent_for",
    "consents_ending",
    "consents_of",
    "consents_of_person",
    "consents_taken_back",
    "desk_items",
    "disclosures_of",
    "entity_links",
    "guardian_choices",
    "guardian_for",
    "guardian_names",
    "guardian_standing_of",
    "guardians_of_person",
    "is_known_in",
    "person_heads",
    "persons_of_consents",
    "refusals_of_person",
    "shared_about",
    "standing_consents",
    "state_of",
]
