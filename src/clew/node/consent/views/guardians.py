"""Who answers for a child."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from clew.node.accounts.actions import Officer
from clew.node.consent import actions, queries
from clew.node.consent.forms import EndForm, FindingForm, GuardianForm
from clew.node.consent.views.showing import heads_or_404
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def guardian_new(request: HttpRequest, person_id: int) -> HttpResponse:
    """Record a guardian."""
    officer = officer_for(request, "guardian.record")
    heads = heads_or_404(officer, person_id)
    teams = [(head.compartment_id, head.compartment_name) for head in heads]
    form = GuardianForm(posted(request), teams=teams)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_guardian(
                actor=officer,
                person_id=person_id,
                compartment_id=form.cleaned_data["compartment"],
                draft=form.draft(),
            )
        except BadInputs as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The guardian is recorded."))
            return redirect("consent:person", person_id=person_id)
    return page(request, "consent/guardian_new.html", {"form": form, "head": heads[0], "person_id": person_id})


@FORM
def finding_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what was found out about a guardian's interests."""
    officer = officer_for(request, "guardian.record")
    found = _guardian_or_404(officer, pk)
    form = FindingForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            stopped = actions.record_guardian_conflict(actor=officer, guardian_id=pk, **form.cleaned_data)
        except BadInputs as fault:
            say_on(form, fault)
        else:
            return _told(request, found, stopped)
    return page(request, "consent/guardian_finding.html", {"form": form, "found": found})


@FORM
def guardian_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a guardian does not act any more."""
    officer = officer_for(request, "guardian.record")
    found = _guardian_or_404(officer, pk)
    form = EndForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            stopped = actions.end_guardian(actor=officer, guardian_id=pk, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            return _told(request, found, stopped)
    return page(request, "consent/guardian_end.html", {"form": form, "found": found})


def _guardian_or_404(officer: Officer, pk: int) -> queries.GuardianView:
    found = queries.guardian_for(officer=officer, pk=pk, now=timezone.now())
    if found is None:
        raise Http404
    return found


def _told(request: HttpRequest, found: queries.GuardianView, stopped: actions.Stopped) -> HttpResponse:
    number = len(stopped.consents)
    told = ngettext("%(n)d consent does not count any more.", "%(n)d consents do not count any more.", number)
    messages.success(request, f"{_('It is recorded.')} {told % {'n': number}}")
    return redirect("consent:person", person_id=found.guardian.person_id)
