"""Checks what is to be recorded against the vocabulary, and says of each fault where it is and what cures it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew.dossier.handling import LaxerHandling, stricter
from clew.dossier.types import NATURES, EntityDraft, SourceDraft, StatementDraft
from clew.node.dossier.categories import check_category_until
from clew.node.types import BadInput, BadInputs
from clew.vocabulary.codelists import codelist
from clew.vocabulary.model import UnknownProperty, UnknownSchema, is_a, property_info
from clew.vocabulary.validation import Problem, validate

ACCURACIES = frozenset({1, 2, 3, 4})
MOST_FAULTS = 200
SOURCE_CODES = {
    "kind": "source_kinds",
    "reliability": "source_reliability",
    "handling": "handling_codes",
    "purpose": "purposes",
    "basis": "evidence_basis",
}


class Faults:
    """Collects faults; far too many stop the work, since nobody reads the two-hundredth."""

    def __init__(self) -> None:
        self._found: list[BadInput] = []

    def add(self, field: str, problem: str, cure: str) -> None:
        """One more fault."""
        self._found.append(BadInput(field, problem, cure))
        if len(self._found) >= MOST_FAULTS:
            self.refuse()

    def refuse(self) -> None:
        """Raise `BadInputs` if any fault was found."""
        if self._found:
            raise BadInputs(self._found)


@cache
def range_of(schema: str, prop: str) -> str | None:
    """The schema that a property's entities must be of; None for a property that holds no entity."""
    try:
        info = property_info(schema, prop)
    except (UnknownSchema, UnknownProperty):
        return None
    return (info.range or "Thing") if info.type == "entity" else None


def check_source(draft: SourceDraft, faults: Faults) -> None:
    """The codes and words that hold for the whole source."""
    for field, list_id in SOURCE_CODES.items():
        value = getattr(draft, field)
        if value not in codelist(list_id):
            codes = ", ".join(codelist(list_id).codes)
            faults.add(
                field,
                _("“%(value)s” is not one of the codes.") % {"value": value},
                _("Choose one of %(codes)s.") % {"codes": codes},
            )
    for field in ("title", "owner"):
        if not getattr(draft, field).strip():
            faults.add(field, _("This is empty."), _("Fill it in."))
    if len(draft.title) > 300:
        faults.add("title", _("The title is longer than 300 characters."), _("Shorten it."))
    if draft.handling == "H3" and not draft.handling_text.strip():
        faults.add(
            "handling_text", _("H3 stands for a restriction in words, and there are none."), _("Write the restriction.")
        )


def check_entities(entities: Iterable[EntityDraft], today: dt.date, faults: Faults) -> None:
    """Keys named once, and categories that exist, belong to persons, and end."""
    keys: set[str] = set()
    for entity in entities:
        if entity.key in keys:
            faults.add(entity.key, _("Two entities have this key."), _("Give each its own key."))
        keys.add(entity.key)
        if entity.category is None:
            continue
        if entity.category not in codelist("person_categories"):
            faults.add(
                entity.key,
                _("“%(value)s” is not a person category.") % {"value": entity.category},
                _("Choose one of %(codes)s.") % {"codes": ", ".join(codelist("person_categories").codes)},
            )
        elif not is_a(entity.schema, "Person"):
            faults.add(entity.key, _("Only a person has a person category."), _("Leave the category out."))
        elif entity.category_until and (fault := check_category_until(entity.category_until, today)):
            faults.add(f"{entity.key}.category_until", *fault)


def cleaned_value(schema: str, prop: str, value: str, today: dt.date, place: str, faults: Faults) -> str | None:
    """The value as it is stored, for a property that holds no entity; None after adding a fault."""
    answer = validate(schema, prop, value, today=today)
    if isinstance(answer, Problem):
        language = get_language() or "en"
        faults.add(place, answer.problem_in(language), answer.cure_in(language))
        return None
    return answer.value


def check_seen_on(day: dt.date | None, today: dt.date, place: str, faults: Faults) -> None:
    """What is still to come has not been seen."""
    if day is not None and day > today:
        faults.add(place, _("The day on which it was seen lies in the future."), _("Enter a past day or none."))


def check_statement(draft: StatementDraft, source_handling: str, today: dt.date, place: str, faults: Faults) -> None:
    """Accuracy, nature, handling code, day seen, and text that every store can hold."""
    check_seen_on(draft.seen_on, today, place, faults)
    if draft.accuracy not in ACCURACIES:
        faults.add(place, _("The accuracy must be 1, 2, 3 or 4."), _("Choose one of the four."))
    if draft.nature not in NATURES:
        faults.add(place, _("It must be a fact or an assessment."), _("Choose one of the two."))
    if "\x00" in draft.value or (draft.original is not None and "\x00" in draft.original):
        faults.add(place, _("The text contains a character without meaning (U+0000)."), _("Remove it."))
    if draft.handling is not None:
        _check_handling(draft.handling, source_handling, place, faults)


def _check_handling(handling: str, source_handling: str, place: str, faults: Faults) -> None:
    if handling not in codelist("handling_codes"):
        faults.add(
            place,
            _("“%(value)s” is not a handling code.") % {"value": handling},
            _("Choose one of %(codes)s.") % {"codes": ", ".join(codelist("handling_codes").codes)},
        )
        return
    try:
        stricter(handling, source_handling)
    except LaxerHandling:
        faults.add(
            place,
            _("The source is under %(source)s, so a statement from it cannot be under the laxer %(statement)s.")
            % {"source": source_handling, "statement": handling},
            _("Choose %(source)s or a stricter code, or leave it empty.") % {"source": source_handling},
        )
