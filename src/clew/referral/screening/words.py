"""What a set's dimensions and questions are called in the other languages.

The words lie beside the sets and not in them: a set's digest is of what was taken from its source, and a better
translation makes no other version. Where a language has no words the set's own are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from clew.referral.screening.sets import IndicatorSet
from clew.vocabulary import language as catalogue_of

WORDS = Path(__file__).parents[1] / "data" / "screening_words"


def dimension_words(indicators: IndicatorSet, dimension: str, language: str) -> str:
    """A dimension's title."""
    found = next(one.title for one in indicators.dimensions if one.id == dimension)
    return str(_words(indicators).get("dimensions", {}).get(dimension, {}).get(catalogue_of(language), found))


def question_words(indicators: IndicatorSet, question: str, language: str) -> str:
    """A question (`dimension.indicator`)."""
    dimension, _dot, name = question.partition(".")
    (found,) = (
        one.text for each in indicators.dimensions if each.id == dimension for one in each.indicators if one.id == name
    )
    return str(_words(indicators).get("questions", {}).get(question, {}).get(catalogue_of(language), found))


def title_words(indicators: IndicatorSet, language: str) -> str:
    """The set's title."""
    return str(_words(indicators).get("title", {}).get(catalogue_of(language), indicators.title))


def _words(indicators: IndicatorSet) -> Mapping[str, Any]:
    return _read(f"{indicators.id}-{indicators.version}")


@cache
def _read(name: str) -> Mapping[str, Any]:
    path = WORDS / f"{name}.yaml"
    found: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found
