"""Which person category governs where a fact concerns several persons (Directive (EU) 2016/680, Art. 6)."""

from collections.abc import Iterable

from clew.vocabulary.codelists import codelist


def strictness(category: str) -> int:
    """How strictly facts about such a person are held; greater is stricter. Raises `UnknownCode`."""
    return int(codelist("person_categories").get(category).extra["strictness"])


def strictest_category(categories: Iterable[str | None]) -> str:
    """The category that governs. A missing category counts as `unknown`, and `unknown` is the strictest."""
    return max((category or "unknown" for category in categories), key=strictness, default="unknown")
