"""Values outside what is known: an answer says nothing then, and a setting counts as the strictest."""

import re
from collections.abc import Iterable

from clew.disclosure.facts import SettingsFacts

UNKNOWN = "unknown"
COUNTRY = re.compile(r"[a-z]{2}")
STRICTEST = {
    "risk_days": (0, 90), "retention_years": (0, 5), "selectors_second": (0, 50), "selectors_refuse": (0, 200),
    "stale_days": (0, 1825),
}  # fmt: skip
"""The bounds of each setting, the strictest value first: what lies outside counts as the strictest."""


def are_countries(codes: Iterable[str]) -> bool:
    """Whether each is written as a country is (ISO 3166-1 alpha-2, lower case); anything else may be any country."""
    return all(COUNTRY.fullmatch(each) for each in codes)


def said(answer: str, known: set[str], *, otherwise: str = UNKNOWN) -> str:
    """The answer where it is one of the known, else what counts instead."""
    return answer if answer in known else otherwise


def bounded(key: str, settings: SettingsFacts) -> int:
    """A setting of the node within its bounds."""
    strictest, largest = STRICTEST[key]
    value: int = getattr(settings, key)
    return value if value in range(strictest, largest + 1) else strictest
