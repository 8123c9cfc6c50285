"""The forms of the pages on joint-investigation agreements. They check shape only; the actions say what is allowed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clew.node.design.fields import DateField3, HintedRadioSelect
from clew.node.pages import code_choices
from clew.node.partners.joint import OUTSIDE_USE, JointTerms
from clew.node.partners.joint_checking import LONGEST_CLAUSE, JointDraft

Choices = Sequence[tuple[str, str]]


class TermsForm(forms.Form):
    """What the parties agreed."""

    title = forms.CharField(
        label=_("Title"), max_length=300, help_text=_("Do not name a person: everyone who sees cases can read it.")
    )
    instrument = forms.ChoiceField(
        label=_("Instrument that it rests on"),
        help_text=_("The convention or treaty that allows joint investigations."),
    )
    lead = forms.ChoiceField(label=_("Lead"), help_text=_("The member that leads. It is named as a member too."))
    period_from = DateField3(label=_("First day"))
    period_until = DateField3(label=_("Last day"), help_text=_("An amendment can extend it."))
    clause = forms.CharField(
        label=_("Clause on use"),
        max_length=LONGEST_CLAUSE,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("The words of the agreement on what the information may be used for."),
    )
    purposes = forms.MultipleChoiceField(
        label=_("Purposes inside the team"), choices=code_choices("purposes"), widget=forms.CheckboxSelectMultiple
    )
    outside_use = forms.ChoiceField(
        label=_("Use outside the team"),
        choices=[(code, label) for code, (label, _hint) in OUTSIDE_USE.items()],
        widget=HintedRadioSelect(hints={code: hint for code, (_label, hint) in OUTSIDE_USE.items()}),
    )

    def __init__(self, *args: Any, instruments: Choices, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "instrument", [("", str(_("Choose an instrument"))), *instruments])
        _offer(self, "lead", [("", str(_("Choose a party"))), *members])


class JointForm(TermsForm):
    """A new agreement."""

    code = forms.CharField(
        label=_("Short name"), max_length=60, help_text=_("As it stands in decisions, for instance JIT-AT-BG-2026-1.")
    )
    members = forms.MultipleChoiceField(
        label=_("Members"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Your own organisation too, if it is one. Posts belong to their organisation."),
    )
    fictional = forms.BooleanField(label=_("It is fictional, for a demonstration"), required=False)
    field_order = ("code", "title", "instrument", "members", "lead")

    def __init__(self, *args: Any, instruments: Choices, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, instruments=instruments, members=members, **kwargs)
        _offer(self, "members", members)

    def draft(self) -> JointDraft:
        """The agreement as the action takes it."""
        given = self.cleaned_data
        names = JointTerms.__dataclass_fields__
        terms = {name: given[name] for name in names} | {"purposes": tuple(given["purposes"])}
        return JointDraft(given["code"].strip(), JointTerms(**terms), given["members"], fictional=given["fictional"])


class AmendForm(TermsForm):
    """An amendment: the present terms, to be changed where the amendment changes them."""

    period_from = None  # type: ignore[assignment]
    text = forms.CharField(
        label=_("What was agreed"), max_length=5000, widget=forms.Textarea({"rows": 3}),
        help_text=_("In your words, or those of the amendment."),
    )  # fmt: skip
    day = DateField3(label=_("Holds from"))
    signed_by = forms.MultipleChoiceField(
        label=_("Signed by"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It holds only if each member has signed it."),
    )
    field_order = ("text", "day", "signed_by")

    def __init__(self, *args: Any, instruments: Choices, members: Choices, **kwargs: Any) -> None:
        super().__init__(*args, instruments=instruments, members=members, **kwargs)
        _offer(self, "signed_by", members)

    def changes(self) -> dict[str, Any]:
        """The terms as they would be; the action keeps those that differ."""
        return {name: value for name, value in self.cleaned_data.items() if name in JointTerms.__dataclass_fields__}


class FromDayForm(forms.Form):
    """From which day, and why."""

    day = DateField3(label=_("From"), initial=timezone.localdate)
    reason = forms.CharField(label=_("Reason"), max_length=5000, widget=forms.Textarea({"rows": 3}))


class MemberForm(forms.Form):
    """A further member."""

    party_uid = forms.ChoiceField(label=_("Organisation"))
    day = DateField3(label=_("Member from"), initial=timezone.localdate)
    basis = forms.ChoiceField(
        label=_("Its own basis"),
        required=False,
        help_text=_("Needed where its state is not bound by Directive (EU) 2016/680: nothing goes to it without one."),
    )
    text = forms.CharField(label=_("Note"), required=False, max_length=5000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args: Any, instruments: Choices, parties: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "party_uid", [("", str(_("Choose a party"))), *parties])
        _offer(self, "basis", [("", str(_("None"))), *instruments])


class BasisForm(forms.Form):
    """A member's own basis."""

    basis = forms.ChoiceField(label=_("Its own basis"), required=False)
    day = DateField3(label=_("From"), initial=timezone.localdate)

    def __init__(self, *args: Any, instruments: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "basis", [("", str(_("None"))), *instruments])


class ConfirmationForm(forms.Form):
    """The second officer's yes: it has no field."""


class OnForm(forms.Form):
    """As of which day to show an agreement."""

    on = DateField3(label=_("As it stood on"), required=False)

    def day(self) -> dt.date:
        """The day asked for; today where none or no real one was."""
        asked: dt.date | None = self.cleaned_data.get("on") if self.is_valid() else None
        return asked or timezone.localdate()


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField | forms.MultipleChoiceField):
        field.choices = list(choices)
