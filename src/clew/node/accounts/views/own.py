"""The officer's own account."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from clew.node.accounts.actions import set_language
from clew.node.accounts.forms import LanguageForm
from clew.node.accounts.queries import compartments_of, officer_roles, second_factors
from clew.node.pages import officer_for, page


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Name, roles in words, language, password and second factors."""
    officer = officer_for(request, "own.account")
    form = LanguageForm(request.POST or None, initial={"language": officer.language or settings.LANGUAGE_CODE})
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        set_language(actor=officer, language=language)
        with override(language):
            messages.success(request, _("Your pages are in this language from now on."))
        answer = redirect("accounts:profile")
        # What this browser remembers must not overrule the choice just made.
        answer.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
        return answer
    context = {
        "form": form,
        "officer": officer,
        "roles": sorted(officer_roles(officer)),
        "compartments": compartments_of(officer),
        "factors": second_factors(officer),
    }
    return page(request, "accounts/profile.html", context)
