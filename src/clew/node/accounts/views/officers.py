"""Officers: who they are, what they may do, whether they may sign in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.node.accounts import actions
from clew.node.accounts.adapters import has_second_factor
from clew.node.accounts.forms import OfficerForm, RolesForm
from clew.node.accounts.models import Officer
from clew.node.accounts.queries import officer_list, officer_roles
from clew.node.pages import officer_for, page, say_on
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 50


@require_safe
def officers(request: HttpRequest) -> HttpResponse:
    """Everyone who acts in this node."""
    officer_for(request, "officer.manage")
    found = Paginator(officer_list(), ROWS).get_page(request.GET.get("page"))
    return page(request, "accounts/officers.html", {"officers": found})


@FORM
def officer_new(request: HttpRequest) -> HttpResponse:
    """Add an officer; the answer shows her one-time link, once."""
    actor = officer_for(request, "officer.manage")
    form = OfficerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_officer(actor=actor, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            return _link_page(request, actor, made)
    return page(request, "accounts/officer_new.html", {"form": form})


@require_safe
def officer(request: HttpRequest, pk: int) -> HttpResponse:
    """One officer."""
    actor = officer_for(request, "officer.manage")
    found = get_object_or_404(Officer, pk=pk)
    context = {
        "officer": found,
        "roles": sorted(officer_roles(found)),
        "has_second_factor": has_second_factor(found),
        "is_oneself": found.pk == actor.pk,
    }
    return page(request, "accounts/officer.html", context)


@FORM
def officer_roles_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what an officer may do."""
    actor = officer_for(request, "officer.manage")
    found = get_object_or_404(Officer, pk=pk)
    form = RolesForm(request.POST or None, initial={"roles": sorted(officer_roles(found))})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_roles(actor=actor, officer=found, roles=form.cleaned_data["roles"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The roles are changed."))
            return redirect("accounts:officer", pk=pk)
    return page(request, "accounts/officer_roles.html", {"form": form, "officer": found})


@require_POST
def officer_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a one-time link and show it, once."""
    actor = officer_for(request, "officer.manage")
    return _link_page(request, actor, get_object_or_404(Officer, pk=pk, is_active=True, is_integration=False))


@require_POST
def officer_deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Bar an officer from signing in."""
    return _do(request, pk, actions.deactivate_officer, _("The officer can no longer sign in."))


@require_POST
def officer_reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let an officer sign in again."""
    return _do(request, pk, actions.reactivate_officer, _("The officer can sign in again."))


def _do(request: HttpRequest, pk: int, act: Callable[..., None], words: str) -> HttpResponse:
    actor = officer_for(request, "officer.manage")
    try:
        act(actor=actor, officer=get_object_or_404(Officer, pk=pk))
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    else:
        messages.success(request, words)
    return redirect("accounts:officer", pk=pk)


def _link_page(request: HttpRequest, actor: Officer, of: Officer) -> HttpResponse:
    token = actions.issue_sign_in_link(actor=actor, officer=of)
    link = request.build_absolute_uri(reverse("accounts:link", args=[token]))
    context = {"officer": of, "link": link, "minutes": actions.LINK_MINUTES, "node": settings.NODE.name}
    return page(request, "accounts/officer_link.html", context)
