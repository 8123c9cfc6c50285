"""Papers that a person reads, signs or keeps, in her language. None of them bears a name, a number or a place."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clew.node.accounts.actions import Officer
from clew.node.consent import queries
from clew.node.consent.forms import ChooseForm
from clew.node.consent.forms.answering import purpose_choices
from clew.node.consent.items import FOR_HER
from clew.node.consent.papers import PAPER_LANGUAGES, paper_language
from clew.node.consent.views.showing import heads_or_404
from clew.node.pages import officer_for, page
from clew.node.partners.queries import party_choices


@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The information sheet: what a consent is, that no costs no help, and how to take it back."""
    officer_for(request, "consent.see")
    return page(request, "consent/paper_sheet.html", _paper(request))


@require_safe
def form(request: HttpRequest, person_id: int) -> HttpResponse:
    """A form to sign by hand, for the purposes and recipients that were chosen, or with empty lines."""
    officer = officer_for(request, "consent.see")
    heads_or_404(officer, person_id)
    context = _paper(request)
    recipients = party_choices(with_posts=True)
    with override(context["paper_language"]):
        chosen = ChooseForm(request.GET, recipients=recipients)
        cells = chosen.cells() if chosen.is_valid() else []
        purposes, names = dict(purpose_choices()), dict(recipients)
        context |= {
            "cells": [(purposes[purpose], names[to]) for purpose, to in cells] or [("", "")],
            "items": [str(words) for words in FOR_HER.values()],
            "person_id": person_id,
        }
    return page(request, "consent/paper_form.html", context)


@require_safe
def shared(request: HttpRequest, person_id: int) -> HttpResponse:
    """What was shared about her, to keep: when, with whom and what for, without anything that says who she is."""
    officer = officer_for(request, "consent.see")
    heads_or_404(officer, person_id)
    context = _paper(request)
    with override(context["paper_language"]):
        context |= {"earlier": _told(officer, person_id), "person_id": person_id}
    return page(request, "consent/paper_shared.html", context)


def _told(officer: Officer, person_id: int) -> list[tuple[Any, str, str]]:
    # The subject of a letter is the officer's own words and stays here: on paper it could say who she is.
    purposes = dict(purpose_choices())
    found = queries.shared_about(officer=officer, person_id=person_id)
    return [(one.at, one.recipient, purposes.get(one.purpose, "")) for one in found]


def _without_language(request: HttpRequest) -> str:
    asked = request.GET.copy()
    asked.pop("language", None)
    return asked.urlencode()


def _paper(request: HttpRequest) -> dict[str, Any]:
    language = paper_language(request.GET.get("language", ""), get_language() or "en")
    return {
        # Not “language”, which is what the frame calls the reader's own.
        "paper_language": language,
        "language_name": dict(PAPER_LANGUAGES)[language],
        "languages": PAPER_LANGUAGES,
        "extra": _without_language(request),
        # Whoever takes these papers along must not carry the name of a shelter or an office with her.
        "clew_node": {"name": _("Information"), "url": "/"},
        "clew_quick_exit": True,
        "now": timezone.now(),
    }
