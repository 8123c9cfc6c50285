"""The list of imports, the upload, and one import from the check to its undoing."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.cases.queries import case_list
from clew.node.pages import officer_for, page, say_on
from clew.node.transfer import actions, queries
from clew.node.transfer.forms import ReasonForm, StartForm, UploadForm
from clew.node.transfer.models import ImportBatch
from clew.node.transfer.states import AT_WORK, OPEN, State, state_words
from clew.node.transfer.views.downloads import attachment, problems_csv
from clew.node.types import BadInput, BadInputs
from clew.node.uploads import SealedUpload, SealingUploadHandler

FORM = require_http_methods(["GET", "HEAD", "POST"])
LISTED = 50
SHOWN_PROBLEMS = 100
CASES_OFFERED = 200


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """The officer's imports, the latest first."""
    officer = officer_for(request, "import.see")
    before = request.GET.get("before", "")
    found = queries.imports_of(officer=officer)
    if before.isdigit():
        found = found.filter(pk__lt=int(before))
    rows = list(found.order_by("-pk")[: LISTED + 1])
    shown = [(one, state_words(one.state)) for one in rows[:LISTED]]
    older = f"?before={rows[LISTED - 1].pk}" if len(rows) > LISTED else ""
    context = {"imports": shown, "older": older, "may_run": "import.run" in permissions_of(officer)}
    return page(request, "transfer/imports.html", context)


@csrf_exempt  # the handler must stand before the body is read; `_received` checks the token
@FORM
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in. Who may not do so is refused before a byte of the file is read."""
    officer = officer_for(request, "import.run")
    handler = SealingUploadHandler()
    request.upload_handlers = [handler]
    try:
        return _received(request, officer, handler)
    except BaseException:
        handler.discard()
        raise


@csrf_protect
def _received(request: HttpRequest, officer: Officer, handler: SealingUploadHandler) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, cases=case_choices(officer))
    if request.method == "POST":
        batch = _taken(form, officer, handler)
        if batch is not None:
            return redirect("transfer:mapping", pk=batch.pk)
        handler.discard()
    return page(request, "transfer/upload.html", {"form": form, "back": reverse("transfer:imports")})


def _taken(form: UploadForm, officer: Officer, handler: SealingUploadHandler) -> ImportBatch | None:
    if handler.too_large:
        form.is_bound = True
        form.full_clean()
        form.errors.pop("file", None)
        form.add_error("file", _("The file has more than 100 MB. Split it into several files."))
        return None
    if not form.is_valid():
        return None
    sent, case_id = form.cleaned_data["file"], form.cleaned_data["case"]
    if not isinstance(sent, SealedUpload):
        raise TypeError("The sealing handler takes every file of this page.")
    try:
        return actions.upload_file(
            actor=officer,
            file_name=sent.name or "",
            content=sent.received,
            title=form.cleaned_data["title"],
            compartment_id=_compartment(officer, case_id),
            case_id=int(case_id) if case_id else None,
        )
    except BadInput as fault:
        say_on(form, fault)
        return None


def _compartment(officer: Officer, case_id: str) -> int | None:
    found = {str(one.pk): one.compartment_id for one in case_list(officer=officer, rows=CASES_OFFERED).cases}
    return found.get(case_id)


def case_choices(officer: Officer) -> list[tuple[str, str]]:
    """The officer's cases, the last changed first."""
    return [(str(one.pk), str(one)) for one in case_list(officer=officer, rows=CASES_OFFERED).cases]


@require_safe
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an import stands, and what can be done with it."""
    officer = officer_for(request, "import.see")
    return _page(request, officer, import_or_404(officer, pk))


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a checked import run."""
    officer = officer_for(request, "import.run")
    batch = import_or_404(officer, pk)
    form = StartForm(request.POST)
    if form.is_valid():
        try:
            actions.start_import(actor=officer, batch_id=pk, good_rows_only=form.cleaned_data["good_rows_only"] == "1")
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return redirect("transfer:import", pk=pk)
    return _page(request, officer, batch, form)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop an import."""
    officer = officer_for(request, "import.run")
    import_or_404(officer, pk)
    try:
        actions.cancel_import(actor=officer, batch_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    else:
        messages.success(request, _("The import is cancelled. Nothing of it stays."))
    return redirect("transfer:import", pk=pk)


@FORM
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a finished import back."""
    officer = officer_for(request, "import.undo")
    batch = import_or_404(officer, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.undo_import(actor=officer, batch_id=pk, reason=form.cleaned_data["reason"])
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The import is undone. What it said no longer counts."))
            return redirect("transfer:import", pk=pk)
    context = {"form": form, "batch": batch, "back": reverse("transfer:import", args=[pk])}
    return page(request, "transfer/undo.html", context)


@require_safe
def problems(request: HttpRequest, pk: int) -> HttpResponse:
    """The problems of an import as CSV."""
    officer = officer_for(request, "import.see")
    batch = import_or_404(officer, pk)
    return attachment(problems_csv(queries.problems_of(batch)), f"import-{pk}-errors.csv", "text/csv; charset=utf-8")


def import_or_404(officer: Officer, pk: int) -> ImportBatch:
    """The import; "not found" in the same words for one of others and one that does not exist."""
    batch = queries.import_of(officer=officer, pk=pk)
    if batch is None:
        raise Http404
    return batch


def _page(request: HttpRequest, officer: Officer, batch: ImportBatch, form: StartForm | None = None) -> HttpResponse:
    found = queries.problems_of(batch) if batch.state not in AT_WORK else []
    context = {
        "batch": batch,
        "state": state_words(batch.state),
        "refusal": queries.refusal_of(batch),
        "problems": found[:SHOWN_PROBLEMS],
        "more_problems": max(batch.problem_count - SHOWN_PROBLEMS, 0),
        "at_work": batch.state in AT_WORK,
        "may_map": batch.state in OPEN,
        "may_start": batch.state == State.CHECKED and not batch.refusal and batch.rows > batch.rejected,
        "may_undo": batch.state == State.DONE and "import.undo" in permissions_of(officer),
        "done": batch.rows_done if batch.kind == "statistics" else batch.imported + batch.rejected,
        "rate": queries.rate(batch, timezone.now()),
        "form": form,
        "start": form or StartForm(),
    }
    return page(request, "transfer/import.html", context)
