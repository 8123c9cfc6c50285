"""The directory of services."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.node.accounts.queries import compartment_ids, permissions_of
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners.queries import party_choices
from clew.node.referral import actions, queries
from clew.node.referral.forms import PlacesForm, ServiceForm
from clew.node.referral.models import Service
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 25


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Every service, by name."""
    officer = officer_for(request, "service.see")
    listed = Paginator(queries.services(), ROWS).get_page(request.GET.get("page"))
    names = queries.party_names(list(listed))
    context = {
        "services": [(each, names.get(each.party, each.party)) for each in listed],
        "page_of_services": listed,
        "may_manage": "service.manage" in permissions_of(officer),
    }
    return page(request, "referral/services.html", context)


@FORM
def service_new(request: HttpRequest) -> HttpResponse:
    """Enter a service."""
    officer = officer_for(request, "service.manage")
    teams = queries.team_choices(officer=officer)
    form = ServiceForm(posted(request), parties=party_choices(with_own=True), teams=teams)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            made = actions.register_service(actor=officer, draft=actions.ServiceDraft(team_id=said.pop("team"), **said))
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The service is entered."))
            return redirect("referral:service", pk=made.pk)
    return page(request, "referral/service_new.html", {"form": form})


@FORM
def service(request: HttpRequest, pk: int) -> HttpResponse:
    """A service, and how many places it has free."""
    officer = officer_for(request, "service.see")
    found = _service_or_404(pk)
    held = permissions_of(officer)
    form = PlacesForm(posted(request), initial={"places": found.places}) if "service.manage" in held else None
    if request.method == "POST":
        officer_for(request, "service.manage")
        if form is not None and form.is_valid():
            try:
                actions.set_places(actor=officer, service_id=pk, places=form.cleaned_data["places"])
            except BadInput as fault:
                say_on(form, fault)
            else:
                messages.success(request, _("It is recorded."))
                return redirect("referral:service", pk=pk)
    # A team of a case is called as the case is: only its members read the name.
    of_the_team = found.team_id in compartment_ids(officer)
    context = {
        "of_the_team": of_the_team,
        "service": found, "form": form, "held": held, "protected": queries.has_address(found),
        "party": queries.party_names([found]).get(found.party, found.party),
    }  # fmt: skip
    return page(request, "referral/service.html", context)


@require_POST
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the address of a protected place, once, on a page that is asked for."""
    officer = officer_for(request, "service.address")
    found = _service_or_404(pk)
    shown = actions.read_address(actor=officer, service_id=pk)
    if shown is None:
        raise Http404
    return page(request, "referral/address.html", {"service": found, "address": shown, "clew_quick_exit": True})


@require_POST
def service_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a service out of the directory."""
    officer = officer_for(request, "service.manage")
    try:
        actions.end_service(actor=officer, service_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    else:
        messages.success(request, _("The service is out of the directory."))
    return redirect("referral:services")


def _service_or_404(pk: int) -> Service:
    found = queries.service_for(pk=pk)
    if found is None:
        raise Http404
    return found
