"""How somebody is who returned: what is due, and recording it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clew.node.pages import officer_for, page, posted, say_on
from clew.node.referral import actions, queries
from clew.node.referral.forms import FollowUpForm
from clew.node.types import BadInput, BadInputs


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """The four follow-ups of a return, and the form of the one that is due."""
    officer = officer_for(request, "pathway.work")
    found = queries.follow_ups_of(officer=officer, path_id=pk, today=timezone.localdate())
    if found is None:
        raise Http404
    form = FollowUpForm(posted(request)) if found.may_record or request.method == "POST" else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            actions.record_follow_up(actor=officer, path_id=pk, draft=actions.FollowUpDraft(**form.cleaned_data))
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            if form.cleaned_data["how"] in {"danger", "needs_help"}:
                messages.success(request, _("It is recorded, and the path is open again: act now."))
                return redirect("referral:path", pk=pk)
            messages.success(request, _("It is recorded."))
            return redirect("referral:follow_up", pk=pk)
    return page(request, "referral/follow_up.html", {"found": found, "form": form, "clew_quick_exit": True})
