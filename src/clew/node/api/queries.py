"""Integrations as their pages, the desk, the doctor and the API itself see them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import integration_account, permissions_of
from clew.node.api.models import Integration, Notification, Token, Webhook
from clew.node.api.tokens import handle_of, is_token
from clew.node.types import DeskItem, Finding

SOON: Final = dt.timedelta(days=14)
"""Before a token's end: time enough to put the next one into the other system."""

SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks over the API: the integration's account, with what its token lets it do."""

    account: Officer
    token: Token


@dataclass(frozen=True, slots=True)
class IntegrationPage:
    """What an integration's page shows. `answers`: whether the reader is who answers for it."""

    row: Integration
    tokens: Sequence[Token]
    webhook: Webhook | None
    notifications: Sequence[Notification]
    answers: bool


def caller_of(token: str, now: dt.datetime) -> Caller | None:
    """Whose token this is; None for what is no token, was revoked, has ended, or whose account is barred."""
    handle = handle_of(token)
    found = Token.objects.select_related("integration").filter(handle=handle or "").first()
    if not is_token(token, bytes(found.digest) if found else None) or found is None:
        return None
    if found.revoked is not None or found.expires <= now:
        return None
    account = integration_account(found.integration.account_id, frozenset(found.scopes))
    if account is None:
        return None
    if found.last_used != now.date():
        Token.objects.filter(pk=found.pk).update(last_used=now.date())
    return Caller(account, found)


def scopes_in_force(integration_id: int) -> frozenset[str]:
    """What the tokens of an integration that hold now permit together."""
    live = _live(timezone.now()).filter(integration_id=integration_id)
    return frozenset(scope for scopes in live.values_list("scopes", flat=True) for scope in scopes)


def integrations(*, officer: Officer) -> QuerySet[Integration]:
    """All integrations for an administrator, else those that the officer answers for."""
    found = Integration.objects.select_related("account", "responsible").order_by("account__full_name", "pk")
    return found if "integration.manage" in permissions_of(officer) else found.filter(responsible=officer)


def integration(*, officer: Officer, pk: int) -> IntegrationPage | None:
    """One integration, or None when it does not exist or is not the officer's to look after."""
    row = integrations(officer=officer).select_related("registered_by").filter(pk=pk).first()
    if row is None:
        return None
    webhook = Webhook.objects.filter(integration=row).first()
    told = webhook.notifications.order_by("-pk")[:SHOWN] if webhook else Notification.objects.none()
    tokens = row.tokens.select_related("made_by", "revoked_by").order_by("-pk")[:SHOWN]
    return IntegrationPage(row, list(tokens), webhook, list(told), row.responsible_id == officer.pk)


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """What waits for who answers for an integration: it has no token, one ends, or it can not be notified."""
    if officer.is_integration:
        return []
    found = []
    mine = Integration.objects.select_related("account").filter(responsible=officer, account__is_active=True)
    ends = dict(_live(now).order_by("expires").values_list("integration", "expires"))
    stopped = set(Webhook.objects.exclude(stopped=None).values_list("integration", flat=True))
    for row in mine.order_by("pk"):
        url = reverse("api:integration", args=[row.pk])
        end = ends.get(row.pk)
        if end is None or end - now < SOON:
            title = _("Take a token for the integration %(name)s") % {"name": row}
            found.append(DeskItem("integration.token", title, url, due=end))
        if row.pk in stopped:
            title = _("The integration %(name)s can not be notified") % {"name": row}
            found.append(DeskItem("integration.stopped", title, url, urgent=True))
    return found


def health_findings(*, now: dt.datetime) -> list[Finding]:
    """Webhooks that were stopped, and integrations whose last token has ended; by their numbers."""
    stopped = [str(pk) for pk in Webhook.objects.exclude(stopped=None).values_list("integration", flat=True)]
    live = _live(now).values("integration")
    ended = Integration.objects.filter(account__is_active=True, tokens__isnull=False).exclude(pk__in=live)
    without = [str(pk) for pk in ended.order_by("pk").values_list("pk", flat=True).distinct()]
    said = []
    if stopped:
        said.append(f"Notifying integrations {', '.join(stopped)} was stopped after many failures.")
    if without:
        said.append(f"Integrations {', '.join(without)} have no token that holds.")
    if not said:
        return [Finding("integrations", "well")]
    cure = "Who answers for them finds why on Integrations, and tests or renews them there."
    return [Finding("integrations", "wrong", " ".join(said), cure)]


def _live(now: dt.datetime) -> QuerySet[Token]:
    return Token.objects.filter(Q(revoked=None), expires__gt=now)
