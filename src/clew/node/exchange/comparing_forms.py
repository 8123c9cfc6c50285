"""Forms: lists are compared with a partner without showing them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clew.node.design.fields import CodeField
from clew.node.disclosure.queries import LONGEST_PART
from clew.node.partners.queries import instruments, party_choices


class AnswerPrivatelyForm(forms.Form):
    """Why it is answered, and whom the partner may ask where both hold something."""

    contact = forms.CharField(
        label=_("Whom may the partner ask?"), max_length=120,
        help_text=_("A post or an address without spaces. The partner reads it whether there is a hit or not."),
    )  # fmt: skip
    necessity = forms.CharField(
        label=_("Why is this necessary?"), max_length=LONGEST_PART, widget=forms.Textarea({"rows": 2}),
        help_text=_("The recipient reads this too."),
    )  # fmt: skip


class AskPrivatelyForm(AnswerPrivatelyForm):
    """Whom to ask, under which instrument, for which purpose."""

    recipient = forms.ChoiceField(label=_("Which organisation do you ask?"))
    instrument = forms.ChoiceField(
        label=_("Under which instrument?"), help_text=_("What makes this lawful between you and them.")
    )
    purpose = CodeField("purposes", label=_("For which purpose?"), as_select=True)
    field_order = ("recipient", "instrument", "purpose", "contact", "necessity")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        known = [(each.code, str(each)) for each in instruments()]
        self.fields["instrument"].choices = [("", "—"), *known]  # type: ignore[attr-defined]
        self.fields["recipient"].choices = [("", "—"), *party_choices()]  # type: ignore[attr-defined]
