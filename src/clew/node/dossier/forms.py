"""The forms of the dossier's pages. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import compartments_of
from clew.node.design.fields import CodeField, DateField3
from clew.node.design.picking import PickField, PickForm
from clew.node.dossier.queries import EntityPicks
from clew.node.types import BadInput, BadInputs
from clew.vocabulary.labels import property_label, schema_label
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
    """The right value."""

    value = forms.CharField(label=_("The right value"), max_length=10_000)
    field_order = ("value", "reason")


class OtherForm(PickForm):
    """The entry that is said to be the same as one."""

    def __init__(self, *args: Any, officer: Officer, entity_id: int, schema: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        picks = EntityPicks(officer, like=schema, but_not=entity_id)
        self.fields["other"] = PickField(picks, label=_("Which entry is the same?"))


class MergeForm(OtherForm, ReasonForm):
    """The other entry, chosen before, and why the two are one."""

    field_order = ("other", "reason")


class CategoryForm(ReasonForm):
    """What a person is in this matter."""

    category = CodeField("person_categories")
    expires = DateField3(
        label=_("Until"), required=False, help_text=_("Afterwards it is unknown again, and the person is protected.")
    )
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
        for info in properties(schema):
            self.fields[f"prop_{info.name}"] = _property_field(schema, info, officer)

    @property
    def source_fields(self) -> list[forms.BoundField]:
        """What holds for the source."""
        return [self[name] for name in self.fields if not name.startswith("prop_") and name != "category"]

    @property
    def category_field(self) -> forms.BoundField | None:
        """The category of a new person."""
        return self["category"] if "category" in self.fields else None

    @property
    def featured_fields(self) -> list[forms.BoundField]:
        """The properties asked for most."""
        return [self[f"prop_{info.name}"] for info in properties(self._schema) if _first(info)]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """The other properties."""
        return [self[f"prop_{info.name}"] for info in properties(self._schema) if not _first(info)]

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
                EntityDraft(SUBJECT, self._schema, self._known, data.get("category")),
                *(EntityDraft(key, schema, int(key)) for key, schema in sorted(self._referred().items())),
            ),
            statements=statements,
        )

    def say(self, fault: BadInput | BadInputs) -> None:
        """Put what the action found wrong beside the field it speaks of."""
        named = [one.prop for one in self._statements()]
        for problem in fault.problems if isinstance(fault, BadInputs) else (fault,):
            parts = problem.field.split(".")
            field: str | None = f"prop_{named[int(parts[1])]}" if parts[0] == "statements" else problem.field
            self.add_error(field if field in self.fields else None, f"{problem.problem} {problem.cure}")

    def _statements(self) -> list[StatementDraft]:
        data = self.cleaned_data
        return [
            StatementDraft(SUBJECT, info.name, self._key(str(value)), int(data["accuracy"]), data["nature"])
            for info in properties(self._schema)
            if (value := data.get(f"prop_{info.name}"))
        ]

    def _key(self, value: str) -> str:
        return SUBJECT if self._known is not None and value == str(self._known) else value

    def _referred(self) -> dict[str, str]:
        """Known entities that values or `concerns` name, by number, with the kind they must be of."""
        found = dict.fromkeys(map(str, self.cleaned_data["concerns"]), "Person")
        for info in properties(self._schema):
            value = self.cleaned_data.get(f"prop_{info.name}")
            if value and info.type == "entity":
                found.setdefault(str(value), info.range or "Thing")
        found.pop(str(self._known), None)
        return found


def _first(info: PropertyInfo) -> bool:
    return info.featured or info.required


def _property_field(schema: str, info: PropertyInfo, officer: Officer) -> forms.Field:
    label = property_label(schema, info.name, get_language() or "en")
    if info.codelist is not None:
        return CodeField(info.codelist, as_select=True, required=False, label=label)
    if info.type == "entity":
        return PickField(EntityPicks(officer, kind=info.range or ""), label=label, required=False)
    return forms.CharField(label=label, required=False, max_length=info.max_length)
