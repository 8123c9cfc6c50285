"""Which rules a lawyer of this node has signed for."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.disclosure.ruleset import BrokenRules
from clew.node.accounts.actions import read_step_up
from clew.node.accounts.queries import permissions_of, step_up_choice
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.rulebook import actions, queries
from clew.node.rulebook.forms import ReasonForm, SignOffForm
from clew.node.rulebook.wording import choice_words
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def sign_off_list(request: HttpRequest) -> HttpResponse:
    """Every rule in force with its mark and the sign-off that holds for it."""
    officer = officer_for(request, "rules.see")
    found = _sign_offs()
    required = queries.settings_for("", timezone.now().date()).require_sign_off
    context = {
        "rows": found,
        "broken": "" if found else queries.broken_sentence(),
        "awaiting": sum(each.awaits for each in found),
        "required": choice_words(required),
        "refuses": required == "refuse",
        "may_sign": "rules.sign_off" in permissions_of(officer),
    }
    return page(request, "rulebook/sign_offs.html", context)


@FORM
def sign_off(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One rule's sign-offs; a legal adviser reads its text and signs for it."""
    officer = officer_for(request, "rules.see")
    view = next((each for each in _sign_offs() if each.rule.id == rule_id), None)
    if view is None:
        raise Http404
    may_sign = "rules.sign_off" in permissions_of(officer)
    context: dict[str, object] = {"view": view, "rule": view.rule, "may_sign": may_sign}
    if not may_sign:
        if request.method == "POST":
            officer_for(request, "rules.sign_off")
        return page(request, "rulebook/sign_off.html", context)
    digest = queries.sign_off_digest(rule_id, view.file)
    form = SignOffForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            proof = read_step_up(officer, digest, request.POST.dict())
            actions.sign_off_rule(actor=officer, rule_id=rule_id, file=view.file, step_up=proof, **form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("You have signed for this rule."))
            return redirect("rulebook:sign_off", rule_id=rule_id)
    return page(request, "rulebook/sign_off.html", context | {"form": form, "step_up": step_up_choice(officer, digest)})


@FORM
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a sign-off back."""
    officer = officer_for(request, "rules.sign_off")
    found = next(((view, each) for view in _sign_offs() for each in view.all if each.pk == pk), None)
    if found is None:
        raise Http404
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw_sign_off(actor=officer, sign_off_id=pk, reason=form.cleaned_data["reason"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The sign-off is withdrawn."))
            return redirect("rulebook:sign_off", rule_id=found[0].rule.id)
    return page(request, "rulebook/sign_off_withdraw.html", {"form": form, "view": found[0], "sign_off": found[1]})


def _sign_offs() -> list[queries.SignOffView]:
    try:
        return queries.sign_offs()
    except BrokenRules:
        return []
