"""Assurances, protected circumstances, risk assessments and permissions to pass on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import compartment_ids, permissions_of
from clew.node.disclosure import actions, queries
from clew.node.disclosure.forms import AssuranceForm, AuthorisationForm, RiskForm, SafeguardForm
from clew.node.disclosure.reach import caption_of, compartment_of_source, compartments_of_entity
from clew.node.disclosure.safeguards import KINDS
from clew.node.pages import officer_for, page, say_on
from clew.node.partners.queries import instruments, names_of, party_choices
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 25


@require_safe
def assurance_list(request: HttpRequest) -> HttpResponse:
    """Every assurance and pledge, with its end."""
    officer = officer_for(request, "release.see")
    found = Paginator(queries.assurances(), ROWS).get_page(request.GET.get("page"))
    names = names_of({each.party for each in found})
    context = {
        "page": found,
        "rows": [(each, names.get(each.party, each.party)) for each in found],
        "today": timezone.now().date(),
        "may_record": "assurance.record" in permissions_of(officer),
    }
    return page(request, "disclosure/assurances.html", context)


@FORM
def assurance_new(request: HttpRequest) -> HttpResponse:
    """Record a partner's written word."""
    officer = officer_for(request, "assurance.record")
    known = [(each.code, str(each)) for each in instruments()]
    form = AssuranceForm(request.POST or None, parties=party_choices(with_posts=True), instruments=known)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_assurance(actor=officer, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The assurance is recorded."))
            return redirect("disclosure:assurances")
    context = {"form": form, "title": _("Record an assurance or pledge"), "button": _("Record")}
    return page(request, "disclosure/register.html", context)


@FORM
def safeguards(request: HttpRequest, person_id: int) -> HttpResponse:
    """Which protected circumstances are recorded, and recording one. Answers are never shown."""
    officer = officer_for(request, "safeguard.record")
    context = _person(officer, person_id)
    kind = request.POST.get("kind", request.GET.get("kind", ""))
    form = SafeguardForm(request.POST or None, kind=kind) if kind in KINDS else None
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            actions.record_safeguard(actor=officer, person_id=person_id, kind=kind, answer=form.answers(),
                                     expires=form.cleaned_data["expires"])  # fmt: skip
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is recorded and sealed. It shows only in what the rules decide."))
            return redirect("disclosure:safeguards", person_id=person_id)
    recorded = list(queries.safeguards_of(officer=officer, person_id=person_id)[:50])
    rows = [(KINDS[each.kind].label, each) for each in recorded if each.kind in KINDS]
    kinds = [(code, each.label) for code, each in KINDS.items()]
    context |= {"form": form, "kind": kind, "kinds": kinds, "rows": rows, "today": timezone.now().date()}
    return page(request, "disclosure/safeguards.html", context)


@FORM
def risk(request: HttpRequest, person_id: int) -> HttpResponse:
    """The risk assessments of a person, and recording one."""
    officer = officer_for(request, "risk.record")
    context = _person(officer, person_id)
    form = RiskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.record_risk_assessment(actor=officer, person_id=person_id, state=given["state"],
                                           assessed=given["assessed"], favourable=given["favourable"] == "yes",
                                           reasons=given["reasons"])  # fmt: skip
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The assessment is recorded."))
            return redirect("disclosure:risk", person_id=person_id)
    found = queries.risk_assessments_of(officer=officer, person_id=person_id)[:50]
    return page(request, "disclosure/risk.html", context | {"form": form, "rows": found})


@FORM
def authorisation_new(request: HttpRequest, source_id: int) -> HttpResponse:
    """Record that whoever gave a source allows passing it on."""
    officer = officer_for(request, "assurance.record")
    if compartment_of_source(source_id) not in compartment_ids(officer):
        raise Http404
    form = AuthorisationForm(request.POST or None, parties=party_choices(with_posts=True))
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_authorisation(actor=officer, source_id=source_id, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The permission is recorded. Decide open releases again so that it counts."))
            return redirect("disclosure:list")
    context = {"form": form, "title": _("Record a permission to pass on"), "button": _("Record")}
    return page(request, "disclosure/register.html", context)


def _person(officer: Officer, person_id: int) -> dict[str, Any]:
    """The person, if one of the officer's teams knows her."""
    seen = compartments_of_entity(person_id) & set(compartment_ids(officer))
    if not seen:
        raise Http404
    return {"person_id": person_id, "caption": caption_of(person_id, sorted(seen))}
