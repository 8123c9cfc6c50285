"""What a received letter became here, for the exchange: its sender may take it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import F

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import seen_by
from clew.node.dossier.models import Source, Statement, StatementEnd


@dataclass(frozen=True, slots=True)
class LetterSource:
    """A source that a letter became. `statements`: those that it brought, in its order, however corrected since."""

    pk: int
    compartment: int
    undone: bool
    statements: tuple[int, ...]


def sources_of_letter(letter_uid: str) -> list[LetterSource]:
    """The sources that a received letter became, undone ones too."""
    found = Source.objects.filter(received_letter=letter_uid).order_by("pk") if letter_uid else Source.objects.none()
    return [
        LetterSource(pk, compartment, undone is not None, _brought(pk))
        for pk, compartment, undone in found.values_list("pk", "compartment_id", "undone")
    ]


def entities_of_letters(*, officer: Officer, letter_uids: Collection[str]) -> set[int]:
    """The entities that received letters speak of, as far as the officer may see what the letters became."""
    spoken = Statement.objects.filter(
        seen_by(officer, "source__compartment_id"), source__received_letter__in=[uid for uid in letter_uids if uid],
        source__undone__isnull=True,
    )  # fmt: skip
    return set(spoken.values_list("entity_id", flat=True).distinct()) if letter_uids else set()


def _brought(source_id: int) -> tuple[int, ...]:
    # A correction made here is a statement of the same source, and stands behind the one that it replaces. What a
    # later letter of the sender corrected is of that letter's source, which brought it.
    rows = Statement.objects.filter(source=source_id).exclude(replaces__statement__source=source_id).order_by("pk")
    return tuple(rows.values_list("pk", flat=True))


def with_corrections(statements: Iterable[int]) -> list[int]:
    """These statements and all of their own sources that replaced them since, the oldest first."""
    found: list[int] = []
    new = list(statements)
    while new:
        found += new
        ended = StatementEnd.objects.filter(statement__in=new, replaced_by__source=F("statement__source"))
        new = list(ended.order_by("replaced_by").values_list("replaced_by", flat=True))
    return found


def still_standing(statements: Iterable[int]) -> list[int]:
    """Those of the statements that count: neither ended nor of a source that was undone."""
    rows = Statement.objects.filter(pk__in=list(statements), end__isnull=True, source__undone__isnull=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class Ended:
    """A statement that stands no more. `replacement`: what stands in its place, None where nothing does."""

    source: int
    compartment: int
    replacement: int | None


def ended_statement(statement_id: int) -> Ended | None:
    """How a statement ended; None where it still stands, or does not exist."""
    row = StatementEnd.objects.filter(statement=statement_id).select_related("statement__source").first()
    if row is None:
        return None
    last = row.replaced_by_id
    while last is not None:
        following = StatementEnd.objects.filter(statement=last).values_list("replaced_by", flat=True)
        if not following:
            break
        last = following[0]
    return Ended(
        row.statement.source_id, row.statement.source.compartment_id, last if last and still_standing([last]) else None
    )


@dataclass(frozen=True, slots=True)
class End:
    """When a statement ended, and whether something was put in its place."""

    at: dt.datetime
    replaced: bool


def newest_ends(*, officer: Officer, limit: int) -> dict[int, End]:
    """The statements of the officer's teams that were corrected or retracted last, each with its end."""
    rows = StatementEnd.objects.filter(seen_by(officer, "statement__source__compartment_id")).order_by("-at", "-pk")
    found = rows.values_list("statement_id", "at", "replaced_by")[:limit]
    return {statement: End(at, new is not None) for statement, at, new in found}
