"""Checkpoints on their way: this node's own to its partners, its answers to theirs, and what a human finds out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.exchange.checkpoints import CHECKPOINT, COSIGNATURE, Verdict, note_digest, offer_package
from clew.exchange.notes import NoteContent
from clew.exchange.strict_json import digest
from clew.node.accounts.actions import Actor, Officer, Refused, action
from clew.node.audit.actions import checkpoint, record
from clew.node.audit.queries import consistency_proof, newest_checkpoint, size_and_root
from clew.node.exchange.actions.sending import queue_without_content
from clew.node.exchange.models import CosignedCheckpoint, LogContradiction, PartnerLog
from clew.node.exchange.witnessing import OURS, content_of, contradict, is_contained, newest_kept, partner_log
from clew.node.exchange.words import CAUSES
from clew.node.partners.queries import UsableKeys
from clew.node.types import BadInput

SERVES: Final = dt.timedelta(hours=1)
"""One signed checkpoint serves all partners whose turn comes so close together."""


@action("exchange.offer_checkpoints", permission="node.act")
def offer_checkpoints(*, actor: Actor, partners: Sequence[UsableKeys], now: dt.datetime) -> None:
    """Show each of these partners this node's newest checkpoint, and that it extends what that partner cosigned."""
    note, size = _newest(actor, now)
    for keys in partners:
        row = partner_log(keys.party_uid)
        _check_own(row, note, now)
        # Even where the own log holds it no more: the partner then sees at once that nothing proves it.
        since = row.base if row.base <= size else 0
        package = offer_package(note, since, consistency_proof(since, size) if since else [])
        entry = queue_without_content(keys, CHECKPOINT, package, now)
        row.offered, row.offered_note = now, note
        row.save()
        record(
            actor=actor,
            act="exchange.offer_checkpoints",
            object_kind="party",
            object_id=row.party,
            details={"size": size, "since": since, "digest": note_digest(note), "envelope": entry.envelope_id},
        )


@action("exchange.answer_checkpoint", permission="node.act")
def answer_checkpoint(*, actor: Actor, keys: UsableKeys, now: dt.datetime) -> None:
    """Send a partner the answer to its checkpoint that this node owes it."""
    row = partner_log(keys.party_uid)
    if row.owed is None:
        raise BadInput("", _("No answer is owed to this partner."), _("Wait for its next checkpoint."))
    package, row.owed = bytes(row.owed), None
    entry = queue_without_content(keys, COSIGNATURE, package, now)
    row.save()
    record(
        actor=actor,
        act="exchange.answer_checkpoint",
        object_kind="party",
        object_id=row.party,
        details={"verdict": row.verdict, "digest": digest(package), "envelope": entry.envelope_id},
    )


@action("exchange.settle_contradiction", permission="checkpoint.settle")
def settle_contradiction(*, actor: Actor, contradiction_id: int, cause: str) -> LogContradiction:
    """A human has found out why a log contradicts itself: the next checkpoint is taken as the first of a new log.

    The evidence stays as it is. Whoever runs the machine cannot do this: she may be who rewrote the log.

    Raises:
        Refused: it is not an officer who asks.
        BadInput: it is settled already, or the cause is none of `words.CAUSES`.
    """
    if not isinstance(actor, Officer):
        raise Refused(_("Only a human may settle this."), _("Ask the data-protection officer."))
    row = LogContradiction.objects.select_for_update().filter(pk=contradiction_id, settled=None).first()
    if row is None:
        raise BadInput("", _("This contradiction is settled already, or there is none."), _("Reload the page."))
    if cause not in CAUSES:
        raise BadInput("cause", _("This cause is not known."), _("Choose one of the list."))
    newest = CosignedCheckpoint.objects.filter(party=row.party, whose=row.whose).order_by("-pk").first()
    row.settled, row.settled_by, row.cause = timezone.now(), actor, cause
    row.after = newest.pk if newest is not None else 0
    row.save(update_fields=["settled", "settled_by", "cause", "after"])
    log = partner_log(row.party)
    if row.whose == OURS:
        log.base, log.answer = 0, ""
    else:
        log.verdict = ""
    log.save()
    record(
        actor=actor,
        act="exchange.settle_contradiction",
        object_kind="party",
        object_id=row.party,
        details={"contradiction": row.pk, "whose": row.whose, "cause": cause},
    )
    return row


def _newest(actor: Actor, now: dt.datetime) -> tuple[str, int]:
    """The note and size of a checkpoint that was signed just now, or a new one."""
    point = newest_checkpoint(now - SERVES)
    if point is None or not is_contained(NoteContent(point.origin, point.size, bytes(point.root))):
        point = checkpoint(actor=actor)
    return point.note, point.size


def _check_own(row: PartnerLog, note: str, now: dt.datetime) -> None:
    """Say here too if this node's log does not begin any more with what the partner cosigned last."""
    newest = newest_kept(row.party, OURS)
    if newest is None or is_contained(content_of(newest)):
        return
    code = Verdict.SMALLER if newest.size > size_and_root()[0] else Verdict.DOES_NOT_EXTEND
    contradict(row.party, OURS, code, kept_note=newest.note, shown_note=note, now=now)
