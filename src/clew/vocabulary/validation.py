"""Is this a value the property can hold? With the cleaned value, or what is wrong and how to cure it, in words."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

from clew.vocabulary.codelists import codelist
from clew.vocabulary.model import PropertyInfo, UnknownProperty, UnknownSchema, lineage, property_info, schema
from clew.vocabulary.words import Words, load_data

_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]+")
_DIGITS = re.compile(r"\d+")
_RANGE = re.compile(r"([0-9]{1,8})-([0-9]{1,8})")
# A day begins in Kiribati 14 hours before it begins in UTC; without a day's grace its todays would be refused.
_TIME_ZONE_GRACE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ValidatedValue:
    """A value as it is to be stored, the text it was made from, and the type it was read as."""

    value: str
    original: str
    type: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a value and what cures it. `code` names the problem for machines."""

    code: str
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """What is wrong, in English."""
        return self.problem_in("en")

    @property
    def cure(self) -> str:
        """What to do, in English."""
        return self.cure_in("en")

    def problem_in(self, lang: str) -> str:
        """What is wrong, in a language."""
        return self._sentence("problem", lang)

    def cure_in(self, lang: str) -> str:
        """What to do, in a language."""
        return self._sentence("cure", lang)

    def _sentence(self, part: str, lang: str) -> str:
        return Words(load_data("problems.yaml")[self.code][part])(lang).format_map(self.parameters)


def validate(
    schema_name: str, prop: str, value: str, *, today: date, country: str | None = None
) -> ValidatedValue | Problem:
    """Clean one value for a property, or say why it cannot be stored.

    `today` decides which dates lie in the future. `country` (ISO 3166-1 alpha-2) says where a phone number without
    an international prefix is dialled.
    """
    return _validated(schema_name, prop, value, today, country)


# Many values of an import occur again and again, and each is looked at twice: when it is read and when it is recorded.
@lru_cache(maxsize=65_536)
def _validated(schema_name: str, prop: str, value: str, today: date, country: str | None) -> ValidatedValue | Problem:
    info = _writable_property(schema_name, prop)
    if isinstance(info, Problem):
        return info
    text = value.strip()
    if not text:
        return Problem("empty", {"property": prop})
    if info.codelist is not None:
        cleaned: str | Problem = _code_of(info.codelist, text)
    else:
        cleaned = _clean(info, text, country)
    if not isinstance(cleaned, Problem) and info.type == "date":
        cleaned = _past_date(schema_name, prop, cleaned, today)
    if isinstance(cleaned, Problem):
        return cleaned
    if len(cleaned) > info.max_length:
        return Problem("too_long", {"length": str(len(cleaned)), "limit": str(info.max_length)})
    return ValidatedValue(cleaned, value, info.type)


# Asked with every value. The names may come from a partner, so that not all of them can be kept.
@lru_cache(maxsize=4_096)
def _writable_property(schema_name: str, prop: str) -> PropertyInfo | Problem:
    try:
        if schema(schema_name).abstract:
            return Problem("abstract_schema", {"schema": schema_name})
        return property_info(schema_name, prop)
    except UnknownSchema:
        return Problem("unknown_schema", {"schema": schema_name})
    except UnknownProperty:
        return Problem("unknown_property", {"schema": schema_name, "property": prop})


def _code_of(list_id: str, text: str) -> str | Problem:
    codes = codelist(list_id)
    if text in codes:
        return text
    return Problem("unknown_code", {"value": text, "list": list_id, "codes": ", ".join(codes.codes)})


def _clean(info: PropertyInfo, text: str, country: str | None) -> str | Problem:
    # A country that nobody dials is a fault of its own, which only the long way finds.
    plain = _PLAIN.get(info.type) if country is None else None
    if plain is not None and (already_clean := plain(text)) is not None:
        return already_clean
    hint = country if info.type == "phone" else info.format
    registry, not_a_country = _value_types()
    try:
        cleaned = registry.get(info.type).clean(text, format=hint)
    except not_a_country:
        return Problem("not_a_dialling_country", {"country": country or ""})
    lost_precision = info.type == "date" and cleaned and len(_DIGITS.findall(cleaned)) < len(_DIGITS.findall(text))
    not_a_number = info.type == "number" and registry.number.to_number(text) is None
    if not cleaned or lost_precision or not_a_number:
        return _not_of_type(info, text)
    if info.type == "phone":
        _remember(str(cleaned))
    return str(cleaned)


@cache
def _value_types() -> tuple[Any, type[Exception]]:
    """FollowTheMoney's types of values, and what it raises; imported late, as in `clew.vocabulary.model.get_model`."""
    from followthemoney.exc import InvalidData
    from followthemoney.types import registry

    return registry, InvalidData


def _plain_day(text: str) -> str | None:
    """A day that is written as it is stored; None leaves it to FollowTheMoney."""
    if _DAY.fullmatch(text) is None:
        return None
    try:
        date.fromisoformat(text)
    except ValueError:
        return None
    return text


def _plain_email(text: str) -> str | None:
    """An ordinary address with its domain as FollowTheMoney cleans it; None leaves the address to FollowTheMoney."""
    if _EMAIL.fullmatch(text) is None:
        return None
    local, _at, domain = text.rpartition("@")
    cleaned = _mail_domain(domain)
    return f"{local}@{cleaned}" if cleaned else None


def _plain_number(text: str) -> str | None:
    """A number that was made here a moment ago: what was read from a file is looked at again when it is recorded."""
    return text if text in _numbers else None


def _range(text: str) -> str | None:
    """A range of whole numbers: a count that was said less exactly on purpose. None leaves it to FollowTheMoney."""
    found = _RANGE.fullmatch(text)
    return text if found and int(found[1]) < int(found[2]) else None


def _remember(number: str) -> None:
    if len(_numbers) >= _MOST_NUMBERS:
        _numbers.clear()
    _numbers.add(number)


_numbers: set[str] = set()
_MOST_NUMBERS = 65_536


# Mail domains recur, and their international form is what costs time.
@lru_cache(maxsize=4_096)
def _mail_domain(domain: str) -> str | None:
    from followthemoney.types import registry

    return registry.email.clean_domain_part(domain)


_PLAIN: Mapping[str, Callable[[str], str | None]] = {
    "date": _plain_day,
    "email": _plain_email,
    "phone": _plain_number,
    "number": _range,
}
"""Short ways for values that are most often written as they are stored."""


def _not_of_type(info: PropertyInfo, text: str) -> Problem:
    code = f"not_{info.type}"
    if info.type == "identifier":
        code = "not_iban" if info.format == "iban" else "not_identifier"
    if code not in load_data("problems.yaml"):
        code = "not_of_type"
    return Problem(code, {"value": text, "type": info.type, "format": info.format or info.type})


def _past_date(schema_name: str, prop: str, cleaned: str, today: date) -> str | Problem:
    latest = (today + _TIME_ZONE_GRACE).isoformat()
    # Dates are ISO prefixes of any length, so that comparing equally long texts compares the dates.
    in_future = cleaned[:10] > latest[: len(cleaned[:10])]
    if in_future and not _may_be_future(schema_name, prop):
        return Problem("date_in_future", {"value": cleaned, "today": today.isoformat()})
    return cleaned


def _may_be_future(schema_name: str, prop: str) -> bool:
    allowed = load_data("future_dates.yaml")
    return any(prop in allowed.get(name, ()) for level in lineage(schema_name) for name in level)
