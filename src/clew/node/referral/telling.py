"""What an entry says, line by line, in the reader's language."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clew import vocabulary
from clew.node.referral import words

Line = tuple[str | Promise, str]
Shown = Callable[[Any], str]


def coded(codelist: str) -> Shown:
    """Shows a code, or several, of a list."""

    def shown(said: Any) -> str:
        several = [said] if isinstance(said, str) else list(said)
        return ", ".join(vocabulary.codelist(codelist).label(each, _language()) for each in several)

    return shown


def of_words(table: Mapping[str, Any]) -> Shown:
    """Shows a code of this room."""
    return lambda said: str(table.get(said, said))


def day(said: Any) -> str:
    """Shows a day."""
    return date_format(dt.date.fromisoformat(said))


def country(said: Any) -> str:
    """Shows a country."""
    return vocabulary.country_label(said, _language())


LINES: Final[dict[str, Sequence[tuple[str, str | Promise, Shown]]]] = {
    "contact": (
        ("met", _("Day of the contact"), day),
        ("danger", _("Immediate danger"), of_words(words.YES_NO)),
        ("safe", _("Can be reached without danger"), of_words(words.YES_NO)),
        ("reach", _("How to reach her safely"), str),
        ("age", _("Age"), of_words(words.AGES)),
        ("age_reason", _("How her age was assessed"), str),
        ("needs", _("What she needs now"), coded("service_kinds")),
        ("language", _("Language she speaks best"), coded("languages")),
        ("group", _("For whom a service has to be there"), coded("service_groups")),
        ("channel", _("How"), of_words(words.CHANNELS)),
        ("place_class", _("Kind of place"), coded("place_classes")),
        ("interpreter", _("Interpreter"), str),
    ),
    "identification": (
        ("outcome", _("What was decided"), of_words(words.OUTCOMES)),
        ("body", _("Who decided"), coded("htcds_trafficking_status_decided_by")),
        ("body_name", _("Which body"), str),
        ("decided", _("Decided on"), day),
        ("reference", _("Reference of the decision"), str),
        ("grounds", _("Grounds"), str),
        ("appeal", _("How it can be challenged"), str),
    ),
    "reflection": (
        ("country", _("Country"), country),
        ("begins", _("Begins on"), day),
        ("ends", _("Ends on"), day),
        ("source", _("Source"), str),
        ("reference", _("Reference of the decision"), str),
    ),
    "best_interests": (
        ("kind", _("What this is"), of_words(words.INTERESTS)),
        ("view", _("What the child says"), str),
        ("present", _("Who was with the child"), str),
        ("result", _("What is best for the child"), str),
        ("reasons", _("Why"), str),
    ),
    "assistance": (
        ("kinds", _("Kind of help"), coded("service_kinds")),
        ("goal", _("What she wants to reach"), str),
        ("provider", _("Who does it"), str),
        ("review", _("Looked at again on"), day),
    ),
    "justice": (
        ("wish", _("What she wants"), of_words(words.TAKES_PART)),
        ("protection", _("What protects her in proceedings"), str),
        ("compensation", _("Claims compensation"), of_words(words.YES_NO)),
        ("compelled", _("May have been made to do what she is suspected of"), of_words(words.YES_NO)),
        ("compelled_to", _("What she may have been made to do"), str),
    ),
    "residence": (
        ("wish", _("What she wants"), of_words(words.WISHES)),
        ("state", _("Country"), country),
        ("told", _("What she was told before she said so"), str),
        ("reception", _("Who receives her there"), str),
    ),
    "follow_up": (
        ("how", _("How she is"), of_words(words.HOW_SHE_IS)),
        ("needs", _("What she needs now"), coded("service_kinds")),
        ("said", _("What she says, or what was tried"), str),
    ),
    "closing": (
        ("outcome", _("How it ends"), of_words(words.CLOSINGS)),
        ("reason", _("Why"), str),
        ("follow_up", _("Asked how she is on"), day),
        ("retain", _("Kept until"), day),
    ),
}
"""What each kind of entry holds, in the order in which it is read."""


def lines(kind: str, said: Mapping[str, Any]) -> list[Line]:
    """What an entry says; what was left empty is left out."""
    return [(label, shown(said[name])) for name, label, shown in LINES[kind] if said.get(name)]


def _language() -> str:
    return get_language() or "en"
