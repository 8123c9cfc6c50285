"""The node's settings: what holds, what was, proposing, confirming, ending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.actions import Officer, read_step_up
from clew.node.accounts.queries import permissions_of, step_up_choice
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.rulebook import actions, queries
from clew.node.rulebook.forms import EndForm, ReasonForm, SettingForm
from clew.node.rulebook.models import Setting
from clew.node.rulebook.schema import kind_of
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 25


@require_safe
def setting_list(request: HttpRequest) -> HttpResponse:
    """Every setting with what holds today."""
    officer_for(request, "rules.see")
    return page(request, "rulebook/settings.html", {"views": queries.setting_views()})


@FORM
def setting_page(request: HttpRequest, key: str) -> HttpResponse:
    """One setting: what it does, its history, and proposing a value."""
    officer = officer_for(request, "rules.see")
    try:
        kind = kind_of(key)
    except BadInput as fault:
        raise Http404 from fault
    view = next(each for each in queries.setting_views() if each.kind.key == key)
    history = Paginator(queries.setting_history(key), ROWS).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"kind": kind, "view": view, "page": history}
    if "setting.propose" not in permissions_of(officer):
        if request.method == "POST":
            officer_for(request, "setting.propose")
        return page(request, "rulebook/setting.html", context)
    form = SettingForm(posted(request), kind=kind)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose_setting(actor=officer, draft=form.draft())
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            _say_what_happens(request, made)
            return redirect("rulebook:setting", key=key)
    return page(request, "rulebook/setting.html", context | {"form": form})


@FORM
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """One value; a second person confirms it or its end, or rejects it with a reason."""
    officer = officer_for(request, "rules.see")
    context = _entry(officer, pk)
    form = ReasonForm(posted(request) if request.POST.get("answer") == "reject" else None)
    digest = actions.setting_digest(context["row"])
    if request.method == "POST":
        officer_for(request, "setting.confirm")
        try:
            if request.POST.get("answer") != "reject":
                proof = read_step_up(officer, digest, request.POST.dict())
                actions.confirm_setting(actor=officer, setting_id=pk, step_up=proof)
                messages.success(request, _("It is confirmed."))
                return redirect("rulebook:setting_entry", pk=pk)
            if form.is_valid():
                actions.reject_setting(actor=officer, setting_id=pk, reason=form.cleaned_data["reason"])
                messages.success(request, _("It is rejected. What held before goes on."))
                return redirect("rulebook:setting_entry", pk=pk)
        except BadInput as fault:
            messages.error(request, f"{fault.problem} {fault.cure}")
            return redirect("rulebook:setting_entry", pk=pk)
    context["step_up"] = step_up_choice(officer, digest) if context["may_confirm"] else None
    return page(request, "rulebook/setting_entry.html", context | {"form": form})


@FORM
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a value end."""
    officer = officer_for(request, "setting.propose")
    context = _entry(officer, pk)
    form = EndForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.end_setting(actor=officer, setting_id=pk, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            ended = made.ended_by_id is not None
            messages.success(
                request,
                _("It ends on that day.")
                if ended
                else _("Ending it makes something looser: another officer must agree."),
            )
            return redirect("rulebook:setting_entry", pk=pk)
    return page(request, "rulebook/setting_end.html", context | {"form": form})


def _say_what_happens(request: HttpRequest, made: Setting) -> None:
    if made.state == Setting.State.TAKEN:
        messages.success(request, _("It makes nothing looser, so it takes effect as you entered it."))
    else:
        messages.success(request, _("It makes something looser, so it waits for another officer."))


def _entry(officer: Officer, pk: int) -> dict[str, Any]:
    found = queries.setting_row(pk)
    if found is None:
        raise Http404
    row, held = found.row, permissions_of(officer)
    waits = found.waits or found.end_waits
    first = row.end_proposed_by_id if found.end_waits else row.proposed_by_id
    return {
        "entry": found,
        "row": row,
        "kind": kind_of(row.key),
        "mine": first == officer.pk,
        "may_confirm": waits and first != officer.pk and "setting.confirm" in held,
        "may_reject": waits and "setting.confirm" in held,
        "may_end": found.in_effect and not found.end_waits and "setting.propose" in held,
    }
