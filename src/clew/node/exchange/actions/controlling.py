"""Control letters about requests: how far it is, and that it is not needed any more. An officer asks for them.

The worker writes them. They have no room for a word or a fact, so that no rule has to look at them; each is recorded
with who asked for it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.exchange.kinds.amending import Progress, Status, StatusQuery, Withdraw
from clew.exchange.kinds.consenting import AcceptConditions, ConsentDeny, DeclineConditions
from clew.exchange.kinds.records import body_of
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import Actor, Officer, action, not_yours
from clew.node.audit.actions import record, record_many
from clew.node.exchange.actions.undecided import write_undecided
from clew.node.exchange.consenting import CONSENT_DENY, may_decide_consent
from clew.node.exchange.controlling import (
    DECLINES,
    GROUNDS,
    PROGRESS,
    WITHDRAWALS,
    may_be_told,
    may_query,
    may_withdraw,
)
from clew.node.exchange.dispatching import Route
from clew.node.exchange.models import ControlOrder, Letter
from clew.node.exchange.offering import ACCEPT, DECLINE, digest_of, may_answer_offer, still_stands
from clew.node.exchange.queries.visibility import visible_letters
from clew.node.exchange.reading import opened
from clew.node.types import BadInput

log = logging.getLogger(__name__)


@action("exchange.ask_status", permission="letter.take")
def ask_status(*, actor: Actor, letter_uid: str) -> ControlOrder:
    """Ask the partner how far a request of ours is.

    Raises:
        BadInput: it is no request that waits for an answer, or it was asked already and nothing came back.
    """
    row = _about(actor, letter_uid)
    if not may_query(row):
        raise BadInput("", _("How far this is cannot be asked, or was asked already."), _("Reload the page."))
    return _order(actor, row, "status-query", StatusQuery())


@action("exchange.tell_status", permission="letter.take")
def tell_status(*, actor: Actor, letter_uid: str, state: Progress, expected: dt.date | None = None) -> ControlOrder:
    """Answer a partner that asked how far its request is, from a closed list.

    Args:
        letter_uid: the partner's question. expected: the day on which an answer is to be expected.

    Raises:
        BadInput: the question has its answer, or the state is none of the list.
    """
    row = _about(actor, letter_uid)
    if not may_be_told(row):
        raise BadInput("", _("This question has its answer already."), _("Reload the page."))
    if state not in PROGRESS:
        raise BadInput("state", _("This code is unknown."), _("Choose one from the list."))
    if expected is not None and expected < timezone.localdate():
        raise BadInput("expected", _("This day has passed."), _("Enter a day to come, or leave it empty."))
    return _order(actor, row, "status", Status(state, expected=expected.isoformat() if expected else ""))


@action("exchange.withdraw_request", permission="letter.take")
def withdraw_request(*, actor: Actor, letter_uid: str, reason: str) -> ControlOrder:
    """Take a request of ours back: the partner's clock ends, and it has nothing more to answer.

    Raises:
        BadInput: it is no request that waits for an answer, or the reason is none of the list.
    """
    row = _about(actor, letter_uid)
    if not may_withdraw(row):
        raise BadInput("", _("This letter cannot be withdrawn, or was withdrawn already."), _("Reload the page."))
    if reason not in WITHDRAWALS:
        raise BadInput("reason", _("This reason is unknown."), _("Choose one from the list."))
    return _order(actor, row, "withdraw", Withdraw(reason))  # type: ignore[arg-type]  # it is one of the list


@action("exchange.deny_consent", permission="letter.take")
def deny_consent(*, actor: Actor, letter_uid: str, code: str = "") -> ControlOrder:
    """Do not allow the use that a partner asks for; the ground is named from a closed list, or not at all.

    Raises:
        BadInput: it does not ask for a use, was answered already, or the ground is none of the list.
    """
    row = _about(actor, letter_uid)
    if not may_decide_consent(row):
        raise BadInput("", _("This cannot be allowed, or was answered already."), _("Reload the page."))
    if code not in GROUNDS:
        raise BadInput("code", _("This code is unknown."), _("Choose one from the list."))
    return _order(actor, row, CONSENT_DENY, ConsentDeny(code))


@action("exchange.accept_conditions", permission="letter.take")
def accept_conditions(*, actor: Actor, letter_uid: str) -> ControlOrder:
    """Accept exactly the conditions of a partner's offer: they bind all that then comes in this correspondence.

    Raises:
        BadInput: it is no offer that waits for an answer, or it stands no more.
    """
    row, body = _offered(actor, letter_uid)
    if not still_stands(body, timezone.now()):
        raise BadInput("", _("This offer stands no more."), _("Ask the partner to offer it again."))
    return _order(actor, row, ACCEPT, AcceptConditions(digest_of(body)))


@action("exchange.decline_conditions", permission="letter.take")
def decline_conditions(*, actor: Actor, letter_uid: str, reason: str) -> ControlOrder:
    """Do not accept the conditions of a partner's offer; nothing is told then.

    Raises:
        BadInput: it is no offer that waits for an answer, or the reason is none of the list.
    """
    row, body = _offered(actor, letter_uid)
    if reason not in DECLINES:
        raise BadInput("reason", _("This reason is unknown."), _("Choose one from the list."))
    return _order(actor, row, DECLINE, DeclineConditions(digest_of(body), reason))  # type: ignore[arg-type]


def _offered(actor: Actor, letter_uid: str) -> tuple[Letter, Mapping[str, Any]]:
    row = _about(actor, letter_uid)
    if not may_answer_offer(row):
        raise BadInput("", _("This offer has its answer already, or was taken back."), _("Reload the page."))
    return row, opened(row).body


@action("exchange.write_ordered", permission="node.act")
def write_ordered(*, actor: Actor, orders: Sequence[tuple[ControlOrder, Route]], now: dt.datetime) -> list[Letter]:
    """Write, sign, seal and queue the control letters that were asked for; their routes' keys must be usable."""
    written = []
    for one, route in orders:
        row = write_undecided(about=one.about, kind=one.kind, package=bytes(one.package), route=route, now=now)
        one.written = row
        one.save(update_fields=["written"])
        written.append(row)
    record_many(
        actor=actor,
        act="exchange.write_ordered",
        object_kind="letter",
        objects=[(row.uid, {"kind": row.kind, "about": row.in_reply_to, "to": row.party}) for row in written],
    )
    return written


def _about(actor: Actor, letter_uid: str) -> Letter:
    found = visible_letters(actor) if isinstance(actor, Officer) else Letter.objects.none()
    row = found.select_for_update(of=("self",)).select_related("thread__case").filter(uid=letter_uid).first()
    if row is None:
        raise not_yours()
    return row


def _order(actor: Actor, row: Letter, kind: str, content: Any) -> ControlOrder:
    """Order a letter of codes about a letter, with its audit entry; raises `BadInput` where it cannot be written."""
    found = order_of(row, kind, content, actor.pk)
    record(
        actor=actor,
        act=f"exchange.order_{kind.replace('-', '_')}",
        object_kind="letter",
        object_id=row.uid,
        details={"to": row.party, "order": found.pk},
    )
    return found


def order_of(row: Letter, kind: str, content: Any, ordered_by: int | None) -> ControlOrder:
    """The order of a letter of codes; whoever calls it records it."""
    try:
        package = body_of(content)
    except Refusal as refusal:
        log.error("a %s cannot be written: %s %s", kind, refusal.code, refusal.where)
        raise BadInput("", _("This letter cannot be written."), _("Tell your administrator.")) from refusal
    return ControlOrder.objects.create(
        about=row, kind=kind, package=package, ordered=timezone.now(), ordered_by_id=ordered_by
    )
