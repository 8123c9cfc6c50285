"""Which rules are in force, what was proposed, and what would change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.disclosure.ruleset import BrokenRules, RuleSet, shipped_rules
from clew.node.accounts.actions import Officer, read_step_up
from clew.node.accounts.queries import permissions_of, step_up_choice
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.rulebook import actions, queries
from clew.node.rulebook.forms import ReasonForm, UploadForm
from clew.node.rulebook.models import RuleSetAdoption
from clew.node.rulebook.wording import source_words, state_words
from clew.node.types import BadInput
from clew.vocabulary import language

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 25


@require_safe
def set_list(request: HttpRequest) -> HttpResponse:
    """The set in force, those that wait, and those there were."""
    officer = officer_for(request, "rules.see")
    found = Paginator(queries.rule_sets(), ROWS).get_page(request.GET.get("page"))
    context = _state() | {
        "page": found,
        "rows": [(each, state_words(each.state), source_words(each.source)) for each in found],
        "may_propose": "rules.propose" in permissions_of(officer),
    }
    return page(request, "rulebook/sets.html", context)


@FORM
def shipped(request: HttpRequest) -> HttpResponse:
    """What the rules that came with this program would change, and proposing them."""
    officer = officer_for(request, "rules.propose")
    form = ReasonForm(posted(request))
    rules = shipped_rules()
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose_rule_set(
                actor=officer, files=rules.files, source="shipped", reason=form.cleaned_data["reason"]
            )
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is proposed. Another officer must adopt it."))
            return redirect("rulebook:set", pk=made.pk)
    return page(request, "rulebook/shipped.html", _state() | _compared(rules) | {"form": form})


@FORM
def upload(request: HttpRequest) -> HttpResponse:
    """Propose a rule set from files."""
    officer = officer_for(request, "rules.propose")
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        parts = [(each.name, each.read()) for each in form.cleaned_data["upload"]]
        try:
            base = queries.active_or_none() or shipped_rules()
            files = queries.completed(queries.files_of_upload(parts), base.files)
            made = actions.propose_rule_set(
                actor=officer, files=files, source="uploaded", reason=form.cleaned_data["reason"]
            )
        except BadInput as fault:
            field = "upload" if fault.field == "files" else fault.field
            say_on(form, BadInput(field, fault.problem, fault.cure))
        else:
            messages.success(request, _("It is proposed. Another officer must adopt it."))
            return redirect("rulebook:set", pk=made.pk)
    return page(request, "rulebook/upload.html", {"form": form})


@require_safe
def set_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule set: by whom, why, and what it would change against the one in force."""
    return page(request, "rulebook/set.html", _of_set(officer_for(request, "rules.see"), pk))


@FORM
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Adopt a proposed set as a second person; the proof of presence at the foot of the page is the signature."""
    officer = officer_for(request, "rules.adopt")
    context = _of_set(officer, pk)
    if not context["may_adopt"]:
        return redirect("rulebook:set", pk=pk)
    digest = queries.adoption_digest(context["adoption"])
    form = Form(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            proof = read_step_up(officer, digest, request.POST.dict())
            actions.adopt_rule_set(actor=officer, adoption_id=pk, step_up=proof)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The rule set is in force."))
            return redirect("rulebook:set", pk=pk)
    return page(request, "rulebook/adopt.html", context | {"form": form, "step_up": step_up_choice(officer, digest)})


@FORM
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Reject a proposed set with a reason, or withdraw one's own."""
    officer = officer_for(request, "rules.adopt")
    context = _of_set(officer, pk)
    if not context["may_reject"]:
        return redirect("rulebook:set", pk=pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.reject_rule_set(actor=officer, adoption_id=pk, reason=form.cleaned_data["reason"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The rule set is rejected. The one in force stays."))
            return redirect("rulebook:sets")
    return page(request, "rulebook/reject.html", context | {"form": form})


def _state() -> dict[str, Any]:
    active = queries.active_or_none()
    return {
        "active": active,
        "broken": "" if active else queries.broken_sentence(),
        "shipped_differs": queries.shipped_differs(),
        "shipped_proposed": queries.shipped_proposed(),
    }


def _compared(rules: RuleSet) -> dict[str, Any]:
    """The rules beside those in force; without any in force, every rule is new."""
    active = queries.active_or_none()
    if active is None:
        return {"rules": rules, "difference": None}
    return {"rules": rules, "difference": queries.difference(active, rules, language(get_language() or "en"))}


def _of_set(officer: Officer, pk: int) -> dict[str, Any]:
    adoption = queries.rule_set(pk)
    if adoption is None:
        raise Http404
    waits = adoption.state == RuleSetAdoption.State.PROPOSED
    may = "rules.adopt" in permissions_of(officer)
    mine = adoption.proposed_by_id == officer.pk
    try:
        compared = _compared(queries.rules_of_adoption(adoption))
    except BrokenRules:
        compared = {"rules": None, "difference": None}
    usable = compared["rules"] is not None
    return compared | {
        "adoption": adoption,
        "state": state_words(adoption.state),
        "source": source_words(adoption.source),
        "waits": waits,
        "mine": mine,
        "may_adopt": waits and may and not mine and usable,
        "may_reject": waits and may,
    }
