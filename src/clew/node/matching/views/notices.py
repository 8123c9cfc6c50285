"""What a team was told of another, and ticking it off."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clew.node.matching import actions, queries
from clew.node.matching.words import SHARED
from clew.node.pages import officer_for, page
from clew.node.types import BadInput


@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: what it says, what it does not say, and whom to ask."""
    officer = officer_for(request, "match.see")
    found = queries.notice(officer=officer, pk=pk)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            actions.close_notice(actor=officer, notice_id=pk)
        except BadInput as fault:
            messages.error(request, str(fault))
        else:
            messages.success(request, _("Ticked off. It does not come again."))
        return redirect("matching:notice", pk=pk)
    shown, name = found
    return page(request, "matching/notice.html", {"notice": shown, "name": name, "kind": SHARED[shown.kind]})
