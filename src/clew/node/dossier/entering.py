"""Where the values of a thing's properties are entered: how many there are, and how the source spells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from clew.node.design.fields import CodeField
from clew.node.design.picking import PickField, Picks
from clew.vocabulary.codelists import codelist
from clew.vocabulary.labels import property_label
from clew.vocabulary.model import PropertyInfo

ANOTHER: Final = "another"
"""Name of the button that asks for room for one more value, so that nothing of the form is judged yet."""

MOST_VALUES: Final = 20
"""Values of one property that can be entered at once; who has more imports a file."""

SEEN_ON: Final = gettext_lazy("The day on which it was so, as far as the source says.")

SPELT: Final = frozenset(
    {"firstName", "middleName", "lastName", "fatherName", "motherName", "birthPlace", "street", "city"}
)
"""Properties that are names although the model calls their type plain text."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one value of a property is entered: names of its fields; `original` and `lang` are "" where not asked.

    `new`: it was asked for just now, so that the page begins there.
    """

    info: PropertyInfo
    place: int
    last: bool
    new: bool
    value: str
    original: str
    lang: str


@dataclass(frozen=True, slots=True)
class ShownSpot:
    """The fields of a spot as the page shows them; `another` is what the button for one more value sends."""

    spot: Spot
    value: forms.BoundField
    original: forms.BoundField | None
    lang: forms.BoundField | None
    another: str

    @property
    def opened(self) -> bool:
        """Whether the original spelling is unfolded: something stands there, or is wrong."""
        fields = [field for field in (self.original, self.lang) if field is not None]
        return any(field.value() or field.errors for field in fields)


def languages() -> list[tuple[str, str]]:
    """The languages of an original spelling, in the reader's own."""
    return [("", "—"), *codelist("languages").choices(get_language() or "en")]


def spots_of(info: PropertyInfo, data: Mapping[str, Any]) -> list[Spot]:
    """Room for each value of the property that was sent, and for one more where it was asked for; for one at least."""
    places = 1
    while places < MOST_VALUES and _sent(data, f"prop_{info.name}_{places + 1}"):
        places += 1
    asked = data.get(ANOTHER) == f"prop_{info.name}"
    if asked:
        places = min(places + 1, MOST_VALUES)
    return [_spot(info, place, last=place == places, new=asked and place == places) for place in range(1, places + 1)]


def _sent(data: Mapping[str, Any], name: str) -> bool:
    # Of a thing to be picked nothing but the words in its search field may be sent.
    return name in data or f"{name}_q" in data


def _spot(info: PropertyInfo, place: int, *, last: bool, new: bool) -> Spot:
    end = info.name if place == 1 else f"{info.name}_{place}"
    spelt = info.type in {"name", "address"} or info.name in SPELT
    original, lang = (f"original_{end}", f"lang_{end}") if spelt else ("", "")
    return Spot(info, place, last, new, f"prop_{end}", original, lang)


def fields_of(spot: Spot, schema: str, picks: Picks) -> dict[str, forms.Field]:
    """The fields of a spot by name; `picks` finds what a property that names another thing may hold."""
    info = spot.info
    label = property_label(schema, info.name, get_language() or "en")
    if spot.place > 1:
        label = f"{label} ({spot.place})"
    fields = {spot.value: _value_field(info, label, picks)}
    if spot.new:
        fields[spot.value].widget.attrs["autofocus"] = True
    if spot.original:
        fields[spot.original] = forms.CharField(
            label=_("Original spelling: %(property)s") % {"property": label},
            required=False,
            max_length=info.max_length,
            help_text=_("As the source writes it, where that differs, for instance in another script."),
        )
        fields[spot.lang] = forms.ChoiceField(
            label=_("Language of the original spelling: %(property)s") % {"property": label},
            required=False,
            choices=languages,
        )
    return fields


def _value_field(info: PropertyInfo, label: str, picks: Picks) -> forms.Field:
    if info.codelist is not None:
        return CodeField(info.codelist, as_select=True, required=False, label=label)
    if info.type == "entity":
        return PickField(picks, label=label, required=False)
    return forms.CharField(label=label, required=False, max_length=info.max_length)


def shown(spot: Spot, form: forms.BaseForm) -> ShownSpot:
    """The spot with the form's fields."""
    return ShownSpot(
        spot,
        form[spot.value],
        form[spot.original] if spot.original else None,
        form[spot.lang] if spot.lang else None,
        another=f"prop_{spot.info.name}" if spot.last and spot.place < MOST_VALUES else "",
    )


def check_spelling(form: forms.BaseForm, value: str, original: str, lang: str) -> None:
    """An original spelling is that of a value, and a language that of an original spelling."""
    data = form.cleaned_data
    if data.get(original) and not data.get(value) and value not in form.errors:
        form.add_error(value, _("There is an original spelling and no value. Write the value too, in Latin letters."))
    if data.get(lang) and not data.get(original) and original not in form.errors:
        form.add_error(original, _("A language was chosen and no original spelling. Write it, or choose no language."))
