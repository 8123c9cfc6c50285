"""Sets of indicators as data: versioned, with their source, and marked by whether anybody has read it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

Weight = Literal["strong", "medium", "weak"]
Group = Literal["adult", "child"]
WEIGHTS: tuple[Weight, ...] = ("strong", "medium", "weak")
MARKS = ("verified", "unverified", "own")
RULES = ("ilo_dimensions", "presence")
SHIPPED = Path(__file__).parents[1] / "data" / "screening"


class SetRefused(ValueError):
    """A set of indicators that cannot be used as it is; says what is wrong."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One sign. `weights` is empty where the set has none; a group that is not in it is not asked about this sign."""

    id: str
    text: str
    weights: Mapping[Group, Weight]


@dataclass(frozen=True, slots=True)
class Dimension:
    """Signs that are judged together."""

    id: str
    title: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class IndicatorSet:
    """One version of a set. `digest` is of all it says: a screening names it, and a sign-off is for it alone."""

    id: str
    version: str
    title: str
    source: str
    mark: str
    rule: str
    dimensions: tuple[Dimension, ...]
    digest: str

    def asked(self, group: Group) -> dict[str, tuple[str, Indicator]]:
        """The questions for adults or children: `dimension.indicator` to (dimension, indicator)."""
        return {
            f"{dimension.id}.{one.id}": (dimension.id, one)
            for dimension in self.dimensions
            for one in dimension.indicators
            if self.rule == "presence" or group in one.weights
        }


@dataclass(frozen=True, slots=True)
class SignOff:
    """A responsible person has compared a set with its official text. Holds for this very digest and no other."""

    digest: str
    by: str
    on: dt.date
    read_in: str


def formal_use(indicators: IndicatorSet, sign_offs: Iterable[SignOff] = ()) -> tuple[bool, str]:
    """Whether a formal step may rest on a set, and why or why not."""
    if indicators.mark == "verified":
        return True, f"{indicators.title}, version {indicators.version}, was read in its source: {indicators.source}."
    for one in sign_offs:
        if one.digest == indicators.digest and one.by.strip() and one.read_in.strip():
            return True, f"{one.by} compared this version with {one.read_in} on {one.on.isoformat()}."
    return False, (
        f"{indicators.title}, version {indicators.version}, is unverified: nobody has signed that it agrees with the "
        "official text. It helps to ask, and no formal step may rest on it."
    )


@cache
def shipped_content() -> dict[tuple[str, str], Mapping[str, Any]]:
    """The entries of the sets that come with Clew, as `set_from` reads them: what a screening keeps of its set."""
    found = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(SHIPPED.glob("*.yaml"))]
    return {(str(one["id"]), str(one["version"])): one for one in found}


@cache
def shipped() -> dict[tuple[str, str], IndicatorSet]:
    """The sets that come with Clew, by id and version. Old versions stay."""
    return {key: set_from(content) for key, content in shipped_content().items()}


def set_from(data: Mapping[str, Any]) -> IndicatorSet:
    """A set from its entries; own sets are read in the same way.

    Raises:
        SetRefused: something is missing, unknown or there twice.
    """
    try:
        dimensions = tuple(_dimension(one, data["rule"]) for one in data["dimensions"])
        words = [str(data[name]).strip() for name in ("id", "version", "title", "source", "mark", "rule")]
    except (KeyError, TypeError) as fault:
        raise SetRefused(f"The set lacks {fault}.") from fault
    if not all(words) or words[4] not in MARKS or words[5] not in RULES:
        raise SetRefused("A set has id, version, title, source, a mark (verified, unverified or own) and a known rule.")
    _refuse_doubles([one.id for one in dimensions])
    for dimension in dimensions:
        _refuse_doubles([one.id for one in dimension.indicators])
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    name, version, title, source, mark, rule = words
    digest = hashlib.sha256(canonical).hexdigest()
    return IndicatorSet(name, version, title, source, mark, rule, dimensions, digest)


def _dimension(data: Mapping[str, Any], rule: str) -> Dimension:
    return Dimension(data["id"], data["title"], tuple(_indicator(one, rule) for one in data["indicators"]))


def _indicator(data: Mapping[str, Any], rule: str) -> Indicator:
    weights: dict[Group, Weight] = {}
    groups: tuple[Group, ...] = ("adult", "child")
    for group in groups if rule == "ilo_dimensions" else ():
        said = data[group]
        if said not in (*WEIGHTS, "-"):
            raise SetRefused(f"{data['id']}: {said} is no weight; strong, medium, weak, or - where it is not asked.")
        if said != "-":
            weights[group] = said
    return Indicator(data["id"], data["text"], weights)


def _refuse_doubles(ids: list[str]) -> None:
    if len(set(ids)) != len(ids):
        raise SetRefused("Two dimensions, or two indicators of one dimension, have the same id.")
