"""The forms of the oversight pages. They check shape only; what is allowed is the actions' business."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clew.node.design.fields import CodeField, DateField3
from clew.node.oversight.actions import Recipient, RemedyDraft
from clew.node.oversight.queries import RegisterFilter
from clew.node.oversight.words import ASKED, ASKERS, FINDINGS, HANDED_TO, JUDGEMENTS, OUTCOMES, THROUGH
from clew.node.pages import code_choices

LONGEST = 2_000


def _reason(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=LONGEST, widget=forms.Textarea({"rows": 3}))


class NoteForm(forms.Form):
    """What a legal adviser says of a pattern."""

    judgement = forms.ChoiceField(
        label=_("What do you make of it?"), choices=list(JUDGEMENTS.items()), widget=forms.RadioSelect
    )
    reason = _reason(_("Why"), _("Name nobody whom a reader of this page may not know."))


class LookUpForm(forms.Form):
    """Finding whom a request is about."""

    text = forms.CharField(
        label=_("Name, number of a document, telephone, e-mail address, or the number of the dossier"),
        help_text=_("Exactly as she gives it. Nothing similar is shown. Each look-up is recorded."),
        max_length=300,
    )


class RemedyForm(forms.Form):
    """Taking a request."""

    asker = forms.ChoiceField(label=_("Who asks"), choices=list(ASKERS.items()), widget=forms.RadioSelect)
    asker_name = forms.CharField(label=_("Name of who asks, and how to reach them"), max_length=LONGEST)
    on_behalf = forms.CharField(label=_("For whom, if for somebody else"), required=False, max_length=LONGEST)
    verified = _reason(
        _("How identity and authority were verified"),
        _("Which document, power of attorney, court order or call back proved it. Without proof, ask for it first."),
    )
    about = forms.CharField(
        label=_("Whom it is about"), max_length=LONGEST, help_text=_("As they say it. It is sealed.")
    )
    asked = forms.ChoiceField(label=_("What is asked"), choices=list(ASKED.items()), widget=forms.RadioSelect)
    received = DateField3(label=_("Received on"), help_text=_("The time to answer begins on this day."))
    received_through = forms.ChoiceField(
        label=_("How it came"), choices=list(THROUGH.items()), widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("received", timezone.localdate())

    def draft(self, person_id: int | None) -> RemedyDraft:
        """The request as the action takes it."""
        return RemedyDraft(person_id=person_id, **self.cleaned_data)


class ExtendForm(forms.Form):
    """Putting the answer off."""

    reason = _reason(_("Why the answer takes longer"), _("Whoever asked is told this, so name no case and no person."))


class FindingForm(forms.Form):
    """What was found of one disclosure."""

    judgement = forms.ChoiceField(label=_("What was found"), choices=list(FINDINGS.items()), widget=forms.RadioSelect)
    reason = _reason(_("Why"))
    told = forms.BooleanField(
        label=_("The answer may name this disclosure"),
        required=False,
        help_text=_("Not where it would reveal a protection, another person, or an investigation that goes on."),
    )


class AnswerForm(forms.Form):
    """The kind of answer."""

    kind = forms.ChoiceField(
        label=_("Which answer"),
        choices=[
            ("neutral", _("Neutral: it names nothing, in the words that everyone gets of whom nothing is held")),
            ("named", _("It names the disclosures of which you said that it may")),
        ],
        widget=forms.RadioSelect,
    )
    language = forms.ChoiceField(label=_("Language of the answer"), choices=settings.LANGUAGES)
    reason = _reason(_("Why this answer"), _("It is sealed and never part of the answer."))


class RegisterForm(forms.Form):
    """Which disclosures to show; what is left empty does not matter."""

    since = DateField3(label=_("From"), required=False)
    until = DateField3(label=pgettext_lazy("end of a period", "Until"), required=False)
    recipient = forms.ChoiceField(label=_("Partner"), required=False)
    purpose = forms.ChoiceField(label=_("Purpose"), choices=code_choices("purposes", empty=_("All")), required=False)
    instrument = forms.CharField(label=_("Instrument"), max_length=60, required=False)
    outcome = forms.ChoiceField(label=_("What left"), choices=[("", _("All")), *OUTCOMES.items()], required=False)

    def __init__(self, *args: Any, recipients: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"] = forms.ChoiceField(
            label=_("Partner"), choices=[("", _("All")), *recipients], required=False
        )
        self.order_fields(["since", "until", "recipient"])

    def wanted(self) -> RegisterFilter:
        """The filter that was asked for; a field that is not valid asks for all."""
        self.is_valid()
        given = self.cleaned_data
        return RegisterFilter(
            since=given.get("since"),
            until=given.get("until"),
            recipient=given.get("recipient", ""),
            purpose=given.get("purpose", ""),
            instrument=given.get("instrument", "").strip(),
            outcome=given.get("outcome", ""),
        )


class PeriodForm(forms.Form):
    """Of which days to count."""

    since = DateField3(label=_("From"), required=False)
    until = DateField3(
        label=pgettext_lazy("end of a period", "Until"), required=False, help_text=_("This day is included.")
    )

    def wanted(self) -> dict[str, Any]:
        """The period that was asked for; a day that is not valid asks for all."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in ("since", "until")}


class HandOutForm(forms.Form):
    """For whom and what for a file is taken out of the node."""

    recipient = forms.ChoiceField(
        label=_("For whom"),
        choices=list(HANDED_TO.items()),
        widget=forms.RadioSelect,
        help_text=_("The file says so at its head. Anyone else is sent a letter."),
    )
    authority = forms.CharField(
        label=_("Name of the authority"), required=False, max_length=150, help_text=_("If it is for one.")
    )
    purpose = CodeField("oversight_purposes", label=_("Purpose"))

    def to_whom(self) -> Recipient:
        """The recipient and the purpose as the actions take them."""
        return Recipient(**{name: self.cleaned_data[name] for name in ("recipient", "purpose", "authority")})


class LogForm(HandOutForm):
    """The period of the log, for whom and what for."""

    since = DateField3(label=_("From"))
    until = DateField3(label=pgettext_lazy("end of a period", "Until"), help_text=_("This day is included."))
    field_order = ("since", "until")


class ProlongForm(forms.Form):
    """Keeping something longer."""

    until = DateField3(label=_("Keep until"))
    reason = _reason(_("Why it is still needed"))


class DeleteForm(forms.Form):
    """Deleting something for good."""

    reason = _reason(_("Why it is deleted"), _("This stays in the proof: name nobody."))
    sure = forms.BooleanField(label=_("I have read what is deleted and that it cannot be undone"))


class ValueForm(forms.Form):
    """Asking a proof whether a value was among what was deleted."""

    value = forms.CharField(label=_("Value, exactly as it was recorded"), max_length=LONGEST)
