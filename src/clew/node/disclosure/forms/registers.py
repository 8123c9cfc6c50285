"""What named humans record for the rules: assurances, circumstances, assessments, permissions, marks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clew.node.design.fields import CodeField, DateField3
from clew.node.disclosure.marks import KINDS as MARKS
from clew.node.disclosure.models import Assurance
from clew.node.disclosure.safeguards import KINDS
from clew.node.pages import code_choices, country_choices


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 3}))


class AssuranceForm(forms.Form):
    """A partner's written word."""

    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=(
            (Assurance.Kind.ASSURANCE, _("An assurance: no death penalty, no inhuman treatment")),
            (Assurance.Kind.PLEDGE, _("A pledge of reciprocity")),
            (Assurance.Kind.CONFIDENTIALITY, _("An undertaking to keep requests confidential")),
            (
                Assurance.Kind.ASSESSMENT,
                _("Our own assessment of the safeguards there"),
            ),
        ),
        widget=forms.RadioSelect,
    )
    party = forms.ChoiceField(label=_("Of which party?"))
    instrument = forms.ChoiceField(label=_("For one instrument only"), required=False)
    text = forms.CharField(label=_("Its text"), widget=forms.Textarea({"rows": 5}))
    issuer = forms.CharField(label=_("Who signed it"), max_length=200)
    issued = DateField3(label=_("Given on"))
    expires = DateField3(label=_("Ends on"))
    translations = forms.MultipleChoiceField(
        label=_("Translations at hand"),
        choices=code_choices("languages"),
        required=False,
        widget=forms.SelectMultiple({"size": 6}),
    )
    doubts_on_torture = forms.BooleanField(
        label=_("There are doubts whether persons are safe from torture there"), required=False
    )

    def __init__(
        self, *args: Any, parties: list[tuple[str, str]], instruments: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = [("", "—"), *parties]  # type: ignore[attr-defined]
        self.fields["instrument"].choices = [("", "—"), *instruments]  # type: ignore[attr-defined]


class SafeguardForm(forms.Form):
    """One protected circumstance. Its answer is never shown again, to anyone."""

    answer = forms.ChoiceField(label=_("Answer"), required=False, widget=forms.RadioSelect)
    countries = forms.MultipleChoiceField(
        label=_("Countries"), choices=country_choices(), required=False, widget=forms.SelectMultiple({"size": 8})
    )
    expires = DateField3(label=_("Look at it again on"), help_text=_("After that day it counts as not recorded."))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = KINDS[kind].choices
        del self.fields["countries" if choices else "answer"]
        if choices:
            self.fields["answer"].choices = list(choices.items())  # type: ignore[attr-defined]
            self.fields["answer"].label = str(KINDS[kind].label)
        else:
            self.fields["countries"].label = str(KINDS[kind].label)

    def answers(self) -> list[str]:
        """What was answered, as the action takes it."""
        if "countries" in self.cleaned_data:
            return list(self.cleaned_data["countries"])
        return [self.cleaned_data["answer"]]


class RiskForm(forms.Form):
    """An assessment of the risk of retaliation."""

    state = forms.ChoiceField(label=_("If which state learns of her?"), choices=country_choices(empty="—"))
    assessed = DateField3(label=_("Assessed on"))
    favourable = forms.ChoiceField(
        label=_("Result"),
        choices=(("yes", _("No risk was found")), ("no", _("She would be at risk"))),
        widget=forms.RadioSelect,
    )
    reasons = forms.CharField(label=_("Reasons"), widget=forms.Textarea({"rows": 4}))


class AuthorisationForm(forms.Form):
    """The permission of an organisation that a source passed through to pass it on."""

    by = forms.ChoiceField(
        label=_("Who permits it?"), required=False, help_text=_("Left open: the organisation that gave it to you.")
    )
    recipient = forms.ChoiceField(label=_("To whom may it be passed on?"))
    purpose = CodeField(
        "purposes", label=_("For which purpose?"), as_select=True, required=False,
        help_text=_("Left open: only for the purpose for which it was given."),
    )  # fmt: skip
    evidence = forms.BooleanField(label=_("They also permit its use as evidence"), required=False)
    reference = forms.CharField(label=_("Where the permission is written"), max_length=200)
    given = DateField3(label=_("Given on"))
    expires = DateField3(label=_("Ends on"))

    def __init__(self, *args: Any, parties: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("by", "recipient"):
            self.fields[name].choices = [("", "—"), *parties]  # type: ignore[attr-defined]


class MarkForm(forms.Form):
    """A mark on a source or on one of its statements."""

    kind = forms.ChoiceField(
        label=_("What holds for it?"), choices=[(code, kind.label) for code, kind in MARKS.items()],
        widget=forms.RadioSelect,
    )  # fmt: skip
    detail = forms.CharField(label=_("For joint material: the agreement's short name"), required=False, max_length=60)
    review = DateField3(label=_("For what is on hold: when to look again"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 3}))
