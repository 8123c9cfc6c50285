"""Pages about files that travel: whom a document shows, what is sealed for whom, how far it is, taking what came."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.cases.queries import case_head, documents_seen
from clew.node.disclosure.actions import decide
from clew.node.exchange import actions, queries
from clew.node.exchange import evidence_states as states
from clew.node.exchange.evidence_forms import AnnounceForm, GiveUpForm, PrepareForm, ShownForm
from clew.node.exchange.queries import TransferPage
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def say_whom(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whom a document of a case shows, or that it shows nobody."""
    officer = officer_for(request, "dossier.record")
    document = documents_seen(officer=officer).filter(pk=pk).first()
    if document is None:
        raise Http404
    form = ShownForm(
        posted(request), officer=officer, team=document.case.compartment_id, initial={"name": document.file_name}
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            actions.say_whom_it_shows(
                actor=officer, document_id=pk, name=chosen["name"], persons=chosen["persons"] or (),
                nobody=chosen["nobody"], grades=form.grades,
            )  # fmt: skip
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is said whom the document shows. It can be announced now."))
            return redirect("cases:case", pk=document.case_id)
    return page(request, "exchange/evidence_say.html", {"form": form, "document": document, "case": document.case})


@FORM
def prepare(request: HttpRequest, case_id: int) -> HttpResponse:
    """Choose documents of a case, and have them sealed for a partner."""
    officer = officer_for(request, "release.draft")
    case = case_head(officer=officer, pk=case_id)
    if case is None:
        raise Http404
    documents = queries.document_lines(officer=officer, case_id=case_id)
    form = PrepareForm(posted(request), documents=documents)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            transfer = actions.prepare_files(
                actor=officer, case_id=case_id, recipient=chosen["recipient"],
                document_ids=[int(one) for one in chosen["documents"]],
            )  # fmt: skip
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The files are being sealed. Nothing leaves before you have announced them."))
            return redirect("exchange:evidence", pk=transfer.pk)
    unsaid = [one.document for one in documents if one.exhibit is None]
    shown = {"form": form, "case": case, "unsaid": unsaid, "nothing": not documents}
    return page(request, "exchange/evidence_new.html", shown)


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """One transfer: its files, how far it is, what is missing, and what to do next."""
    officer = officer_for(request, "letter.see")
    found = _transfer(officer, pk)
    row, held = found.line.row, permissions_of(officer)
    drafting = row.direction == "out" and "release.draft" in held
    context = {
        "found": found,
        "may_announce": drafting and row.state == states.SEALED,
        "may_give_up": drafting and row.state in {states.SEALING, states.SEALED},
        "may_take": row.direction == "in" and row.state == states.OPENED and "letter.take" in held,
        "finished": row.state in states.ENDED | {states.SEALED, states.OPENED},
    }
    return page(request, "exchange/evidence.html", context)


@FORM
def announce(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the letter that announces the files; the rules decide on it at once."""
    officer = officer_for(request, "release.draft")
    found = _transfer(officer, pk)
    if found.line.row.direction != "out" or found.line.row.state != states.SEALED:
        raise Http404
    form = AnnounceForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            release = actions.announce_files(actor=officer, transfer_id=pk, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            decision = decide(actor=officer, release_id=release.pk)
            return redirect("disclosure:decision", pk=decision.pk)
    return page(request, "exchange/evidence_announce.html", {"form": form, "found": found})


@FORM
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Give up files that have not been announced."""
    officer = officer_for(request, "release.draft")
    found = _transfer(officer, pk)
    if found.line.row.direction != "out" or found.line.row.state not in {states.SEALING, states.SEALED}:
        raise Http404
    form = GiveUpForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_up_files(actor=officer, transfer_id=pk, reason=form.cleaned_data["reason"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The files are given up. Their sealed copies are deleted."))
            return redirect("cases:case", pk=found.line.row.case_id)
    return page(request, "exchange/evidence_give_up.html", {"form": form, "found": found})


@require_POST
def take_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Take files that arrived whole into their case."""
    officer = officer_for(request, "letter.take")
    found = _transfer(officer, pk)
    try:
        actions.take_files(actor=officer, transfer_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
        return redirect("exchange:evidence", pk=pk)
    messages.success(request, _("The files are documents of the case now."))
    return redirect("cases:case", pk=found.line.row.case_id)


def _transfer(officer: Officer, pk: int) -> TransferPage:
    found = queries.transfer_page(officer=officer, pk=pk)
    if found is None:
        raise Http404
    return found
