"""The page on which this organisation tells all its partners that it is suspended or leaves."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from clew.node.exchange import actions, queries
from clew.node.exchange.suspending import ACTIONS, REASONS, whom_we_speak_of
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])


class AnnounceForm(forms.Form):
    """What this organisation says of itself, and why."""

    party = forms.ChoiceField(label=gettext_lazy("Of whom do you speak?"))
    what = forms.ChoiceField(
        label=gettext_lazy("What do you say?"), choices=list(ACTIONS.items()), widget=forms.RadioSelect
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why?"), choices=list(REASONS.items()), widget=forms.RadioSelect)

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # what was posted, or nothing
        self.fields["party"].choices = whom_we_speak_of()  # type: ignore[attr-defined]


@FORM
def announce(request: HttpRequest) -> HttpResponse:
    """Say it, and read to whom it has come."""
    officer = officer_for(request, "partner.suspend")
    form = AnnounceForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.announce(actor=officer, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It goes to every active partner. Below stands to whom it has come."))
            return redirect("exchange:announce")
    return page(request, "exchange/announce.html", {"form": form, "lines": queries.announcements()})
