"""Compartments: who may know. Their names and members are shown here, never their content."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clew.node.accounts import actions
from clew.node.accounts.forms import CompartmentForm, MemberForm
from clew.node.accounts.models import Compartment, Officer
from clew.node.accounts.queries import compartment_list, members_of
from clew.node.accounts.views.officers import FORM, ROWS
from clew.node.pages import officer_for, page, say_on
from clew.node.types import BadInput


@require_safe
def compartments(request: HttpRequest) -> HttpResponse:
    """Units and case teams."""
    officer_for(request, "compartment.manage")
    found = Paginator(compartment_list(), ROWS).get_page(request.GET.get("page"))
    return page(request, "accounts/compartments.html", {"compartments": found})


@FORM
def compartment_new(request: HttpRequest) -> HttpResponse:
    """Make a unit."""
    actor = officer_for(request, "compartment.manage")
    form = CompartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_compartment(actor=actor, name=form.cleaned_data["name"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            return redirect("accounts:compartment", pk=made.pk)
    return page(request, "accounts/compartment_new.html", {"form": form})


@FORM
def compartment(request: HttpRequest, pk: int) -> HttpResponse:
    """Members of a compartment; POST takes one in."""
    actor = officer_for(request, "compartment.manage")
    found = get_object_or_404(Compartment, pk=pk)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_member(actor=actor, compartment=found, officer=form.cleaned_data["officer"])
        messages.success(request, _("The officer is a member now."))
        return redirect("accounts:compartment", pk=pk)
    return page(request, "accounts/compartment.html", {"form": form, "compartment": found, "members": members_of(pk)})


@require_POST
def member_remove(request: HttpRequest, pk: int, officer_pk: int) -> HttpResponse:
    """Take an officer out."""
    actor = officer_for(request, "compartment.manage")
    found = get_object_or_404(Compartment, pk=pk)
    actions.remove_member(actor=actor, compartment=found, officer=get_object_or_404(Officer, pk=officer_pk))
    messages.success(request, _("The officer is no longer a member."))
    return redirect("accounts:compartment", pk=pk)
