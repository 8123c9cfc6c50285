"""After a backup was brought back: to whom nothing leaves, and an officer who says why it leaves again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.exchange.resync import LEFT_FREE
from clew.node.accounts.actions import Actor, Officer, Refused, action
from clew.node.audit.actions import record, record_many
from clew.node.exchange import order
from clew.node.exchange.models import OutboxEntry, Restored
from clew.node.exchange.words import WRITING_AGAIN
from clew.node.partners.queries import parties
from clew.node.types import BadInput


@action("exchange.hold_restored", permission="node.act")
def hold_restored(*, actor: Actor, now: dt.datetime) -> int:
    """Hold what would leave to any partner, since this node was brought back; returns how many partners that are.

    One that has not been written to yet is held too: that it was may be what was lost.
    """
    uids = list(parties().values_list("uid", flat=True))
    Restored.objects.filter(party__in=uids).delete()
    Restored.objects.bulk_create([Restored(party=uid, restored=now) for uid in uids])
    record_many(
        actor=actor,
        act="exchange.hold_restored",
        object_kind="party",
        objects=[(uid, {}) for uid in uids],
    )
    return len(uids)


@action("exchange.hold_new", permission="node.act")
def hold_new(*, actor: Actor, uids: Sequence[str], now: dt.datetime) -> None:
    """Hold partners that were entered after the restore: they may be new only because the backup did not know them."""
    Restored.objects.bulk_create([Restored(party=uid, restored=now) for uid in uids])
    record_many(
        actor=actor, act="exchange.hold_new", object_kind="party", objects=[(uid, {}) for uid in uids]
    )  # fmt: skip


@action("exchange.resume_letters", permission="node.act")
def resume_letters(*, actor: Actor, row: Restored, now: dt.datetime) -> None:
    """Let letters leave to a partner that has answered, and whose letters have come that it said are coming."""
    let_go(row, now)
    record(
        actor=actor, act="exchange.resume_letters", object_kind="party", object_id=row.party,
        details={"nonce": row.nonce},
    )  # fmt: skip


@action("exchange.write_again", permission="resync.settle")
def write_again(*, actor: Actor, restored_id: int, reason: str) -> Restored:
    """An officer answers for it that letters leave to a partner again, although it has not said all that it has.

    What it was sent after the backup and says nothing of may leave a second time. The numbers that those letters had
    are passed over, so that none is given to another.

    Raises:
        Refused: it is not an officer who asks.
        BadInput: nothing is held any more, or the reason is none of `words.WRITING_AGAIN`.
    """
    if not isinstance(actor, Officer):
        raise Refused(_("Only a human may settle this."), _("Ask the data-protection officer."))
    row = Restored.objects.select_for_update().filter(pk=restored_id, resolved=None).first()
    if row is None:
        raise BadInput("", _("Nothing is held back from this partner any more."), _("Reload the page."))
    if reason not in WRITING_AGAIN:
        raise BadInput("reason", _("This reason is not known."), _("Choose one of the list."))
    pair = order.pair(row.party, "out")
    pair.sequence += LEFT_FREE
    order.keep(pair)
    let_go(row, timezone.now(), officer=actor, reason=reason)
    record(
        actor=actor,
        act="exchange.write_again",
        object_kind="party",
        object_id=row.party,
        details={"reason": reason, "sequence": pair.sequence},
    )
    return row


def let_go(row: Restored, now: dt.datetime, *, officer: Officer | None = None, reason: str = "") -> None:
    """Letters leave again, those that waited at once."""
    row.resolved, row.resolved_by, row.reason = now, officer, reason
    row.save(update_fields=["resolved", "resolved_by", "reason"])
    OutboxEntry.objects.filter(party=row.party, delivered=None, failed=None).update(attempts=0, next_attempt=now)
