"""The forms of a simulation: which past decisions, and what is changed in the sandbox."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clew.exchange.kinds.table import NEVER_NAMED
from clew.node.design.fields import CodeChoices, DateField3
from clew.node.disclosure.queries.simulating import MOST, Selection
from clew.node.disclosure.sandbox import PLACES
from clew.node.pages import code_choices, country_choices
from clew.node.rulebook.queries import SettingKind, value_fields, value_of

LONGEST_RULE = 100_000


class SelectionForm(forms.Form):
    """Which past decisions are decided again."""

    since = DateField3(label=_("Decided from"), required=False)
    until = DateField3(label=_("Decided until"), required=False)
    partner = forms.ChoiceField(label=_("Partner"), required=False)
    purpose = forms.ChoiceField(
        label=_("Purpose"), required=False, choices=code_choices("purposes", empty=_("Any purpose"))
    )
    last = forms.IntegerField(
        label=_("At most the last"),
        min_value=1,
        max_value=MOST,
        initial=500,
        help_text=_("Up to 5,000 decisions."),
        widget=forms.NumberInput({"class": "govuk-input--width-5"}),
    )

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("Any partner")), *parties]
        self.fields["partner"] = forms.ChoiceField(label=_("Partner"), required=False, choices=offered)

    def selection(self) -> Selection:
        """The choice as the query takes it."""
        given = self.cleaned_data
        return Selection(given["since"], given["until"], given["partner"], given["purpose"], given["last"])


class UploadForm(SelectionForm):
    """With the rules of a file. It must be one zip archive, or one rule file laid over the rules in force."""

    upload = forms.FileField(
        label=_("Rule file, or zip archive of a whole set"),
        help_text=_("A .cedar file takes the place of the rule of its name; an archive replaces all rules."),
    )


class EditForm(SelectionForm):
    """With another text of one rule."""

    text = forms.CharField(
        label=_("Text of the rule"),
        max_length=LONGEST_RULE,
        strip=False,
        widget=forms.Textarea({"rows": 24, "spellcheck": "false", "lang": "en"}),
    )


class InstrumentForm(SelectionForm):
    """With an instrument that had ended."""

    instrument = forms.ChoiceField(label=_("Instrument"))

    def __init__(self, *args: Any, instruments: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument"] = forms.ChoiceField(label=_("Instrument"), choices=instruments)


class EnablesForm(InstrumentForm):
    """With an instrument that enables something else."""

    letters = forms.MultipleChoiceField(
        label=_("Letters it would enable"), required=False, choices=CodeChoices("letter_types", but_not=NEVER_NAMED),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    purposes = forms.MultipleChoiceField(
        label=_("For these purposes"), required=False, choices=code_choices("purposes"),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class SettingForm(SelectionForm):
    """With another value of a setting."""

    def __init__(self, *args: Any, kind: SettingKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind.country != "none":
            required = kind.country == "required"
            empty = _("Choose a country") if required else _("All countries")
            self.fields["country"] = forms.ChoiceField(
                label=_("Country"), required=required, choices=country_choices(empty=empty)
            )
        self.fields |= value_fields(kind)

    def value(self) -> object:
        """The value as the stored facts of past decisions hold it."""
        return fact_of(self.kind, value_of(self.kind, self.cleaned_data))


def fact_of(kind: SettingKind, value: Any) -> object:
    """A setting's value in the words of the facts (`sandbox.PLACES`)."""
    if kind.key == "adequacy":
        return value["reference"]
    return value if kind.key in PLACES or kind.type == "boolean" else None
