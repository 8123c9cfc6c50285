"""One text of a file as a value of a property, or what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from clew import vocabulary
from clew.node.transfer.mapping.rules import PropertyRule
from clew.node.transfer.readers import RowProblem
from clew.node.transfer.telling import told as _
from clew.node.transfer.telling import told_by_vocabulary

FORMULA = re.compile(r"^[=@]|^[+-](?![\d\s().]*\d)")
"""Texts that a spreadsheet would compute. A plus or minus before a number is a phone or an amount."""


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would take the text for a formula (CWE-1236)."""
    return bool(FORMULA.match(text))


def cleaned(
    schema: str, rule: PropertyRule, text: str, *, row: int, today: dt.date, country: str = ""
) -> tuple[str, str, str | None] | RowProblem:
    """(property, value, original or None) for a text; the original is kept where the value was rewritten."""
    field = rule.column or rule.prop
    value = text
    if rule.values:
        found = rule.values.get(text)
        if found is None:
            return unknown_value(row, field, text, tuple(rule.values))
        value = found
    if rule.date_formats:
        read = _date(value, rule.date_formats)
        if isinstance(read, str):
            value = read
        else:
            return RowProblem("not_date", row, field, text, *_not_a_date(rule))
    dialled = dialling_country(country) if country and is_phone(schema, rule.prop) else None
    result = vocabulary.validate(schema, rule.prop, value, today=today, country=dialled)
    if isinstance(result, vocabulary.Problem):
        if rule.otherwise and result.code.startswith("not_"):
            return cleaned(schema, PropertyRule(rule.otherwise, rule.column), text, row=row, today=today)
        problem, cure = told_by_vocabulary(result, "problem"), told_by_vocabulary(result, "cure")
        return RowProblem(result.code, row, field, text, problem, cure)
    return rule.prop, result.value, (text if result.value != text else None)


def unknown_value(row: int, field: str, text: str, known: tuple[str, ...]) -> RowProblem:
    """The problem of a text that is none of those known."""
    return RowProblem(
        "unknown_value",
        row,
        field,
        text,
        _("“%(value)s” is not known here.") % {"value": text[:60]},
        _("Use one of: %(known)s.") % {"known": ", ".join(known[:40])},
    )


def _date(text: str, formats: tuple[str, ...]) -> str | None:
    for form in formats:
        try:
            moment = dt.datetime.strptime(text, form)  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
        return moment.strftime("%Y-%m-%d" if "%d" in form else "%Y-%m" if "%m" in form else "%Y")
    return None


def _not_a_date(rule: PropertyRule) -> tuple[str, str]:
    day = dt.date(2024, 3, 31)
    return (
        _("This is no date in the form the mapping expects."),
        _("Write it as in: %(examples)s.") % {"examples": ", ".join(day.strftime(form) for form in rule.date_formats)},
    )


@cache
def is_phone(schema: str, prop: str) -> bool:
    """Whether the property holds phone numbers."""
    return vocabulary.property_info(schema, prop).type == "phone"


@cache
def dialling_country(text: str) -> str | None:
    """The country code a register's country column means; None where it says none."""
    code = text.strip().upper()
    return code if code in vocabulary.country_codes() else None
