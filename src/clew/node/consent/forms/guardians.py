"""Who answers for a child."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clew.node.consent.actions import GuardianDraft, longest_days
from clew.node.design.fields import CodeField, DateField3


class GuardianForm(forms.Form):
    """A guardian, and whether there is a conflict of interest."""

    name = forms.CharField(label=_("Name of the guardian"), max_length=200)
    relation = CodeField("consent_guardian_relations", label=_("Who the guardian is"))
    authority = forms.CharField(
        label=_("Appointed by"),
        max_length=200,
        help_text=_("The court or authority. For a parent: by law, and who checked it."),
    )
    reference = forms.CharField(label=_("Reference of the decision"), max_length=200, required=False)
    conflict = CodeField("consent_guardian_conflict", label=_("Is there a conflict of interest?"))
    conflict_reason = forms.CharField(
        label=_("How do you know?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Who looked into it, and what was found. Guardians are often relatives of those who traffic."),
    )
    valid_from = DateField3(label=_("Acts for the child since"))
    valid_until = DateField3(label=_("To be looked at again by"))

    def __init__(self, *args: Any, teams: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["compartment"] = forms.TypedChoiceField(
            label=_("Recorded for the team"), coerce=int, choices=teams, initial=teams[0][0] if teams else None
        )
        self.order_fields(["compartment"])
        self.initial.setdefault("valid_until", timezone.localdate() + dt.timedelta(days=longest_days()))

    def draft(self) -> GuardianDraft:
        """The guardian as the action takes it."""
        given = dict(self.cleaned_data)
        given.pop("compartment")
        return GuardianDraft(**given)


class FindingForm(forms.Form):
    """What was found out about a guardian's interests."""

    answer = CodeField("consent_guardian_conflict", label=_("Is there a conflict of interest?"))
    reason = forms.CharField(label=_("How do you know?"), max_length=2000, widget=forms.Textarea({"rows": 3}))
    found = DateField3(label=_("Found on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("found", timezone.localdate())


class EndForm(forms.Form):
    """The end of a guardian."""

    reason = forms.CharField(label=_("Why it ended"), max_length=2000, widget=forms.Textarea({"rows": 3}))
