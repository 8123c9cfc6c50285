"""How exactly a fact is said, whether someone could know her by it, who is missing, and the sealed record."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clew.node.accounts.actions import read_step_up
from clew.node.accounts.queries import step_up_choice
from clew.node.disclosure import actions, queries
from clew.node.disclosure.forms import ReasonForm
from clew.node.disclosure.views.deciding import decision_of_team
from clew.node.pages import officer_for, page, say_on
from clew.node.types import BadInput


@require_POST
def coarser(request: HttpRequest, pk: int) -> HttpResponse:
    """Say a fact less exactly, exactly again, or not at all; it is decided again at once. Posted: `statement:level`."""
    officer = officer_for(request, "release.draft")
    found = decision_of_team(officer, pk)
    number, _colon, level = request.POST.get("choice", "").partition(":")
    try:
        actions.choose_coarser(
            actor=officer, release_id=found.release_id, statement_id=int(number) if number.isdigit() else 0, level=level
        )
        decided = actions.decide(actor=officer, release_id=found.release_id)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
        return redirect("disclosure:decision", pk=pk)
    messages.success(request, _("The letter is changed as you chose, and decided again."))
    return redirect("disclosure:decision", pk=decided.pk)


@require_POST
def recognition(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer whether someone who knew her could recognise her."""
    officer = officer_for(request, "release.draft")
    decision_of_team(officer, pk)
    answer, reason = request.POST.get("answer", ""), request.POST.get("reason", "")
    try:
        decided = actions.answer_recognition(actor=officer, decision_id=pk, answer=answer, reason=reason)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
        return redirect("disclosure:decision", pk=pk)
    messages.success(request, _("Your answer is recorded with your name and the time."))
    return redirect("disclosure:decision", pk=decided.pk)


@require_POST
def ask_lead(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whoever leads the case for an officer with a role that nobody in the team holds."""
    officer = officer_for(request, "release.draft")
    decision_of_team(officer, pk)
    try:
        actions.ask_for_team_member(actor=officer, decision_id=pk, role=request.POST.get("role", ""))
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    else:
        messages.success(request, _("Whoever leads the case has a task to add an officer with this role."))
    return redirect("disclosure:decision", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def sealed_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The true reason of what was refused neutrally, for one reading: a legal adviser says why, and proves herself."""
    officer = officer_for(request, "reason.read_sealed")
    found = decision_of_team(officer, pk)
    digest = actions.sealed_reason_digest(found)
    form = ReasonForm(request.POST or None)
    opened = None
    if request.method == "POST" and form.is_valid():
        try:
            proof = read_step_up(officer, digest, request.POST.dict())
            actions.read_sealed_reason(actor=officer, decision_id=pk, reason=form.cleaned_data["reason"], step_up=proof)
        except BadInput as fault:
            say_on(form, fault)
        else:
            opened = queries.sealed_reasons(found)
    context = {"form": form, "decision": found, "release": found.release, "opened": opened,
               "step_up": step_up_choice(officer, digest)}  # fmt: skip
    return page(request, "disclosure/sealed_record.html", context)
