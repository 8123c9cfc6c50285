"""Judging two entries the same, and taking that back: each time both stand side by side first."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.actions import Officer
from clew.node.design.picking import PickField, picks_found, widget_parts
from clew.node.dossier import actions, queries
from clew.node.dossier.forms import MergeForm, OtherForm, ReasonForm
from clew.node.dossier.views.showing import property_words, value_text
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])
MOST_ROWS = 12
"""Properties shown beside each other: enough to tell two apart, few enough to be read."""


@dataclass(frozen=True, slots=True)
class ComparedProperty:
    """One property of two entries. `same` is None where only one of them has it."""

    label: str
    one: tuple[str, ...]
    other: tuple[str, ...]
    same: bool | None


@require_safe
def pick(request: HttpRequest) -> HttpResponse:
    """What a search in a form finds; a part of a page, for the script of the field."""
    officer = officer_for(request, "dossier.see")
    asked = request.GET
    name = asked.get("field", "")
    if not (name.isascii() and name.isidentifier() and len(name) <= 100):
        raise Http404
    picks = queries.EntityPicks(
        officer, asked.get("kind", ""), asked.get("like", ""), _number(asked.get("but_not")), _number(asked.get("team"))
    )
    field = PickField(picks, many=asked.get("many") == "1", required=asked.get("optional") != "1")
    found = picks_found(picks, field.widget.value_from_datadict(asked, {}, name))
    context = {"picker": widget_parts(name, many=field.many, required=field.required), "found": found}
    return page(request, "clew/parts/picker_answer.html", context)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 18 else 0


@FORM
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge two entries the same: choose the other, look at both, say why."""
    officer = officer_for(request, "dossier.merge")
    view = _entry_or_404(officer, pk)
    searched = request.GET if {"other", "other_q"} & request.GET.keys() else None
    given = posted(request) if request.method == "POST" else searched
    chosen = OtherForm(given, officer=officer, entity_id=pk, schema=view.schema)
    sides = (
        actions.compare_entities(actor=officer, one=pk, other=chosen.cleaned_data["other"])
        if chosen.is_valid()
        else None
    )
    if sides is None:
        return page(request, "dossier/merge_choose.html", {"form": chosen, "name": view.name, "back": _address(pk)})
    form = MergeForm(posted(request), officer=officer, entity_id=pk, schema=view.schema)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.merge_entities(actor=officer, keep_id=pk, other_id=sides[1].entity_id, reason=reason)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("Merged. You can split them again at any time."))
            return redirect("dossier:entity", pk)
    context = {"form": form, "keep": sides[0], "other": sides[1], "rows": compared(*sides), "back": _address(pk)}
    return page(request, "dossier/merge.html", context)


@FORM
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a judgement back."""
    officer = officer_for(request, "dossier.merge")
    view = _entry_or_404(officer, pk)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.split_entity(actor=officer, entity_id=pk, reason=form.cleaned_data["reason"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("Split. Each has its own facts again."))
            return redirect("dossier:entity", pk)
    found = queries.judged(officer=officer, entity_id=pk)
    context = {
        "form": form,
        "name": view.name,
        "judged": found,
        "rows": compared(found.stays, found.leaves) if found else (),
        "back": _address(pk),
    }
    return page(request, "dossier/split.html", context)


def compared(one: queries.Side, other: queries.Side) -> list[ComparedProperty]:
    """What tells two entries apart or shows them to be one: first what both have, then what one has."""
    language = get_language() or "en"
    labels: dict[str, str] = {}
    texts: list[dict[str, tuple[str, ...]]] = []
    for side in (one, other):
        texts.append({})
        for prop in side.view.properties:
            labels.setdefault(prop.prop, property_words(side.schema, prop.prop, language))
            said = [_fact_text(side, fact.value, fact.statements[-1].refers_to, prop.prop) for fact in prop.facts]
            texts[-1][prop.prop] = tuple(dict.fromkeys(said))
    rows = [
        ComparedProperty(label, left, right, bool({*left} & {*right}) if left and right else None)
        for prop, label in labels.items()
        for left, right in [(texts[0].get(prop, ()), texts[1].get(prop, ()))]
    ]
    return sorted(rows, key=lambda row: row.same is None)[:MOST_ROWS]


def _fact_text(side: queries.Side, value: str | None, refers_to: int | None, prop: str) -> str:
    if refers_to:
        return side.names.get(refers_to) or _("An entity you may not see")
    return _("Hidden") if value is None else value_text(side.schema, prop, value, get_language() or "en")


def _entry_or_404(officer: Officer, pk: int) -> queries.DossierView:
    found = actions.read_entity(actor=officer, entity_id=pk)
    if found is None:
        raise Http404
    return found


def _address(pk: int) -> str:
    return reverse("dossier:entity", args=[pk])
