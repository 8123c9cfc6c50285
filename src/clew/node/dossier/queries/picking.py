"""What a form's search for an entry finds: entries the officer may see, each with its kind and its team."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew.dossier.pseudonym import entity_of
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.design.picking import Pick
from clew.node.dossier.index import matching_rows
from clew.node.dossier.models import EntityRow
from clew.node.dossier.queries.finding import sealed_entities
from clew.node.dossier.queries.naming import shown_caption
from clew.node.dossier.reach import reachable
from clew.node.dossier.rows import members_of, roots_of
from clew.vocabulary.labels import schema_label
from clew.vocabulary.model import is_a

MOST_ROWS = 200
"""Rows looked through for those of the right kind."""

LONGEST_NUMBER = 18
"""Digits of a number that is looked for; a longer one is none of the store's."""


class _Row(NamedTuple):
    """What one team calls one entity."""

    id: int
    entity: int
    schema: str
    caption: str
    protected: bool
    team: str


@dataclass(frozen=True, slots=True)
class EntityPicks:
    """The entries an officer may choose in one field of a form.

    Attributes:
        kind: only entities of this kind.
        like: only entities that could be the same as one of this kind.
        but_not: not this entity, nor any judged the same.
        team: only what this compartment knows.
    """

    officer: Officer
    kind: str = ""
    like: str = ""
    but_not: int = 0
    team: int = 0

    def url(self, field: str, *, many: bool, required: bool) -> str:
        """The address that answers a search for this field."""
        asked: dict[str, object] = {"kind": self.kind, "like": self.like, "but_not": self.but_not, "team": self.team}
        asked |= {"many": int(many), "optional": int(not required)}
        given = {name: value for name, value in asked.items() if value}
        return f"{reverse('dossier:pick')}?{urlencode({'field': field, **given})}"

    def found(self, text: str, limit: int) -> list[Pick]:
        """What the words find; a number, a reference or a whole protected value finds its entity first."""
        # PostgreSQL takes no U+0000 in a text.
        text = text.replace("\x00", " ")
        named = [int(exact)] if (exact := self.exact(text)) else []
        if "dossier.identify" in permissions_of(self.officer):
            named += [entity for entity, _schema in sealed_entities(text, self.officer, limit)]
        ids = matching_rows(text, self.officer, limit=MOST_ROWS)
        places = {row: place for place, row in enumerate(ids)}
        rows = sorted(_read(self._rows().filter(id__in=ids)), key=lambda row: places[row.id])
        return self._picks([*self._rows_of(named), *rows])[:limit]

    def named(self, values: Sequence[str]) -> list[Pick]:
        """The entries with these numbers, in their order; what she may not see, or may not choose here, is absent."""
        wanted = [int(one) for one in values if one.isascii() and one.isdigit() and len(one) <= LONGEST_NUMBER]
        return self._picks(self._rows_of(wanted))

    def exact(self, text: str) -> str:
        """The number of the entity that the text names by its number or by the name of lists, such as K7-42."""
        number = entity_of(text) if "-" in text else None
        if number is None and text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER:
            number = int(text)
        return str(number) if number is not None and self._picks(self._rows_of([number])) else ""

    def _rows(self) -> QuerySet[EntityRow]:
        rows = EntityRow.objects.filter(seen_by(self.officer, "compartment_id"))
        return rows.filter(compartment_id=self.team) if self.team else rows

    def _rows_of(self, numbers: Iterable[int]) -> list[_Row]:
        """The rows of these entities, each under its own number."""
        wanted = list(dict.fromkeys(numbers))
        own = reachable(self.officer, wanted) if wanted else set()
        if not own:
            return []
        roots = roots_of(own)
        members = members_of(roots.values())
        rows = _read(self._rows().filter(entity_id__in=members))
        return [
            row._replace(entity=number)
            for number in wanted
            if number in own
            for row in rows
            if members[row.entity] == roots[number]
        ]

    def _picks(self, rows: Iterable[_Row]) -> list[Pick]:
        """One pick for each entity whose kind fits, under the name of its first row, with all teams that know it."""
        fitting = [row for row in rows if self._fits(row.schema)]
        roots = roots_of({*(row.entity for row in fitting), self.but_not}) if fitting else {}
        found: dict[int, list[_Row]] = {}
        for row in fitting:
            if roots[row.entity] != roots.get(self.but_not):
                found.setdefault(roots[row.entity], []).append(row)
        return [_pick(same) for same in found.values()]

    def _fits(self, schema: str) -> bool:
        if self.kind and not is_a(schema, self.kind):
            return False
        return not self.like or is_a(schema, self.like) or is_a(self.like, schema)


def _read(rows: QuerySet[EntityRow]) -> list[_Row]:
    fields = ("id", "entity_id", "schema", "caption", "protected", "compartment__name")
    return [_Row(*row) for row in rows.order_by("id").values_list(*fields)]


def _pick(same: Sequence[_Row]) -> Pick:
    row = same[0]
    shown = shown_caption(entity_id=row.entity, schema=row.schema, caption=row.caption, protected=row.protected)
    kind = schema_label(row.schema, get_language() or "en")
    teams = ", ".join(dict.fromkeys(one.team for one in same))
    detail = _("%(kind)s, number %(number)d. Team: %(teams)s")
    return Pick(str(row.entity), shown, detail % {"kind": kind, "number": row.entity, "teams": teams})
