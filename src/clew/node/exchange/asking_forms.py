"""Forms: a request is asked about and explained, and its result is told; what may leave is the rules' business."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clew.disclosure.particulars import Asked, Court, Said
from clew.node.design.fields import CodeField, DateField3
from clew.node.disclosure.queries import APPEALS, IN_COURT, LONGEST_LINE, LONGEST_PART, REASONS_TO_ASK

MOST_ITEMS: Final = 50
"""Items of a request that the form offers one by one; of a longer one the rest is asked about as a whole."""

SHOWN: Final = 300


class AskForm(forms.Form):
    """Why the meaning of a request is asked, and what about each of its items or about all of it."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why do you ask?"), choices=list(REASONS_TO_ASK.items()), widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None, *, items: Iterable[Mapping[str, Any]]) -> None:
        super().__init__(data)
        self._items: dict[str, int] = {}
        for item in list(items)[:MOST_ITEMS]:
            name = f"item_{item['n']}"
            self._items[name] = item["n"]
            label = _("About item %(number)s") % {"number": item["n"]}
            self.fields[name] = _words(label, Truncator(item.get("text", "")).chars(SHOWN))
        self.fields["whole"] = _words(
            _("About the whole request"), _("A question that names no item needs a second approval.")
        )
        self.fields["necessity"] = _necessity()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not any(cleaned.get(name) for name in (*self._items, "whole")):
            self.add_error("whole", _("Nothing is asked. Write at least one question."))
        return cleaned

    @property
    def asked(self) -> list[Asked]:
        """The questions that were written, those about items first."""
        cleaned = self.cleaned_data
        found = [Asked(cleaned[name], item) for name, item in self._items.items() if cleaned[name]]
        return found + ([Asked(cleaned["whole"])] if cleaned["whole"] else [])


class ExplainForm(forms.Form):
    """The answer to each question about our request."""

    def __init__(self, data: Any = None, *, questions: Iterable[Mapping[str, Any]]) -> None:
        super().__init__(data)
        self._questions: dict[str, int] = {}
        for question in questions:
            name = f"question_{question['n']}"
            self._questions[name] = question["n"]
            label = _("Answer to question %(n)s") % {"n": question["n"]}
            self.fields[name] = _words(label, Truncator(question["text"]).chars(SHOWN), required=True)
        self.fields["necessity"] = _necessity()

    @property
    def said(self) -> list[Said]:
        """The answers, in the order of the questions."""
        return [Said(number, self.cleaned_data[name]) for name, number in self._questions.items()]


class ResultForm(forms.Form):
    """What came of a letter, and which court decided it."""

    outcome = CodeField("result_outcomes", label=gettext_lazy("What came of it?"))
    final = forms.BooleanField(label=gettext_lazy("No further result is to be expected"), required=False)
    court = forms.CharField(
        label=gettext_lazy("The court"), max_length=LONGEST_LINE, required=False,
        help_text=gettext_lazy("Only where a court decided. Name no person."),
    )  # fmt: skip
    decided = DateField3(label=gettext_lazy("Day of its decision"), required=False)
    reference = forms.CharField(label=gettext_lazy("Its number"), max_length=LONGEST_LINE, required=False)
    appeal = forms.ChoiceField(
        label=gettext_lazy("Is it final?"),
        choices=[("", gettext_lazy("Not known")), *APPEALS.items()],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["necessity"] = _necessity()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        named = any(cleaned.get(name) for name in ("court", "decided", "reference", "appeal"))
        if cleaned.get("outcome") in IN_COURT or named:
            if not cleaned.get("court"):
                self.add_error("court", _("No court is named."))
            if not cleaned.get("decided") and "decided" not in self.errors:
                self.add_error("decided", _("The day of the court's decision is missing."))
        return cleaned

    @property
    def said(self) -> Court | None:
        """The court's decision, None where no court is named."""
        cleaned = self.cleaned_data
        if not cleaned["court"]:
            return None
        return Court(cleaned["court"], cleaned["decided"].isoformat(), cleaned["reference"], cleaned["appeal"])


def _words(label: str, hint: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=hint, required=required, max_length=LONGEST_PART, widget=forms.Textarea({"rows": 3})
    )


def _necessity() -> forms.CharField:
    return forms.CharField(
        label=_("Why is this necessary?"),
        max_length=LONGEST_PART,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("The recipient reads this too."),
    )
