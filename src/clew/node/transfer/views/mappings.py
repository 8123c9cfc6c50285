"""What a file's columns mean: choosing a mapping, matching the columns, and mappings of one's own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.transfer import actions, queries
from clew.node.transfer.forms import MappingForm, MappingTextForm, ReadingForm, SaveForm, SourceForm, TitleForm
from clew.node.transfer.mapping.matching import match
from clew.node.transfer.mapping.rules import MappingRules
from clew.node.transfer.mapping.shipped import shipped_text
from clew.node.transfer.models import ImportBatch
from clew.node.transfer.models import Mapping as SavedMapping
from clew.node.transfer.opening import content_of, preview, rules_of
from clew.node.transfer.readers import Row, Table
from clew.node.transfer.states import OPEN, require_state
from clew.node.transfer.views.imports import FORM, import_or_404
from clew.node.types import BadInput, BadInputs

FIRST_ROWS = 5
SHOWN_COLUMNS = 12


@FORM
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Which mapping reads the file."""
    officer = officer_for(request, "import.run")
    batch = import_or_404(officer, pk)
    choices = [one for one in queries.mapping_choices() if batch.case_id or one.kind == "statistics"]
    initial = {"mapping": batch.mapping or ("agencies" if batch.case_id else "ctdc")}
    form = MappingForm(request.POST or None, choices=choices, initial=initial)
    if request.method == "POST" and form.is_valid():
        return redirect(reverse("transfer:columns", args=[pk, form.cleaned_data["mapping"]]))
    return page(request, "transfer/mapping.html", {"form": form, "batch": batch, "back": _back(pk)})


@FORM
def columns(request: HttpRequest, pk: int, mapping: str) -> HttpResponse:
    """The first rows, which column is which, and what holds for the source; then the check."""
    officer = officer_for(request, "import.run")
    batch = import_or_404(officer, pk)
    context: dict[str, Any] = {"batch": batch, "back": reverse("transfer:mapping", args=[pk])}
    try:
        require_state(batch, OPEN)
        rules = rules_of(mapping)
        options: dict[str, object] = {"encoding": request.POST.get("encoding", rules.reading.encoding)}
        table, rows = preview(rules, content_of(batch), options, FIRST_ROWS)
    except BadInput as refusal:
        return page(request, "transfer/unreadable.html", context | {"refusal": refusal})
    found = table.columns if isinstance(table, Table) else ()
    reading = ReadingForm(posted(request), rules=rules, found=found, initial=_matched(rules, found))
    proposed = asdict(rules.source) | asdict(rules.reading)
    source = SourceForm(posted(request), initial=proposed) if rules.kind != "statistics" else None
    keep = SaveForm(posted(request))
    forms = [reading, keep, *([source] if source else [])]
    if request.method == "POST" and not [form for form in forms if not form.is_valid()]:
        try:
            return _sent(request, officer, batch, mapping, reading, source, keep)
        except (BadInput, BadInputs) as fault:
            say_on(keep if isinstance(fault, BadInput) and fault.field in keep.fields else reading, fault)
    context |= {
        "rules": rules,
        "table": table,
        "shown": [(row.number, row.cells[:SHOWN_COLUMNS]) for row in rows if isinstance(row, Row)],
        "columns": found[:SHOWN_COLUMNS],
        "hidden_columns": max(len(found) - SHOWN_COLUMNS, 0),
        "unknown": match(rules, found).unknown if found else (),
        "form": reading,
        "source": source,
        "keep": keep,
        "forms": forms,
    }
    return page(request, "transfer/columns.html", context)


def _sent(
    request: HttpRequest,
    officer: Officer,
    batch: ImportBatch,
    mapping: str,
    reading: ReadingForm,
    source: SourceForm | None,
    keep: SaveForm,
) -> HttpResponse:
    """Keep the mapping where a name is given or only that was asked for, then check every row."""
    options, title = _options(reading, source), keep.cleaned_data["title"]
    if title or "keep" in request.POST:
        mapping = actions.save_matching(actor=officer, title=title, mapping=mapping, options=options).name
        options["columns"] = {}
        messages.success(request, _("The mapping “%(name)s” is kept. Choose it for the next file.") % {"name": title})
    if "keep" in request.POST:
        return redirect("transfer:columns", pk=batch.pk, mapping=mapping)
    actions.choose_mapping(actor=officer, batch_id=batch.pk, mapping=mapping, options=options)
    actions.check_import(actor=officer, batch_id=batch.pk)
    return redirect("transfer:import", pk=batch.pk)


def _options(reading: ReadingForm, source: SourceForm | None) -> dict[str, object]:
    options: dict[str, object] = dict(source.cleaned_data) if source else {}
    if "accuracy" in options:
        options["accuracy"] = int(str(options["accuracy"]))
    for name in ("encoding", "leave_out_unknown"):
        if name in reading.cleaned_data:
            options[name] = reading.cleaned_data[name]
    return options | {"columns": reading.chosen_columns()}


def _matched(rules: MappingRules, found: tuple[str, ...]) -> dict[str, object]:
    places = match(rules, found).places
    names = {name: found[place] if place >= 0 else "" for name, place in places.items()}
    columns = {f"column_{number}": names[name] for number, name in enumerate(rules.columns)}
    return {"encoding": rules.reading.encoding, "leave_out_unknown": rules.reading.leave_out_unknown, **columns}


def _back(pk: int) -> str:
    return reverse("transfer:import", args=[pk])


@require_safe
def mappings(request: HttpRequest) -> HttpResponse:
    """Every mapping of this node."""
    officer = officer_for(request, "import.see")
    context = {"mappings": queries.mapping_choices(), "may_save": "import.run" in permissions_of(officer)}
    return page(request, "transfer/mappings.html", context)


@FORM
def mapping_new(request: HttpRequest) -> HttpResponse:
    """Save a mapping of one's own, begun from one that comes with Clew, or from an own one, which it then replaces."""
    officer = officer_for(request, "import.run")
    begin = request.GET.get("from", "agencies")
    own = queries.saved_mapping(begin)
    initial = {"definition": own.definition, "name": own.name} if own else {"definition": shipped_text(begin)}
    form = MappingTextForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_mapping(actor=officer, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The mapping “%(name)s” is saved.") % {"name": saved.title})
            return redirect("transfer:mappings")
    return page(request, "transfer/mapping_new.html", {"form": form, "own": own, "back": reverse("transfer:mappings")})


@FORM
def mapping_rename(request: HttpRequest, name: str) -> HttpResponse:
    """Call a mapping of this node something else."""
    officer = officer_for(request, "import.run")
    saved = _saved_or_404(name)
    form = TitleForm(posted(request), initial={"title": saved.title})
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_mapping(actor=officer, name=name, title=form.cleaned_data["title"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The mapping is renamed."))
            return redirect("transfer:mappings")
    context = {"form": form, "saved": saved, "back": reverse("transfer:mappings")}
    return page(request, "transfer/mapping_rename.html", context)


@FORM
def mapping_delete(request: HttpRequest, name: str) -> HttpResponse:
    """Keep a mapping no longer, after saying what that means."""
    officer = officer_for(request, "import.run")
    saved = _saved_or_404(name)
    form = Form(posted(request))
    if request.method == "POST":
        try:
            actions.delete_mapping(actor=officer, name=name)
        except BadInput as fault:
            form = Form({})
            say_on(form, fault)
        else:
            messages.success(request, _("The mapping is deleted. What was imported with it stays."))
            return redirect("transfer:mappings")
    context = {"form": form, "saved": saved, "back": reverse("transfer:mappings")}
    return page(request, "transfer/mapping_delete.html", context)


def _saved_or_404(name: str) -> SavedMapping:
    saved = queries.saved_mapping(name)
    if saved is None:
        raise Http404
    return saved
