"""The forms of a person's path. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clew.node.design.fields import CodeField, DateField3
from clew.node.pages import code_choices, country_choices
from clew.node.referral import words
from clew.node.referral.actions import ScreeningDraft
from clew.referral.reflection import period_of
from clew.referral.screening import IndicatorSet, dimension_words, question_words

Choices = Sequence[tuple[str, Any]]
Text = Any
"""A text of the catalogue, translated when it is shown."""

ANSWERS: Final = (
    ("not_asked", _("Not asked")),
    ("yes:observed", _("Yes, observed")),
    ("yes:stated", _("Yes, stated")),
    ("no:observed", _("No, observed")),
    ("no:stated", _("No, stated")),
    ("unknown", _("Not known")),
)
"""What can be said of a sign, and how it is known."""


def radios(label: Text, offered: Mapping[str, Any], **more: Any) -> forms.ChoiceField:
    """One of a few codes, as radios."""
    return forms.ChoiceField(label=label, choices=list(offered.items()), widget=forms.RadioSelect, **more)


def text(label: Text, *, rows: int = 3, longest: int = 4000, **more: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea({"rows": rows}), **more)


def several(label: Text, codelist: str, **more: Any) -> forms.MultipleChoiceField:
    """Several codes of a list, as boxes to tick."""
    return forms.MultipleChoiceField(
        label=label, choices=code_choices(codelist), widget=forms.CheckboxSelectMultiple, **more
    )


class ContactForm(forms.Form):
    """A first contact: safety before anything else."""

    danger = radios(_("Is she in immediate danger?"), words.YES_NO)
    safe = radios(_("Can she be reached without danger?"), words.YES_NO)
    reach = forms.CharField(
        label=_("How to reach her safely"),
        max_length=200,
        required=False,
        help_text=_("When, how, under which pretext."),
    )
    age = radios(
        _("Is she an adult?"),
        {
            "adult": _("Yes, without doubt"),
            "child": _("No, she is under 18"),
            "doubt": _("In doubt: she is treated as a child"),
        },
    )
    age_reason = text(
        _("How her age was assessed"),
        required=False,
        help_text=_("Only where she was treated as a child until now and is an adult without doubt."),
    )
    needs = several(_("What she needs now"), "service_kinds", required=False)
    language = CodeField("languages", as_select=True, label=_("Language she speaks best"), required=False)
    group = CodeField("service_groups", as_select=True, label=_("For whom a service has to be there"), required=False)
    met = DateField3(label=_("Day of the contact"))
    channel = radios(_("How"), words.CHANNELS)
    place_class = CodeField("place_classes", as_select=True, label=_("Kind of place"), required=False)
    interpreter = forms.CharField(
        label=_("Interpreter"), max_length=200, required=False, help_text=_("Name, where somebody interpreted.")
    )
    interpreter_checked = forms.BooleanField(
        label=_("The interpreter has nothing to do with anybody of this case; I have looked"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("met", timezone.localdate())


class ScreeningForm(forms.Form):
    """The questions of a set for an adult or for a child, each answered in one step."""

    def __init__(self, *args: Any, indicators: IndicatorSet, child: bool, again: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicators, self.questions = indicators, indicators.asked("child" if child else "adult")
        if again:
            self.fields["why_again"] = text(
                _("Why she is asked again"),
                longest=2000,
                help_text=_("Each interview can hurt. Ask again only what has to be asked."),
            )
        if child and indicators.rule == "ilo_dimensions":
            label = _("Was she recruited, moved, harboured or received for it?")
            self.fields["act"] = radios(label, words.SAID, initial="not_asked")
        language = get_language() or "en"
        for question in self.questions:
            self.fields[_field(question)] = forms.ChoiceField(
                label=question_words(indicators, question, language), choices=ANSWERS, initial="not_asked"
            )

    def dimensions(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The questions by dimension, as the page shows them."""
        language = get_language() or "en"
        return [
            (
                dimension_words(self.indicators, one.id, language),
                [self[_field(each)] for each in self.questions if self.questions[each][0] == one.id],
            )
            for one in self.indicators.dimensions
        ]

    def draft(self) -> ScreeningDraft:
        """The answers as the action takes them."""
        answers = {}
        for question in self.questions:
            said, _colon, basis = str(self.cleaned_data[_field(question)]).partition(":")
            answers[question] = (said, basis)
        return ScreeningDraft(
            name=self.indicators.id, answers=answers, act=self.cleaned_data.get("act", "not_asked"),
            why_again=self.cleaned_data.get("why_again", ""),
        )  # fmt: skip


def _field(question: str) -> str:
    return "q-" + question.replace(".", "-")


class IdentificationForm(forms.Form):
    """What a body decided."""

    outcome = radios(_("What was decided"), words.OUTCOMES)
    body = CodeField("htcds_trafficking_status_decided_by", label=_("Who decided"), as_select=True)
    body_name = forms.CharField(label=_("Which body"), max_length=200)
    decided = DateField3(label=_("Decided on"))
    reference = forms.CharField(label=_("Reference of the decision"), max_length=200, required=False)
    grounds = text(_("Grounds"), help_text=_("What it rests on. Never whether she testifies."))
    appeal = text(
        _("How it can be challenged"),
        required=False,
        help_text=_("Needed where she was not identified: where, until when, and that she was told."),
    )
    screening = forms.TypedChoiceField(
        label=_("Rests on a screening"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Only with a set that somebody has signed for."),
    )

    def __init__(self, *args: Any, screenings: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["screening"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("On its grounds alone")), *screenings]


class ReflectionForm(forms.Form):
    """A recovery and reflection period."""

    country = forms.ChoiceField(label=_("Country in which she is"), choices=country_choices())
    begins = DateField3(label=_("Begins on"))
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=365)
    reference = forms.CharField(label=_("Reference of the decision"), max_length=200, required=False)

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = period_of(country)
        self.initial.setdefault("country", country.upper())
        self.initial.setdefault("begins", timezone.localdate())
        if known is not None:
            self.initial.setdefault("days", known.days)


class InterestsForm(forms.Form):
    """The best interests of a child."""

    kind = radios(_("What this is"), words.INTERESTS)
    view = text(_("What the child says"))
    present = forms.CharField(label=_("Who was with the child"), max_length=200)
    result = text(_("What is best for the child"))
    reasons = text(_("Why"))


class AssistanceForm(forms.Form):
    """Help that was agreed with her."""

    kinds = several(_("Kind of help"), "service_kinds")
    goal = text(_("What she wants to reach"), help_text=_("In her words, as far as she likes."))
    provider = forms.CharField(label=_("Who does it"), max_length=200)
    review = DateField3(label=_("Looked at again on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("review", timezone.localdate() + dt.timedelta(days=30))


class JusticeForm(forms.Form):
    """Her choice about proceedings, and non-punishment."""

    wish = radios(_("What she wants"), words.TAKES_PART)
    protection = text(_("What protects her in proceedings"), required=False)
    compensation = radios(_("Does she claim compensation?"), words.YES_NO)
    compelled = radios(
        _("Is she suspected of something that she may have been made to do?"),
        words.YES_NO,
        help_text=_("If so, a prosecutor is asked, and until then nothing of it leaves as a fact about a suspect."),
    )
    compelled_to = text(_("What she may have been made to do"), required=False)


class ResidenceForm(forms.Form):
    """Where she wants to live."""

    wish = radios(_("What she wants"), words.WISHES)
    state = forms.ChoiceField(
        label=_("Country"), required=False, choices=country_choices(empty="—"), help_text=_("Where she goes elsewhere.")
    )
    told = text(_("What she was told before she said so"), help_text=_("Rights, risks, help here and there."))
    reception = text(_("Who receives her there"), required=False)


class ClosingForm(forms.Form):
    """The end of accompaniment."""

    outcome = radios(_("How it ends"), words.CLOSINGS)
    reason = text(_("Why"))
    follow_up = DateField3(label=_("Asked how she is on"), required=False)
    retain = DateField3(label=_("Kept until"))


class FollowUpForm(forms.Form):
    """How somebody is who returned."""

    how = radios(
        _("How she is"),
        words.HOW_SHE_IS,
        help_text=_("If she is in danger, or needs help, the path is opened again, so that somebody acts."),
    )
    needs = several(_("What she needs"), "service_kinds", required=False)
    said = text(_("What she says, or what was tried"), required=False, help_text=_("Needed unless she is well."))


class NeedForm(forms.Form):
    """What is needed, for the comparison of services."""

    kinds = several(_("What she needs"), "service_kinds")
    country = forms.ChoiceField(label=_("Country in which help is needed"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["country"]
        if isinstance(field, forms.ChoiceField):
            field.choices = country_choices(empty=_("Does not matter"))


class ServiceForm(forms.Form):
    """A service of the directory."""

    name = forms.CharField(label=_("Name of the service"), max_length=120)
    party = forms.ChoiceField(
        label=_("Organisation"), help_text=_("Of the directory of partners. What an authority may know is a release.")
    )
    team = forms.TypedChoiceField(
        label=_("Team that answers here"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_(
            "A standing team: it reads what a referral says, and answers. No team of a case, for that is called as the "
            "case is. Empty for services outside this node."
        ),
    )
    kinds = several(_("Kind of help"), "service_kinds")
    groups = several(_("For whom"), "service_groups", required=False)
    languages = several(_("Languages"), "languages", required=False)
    country = forms.ChoiceField(label=_("Country"), choices=country_choices())
    place_class = CodeField("place_classes", as_select=True, label=_("Kind of place"), required=False)
    places = forms.IntegerField(
        label=_("Free places"),
        min_value=0,
        max_value=10_000,
        required=False,
        help_text=_("Empty where nobody counts them."),
    )
    hours = forms.CharField(label=_("Hours"), max_length=200, required=False)
    admission = text(_("Who is admitted, and how"), required=False)
    address = forms.CharField(
        label=_("Address of a protected place"),
        max_length=200,
        required=False,
        help_text=_("Kept sealed. It leaves by no way, and each look at it is an entry of the log."),
    )

    def __init__(self, *args: Any, parties: Choices, teams: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("party", parties), ("team", [("", _("None")), *teams])):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = list(choices)


class PlacesForm(forms.Form):
    """How many places are free."""

    places = forms.IntegerField(label=_("Free places"), min_value=0, max_value=10_000, required=False)


class SignOffForm(forms.Form):
    """A signature for one version of a set."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read_in = forms.CharField(
        label=_("Compared with"), max_length=200, help_text=_("Title, edition and page of the official text.")
    )
