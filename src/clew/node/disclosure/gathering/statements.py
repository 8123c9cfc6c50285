"""The chosen statements as the rules see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from clew.disclosure.facts import AuthorisationFacts, StatementFacts
from clew.disclosure.package import Onward
from clew.dossier.types import StatementFacts as Known
from clew.node.accounts.actions import Officer
from clew.node.disclosure.gathering.persons import recorded
from clew.node.disclosure.models import Authorisation, Mark
from clew.node.dossier import queries as dossier


@dataclass(frozen=True, slots=True)
class Chosen:
    """The chosen statements the officer may see, in her order, and whom they concern; read once for all who ask.

    One that she may not see is not decided upon. `concerned` counts those of a value that cannot be opened, too.
    """

    facts: tuple[StatementFacts, ...]
    concerned: frozenset[int]
    sources: Mapping[int, int]
    allowed: Mapping[int, list[Authorisation]]

    @classmethod
    def of(cls, choice: Iterable[Mapping[str, Any]], officer: Officer, now: dt.datetime) -> Chosen:
        """What was chosen, as it stands now."""
        chosen = {each["statement"]: each for each in choice}
        found = {each.id: each for each in dossier.release_facts(officer=officer, statement_ids=list(chosen))}
        ordered = [found[each] for each in chosen if each in found and found[each].value is not None]
        allowed = _authorisations({each.source_id for each in ordered}, now.date())
        shelters = _shelters({one for each in ordered for one in (each.subject_id, each.refers_to) if one is not None})
        marks = _marks(ordered)
        facts = tuple(
            _facts(each, chosen[each.id], _allowing(allowed, each.source_id, each.id), shelters, marks[each.id])
            for each in ordered
        )
        concerned = frozenset(person.entity_id for each in found.values() for person in each.concerns)
        return cls(facts, concerned, {each.id: each.source_id for each in ordered}, allowed)

    def onward(self, recipient: str) -> tuple[Onward, ...]:
        """Under which conditions those who gave the statements allow this recipient to have them."""
        return tuple(
            Onward(statement, text)
            for statement, source in sorted(self.sources.items())
            for each in self.allowed.get(source, ())
            if each.recipient == recipient and (not each.statements or statement in each.statements)
            for text in each.conditions
        )


def statement_facts(
    choice: Iterable[Mapping[str, Any]], officer: Officer, now: dt.datetime
) -> tuple[StatementFacts, ...]:
    """The chosen statements the officer may see, in her order, as the rules see them."""
    return Chosen.of(choice, officer, now).facts


def _facts(
    each: Known,
    chosen: Mapping[str, Any],
    allowed: tuple[AuthorisationFacts, ...],
    shelters: Collection[int],
    marks: Mapping[str, str],
) -> StatementFacts:
    return StatementFacts(
        id=each.id,
        entity=each.subject_id,
        schema=each.schema,
        prop=each.prop,
        value=each.value or "",
        original=each.original,
        lang=each.lang,
        reliability=each.reliability,
        accuracy=each.accuracy,
        nature=each.nature,
        handling=each.handling,
        handling_text=each.handling_text,
        owner=each.owner,
        chain=each.chain,
        authorisations=allowed,
        purpose=each.purpose,
        recorded=each.recorded,
        retain_until=each.retain_until,
        seen_on=each.seen_on,
        field_class=str(each.field_class),
        live=each.live,
        restricted="restricted" in marks,
        shelter=bool({each.subject_id, each.refers_to} & set(shelters)),
        needed=chosen["needed"],
        minimum=chosen.get("minimum", ""),
        on_hold="on_hold" in marks,
        exculpatory="exculpatory" in marks,
        compelled="compelled" in marks,
        reveals_request="reveals_request" in marks,
        joint=marks.get("joint", ""),
        concerns=tuple(person.entity_id for person in each.concerns),
        refers_to=each.refers_to,
    )


def authorisations_of(sources: Collection[int], today: dt.date) -> dict[int, tuple[AuthorisationFacts, ...]]:
    """Who of each source's chain allows whom to have all of it, as it holds today."""
    allowed = _authorisations(sources, today)
    return {source: _allowing(allowed, source, None) for source in allowed}


def _authorisations(sources: Collection[int], today: dt.date) -> dict[int, list[Authorisation]]:
    """By source, what is allowed today: begun, not over, and not withdrawn."""
    allowed: dict[int, list[Authorisation]] = {}
    rows = Authorisation.objects.filter(source_id__in=sources, given__lte=today, expires__gte=today, withdrawn=None)
    for each in rows.order_by("pk"):
        allowed.setdefault(each.source_id, []).append(each)
    return allowed


def _allowing(
    allowed: Mapping[int, list[Authorisation]], source: int, statement: int | None
) -> tuple[AuthorisationFacts, ...]:
    """What is allowed of one statement of a source, or of all of it where none is named."""
    return tuple(
        AuthorisationFacts(each.by, each.recipient, each.purpose, each.evidence)
        for each in allowed.get(source, ())
        if not each.statements or statement in each.statements
    )


def _marks(statements: Iterable[Known]) -> dict[int, dict[str, str]]:
    """The standing marks of each statement, its source's among them: kind and detail."""
    ordered = list(statements)
    standing = Mark.objects.filter(source_id__in={each.source_id for each in ordered}, lifted__isnull=True)
    rows = list(standing.order_by("pk").values_list("source_id", "statement_id", "kind", "detail"))
    return {
        each.id: {
            kind: detail or kind
            for source, statement, kind, detail in rows
            if source == each.source_id and statement in {None, each.id}
        }
        for each in ordered
    }


def _shelters(entities: Collection[int]) -> set[int]:
    """Places recorded as protected. A seal that cannot be opened counts as protected, and so does an expired record."""
    return {
        entity
        for entity, answers in recorded(entities, None).items()
        if answers.get("shelter_address", ["no"]) != ["no"]
    }
