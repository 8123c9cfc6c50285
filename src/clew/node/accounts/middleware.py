"""Nobody sees a page without having signed in with a second factor; open pages are listed, all others are closed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from clew.node.accounts.acting import roles_read_once
from clew.node.accounts.adapters import has_second_factor
from clew.node.accounts.models import Officer
from clew.node.accounts.sessions import note_presence

OPEN = ("/account/link/", "/static/", "/api/v1/")
"""Below the last, `clew.node.api` asks for a token, and looks at no session."""

OPEN_EXACTLY = (
    "/account/login/",
    "/account/logout/",
    "/account/inactive/",
    "/account/2fa/authenticate/",
    "/account/2fa/webauthn/login/",
    "/weather",
    "/leave",
    "/language",
    "/favicon.ico",
)
READS = frozenset(("GET", "HEAD"))
ENROLMENT = ("/account/2fa/", "/account/reauthenticate/", "/account/password/", "/session/keep")
"""What an officer without a second factor may reach: the pages on which she sets one up."""


class SignedInMiddleware:
    """Lets through what is open, leads everyone else to sign in or to set up her second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path
        if path.startswith(OPEN) or path in OPEN_EXACTLY:
            return self.get_response(request)
        officer = request.user
        if not isinstance(officer, Officer):
            return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
        if not path.startswith(ENROLMENT) and not has_second_factor(officer):
            return redirect("mfa_activate_totp")
        _speak(request, officer)
        note_presence(request)
        with roles_read_once() if request.method in READS else nullcontext():
            response = self.get_response(request)
        # After the quick exit, "Back" must show nothing.
        add_never_cache_headers(response)
        return response


def _speak(request: HttpRequest, officer: Officer) -> None:
    """A language chosen in this browser wins over the one kept with the account."""
    if officer.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(officer.language)
        request.LANGUAGE_CODE = officer.language
