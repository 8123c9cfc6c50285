"""Taking consents back. A reason is never needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clew.node.consent.items import words_of


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("What she said, if she wants it recorded"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )


class WithdrawForm(forms.Form):
    """One consent, whole or in part."""

    reason = _reason()

    def __init__(self, *args: Any, items: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"] = forms.MultipleChoiceField(
            label=_("What she takes back"),
            choices=[(item, words_of(item)) for item in items],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text=_("Choose nothing to take back all of it. What is not chosen stands on as a new record."),
        )
        self.order_fields(["items", "reason"])


class WithdrawAllForm(forms.Form):
    """Everything, or all that is for one purpose, towards one recipient, or of some items."""

    reason = _reason()

    def __init__(
        self,
        *args: Any,
        purposes: list[tuple[str, str]],
        recipients: list[tuple[str, str]],
        items: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"] = forms.ChoiceField(
            label=_("What for"), choices=[("", _("Every purpose")), *purposes], required=False
        )
        self.fields["recipient"] = forms.ChoiceField(
            label=_("Who may not be told any more"), choices=[("", _("Every recipient")), *recipients], required=False
        )
        self.fields["items"] = forms.MultipleChoiceField(
            label=_("What may not be told any more"),
            choices=[(item, words_of(item)) for item in items],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text=_("Choose nothing to take back everything."),
        )
        self.order_fields(["purpose", "recipient", "items", "reason"])
