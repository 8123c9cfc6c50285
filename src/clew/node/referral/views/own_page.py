"""A person's own page: what is held about her, read with her and printed for her, in her language."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clew import vocabulary
from clew.node.accounts.queries import permissions_of
from clew.node.consent.queries import PAPER_LANGUAGES, ConsentView, for_her, paper_language
from clew.node.pages import officer_for, page
from clew.node.referral import actions
from clew.node.referral.own_words import KINDS, lines_for_her
from clew.node.referral.queries import HeldFact, OwnPage
from clew.node.referral.telling import day
from clew.vocabulary.values import value_label


@require_safe
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """What her team holds, what was shared, what she agreed to; and from there what she can do about it."""
    officer = officer_for(request, "pathway.work")
    found = actions.read_own_page(actor=officer, path_id=pk)
    if found is None:
        raise Http404
    language = paper_language(request.GET.get("language", ""), get_language() or "en")
    context: dict[str, Any] = {
        "found": found, "path": found.path, "held": permissions_of(officer), "paper_language": language,
        "language_name": dict(PAPER_LANGUAGES)[language], "languages": PAPER_LANGUAGES, "extra": "",
        # What she takes along must not carry the name of a shelter or an office.
        "clew_node": {"name": _("Information"), "url": "/"}, "clew_quick_exit": True,
    }  # fmt: skip
    with override(language):
        context |= _in_her_language(found, language)
    return page(request, "referral/own.html", context)


def _in_her_language(found: OwnPage, language: str) -> dict[str, Any]:
    purposes = vocabulary.codelist("purposes")
    return {
        "facts": [
            (vocabulary.property_label("Person", one.prop, language),
             _value(one, language), one)
            for one in found.held
        ],
        "recorded": [
            (one.on, str(KINDS[one.kind]), [(str(label), text) for label, text in lines_for_her(one.kind, one.said)])
            for one in found.recorded
        ],
        "shared": [
            (one.shared, purposes.label(one.shared.purpose, language), _words(one.shared.items), one.consent)
            for one in found.shared
        ],
        "consents": [_agreed(each, purposes.label(each.consent.purpose, language)) for each in found.consents],
    }  # fmt: skip


def _value(held: HeldFact, language: str) -> str:
    """A code in words, a whole day as a day; anything else as it was said."""
    if held.prop == "birthDate":
        with suppress(ValueError):
            return day(held.value)
    return value_label("Person", held.prop, held.value, language)


def _agreed(view: ConsentView, purpose: str) -> tuple[str, str, str, ConsentView]:
    return purpose, view.recipient_name, _words(view.consent.items), view


def _words(items: Sequence[str]) -> str:
    return "; ".join(for_her(item) for item in items)
