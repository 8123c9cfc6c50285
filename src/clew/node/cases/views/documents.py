"""Taking documents in and giving them out."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from clew.node.accounts.actions import Officer
from clew.node.cases import actions, queries
from clew.node.cases.forms import DocumentForm
from clew.node.cases.models import Case, Document
from clew.node.cases.views.work_file import FORM, head_or_404
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput
from clew.node.uploads import SealedUpload, SealingUploadHandler


@csrf_exempt  # the handlers must stand before the body is read; `_received` checks the token
@FORM
def document_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file into the case. Who may not do so is refused before a byte of the file is read."""
    officer = officer_for(request, "document.add")
    case = head_or_404(officer, pk)
    handler = SealingUploadHandler()
    request.upload_handlers = [handler]
    try:
        return _received(request, officer, case, handler)
    except BaseException:
        handler.discard()
        raise


@csrf_protect
def _received(request: HttpRequest, officer: Officer, case: Case, handler: SealingUploadHandler) -> HttpResponse:
    form = DocumentForm(posted(request), request.FILES or None)
    if request.method == "POST":
        document = _added(form, officer, case, handler)
        if document is not None:
            _say_added(request, officer, document)
            return redirect("cases:case", pk=case.pk)
        handler.discard()
    context = {"form": form, "case": case, "back": reverse("cases:case", args=[case.pk])}
    return page(request, "cases/document_new.html", context)


def _added(form: DocumentForm, officer: Officer, case: Case, handler: SealingUploadHandler) -> Document | None:
    if handler.too_large:
        form = _bound(form)
        say_on(form, actions.too_large())
        return None
    if not form.is_valid():
        return None
    upload = form.cleaned_data["file"]
    if not isinstance(upload, SealedUpload):
        raise TypeError("The sealing handler takes every file of this page.")
    try:
        return actions.add_document(
            actor=officer,
            case_id=case.pk,
            title=form.cleaned_data["title"],
            file_name=upload.name or "",
            media_type=upload.content_type or "",
            content=upload.received,
        )
    except BadInput as fault:
        say_on(form, fault)
        return None


def _bound(form: DocumentForm) -> DocumentForm:
    form.is_bound = True
    form.full_clean()
    form.errors.pop("file", None)
    return form


def _say_added(request: HttpRequest, officer: Officer, document: Document) -> None:
    messages.success(
        request,
        _("“%(title)s” is in the case. Its fingerprint (SHA-256) is %(digest)s.")
        % {"title": document.title, "digest": document.sha256},
    )
    twins = queries.documents_with_content(officer=officer, sha256=document.sha256, but_not=document.pk)
    for twin in twins[:3]:
        messages.warning(
            request,
            _("The very same file is also in case %(reference)s, as “%(title)s”.")
            % {"reference": twin.case.reference, "title": twin.title},
        )


@require_safe
def document_read(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give a document out as a file to save; a browser never shows it inside the node's pages."""
    officer = officer_for(request, "document.read")
    try:
        content = actions.read_document(actor=officer, document_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
        return redirect("cases:custody", pk=pk)
    response = StreamingHttpResponse(content.pieces, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, content.document.file_name) or "attachment"
    response["Content-Length"] = str(content.document.size)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def document_custody(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose hands a document went through, from the audit log."""
    officer = officer_for(request, "document.read")
    below = request.GET.get("below", "")
    found = queries.custody(
        officer=officer, document_id=pk, below=int(below) if below.isdecimal() and len(below) < 19 else None
    )
    if found is None:
        raise Http404
    older = f"?below={found.older}" if found.older is not None else ""
    return page(request, "cases/custody.html", {"view": found, "case": found.document.case, "older": older})
