"""What can be seen of dossiers. Every function but those for the release engine applies the officer's visibility."""

from clew.node.dossier.queries.by_team import (
    SaidByTeam,
    TeamSide,
    entity_numbers,
    groups_of,
    judgement_stands,
    roots,
    said_by_teams,
)
from clew.node.dossier.queries.comparing import Judged, Side, judged
from clew.node.dossier.queries.engine import (
    person_categories,
    persons_always_concerned,
    release_facts,
)
from clew.node.dossier.queries.finding import search_hits
from clew.node.dossier.queries.handling import handling_of, handling_of_statement, strictest_of, strictest_source
from clew.node.dossier.queries.letters import (
    Ended,
    LetterSource,
    ended_statement,
    entities_of_letters,
    newest_ends,
    sources_of_letter,
    still_standing,
    with_corrections,
)
from clew.node.dossier.queries.lists import EntityPage, ListedEntity, entity_list
from clew.node.dossier.queries.naming import captions, captions_seen
from clew.node.dossier.queries.oversight import (
    is_known_person,
    letters_of_sources,
    persons_as_one,
    persons_called,
    same_persons,
    sources_due,
    statements_about,
)
from clew.node.dossier.queries.picking import EntityPicks
from clew.node.dossier.queries.placing import (
    SourceOrigin,
    compartment_of_source,
    compartments_of_entity,
    entities_of_source,
    same_person,
    schemata_of,
    source_origin,
    sources_of_statements,
)
from clew.node.dossier.queries.stating import standing_of, standing_statements
from clew.node.dossier.queries.viewing import DossierView, LinkView, Why, entity_caption
from clew.node.dossier.queries.words import (
    held_sources,
    identifying_texts,
    persons_seen,
    persons_spoken_of,
    protected_texts,
    texts_of_sources,
)
from clew.node.dossier.reach import reachable
from clew.node.dossier.safekeeping import erased_persons, guarded_persons, open_each_for, open_for, seal_for

__all__ = [
    "DossierView",
    "Ended",
    "EntityPage",
    "EntityPicks",
    "Judged",
    "LetterSource",
    "LinkView",
    "ListedEntity",
    "SaidByTeam",
    "Side",
    "SourceOrigin",
    "TeamSide",
    "Why",
    "captions",
    "captions_seen",
    "compartment_of_source",
    "compartments_of_entity",
    "ended_statement",
    "entities_of_letters",
    "entities_of_source",
    "entity_caption",
    "entity_list",
    "entity_numbers",
    "erased_persons",
    "groups_of",
    "guarded_persons",
    "handling_of",
    "handling_of_statement",
    "held_sources",
    "identifying_texts",
    "is_known_person",
    "judged",
    "judgement_stands",
    "letters_of_sources",
    "newest_ends",
    "open_each_for",
    "open_for",
    "person_categories",
    "persons_always_concerned",
    "persons_as_one",
    "persons_called",
    "persons_seen",
    "persons_spoken_of",
    "protected_texts",
    "reachable",
    "release_facts",
    "roots",
    "said_by_teams",
    "same_person",
    "same_persons",
    "schemata_of",
    "seal_for",
    "search_hits",
    "source_origin",
    "sources_due",
    "sources_of_letter",
    "sources_of_statements",
    "standing_of",
    "standing_statements",
    "statements_about",
    "still_standing",
    "strictest_of",
    "strictest_source",
    "texts_of_sources",
    "with_corrections",
]
