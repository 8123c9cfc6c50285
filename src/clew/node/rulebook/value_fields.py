"""Form fields for the value of a setting, by the setting's type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clew import vocabulary
from clew.node.rulebook.schema import FREE_TEXT, SettingKind
from clew.node.rulebook.wording import choice_words


def value_fields(kind: SettingKind) -> dict[str, forms.Field]:
    """The fields in which a value is entered: `value`, or several that are named for their parts."""
    label = pgettext_lazy("setting", "Value")
    if kind.type == "integer":
        hint = _("From %(least)d to %(most)d.") % {"least": kind.least, "most": kind.most}
        widget = forms.NumberInput({"class": "govuk-input--width-5"})
        return {"value": forms.IntegerField(label=label, help_text=hint, widget=widget)}
    if kind.type == "boolean":
        answers = [("yes", pgettext_lazy("answer", "Yes")), ("no", pgettext_lazy("answer", "No"))]
        return {"value": forms.ChoiceField(label=label, choices=answers, widget=forms.RadioSelect)}
    if kind.type == "choice":
        offered = [(code, choice_words(code)) for code in kind.choices]
        return {"value": forms.ChoiceField(label=label, choices=offered, widget=forms.RadioSelect)}
    if kind.type == "roles":
        return _role_fields(kind)
    offered = [(code, choice_words(code)) for code in kind.choices]
    return {
        "sector": forms.ChoiceField(label=_("Sector"), choices=offered, widget=forms.RadioSelect),
        "reference": forms.CharField(label=_("Reference of the decision"), max_length=FREE_TEXT),
    }


def _role_fields(kind: SettingKind) -> dict[str, forms.Field]:
    roles, lang = vocabulary.codelist("roles"), get_language() or "en"
    return {
        f"role_{role}": forms.MultipleChoiceField(
            label=_("Also counts where a rule asks for: %(role)s") % {"role": roles.label(role, lang)},
            required=False,
            choices=[(each, roles.label(each, lang)) for each in more],
            widget=forms.CheckboxSelectMultiple,
        )
        for role, more in kind.permitted.items()
        if more
    }


def value_of(kind: SettingKind, given: Mapping[str, Any]) -> object:
    """The value from the cleaned data of those fields."""
    if kind.type == "roles":
        chosen = {role: given.get(f"role_{role}", []) for role in kind.permitted}
        return {role: more for role, more in chosen.items() if more}
    if kind.type == "record":
        return {"sector": given["sector"], "reference": given["reference"]}
    return given["value"] == "yes" if kind.type == "boolean" else given["value"]
