"""The form of a letter. It checks shape only; what may leave is the rules' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from clew import vocabulary
from clew.node.design.fields import CodeField, DateField3
from clew.node.disclosure.wording import reader_language
from clew.node.pages import code_choices

SHOWN = 300
"""Characters of an instrument's reservations beside its choice."""
LETTERS = (
    ("request", _("A request: you ask them something")),
    ("notify", _("A notification: you tell them something")),
    ("reply", _("A reply to a letter of theirs")),
    ("introduction", _("An introduction of another organisation")),
)


class ReleaseForm(forms.Form):
    """What an officer chooses and writes. Statements, questions and answers stand beside it on the page."""

    kind = forms.ChoiceField(label=_("What will you send?"), choices=LETTERS, widget=forms.RadioSelect)
    recipient = forms.ChoiceField(label=_("To which organisation?"))
    post = forms.ChoiceField(
        label=_("To one of its posts"),
        required=False,
        help_text=_(
            "A liaison officer, branch or consulate. What may not go to the state it sits in may not go to it."
        ),
    )
    instrument = forms.ChoiceField(
        label=_("Under which instrument?"), help_text=_("What makes this lawful between you and them.")
    )
    purpose = CodeField("purposes", label=_("For which purpose?"), as_select=True)
    urgency = CodeField("urgency", label=_("How soon do you need an answer?"), as_select=True, initial="routine-7d")
    subject = forms.CharField(label=_("Subject"), max_length=300)
    facts = forms.CharField(
        label=_("The facts, in your own words"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("Leave out everyone who needs protection: choose statements below, so that the rules can decide."),
    )
    necessity = forms.CharField(
        label=_("Why is this necessary?"),
        required=False,
        max_length=5_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The recipient reads this too."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages in which you send it"),
        choices=code_choices("languages"),
        required=False,
        widget=forms.SelectMultiple({"size": 6}),
    )
    use = forms.ChoiceField(
        label=_("How may they use it?"),
        choices=(("intelligence", _("As police information")), ("evidence", _("As evidence before a court"))),
        widget=forms.RadioSelect,
        initial="intelligence",
    )
    immediate_danger = forms.BooleanField(
        label=_("Somebody's life or freedom is in immediate and serious danger"),
        required=False,
        help_text=_("It counts once you have said below what threatens and in which state."),
    )
    legal_duty = forms.CharField(
        label=_("A law that obliges you to tell them"),
        required=False,
        max_length=300,
    )
    evidence_approval = forms.CharField(
        label=_("Approval of the competent authority for evidence"), required=False, max_length=200
    )

    def __init__(
        self,
        *args: Any,
        recipients: list[tuple[str, str]],
        posts: list[tuple[str, str]],
        instruments: list[tuple[str, str]],
        reservations: list[tuple[str, str]],
        fixed: str = "",
        **kwargs: Any,
    ) -> None:
        """`reservations`: short name of an instrument, and what its parties have reserved.

        `fixed`: the type of a letter that is there already, "" for a new one.
        """
        super().__init__(*args, **kwargs)
        if fixed and fixed not in dict(LETTERS):
            label = vocabulary.codelist("letter_types").label(fixed, reader_language())
            self.fields["kind"].choices = [(fixed, label)]  # type: ignore[attr-defined]
        self.fields["recipient"].choices = [("", "—"), *recipients]  # type: ignore[attr-defined]
        self.fields["post"].choices = [("", "—"), *posts]  # type: ignore[attr-defined]
        self.fields["instrument"].choices = [("", "—"), *instruments]  # type: ignore[attr-defined]
        self.fields["instrument"].help_text = _with_reservations(reservations)


def _with_reservations(reservations: list[tuple[str, str]]) -> str:
    """The hint of the instrument; a long text is shortened, since the preview shows that of the chosen one in full."""
    lines = [str(ReleaseForm.base_fields["instrument"].help_text)]
    for code, text in reservations:
        words = {"instrument": code, "text": Truncator(text).chars(SHOWN)}
        lines.append(_("Reservations of the parties to %(instrument)s: %(text)s") % words)
    return " ".join(str(each) for each in lines)


class OfferForm(forms.Form):
    """Under which conditions something would be told."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=300,
        help_text=_("The partner reads it before it accepts: name no person and no fact."),
    )
    conditions = forms.CharField(
        label=_("Under which conditions?"), max_length=5_000, widget=forms.Textarea({"rows": 4}),
        help_text=_("One a line. They travel with all that comes after."),
    )  # fmt: skip
    answer_by = DateField3(label=_("Until when does the offer stand?"))
    necessity = forms.CharField(
        label=_("Why is this necessary?"), max_length=5_000, widget=forms.Textarea({"rows": 2}),
        help_text=_("The recipient reads this too."),
    )  # fmt: skip

    def clean_conditions(self) -> list[str]:
        """Each line a condition."""
        return [line.strip() for line in self.cleaned_data["conditions"].splitlines() if line.strip()]
