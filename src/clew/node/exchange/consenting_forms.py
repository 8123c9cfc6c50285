"""Forms: another use of what was given is asked for, and allowed or not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clew.disclosure.particulars import Consent
from clew.node.design.fields import CodeField, DateField3
from clew.node.disclosure.queries import LONGEST_PART, USES
from clew.node.exchange.controlling import GROUNDS

MOST_OFFERED: Final = 200
"""Statements that the form offers one by one; of a longer letter the whole is asked for."""


class AskConsentForm(forms.Form):
    """Which use of a letter is asked for, of which statements, by whom and until when."""

    use = forms.ChoiceField(
        label=gettext_lazy("What do you ask for?"), choices=list(USES.items()), widget=forms.RadioSelect
    )
    purpose = CodeField("purposes", label=gettext_lazy("For which purpose?"), as_select=True)
    numbers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which statements?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all of the letter."),
    )  # fmt: skip
    pass_on_to = forms.MultipleChoiceField(
        label=gettext_lazy("Who is to have it?"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Name each. Leave to pass it on to anybody is none."),
    )  # fmt: skip
    until = DateField3(label=gettext_lazy("Until when?"), required=False)
    necessity = forms.CharField(
        label=gettext_lazy("Why is this necessary?"), max_length=LONGEST_PART, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("The recipient reads this too."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, statements: Iterable[Mapping[str, Any]], parties: list[tuple[str, str]],
        initial: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, initial=dict(initial or {}))
        offered = [each["n"] for each in statements][:MOST_OFFERED]
        self.fields["numbers"].choices = [(n, _statement(n)) for n in offered]  # type: ignore[attr-defined]
        self.fields["pass_on_to"].choices = parties  # type: ignore[attr-defined]

    @property
    def consent(self) -> Consent:
        """What is asked for."""
        given = self.cleaned_data
        until = given["until"].isoformat() if given["until"] else ""
        return Consent(given["use"], tuple(given["numbers"]), tuple(given["pass_on_to"]), until)


class GrantForm(forms.Form):
    """What is allowed of what was asked for, until when, and under which conditions."""

    numbers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which statements?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all that was asked for."),
    )  # fmt: skip
    pass_on_to = forms.MultipleChoiceField(
        label=gettext_lazy("Who may have it?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    until = DateField3(label=gettext_lazy("Until when?"), help_text=gettext_lazy("No grant counts longer than a year."))
    conditions = forms.CharField(
        label=gettext_lazy("Under which conditions?"), required=False, max_length=LONGEST_PART,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("One a line. They travel with what is passed on. Name no person."),
    )  # fmt: skip
    necessity = forms.CharField(
        label=gettext_lazy("Why is this necessary?"), max_length=LONGEST_PART, widget=forms.Textarea({"rows": 2}),
        help_text=gettext_lazy("The recipient reads this too."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, asked: Consent, names: Mapping[str, str]) -> None:
        super().__init__(data)
        self.fields["numbers"].choices = [(n, _statement(n)) for n in asked.numbers]  # type: ignore[attr-defined]
        to = [(uid, names.get(uid, uid)) for uid in asked.pass_on_to]
        self.fields["pass_on_to"].choices = to  # type: ignore[attr-defined]
        self.fields["pass_on_to"].required = bool(to)
        for name, offered in (("numbers", asked.numbers), ("pass_on_to", to)):
            if not offered:
                del self.fields[name]

    @property
    def lines(self) -> list[str]:
        """The conditions, one a line."""
        return [line.strip() for line in self.cleaned_data["conditions"].splitlines() if line.strip()]

    def chosen(self, name: str) -> Collection[Any]:
        """What was chosen in a field that may not be there."""
        found: Collection[Any] = self.cleaned_data.get(name, ())
        return found


class DenyForm(forms.Form):
    """The ground on which a use is not allowed, if one is named."""

    code = forms.ChoiceField(
        label=gettext_lazy("Ground"), choices=list(GROUNDS.items()), required=False, widget=forms.RadioSelect,
        help_text=gettext_lazy("Where any ground would tell too much, name none."),
    )  # fmt: skip


def _statement(number: int) -> str:
    return _("Statement %(number)s") % {"number": number}
