"""The page on which facts are recorded by hand."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clew.node.accounts.actions import Officer
from clew.node.discovery import offers
from clew.node.dossier import actions, queries
from clew.node.dossier.forms import SUBJECT, RecordForm, SchemaForm
from clew.node.pages import officer_for, page
from clew.node.types import BadInput, BadInputs
from clew.vocabulary.labels import schema_label


@require_http_methods(["GET", "HEAD", "POST"])
def record_facts(request: HttpRequest) -> HttpResponse:
    """First what the facts are about, then the facts with their source."""
    officer = officer_for(request, "dossier.record")
    schema, known = _about(request, officer)
    if schema is None:
        chosen = SchemaForm(request.GET or None)
        return page(request, "dossier/record_what.html", {"form": chosen})
    form = RecordForm(request.POST or None, officer=officer, schema=schema, known=known)
    alike: list[tuple[int, str]] = []
    if request.method == "POST" and form.is_valid():
        alike = _alike(request, officer, form, schema) if known is None else []
        number = None if alike else _record(officer, form)
        if number is not None:
            messages.success(request, _("The facts are recorded. If that was a mistake, undo the source below."))
            return redirect("dossier:entity", number)
    name = queries.entity_caption(officer=officer, entity_id=known) if known is not None else ""
    context = {
        "form": form,
        "schema_label": schema_label(schema, get_language() or "en"),
        "known": known,
        "name": name,
        "alike": alike,
    }
    return page(request, "dossier/record.html", context)


def _alike(request: HttpRequest, officer: Officer, form: RecordForm, schema: str) -> list[tuple[int, str]]:
    """Who is known already and may be meant; nobody, once she has seen them and sends the form again."""
    if request.POST.get("seen_alike") == "1":
        return []
    said = form.said()
    return [each for ask in offers("likely_same") for each in ask(officer=officer, schema=schema, said=said)]


def _about(request: HttpRequest, officer: Officer) -> tuple[str | None, int | None]:
    """The kind, and the number of an entity already known."""
    number = request.GET.get("entity", "")
    if number:
        if not number.isdecimal() or len(number) > 18:
            raise Http404
        view = actions.read_entity(actor=officer, entity_id=int(number))
        if view is None:
            raise Http404
        return view.schema, view.entity_id
    chosen = SchemaForm(request.GET)
    return (chosen.cleaned_data["schema"], None) if chosen.is_valid() else (None, None)


def _record(officer: Officer, form: RecordForm) -> int | None:
    try:
        source = actions.record_source(
            actor=officer,
            compartment_id=int(form.cleaned_data["compartment"]),
            draft=form.draft(settings.NODE.node_id),
        )
    except (BadInput, BadInputs) as fault:
        form.say(fault)
        return None
    return source.entity_numbers[SUBJECT]
