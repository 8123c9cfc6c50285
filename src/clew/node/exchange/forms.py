"""The forms of the letter pages. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.cases.queries import case_list
from clew.node.design.fields import DateField3
from clew.node.disclosure.queries import REASONS_TO_CORRECT
from clew.node.exchange.words import (
    CAUSES,
    DECLINED,
    RECALL_ACTIONS,
    RECALL_OUTCOMES,
    RECALL_REASONS,
    WRITING_AGAIN,
)
from clew.node.pages import code_choices

NEW_CASE = "new"


class TakeForm(forms.Form):
    """Which case a letter goes into."""

    case = forms.ChoiceField(label=_("Into which case?"), widget=forms.RadioSelect)
    title = forms.CharField(
        label=_("Title of the new case"),
        max_length=200,
        required=False,
        help_text=_("Only for a new case. Short, and without the name of any person."),
    )
    kind = forms.ChoiceField(label=_("Kind of the new case"), choices=code_choices("case_kinds"), required=False)

    def __init__(self, data: Any = None, *, officer: Officer, present: int | None) -> None:
        super().__init__(data, initial={"case": str(present or NEW_CASE), "kind": "investigation"})
        cases = [(str(case.pk), str(case)) for case in case_list(officer=officer).cases]
        if "case.open" in permissions_of(officer):
            cases.append((NEW_CASE, str(_("Open a new case"))))
        self.fields["case"].choices = cases  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("case") == NEW_CASE and not cleaned.get("title"):
            self.add_error("title", _("A new case needs a title."))
        return cleaned


class RefuseForm(forms.Form):
    """Why a letter is declined; the partner reads both."""

    code = forms.ChoiceField(label=_("Reason"), choices=list(DECLINED.items()), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("What the partner will read"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Name no person, and nothing that only your organisation knows."),
    )


class RecallForm(forms.Form):
    """What is asked of whoever holds a letter, and why."""

    what = forms.ChoiceField(
        label=_("What is asked of whoever holds it?"), choices=list(RECALL_ACTIONS.items()), widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=list(RECALL_REASONS.items()),
        widget=forms.RadioSelect,
        help_text=_("Every holder reads it. If a person withdrew her consent, say that what it rested on has ended."),
    )


class CorrectForm(forms.Form):
    """Why what was sent is replaced or struck out."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=list(REASONS_TO_CORRECT.items()),
        widget=forms.RadioSelect,
        help_text=_("Every holder reads it."),
    )


class AnswerRecallForm(forms.Form):
    """What became of what a partner took back."""

    outcome = forms.ChoiceField(
        label=_("What became of it?"),
        choices=[(code, RECALL_OUTCOMES[code]) for code in ("done", "held-by-court-order")],
        widget=forms.RadioSelect,
    )
    reference = forms.CharField(
        label=_("The court's reference"),
        max_length=100,
        required=False,
        help_text=_("Only where a court ordered that it be held. Its number, without a name. It stays here."),
    )
    until = DateField3(label=_("Held until, where that is known"), required=False)


class WriteAgainForm(forms.Form):
    """Why letters leave again to a partner that has not said all that it has."""

    reason = forms.ChoiceField(
        label=_("Why may letters leave to this partner again?"),
        choices=list(WRITING_AGAIN.items()),
        widget=forms.RadioSelect,
    )


class SettleForm(forms.Form):
    """Why a log contradicts what it was."""

    cause = forms.ChoiceField(label=_("What was the reason?"), choices=list(CAUSES.items()), widget=forms.RadioSelect)
