"""A search: the store is opened, its power is shown, then it runs; its hits are leads."""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clew.node import at_rest
from clew.node.accounts.actions import Officer, read_step_up
from clew.node.accounts.queries import permissions_of, step_up_choice
from clew.node.kinship import actions, queries
from clew.node.kinship.actions.searching import bound_to, session_digest
from clew.node.kinship.forms import StartForm
from clew.node.kinship.models import Search
from clew.node.kinship.plots import power_curve
from clew.node.kinship.words import SEARCHES, STATES
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def store_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a unit's columns decrypted for half an hour, signed."""
    officer = officer_for(request, "kinship.search")
    name = dict(queries.units_with_children(officer=officer)).get(pk)
    if name is None:
        raise Http404
    form, digest = forms.Form(posted(request)), session_digest(pk)
    if request.method == "POST" and form.is_valid():
        try:
            proof = read_step_up(officer, digest, request.POST.dict())
            actions.open_session(actor=officer, compartment_id=pk, step_up=proof)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The store is being opened. It closes by itself after half an hour."))
            return redirect("kinship:list")
    context = {"form": form, "name": name, "step_up": step_up_choice(officer, digest)}
    return page(request, "kinship/store_open.html", context)


@require_POST
def store_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a unit's store."""
    officer = officer_for(request, "kinship.search")
    try:
        actions.close_session(actor=officer, session_id=pk)
    except BadInput as fault:
        messages.info(request, f"{fault.problem} {fault.cure}")
    else:
        messages.success(request, _("The store is closed."))
    return redirect("kinship:list")


@require_POST
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it weighed what a search for a family's child could find."""
    officer = officer_for(request, "kinship.search")
    try:
        made = actions.prepare_search(actor=officer, family_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
        return redirect("kinship:family", pk=pk)
    return redirect("kinship:search", pk=made.pk)


@FORM
def search(request: HttpRequest, pk: int) -> HttpResponse:
    """The power of a search; once it was run, its hits."""
    officer = officer_for(request, "kinship.see")
    found = _search_or_404(officer, pk)
    form = _start_form(request, found)
    if form is not None and request.method == "POST" and form.is_valid():
        officer_for(request, "kinship.search")
        try:
            actions.start_search(actor=officer, search_id=pk, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            return redirect("kinship:search", pk=pk)
    words, tone = SEARCHES[found.state]
    hits = found.hits.select_related("family", "profile__child").order_by("-log10", "pk")
    context: dict[str, Any] = {
        "search": found,
        "words": words,
        "tone": tone,
        "form": form,
        "power": found.power,
        "plot": _plot(found),
        "said": at_rest.unseal(bytes(found.sealed), bound_to(found)).decode() if bytes(found.sealed) else "",
        "hits": [(each, *STATES[each.state]) for each in hits],
        "is_open": found.family.compartment_id in queries.open_sessions(officer=officer),
        "may_search": "kinship.search" in permissions_of(officer),
    }
    return page(request, "kinship/search.html", context)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a search."""
    officer = officer_for(request, "kinship.search")
    try:
        actions.cancel_search(actor=officer, search_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    return redirect("kinship:search", pk=pk)


def _start_form(request: HttpRequest, found: Search) -> StartForm | None:
    if found.state != Search.State.WEIGHED or found.power is None or found.wide_id is not None:
        return None
    least = found.power["threshold"]
    proposed = math.ceil(least * 10) / 10 if isinstance(least, float | int) else 4
    return StartForm(posted(request), needs_reason=not found.can_answer, initial={"log10": max(proposed, 2)})


def _plot(found: Search) -> str:
    if not found.power:
        return ""
    least = found.power["threshold"]
    return power_curve(
        found.power["curve"],
        float(least) if isinstance(least, float | int) else None,
        _("Probability of reaching a likelihood ratio"),
    )


def _search_or_404(officer: Officer, pk: int) -> Search:
    found = queries.search_for(officer=officer, pk=pk)
    if found is None:
        raise Http404
    return found
