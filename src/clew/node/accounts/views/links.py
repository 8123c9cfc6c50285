"""Signing in by a one-time link."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clew.node.accounts.actions import NODE, use_sign_in_link
from clew.node.types import BadInput

GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link does (GET), use it once (POST): a preview in a mail program must not use it up."""
    if request.method != "POST":
        return render(request, "accounts/link.html")
    try:
        used = use_sign_in_link(actor=NODE, token=token)
    except BadInput as problem:
        return render(request, "accounts/link.html", {"problem": problem}, status=GONE)
    officer = used.officer
    following = "/" if officer.has_usable_password() else reverse("account_set_password")
    if used.made_by_id is not None:
        # An administrator can make links for everyone; that must not let her pass for an officer with a second factor.
        answer: HttpResponse = perform_login(request, Login(user=officer, redirect_url=following))
        return answer
    login(request, officer, backend="clew.node.accounts.backends.OfficerBackend")
    return redirect(following)
