"""A person's consents: what holds, what was refused, who answers for a child, what has left."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.consent import actions, queries
from clew.node.consent.papers import PAPER_LANGUAGES
from clew.node.pages import officer_for, page

ROWS = 25


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """What she agreed to and what she refused, and who may answer for a child."""
    officer = officer_for(request, "consent.see")
    context = _of_person(officer, person_id)
    context["consents"] = Paginator(context["consents"], ROWS).get_page(request.GET.get("page"))
    return page(request, "consent/person.html", context)


@require_safe
def person_print(request: HttpRequest, person_id: int) -> HttpResponse:
    """The same for paper, for the file."""
    return page(request, "consent/print.html", _of_person(officer_for(request, "consent.see"), person_id))


@require_safe
def shared(request: HttpRequest, person_id: int) -> HttpResponse:
    """All that has left about her, who holds it, and under what it left."""
    officer = officer_for(request, "consent.see")
    heads = heads_or_404(officer, person_id)
    now = timezone.now()
    context = {
        "head": heads[0],
        "person_id": person_id,
        "earlier": queries.shared_about(officer=officer, person_id=person_id),
        "withdrawn": [
            one
            for one in queries.consents_of_person(officer=officer, person_id=person_id, now=now)
            if one.state == "withdrawn"
        ],
        "languages": PAPER_LANGUAGES,
    }
    return page(request, "consent/shared.html", context)


def _of_person(officer: Officer, person_id: int) -> dict[str, Any]:
    now = timezone.now()
    found = actions.read_person(actor=officer, person_id=person_id, now=now)
    if found is None:
        raise Http404
    held = permissions_of(officer)
    return {
        "head": found.head,
        "person_id": person_id,
        "consents": found.consents,
        "refusals": found.refusals,
        "guardians": found.guardians,
        "may_record": "consent.record" in held,
        "may_withdraw": "consent.withdraw" in held,
        "may_guardian": "guardian.record" in held,
        "languages": PAPER_LANGUAGES,
        "now": now,
    }


def heads_or_404(officer: Officer, person_id: int) -> list[queries.PersonHead]:
    """The person as the officer's teams know her; whoever knows nothing of her finds no page."""
    heads = list(queries.person_heads(officer=officer, person_id=person_id))
    if not heads:
        raise Http404
    return heads
