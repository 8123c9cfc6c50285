"""Pages that show: the list of entities, one entity, one fact and why it is believed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clew.dossier.assemble import Fact, PropertyFacts
from clew.dossier.types import Statement
from clew.node.accounts.queries import permissions_of
from clew.node.discovery import offers
from clew.node.dossier import actions, queries
from clew.node.dossier.forms import FilterForm
from clew.node.pages import officer_for, page
from clew.node.partners.queries import names_of
from clew.vocabulary.labels import property_label, schema_label
from clew.vocabulary.model import UnknownProperty
from clew.vocabulary.values import value_label


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact in the reader's language. `url_id` is the entity the value names, if it names one; `shared` who has it;
    `handling` are the code of each statement and the restriction in words.
    """

    fact: Fact
    text: str
    url_id: int | None
    newest: Statement
    shared: list[str]
    handling: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownProperty:
    """A property's name in the reader's language and its facts."""

    label: str
    facts: tuple[ShownFact, ...]


@require_safe
def entities(request: HttpRequest) -> HttpResponse:
    """The list of entities."""
    officer = officer_for(request, "dossier.see")
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.entity_list(
        officer=officer,
        schema=wanted.get("schema") or None,
        text=wanted.get("text") or None,
        page=request.GET.get("after", ""),
    )
    language = get_language() or "en"
    rows = [(row, schema_label(row.schema, language)) for row in found.entities]
    context = {
        "filter": form,
        "rows": rows,
        "filtered": bool(wanted.get("schema") or wanted.get("text")),
        "cut": found.cut,
        "next": _with(request, after=found.next) if found.next else "",
        "first": _with(request, after="") if request.GET.get("after") else "",
        "may_record": "dossier.record" in permissions_of(officer),
    }
    return page(request, "dossier/list.html", context)


@require_safe
def entity(request: HttpRequest, pk: int) -> HttpResponse:
    """One entity: what is known now, or what was known at a moment."""
    officer = officer_for(request, "dossier.see")
    moment = _moment(request)
    view = actions.read_entity(actor=officer, entity_id=pk, as_of=moment)
    if view is None:
        raise Http404
    language = get_language() or "en"
    ids = [one.id for prop in view.view.properties for fact in prop.facts for one in fact.statements]
    shared = _shared(ids)
    context = {
        "dossier": view,
        "schema_label": schema_label(view.schema, language),
        "properties": [_shown(view, one, language, shared) for one in view.view.properties],
        "history": [(one, property_words(one.schema, one.prop, language)) for one in view.view.history],
        "links": [(link, schema_label(link.schema, language)) for link in view.links],
        "handling": queries.strictest_of(
            queries.handling_of_statement(said)
            for prop in view.view.properties
            for fact in prop.facts
            for said in fact.statements
        ),
        "may": permissions_of(officer),
        "ways_on": [
            way
            for ask in offers("entity_links")
            for way in ask(officer=officer, entity_id=view.entity_id, schema=view.schema)
        ],
        "parts": [part for ask in offers("parts_about") for part in ask(officer=officer, entity_ids=[*view.members])],
    }
    return page(request, "dossier/entity.html", context)


@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Why a fact is believed."""
    officer = officer_for(request, "dossier.see")
    found = actions.read_statement(actor=officer, statement_id=pk)
    if found is None:
        raise Http404
    said = found.statement
    language = get_language() or "en"
    context = {
        "why": found,
        "said": said,
        "ways_on": [
            way
            for ask in offers("statement_links")
            for way in ask(officer=officer, source_id=said.source.id, statement_id=said.id)
        ],
        "label": property_words(said.schema, said.prop, language),
        "handling": queries.handling_of_statement(said),
        "text": value_text(said.schema, said.prop, said.value, language),
        "may": permissions_of(officer),
    }
    return page(request, "dossier/why.html", context)


def value_text(schema: str, prop: str, value: str | None, language: str) -> str:
    """A value in words: a code's label where the property is coded; "" where it cannot be read."""
    return "" if value is None else value_label(schema, prop, value, language)


def _shared(statement_ids: list[int]) -> dict[int, list[str]]:
    """The names of the parties each statement has left to, as the rooms that release them say."""
    found: dict[int, list[str]] = {}
    for ask in offers("shared_with"):
        for statement, parties in ask(statement_ids).items():
            found.setdefault(statement, []).extend(parties)
    names = names_of({uid for parties in found.values() for uid in parties})
    return {statement: [names.get(uid, uid) for uid in parties] for statement, parties in found.items()}


def _shown(view: queries.DossierView, one: PropertyFacts, language: str, shared: dict[int, list[str]]) -> ShownProperty:
    facts = []
    for fact in one.facts:
        newest = fact.statements[-1]
        target = newest.refers_to
        if target is None:
            text = value_text(view.schema, one.prop, fact.value, language)
        else:
            text = view.names.get(target) or _("An entity you may not see")
        parties = list(dict.fromkeys(name for said in fact.statements for name in shared.get(said.id, ())))
        codes = tuple((queries.handling_of_statement(said), said.source.handling_text) for said in fact.statements)
        facts.append(ShownFact(fact, text, target if target in view.names else None, newest, parties, codes))
    return ShownProperty(property_words(view.schema, one.prop, language), tuple(facts))


def property_words(schema: str, prop: str, language: str) -> str:
    """A property's name in the reader's language; its code where the vocabulary no longer knows it."""
    try:
        return property_label(schema, prop, language)
    except UnknownProperty:
        return prop


def _moment(request: HttpRequest) -> dt.datetime | None:
    """The end of the day, or the moment, that `as_of` names; said to the reader where it names none."""
    text = request.GET.get("as_of", "").strip()
    if not text:
        return None
    try:
        if len(text) == 10:
            return dt.datetime.combine(dt.date.fromisoformat(text), dt.time.max, tzinfo=dt.UTC)
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        messages.warning(request, _("“%(text)s” is not a day. Write it like 2026-03-31.") % {"text": text[:40]})
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _with(request: HttpRequest, **changes: str) -> str:
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path
