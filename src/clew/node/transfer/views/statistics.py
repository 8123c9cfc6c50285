"""Counts of statistical records."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from clew.node.pages import officer_for, page
from clew.node.transfer import queries
from clew.node.transfer.forms import CountForm
from clew.node.transfer.opening import rules_of
from clew.node.types import BadInput

SMALLEST = 10
"""A cell of fewer records is not shown: with other columns it could single out one of them (k-anonymity, k = 10)."""

MOST_CELLS = 300


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """A table of counts by one column; cells of few records are shown as such."""
    officer = officer_for(request, "statistics.see")
    tables = list(queries.datasets(officer=officer))
    if not tables:
        return page(request, "transfer/counts.html", {"tables": tables})
    asked = request.GET.get("dataset", "")
    chosen = next((one for one in tables if str(one.pk) == asked), tables[0])
    by = request.GET.get("by", "")
    by = by if by in chosen.columns else chosen.columns[0]
    reading = "normalised" if request.GET.get("reading") == "normalised" else "given"
    form = CountForm(
        initial={"dataset": str(chosen.pk), "by": by, "reading": reading},
        tables=[(str(one.pk), one.title) for one in tables],
        columns=chosen.columns,
    )
    found = queries.count(officer=officer, column=by, dataset_id=chosen.pk, reading=reading)
    cells = found.counts.most_common()
    context = {
        "tables": tables, "dataset": chosen, "by": by, "filter": form,
        "cells": [(value, number if number >= SMALLEST else None) for value, number in cells[:MOST_CELLS]],
        "more": max(len(cells) - MOST_CELLS, 0), "smallest": SMALLEST, "note": _note(chosen.mapping),
        "citation": _citation(chosen.mapping),
    }  # fmt: skip
    return page(request, "transfer/counts.html", context)


def _note(mapping: str) -> str:
    try:
        note = rules_of(mapping).note
    except BadInput:
        return ""
    return note(get_language() or "en") if note else ""


def _citation(mapping: str) -> str:
    try:
        return rules_of(mapping).citation
    except BadInput:
        return ""
