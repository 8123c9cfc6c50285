"""The other way round: one found child among all families, and all families among all children."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clew.node import at_rest
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.kinship import actions, queries
from clew.node.kinship.actions.searching_widely import UNDER_WAY, bound_to_wide, proposed_threshold, unfinished
from clew.node.kinship.forms import WideStartForm
from clew.node.kinship.models import Hit, Search, WideSearch
from clew.node.kinship.words import SEARCHES, STATES
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput

ROWS = 25
MOST_HITS = 100
ROUNDING = 1e-9
"""Of a threshold between its logarithm and the ratio that it stands for."""


@require_POST
def prepare_child(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it weighed what a search for one child among all families could find."""
    officer = officer_for(request, "kinship.search")
    return _prepared(request, lambda: actions.prepare_child_search(actor=officer, child_id=pk), "kinship:child", pk)


@require_POST
def prepare_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """Have it weighed what a search of all families of a unit among all its children could find."""
    officer = officer_for(request, "kinship.search")
    return _prepared(request, lambda: actions.prepare_unit_search(actor=officer, compartment_id=pk), "kinship:list")


@require_http_methods(["GET", "HEAD", "POST"])
def wide_search(request: HttpRequest, pk: int) -> HttpResponse:
    """A wide search: which families can be told from strangers, how far it is, and what it found."""
    officer = officer_for(request, "kinship.see")
    wide = _wide_or_404(officer, pk)
    counts = _counts(wide)
    form = None
    if wide.state == WideSearch.State.WEIGHED:
        initial = {"log10": proposed_threshold(wide.size)}
        form = WideStartForm(posted(request), needs_reason=bool(counts["cannot"]), initial=initial)
    if form is not None and request.method == "POST" and form.is_valid():
        officer_for(request, "kinship.search")
        try:
            actions.start_wide_search(actor=officer, wide_id=pk, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            return redirect("kinship:wide", pk=pk)
    searches = wide.searches.select_related("family").order_by("can_answer", "pk")
    families = Paginator(searches, ROWS).get_page(request.GET.get("page"))
    words, tone = SEARCHES[wide.state]
    context = {
        "wide": wide,
        "title": _title(wide),
        "words": words,
        "tone": tone,
        "form": form,
        "counts": counts,
        "total": counts["total"],
        "done": counts["total"] - counts["left"],
        "page": families,
        "families": [(each, *SEARCHES[each.state]) for each in families],
        "hits": [(each, *STATES[each.state]) for each in _hits(wide)],
        "reason": at_rest.unseal(bytes(wide.sealed), bound_to_wide(wide)).decode() if bytes(wide.sealed) else "",
        "is_open": wide.compartment_id in queries.open_sessions(officer=officer),
        "may_search": "kinship.search" in permissions_of(officer),
        "may_stop": wide.state in UNDER_WAY,
    }
    return page(request, "kinship/wide.html", context)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a wide search."""
    officer = officer_for(request, "kinship.search")
    try:
        actions.cancel_wide_search(actor=officer, wide_id=pk)
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    return redirect("kinship:wide", pk=pk)


def _prepared(request: HttpRequest, act: Callable[[], WideSearch], back: str, *where: int) -> HttpResponse:
    try:
        made = act()
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
        return redirect(back, *where)
    return redirect("kinship:wide", pk=made.pk)


def _counts(wide: WideSearch) -> dict[str, int]:
    """Families by what is known of them; `left` still have to be weighed, or searched for."""
    state = Search.State
    left = Q(state=state.WEIGHING) if wide.state == WideSearch.State.WEIGHING else Q(pk__in=unfinished(wide))
    return wide.searches.aggregate(
        total=Count("pk"),
        left=Count("pk", filter=left),
        can=Count("pk", filter=Q(can_answer=True)),
        cannot=Count("pk", filter=Q(can_answer=False)),
        searched=Count("pk", filter=Q(state=state.DONE)),
        failed=Count("pk", filter=Q(state=state.FAILED)),
    )


def _hits(wide: WideSearch) -> list[Hit]:
    """What it found, also where a later search has found it again."""
    if wide.threshold is None:
        return []
    searched = wide.searches.filter(state=Search.State.DONE).values("family_id")
    found = Hit.objects.filter(family_id__in=searched, log10__gte=wide.threshold - ROUNDING)
    if wide.child_id is not None:
        found = found.filter(profile__child_id=wide.child_id)
    if wide.ended is not None:
        found = found.filter(found__lte=wide.ended)
    return list(found.select_related("family", "profile__child").order_by("-log10", "pk")[:MOST_HITS])


def _title(wide: WideSearch) -> str:
    if wide.child is None:
        return _("All families among all children")
    return _("%(child)s among all families") % {"child": wide.child.reference}


def _wide_or_404(officer: Officer, pk: int) -> WideSearch:
    found = queries.wide_search_for(officer=officer, pk=pk)
    if found is None:
        raise Http404
    return found
