"""What a partner shows of its log, and what it answers about ours, is held against what is kept.

A log that was edited, cut off or forked does not extend what a partner keeps. That is kept as evidence and stays until
a human has found out why; until then nothing of that log is cosigned, whatever is shown later.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet

from clew.exchange.checkpoints import (
    COSIGNATURE,
    Answer,
    Offer,
    Verdict,
    answer_package,
    check_cosignature,
    cosign,
    judge,
    note_digest,
    origin_of,
    read_note,
)
from clew.exchange.notes import NoteContent
from clew.exchange.refusals import Refusal
from clew.exchange.sequence import Place
from clew.node.accounts.actions import NODE
from clew.node.audit.actions import Detail, record
from clew.node.audit.queries import root_at, size_and_root
from clew.node.exchange.identity import own_uid, transport_key
from clew.node.exchange.models import CosignedCheckpoint, LogContradiction, OutboxEntry, PartnerLog
from clew.node.exchange.unsealing import Unsealed
from clew.node.keys_renewing import transport_public_keys

OURS: Final = "ours"
THEIRS: Final = "theirs"

COSIGNED: Final = "cosigned"
UNFOUNDED: Final = "unfounded"
"""The partner's answer proves nothing: a cosignature that does not hold, or a refusal without our own signed note."""

NOT_SHOWN: Final = "not-shown"
"""A partner was told where its proof has to start, and starts elsewhere again."""

TIME_TO_READ: Final = dt.timedelta(hours=12)

ANSWER_PAUSE: Final = dt.timedelta(hours=1)
"""Nobody is answered more often: a partner that shows its log in a loop makes no work and no entries here."""


def take_checkpoint(one: Unsealed, now: dt.datetime) -> None:
    """Take what an opened letter says about a log, if it does.

    A letter that has no place in the order is refused as a letter. What it says about a log counts even so, because it
    is signed by itself: a node that was set back to an old copy gives its letters numbers that came before.
    """
    if one.place is Place.DUPLICATE or (one.offer is None and one.answer is None):
        return
    row = partner_log(one.entry.sender)
    if one.offer is not None:
        sequence = one.order[0] if one.order is not None else 0
        _take_offer(row, one.offer, sequence, one.place is Place.LATE, now)
    if one.answer is not None:
        _take_answer(row, one.answer, one.transport_keys, now)
    row.save()


def partner_log(party: str) -> PartnerLog:
    """How things stand with a partner, locked for this transaction."""
    return PartnerLog.objects.select_for_update().filter(party=party).first() or PartnerLog.objects.create(party=party)


def kept(party: str, whose: str) -> QuerySet[CosignedCheckpoint]:
    """What was cosigned and still counts, oldest first."""
    settled = LogContradiction.objects.filter(party=party, whose=whose).exclude(settled=None).order_by("-after").first()
    found = CosignedCheckpoint.objects.filter(party=party, whose=whose, pk__gt=settled.after if settled else 0)
    return found.order_by("pk")


def newest_kept(party: str, whose: str) -> CosignedCheckpoint | None:
    """The last of them."""
    return kept(party, whose).last()


def open_contradiction(party: str, whose: str) -> LogContradiction | None:
    """The contradiction that nobody has settled; there is at most one, for later ones say the same."""
    return LogContradiction.objects.filter(party=party, whose=whose, settled=None).first()


def contradict(
    party: str, whose: str, code: str, *, kept_note: str, shown_note: str, now: dt.datetime, offer: Offer | None = None
) -> None:
    """Keep two notes that cannot both be true. The first stays: what comes later never replaces it.

    A partner that goes on keeping what was settled here says nothing new.
    """
    said = LogContradiction.objects.filter(party=party, whose=whose)
    if said.filter(Q(settled=None) | Q(kept_note=kept_note)).exists():
        return
    LogContradiction.objects.create(
        party=party,
        whose=whose,
        code=code,
        kept_note=kept_note,
        shown_note=shown_note,
        start=offer.since if offer is not None else 0,
        proof=[each.hex() for each in offer.proof] if offer is not None else [],
        at=now,
    )
    details = {"whose": whose, "code": code, "kept": note_digest(kept_note), "shown": note_digest(shown_note)}
    record(actor=NODE, act="exchange.log_contradiction", object_kind="party", object_id=party, details=details)


def is_contained(content: NoteContent) -> bool:
    """Whether this node's log, as its tree stands, begins with the one that a checkpoint of it says."""
    return root_at(content.size) == content.root


def own_keys() -> tuple[bytes, ...]:
    """The public transport keys of this node, the present one first."""
    return tuple(key.public_bytes_raw() for key in transport_public_keys(settings.HOME))


def content_of(row: CosignedCheckpoint) -> NoteContent:
    """What a kept checkpoint says."""
    owner = own_uid() if row.whose == OURS else row.party
    return NoteContent(origin_of(owner), row.size, bytes(row.root))


def _take_offer(row: PartnerLog, offer: Offer, sequence: int, is_late: bool, now: dt.datetime) -> None:
    held = newest_kept(row.party, THEIRS)
    if is_late and held is not None and sequence < held.sequence:
        # Written before the one that is kept and overtaken on the way: that it is smaller says nothing.
        return
    verdict = judge(offer, content_of(held) if held else None)
    code = NOT_SHOWN if verdict is Verdict.OTHER_START and _was_told_the_start(row, now) else verdict.value
    if held is not None and (verdict.contradicts or code == NOT_SHOWN):
        contradict(row.party, THEIRS, code, kept_note=held.note, shown_note=offer.note, now=now, offer=offer)
    standing = open_contradiction(row.party, THEIRS)
    if standing is not None:
        verdict = Verdict.OTHER_START if standing.code == NOT_SHOWN else Verdict(standing.code)
    if row.judged is not None and abs(now - row.judged) < ANSWER_PAUSE:
        return
    row.judged, row.verdict = now, verdict
    answer = Answer(note_digest(offer.note), verdict=verdict, held=held.note if held else "")
    if verdict.accepted:
        line = _keep_theirs(row.party, offer, held, sequence, now)
        answer = Answer(note_digest(offer.note), cosignature=line)
    row.owed = answer_package(answer)


def _was_told_the_start(row: PartnerLog, now: dt.datetime) -> bool:
    """Whether the partner has long had our last answer, which named the checkpoint that its proof has to start from.

    An honest node then starts from there. One that rewrote its log cannot, and would else only ever start elsewhere.
    """
    last = OutboxEntry.objects.filter(party=row.party, kind=COSIGNATURE).order_by("-pk").first()
    told = last is not None and last.delivered is not None and last.delivered <= now - TIME_TO_READ
    return told and row.verdict == Verdict.OTHER_START


def _keep_theirs(party: str, offer: Offer, held: CosignedCheckpoint | None, sequence: int, now: dt.datetime) -> str:
    if held is not None and held.note == offer.note:
        return held.cosignature
    line = cosign(offer.note, cosigner=own_uid(), key=transport_key(), at=now)
    CosignedCheckpoint.objects.create(
        party=party,
        whose=THEIRS,
        size=offer.content.size,
        root=offer.content.root,
        note=offer.note,
        cosignature=line,
        signed_with=offer.signed_with,
        start=held.size if held is not None else 0,
        proof=[each.hex() for each in offer.proof] if held is not None else [],
        sequence=sequence,
        at=now,
    )
    _record("exchange.cosign_checkpoint", party, offer.content.size, offer.note)
    return line


def _take_answer(row: PartnerLog, answer: Answer, keys: tuple[bytes, ...], now: dt.datetime) -> None:
    if not row.offered_note or answer.checkpoint != note_digest(row.offered_note):
        # It answers an earlier one; the answer to the last is still to come.
        return
    if answer.cosignature:
        _keep_ours(row, answer, keys, now)
        return
    try:
        held, _key = read_note(answer.held, owner=own_uid(), keys=own_keys())
    except Refusal:
        row.answer = UNFOUNDED
        return
    # The next proof starts from what the partner keeps, be it that it cannot be proved.
    row.answer, row.base = answer.verdict, held.size
    if is_contained(held):
        return
    # Our own signature over a log that is not ours any more: the partner is right, whatever it said why.
    code = Verdict.SMALLER if held.size > size_and_root()[0] else Verdict.DOES_NOT_EXTEND
    contradict(row.party, OURS, code, kept_note=answer.held, shown_note=row.offered_note, now=now)


def _keep_ours(row: PartnerLog, answer: Answer, keys: tuple[bytes, ...], now: dt.datetime) -> None:
    try:
        at, key = check_cosignature(answer, row.offered_note, cosigner=row.party, keys=keys, now=now)
        content, _own = read_note(row.offered_note, owner=own_uid(), keys=own_keys())
    except Refusal:
        row.answer = UNFOUNDED
        return
    row.answer, row.base = COSIGNED, content.size
    before = newest_kept(row.party, OURS)
    if before is not None and before.note == row.offered_note:
        return
    CosignedCheckpoint.objects.create(
        party=row.party,
        whose=OURS,
        size=content.size,
        root=content.root,
        note=row.offered_note,
        cosignature=answer.cosignature,
        signed_with=key,
        at=at,
    )
    _record("exchange.keep_cosignature", row.party, content.size, row.offered_note)


def _record(act: str, party: str, size: int, note: str) -> None:
    details: dict[str, Detail] = {"size": size, "digest": note_digest(note)}
    record(actor=NODE, act=act, object_kind="party", object_id=party, details=details)
