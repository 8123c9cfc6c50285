"""Pairs that wait for a judgement, one pair side by side, and taking a judgement back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clew.node.accounts.actions import Officer
from clew.node.dossier.actions import compare_entities
from clew.node.dossier.queries import Side, handling_of_statement, strictest_of
from clew.node.matching import actions, queries
from clew.node.matching.forms import JudgeForm, TakeBackForm
from clew.node.matching.sides import NAMES
from clew.node.matching.words import sides_of, strength_of
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput
from clew.vocabulary.labels import property_label, schema_label
from clew.vocabulary.model import UnknownProperty
from clew.vocabulary.values import value_label

MOST_PAGES = 10_000
FORM = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Value:
    """A value with where it is from. `text` is "" where the reader may not see it."""

    text: str
    statement: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One property of two entries. `same` is None where only one of them has it.

    `spelt`: they are written otherwise and can be one name, as the comparison found.
    """

    label: str
    one: tuple[Value, ...]
    other: tuple[Value, ...]
    same: bool | None
    spelt: bool = False


@require_safe
def pair_list(request: HttpRequest) -> HttpResponse:
    """The pairs that wait, or those of which somebody was not sure; contradictions and the last judgements."""
    officer = officer_for(request, "match.judge")
    unsure = request.GET.get("unsure") == "1"
    found = queries.pair_page(officer=officer, unsure=unsure, number=min(_number(request.GET.get("page")), MOST_PAGES))
    context = {
        "page": found,
        "rows": [(line, strength_of(line.weight), *sides_of(line.evidence)) for line in found.lines],
        "unsure": unsure,
        "previous": _at(found.number - 1, unsure=unsure) if found.number > 1 else "",
        "next": _at(found.number + 1, unsure=unsure) if found.more else "",
        "contradictions": queries.contradictions(officer=officer),
        "judged": queries.last_verdicts(officer=officer),
        "just_judged": _just_judged(request, officer),
    }
    return page(request, "matching/list.html", context)


@FORM
def pair(request: HttpRequest, one: int, other: int) -> HttpResponse:
    """Two entries side by side, what speaks for and against, and the judgement."""
    officer = officer_for(request, "match.judge")
    findings = list(queries.findings_of(officer=officer, one=one, other=other))
    sides = compare_entities(actor=officer, one=one, other=other) if findings else None
    if sides is None:
        raise Http404
    form = JudgeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            verdict = actions.judge_pair(actor=officer, one_id=one, other_id=other, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            return _next(officer, verdict.pk)
    speaking, against = sides_of([tuple(kept) for kept in findings[0].evidence])
    context = {
        "form": form,
        "one": sides[0],
        "other": sides[1],
        "schema_label": schema_label(sides[0].schema, get_language() or "en"),
        "rows": compared(*sides, one_name=any(each.about_names for each in speaking)),
        "strength": strength_of(findings[0].weight),
        "speaking": speaking,
        "against": against,
        "protected": sides[0].protected != sides[1].protected,
        "handling": _handling(sides),
        "contradicting": queries.verdict_lines(
            officer=officer, verdicts=queries.standing_against(officer=officer, one=one, other=other)
        ),
        "judged": queries.verdict_lines(
            officer=officer, verdicts=[each.settled for each in findings if each.settled is not None][:1]
        ),
        "just_judged": _just_judged(request, officer),
    }
    return page(request, "matching/pair.html", context)


@FORM
def judgement(request: HttpRequest, pk: int) -> HttpResponse:
    """One judgement: who gave it, when and why; and taking it back."""
    officer = officer_for(request, "match.judge")
    found = queries.verdict(officer=officer, pk=pk)
    if found is None:
        raise Http404
    form = TakeBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.take_back(actor=officer, verdict_id=pk, reason=form.cleaned_data["reason"])
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("The judgement is taken back. Each has its own facts, as before."))
            return redirect("matching:list")
    return page(request, "matching/judgement.html", {"form": form, "verdict": found})


def compared(one: Side, other: Side, *, one_name: bool = False) -> list[ComparedRow]:
    """The properties of both: first what differs, then what agrees, then what one of them has."""
    language = get_language() or "en"
    labels: dict[str, str] = {}
    values: list[dict[str, tuple[Value, ...]]] = []
    for side in (one, other):
        values.append({})
        for prop in side.view.properties:
            labels.setdefault(prop.prop, _label(side.schema, prop.prop, language))
            values[-1][prop.prop] = tuple(_value(side, prop.prop, fact, language) for fact in prop.facts)
    rows = [
        ComparedRow(label, left, right, same, spelt=one_name and prop in NAMES and same is False)
        for prop, label in labels.items()
        for left, right in [(values[0].get(prop, ()), values[1].get(prop, ()))]
        for same in [_agree(left, right)]
    ]
    order = {False: 0, True: 2, None: 3}
    return sorted(rows, key=lambda row: order[row.same] + row.spelt)


def _agree(one: tuple[Value, ...], other: tuple[Value, ...]) -> bool | None:
    """Whether a value that can be read stands on both sides; two that are hidden tell nothing."""
    left, right = {each.text for each in one} - {""}, {each.text for each in other} - {""}
    return bool(left & right) if left and right else None


def _value(side: Side, prop: str, fact: Any, language: str) -> Value:
    newest = fact.statements[-1]
    sources = tuple(dict.fromkeys(said.source.title for said in fact.statements))
    if newest.refers_to:
        text = side.names.get(newest.refers_to) or _("An entity you may not see")
    else:
        text = "" if fact.value is None else value_label(side.schema, prop, fact.value, language)
    return Value(text, newest.id, sources)


def _label(schema: str, prop: str, language: str) -> str:
    try:
        return property_label(schema, prop, language)
    except UnknownProperty:
        return prop


def _handling(sides: tuple[Side, Side]) -> str:
    return strictest_of(
        handling_of_statement(said)
        for side in sides
        for prop in side.view.properties
        for fact in prop.facts
        for said in fact.statements
    )


def _next(officer: Officer, verdict: int) -> HttpResponse:
    """To the pair that comes next, where what was just said can be taken back."""
    following = queries.next_pair(officer=officer)
    address = reverse("matching:pair", args=following) if following else reverse("matching:list")
    return redirect(f"{address}?judged={verdict}")


def _just_judged(request: HttpRequest, officer: Officer) -> queries.VerdictLine | None:
    """What she said on the page before, so that a slip of a key can be taken back at once."""
    number = request.GET.get("judged")
    return queries.verdict(officer=officer, pk=_number(number)) if number else None


def _number(text: str | None) -> int:
    return max(int(text), 1) if text and text.isascii() and text.isdigit() and len(text) <= 18 else 1


def _at(number: int, *, unsure: bool) -> str:
    return f"{reverse('matching:list')}?{'unsure=1&' if unsure else ''}page={number}"
