"""The forms of the rule book. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clew.node.design.fields import DateField3
from clew.node.pages import country_choices
from clew.node.rulebook.actions.setting import SettingDraft
from clew.node.rulebook.schema import SettingKind
from clew.node.rulebook.value_fields import value_fields, value_of

LONGEST_TEXT = 5000


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))


class SeveralFiles(forms.ClearableFileInput):
    """A field for one file or several."""

    allow_multiple_selected = True


class RuleFiles(forms.FileField):
    """Rule files, or one zip archive of them."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Every uploaded file."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(RuleFiles, self).clean(each, initial) for each in given or [None]]


class UploadForm(forms.Form):
    """A rule set from outside."""

    upload = RuleFiles(
        label=_("Rule files, or one zip archive of them"),
        help_text=_("Files that end in .cedar, .cedarschema or .yaml. Lists and schema may be left out."),
    )
    reason = ReasonForm.base_fields["reason"]


class SignOffForm(forms.Form):
    """What a lawyer states when she signs for a rule."""

    jurisdiction = forms.CharField(
        label=_("For which jurisdiction"), max_length=200, help_text=_("For instance: Austria, and European Union law.")
    )
    sources = forms.CharField(
        label=_("Checked against which official texts"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Title, article, edition, and where it was read."),
    )
    checked = DateField3(label=_("Checked on"))
    expires = DateField3(label=_("Look again before"), help_text=_("From this day on the sign-off no longer counts."))


class EndForm(forms.Form):
    """The last day of a value."""

    last_day = DateField3(label=_("Last day in effect"))
    reason = ReasonForm.base_fields["reason"]


class SettingForm(forms.Form):
    """A value of one setting; the field `value` follows the setting's type."""

    def __init__(self, *args: Any, kind: SettingKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind.country != "none":
            everywhere = None if kind.country == "required" else _("All countries")
            self.fields["country"] = forms.ChoiceField(
                label=_("Country"),
                required=kind.country == "required",
                choices=country_choices(empty=everywhere or _("Choose a country")),
            )
        if kind.instrument:
            self.fields["instrument"] = forms.CharField(
                label=_("Short name of the instrument"), required=False, max_length=50,
                help_text=_("Leave empty if it holds for all."),
            )  # fmt: skip
        self.fields |= value_fields(kind)
        self.fields["from_day"] = DateField3(label=_("From"), initial=timezone.localdate)
        self.fields["until_day"] = DateField3(
            label=_("Until"), required=False, help_text=_("Leave empty if it has no end.")
        )
        self.fields["source"] = forms.CharField(
            label=_("On what it rests"), max_length=2000, help_text=_("Law, decision or instruction, with its number.")
        )
        self.fields["reason"] = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))

    def draft(self) -> SettingDraft:
        """The value as the action takes it."""
        given = self.cleaned_data
        return SettingDraft(
            key=self.kind.key,
            value=value_of(self.kind, given),
            reason=given["reason"],
            source=given["source"],
            from_day=given["from_day"],
            until_day=given["until_day"],
            country=given.get("country", ""),
            instrument=given.get("instrument", ""),
        )
