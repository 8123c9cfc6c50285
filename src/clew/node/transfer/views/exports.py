"""Exports for the own organisation."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clew import vocabulary
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.cases.queries import case_head, documents_seen
from clew.node.pages import officer_for, page, say_on
from clew.node.partners.queries import party_choices
from clew.node.transfer import actions, queries
from clew.node.transfer.actions.exports import OWN
from clew.node.transfer.exporting.deciding import by_sentence
from clew.node.transfer.exporting.writing import MEDIA_TYPES
from clew.node.transfer.forms import DocumentsForm, ExportForm
from clew.node.transfer.views.downloads import attachment
from clew.node.transfer.views.imports import FORM, case_choices
from clew.node.types import BadInput, BadInputs

LISTED = 50


@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """The exports the officer may see."""
    officer = officer_for(request, "export.see")
    found = queries.exports_of(officer=officer)[:LISTED]
    return page(request, "transfer/exports.html", {"exports": found, "may_export": _may(officer)})


@FORM
def export_new(request: HttpRequest) -> HttpResponse:
    """Ask for an export: for whom, what, what for."""
    officer = officer_for(request, "export.request")
    language = get_language() or "en"
    labels = [(one, vocabulary.schema_label(one, language)) for one in vocabulary.entity_schemata()]
    form = ExportForm(
        request.POST or None,
        recipients=_recipients(),
        cases=case_choices(officer),
        schemata=sorted(labels, key=lambda one: one[1]),
        initial={"case_id": request.GET.get("case", ""), "what": "case" if request.GET.get("case") else "entities"},
    )
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        case_id = asked.pop("case_id")
        try:
            made = actions.request_export(actor=officer, case_id=int(case_id) if case_id else None, **asked)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("Export %(number)s is ready.") % {"number": made.number})
            return redirect("transfer:export", pk=made.pk)
    return page(request, "transfer/export_new.html", {"form": form, "back": reverse("transfer:exports")})


@FORM
def export_documents(request: HttpRequest) -> HttpResponse:
    """Have documents of a case (`?case=`) put into a bag: which, for whom, what for."""
    officer = officer_for(request, "export.request")
    asked_for = request.GET.get("case", "")
    case = case_head(officer=officer, pk=int(asked_for)) if asked_for.isdecimal() else None
    if case is None:
        raise Http404
    documents = [
        (str(one.pk), one.title) for one in documents_seen(officer=officer).filter(case=case).order_by("added")
    ]
    form = DocumentsForm(request.POST or None, recipients=_recipients(), documents=documents)
    if request.method == "POST" and form.is_valid():
        asked = dict(form.cleaned_data)
        chosen = [int(one) for one in asked.pop("documents")]
        try:
            bag = actions.export_documents(
                actor=officer, case_id=case.pk, document_ids=chosen, largest=actions.LARGEST_KEPT, **asked
            )
            made = actions.keep_bag(actor=officer, bag=bag)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("Export %(number)s is ready.") % {"number": made.number})
            return redirect("transfer:export", pk=made.pk)
    return page(request, "transfer/export_documents.html", {"form": form, "case": case, "holds_any": bool(documents)})


def _recipients() -> list[tuple[str, str]]:
    return [(OWN, _("My own organisation")), *party_choices()]


@require_safe
def export_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One export: what was decided, what is withheld and why, and the file while it is kept."""
    officer = officer_for(request, "export.see")
    found = queries.export_of(officer=officer, pk=pk)
    if found is None:
        raise Http404
    context = {
        "export": found,
        "left_out": by_sentence(found.decision.get("withheld", {})),
        "may_fetch": bool(found.stored_as) and found.made_by_id == officer.pk and _may(officer),
    }
    return page(request, "transfer/export.html", context)


@require_safe
def export_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file itself, for the officer who made it."""
    officer = officer_for(request, "export.request")
    if queries.export_of(officer=officer, pk=pk) is None:
        raise Http404
    try:
        found, content = actions.download_export(actor=officer, export_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
        return redirect("transfer:export", pk=pk)
    return attachment(content, found.file_name, MEDIA_TYPES[found.file_format])


def _may(officer: Officer) -> bool:
    return "export.request" in permissions_of(officer)
