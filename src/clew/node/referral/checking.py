"""What is wrong with what was typed: every fault at once, each with its cure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.types import BadInput

LONGEST: Final = 4_000
"""Characters of a text: two pages."""


def text_problems(
    texts: Mapping[str, str], *, longest: int = LONGEST, optional: Collection[str] = ()
) -> list[BadInput]:
    """Texts that are missing or too long, by field."""
    found = []
    for field, text in texts.items():
        if not text.strip() and field not in optional:
            found.append(BadInput(field, _("Nothing is entered here."), _("Enter a text.")))
        elif len(text) > longest:
            problem = _("The text has %(length)d characters.") % {"length": len(text)}
            found.append(BadInput(field, problem, _("Shorten it to %(longest)d characters.") % {"longest": longest}))
    return found


def choice_problems(said: Mapping[str, tuple[str, Collection[str]]]) -> list[BadInput]:
    """Codes that are none of those offered, by field: (code, those offered)."""
    return [
        BadInput(field, _("This code is unknown."), _("Choose one from the list."))
        for field, (code, offered) in said.items()
        if code not in offered
    ]


def codes(name: str, *, none: bool = False) -> Collection[str]:
    """The codes of a list; with `none` the empty one as well."""
    return {*vocabulary.codelist(name).codes, *([""] if none else [])}


def several_problems(field: str, said: Collection[str], name: str) -> list[BadInput]:
    """Several codes of a list, of which at least one is wanted."""
    if not said:
        return [BadInput(field, _("Nothing is chosen."), _("Choose at least one."))]
    offered = codes(name)
    unknown = [one for one in said if one not in offered]
    return choice_problems({field: (unknown[0], offered)}) if unknown else []


def past_problems(days: Mapping[str, dt.date]) -> list[BadInput]:
    """Days that must not lie in the future, by field."""
    today = timezone.localdate()
    return [
        BadInput(field, _("This day lies in the future."), _("Enter the day on which it was."))
        for field, day in days.items()
        if day > today
    ]


def coming_problems(days: Mapping[str, dt.date]) -> list[BadInput]:
    """Days that must not have passed, by field."""
    today = timezone.localdate()
    return [
        BadInput(field, _("This day has passed."), _("Choose a day to come."))
        for field, day in days.items()
        if day < today
    ]
