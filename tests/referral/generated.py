"""Cases that nobody lived, made by chance so that every field and every code of HTCDS 2.0 occurs."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal

from clew.referral.htcds import Field, fields
from clew.referral.htcds.values import Value

TODAY = dt.date(2026, 11, 29)
WORDS = ("=1+1", "+43 is no phone here", "-", "@home", "'quoted", "two\nlines", "  blanks  kept  ", "a;b", 'say "no"',
         "阮氏 (fictional)", "Ива (измислена)", "a,b", "TRUE", "007", "2021-03-04", "x" * 255)  # fmt: skip
COUNTRIES = ("NA", "PH", "BG", "VNM", "CHN")
LANGUAGES = ("vie", "bg", "zho", "lao")


def cases(count: int, seed: int) -> Iterator[dict[str, Value]]:
    """So many records; the codes of each list come one after the other."""
    chance = random.Random(seed)
    for number in range(count):
        record = {name: _value(field, number, chance) for name, field in fields().items() if chance.random() < 0.6}
        for place in ("org_Shipping", "prs_Mailing", "hte_"):
            if f"{place}Longitude" not in record or f"{place}Latitude" not in record:
                record.pop(f"{place}Longitude", None)
                record.pop(f"{place}Latitude", None)
        if "prs_Birthdate" in record:
            record.pop("hte_Date", None)
        yield {name: value for name, value in record.items() if value not in ((), "")}


def _value(field: Field, number: int, chance: random.Random) -> Value:
    match field.kind:
        case "picklist":
            return field.codes[number % len(field.codes)]
        case "multiselect":
            several = [field.codes[number % len(field.codes)], *chance.sample(field.codes, 2)]
            return tuple(dict.fromkeys(several))
        case "countries":
            return tuple(chance.sample(COUNTRIES, 2))
        case "country":
            return chance.choice(COUNTRIES)
        case "language":
            return chance.choice(LANGUAGES)
        case "date":
            return TODAY - dt.timedelta(days=chance.randrange(36_500))
        case "checkbox":
            return chance.random() < 0.5
        case "number":
            return chance.randrange(30)
        case "longitude" | "latitude":
            return Decimal(chance.randrange(-9_000_000, 9_000_000)).scaleb(-5)
        case "phone":
            return f"+{chance.randrange(10**9, 10**14)}"
    return chance.choice(WORDS)
