"""The forms of the case pages. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clew.node.accounts.actions import Officer
from clew.node.design.fields import CodeChoices, DateField3
from clew.node.design.picking import PickField, PickForm
from clew.node.dossier.queries import EntityPicks
from clew.node.pages import code_choices
from clew.node.sealed_files import LARGEST

END_OF_DAY = dt.time(23, 59, 59)


class CaseForm(forms.Form):
    """The head of a case."""

    title = forms.CharField(
        label=_("Title"),
        max_length=200,
        help_text=_("Short, and without the name of any person: titles are read in lists."),
    )
    kind = forms.ChoiceField(
        label=_("Kind of case"), choices=code_choices("case_kinds"), widget=forms.RadioSelect, initial="investigation"
    )
    offence_codes = forms.MultipleChoiceField(
        label=_("Offences"),
        choices=code_choices("offences"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is suspected. You can change it later."),
    )
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("What a colleague must know. Names belong into the dossier, where they are protected."),
    )


class CaseEditForm(CaseForm):
    """The head of a case that is open."""

    waiting = forms.BooleanField(label=_("Nothing can be done until someone else answers"), required=False)


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 3}))


class CloseForm(ReasonForm):
    """Closing a case."""

    by_referral = forms.BooleanField(label=_("Another organisation took the matter over"), required=False)


class OfficerForm(forms.Form):
    """One officer out of those who may be chosen."""

    def __init__(self, *args: Any, candidates: QuerySet[Model], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"] = forms.ModelChoiceField(
            label=_("Officer"), queryset=candidates, empty_label=_("Choose an officer")
        )


class TaskForm(forms.Form):
    """A task for a member of the team, or for whoever takes it."""

    title = forms.CharField(label=_("What is to be done"), max_length=300)
    due = DateField3(label=_("Due on"), required=False)

    def __init__(self, *args: Any, team: QuerySet[Model], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assigned"] = forms.ModelChoiceField(
            label=pgettext_lazy("who is to do a task", "For"),
            queryset=team,
            required=False,
            empty_label=_("Anyone in the team"),
        )
        self.order_fields(["title", "assigned", "due"])


class DeadlineForm(forms.Form):
    """A deadline and what set it."""

    title = forms.CharField(label=_("What must have happened"), max_length=300)
    due = DateField3(label=_("By the end of"))
    set_by = forms.CharField(
        label=_("Set by"), max_length=200, help_text=_("The law, instrument or decision that sets it.")
    )


class DocumentForm(forms.Form):
    """One file for the case."""

    title = forms.CharField(label=_("Title"), max_length=300)
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("At most %(megabytes)d MB. It is stored encrypted.") % {"megabytes": LARGEST // 1024 // 1024},
    )


class NoteForm(forms.Form):
    """A line of the timeline."""

    text = forms.CharField(
        label=_("Note"),
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("A note cannot be changed; a second note corrects it. Do not name protected persons here."),
    )


class ReferenceForm(forms.Form):
    """A partner's own reference."""

    party = forms.ChoiceField(label=_("Partner"))
    reference = forms.CharField(label=_("Their reference"), max_length=80)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"] = forms.ChoiceField(label=_("Partner"), choices=[("", _("Choose a partner")), *choices])


class EntityForm(PickForm):
    """An entry of the dossier that the case's team knows."""

    def __init__(self, *args: Any, officer: Officer, team: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity"] = PickField(
            EntityPicks(officer, team=team),
            label=_("Which entry?"),
            help_text=_("Only entries that the team of this case knows can be linked."),
        )


class ListForm(forms.Form):
    """Which cases to list."""

    q = forms.CharField(label=_("Title or reference"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=CodeChoices("case_status", [("working", _("Being worked on")), ("all", _("All"))]),
    )
    kind = forms.ChoiceField(
        label=_("Kind of case"), required=False, choices=code_choices("case_kinds", empty=_("Any kind"))
    )


def end_of(day: dt.date) -> dt.datetime:
    """The last second of a day: a deadline "by Friday" is met on Friday."""
    return timezone.make_aware(dt.datetime.combine(day, END_OF_DAY))
