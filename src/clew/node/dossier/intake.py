"""Writes entities and statements of one source in bulk: the one way into the store, for forms, imports and letters.

No model instance per statement: rows are tuples with numbers reserved beforehand, written with `executemany`.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from clew.dossier.concerns import concerned, protects
from clew.dossier.pseudonym import pseudonym
from clew.dossier.rows import Said, row_of
from clew.dossier.types import NATURES, EntityDraft, StatementDraft
from clew.node.dossier.bulk import Row, as_stored, insert, without_collecting
from clew.node.dossier.categories import longest_category
from clew.node.dossier.checking import Faults, check_statement, cleaned_value, range_of
from clew.node.dossier.keyring import make_keys
from clew.node.dossier.known import Known, know, old_keys
from clew.node.dossier.models import (
    ConcernSet,
    ConcernSetPerson,
    Entity,
    EntityRow,
    PersonCategory,
    Source,
    SourcePerson,
    Statement,
)
from clew.node.dossier.property_names import numbers_of
from clew.node.dossier.rows import COLUMNS, refresh, stored_row, tell_changed
from clew.node.dossier.sealing import Plain, Sealer, sealable
from clew.node.dossier.sequence import reserve
from clew.vocabulary.model import is_a

STATEMENT_COLUMNS = (
    "id", "entity_id", "source_id", "prop_id", "value", "ref_id", "original", "lang", "accuracy", "nature", "seen_on",
    "handling", "concern_set_id", "sealed", "lookup",
)  # fmt: skip
NATURE_NUMBER = {name: number for number, name in enumerate(NATURES)}


class Checked(NamedTuple):
    """A statement that may be written: its value as it is stored, and the entity the value names, if any."""

    draft: StatementDraft
    known: Known
    value: str
    ref: int | None


class Intake:
    """One portion of one source, written in the transaction of the action that made it.

    Args:
        source: already stored.
        officer_id: who records; None for the node.
        now: in UTC.
        defaults: whether statements that do not say whom they concern concern the persons of this portion. A source
            written in several portions cannot know all its persons yet, so each statement must say it.
    """

    def __init__(self, source: Source, *, officer_id: int | None, now: dt.datetime, defaults: bool = True) -> None:
        self._source = source
        self._officer_id = officer_id
        self._now = now
        self._defaults = defaults
        self._faults = Faults()
        self._known: dict[str, Known] = {}
        self._persons: frozenset[int] = frozenset()
        self._sealer = Sealer({})
        self._guarded: frozenset[int] = frozenset()
        self._sets: dict[tuple[str, ...], tuple[int, frozenset[int]]] = {}
        self._sealing: dict[tuple[tuple[str, ...] | None, int], tuple[int | None, frozenset[int]]] = {}

    def write(self, entities: Sequence[EntityDraft], statements: Sequence[StatementDraft]) -> dict[str, int]:
        """Check and write everything; raises `BadInputs` before the first row.

        Returns:
            The number of each entity by its key.
        """
        with without_collecting():
            return self._write(entities, statements)

    def _write(self, entities: Sequence[EntityDraft], statements: Sequence[StatementDraft]) -> dict[str, int]:
        self._known = know(entities, self._now.date(), self._faults)
        self._persons = frozenset(one.id for one in self._known.values() if one.person)
        keys = old_keys(self._known, self._faults)
        checked = self._checked(statements)
        self._faults.refuse()
        self._write_entities(entities, keys)
        self._write_concerns({draft.concerns for draft in statements if draft.concerns is not None})
        said: dict[int, list[Said]] = defaultdict(list)
        insert(Statement, STATEMENT_COLUMNS, list(self._statement_rows(checked, said)))
        insert(EntityRow, COLUMNS, list(self._new_rows(said)))
        refresh(one.id for one in self._known.values() if not one.new)
        tell_changed([one.id for one in self._known.values() if one.new])
        return {key: one.id for key, one in self._known.items()}

    def _checked(self, statements: Sequence[StatementDraft]) -> list[Checked]:
        faults, today, handling = self._faults, self._now.date(), self._source.handling
        found: list[Checked] = []
        for number, draft in enumerate(statements):
            place = f"statements.{number}.{draft.prop}"
            known = self._known.get(draft.entity_key)
            if known is None:
                faults.add(place, _("It is about an entity that is not in the list."), _("Add the entity."))
                continue
            check_statement(draft, handling, today, place, faults)
            wanted = range_of(known.schema, draft.prop)
            if wanted is None:
                value = cleaned_value(known.schema, draft.prop, draft.value, today, place, faults)
                if value is not None:
                    found.append(Checked(draft, known, value, None))
            elif (target := self._target(draft, wanted, place)) is not None:
                found.append(Checked(draft, known, str(target), target))
        self._check_concerns({draft.concerns for draft in statements})
        self._check_spoken_of({one.known.id for one in found})
        return found

    def _target(self, draft: StatementDraft, wanted: str, place: str) -> int | None:
        target = self._known.get(draft.value)
        if target is None:
            self._faults.add(
                place,
                _("“%(key)s” is not among the entities.") % {"key": draft.value},
                _("Name one of the entities of this source by its key."),
            )
            return None
        if not is_a(target.schema, wanted):
            self._faults.add(
                place,
                _("It must name an entity of the kind %(wanted)s, and this is of the kind %(found)s.")
                % {"wanted": wanted, "found": target.schema},
                _("Choose another entity or another property."),
            )
            return None
        return target.id

    def _check_concerns(self, named: Iterable[tuple[str, ...] | None]) -> None:
        for keys in named:
            if keys is None and not self._defaults:
                self._faults.add(
                    "concerns", _("It is not said whom a statement concerns."), _("Name the persons, or nobody.")
                )
            for key in keys or ():
                known = self._known.get(key)
                if known is None or not known.person:
                    self._faults.add(
                        "concerns",
                        _("“%(key)s” is not a person of this source.") % {"key": key},
                        _("Name persons from the list of entities."),
                    )

    def _check_spoken_of(self, spoken: set[int]) -> None:
        for key, known in self._known.items():
            if known.new and not known.person and known.id not in spoken:
                self._faults.add(key, _("Nothing is said about it."), _("Add a statement about it or leave it out."))

    def _write_entities(self, entities: Sequence[EntityDraft], keys: dict[int, bytes | None]) -> None:
        entered = as_stored(PersonCategory, "entered", self._now)
        new = [(self._known[draft.key], draft) for draft in entities if draft.existing_id is None]
        insert(Entity, ("id", "schema"), [(known.id, known.schema) for known, _draft in new])
        insert(
            PersonCategory,
            ("person_id", "category", "entered_by_id", "entered", "expires", "reason"),
            [
                (known.id, draft.category, self._officer_id, entered, self._until(draft), "")
                for known, draft in new
                if draft.category
            ],
        )
        guarded = [known.id for known, draft in new if known.person and protects(draft.category)]
        self._guarded = frozenset(guarded)
        self._sealer = Sealer(keys | make_keys(guarded, self._now))
        spoken_of = SourcePerson.objects.filter(source=self._source)
        already = set() if self._defaults else set(spoken_of.values_list("person_id", flat=True))
        insert(
            SourcePerson,
            ("source_id", "person_id"),
            [(self._source.pk, person) for person in sorted(self._persons - already)],
        )

    def _until(self, draft: EntityDraft) -> object:
        """The last day of a category: as was said, else the longest allowed, but no longer than the source is kept."""
        longest = min(longest_category(self._now.date()), self._source.retain_until)
        return as_stored(PersonCategory, "expires", draft.category_until or longest)

    def _write_concerns(self, named: set[tuple[str, ...]]) -> None:
        sets: list[Row] = []
        members: list[Row] = []
        for keys, number in zip(sorted(named), reserve(ConcernSet, len(named)), strict=True):
            explicit = frozenset(self._known[key].id for key in keys)
            self._sets[keys] = number, explicit
            sets.append((number, self._source.pk))
            members += [(number, person) for person in sorted(explicit)]
        insert(ConcernSet, ("id", "source_id"), sets)
        insert(ConcernSetPerson, ("concern_set_id", "person_id"), members)

    def _concerning(self, keys: tuple[str, ...] | None, about: Known) -> tuple[int | None, frozenset[int]]:
        """The stored set of persons, and those under whose keys a value is sealed."""
        place = keys, about.id if about.person else 0
        if place not in self._sealing:
            number, explicit = self._sets[keys] if keys is not None else (None, None)
            persons = concerned(explicit, self._persons, about.id if about.person else None)
            self._sealing[place] = number, self._sealer.sealing(persons)
        return self._sealing[place]

    def _statement_rows(self, checked: Sequence[Checked], said: dict[int, list[Said]]) -> Iterator[Row]:
        props = numbers_of({one.draft.prop for one in checked})
        source = self._source.pk
        days: dict[dt.date | None, Any] = {None: None}
        for number, (draft, known, value, ref) in zip(reserve(Statement, len(checked)), checked, strict=True):
            if draft.seen_on not in days:
                days[draft.seen_on] = as_stored(Statement, "seen_on", draft.seen_on)
            set_id, persons = self._concerning(draft.concerns, known)
            original = draft.original if draft.original != value else None
            plain, spelt = value, original
            sealed = lookup = None
            if persons and sealable(known.schema, draft.prop):
                sealed, lookup = self._sealer.seal_value(
                    persons, known.id, known.schema, draft.prop, Plain(value, original)
                )
                plain, spelt = "", None
            if known.new:
                shown = (None, None) if sealed else (plain, spelt)
                said[known.id].append(Said(number, draft.prop, shown[0], draft.accuracy, shown[1]))
            yield (
                number, known.id, source, props[draft.prop], plain, ref, spelt, draft.lang, draft.accuracy,
                NATURE_NUMBER[draft.nature], days[draft.seen_on], draft.handling, set_id, sealed, lookup,
            )  # fmt: skip

    def _new_rows(self, said: dict[int, list[Said]]) -> Iterator[Row]:
        for known in self._known.values():
            if known.new:
                guarded = known.id in self._guarded
                facts = row_of(known.schema, said[known.id], pseudonym=pseudonym(known.id) if guarded else None)
                yield stored_row(known.id, self._source.compartment_id, known.schema, facts, guarded)
