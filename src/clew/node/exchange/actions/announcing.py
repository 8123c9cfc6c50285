"""This organisation tells all its partners that it, or a post of it, is suspended or leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.exchange.kinds.governance import Suspend, approved_by
from clew.exchange.kinds.records import body_of
from clew.node.accounts.actions import Actor, Officer, Refused, action
from clew.node.audit.actions import record
from clew.node.exchange.actions.sending import queue_without_content
from clew.node.exchange.identity import own_uid, sign_key
from clew.node.exchange.models import Announcement
from clew.node.exchange.suspending import ACTIONS, REASONS, SUSPEND, next_serial, whom_we_speak_of
from clew.node.partners.queries import UsableKeys, parties
from clew.node.types import BadInput


@action("exchange.announce", permission="partner.suspend")
def announce(*, actor: Actor, party: str, what: str, reason: str) -> Announcement:
    """Tell every active partner that this organisation or a post of it is suspended or leaves; the worker writes.

    Args:
        party: uid of this organisation or of a post of it. what, reason: codes of `suspending.ACTIONS` and `REASONS`.

    Raises:
        Refused: the node itself asks.
        BadInput: it speaks of another, an unknown code, or a key is said to be lost that a post does not have.
    """
    if not isinstance(actor, Officer):
        raise Refused(_("Only a human suspends this organisation."), _("An officer who may suspend a partner can."))
    if party not in dict(whom_we_speak_of()):
        raise BadInput("party", _("This is not a part of your organisation."), _("Choose one from the list."))
    if what not in ACTIONS:
        raise BadInput("what", _("This code is unknown."), _("Choose one from the list."))
    if reason not in REASONS:
        raise BadInput("reason", _("This reason is unknown."), _("Choose one from the list."))
    if reason == "key-compromised" and party != own_uid():
        raise BadInput("reason", _("A post has no keys of its own."), _("Say it of the organisation."))
    now = timezone.now()
    made = Announcement.objects.create(
        party=party, action=what, reason=reason, serial=next_serial(now), ordered=now, ordered_by_id=actor.pk,
        waiting=list(parties(status="active").values_list("uid", flat=True)),
    )  # fmt: skip
    record(
        actor=actor, act="exchange.announce", object_kind="party", object_id=party,
        details={"action": what, "reason": reason, "serial": made.serial, "partners": len(made.waiting)},
    )  # fmt: skip
    return made


@action("exchange.send_announcement", permission="node.act")
def send_announcement(
    *, actor: Actor, announcement: Announcement, partners: Sequence[UsableKeys], now: dt.datetime
) -> None:
    """Sign what was announced, and queue it for these partners."""
    said = Suspend(
        serial=announcement.serial,
        effective=announcement.ordered.replace(microsecond=0),
        party=announcement.party,
        action=announcement.action,  # type: ignore[arg-type]  # one of the list, by whoever ordered it
        reason=announcement.reason,  # type: ignore[arg-type]
        approvals=(),
    )
    package = body_of(approved_by(said, own_uid(), sign_key()))
    for keys in partners:
        entry = queue_without_content(keys, SUSPEND, package, now)
        announcement.waiting.remove(keys.party_uid)
        announcement.sent.append([keys.party_uid, entry.envelope_id])
        record(
            actor=actor, act="exchange.send_announcement", object_kind="party", object_id=keys.party_uid,
            details={"serial": announcement.serial, "envelope": entry.envelope_id},
        )  # fmt: skip
    announcement.save(update_fields=["waiting", "sent"])
