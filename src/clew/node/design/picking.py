"""A field in which someone searches for a thing and chooses it, instead of typing its number.

Without JavaScript the form shows what was found when "Search" is pressed; with it, while she types. What may be found
is the business of whoever makes the field: this file knows no store.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FIND = "find"
"""Name of the button that searches, so that nothing else of the form is judged yet."""

SHOWN = 10
"""Things found that are shown; for more a word has to be added."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One thing to choose: what is posted, what it is called, and what tells it from its namesakes."""

    value: str
    title: str
    detail: str = ""


class Picks(Protocol):
    """Where a field's things are found; every answer holds only what its reader may see."""

    def url(self, field: str, *, many: bool, required: bool) -> str:
        """The address that answers a search with `picks_found`."""
        ...

    def found(self, text: str, limit: int) -> list[Pick]:
        """What the words find, the best first."""
        ...

    def named(self, values: Sequence[str]) -> list[Pick]:
        """The things with these values; those she may not see are absent."""
        ...

    def exact(self, text: str) -> str:
        """The value of the one thing that the text names by number or reference; "" where it names none."""
        ...


@dataclass(frozen=True, slots=True)
class Picked:
    """What was sent: the values chosen, and the words in the search field."""

    values: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What stands below the search field."""

    picks: tuple[Pick, ...]
    chosen: frozenset[str]
    text: str
    cut: bool
    number: int


def picks_found(picks: Picks, picked: Picked) -> Found:
    """Those already chosen first, then what the words find."""
    chosen = picks.named(picked.values) if picked.values else []
    values = {one.value for one in chosen}
    found = picks.found(picked.text, SHOWN + 1) if picked.text else []
    new = [one for one in found[:SHOWN] if one.value not in values]
    return Found((*chosen, *new), frozenset(values), picked.text, len(found) > SHOWN, len(found[:SHOWN]))


def widget_parts(name: str, *, many: bool, required: bool) -> dict[str, Any]:
    """What the list of things found needs to know of its field."""
    return {"name": name, "id": f"id_{name}", "many": many, "none": not (many or required)}


class PickInput(forms.Widget):
    """A search field, and below it what was found, to choose from."""

    template_name = "clew/forms/widgets/picker.html"
    use_fieldset = True

    def __init__(self, picks: Picks, *, many: bool, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.picks, self.many = picks, many

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Picked:
        given = data.getlist(name) if hasattr(data, "getlist") else [data.get(name) or ""]
        values = [part.strip() for one in given for part in str(one).split(",")]
        return Picked(tuple(dict.fromkeys(filter(None, values))), str(data.get(f"{name}_q") or "").strip()[:200])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and f"{name}_q" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_q" if id_ else id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        picked = _picked(value)
        context["widget"]["value"] = picked.text
        context |= {
            "picker": widget_parts(name, many=self.many, required=self.is_required),
            "found": picks_found(self.picks, picked),
            "invalid": bool(context["widget"]["attrs"].get("aria-invalid")),
            "url": self.picks.url(name, many=self.many, required=self.is_required),
        }
        return context


class PickField(forms.Field):
    """One thing that was searched for and chosen, as `int`; with `many=True` a list of them.

    Its number, or the reference that lists show, may be typed as well.
    """

    default_error_messages = {
        "choose": gettext_lazy("Choose one of the entries found."),
        "tick": gettext_lazy("Tick those you mean of the entries found, or empty the search."),
        "nothing": gettext_lazy("Nothing that you may see has these words. Check the spelling or use fewer words."),
        "unseen": gettext_lazy("There is no such entry among those you may see. Search for it by its name."),
    }

    def __init__(self, picks: Picks, *, many: bool = False, **kwargs: Any) -> None:
        super().__init__(widget=PickInput(picks, many=many), **kwargs)
        self.picks, self.many = picks, many
        self.widget.is_required = self.required

    def clean(self, value: Any) -> Any:
        picked = _picked(value)
        values = self._meant(picked)
        seen = {one.value for one in self.picks.named(values)} if values else set()
        if any(one not in seen for one in values):
            raise ValidationError(self.error_messages["unseen"], code="unseen")
        if not values and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        numbers = [int(one) for one in values]
        if self.many:
            return numbers
        return numbers[0] if numbers else None

    def _meant(self, picked: Picked) -> list[str]:
        """The values chosen; a search from which nothing was chosen is a question left open, never a "no"."""
        if not picked.text or (picked.values and not self.many):
            return [*picked.values] if self.many else [*picked.values[:1]]
        if exact := self.picks.exact(picked.text):
            return list(dict.fromkeys([*picked.values, exact]))
        found = {one.value for one in self.picks.found(picked.text, SHOWN)}
        if not found:
            raise ValidationError(self.error_messages["nothing"], code="nothing")
        if not found & set(picked.values):
            code = "tick" if self.many else "choose"
            raise ValidationError(self.error_messages[code], code=code)
        return [*picked.values]

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data


class PickForm(forms.Form):
    """A form with such fields: a press on "Search" shows what is found and judges nothing."""

    @property
    def finding(self) -> bool:
        """Whether only a search was asked for."""
        return self.is_bound and FIND in self.data

    def full_clean(self) -> None:
        if self.finding:
            self._errors = ErrorDict()
            self.cleaned_data: dict[str, Any] = {}
            return
        super().full_clean()

    def is_valid(self) -> bool:
        return not self.finding and super().is_valid()


def _picked(value: Any) -> Picked:
    """A value as the widget has it: what was sent, or the number with which the page begins."""
    if isinstance(value, Picked):
        return value
    given = value if isinstance(value, (list, tuple)) else [value]
    return Picked(tuple(str(one) for one in given if one not in (None, "")), "")


def status_words(found: Found) -> str:
    """How much was found, in words that are also read out."""
    if not found.text:
        return ""
    if not found.number:
        return _("Nothing that you may see has these words. Check the spelling or use fewer words.")
    if found.cut:
        return _("More was found than is shown. Add a word to find less.")
    return ""
