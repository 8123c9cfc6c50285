"""Referrals by letter: taken by an officer, answered and ended by letters of codes, which the worker writes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, get_args

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.exchange.kinds.referring import ReferralAnswer, ReferralArrived, ReferralEnded, ReferralRefusal
from clew.node.accounts.actions import NODE, Actor, action
from clew.node.audit.actions import record
from clew.node.exchange.actions.controlling import order_of
from clew.node.exchange.actions.sending import give_up
from clew.node.exchange.actions.taking import accept_letter, quarantined, require_trusted
from clew.node.exchange.controlling import WITHDRAWN
from clew.node.exchange.helping import ANSWER, ARRIVED, ENDED, REFERRAL, make_void
from clew.node.exchange.models import ControlOrder, Letter, OutboxEntry
from clew.node.exchange.reading import opened
from clew.node.types import BadInput


@dataclass(frozen=True, slots=True)
class TakenReferral:
    """A referral that an officer took: its letter, its sender, and what it says."""

    letter: str
    party: str
    body: dict[str, Any]


@action("exchange.take_referral", permission="referral.answer")
def take_referral(*, actor: Actor, letter_uid: str) -> TakenReferral:
    """Take responsibility for a referral that came: `accepted` is sent, and what it says leaves this room.

    Whoever takes it keeps it in one place alone, so that there is one place where it is made void.

    Raises:
        BadInput: it was taken already or has ended, it is no referral, or its sender may not be trusted any more.
    """
    row = quarantined(actor, letter_uid)
    now = timezone.now()
    if row.kind != REFERRAL:
        raise BadInput("", _("This letter is no referral."), _("Take it into a case."))
    require_trusted(row, now)
    body = dict(opened(row).body)
    accept_letter(actor, row, now)
    make_void(row)
    record(
        actor=actor,
        act="exchange.take_referral",
        object_kind="letter",
        object_id=row.uid,
        details={"from": row.party, "digest": row.digest},
    )
    return TakenReferral(row.uid, row.party, body)


@action("exchange.answer_referral_letter", permission="node.act")
def answer_referral_letter(*, actor: Actor, letter_uid: str, code: str, ordered_by: int) -> ControlOrder:
    """Tell the partner that its referral is taken; or with a code that it is not. Part of the act of an officer.

    Raises:
        BadInput: it was answered already, or the reason is none of the list.
    """
    row = _came(letter_uid)
    if code not in get_args(ReferralRefusal):
        raise BadInput("code", _("This reason is unknown."), _("Choose one from the list."))
    if ControlOrder.objects.filter(about=row, kind=ANSWER).exists():
        raise BadInput("", _("This was answered before, or stopped."), _("Nothing is left to do."))
    said = ReferralAnswer("refused" if code else "accepted", code)  # type: ignore[arg-type]  # it is one of the list
    return _ordered(actor, row, ANSWER, said, ordered_by)


@action("exchange.tell_arrival", permission="node.act")
def tell_arrival(*, actor: Actor, letter_uid: str, on: dt.date, ordered_by: int) -> ControlOrder:
    """Tell the partner that she came, and nothing else. Part of the act of the team's officer.

    Raises:
        BadInput: it was told before.
    """
    row = _came(letter_uid)
    if ControlOrder.objects.filter(about=row, kind=ARRIVED).exists():
        raise BadInput("", _("Nothing waits here."), _("A referral is accepted first, and she arrives once."))
    return _ordered(actor, row, ARRIVED, ReferralArrived(on.isoformat()), ordered_by)


@action("exchange.end_referral", permission="node.act")
def end_referral(*, actor: Actor, letter_uid: str, ordered_by: int | None) -> None:
    """Have the partner make void what it holds of a referral of ours; what has not arrived is not tried again.

    Part of the act that ends it: nobody has to ask for it, and it says no reason.
    """
    row = Letter.objects.select_related("thread").filter(uid=letter_uid, direction="out", kind=REFERRAL).first()
    if row is None or ControlOrder.objects.filter(about=row, kind=ENDED).exists():
        return
    waiting = OutboxEntry.objects.filter(letter=row, delivered=None, failed=None, carried=None)
    for entry in waiting.select_related("letter__thread"):
        give_up(actor=NODE, entry=entry, code=WITHDRAWN, now=timezone.now())
    # It may have arrived although nothing is known of it: what it says is void in any case.
    _ordered(actor, row, ENDED, ReferralEnded(), ordered_by)


def _ordered(actor: Actor, row: Letter, kind: str, content: Any, ordered_by: int | None) -> ControlOrder:
    made = order_of(row, kind, content, ordered_by)
    record(
        actor=actor,
        act=f"exchange.order_{kind.replace('-', '_')}",
        object_kind="letter",
        object_id=row.uid,
        details={"to": row.party, "order": made.pk},
    )
    return made


def _came(letter_uid: str) -> Letter:
    found = Letter.objects.select_related("thread__case").filter(uid=letter_uid, direction="in", kind=REFERRAL).first()
    if found is None:
        raise BadInput("", _("This letter is no referral."), _("Reload the page."))
    return found
