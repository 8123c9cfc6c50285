"""What the papers for a person need that the pages do not: a language of their own."""

from __future__ import annotations

from typing import Final

from django.conf import settings

PAPER_LANGUAGES: Final = tuple(settings.LANGUAGES)
"""(tag, name in itself) of each language in which the papers are printed, whatever language the officer reads."""


def paper_language(asked: str, fallback: str) -> str:
    """The tag asked for, if the papers exist in it; else the fallback, else English."""
    tags = [tag for tag, _name in PAPER_LANGUAGES]
    return next((tag for tag in (asked, fallback) if tag in tags), "en")
