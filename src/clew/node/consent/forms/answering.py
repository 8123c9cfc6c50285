"""Asking a person: choose what to ask, then answer purpose by purpose; or one consent alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from clew import vocabulary
from clew.node.consent.actions import Answer, Circumstances, ConsentDraft, longest_days
from clew.node.consent.items import ASKED
from clew.node.design.fields import CodeChoices, DateField3, HintedCheckboxes
from clew.node.pages import code_choices

NOT_ASKED: Final = ""
YES: Final = "yes"
NO: Final = "no"
MOST_CELLS: Final = 12
"""Purposes times recipients on one page: more than that nobody asks in one conversation."""

Cell = tuple[str, str]
"""A purpose and the uid of a recipient."""


purpose_choices = CodeChoices("purposes", but_not=("own_use",))
"""The purposes for which she is asked. Own use needs no consent, so it is not offered."""


class CircumstancesForm(forms.Form):
    """Who answered, and how."""

    given_by = forms.ChoiceField(
        label=_("Who answers"), choices=code_choices("consent_given_by"), widget=forms.RadioSelect, initial="self"
    )
    guardian_id = forms.TypedChoiceField(required=False)
    assent = forms.ChoiceField(
        label=_("For a child: does the child agree too?"),
        required=False,
        choices=code_choices("consent_assent", empty=_("Does not apply")),
        widget=forms.RadioSelect,
    )
    assent_reason = forms.CharField(
        label=_("Why the child was too young to be asked"), required=False, max_length=2000,
        widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    capacity = forms.ChoiceField(
        label=_("For an adult: is she able to decide?"),
        required=False,
        choices=code_choices("consent_capacity", empty=_("Does not apply")),
        widget=forms.RadioSelect,
    )
    second_person = forms.CharField(
        label=_("If there is doubt: the second person who spoke with her"), required=False, max_length=200
    )
    second_note = forms.CharField(
        label=_("What the second person found"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )
    language = forms.ChoiceField(label=_("Language in which it was explained"), choices=code_choices("languages"))
    understood = forms.BooleanField(
        label=_("It was explained in a language she understands, and she could say it in her own words"), required=False
    )
    explained_by = forms.CharField(label=_("Who explained it"), required=False, max_length=200)
    method = forms.ChoiceField(
        label=_("How it was given"), choices=code_choices("consent_methods"), widget=forms.RadioSelect
    )
    witness = forms.CharField(
        label=_("Witness or interpreter"),
        required=False,
        max_length=200,
        help_text=_("Needed by word of mouth or through an interpreter."),
    )
    given = DateField3(label=_("Answered on"))
    expires = DateField3(label=_("Holds until"))

    def __init__(
        self, *args: Any, teams: list[tuple[int, str]], guardians: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["compartment"] = forms.TypedChoiceField(
            label=_("Recorded for the team"), coerce=int, choices=teams, initial=teams[0][0] if teams else None
        )
        self.fields["guardian_id"] = forms.TypedChoiceField(
            label=_("For a child: which guardian"),
            required=False,
            coerce=int,
            empty_value=None,
            choices=[("", _("No guardian")), *guardians],
            help_text=_("Only guardians who may answer today: recorded, not ended, without a conflict of interest."),
        )
        today = timezone.localdate()
        self.initial.setdefault("given", today)
        self.initial.setdefault("expires", today + dt.timedelta(days=longest_days()))

    @property
    def circumstances(self) -> dict[str, Any]:
        """What the action takes of who answered, and how."""
        return {name: self.cleaned_data[name] for name in CircumstancesForm.base_fields}

    def said(self) -> Circumstances:
        """The circumstances as the action takes them."""
        return Circumstances(**self.circumstances)


class ConsentForm(CircumstancesForm):
    """One consent: one purpose, one recipient."""

    items = forms.MultipleChoiceField(
        label=_("What may be told"),
        choices=[(code, label) for code, (label, _hint) in ASKED.items()],
        widget=HintedCheckboxes(hints={code: hint for code, (_label, hint) in ASKED.items()}),
        help_text=_("Only what is chosen here. Everything else stays."),
    )

    def __init__(self, *args: Any, recipients: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"] = forms.ChoiceField(label=_("What for"), choices=purpose_choices)
        self.fields["recipient"] = forms.ChoiceField(
            label=_("Who may be told"),
            choices=[("", _("Choose one recipient")), *recipients],
            help_text=_("One recipient. For another one, record another consent."),
        )
        self.order_fields(["compartment", "purpose", "recipient", "items"])

    def draft(self) -> ConsentDraft:
        """The consent as the action takes it."""
        subject = {name: self.cleaned_data[name] for name in ("purpose", "recipient", "items")}
        return ConsentDraft(**self.circumstances, **subject)


class ChooseForm(forms.Form):
    """What to ask her about: only what she needs."""

    def __init__(self, *args: Any, recipients: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        helps, language = vocabulary.codelist("purposes"), get_language() or "en"
        self.fields["purpose"] = forms.MultipleChoiceField(
            label=_("What for"),
            choices=purpose_choices,
            widget=HintedCheckboxes(hints={code: helps.help(code, language) for code, _label in purpose_choices()}),
            help_text=_("Ask her only for what she needs."),
        )
        self.fields["recipient"] = forms.MultipleChoiceField(
            label=_("Who may be told"), choices=recipients, widget=forms.CheckboxSelectMultiple
        )

    def clean(self) -> dict[str, Any]:
        """Refuse more cells than one conversation holds."""
        chosen: dict[str, Any] = super().clean() or {}
        if len(chosen.get("purpose", ())) * len(chosen.get("recipient", ())) > MOST_CELLS:
            raise forms.ValidationError(
                _("Too much for one conversation. Choose at most %(most)d pairs of purpose and recipient."),
                params={"most": MOST_CELLS},
            )
        return chosen

    def cells(self) -> list[Cell]:
        """Each purpose with each recipient."""
        return [(one, to) for one in self.cleaned_data["purpose"] for to in self.cleaned_data["recipient"]]


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One line of the grid: an item in plain words, its three answers, and what she said before."""

    label: Any
    hint: Any
    field: BoundField
    before: str


class AskForm(CircumstancesForm):
    """Purposes times recipients, item by item: yes, no, or not asked."""

    def __init__(
        self, *args: Any, cells: Sequence[Cell], before: Mapping[tuple[Cell, str], str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cells, self.before = list(cells), before
        answers = [
            (YES, pgettext_lazy("answer", "Yes")), (NO, pgettext_lazy("answer", "No")),
            (NOT_ASKED, pgettext_lazy("answer", "Not asked")),
        ]  # fmt: skip
        for number, _cell in enumerate(self.cells):
            for item, (label, _hint) in ASKED.items():
                self.fields[f"answer-{number}-{item}"] = forms.ChoiceField(
                    label=label, choices=answers, required=False, initial=NOT_ASKED, widget=forms.RadioSelect
                )

    def grid(self) -> list[tuple[Cell, list[AskedItem]]]:
        """Each cell with its items."""
        return [
            (
                cell,
                [
                    AskedItem(label, hint, self[f"answer-{number}-{item}"], self.before.get((cell, item), ""))
                    for item, (label, hint) in ASKED.items()
                ],
            )
            for number, cell in enumerate(self.cells)
        ]

    def shared_fields(self) -> list[BoundField]:
        """The fields about the conversation as a whole."""
        return [self[name] for name in ("compartment", *CircumstancesForm.base_fields)]

    def answers(self) -> list[Answer]:
        """What was answered, one for each purpose and recipient that was asked about."""
        found = []
        for number, (purpose, recipient) in enumerate(self.cells):
            said = {item: self.cleaned_data.get(f"answer-{number}-{item}", NOT_ASKED) for item in ASKED}
            agreed = tuple(item for item, answer in said.items() if answer == YES)
            refused = tuple(item for item, answer in said.items() if answer == NO)
            if agreed or refused:
                found.append(Answer(purpose, recipient, agreed, refused))
        return found
