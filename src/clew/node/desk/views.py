"""The first page, and the switch of languages."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language as switch

from clew.node.accounts import actions as accounts
from clew.node.accounts.actions import Officer, Refused
from clew.node.accounts.queries import permissions_of
from clew.node.desk import queries
from clew.node.pages import page


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What needs me now. Everyone who is signed in has a desk; each room offers only what she may see."""
    officer = request.user
    if not isinstance(officer, Officer):
        raise TypeError("The sign-in middleware lets nobody in who is not an officer.")
    now = timezone.now()
    groups = queries.desk_of(officer=officer, now=now)
    context = {"groups": groups, "first_steps": [], "now": now}
    if not groups:
        context["first_steps"] = queries.first_steps(permissions_of(officer))
    return page(request, "desk/desk.html", context)


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language, keep it for the officer, and return to the page she was on."""
    response = switch(request)
    chosen = request.POST.get("language", "")
    officer = request.user
    if isinstance(officer, Officer) and chosen in dict(settings.LANGUAGES) and chosen != officer.language:
        try:
            with transaction.atomic():
                accounts.set_language(actor=officer, language=chosen)
        except Refused:
            # Who holds no role yet still reads in her language, by the cookie, until the next sign-in.
            return response
    return response
