"""A letter's statements become a source of the dossier, under its sender's handling and conditions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from django.utils.translation import gettext as _

from clew.disclosure.context import years_later
from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.exchange.letters import Letter as SignedLetter
from clew.node.accounts.actions import Actor
from clew.node.disclosure.actions import register_letter_entities, set_mark
from clew.node.disclosure.queries import entity_of_letter
from clew.node.dossier.actions import append_to_source, start_source
from clew.node.exchange.models import Letter
from clew.node.exchange.offering import bound_here
from clew.node.rulebook.queries import settings_for
from clew.vocabulary import codelist
from clew.vocabulary.model import UnknownSchema, is_a

DEFAULT_RETENTION = dt.timedelta(days=365)
"""Where the sender sets no date: a year, within which a human has to look at it again."""
IN_WORDS: Final = "H3"
"""A restriction in words, which a second officer reads before anything is passed on (R34)."""

CONFIDENTIAL: Final = re.compile(r"R14[a-z]?")
"""The rule whose condition travels with a letter that stays confidential; its policies carry a letter behind it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a letter's statements became: `source` is None where it has none; `entities` are those it speaks of."""

    source: int | None
    entities: list[int]


def is_confidential(body: Mapping[str, Any]) -> bool:
    """Whether its sender demands that the letter's facts and existence stay confidential (R14)."""
    return any(CONFIDENTIAL.fullmatch(one.get("rule", "")) for one in body.get("conditions", ()))


def record_statements(
    *, actor: Actor, compartment_id: int, row: Letter, letter: SignedLetter, now: dt.datetime
) -> Recorded:
    """Record the letter's statements, if it has any, and remember which of our entities each of its names means.

    Of a confidential letter the whole source is marked: what it holds is left out of letters to others (R14).
    """
    body = letter.body
    if not body.get("statements"):
        return Recorded(None, [])
    thread = row.thread.uid
    entities = [
        replace(draft, existing_id=entity_of_letter(thread=thread, name=draft.key)) for draft in entity_drafts(body)
    ]
    source = start_source(actor=actor, compartment_id=compartment_id, draft=source_draft(row, body, now))
    names = append_to_source(
        actor=actor, source_id=source.pk, entities=entities, statements=statement_drafts(body, source.handling)
    )
    register_letter_entities(actor=actor, thread=thread, names=names)
    if is_confidential(body):
        reason = _("Its sender wants letter %(number)s kept confidential.") % {"number": row.uid[:8]}
        set_mark(actor=actor, kind="reveals_request", source_id=source.pk, reason=reason)
    return Recorded(source.pk, sorted(names.values()))


def source_draft(row: Letter, body: Mapping[str, Any], now: dt.datetime) -> SourceDraft:
    """The source that a letter is: its sender owns it, and its sender's restrictions and conditions stay with it."""
    bound = bound_here(row)
    texts = [body["handling"].get("text", ""), *(one["text"] for one in body.get("conditions", ())), *bound]
    return SourceDraft(
        kind="letter",
        title=_("Letter %(number)s") % {"number": row.uid[:8]},
        owner=row.party,
        # One letter may hold statements from several sources: the least reliable speaks for all.
        reliability=max(one["reliability"] for one in body["statements"]),
        handling=IN_WORDS if bound else min(one["handling"] for one in body["statements"]),
        handling_text="\n".join(dict.fromkeys(text for text in texts if text)),
        purpose=body["purpose"],
        retain_until=_retained_until(body.get("retain_until"), now),
        basis="intelligence",
        received_letter=row.uid,
        chain=tuple(dict.fromkeys(uid for one in body["statements"] for uid in one.get("chain", ()))),
        language=next(iter(body.get("languages", ())), ""),
    )


def _retained_until(theirs: str | None, now: dt.datetime) -> dt.date:
    """The sender's day, or ours where that comes first: the shorter of both laws holds (R31)."""
    today = now.date()
    ours = years_later(today, settings_for("", today).retention_years_initial)
    return min(dt.date.fromisoformat(theirs) if theirs else today + DEFAULT_RETENTION, ours)


def entity_drafts(body: Mapping[str, Any]) -> list[EntityDraft]:
    """The letter's entities, and the persons it speaks of without naming them.

    A thing that is only asked about, or only referred to, is left out: a dossier holds nothing of which nothing is
    said, and a letter must not be impossible to take for it. A person's category is the sender's; of one who is known
    here, our own stays.
    """
    categories = {person["id"]: person["category"] for person in body.get("persons", ())}
    unsaid = _of_which_nothing_is_said(body)
    schemata = {entity["id"]: entity["schema"] for entity in body["entities"] if entity["id"] not in unsaid}
    schemata |= {unnamed: "Person" for unnamed in categories if unnamed not in schemata}
    return [
        EntityDraft(key=name, schema=schema, category=_known_category(categories.get(name)))
        for name, schema in schemata.items()
    ]


def statement_drafts(body: Mapping[str, Any], handling: str) -> list[StatementDraft]:
    """The letter's statements, each concerning whom the sender says, and every person it is itself about.

    One that refers to a thing of which nothing else is said can be read in the letter, and nowhere else: that a firm
    has some owner is no knowledge about anybody.
    """
    unsaid = _of_which_nothing_is_said(body)
    return [
        StatementDraft(
            entity_key=one["entity"],
            prop=one["prop"],
            value=one["value"],
            accuracy=one["accuracy"],
            nature=one["nature"],
            original=one.get("original"),
            lang=one.get("lang"),
            concerns=tuple(one.get("concerns", ())),
            handling=one["handling"] if one["handling"] > handling else None,
            seen_on=_whole_day(one.get("seen_on")),
        )
        for one in body["statements"]
        if one["value"] not in unsaid
    ]


def recorded_numbers(body: Mapping[str, Any]) -> list[int]:
    """The numbers of the letter's statements that `statement_drafts` makes drafts of, in their order."""
    unsaid = _of_which_nothing_is_said(body)
    return [one["n"] for one in body.get("statements", ()) if one["value"] not in unsaid]


def _of_which_nothing_is_said(body: Mapping[str, Any]) -> frozenset[str]:
    """The letter's names of things, persons excepted, of which its statements say no more than each other's names."""
    things = {entity["id"] for entity in body.get("entities", ()) if not _is_person(entity["schema"])}
    unsaid: set[str] = set()
    # What is left out may have been all that was said of something else.
    while found := things - unsaid - {one["entity"] for one in body["statements"] if one["value"] not in unsaid}:
        unsaid |= found
    return frozenset(unsaid)


def _is_person(schema: str) -> bool:
    try:
        return is_a(schema, "Person")
    except UnknownSchema:
        return False


def _known_category(category: str | None) -> str | None:
    """The category if this node knows the code; else none, which is protected."""
    return category if category in codelist("person_categories") else None


def _whole_day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text and len(text) == len("2026-01-01") else None
