"""What the rules ask the officer about a letter, in groups that are folded until they are needed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clew.node.design.fields import DateField3
from clew.node.disclosure.findings import CHOICES
from clew.node.pages import country_choices


class _Findings(forms.Form):
    """A group of what the rules ask the officer; an empty answer means that nobody has said."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False


def _answers(name: str, label: Any, help_text: Any = "") -> forms.ChoiceField:
    choices = [("", _("Nobody has said")), *CHOICES[name].items()]
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, help_text=help_text)


def _words(label: Any, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=1000, widget=forms.Textarea({"rows": 2}), help_text=help_text)


class RequestFindingsForm(_Findings):
    """What was found of the offence, and of the request that is answered (R21, R22, R24, R26)."""

    nature = _answers("nature", _("What kind of offence is it?"))
    discrimination = _answers(
        "discrimination",
        _("Does the request persecute somebody?"),
        _("For race, religion, nationality, ethnic origin, sex or political opinion."),
    )
    dual_criminality = _answers(
        "dual_criminality", _("Is the act an offence under both laws?"), _("Compare act, means and purpose.")
    )
    jeopardy = _answers("jeopardy", _("Would this letter endanger an own investigation or somebody's safety?"))
    review = DateField3(label=_("If so: when will you look again?"), required=False)


class RefusalForm(_Findings):
    """Why the state refuses (R25, R27)."""

    refusal_ground = _answers("refusal_ground", _("On which ground is it refused?"))
    refusal_reason = _words(
        _("The reason, in words"), _("A legal adviser reads it first: a reason can tell what it withholds.")
    )
    consulted = _words(_("How the partner was consulted whether it can be given on conditions"))


class DangerForm(_Findings):
    """An immediate danger in the recipient's state (R09)."""

    danger = _answers("danger", _("An immediate danger: to what?"))
    danger_state = forms.ChoiceField(label=_("In which state does it threaten?"), choices=country_choices(empty="—"))
    authorisation_not_in_time = _words(
        _("Why whoever gave what you send cannot be asked in time"),
        _("Only then may what another gave leave without its authorisation, on a second approval. It is told at once."),
    )


class ConditionsForm(_Findings):
    """Confidentiality, and conditions that are accepted first (R12, R14)."""

    confidential = forms.BooleanField(label=_("Keep the facts and the existence of this letter confidential"))
    conditions_first = forms.BooleanField(label=_("Announce the conditions and send only once they are accepted"))
    conditions_state = _answers("conditions_state", _("Have they accepted the conditions?"))
    conditions_reference = forms.CharField(label=_("Where their answer is recorded"), max_length=200)


class DirectTransferForm(_Findings):
    """Straight to a recipient abroad that is no competent authority (R15)."""

    strict_necessity = _words(_("Why it is strictly necessary for your task"))
    rights_balanced = _words(_("Why no fundamental right of the person outweighs it"))
    authority_route_fails = _words(_("Why writing to the competent authority would fail or come too late"))
    purpose_told = _words(_("What the recipient was told about the only purpose of use"))
    authority_not_informed = _words(_("If the competent authority must not be told: why not"))


class AccusedForm(_Findings):
    """Disclosure to the accused (R13)."""

    to_accused = forms.BooleanField(label=_("The prosecutor discloses this to the accused"))
    provider_notified = forms.BooleanField(label=_("Whoever gave it was told before"))


class DerogationForm(_Findings):
    """A derogation for a single case (R08)."""

    ground = forms.ChoiceField(
        label=_("On which ground?"),
        choices=[
            ("", _("No derogation")),
            ("vital_interests", _("Vital interests of a person")),
            ("legitimate_interests", _("Legitimate interests of the person concerned")),
            ("immediate_threat", _("An immediate and serious threat to public security")),
            ("individual_case", _("A single case of crime, balanced against fundamental rights")),
            ("legal_claims", _("Legal claims in a single case, balanced against fundamental rights")),
        ],
        widget=forms.RadioSelect,
    )
    individual = forms.BooleanField(label=_("It is for this single case"))
    documented = forms.BooleanField(label=_("The reasons are documented in the case"))
    rights_override = forms.BooleanField(label=_("Fundamental rights of the person outweigh the public interest"))


FINDINGS = (
    ("request", _("What you found of the offence and the request"), RequestFindingsForm),
    ("danger", _("A danger that must be told at once"), DangerForm),
    ("conditions", _("Confidentiality, and conditions accepted first"), ConditionsForm),
    ("refusal", _("Refusing on a ground of your state"), RefusalForm),
    ("direct", _("A recipient abroad that is no competent authority"), DirectTransferForm),
    ("accused", _("Disclosure to the accused"), AccusedForm),
    ("derogation", _("A derogation for this single case"), DerogationForm),
)
"""The groups on the page of a letter, each folded until it is needed: name, heading, form."""
