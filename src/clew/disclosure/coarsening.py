"""A value said less exactly: a day as its month, a street as its city, a count as a range.

Every coarser value contains the truth, and many exact values share it, so that nobody can go back from it.
What cannot be said less exactly here (a name, a number, free text) has no coarser value and can only be left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from clew.vocabulary import country_codes, country_label
from clew.vocabulary.model import property_info

LEVELS: Final = ("day", "month", "year", "street", "district", "city", "country", "range")
PLACES: Final = frozenset(("birthPlace", "full", "address", "workPlace", "startLocation", "endLocation", "location"))
"""Properties that hold a whole place in words."""
STREETS: Final = frozenset(("street", "street2"))
LANGUAGES: Final = ("en", "zh_Hans", "fr", "de", "bg")

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(T.+)?)?)?")
_CHINESE = re.compile(r"(?P<city>(?:[^\W\d]{1,8}?(?:省|自治区))?[^\W\d]{1,8}?市)(?P<district>[^\W\d]{1,8}?[区县])?")
_POSTAL_CODE = re.compile(r"^(?:[A-Z]{1,2}-)?\d[\d ]*(?=\D)")


@dataclass(frozen=True, slots=True)
class Coarse:
    """A less exact value, and how exact it still is: one of `LEVELS`."""

    level: str
    value: str


def coarser_values(schema: str, prop: str, value: str) -> tuple[Coarse, ...]:
    """The less exact values of one value, the most exact of them first; none where there is nothing in between."""
    try:
        kind = property_info(schema, prop).type
    except LookupError:
        return ()
    if kind == "date":
        return tuple(_dates(value))
    if kind == "number":
        return tuple(_ranges(value))
    if prop in STREETS:
        return tuple(_streets(value))
    if prop in PLACES or kind == "address":
        return tuple(_places(value))
    return ()


def covers(coarse: Coarse, value: str) -> bool:
    """Whether the exact value lies within the coarser one."""
    if coarse.level == "range":
        least, most = coarse.value.split("-")
        return value.isdigit() and int(least) <= int(value) <= int(most)
    if coarse.level in {"day", "month", "year"}:
        return value.startswith(coarse.value)
    return set(re.findall(r"\w+", coarse.value)) <= set(re.findall(r"\w+", value)) or coarse.value in value


def _dates(value: str) -> Iterator[Coarse]:
    found = _DATE.fullmatch(value)
    if found is None:
        return
    year, month, day, time = found.groups()
    if time:
        yield Coarse("day", f"{year}-{month}-{day}")
    if day:
        yield Coarse("month", f"{year}-{month}")
    if month:
        yield Coarse("year", year)


def _ranges(value: str) -> Iterator[Coarse]:
    """1-4, 5-9, 10-19, 20-49, 50-99, 100-199 and so on."""
    if not value.isdecimal() or not value.isascii() or not 0 < int(value) < 10_000_000:
        return
    number, ten = int(value), 10 ** (len(str(int(value))) - 1)
    bounds = [(1, 5), (5, 10)] if ten == 1 else [(ten, 2 * ten), (2 * ten, 5 * ten), (5 * ten, 10 * ten)]
    least, most = next((low, high) for low, high in bounds if low <= number < high)
    yield Coarse("range", f"{least}-{most - 1}")


def _streets(value: str) -> Iterator[Coarse]:
    without = " ".join(word for word in value.split() if not any(sign.isdigit() for sign in word)).strip(" ,")
    if without and without != value:
        yield Coarse("street", without)


def _places(value: str) -> Iterator[Coarse]:
    chinese = _CHINESE.match(value)
    options = _chinese(chinese) if chinese else _with_commas(value)
    for level, text in options:
        if text and len(text) < len(value):
            yield Coarse(level, text)


def _chinese(found: re.Match[str]) -> Iterator[tuple[str, str]]:
    if found["district"]:
        yield "district", found.group()
    yield "city", found["city"]


def _with_commas(value: str) -> Iterator[tuple[str, str]]:
    """Of `street, town, country` or `street, town`: the last parts. A part that ends in a number is no town."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    country = parts.pop() if parts and parts[-1].casefold() in _country_names() else ""
    if len(parts) + bool(country) < 2:
        return
    town = _POSTAL_CODE.sub("", parts[-1]).strip() if parts else ""
    if town and not any(sign.isdigit() for sign in town):
        yield "city", f"{town}, {country}" if country else town
    yield "country", country


@cache
def _country_names() -> frozenset[str]:
    return frozenset(country_label(code, lang).casefold() for code in country_codes() for lang in LANGUAGES)
