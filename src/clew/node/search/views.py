"""The search page; htmx takes the list of hits alone from it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clew.node.pages import officer_for, page
from clew.node.search.queries import limits
from clew.node.search.queries import search as found

SUGGESTED = 6


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What the words find among what the officer may see."""
    officer = officer_for(request, "search.use")
    text = request.GET.get("q", "")
    suggesting = request.headers.get("HX-Request") == "true"
    groups = found(officer=officer, text=text, **({"limit": SUGGESTED} if suggesting else {}))
    unsearched = limits(officer=officer) if text.strip() else ()
    template = "search/hits.html" if suggesting else "search/search.html"
    return page(
        request,
        template,
        {"groups": groups, "unsearched": unsearched, "query": text.strip(), "clew_query": text.strip()},
    )
