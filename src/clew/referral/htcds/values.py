"""A value of a field as text and as what it is. What is wrong with a text is said with its cure."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache

from clew import vocabulary
from clew.referral.htcds.fields import Field

Value = str | bool | int | Decimal | dt.date | tuple[str, ...]
"""Text, code or country; checkbox; number; degrees; date; several codes or countries in the order given."""

SEPARATOR = ";"
LONGEST = {"text": 255, "long_text": 32_767}
"""Characters of a text. The standard sets no limit; the second is the longest that a cell of a workbook holds."""
TICKED = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
DEGREES = {"longitude": 180, "latitude": 90}
MOST = {"vic_AgeWhenTrafficked": 120, "prs_NumberOfChildren": 30}
NOT_IN_FUTURE = frozenset({"prs_Birthdate", "hte_Date"})
_NO_TEXT = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_PHONE = re.compile(r"\+?[1-9]\d{1,14}")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")


class Wrong(ValueError):
    """A text that is no value of its field: what is wrong and what to do, in a sentence each."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem, self.cure = problem, cure
        super().__init__(f"{problem} {cure}")


def value_of(field: Field, text: str, today: dt.date) -> Value:
    """The value that a text of a cell means.

    Raises:
        Wrong: it means none.
    """
    return _READERS[field.kind](field, text, today)


def text_of(value: Value) -> str:
    """The text of a value, which `value_of` reads again."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, tuple):
        return SEPARATOR.join(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _text(field: Field, text: str, _today: dt.date) -> str:
    """The text; a tabulator is a blank and a line break one sign, which is all that every format keeps apart."""
    text = text.replace("\t", " ").replace("\r\n", "\n").replace("\r", "\n")
    if _NO_TEXT.search(text):
        raise Wrong("The text holds a control character, which no spreadsheet keeps.", "Write it anew.")
    longest = LONGEST[field.kind]
    if len(text) > longest:
        raise Wrong(f"The text has {len(text)} characters; at most {longest} are taken.", "Shorten it.")
    return text


def _date(field: Field, text: str, today: dt.date) -> dt.date:
    found = _DATE.fullmatch(text.strip())
    try:
        date = dt.date.fromisoformat(found[1]) if found else None
    except ValueError:
        date = None
    if date is None:
        raise Wrong("This is no date.", "Write year, month and day, such as 2021-12-24.")
    if field.name in NOT_IN_FUTURE and date > today:
        raise Wrong("This date lies in the future.", "Correct the date.")
    return date


def _checkbox(_field: Field, text: str, _today: dt.date) -> bool:
    if (found := TICKED.get(text.strip().lower())) is None:
        raise Wrong("A checkbox is TRUE or FALSE.", "Write TRUE or FALSE, or leave it blank if nobody asked.")
    return found


def _number(field: Field, text: str, _today: dt.date) -> int:
    written = text.strip().removesuffix(".0")
    if not re.fullmatch(r"\d{1,4}", written, re.ASCII):
        raise Wrong("This is no whole number.", "Write digits only, such as 17.")
    most = MOST[field.name]
    if int(written) > most:
        raise Wrong(f"The number is larger than {most}.", "Correct the number.")
    return int(written)


def _degrees(field: Field, text: str, _today: dt.date) -> Decimal:
    limit = DEGREES[field.kind]
    try:
        number = Decimal(text.strip())
        good = number.is_finite() and abs(number) <= limit
    except InvalidOperation:
        good = False
    if not good:
        raise Wrong(
            f"This is no {field.kind}.", f"Write degrees from -{limit} to {limit} with a point, such as 48.2082."
        )
    return number


def _code(field: Field, text: str, _today: dt.date) -> str:
    return _one_code(field, text.strip())


def _codes(field: Field, text: str, _today: dt.date) -> tuple[str, ...]:
    return _several(text, lambda one: _one_code(field, one))


def _one_code(field: Field, text: str) -> str:
    if text in field.codes:
        return text
    if text.lower() in (labels := _labels(field)):
        return labels[text.lower()]
    near = difflib.get_close_matches(text, field.codes, n=1, cutoff=0.75)
    cure = f"Did you mean {near[0]}?" if near else f"Use one of: {', '.join(field.codes)}."
    raise Wrong(f"“{text[:60]}” is no code of this field.", cure)


def _labels(field: Field) -> dict[str, str]:
    return _labels_of(field.list)


@cache
def _labels_of(list_id: str) -> dict[str, str]:
    found = vocabulary.codelist(list_id)
    return {label.lower(): code for code, label in found.choices("en")}


def _country(_field: Field, text: str, _today: dt.date) -> str:
    return _one_country(text.strip())


def _countries(_field: Field, text: str, _today: dt.date) -> tuple[str, ...]:
    return _several(text, _one_country)


def _one_country(text: str) -> str:
    if text not in _country_codes():
        raise Wrong(f"“{text[:60]}” is no country code.", "Use a code of ISO 3166-1, such as NA or NAM for Namibia.")
    return text


@cache
def _country_codes() -> frozenset[str]:
    from rigour.territories import get_territories

    three = {one.alpha3.upper() for one in get_territories() if one.alpha3}
    return frozenset(vocabulary.country_codes()) | three


def _language(_field: Field, text: str, _today: dt.date) -> str:
    from rigour.langs import iso_639_alpha3

    code = text.strip()
    if not re.fullmatch("[a-z]{2,3}", code) or iso_639_alpha3(code) is None:
        raise Wrong(f"“{text[:60]}” is no language code.", "Use a code of ISO 639-2, such as vie for Vietnamese.")
    return code


def _phone(_field: Field, text: str, _today: dt.date) -> str:
    if not _PHONE.fullmatch(text.strip()):
        raise Wrong(
            "This is no phone number as E.164 writes it.", "Write country code and number in digits, such as +43123456."
        )
    return text.strip()


def _several(text: str, read: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(read(part.strip()) for part in text.split(SEPARATOR) if part.strip()))


_READERS: dict[str, Callable[[Field, str, dt.date], Value]] = {
    "text": _text, "long_text": _text, "date": _date, "picklist": _code, "multiselect": _codes, "checkbox": _checkbox,
    "number": _number, "longitude": _degrees, "latitude": _degrees, "language": _language, "country": _country,
    "countries": _countries, "phone": _phone,
}  # fmt: skip
