"""What is kept longer than it should be: prolonging, deleting, and the proofs of deletion."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.actions import Officer
from clew.node.audit.queries import entry_with_proof
from clew.node.oversight import actions, queries
from clew.node.oversight.clocks import ceiling
from clew.node.oversight.digests import digest_of
from clew.node.oversight.forms import DeleteForm, ProlongForm, ValueForm
from clew.node.oversight.words import KINDS
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners.queries import names_of
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 50


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """Things of one kind whose day has come or comes within 30 days."""
    officer = officer_for(request, "retention.review")
    kind = request.GET.get("kind", "source")
    kind = kind if kind in KINDS else "source"
    today = timezone.localdate()
    shown, rows = queries.due_things(officer=officer, kind=kind, today=today, page=request.GET.get("page", "1"))
    counts = queries.due_count(officer=officer, today=today)
    names = names_of({one.owner for one in rows if one.owner})
    context = {
        "page": shown, "rows": [(one, names.get(one.owner, one.owner)) for one in rows], "kind": kind, "today": today,
        "kinds": [(code, label, counts[code]) for code, label in KINDS.items()], "title": KINDS[kind],
        "can_prolong": kind in queries.CAN_BE_PROLONGED, "can_delete": kind in queries.CAN_BE_DELETED,
    }  # fmt: skip
    return page(request, "oversight/retention.html", context)


@FORM
def prolong(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Keep one thing longer, with a reason."""
    officer = officer_for(request, "retention.review")
    thing = _thing_or_404(officer, kind, pk)
    form = ProlongForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.prolong(actor=officer, kind=kind, pk=pk, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is kept until the new day, and comes up for review again."))
            return redirect(_list(kind))
    context = {"form": form, "thing": thing, "label": KINDS[kind], "days": ceiling().days, "back": _list(kind)}
    return page(request, "oversight/prolong.html", context)


@FORM
def delete(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Delete one thing for good and prove it."""
    officer = officer_for(request, "retention.review")
    thing = _thing_or_404(officer, kind, pk)
    form = DeleteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.delete_and_prove(actor=officer, kind=kind, pk=pk, reason=form.cleaned_data["reason"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            return redirect("oversight:proof", pk=made.pk)
    context = {"form": form, "thing": thing, "label": KINDS[kind], "kind": kind, "back": _list(kind)}
    return page(request, "oversight/delete.html", context)


@require_safe
def proof_list(request: HttpRequest) -> HttpResponse:
    """Every proof of deletion."""
    officer = officer_for(request, "retention.review")
    shown = Paginator(queries.proofs(officer=officer), ROWS).get_page(request.GET.get("page"))
    rows = [(one, KINDS.get(one.kind, one.kind)) for one in shown]
    return page(request, "oversight/proofs.html", {"page": shown, "rows": rows})


@FORM
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """One proof, to be printed; POST asks it whether a value was among what was deleted."""
    officer = officer_for(request, "retention.review")
    found = queries.proofs(officer=officer).filter(pk=pk).first()
    if found is None:
        raise Http404
    form = ValueForm(posted(request))
    was_among = digest_of(form.cleaned_data["value"]) in found.digests if form.is_valid() else None
    leaf = entry_with_proof(officer=officer, index=found.audit_index)
    names = names_of(set(found.shared_with))
    context = {
        "proof": found,
        "label": KINDS.get(found.kind, found.kind),
        "leaf": leaf,
        "leaf_digest": bytes(leaf.entry.leaf_hash).hex() if leaf else "",
        "root": leaf.root.hex() if leaf else "",
        "path": [step.hex() for step in leaf.path] if leaf else [],
        "recipients": [names.get(uid, uid) for uid in found.shared_with],
        "form": form,
        "was_among": was_among,
    }
    return page(request, "oversight/proof.html", context)


def _thing_or_404(officer: Officer, kind: str, pk: int) -> queries.DueThing:
    thing = queries.due_thing(officer=officer, kind=kind, pk=pk, today=timezone.localdate())
    if thing is None:
        raise Http404
    return thing


def _list(kind: str) -> str:
    return f"/oversight/retention/?kind={kind}"
