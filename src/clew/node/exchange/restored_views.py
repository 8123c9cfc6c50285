"""The page on which it stands why nothing leaves to a partner since a backup was brought back, and until when."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clew.node.accounts.queries import permissions_of
from clew.node.exchange import actions, queries
from clew.node.exchange.forms import WriteAgainForm
from clew.node.pages import officer_for, page, say_on
from clew.node.types import BadInput


@require_http_methods(["GET", "HEAD", "POST"])
def restored(request: HttpRequest, pk: int) -> HttpResponse:
    """How it stands with a partner since the restore, and for whom it is to decide that letters leave again."""
    officer = officer_for(request, "partner.see")
    found = queries.restored_page(officer=officer, pk=pk, now=timezone.now())
    if found is None:
        raise Http404
    form = WriteAgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_again(actor=officer, restored_id=pk, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("Letters leave to this partner again."))
            return redirect("exchange:restored", pk=pk)
    may_settle = found.row.resolved is None and "resync.settle" in permissions_of(officer)
    return page(request, "exchange/restored.html", {"found": found, "form": form if may_settle else None})
