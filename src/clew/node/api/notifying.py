"""The worker's turn on notifications: find in the log what happened, tell who may know it, try again what failed."""

from __future__ import annotations

import datetime as dt
import json
import logging
import random
import threading
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import Error as DatabaseError
from django.utils import timezone

from clew.node.accounts.actions import NODE, Officer
from clew.node.accounts.queries import integration_account
from clew.node.api.actions import note_not_notified, note_notified, queue_notifications, secret_bound_to
from clew.node.api.events import BY_ACT
from clew.node.api.models import KeptAnswer, Notification, Webhook
from clew.node.api.posting import NotPosted, post, signature
from clew.node.api.queries import scopes_in_force
from clew.node.at_rest import Unreadable, unseal
from clew.node.audit.queries import done_between, size_and_root
from clew.node.connections import renew_connection
from clew.node.home import networks_of

PAUSE: Final = 2.0
"""Seconds between two looks when there was nothing to do."""

PORTION: Final = 100
"""Notifications of one round."""

WINDOW: Final = 5_000
"""Entries of the log that are looked at in one step."""

PAUSES: Final = tuple(
    dt.timedelta(seconds=each) for each in (5, 60, 300, 900, 1800, 3600, 7200, 14_400, 28_800, 28_800, 43_200)
)
"""Before the second attempt, the third, …; the last one stands for all that follow."""

KEPT: Final = dt.timedelta(days=30)
"""For so long the page shows what arrived; and for so long a repeated request gets its first answer."""

Post = Callable[..., None]

log = logging.getLogger(__name__)


def run(stopping: threading.Event) -> None:
    """Notify until told to stop."""
    rng = random.SystemRandom()
    while not stopping.is_set():
        renew_connection()
        done = 0
        try:
            done = run_once(now=timezone.now(), rng=rng, stopping=stopping)
        except DatabaseError:
            log.exception("notifications could not use the store; they are tried again")
        except Exception:
            log.exception("a round of notifications failed; it is tried again")
        if not done:
            stopping.wait(PAUSE)


def run_once(
    *, now: dt.datetime, rng: random.Random, post: Post = post, stopping: threading.Event | None = None
) -> int:
    """One round: what happened is queued, what is due is sent, what is old is dropped. Returns how much was done."""
    queued = sum(_gather(webhook) for webhook in Webhook.objects.select_related("integration"))
    due = Notification.objects.filter(delivered=None, due__lte=now, webhook__stopped=None)
    sent = 0
    for notification in due.select_related("webhook__integration").order_by("due", "pk")[:PORTION]:
        if stopping is not None and stopping.is_set():
            break
        sent += _send(notification, now, rng, post)
    _drop_old(now)
    return queued + sent


def _drop_old(now: dt.datetime) -> None:
    """Looks before it deletes: a statement that removes nothing would still take SQLite's one lock, in every round."""
    for old in (Notification.objects.filter(delivered__lt=now - KEPT), KeptAnswer.objects.filter(at__lt=now - KEPT)):
        if old.exists():
            old.delete()


def _gather(webhook: Webhook) -> int:
    """Queue what happened since the last look and the integration may know; returns how many entries were looked at."""
    end = min(size_and_root()[0], webhook.position + WINDOW)
    if end <= webhook.position:
        return 0
    wanted = [act for act, happening in BY_ACT.items() if happening.event in webhook.events]
    found = done_between(officer=NODE, first=webhook.position, end=end, acts=wanted)
    account = integration_account(webhook.integration.account_id, scopes_in_force(webhook.integration_id))
    happened = _seen(account, found) if account is not None else []
    if happened:
        return queue_notifications(actor=NODE, webhook=webhook, happened=happened, position=end)
    Webhook.objects.filter(pk=webhook.pk).update(position=end)
    return 0


def _seen(account: Officer, found: list[tuple[str, str, dt.datetime]]) -> list[tuple[str, str, dt.datetime]]:
    """Of what was done, what the account may see now, by the event and the object as it may be asked for."""
    told = [(BY_ACT[act].event, BY_ACT[act].seen(account, number), at) for act, number, at in found]
    return [(event, number, at) for event, number, at in told if number]


def _send(notification: Notification, now: dt.datetime, rng: random.Random, post: Post) -> int:
    webhook = notification.webhook
    body = body_of(notification)
    try:
        key = unseal(bytes(webhook.sealed_secret), secret_bound_to(webhook.integration_id))
        timestamp = int(now.timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Clew",
            "webhook-id": notification.uid,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(key, notification.uid, timestamp, body),
        }
        post(webhook.url, body, headers, allowed=networks_of(settings.NODE.webhook_networks))
    except (NotPosted, Unreadable) as problem:
        code = problem.code if isinstance(problem, NotPosted) else "key-not-readable"
        pause = PAUSES[min(notification.attempts, len(PAUSES) - 1)]
        again = now + pause * (1 + rng.random() / 4)
        note_not_notified(actor=NODE, notification=notification, code=code, again=again, now=now)
        return 1
    note_notified(actor=NODE, notification=notification, now=now)
    return 1


def body_of(notification: Notification) -> bytes:
    """What is sent: the event, the object's id and the moment. Who wants to know more asks with its token."""
    said = {
        "type": notification.event,
        "timestamp": notification.at.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "data": {"id": notification.object_id},
    }
    return json.dumps(said, separators=(",", ":")).encode()
