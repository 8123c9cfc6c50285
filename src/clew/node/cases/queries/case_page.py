"""Everything that one case's page shows, in a number of queries that does not grow with the case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.utils.translation import get_language

from clew import vocabulary
from clew.node.accounts.actions import Actor, Officer
from clew.node.cases.models import Case, CaseEntity, CaseReference, Deadline, Document, Event, Task
from clew.node.cases.queries.lists import visible_cases
from clew.node.cases.timeline import sentence
from clew.node.discovery import offers
from clew.node.dossier.queries import captions, handling_of, schemata_of, strictest_of, strictest_source
from clew.node.partners.queries import names_of
from clew.node.types import CaseSection

TIMELINE_ROWS = 20
LISTED = 100
"""Rows of each part of the page; the part says so when there are more."""


@dataclass(frozen=True, slots=True)
class CaseEntityView:
    """An entry of the dossier as the case's own compartment knows it.

    `handling` is the strictest code of what is said of it.
    """

    link_id: int
    entity_id: int
    schema: str
    caption: str
    handling: str = ""

    @property
    def schema_label(self) -> str:
        """The schema's word in the reader's language."""
        return vocabulary.schema_label(self.schema, get_language() or "en")


@dataclass(frozen=True, slots=True)
class EventView:
    """One line of the timeline; `text` is what a person wrote, "" for events that speak for themselves."""

    event: Event
    sentence: str
    by: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Part of the timeline, newest first; `older` is the key of the next part or None."""

    events: Sequence[EventView]
    older: int | None


@dataclass(frozen=True, slots=True)
class ReferenceView:
    """A partner's own reference for the matter."""

    party: str
    reference: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with all that its page shows; `handling` is the strictest code of it all, "" where it has no source."""

    case: Case
    team: Sequence[Model]
    tasks: Sequence[Task]
    deadlines: Sequence[Deadline]
    documents: Sequence[Document]
    entities: Sequence[CaseEntityView]
    references: Sequence[ReferenceView]
    timeline: TimelinePage
    handling: str


def case_head(*, officer: Officer, pk: int) -> Case | None:
    """The case itself, or None when it does not exist or is not the officer's."""
    return visible_cases(officer).filter(pk=pk).select_related("opened_by").first()


def case(*, officer: Officer, pk: int) -> CaseView | None:
    """The case with its parts, or None when it does not exist or is not the officer's."""
    found = case_head(officer=officer, pk=pk)
    if found is None:
        return None
    entities = entities_of_case(officer=officer, case_id=pk)
    codes = [*filter(None, (one.handling for one in entities)), strictest_source(found.compartment_id)]
    return CaseView(
        case=found,
        team=list(team_of(case=found)),
        tasks=list(found.tasks.select_related("assigned", "done_by").order_by("done", "due", "pk")[:LISTED]),
        deadlines=list(found.deadlines.order_by("met", "due", "pk")[:LISTED]),
        documents=list(found.documents.select_related("added_by").order_by("-added", "-pk")[:LISTED]),
        entities=entities,
        references=_references(found),
        timeline=_timeline(found, None, TIMELINE_ROWS),
        handling=strictest_of(filter(None, codes)),
    )


def entity_ids_of_case(*, officer: Actor, case_id: int) -> list[int]:
    """The numbers of all entries that the case looks at; none where the case is not the officer's."""
    seen = visible_cases(officer).filter(pk=case_id)
    return list(CaseEntity.objects.filter(case__in=seen).order_by("pk").values_list("entity_id", flat=True))


def entities_of_case(*, officer: Officer, case_id: int) -> list[CaseEntityView]:
    """The entries of the dossier that the case looks at, as its own compartment knows them."""
    head = visible_cases(officer).filter(pk=case_id).first()
    if head is None:
        return []
    links = list(CaseEntity.objects.filter(case=head).order_by("pk")[: LISTED * 5])
    ids = [link.entity_id for link in links]
    names, schemata = captions(ids, [head.compartment_id]), schemata_of(ids)
    codes = handling_of(ids, compartment_id=head.compartment_id)
    found = [
        CaseEntityView(
            link.pk,
            link.entity_id,
            schemata[link.entity_id],
            names[link.entity_id],
            codes.get(link.entity_id, ""),
        )
        for link in links
        if link.entity_id in names
    ]
    return sorted(found, key=lambda one: (one.schema, one.caption, one.link_id))


def timeline(*, officer: Officer, case_id: int, before: int | None = None, rows: int = TIMELINE_ROWS) -> TimelinePage:
    """Events of a case, newest first; `before` is the `older` key of the part above. Empty if not the officer's."""
    found = case_head(officer=officer, pk=case_id)
    return _timeline(found, before, rows) if found is not None else TimelinePage((), None)


def documents_with_content(*, officer: Officer, sha256: str, but_not: int) -> QuerySet[Document]:
    """Documents of the officer's cases with exactly this content, except the document `but_not`."""
    seen = Document.objects.filter(sha256=sha256, case__in=visible_cases(officer))
    return seen.exclude(pk=but_not).select_related("case").order_by("pk")


def documents_seen(*, officer: Officer) -> QuerySet[Document]:
    """The documents of the officer's cases."""
    return Document.objects.filter(case__in=visible_cases(officer)).select_related("case")


def sections_of_case(*, officer: Officer, case_id: int) -> list[CaseSection]:
    """The sections that other rooms offer for a case's page (`queries.case_sections`), in their order."""
    found = [section for offer in offers("case_sections") for section in offer(officer=officer, case_id=case_id)]
    return sorted(found, key=lambda section: section.order)


def team_candidates(*, case: Case) -> QuerySet[Model]:
    """Active officers who are not in the team yet."""
    present = case.compartment.members.values("officer_id")
    return get_user_model().objects.filter(is_active=True).exclude(pk__in=present).order_by("full_name", "username")


def team_of(*, case: Case) -> QuerySet[Model]:
    """The officers of a case's team, by name."""
    present = case.compartment.members.values("officer_id")
    return get_user_model().objects.filter(pk__in=present).order_by("full_name", "username")


def _references(found: Case) -> list[ReferenceView]:
    links = list(CaseReference.objects.filter(case=found).order_by("pk")[:LISTED])
    names: Mapping[str, str] = names_of({link.party for link in links})
    return [ReferenceView(names.get(link.party, link.party), link.reference) for link in links]


def _timeline(found: Case, before: int | None, rows: int) -> TimelinePage:
    events = Event.objects.filter(case=found).select_related("by").order_by("-pk")
    if before is not None:
        events = events.filter(pk__lt=before)
    got = list(events[: rows + 1])
    older = got[rows - 1].pk if len(got) > rows else None
    return TimelinePage([_shown(event) for event in got[:rows]], older)


def _shown(event: Event) -> EventView:
    text = event.parameters.get("text", "") if event.kind == "note" else ""
    return EventView(event, sentence(event.kind, event.parameters), str(event.by or ""), str(text), event.url)
