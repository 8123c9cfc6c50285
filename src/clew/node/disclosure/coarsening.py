"""Coarser values and facts that go together, for one release: what was chosen, what is offered, what was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from clew.disclosure.coarsening import Coarse, coarser_values
from clew.disclosure.facts import Inputs, StatementFacts
from clew.disclosure.mosaic import Group, groups
from clew.disclosure.package import Coarsened, Draft, Recognition
from clew.dossier.concerns import protects
from clew.node.disclosure.models import Release

OMIT: Final = "omit"
"""The coarsest of all: the statement is left out."""
ANSWERS: Final = ("no", "yes")

LEVELS: Final[Mapping[str, Promise]] = {
    "day": pgettext_lazy("how exact", "the day without the hour"),
    "month": pgettext_lazy("how exact", "the month"),
    "year": pgettext_lazy("how exact", "the year"),
    "street": pgettext_lazy("how exact", "the street without the number"),
    "district": pgettext_lazy("how exact", "the district"),
    "city": pgettext_lazy("how exact", "the town"),
    "country": pgettext_lazy("how exact", "the country"),
    "range": pgettext_lazy("how exact", "a range"),
}
KINDS: Final[Mapping[str, Promise]] = {
    "name": pgettext_lazy("what could name her", "her name"),
    "number": pgettext_lazy("what could name her", "a number or account of hers"),
    "age": pgettext_lazy("what could name her", "her age"),
    "nationality": pgettext_lazy("what could name her", "her nationality"),
    "place": pgettext_lazy("what could name her", "a place"),
    "premises": pgettext_lazy("what could name her", "the premises"),
    "date": pgettext_lazy("what could name her", "a date"),
    "travel": pgettext_lazy("what could name her", "a journey"),
    "vehicle": pgettext_lazy("what could name her", "a vehicle"),
    "occupation": pgettext_lazy("what could name her", "her work"),
    "employer": pgettext_lazy("what could name her", "an employer"),
    "school": pgettext_lazy("what could name her", "her education"),
    "count": pgettext_lazy("what could name her", "a small number of people"),
    "language": pgettext_lazy("what could name her", "her language"),
    "appearance": pgettext_lazy("what could name her", "her appearance"),
    "belief": pgettext_lazy("what could name her", "her belief or origin"),
    "relation": pgettext_lazy("what could name her", "her family or acquaintances"),
    "free_text": pgettext_lazy("what could name her", "free text"),
}


def options(schema: str, prop: str, value: str, *, link: bool) -> tuple[Coarse, ...]:
    """The coarser values that a statement can leave with; none for a link, which names another entity."""
    return () if link else coarser_values(schema, prop, value)


def coarsened(release: Release, statements: Iterable[StatementFacts]) -> tuple[Coarsened, ...]:
    """The statements that leave less exactly. A level that does not fit has no value, and then nothing leaves."""
    levels = {each["statement"]: each["coarser"] for each in release.chosen if each.get("coarser")}
    return tuple(
        Coarsened(each.id, levels[each.id], _at(each, levels[each.id])) for each in statements if each.id in levels
    )


def mosaic_of(inputs: Inputs, draft: Draft, leaving: Collection[int]) -> tuple[Group, ...]:
    """What of the leaving statements could name a protected person together."""
    protected = {each.id for each in inputs.persons if protects(each.category)}
    levels = {each.statement: each.level for each in draft.coarser}
    return groups([each for each in inputs.statements if each.id in leaving], protected, levels)


def tokens_of(mosaic: Iterable[Group]) -> frozenset[str]:
    """What an answer to these groups holds for."""
    return frozenset().union(*(each.tokens for each in mosaic))


def recognition_of(release: Release, mosaic: Collection[Group]) -> Recognition | None:
    """The answer that was given, if it was given for all that leaves now; what has been left out since is no matter."""
    said = release.recognition
    if not mosaic or not said or not tokens_of(mosaic) <= set(said["tokens"]):
        return None
    return Recognition(said["answer"], said["reason"], said["name"], dt.datetime.fromisoformat(said["at"]))


def _at(each: StatementFacts, level: str) -> str:
    found = options(each.schema, each.prop, each.value, link=each.refers_to is not None)
    return next((one.value for one in found if one.level == level), "")
