"""What an entity is called in lists, as far as an officer may know."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Exists, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import seen_by
from clew.node.dossier.bulk import chunks
from clew.node.dossier.models import EntityRow
from clew.node.dossier.rows import members_of, roots_of
from clew.vocabulary.labels import schema_label


def shown_caption(*, entity_id: int, schema: str, caption: str, protected: bool) -> str:
    """The caption of a row in the reader's language: a name, "Person K7-42", or the kind and number of the unnamed."""
    if protected:
        return _("Person %(code)s") % {"code": caption}
    if caption:
        return caption
    kind = schema_label(schema, get_language() or "en")
    return _("%(kind)s %(number)d") % {"kind": kind, "number": entity_id}


def captions(entity_ids: Iterable[int], compartments: Collection[int]) -> dict[int, str]:
    """What each entity is called in these compartments; those they do not speak of are absent. Three queries."""
    return _captions(entity_ids, Q(compartment_id__in=compartments)) if compartments else {}


def captions_seen(entity_ids: Iterable[int], *, officer: Officer) -> dict[int, str]:
    """What each entity is called in all that the officer may see. Three queries, however many teams she is in."""
    return _captions(entity_ids, seen_by(officer, "compartment_id"))


def _captions(entity_ids: Iterable[int], within: Q | Exists) -> dict[int, str]:
    roots = roots_of(entity_ids)
    if not roots:
        return {}
    members = members_of(roots.values())
    by_root: dict[int, str] = {}
    for chunk in chunks(members, 5_000):
        rows = EntityRow.objects.filter(within, entity_id__in=chunk)
        for entity, schema, caption, protected in rows.order_by("compartment_id").values_list(
            "entity_id", "schema", "caption", "protected"
        ):
            shown = shown_caption(entity_id=entity, schema=schema, caption=caption, protected=protected)
            by_root.setdefault(members[entity], shown)
    return {entity: by_root[root] for entity, root in roots.items() if root in by_root}
