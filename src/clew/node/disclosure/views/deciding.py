"""The preview, approvals and the signature."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.node.accounts.actions import Officer, read_step_up
from clew.node.accounts.queries import permissions_of, step_up_choice
from clew.node.disclosure import actions, queries
from clew.node.disclosure.approvers import Answers
from clew.node.disclosure.forms import ReasonForm
from clew.node.disclosure.models import Decision
from clew.node.pages import officer_for, page, say_on
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])
ONLY_IN_TEAM = frozenset(("release.draft", "release.sign", "case.team", "reason.read_sealed"))


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the rules again."""
    officer = officer_for(request, "release.decide")
    if queries.release(officer=officer, pk=pk) is None:
        raise Http404
    try:
        decided = actions.decide(actor=officer, release_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
        return redirect("disclosure:release", pk=pk)
    return redirect("disclosure:decision", pk=decided.pk)


@require_safe
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Side by side: what is known here, exactly what they will read, and what is withheld and why."""
    officer = officer_for(request, "release.see")
    return page(request, "disclosure/decision.html", _context(officer, _decision(officer, pk)))


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a missing approval."""
    officer = officer_for(request, "release.draft")
    decision_of_team(officer, pk)
    named, role = request.POST.get("officer", ""), request.POST.get("role", "")
    asked = int(named) if named.isdigit() else None
    try:
        actions.ask_for_approval(actor=officer, decision_id=pk, role=role, officer_id=asked)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    else:
        if asked is None:
            messages.success(request, _("The approval is asked for: it stands on the desk of everyone with that role."))
        else:
            messages.success(request, _("The approval is asked for: it stands on the desk of the officer you named."))
    return redirect("disclosure:decision", pk=pk)


@FORM
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or refuse in a role, having seen what would leave."""
    officer = officer_for(request, "release.approve")
    found = _decision(officer, pk)
    answers, recipient = Answers(officer), found.release.post or found.release.recipient
    missing = [str(each["role"]) for each in queries.missing_approvals(found)]
    mine = [each for each in missing if answers.may(each, recipient)]
    role = request.GET.get("role", "") or next(iter(mine), "")
    granted = request.GET.get("answer", "approve") != "refuse"
    digest = actions.approval_digest(found, role, granted=granted)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        act = actions.approve if granted else actions.refuse_approval
        try:
            proof = read_step_up(officer, digest, request.POST.dict())
            act(actor=officer, decision_id=pk, role=role, reason=form.cleaned_data["reason"], step_up=proof)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("Your answer is recorded and signed."))
            return redirect("disclosure:decision", pk=pk)
    context = {"form": form, "role": role, "granted": granted, "step_up": step_up_choice(officer, digest)}
    return page(request, "disclosure/approve.html", _context(officer, found) | context)


@FORM
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """The page before something that cannot be undone; the proof of presence at its foot is the signature."""
    officer = officer_for(request, "release.sign")
    found = decision_of_team(officer, pk)
    digest = bytes.fromhex(found.digest)
    form = Form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            proof = read_step_up(officer, digest, request.POST.dict())
            actions.sign(actor=officer, decision_id=pk, step_up=proof)
        except BadInput as fault:
            say_on(form, fault)
        else:
            return redirect("disclosure:signed", pk=pk)
    context = {"form": form, "step_up": step_up_choice(officer, digest)}
    return page(request, "disclosure/sign.html", _context(officer, found) | context)


@require_safe
def signed(request: HttpRequest, pk: int) -> HttpResponse:
    """What happens now."""
    officer = officer_for(request, "release.see")
    found = decision_of_team(officer, pk)
    if found.state not in {Decision.State.SIGNED, Decision.State.DISPATCHED}:
        return redirect("disclosure:decision", pk=pk)
    return page(request, "disclosure/signed.html", _context(officer, found))


@require_safe
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """The decision derived again from what is stored."""
    found = decision_of_team(officer_for(request, "release.see"), pk)
    return page(request, "disclosure/explain.html", {"decision": found, "explanation": queries.explain(found)})


@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for an approval of one of the officer's roles."""
    officer = officer_for(request, "release.approve")
    items = [item for item in queries.desk_items(officer=officer, now=timezone.now()) if item.kind == "approval.asked"]
    return page(request, "disclosure/approvals.html", {"items": items})


def _decision(officer: Officer, pk: int) -> Decision:
    found = queries.decision(officer=officer, pk=pk)
    if found is None:
        raise Http404
    return found


def decision_of_team(officer: Officer, pk: int) -> Decision:
    """A decision of one of the officer's teams; one that she sees only because she was asked is not found."""
    found = _decision(officer, pk)
    if not queries.in_team(officer, found):
        raise Http404
    return found


def _context(officer: Officer, found: Decision) -> dict[str, Any]:
    preview = actions.read_decision(actor=officer, decision_id=found.pk)
    if preview is None:
        raise Http404
    mine = found.release.requested_by_id == officer.pk
    answers, recipient = Answers(officer), found.release.post or found.release.recipient
    open_roles = {each.role for each in preview.missing if answers.may(each.role, recipient)}
    held = permissions_of(officer) - (ONLY_IN_TEAM if preview.outside else frozenset())
    is_open = found.state == Decision.State.DECIDED
    return {
        "decision": found,
        "release": found.release,
        "preview": preview,
        "may_sign": is_open and mine and preview.ready and "release.sign" in held,
        "may_approve": is_open and not mine and bool(open_roles) and "release.approve" in held,
        "may_change": found.state in {Decision.State.DECIDED, Decision.State.STALE} and "release.draft" in held,
        "may_answer": is_open and mine and "release.draft" in held,
        "may_add_to_team": "case.team" in held,
        "may_read_sealed": "reason.read_sealed" in held,
        "may_withdraw": found.state in {Decision.State.DECIDED, Decision.State.SIGNED} and "release.draft" in held,
    }
