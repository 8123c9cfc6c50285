"""Form fields and widgets the field's forms need and Django lacks."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import ChoiceWidget
from django.utils.functional import Promise, lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clew import vocabulary

Text = str | Promise


class DateInput3(forms.MultiWidget):
    """A date in three text fields: day, month, year. Easier to fill in than a calendar for a
    date someone remembers or reads off a document (GOV.UK Design System, date input)."""

    template_name = "clew/forms/widgets/date_input3.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        number = {"inputmode": "numeric", "maxlength": "4"}
        super().__init__({part: forms.TextInput(number) for part in ("day", "month", "year")}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, datetime.date):
            return [value.day, value.month, value.year]
        return [None, None, None]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0" if id_ else id_


class DateField3(forms.MultiValueField):
    """A ``datetime.date`` typed as day, month and year; says which part is missing."""

    widget = DateInput3
    default_error_messages = {
        "missing": _("Enter the %(part)s of the date."),
        "invalid": _("Enter a real date, for example 27 3 2024."),
    }
    parts = (_("day"), _("month"), _("year"))

    def __init__(self, **kwargs: Any) -> None:
        fields = tuple(forms.CharField(max_length=4, required=False) for _part in self.parts)
        super().__init__(fields=fields, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> datetime.date | None:
        if not any(data_list):
            return None
        for part, text in zip(self.parts, data_list, strict=True):
            if not text:
                raise ValidationError(self.error_messages["missing"], code="missing", params={"part": part})
        try:
            day, month, year = (int(text) for text in data_list)
            if year < 1000:
                raise ValueError(f"year {year} has fewer than four digits")
            return datetime.date(year, month, day)
        except ValueError as wrong:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from wrong


class Hinted(ChoiceWidget):
    """Options with a sentence below each: ``hints`` maps a choice's value to its sentence."""

    def __init__(self, *args: Any, hints: Mapping[str, Text] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hints: Mapping[str, Text] = hints or {}

    def hint(self, value: str) -> Text:
        """The sentence for one value; empty where none is needed."""
        return self.hints.get(value, "")

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hint(str(value))
        return option


class HintedRadioSelect(Hinted, forms.RadioSelect):
    """Radios with a sentence below each."""


class HintedCheckboxes(Hinted, forms.CheckboxSelectMultiple):
    """Checkboxes with a sentence below each."""


class CodeRadios(HintedRadioSelect):
    """The codes of a code list, each with its help in the reader's language."""

    def __init__(self, list_id: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.list_id = list_id

    def hint(self, value: str) -> Text:
        return vocabulary.codelist(self.list_id).help(value, _language()) if value else ""


class KeyedCodeRadios(CodeRadios):
    """Codes that a single key chooses, where the reader has not switched such keys off (WCAG 2.1.4).

    Args:
        keys: a letter for each code.
        then: where writing goes on afterwards, as a selector ("#id_reason").
    """

    def __init__(self, list_id: str, *, keys: Mapping[str, str], then: str, **kwargs: Any) -> None:
        super().__init__(list_id, **kwargs)
        self.keys, self.then = keys, then

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "key": self.keys.get(str(value), ""), "then": self.then}


class CodeChoices:
    """The choices of a code list, to be called when a page is shown: its words are those of the reader's language.

    `before` are choices of the field's own that stand before the codes; `but_not` are codes that are not offered.
    """

    def __init__(self, list_id: str, before: Sequence[tuple[str, Text]] = (), but_not: tuple[str, ...] = ()) -> None:
        self.list_id, self._before, self._but_not = list_id, before, but_not

    def __call__(self) -> list[tuple[str, str]]:
        codes = vocabulary.codelist(self.list_id).choices(_language())
        own = [(value, str(label)) for value, label in self._before]
        return [*own, *(choice for choice in codes if choice[0] not in self._but_not)]


def codelist_of(field: forms.Field) -> str:
    """The code list whose codes a field offers; "" for any other field."""
    # Django keeps the callable a field was made with inside its choices.
    made_with = getattr(getattr(field, "choices", None), "func", None)
    return made_with.list_id if isinstance(made_with, CodeChoices) else ""


class CodeField(forms.ChoiceField):
    """One code of a code list: radios that explain each code, or a select for a long list."""

    def __init__(self, list_id: str, *, as_select: bool = False, **kwargs: Any) -> None:
        widget = forms.Select() if as_select else CodeRadios(list_id)
        kwargs.setdefault("label", _lazy_title(list_id))
        widget = kwargs.pop("widget", widget)
        choices = CodeChoices(list_id, [("", "—")] if as_select else [])
        super().__init__(choices=choices, **{"widget": widget, **kwargs})


def _language() -> str:
    return get_language() or "en"


def _title(list_id: str) -> str:
    return vocabulary.codelist(list_id).title(_language())


_lazy_title = lazy(_title, str)
