"""The forms of the partner pages. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clew import vocabulary
from clew.exchange.cards import MAX_CARD
from clew.exchange.kinds.table import NEVER_NAMED
from clew.node.design.fields import CodeChoices, DateField3, HintedRadioSelect
from clew.node.pages import code_choices, country_choices
from clew.node.partners.actions.instruments import InstrumentDraft
from clew.node.partners.instrument_kinds import KINDS

CLOCK = re.compile(r"(\d{1,4})\s*([hd])")
UNITS = {"h": "hours", "d": "calendar_days"}
CONTACT_LINES = 40


class CardForm(forms.Form):
    """A partner's card file."""

    card = forms.FileField(label=_("Card file"), help_text=_("The file that the partner gave you; it ends in .card."))

    def clean_card(self) -> bytes:
        """The file's bytes; a larger file than any card is refused unread."""
        upload = self.cleaned_data["card"]
        if upload.size > MAX_CARD:
            raise ValidationError(_("The file is larger than any card. Choose the card file."))
        content: bytes = upload.read()
        return content


class ConfirmForm(forms.Form):
    """The digits that a human at the partner read aloud."""

    typed = forms.CharField(
        label=_("The last four groups of digits, as they were read to you"),
        max_length=60,
        help_text=_("Twenty digits. Type what you hear, not what a message says."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "govuk-input--width-20"}),
    )


class RenewForm(forms.Form):
    """How to renew this node's own card."""

    new_keys = forms.ChoiceField(
        label=_("What is renewed"),
        choices=[("no", _("Only how long the card is valid")), ("yes", _("The keys too"))],
        widget=HintedRadioSelect(
            hints={
                "no": _("Partners go on using the keys that they have."),
                "yes": _("Each partner has to approve the new card. Choose it where a key may be known to others."),
            }
        ),
    )
    lead = forms.IntegerField(
        label=_("Days until the new card begins"),
        min_value=0,
        max_value=90,
        initial=14,
        help_text=_(
            "Until then the present keys are used, so that partners can approve the new card in time. "
            "0 means at once: letters wait until each partner has approved."
        ),
        widget=forms.NumberInput({"class": "govuk-input--width-3"}),
    )


class ApproveForm(forms.Form):
    """The yes to a renewed card: it has no field."""


class CompetenceForm(forms.Form):
    """On what a party's competence rests."""

    basis = forms.CharField(
        label=_("How do you know that it is a competent authority?"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For instance the law that makes it one, or who told you and when."),
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))


class ReadmitForm(ConfirmForm):
    """That a partner which suspended itself is back: its card was compared anew."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea({"rows": 3}))


class PostForm(forms.Form):
    """A post of a party."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind of post"), choices=code_choices("post_kinds"), widget=forms.RadioSelect)
    seat_country = forms.ChoiceField(label=_("Where it sits"), choices=country_choices(empty=_("Choose a country")))


class ContactsForm(forms.Form):
    """Contact points, one a line."""

    contacts = forms.CharField(
        label=_("Contact points"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea({"rows": 8}),
        help_text=_(
            "One a line: kind, value and, if you like, a note, with semicolons between. "
            "For instance: duty phone; +43 1 0000000; day and night"
        ),
    )

    def clean_contacts(self) -> list[dict[str, str]]:
        """Each line as {"kind", "value", "note"}."""
        found = []
        lines = [line for line in self.cleaned_data["contacts"].splitlines() if line.strip()]
        if len(lines) > CONTACT_LINES:
            raise ValidationError(_("These are too many lines. Keep at most 40."))
        for number, line in enumerate(lines, 1):
            parts = [part.strip() for part in line.split(";", 2)]
            if len(parts) < 2 or not parts[0] or not parts[1]:
                raise ValidationError(
                    _("Line %(number)d lacks a kind or a value. Write both, with a semicolon between."),
                    params={"number": number},
                )
            found.append({"kind": parts[0], "value": parts[1], "note": parts[2] if len(parts) > 2 else ""})
        return found


class ContactTestForm(forms.Form):
    """Which contact point to try."""

    contact = forms.ChoiceField(label=_("Which contact point do you try?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, lines: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"] = forms.ChoiceField(
            label=_("Which contact point do you try?"),
            choices=[(line, line) for line in lines],
            widget=forms.RadioSelect,
            help_text=_("The time counts from the moment when you continue. Do not speak of a case; it is a test."),
        )


class ContactTestEndForm(forms.Form):
    """What came of it."""

    answered = forms.ChoiceField(
        label=_("Did a human answer?"),
        choices=[("yes", _("Yes, just now")), ("no", _("No, nobody answered"))],
        widget=HintedRadioSelect(
            hints={
                "yes": _("The answer time is that from the beginning until now."),
                "no": _("It is kept as unanswered. Ask the partner by another way which contact point holds."),
            }
        ),
    )


class IntroduceForm(forms.Form):
    """Which two parties to introduce to each other."""

    first = forms.ChoiceField(label=_("Introduce"))
    second = forms.ChoiceField(label=_("to"))
    reason = forms.CharField(
        label=_("Why they should know each other"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Both will read this. Do not name a case or a person."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("", _("Choose a party")), *choices]
        self.fields["first"] = forms.ChoiceField(label=_("Introduce"), choices=offered)
        self.fields["second"] = forms.ChoiceField(label=_("to"), choices=offered)


class InstrumentForm(forms.Form):
    """An instrument for the register."""

    code = forms.CharField(label=_("Short name"), max_length=60, help_text=_("As it stands in letters."))
    title = forms.CharField(label=_("Title"), max_length=300)
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[(code, label) for code, (label, _hint) in KINDS.items()],
        widget=HintedRadioSelect(hints={code: hint for code, (_label, hint) in KINDS.items()}),
    )
    countries = forms.MultipleChoiceField(
        label=_("Countries that are party"),
        required=False,
        choices=country_choices(),
        help_text=_("A country binds its authorities, not its NGOs. Hold Ctrl to choose several."),
    )
    organisations = forms.MultipleChoiceField(
        label=_("Organisations that are party themselves"), required=False, widget=forms.CheckboxSelectMultiple
    )
    in_force_from = DateField3(label=_("In force from"))
    in_force_until = DateField3(label=_("In force until"), required=False, help_text=_("Leave empty if it has no end."))
    letters = forms.MultipleChoiceField(
        label=_("Letters it enables"),
        choices=CodeChoices("letter_types", but_not=NEVER_NAMED),
        widget=forms.CheckboxSelectMultiple,
    )
    purposes = forms.MultipleChoiceField(
        label=_("For these purposes"), choices=code_choices("purposes"), widget=forms.CheckboxSelectMultiple
    )
    translations = forms.MultipleChoiceField(
        label=_("Languages a request must be translated into"),
        required=False,
        choices=code_choices("languages"),
        help_text=_("A letter is held until these translations are there. Hold Ctrl to choose several."),
    )
    reservations = forms.CharField(
        label=_("Reservations and conditions"), required=False, max_length=5000, widget=forms.Textarea({"rows": 3})
    )
    fictional = forms.BooleanField(label=_("It is fictional, for a demonstration"), required=False)

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisations"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = organisations
        for urgency, label in code_choices("urgency")():
            self.fields[f"clock_{urgency}"] = forms.CharField(
                label=_("Time limit: %(urgency)s") % {"urgency": label},
                required=False,
                max_length=8,
                help_text=_("A number with h for hours or d for calendar days, for instance 8h or 7d."),
                widget=forms.TextInput({"class": "govuk-input--width-5"}),
            )

    def clean(self) -> dict[str, Any]:
        """Read the time limits."""
        given = super().clean() or self.cleaned_data
        clocks = {}
        for urgency in vocabulary.codelist("urgency").codes:
            text = given.get(f"clock_{urgency}", "").strip().lower()
            match = CLOCK.fullmatch(text)
            if match:
                clocks[urgency] = {UNITS[match[2]]: int(match[1])}
            elif text:
                self.add_error(f"clock_{urgency}", _("Write a number and h or d, for instance 8h or 7d."))
        given["clocks"] = clocks
        return given

    def draft(self) -> InstrumentDraft:
        """The instrument as the action takes it."""
        given = self.cleaned_data
        return InstrumentDraft(
            code=given["code"].strip(),
            title=given["title"],
            kind=given["kind"],
            parties=[*given["countries"], *given["organisations"]],
            in_force_from=given["in_force_from"],
            in_force_until=given["in_force_until"],
            enables=[{"letter": letter, "purposes": given["purposes"]} for letter in given["letters"]],
            reservations=given["reservations"],
            clocks=given["clocks"],
            translations=given["translations"],
            fictional=given["fictional"],
        )


class EndForm(forms.Form):
    """The last day of an instrument."""

    until = DateField3(label=_("Last day in force"))


class ListForm(forms.Form):
    """Which parties to list."""

    q = forms.CharField(label=_("Name"), required=False, max_length=100)
    country = forms.ChoiceField(label=_("Country"), required=False, choices=country_choices(empty=_("Any country")))
