"""Referrals: asking a service, answering, and saying that she came."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.exchange.queries import NO_HELP
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.referral import actions, queries
from clew.node.referral.arrangement import instrument_choices, way_to
from clew.node.referral.models import Service
from clew.node.referral.queries import PathPage, ReferralPage
from clew.node.referral.referral_forms import AnswerForm, ArrivalForm, ReferByLetterForm, ReferForm
from clew.node.referral.words import AGES, INCOMING_STATES, STATES
from clew.node.types import BadInput, BadInputs
from clew.referral.pathway import guardian_reasons

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 25


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The persons the reader's teams walk with, and the referrals that wait for her teams."""
    officer = officer_for(request, "pathway.see")
    paths = queries.visible_paths(officer).order_by("closed", "-opened", "-pk")
    listed = Paginator(paths, ROWS).get_page(request.GET.get("page"))
    answers = "referral.answer" in permissions_of(officer)
    helped = Paginator(queries.helped_by(officer=officer), ROWS).get_page(request.GET.get("helped"))
    captions = queries.path_captions(officer=officer, paths=list(listed))
    context = {
        "paths": [(each, captions[each.pk]) for each in listed],
        "page_of_paths": listed,
        "to_answer": list(queries.to_answer(officer=officer)[:ROWS]) if answers else [],
        "to_take": queries.referrals_to_take(officer=officer) if answers else [],
        "incoming": [
            (each, party, *INCOMING_STATES[each.state]) for each, party in queries.incoming_listed(officer=officer)
        ]
        if answers
        else [],
        "helped": [(each, *STATES[each.state]) for each in helped] if answers else [],
        "page_of_helped": helped,
        "now": timezone.now(),
        "clew_quick_exit": True,
    }
    return page(request, "referral/list.html", context)


@FORM
def refer(request: HttpRequest, pk: int, service_id: int) -> HttpResponse:
    """Ask one service, with the least it needs to know."""
    officer = officer_for(request, "referral.make")
    found, service = _path_and_service(officer, pk, service_id)
    if way_to(service) == "letter":
        return _by_letter(request, officer, found, service)
    form = ReferForm(posted(request), initial={"needs": found.contact.get("needs") or [], "urgency": "urgent-3d"})
    if request.method == "POST" and form.is_valid():
        draft = actions.ReferralDraft(service_id=service.pk, **form.cleaned_data)
        try:
            made = actions.make_referral(actor=officer, path_id=pk, draft=draft)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The service is asked. It is noted when it answers, and when it does not."))
            return redirect("referral:referral", pk=made.pk)
    context = {
        "found": found, "path": found.path, "service": service, "form": form, "age": AGES[found.age],
        "clew_quick_exit": True, "party": queries.party_names([service]).get(service.party, service.party),
    }  # fmt: skip
    return page(request, "referral/refer.html", context)


def _by_letter(request: HttpRequest, officer: Officer, found: PathPage, service: Service) -> HttpResponse:
    """Prepare the letter to a partner's service; what it would read is decided, shown and signed as a release."""
    instruments = instrument_choices(service)
    first = {"needs": found.contact.get("needs") or [], "urgency": "urgent-3d"}
    alone = bool(guardian_reasons(found.age, found.guardian))
    form = ReferByLetterForm(posted(request), instruments=instruments, alone=alone, initial=first)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("needs", "urgency", "contact", "situation")}
        more = {
            name: form.cleaned_data[name]
            for name in ("instrument", "why", "danger", "danger_state")
            if name in form.fields
        }
        try:
            made = actions.refer_by_letter(
                actor=officer, path_id=found.path.pk, letter=actions.LetterDraft(**more),
                draft=actions.ReferralDraft(service_id=service.pk, **said),
            )  # fmt: skip
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("Nothing has left yet. Read what the service would be told, and sign it."))
            return redirect("disclosure:release", pk=made.release)
    context = {
        "found": found, "path": found.path, "service": service, "form": form, "age": AGES[found.age],
        "by_letter": True, "instruments": instruments, "clew_quick_exit": True,
        "party": queries.party_names([service]).get(service.party, service.party),
    }  # fmt: skip
    return page(request, "referral/refer.html", context)


@require_POST
def told(request: HttpRequest, pk: int, service_id: int) -> HttpResponse:
    """Note that she was told of a service and goes herself."""
    officer = officer_for(request, "referral.make")
    try:
        actions.tell_of_service(actor=officer, path_id=pk, service_id=service_id)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    else:
        messages.success(request, _("It is recorded. Nothing of her was handed on."))
    return redirect("referral:step", pk=pk, step="referral")


@FORM
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """What a service is asked, and its answer."""
    officer = officer_for(request, "referral.answer")
    found = _referral_or_404(officer, pk)
    form = AnswerForm(posted(request)) if found.answers and found.referral.state == "asked" else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            said = form.cleaned_data
            try:
                actions.answer_referral(actor=officer, referral_id=pk, accept=said["accept"] == "yes", why=said["why"])
            except (BadInput, BadInputs) as fault:
                say_on(form, fault)
            else:
                messages.success(request, _("It is recorded."))
                return redirect("referral:referral", pk=pk)
    return _shown(request, officer, found, form, None)


@FORM
def arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that she came."""
    officer = officer_for(request, "referral.answer")
    found = _referral_or_404(officer, pk)
    if not found.answers:
        raise Http404
    form = ArrivalForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_arrival(actor=officer, referral_id=pk, on=form.cleaned_data["on"])
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is recorded."))
            return redirect("referral:referral", pk=pk)
    return _shown(request, officer, found, None, form)


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a referral back."""
    officer = officer_for(request, "referral.make")
    try:
        found = actions.stop_referral(actor=officer, referral_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
        return redirect("referral:list")
    messages.success(request, _("It is taken back. What the service could read is void."))
    return redirect("referral:step", pk=found.path_id, step="referral")


def _shown(
    request: HttpRequest, officer: Officer, found: ReferralPage, form: AnswerForm | None, arriving: ArrivalForm | None
) -> HttpResponse:
    words, tone = STATES[found.referral.state]
    waits = found.referral.state in {"accepted", "told"} and found.referral.arrived is None
    context = {
        "found": found, "referral": found.referral, "form": form or arriving, "answering": form is not None,
        "arriving": arriving is not None, "words": words, "tone": tone, "now": timezone.now(),
        "may_arrive": found.answers and waits and arriving is None,
        "may_stop": found.asked and "referral.make" in permissions_of(officer)
        and found.referral.state in {"prepared", "asked", "accepted"},
        "no_help": NO_HELP.get(found.referral.code, ""),
        "clew_quick_exit": True,
    }  # fmt: skip
    return page(request, "referral/referral.html", context)


def _path_and_service(officer: Officer, pk: int, service_id: int) -> tuple[PathPage, Service]:
    service = queries.service_for(pk=service_id)
    found = actions.read_path(actor=officer, path_id=pk) if service is not None else None
    if found is None or service is None or found.path.closed is not None:
        raise Http404
    return found, service


def _referral_or_404(officer: Officer, pk: int) -> ReferralPage:
    found = actions.read_referral(actor=officer, referral_id=pk)
    if found is None:
        raise Http404
    return found
