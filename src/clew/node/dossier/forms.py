"""The forms of the dossier's pages. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clew.dossier.types import EntityDraft, SourceDraft, Statement, StatementDraft
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import compartments_of
from clew.node.design.fields import CodeField, DateField3
from clew.node.design.picking import PickField, PickForm
from clew.node.dossier.actions import KEPT
from clew.node.dossier.categories import longest_category
from clew.node.dossier.entering import (
    ANOTHER,
    SEEN_ON,
    ShownSpot,
    Spot,
    check_spelling,
    fields_of,
    languages,
    shown,
    spots_of,
)
from clew.node.dossier.queries import EntityPicks
from clew.node.types import BadInput, BadInputs
from clew.vocabulary.labels import schema_label
from clew.vocabulary.model import PropertyInfo, entity_schemata, is_a, properties

SUBJECT = "subject"


def schema_choices() -> list[tuple[str, str]]:
    """The kinds of entity in the reader's language, by name."""
    language = get_language() or "en"
    return sorted(((name, schema_label(name, language)) for name in entity_schemata()), key=lambda one: one[1])


class FilterForm(forms.Form):
    """What the list shows."""

    text = forms.CharField(label=_("Words"), required=False, max_length=200)
    schema = forms.ChoiceField(label=_("Kind"), required=False, choices=lambda: [("", "—"), *schema_choices()])


class SchemaForm(forms.Form):
    """What kind of thing facts are about."""

    schema = forms.ChoiceField(label=_("What are the facts about?"), choices=schema_choices, initial="Person")


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 3}))


class CorrectForm(ReasonForm):
    """The right value, how the source spells it, and the day it was so."""

    value = forms.CharField(label=_("The right value"), max_length=10_000)
    original = forms.CharField(
        label=_("Original spelling"),
        required=False,
        max_length=10_000,
        help_text=_("As the source writes it, where that differs, for instance in another script."),
    )
    lang = forms.ChoiceField(label=_("Language of the original spelling"), required=False, choices=languages)
    seen_on = DateField3(label=_("Seen on"), required=False, help_text=SEEN_ON)
    field_order = ("value", "original", "lang", "seen_on", "reason")

    def __init__(self, *args: Any, said: Statement, **kwargs: Any) -> None:
        """`said`: what is to be corrected; hidden parts of it stay unless something is written in their place."""
        self._hidden = said.sealed and said.value is None
        lang = None if self._hidden else said.lang
        known = {"value": said.value, "original": said.original, "lang": lang, "seen_on": said.seen_on}
        super().__init__(*args, **{"initial": known, **kwargs})
        # A partner's letter or an import may have named a language that is not on the list: it is kept as it is.
        if lang and lang not in dict(languages()):
            self.fields["lang"].choices = [*languages(), (lang, lang)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self._hidden:
            check_spelling(self, "value", "original", "lang")
        return data

    def correction(self) -> dict[str, Any]:
        """What the action is to be given besides the statement."""
        data = dict(self.cleaned_data)
        if self._hidden and not data["original"]:
            data |= {"original": KEPT, "lang": KEPT}
        return data


class OtherForm(PickForm):
    """The entry that is said to be the same as one."""

    def __init__(self, *args: Any, officer: Officer, entity_id: int, schema: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        picks = EntityPicks(officer, like=schema, but_not=entity_id)
        self.fields["other"] = PickField(picks, label=_("Which entry is the same?"))


class MergeForm(OtherForm, ReasonForm):
    """The other entry, chosen before, and why the two are one."""

    field_order = ("other", "reason")


UNTIL = _("A year at most. Afterwards it is unknown again: the person is protected, and nothing about her leaves.")


def in_a_year() -> dt.date:
    """The day that is proposed: the last that may be named."""
    return longest_category(timezone.now().date())


class CategoryForm(ReasonForm):
    """What a person is in this matter."""

    category = CodeField("person_categories")
    expires = DateField3(label=_("Until"), initial=in_a_year, help_text=UNTIL)
    field_order = ("category", "expires", "reason")


class RecordForm(PickForm):
    """A source and what it says about one entity, new or known."""

    title = forms.CharField(
        label=_("Where is this from?"), max_length=300, help_text=_("For example: interview of 3 March. No names.")
    )
    compartment = forms.ChoiceField(label=_("Team that may know"))
    kind = CodeField("source_kinds", as_select=True)
    reliability = CodeField("source_reliability", as_select=True)
    accuracy = CodeField("information_accuracy", as_select=True)
    nature = CodeField("statement_nature", as_select=True, initial="fact")
    handling = CodeField("handling_codes", as_select=True)
    handling_text = forms.CharField(
        label=_("Restriction in words"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Needed with H3."),
    )
    purpose = CodeField("purposes", as_select=True)
    basis = CodeField("evidence_basis", as_select=True)
    seen_on = DateField3(label=_("Seen on"), required=False, help_text=SEEN_ON)
    retain_until = DateField3(label=_("Keep until"))

    def __init__(self, *args: Any, officer: Officer, schema: str, known: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._schema, self._known = schema, known
        self.fields["concerns"] = PickField(
            EntityPicks(officer, kind="Person"),
            many=True,
            label=_("Other persons whom these facts concern"),
            required=False,
            help_text=_("If one of them is protected, so are these facts."),
        )
        choices = [(str(team.pk), team.name) for team in compartments_of(officer)]
        self.fields["compartment"].choices = choices  # type: ignore[attr-defined]
        if known is None and is_a(schema, "Person"):
            self.fields["category"] = CodeField("person_categories")
            self.fields["category_until"] = DateField3(label=_("Until"), initial=in_a_year, help_text=UNTIL)
        self._spots: list[Spot] = []
        self._add_spots(officer)

    @property
    def finding(self) -> bool:
        """Whether only a search or another value was asked for: then nothing is judged."""
        return super().finding or (self.is_bound and ANOTHER in self.data)

    @property
    def source_fields(self) -> list[forms.BoundField]:
        """What holds for the source."""
        of_values = {name for spot in self._spots for name in (spot.value, spot.original, spot.lang)}
        return [self[name] for name in self.fields if name not in {*of_values, "category", "category_until"}]

    @property
    def category_fields(self) -> list[forms.BoundField]:
        """The category of a new person, and until when it holds."""
        return [self[name] for name in ("category", "category_until") if name in self.fields]

    @property
    def featured_spots(self) -> list[ShownSpot]:
        """The properties asked for most."""
        return [shown(spot, self) for spot in self._spots if _first(spot.info)]

    @property
    def other_spots(self) -> list[ShownSpot]:
        """The other properties."""
        return [shown(spot, self) for spot in self._spots if not _first(spot.info)]

    @property
    def others_open(self) -> bool:
        """Whether the other properties are unfolded: there is a fault among them, or one was just given a place."""
        places = {spot.value for spot in self._spots if not _first(spot.info)}
        return not places.isdisjoint(self.errors) or any(
            each.opened or each.spot.place > 1 for each in self.other_spots
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for spot in self._spots:
            if spot.original:
                check_spelling(self, spot.value, spot.original, spot.lang)
        return data

    def draft(self, owner: str) -> SourceDraft:
        """What the officer filled in."""
        data = self.cleaned_data
        statements = tuple(self._statements())
        return SourceDraft(
            kind=data["kind"],
            title=data["title"],
            owner=owner,
            reliability=data["reliability"],
            handling=data["handling"],
            handling_text=data["handling_text"],
            purpose=data["purpose"],
            basis=data["basis"],
            retain_until=data["retain_until"],
            entities=(
                EntityDraft(SUBJECT, self._schema, self._known, data.get("category"), data.get("category_until")),
                *(EntityDraft(key, schema, int(key)) for key, schema in sorted(self._referred().items())),
            ),
            statements=statements,
        )

    def said(self) -> list[tuple[str, str]]:
        """The values filled in, by property; those that name another entity left out."""
        return [(spot.info.name, value) for spot, value in self._filled() if spot.info.type != "entity"]

    def say(self, fault: BadInput | BadInputs) -> None:
        """Put what the action found wrong beside the field it speaks of."""
        named = [spot.value for spot, _value in self._filled()]
        for problem in fault.problems if isinstance(fault, BadInputs) else (fault,):
            parts = problem.field.split(".")
            field: str | None = named[int(parts[1])] if parts[0] == "statements" else parts[-1]
            self.add_error(field if field in self.fields else None, f"{problem.problem} {problem.cure}")

    def _filled(self) -> list[tuple[Spot, str]]:
        found = ((spot, self.cleaned_data.get(spot.value)) for spot in self._spots)
        return [(spot, str(value)) for spot, value in found if value]

    def _statements(self) -> list[StatementDraft]:
        data = self.cleaned_data
        return [
            StatementDraft(
                SUBJECT,
                spot.info.name,
                self._key(value),
                int(data["accuracy"]),
                data["nature"],
                original=data.get(spot.original) or None,
                lang=data.get(spot.lang) or None,
                seen_on=data["seen_on"],
            )
            for spot, value in self._filled()
        ]

    def _key(self, value: str) -> str:
        return SUBJECT if self._known is not None and value == str(self._known) else value

    def _referred(self) -> dict[str, str]:
        """Known entities that values or `concerns` name, by number, with the kind they must be of."""
        found = dict.fromkeys(map(str, self.cleaned_data["concerns"]), "Person")
        for spot, value in self._filled():
            if spot.info.type == "entity":
                found.setdefault(value, spot.info.range or "Thing")
        found.pop(str(self._known), None)
        return found

    def _add_spots(self, officer: Officer) -> None:
        """Fields for the values of each property: one, and as many more as were asked for."""
        for info in properties(self._schema):
            for spot in spots_of(info, self.data):
                self._spots.append(spot)
                self.fields |= fields_of(spot, self._schema, EntityPicks(officer, kind=info.range or ""))


def _first(info: PropertyInfo) -> bool:
    return info.featured or info.required
