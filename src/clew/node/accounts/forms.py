"""Forms of the account and administration pages."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clew import vocabulary
from clew.node.accounts.models import Officer
from clew.node.design.fields import HintedCheckboxes
from clew.node.pages import code_choices


def _role_hints() -> dict[str, str]:
    roles, language = vocabulary.codelist("roles"), get_language() or "en"
    return {code: roles.help(code, language) for code, _label in roles.choices(language)}


class RolesForm(forms.Form):
    """What an officer may do."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=code_choices("roles"),
        widget=HintedCheckboxes(hints=lazy(_role_hints, dict)()),
        help_text=_("Choose as few as her work needs. An administrator sees no case."),
    )


class OfficerForm(RolesForm):
    """A new officer."""

    username = forms.CharField(label=_("User name"), max_length=64, help_text=_("She signs in with it."))
    full_name = forms.CharField(label=_("Full name"), max_length=200, help_text=_("The name colleagues know."))
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("The node's language")), *settings.LANGUAGES]
    )
    field_order = ("username", "full_name", "language", "roles")


class LanguageForm(forms.Form):
    """The language of an officer's pages."""

    language = forms.ChoiceField(
        label=_("Language of your pages"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )


class CompartmentForm(forms.Form):
    """A new unit."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("A name the team recognises, without the name of any person.")
    )


class MemberForm(forms.Form):
    """Someone to take into a compartment."""

    officer = forms.ModelChoiceField(
        label=_("Officer"), queryset=Officer.objects.filter(is_active=True).order_by("full_name")
    )
