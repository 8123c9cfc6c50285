"""A hit: what it rests on, how far it was followed up, and each step on the road to telling anybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.actions import Officer, read_step_up
from clew.node.accounts.queries import permissions_of, step_up_choice
from clew.node.kinship import actions, queries
from clew.node.kinship.actions.reviewing import contradicting, proposal_digest, telling_digest, words_of
from clew.node.kinship.forms import (
    TABLES,
    AnswerStep,
    DecisionStep,
    LaboratoryStep,
    ReunionStep,
    TellStep,
    ViewStep,
)
from clew.node.kinship.models import Hit, Telling
from clew.node.kinship.plots import locus_bars
from clew.node.kinship.queries import HitStatus
from clew.node.kinship.queries.records import laboratory_names
from clew.node.kinship.words import DECISIONS, STATES, VIEWS, WHOM
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput

STEPS: dict[str, tuple[str, str | Promise, str | Promise]] = {
    "laboratory": ("kinship.review", gettext_lazy("Ask a laboratory"), gettext_lazy("Note that it was asked")),
    "answer": ("kinship.review", gettext_lazy("Record the laboratory's answer"), gettext_lazy("Record the answer")),
    "decision": ("kinship.protect", gettext_lazy("Decide for the child"), gettext_lazy("Record the decision")),
    "view": ("kinship.protect", gettext_lazy("Hear the child"), gettext_lazy("Record what the child wants")),
    "telling": ("kinship.tell", gettext_lazy("Propose to tell somebody"), gettext_lazy("Propose it")),
    "reunion": (
        "kinship.protect",
        gettext_lazy("The child is with its family again"),
        gettext_lazy("Record it, and destroy every profile of both"),
    ),
}
"""Each step with its permission, its title and the words on its button."""


@require_safe
def hit(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a hit stands; with its loci for whoever works on kinship in its unit, without them for the team."""
    officer = officer_for(request, "kinship.status")
    status = _status_or_404(officer, pk)
    found = status.hit
    words, tone = STATES[found.state]
    other = contradicting(found)
    read = actions.read_hit(actor=officer, hit_id=pk) if status.in_unit else None
    review = read.review if read is not None else None
    laboratory = found.laboratory
    context: dict[str, Any] = {
        "hit": found,
        "status": status,
        "words": words,
        "tone": tone,
        "review": review,
        "rows": _rows(review) if review else [],
        "contradicted": other is not None,
        "contradicting": other if status.in_unit else None,
        "together": queries.who_is_who(found) if review else None,
        "plot": locus_bars(review["loci"], _("What each locus says")) if review else "",
        "tables": _tables(review) if review else [],
        "laboratory": laboratory_names([laboratory])[laboratory.pk] if laboratory is not None else "",
        "decision": DECISIONS.get(found.decision, ""),
        "view": VIEWS.get(found.view, ""),
        "reasons": words_of(found),
        "tellings": [(each, WHOM[each.whom], _may_answer(officer, each)) for each in queries.tellings_of(found)],
        "steps": _open_steps(officer, status),
    }
    return page(request, "kinship/hit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step, on a page of its own."""
    if step not in STEPS:
        raise Http404
    permission, title, button = STEPS[step]
    officer = officer_for(request, permission)
    status = _status_or_404(officer, pk)
    form, act = _step(step, request, officer, status.hit)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is recorded."))
            return redirect("kinship:hit", pk=pk)
    context = {"form": form, "hit": status.hit, "title": title, "button": button, "step": step}
    if step == "telling":
        context["step_up"] = step_up_choice(officer, proposal_digest(status.hit))
    return page(request, "kinship/step.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def telling(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, signed, or refuse what a colleague proposed."""
    officer = officer_for(request, "kinship.tell")
    found = queries.telling_for(officer=officer, pk=pk)
    if found is None:
        raise Http404
    form, digest = forms.Form(posted(request)), telling_digest(found)
    if request.method == "POST" and form.is_valid():
        approve = request.POST.get("answer") == "approve"
        try:
            proof = read_step_up(officer, digest, request.POST.dict()) if approve else None
            actions.answer_telling(actor=officer, telling_id=pk, approve=approve, step_up=proof)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is recorded."))
            return redirect("kinship:hit", pk=found.hit_id)
    context = {
        "form": form,
        "telling": found,
        "hit": found.hit,
        "whom": WHOM[found.whom],
        "may_answer": _may_answer(officer, found),
        "step_up": step_up_choice(officer, digest),
    }
    return page(request, "kinship/telling.html", context)


def _step(
    step: str, request: HttpRequest, officer: Officer, hit: Hit
) -> tuple[forms.Form, Callable[[dict[str, Any]], object]]:
    """The form of a step, and the act that it leads to."""
    data, pk = posted(request), hit.pk
    if step == "laboratory":
        choices = queries.laboratory_choices(today=timezone.localdate())
        return LaboratoryStep(data, laboratories=choices), lambda said: actions.ask_laboratory(
            actor=officer, hit_id=pk, laboratory_id=said["laboratory"]
        )
    if step == "answer":
        return AnswerStep(data), lambda said: actions.record_answer(
            actor=officer, hit_id=pk, confirmed=said["confirmed"] == "confirms", report=said["report"]
        )
    if step == "decision":
        return DecisionStep(data), lambda said: actions.decide_protection(
            actor=officer, hit_id=pk, may=said["decision"] == "may", reason=said["reason"]
        )
    if step == "view":
        return ViewStep(data), lambda said: actions.hear_child(actor=officer, hit_id=pk, **said)
    if step == "telling":
        return TellStep(data), lambda said: actions.propose_telling(
            actor=officer, hit_id=pk, whom=said["whom"],
            step_up=read_step_up(officer, proposal_digest(hit), request.POST.dict()),
        )  # fmt: skip
    return ReunionStep(data), lambda said: actions.record_reunion(actor=officer, hit_id=pk)


def _open_steps(officer: Officer, status: HitStatus) -> list[tuple[str, str | Promise]]:
    """The steps that come next and that the reader may take."""
    found, held = status.hit, permissions_of(officer)
    confirmed = found.state == Hit.State.CONFIRMED
    contradicted = contradicting(found) is not None
    told = any(each.approved and each.whom == Telling.Whom.FAMILY for each in found.tellings.all())
    next_ones = {
        "laboratory": (found.state == Hit.State.LEAD or contradicted) and status.in_unit,
        "answer": found.state == Hit.State.ASKED and status.in_unit,
        "decision": confirmed,
        "view": confirmed,
        "telling": confirmed and found.decision == Hit.Decision.MAY and not contradicted,
        "reunion": told and found.reunited is None and not contradicted,
    }
    return [(name, STEPS[name][1]) for name, comes in next_ones.items() if comes and STEPS[name][0] in held]


def _may_answer(officer: Officer, telling: Telling) -> bool:
    may = "kinship.tell" in permissions_of(officer)
    return may and telling.approved is None and telling.proposed_by_id != officer.pk


def _rows(review: Any) -> list[dict[str, Any]]:
    """The loci as rows: what each person showed in the order of the columns."""
    return [{**each, "cells": [each["seen"].get(who, "") for who in review["persons"]]} for each in review["loci"]]


def _tables(review: Any) -> list[tuple[Any, Any]]:
    names = dict(TABLES)
    return [(names.get(each["name"], each["name"]), each["log10"]) for each in review["tables"]]


def _status_or_404(officer: Officer, pk: int) -> HitStatus:
    found = queries.hit_status(officer=officer, pk=pk)
    if found is None:
        raise Http404
    return found
