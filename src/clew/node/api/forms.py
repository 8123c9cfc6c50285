"""Forms of the pages on integrations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clew.node.accounts.queries import integration_permissions, people, permission_words
from clew.node.api.actions import LONGEST
from clew.node.api.events import EVENTS
from clew.node.api.models import Integration
from clew.node.api.words import EVENT_WORDS
from clew.node.pages import code_choices


class IntegrationForm(forms.Form):
    """A new integration."""

    name = forms.CharField(label=_("Name of the system"), max_length=200)
    purpose = forms.CharField(
        label=_("Purpose"),
        max_length=2000,
        widget=forms.Textarea,
        help_text=_("What it does here, for whom, and on which basis."),
    )
    responsible = forms.ModelChoiceField(
        label=_("Who answers for it"),
        queryset=people().none(),
        help_text=_("A colleague, not you. Only she takes its tokens, and says what they permit."),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=code_choices("roles"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("It never signs, approves, decides or takes a letter, whatever its roles."),
    )

    def __init__(self, *args: Any, actor_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = people().exclude(pk=actor_id)  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    """What a token permits, and for how long."""

    scopes = forms.MultipleChoiceField(
        label=_("What the token permits"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Choose as little as its work needs."),
    )
    days = forms.IntegerField(
        label=_("Days until it ends"), min_value=1, max_value=LONGEST, initial=90, help_text=_("One year at most.")
    )

    def __init__(self, *args: Any, integration: Integration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = permission_words(integration_permissions(integration.account))
        self.fields["scopes"].choices = sorted(words.items())  # type: ignore[attr-defined]


class WebhookForm(forms.Form):
    """Where an integration is notified, and of what."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("Of a system of your own organisation; it begins with https://. No content is sent there."),
    )
    events = forms.MultipleChoiceField(
        label=_("Of what it is notified"),
        choices=[(each, EVENT_WORDS[each]) for each in EVENTS],
        widget=forms.CheckboxSelectMultiple,
    )
