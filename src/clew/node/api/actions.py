"""What is done with integrations: register, take and revoke tokens, name where they are notified; and the notifying.

An administrator registers an integration and gives it roles and teams; who answers for it, somebody else, takes its
token and says what it may do. So neither of the two alone lets a system read a case.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, action, create_integration, not_yours, sign_as_officer
from clew.node.accounts.queries import integration_permissions, people, permissions_of
from clew.node.api.addresses import BadAddress, check_url
from clew.node.api.events import EVENTS, TEST
from clew.node.api.models import Integration, Notification, Token, Webhook
from clew.node.api.tokens import digest_of, new_token
from clew.node.at_rest import seal
from clew.node.audit.actions import Detail, record
from clew.node.audit.queries import size_and_root
from clew.node.types import BadInput

if TYPE_CHECKING:
    from clew.node.accounts.actions import StepUp

LONGEST: Final = 365
"""Days for which a token holds at most: whoever answers for it looks at it once a year."""

MOST_FAILURES: Final = 12
"""Attempts in vain, one after the other, after which a webhook is stopped: some two days (`notifying.PAUSES`)."""


@action("api.register_integration", permission="integration.manage")
def register_integration(
    *, actor: Actor, name: str, purpose: str, responsible_id: int, roles: Sequence[str]
) -> Integration:
    """Register another system of the organisation. It can do nothing until who answers for it takes a token.

    Raises:
        BadInput: something is missing, or who answers for it is the one who registers it, or no active person.
    """
    if not purpose.strip():
        raise BadInput("purpose", _("The purpose is missing."), _("Say what the system needs this for."))
    if responsible_id == actor.pk:
        raise BadInput(
            "responsible", _("You register it, so you cannot answer for it, too."), _("Name a colleague who does.")
        )
    if not people().filter(pk=responsible_id).exists():
        raise BadInput("responsible", _("There is no such officer."), _("Choose one from the list."))
    account = create_integration(actor=actor, full_name=name, roles=roles)
    made = Integration.objects.create(
        account=account,
        purpose=purpose.strip(),
        responsible_id=responsible_id,
        registered_by_id=actor.pk,
        registered=timezone.now(),
    )
    record(
        actor=actor,
        act="api.register_integration",
        object_kind="integration",
        object_id=made.pk,
        details={"account": account.pk, "responsible": responsible_id, "roles": "+".join(sorted(roles))[:128]},
    )
    return made


def token_digest(integration: Integration) -> bytes:
    """What is signed when a token is taken: for which integration, and which of its tokens."""
    return _digest("api.issue_token", integration.pk, integration.tokens.count())


@action("api.issue_token", permission="integration.answer")
def issue_token(
    *, actor: Actor, integration_id: int, scopes: Sequence[str], days: int, step_up: StepUp
) -> tuple[str, Token]:
    """Make a token, which is told only now. Earlier ones hold on, so that the other system can change over.

    Args:
        scopes: permissions, among those that the integration's roles hold and that are open to integrations.

    Raises:
        Refused: the actor is not who answers for it.
        BadInput: no scope or one that it cannot have, or a time that is too long.
    """
    found = _answered_by(actor, integration_id)
    if not isinstance(actor, Officer):
        raise Refused(_("Only a human takes a token."), _("Who answers for the integration can do it on its page."))
    unknown = sorted(set(scopes) - integration_permissions(found.account))
    if not scopes or unknown:
        raise BadInput(
            "scopes", _("Nothing is chosen, or something its roles do not hold."), _("Choose from the list.")
        )
    if not 1 <= days <= LONGEST:
        raise BadInput("days", _("A token holds for one day to one year."), _("Enter a number from 1 to 365."))
    proof = sign_as_officer(officer=actor, digest=token_digest(found), step_up=step_up)
    token, handle = new_token()
    now = timezone.now()
    made = Token.objects.create(
        integration=found,
        handle=handle,
        digest=digest_of(token),
        scopes=sorted(set(scopes)),
        made=now,
        made_by_id=actor.pk,
        proof=proof.as_json(),
        expires=now + dt.timedelta(days=days),
    )
    details: dict[str, Detail] = {"token": handle, "days": days, "scopes": "+".join(made.scopes)[:128]}
    record(actor=actor, act="api.issue_token", object_kind="integration", object_id=found.pk, details=details)
    return token, made


@action("api.revoke_token", permission="integration.answer")
def revoke_token(*, actor: Actor, token_id: int) -> Token:
    """End a token at once. It asks for no second factor: a lost token must not live on because a telephone is away."""
    found = Token.objects.select_related("integration").filter(pk=token_id).first()
    if found is None:
        raise not_yours()
    _looked_after_by(actor, found.integration_id)
    if found.revoked is not None:
        raise BadInput("", _("This token is revoked already."), _("Nothing is left to do."))
    found.revoked, found.revoked_by_id = timezone.now(), actor.pk
    found.save(update_fields=["revoked", "revoked_by"])
    details = {"token": found.handle}
    record(
        actor=actor, act="api.revoke_token", object_kind="integration", object_id=found.integration_id, details=details
    )
    return found


def webhook_digest(integration: Integration) -> bytes:
    """What is signed when an address is named: for which integration, and after which one."""
    before = Webhook.objects.filter(integration=integration).values_list("made", flat=True).first()
    return _digest("api.set_webhook", integration.pk, before.isoformat() if before else "")


@action("api.set_webhook", permission="integration.answer")
def set_webhook(
    *, actor: Actor, integration_id: int, url: str, events: Sequence[str], step_up: StepUp
) -> tuple[str, Webhook]:
    """Name where the integration is notified, in place of what was named before; the key is told only now.

    Raises:
        BadInput: no https address, one with a name or password in it, or an event that does not exist.
    """
    found = _answered_by(actor, integration_id)
    if not isinstance(actor, Officer):
        raise Refused(_("Only a human names an address."), _("Who answers for the integration can do it on its page."))
    try:
        check_url(url)
    except BadAddress as problem:
        raise BadInput(
            "url", _("This is no address to which notifications can go."), _("Enter one that begins with https://.")
        ) from problem
    if not events or set(events) - set(EVENTS):
        raise BadInput("events", _("No event is chosen, or one that does not exist."), _("Choose from the list."))
    proof = sign_as_officer(officer=actor, digest=webhook_digest(found), step_up=step_up)
    key = secrets.token_bytes(32)
    Webhook.objects.filter(integration=found).delete()
    made = Webhook.objects.create(
        integration=found,
        url=url,
        events=sorted(set(events)),
        sealed_secret=seal(key, secret_bound_to(found.pk)),
        position=size_and_root()[0],
        made=timezone.now(),
        made_by_id=actor.pk,
        proof=proof.as_json(),
    )
    record(
        actor=actor,
        act="api.set_webhook",
        object_kind="integration",
        object_id=found.pk,
        details={"address": hashlib.sha256(url.encode()).hexdigest(), "events": len(made.events)},
    )
    return f"whsec_{base64.b64encode(key).decode()}", made


@action("api.end_webhook", permission="integration.answer")
def end_webhook(*, actor: Actor, integration_id: int) -> None:
    """Notify no more; what waits is dropped."""
    found = _looked_after_by(actor, integration_id)
    if not Webhook.objects.filter(integration=found).delete()[0]:
        raise BadInput("", _("It is not notified."), _("Nothing is left to do."))
    record(actor=actor, act="api.end_webhook", object_kind="integration", object_id=found.pk)


@action("api.try_webhook", permission="integration.answer")
def try_webhook(*, actor: Actor, integration_id: int) -> Notification:
    """Send a notification that says nothing, and try a stopped webhook again."""
    found = _looked_after_by(actor, integration_id)
    webhook = Webhook.objects.filter(integration=found).first()
    if webhook is None:
        raise BadInput("", _("It is not notified."), _("Name an address first."))
    webhook.stopped, webhook.failures = None, 0
    webhook.save(update_fields=["stopped", "failures"])
    now = timezone.now()
    webhook.notifications.filter(delivered=None).update(due=now)
    made = _notification(webhook, TEST, str(found.pk), now)
    made.save()
    record(actor=actor, act="api.try_webhook", object_kind="integration", object_id=found.pk)
    return made


@action("api.queue_notifications", permission="node.act")
def queue_notifications(
    *, actor: Actor, webhook: Webhook, happened: Sequence[tuple[str, str, dt.datetime]], position: int
) -> int:
    """Queue notifications of what happened (event, object, moment), and note up to where the log was looked at."""
    Notification.objects.bulk_create(_notification(webhook, event, number, at) for event, number, at in happened)
    Webhook.objects.filter(pk=webhook.pk).update(position=position)
    record(
        actor=actor,
        act="api.queue_notifications",
        object_kind="integration",
        object_id=webhook.integration_id,
        details={"notifications": len(happened), "position": position},
    )
    return len(happened)


@action("api.note_notified", permission="node.act")
def note_notified(*, actor: Actor, notification: Notification, now: dt.datetime) -> None:
    """Note that a notification arrived."""
    notification.attempts += 1
    notification.delivered, notification.due, notification.problem = now, None, ""
    notification.save(update_fields=["attempts", "delivered", "due", "problem"])
    Webhook.objects.filter(pk=notification.webhook_id).update(failures=0)
    _record_attempt(actor, "api.note_notified", notification)


@action("api.note_not_notified", permission="node.act")
def note_not_notified(
    *, actor: Actor, notification: Notification, code: str, again: dt.datetime, now: dt.datetime
) -> None:
    """Note an attempt in vain; after `MOST_FAILURES` the webhook is stopped until somebody tests it."""
    notification.attempts += 1
    notification.due, notification.problem = again, code
    notification.save(update_fields=["attempts", "due", "problem"])
    webhook = Webhook.objects.select_for_update().get(pk=notification.webhook_id)
    webhook.failures += 1
    if webhook.failures >= MOST_FAILURES and webhook.stopped is None:
        webhook.stopped = now
    webhook.save(update_fields=["failures", "stopped"])
    _record_attempt(actor, "api.note_not_notified", notification)


def secret_bound_to(integration_id: int) -> bytes:
    """What the sealed key of a webhook is bound to."""
    return f"api-webhook:{integration_id}".encode()


def _notification(webhook: Webhook, event: str, object_id: str, at: dt.datetime) -> Notification:
    return Notification(
        webhook=webhook, uid=f"msg_{secrets.token_hex(16)}", event=event, object_id=object_id, at=at, due=at
    )


def _record_attempt(actor: Actor, act: str, notification: Notification) -> None:
    record(
        actor=actor,
        act=act,
        object_kind="notification",
        object_id=notification.uid,
        details={"event": notification.event, "attempts": notification.attempts, "code": notification.problem},
    )


def _digest(act: str, number: int, which: object) -> bytes:
    return hashlib.sha256(f"clew:{act}:{number}:{which}".encode()).digest()


def _answered_by(actor: Actor, integration_id: int) -> Integration:
    found = Integration.objects.select_related("account").filter(pk=integration_id).first()
    if found is None or actor.pk != found.responsible_id:
        raise not_yours()
    return found


def _looked_after_by(actor: Actor, integration_id: int) -> Integration:
    """The integration, for who answers for it and for administrators: both can stop it."""
    found = Integration.objects.filter(pk=integration_id).first()
    if found is None or (actor.pk != found.responsible_id and "integration.manage" not in permissions_of(actor)):
        raise not_yours()
    return found
