"""Pages on integrations: the list, registering, tokens, and where they are notified."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clew.node.accounts.actions import Officer, read_step_up
from clew.node.accounts.queries import permission_words, permissions_of, step_up_choice
from clew.node.api import actions, queries
from clew.node.api.forms import IntegrationForm, TokenForm, WebhookForm
from clew.node.api.words import event_in_words, problem_in_words
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.types import BadInput

FORM = require_http_methods(["GET", "HEAD", "POST"])
ROWS = 50


@require_safe
def integration_list(request: HttpRequest) -> HttpResponse:
    """All integrations for an administrator, else those that the officer answers for."""
    officer = officer_for(request, "integration.answer")
    found = Paginator(queries.integrations(officer=officer), ROWS).get_page(request.GET.get("page"))
    may_register = "integration.manage" in permissions_of(officer)
    return page(request, "api/list.html", {"integrations": found, "may_register": may_register})


@FORM
def integration_new(request: HttpRequest) -> HttpResponse:
    """Register an integration."""
    officer = officer_for(request, "integration.manage")
    form = IntegrationForm(posted(request), actor_id=officer.pk)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.register_integration(
                actor=officer,
                name=said["name"],
                purpose=said["purpose"],
                responsible_id=said["responsible"].pk,
                roles=said["roles"],
            )
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("It is registered. Who answers for it takes its token."))
            return redirect("api:integration", pk=made.pk)
    return page(request, "api/new.html", {"form": form})


@require_safe
def integration(request: HttpRequest, pk: int) -> HttpResponse:
    """One integration with its tokens and its notifications."""
    officer = officer_for(request, "integration.answer")
    found = _found(officer, pk)
    context = {
        "found": found,
        "row": found.row,
        "tokens": [(each, sorted(permission_words(each.scopes).values())) for each in found.tokens],
        "events": [event_in_words(each) for each in found.webhook.events] if found.webhook else [],
        "notifications": [
            (each, event_in_words(each.event), problem_in_words(each.problem)) for each in found.notifications
        ],
        "manages": "officer.manage" in permissions_of(officer),
        "now": timezone.now(),
    }
    return page(request, "api/integration.html", context)


@FORM
def token_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a token; the answer shows it, once."""
    officer = officer_for(request, "integration.answer")
    row = _answered(officer, pk).row
    form = TokenForm(posted(request), integration=row)
    digest = actions.token_digest(row)
    if request.method == "POST" and form.is_valid():
        try:
            proof = read_step_up(officer, digest, request.POST.dict())
            token, made = actions.issue_token(actor=officer, integration_id=pk, step_up=proof, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            return page(request, "api/secret.html", {"row": row, "token": token, "until": made.expires})
    context = {"form": form, "row": row, "step_up": step_up_choice(officer, digest)}
    return page(request, "api/token.html", context)


@require_POST
def token_revoke(request: HttpRequest, pk: int, token_pk: int) -> HttpResponse:
    """End a token."""
    officer = officer_for(request, "integration.answer")
    if token_pk not in {each.pk for each in _found(officer, pk).tokens}:
        raise Http404
    return _do(request, pk, lambda: actions.revoke_token(actor=officer, token_id=token_pk), _("The token is revoked."))


@FORM
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Name where the integration is notified; the answer shows the key of the signatures, once."""
    officer = officer_for(request, "integration.answer")
    found = _answered(officer, pk)
    digest = actions.webhook_digest(found.row)
    initial = {"url": found.webhook.url, "events": found.webhook.events} if found.webhook else {}
    form = WebhookForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            proof = read_step_up(officer, digest, request.POST.dict())
            key, _made = actions.set_webhook(actor=officer, integration_id=pk, step_up=proof, **form.cleaned_data)
        except BadInput as fault:
            say_on(form, fault)
        else:
            return page(request, "api/secret.html", {"row": found.row, "key": key})
    context = {"form": form, "row": found.row, "step_up": step_up_choice(officer, digest)}
    return page(request, "api/webhook.html", context)


@require_POST
def webhook_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a notification that says nothing."""
    officer = officer_for(request, "integration.answer")
    _found(officer, pk)
    said = _("A test notification is sent within seconds. Load the page again to see whether it arrived.")
    return _do(request, pk, lambda: actions.try_webhook(actor=officer, integration_id=pk), said)


@require_POST
def webhook_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Notify no more."""
    officer = officer_for(request, "integration.answer")
    _found(officer, pk)
    said = _("It is notified no more.")
    return _do(request, pk, lambda: actions.end_webhook(actor=officer, integration_id=pk), said)


def _do(request: HttpRequest, pk: int, act: Callable[[], Any], words: str) -> HttpResponse:
    try:
        act()
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
    else:
        messages.success(request, words)
    return redirect("api:integration", pk=pk)


def _found(officer: Officer, pk: int) -> queries.IntegrationPage:
    found = queries.integration(officer=officer, pk=pk)
    if found is None:
        raise Http404
    return found


def _answered(officer: Officer, pk: int) -> queries.IntegrationPage:
    """The integration, for who answers for it alone."""
    found = _found(officer, pk)
    if not found.answers:
        raise Http404
    return found
