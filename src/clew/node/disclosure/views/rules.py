"""The rules, for everyone who works with them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clew.disclosure.ruleset import BrokenRules
from clew.node.disclosure import queries
from clew.node.pages import officer_for, page
from clew.node.rulebook import queries as rulebook


@require_safe
def rule_list(request: HttpRequest) -> HttpResponse:
    """All rules with source, mark, version and effect."""
    officer_for(request, "rules.see")
    active = rulebook.active_or_none()
    context = {
        "rules": queries.rules(),
        "version": active.version if active else "",
        "broken": "" if active else rulebook.broken_sentence(),
        "shipped_differs": rulebook.shipped_differs(),
        "awaiting": rulebook.unsigned_rules() if active else (),
    }
    return page(request, "disclosure/rules.html", context)


@require_safe
def rule_page(request: HttpRequest, rule_id: str) -> HttpResponse:
    """One rule with every policy and its text."""
    officer_for(request, "rules.see")
    found = queries.rule(rule_id)
    if found is None:
        raise Http404
    try:
        sign_offs = rulebook.sign_offs_of(rule_id)
    except BrokenRules:
        sign_offs = None
    return page(request, "disclosure/rule.html", {"rule": found, "view": sign_offs})
