"""What the search page finds in dossiers."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import get_language

from clew.dossier.folding import exact_key
from clew.dossier.pseudonym import entity_of
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.dossier.index import matching_rows
from clew.node.dossier.keyring import lookup_key, lookup_of
from clew.node.dossier.models import EntityRow, Statement
from clew.node.dossier.queries.naming import captions_seen, shown_caption
from clew.node.types import SearchHit
from clew.vocabulary.labels import schema_label

SHORTEST_EXACT = 4


def search_hits(*, officer: Officer, text: str, limit: int) -> list[SearchHit]:
    """Entities that hold the words, among what the officer may see.

    A whole sealed value (name, telephone, document number) finds its entity for those who may see who she is.
    """
    permissions = permissions_of(officer)
    if "dossier.see" not in permissions:
        return []
    exact = _sealed(text, officer, limit) if "dossier.identify" in permissions else []
    ids = matching_rows(text, officer, limit=limit)
    hits: dict[str, SearchHit] = {hit.url: hit for hit in exact}
    rows = EntityRow.objects.filter(id__in=ids).values_list("id", "entity_id", "schema", "caption", "protected")
    places = {row: place for place, row in enumerate(ids)}
    for _row, entity, schema, caption, protected in sorted(rows, key=lambda row: places[row[0]]):
        shown = shown_caption(entity_id=entity, schema=schema, caption=caption, protected=protected)
        hit = _hit(entity, schema, shown, score=1.0 if exact_key(caption) == exact_key(text) else 0.5)
        hits.setdefault(hit.url, hit)
    return list(hits.values())[:limit]


def _sealed(text: str, officer: Officer, limit: int) -> list[SearchHit]:
    found = sealed_entities(text, officer, limit)
    names = captions_seen([entity for entity, _schema in found], officer=officer)
    return [_hit(entity, schema, names[entity], score=2.0) for entity, schema in found if entity in names]


def sealed_entities(text: str, officer: Officer, limit: int) -> list[tuple[int, str]]:
    """Entities of which the text is a whole sealed value, with their kind; only for who may see who a person is."""
    if len(exact_key(text)) < SHORTEST_EXACT or entity_of(text) is not None:
        return []
    return list(
        Statement.objects.filter(
            seen_by(officer, "source__compartment_id"),
            lookup=lookup_of(text, lookup_key()),
            source__undone__isnull=True,
            end__isnull=True,
        )
        .order_by("entity_id")
        .values_list("entity_id", "entity__schema")
        .distinct()[:limit]
    )


def _hit(entity: int, schema: str, caption: str, score: float) -> SearchHit:
    kind = schema_label(schema, get_language() or "en")
    return SearchHit("entity", caption, reverse("dossier:entity", args=[entity]), detail=kind, score=score)
