"""Simulations: choose what to change and which decisions, leave and come back, read what would differ, propose it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.disclosure.ruleset import RuleSet, shipped_rules
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.disclosure.forms import ReasonForm
from clew.node.disclosure.queries import simulating as queries
from clew.node.disclosure.sandbox import REPLAY, RULE_KINDS, SIMULABLE
from clew.node.disclosure.simulation_forms import (
    EditForm,
    EnablesForm,
    InstrumentForm,
    SelectionForm,
    SettingForm,
    UploadForm,
)
from clew.node.disclosure.wording import rules_for_words
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners.queries import instruments, party_choices
from clew.node.rulebook import actions as rulebook_actions
from clew.node.rulebook import queries as rulebook
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 25


@require_safe
def simulations(request: HttpRequest) -> HttpResponse:
    """What can be tried, and the officer's simulations so far."""
    officer = officer_for(request, "simulation.run")
    found = rulebook.simulations(officer=officer).exclude(sandbox__kind=REPLAY)
    context = {
        "page": Paginator(found, ROWS).get_page(request.GET.get("page")),
        "shipped_differs": rulebook.shipped_differs(),
        "rules": sorted(rules_for_words().rules),
        "settings": [rulebook.kind_of(key) for key in SIMULABLE if key != "require_sign_off"],
    }
    context["rows"] = [(each, title_of(each.sandbox)) for each in context["page"]]  # type: ignore[attr-defined]
    return page(request, "disclosure/simulations.html", context)


@FORM
def simulation_new(request: HttpRequest) -> HttpResponse:
    """One sandbox, and the choice of decisions; the kind of sandbox stands in the address."""
    officer = officer_for(request, "simulation.run")
    kind = request.GET.get("kind", "")
    if kind not in SANDBOXES:
        raise Http404
    form = _form(request, kind)
    if request.method == "POST" and form.is_valid():
        try:
            sandbox, rules = SANDBOXES[kind](request, form)
            return redirect("disclosure:simulation", pk=_start(officer, form, sandbox, rules).pk)
        except BadInput as fault:
            say_on(form, fault)
    context = {"form": form, "kind": kind, "title": title_of({"kind": kind} | request.GET.dict())}
    return page(request, "disclosure/simulation_new.html", context)


@FORM
def replay(request: HttpRequest) -> HttpResponse:
    """Derive past decisions again with their own rules: the officer's earlier runs, and starting one."""
    officer = officer_for(request, "simulation.run")
    form = SelectionForm(posted(request), parties=party_choices(active_only=False, with_posts=True))
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("disclosure:simulation", pk=_start(officer, form, {"kind": REPLAY}, rules_for_words()).pk)
        except BadInput as fault:
            say_on(form, fault)
    found = rulebook.simulations(officer=officer).filter(sandbox__kind=REPLAY)
    runs = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return page(request, "disclosure/simulation_replay.html", {"form": form, "page": runs})


@require_safe
def simulation(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress, then what would differ."""
    officer = officer_for(request, "simulation.run")
    found = _simulation(officer, pk)
    changes = Paginator(found.changes, ROWS).get_page(request.GET.get("page"))
    context = {
        "simulation": found,
        "title": title_of(found.sandbox),
        "replay": found.sandbox["kind"] == REPLAY,
        "total": len(found.chosen),
        "at_work": found.state in {found.State.QUEUED, found.State.RUNNING},
        "counts": queries.counts_of(found),
        "same": found.counts.get("same", 0),
        "page": changes,
        "changes": queries.changes_of(officer=officer, found=found, changes=changes.object_list),
        "left_out": queries.left_out_of(found),
        "read_older": queries.read_older_of(found),
        "number_left_out": len(found.not_replayable),
        "may_propose": _may_propose(officer, found),
    }
    return page(request, "disclosure/simulation.html", context)


@require_POST
def simulation_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it; what was found so far stays."""
    officer = officer_for(request, "simulation.run")
    _simulation(officer, pk)
    try:
        rulebook_actions.cancel_simulation(actor=officer, simulation_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    return redirect("disclosure:simulation", pk=pk)


@FORM
def simulation_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose the rule set that was tried."""
    officer = officer_for(request, "rules.propose")
    found = _simulation(officer, pk)
    if not _may_propose(officer, found):
        return redirect("disclosure:simulation", pk=pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = rulebook_actions.propose_rule_set(
                actor=officer, files=found.files, source=found.sandbox["kind"], reason=form.cleaned_data["reason"]
            )
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is proposed. Another officer must adopt it."))
            return redirect("rulebook:set", pk=made.pk)
    return page(request, "disclosure/simulation_propose.html", {"form": form, "simulation": found})


def title_of(sandbox: dict[str, Any]) -> str:
    """What a sandbox changes, in words."""
    kind = sandbox["kind"]
    words = {
        REPLAY: _("Past decisions derived again"),
        "shipped": _("The rules that came with Clew"),
        "uploaded": _("Rules from a file"),
        "edited": _("Another text of rule %(rule)s") % {"rule": sandbox.get("rule", "")},
        "instrument_ended": _("An instrument that has ended: %(code)s") % {"code": sandbox.get("instrument", "…")},
        "instrument_changed": _("An instrument that enables something else: %(code)s")
        % {"code": sandbox.get("instrument", "…")},
    }
    if kind == "setting":
        return _("Another setting: %(name)s") % {"name": rulebook.kind_of(sandbox["key"]).name}
    return words[kind]


def _form(request: HttpRequest, kind: str) -> SelectionForm:
    parties = party_choices(active_only=False, with_posts=True)
    if kind == "uploaded":
        return UploadForm(posted(request), request.FILES or None, parties=parties)
    if kind == "edited":
        rule = rules_for_words().rules.get(request.GET.get("rule", ""))
        if rule is None:
            raise Http404
        return EditForm(posted(request), parties=parties, initial={"text": rule.text})
    if kind in {"instrument_ended", "instrument_changed"}:
        known = [(each.code, str(each)) for each in instruments()]
        form = InstrumentForm if kind == "instrument_ended" else EnablesForm
        return form(posted(request), parties=parties, instruments=known)
    if kind == "setting":
        key = request.GET.get("key", "")
        if key not in SIMULABLE or key == "require_sign_off":
            raise Http404
        return SettingForm(posted(request), parties=parties, kind=rulebook.kind_of(key))
    return SelectionForm(posted(request), parties=parties)


def _shipped(_request: HttpRequest, _form: SelectionForm) -> tuple[dict[str, Any], RuleSet]:
    return {"kind": "shipped"}, shipped_rules()


def _uploaded(_request: HttpRequest, form: SelectionForm) -> tuple[dict[str, Any], RuleSet]:
    upload, base = form.cleaned_data["upload"], rules_for_words().files
    try:
        given = rulebook.files_of_upload([(upload.name, upload.read())])
        one_rule = not upload.name.lower().endswith(".zip")
        files = {**base, **given} if one_rule else rulebook.completed(given, base)
        return {"kind": "uploaded"}, rulebook.read_rule_set(files, "upload")
    except BadInput as fault:
        raise BadInput("upload", fault.problem, fault.cure) from fault


def _edited(request: HttpRequest, form: SelectionForm) -> tuple[dict[str, Any], RuleSet]:
    rule = request.GET["rule"]
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    files = {**rules_for_words().files, f"{rule}.cedar": text}
    return {"kind": "edited", "rule": rule}, rulebook.read_rule_set(files, "text")


def _instrument(request: HttpRequest, form: SelectionForm) -> tuple[dict[str, Any], RuleSet]:
    given = form.cleaned_data
    sandbox = {"kind": request.GET["kind"], "instrument": given["instrument"]}
    if sandbox["kind"] == "instrument_changed":
        sandbox |= {"letters": given["letters"], "purposes": given["purposes"]}
    return sandbox, rules_for_words()


def _setting(request: HttpRequest, form: SelectionForm) -> tuple[dict[str, Any], RuleSet]:
    if not isinstance(form, SettingForm):
        raise TypeError("A setting is simulated from its own form.")
    sandbox = {
        "kind": "setting",
        "key": request.GET["key"],
        "country": form.cleaned_data.get("country", ""),
        "value": form.value(),
    }
    return sandbox, rules_for_words()


SANDBOXES: dict[str, Callable[[HttpRequest, SelectionForm], tuple[dict[str, Any], RuleSet]]] = {
    "shipped": _shipped,
    "uploaded": _uploaded,
    "edited": _edited,
    "instrument_ended": _instrument,
    "instrument_changed": _instrument,
    "setting": _setting,
}


def _start(officer: Officer, form: SelectionForm, sandbox: dict[str, Any], rules: RuleSet) -> rulebook.Simulation:
    selection = form.selection()
    return rulebook_actions.start_simulation(
        actor=officer,
        sandbox=sandbox,
        rules=rules,
        selection=selection.as_json(),
        chosen=queries.chosen_decisions(selection),
    )


def _simulation(officer: Officer, pk: int) -> rulebook.Simulation:
    found = rulebook.simulation(officer=officer, pk=pk)
    if found is None:
        raise Http404
    return found


def _may_propose(officer: Officer, found: rulebook.Simulation) -> bool:
    ended = found.state in {found.State.DONE, found.State.CANCELLED}
    return ended and found.sandbox["kind"] in RULE_KINDS and "rules.propose" in permissions_of(officer)
