"""Which consents a person has given, who answers for a child, and what left under a consent."""

from clew.node.consent.items import for_her, groups_of
from clew.node.consent.papers import PAPER_LANGUAGES, paper_language
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
    was_asked,
)
from clew.node.consent.queries.retention import consents_ending, persons_of_consents
from clew.node.consent.queries.rules import (
    ConsentFacts,
    StandingConsent,
    consents_of,
    consents_taken_back,
    guardian_standing_of,
    standing_consent,
    standing_consents_by_number,
)
from clew.node.consent.queries.top_floor import desk_items, entity_links
from clew.node.types import EarlierDisclosure

__all__ = [
    "PAPER_LANGUAGES",
    "ConsentFacts",
    "ConsentView",
    "EarlierDisclosure",
    "GuardianView",
    "PersonHead",
    "RefusalView",
    "StandingConsent",
    "consent_for",
    "consents_ending",
    "consents_of",
    "consents_of_person",
    "consents_taken_back",
    "desk_items",
    "disclosures_of",
    "entity_links",
    "for_her",
    "groups_of",
    "guardian_choices",
    "guardian_for",
    "guardian_names",
    "guardian_standing_of",
    "guardians_of_person",
    "is_known_in",
    "paper_language",
    "person_heads",
    "persons_of_consents",
    "refusals_of_person",
    "shared_about",
    "standing_consent",
    "standing_consents",
    "standing_consents_by_number",
    "state_of",
    "was_asked",
]
