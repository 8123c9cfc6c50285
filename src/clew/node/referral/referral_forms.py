"""The forms of referrals: asking a service, answering, and saying that she came. They check shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clew.node.design.fields import CodeField, DateField3
from clew.node.exchange.queries import NO_HELP
from clew.node.pages import code_choices, country_choices
from clew.node.referral import words
from clew.node.referral.forms import Choices, radios, several, text


class ReferForm(forms.Form):
    """What one service is asked and told."""

    needs = several(_("What is asked for"), "service_kinds")
    urgency = CodeField("urgency", label=_("Answer wanted"))
    contact = forms.CharField(
        label=_("How the service can reach her"),
        max_length=200,
        required=False,
        help_text=_("Only where she agreed to hand on how to reach her."),
    )
    situation = text(
        _("What the service must know"),
        longest=1000,
        required=False,
        help_text=_("Only where she agreed to hand on what happened to her. No name, no place."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["urgency"]
        if isinstance(field, forms.ChoiceField):
            offered = {"urgent-8h", "urgent-3d", "routine-7d"}
            field.choices = [each for each in code_choices("urgency")() if each[0] in offered]


class ReferByLetterForm(ReferForm):
    """What a service of a partner is asked and told by letter."""

    instrument = forms.ChoiceField(
        label=_("On which legal basis"), help_text=_("What holds today between both organisations and lets you ask.")
    )
    why = text(
        _("Why the service needs to know it"),
        longest=1000,
        help_text=_("Stays here: for whoever approves the letter. No name."),
    )
    danger = forms.ChoiceField(
        label=_("What threatens a child for whom nobody answers"),
        required=False,
        choices=[("", "—"), *words.DANGERS.items()],
        help_text=_("Only where nobody can consent for the child. Then codes alone are told, and two others approve."),
    )
    danger_state = forms.ChoiceField(
        label=_("In which country it threatens"), required=False, choices=country_choices(empty="—")
    )

    def __init__(self, *args: Any, instruments: Choices, alone: bool, **kwargs: Any) -> None:
        """`alone`: nobody answers for her, so that she may be referred for her safety without a consent."""
        super().__init__(*args, **kwargs)
        if not alone:
            del self.fields["danger"], self.fields["danger_state"]
        field = self.fields["instrument"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(instruments)


class TakeIncomingForm(forms.Form):
    """The team that takes a partner's referral."""

    team = forms.TypedChoiceField(
        label=_("Team that answers"), coerce=int, help_text=_("It alone reads what the partner tells of her.")
    )

    def __init__(self, *args: Any, teams: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["team"]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(teams)


class AnswerIncomingForm(forms.Form):
    """Whether a team takes her; the reason is a code, since a sentence could tell of somebody."""

    accept = radios(_("Answer"), {"yes": _("She can come"), "no": _("We cannot help her")})
    code = forms.ChoiceField(
        label=_("Why not"),
        required=False,
        choices=[("", "—"), *NO_HELP.items()],
        help_text=_("Needed where you cannot help. The partner reads it; there is no room for other words."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("accept") == "no" and not cleaned.get("code"):
            self.add_error("code", _("The reason is missing. Choose one from the list."))
        return cleaned


class AnswerForm(forms.Form):
    """Whether a service takes her."""

    accept = radios(_("Answer"), {"yes": _("We can help"), "no": _("We cannot help")})
    why = text(
        _("Why not"),
        longest=1000,
        required=False,
        help_text=_("Needed where you cannot help: so that she is not sent in vain."),
    )


class ArrivalForm(forms.Form):
    """That she came, and nothing else."""

    on = DateField3(label=_("She came on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", timezone.localdate())
