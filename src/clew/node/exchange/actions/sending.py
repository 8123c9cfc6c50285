"""Letters on their way out: receipts, retries, and what cannot be delivered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from clew.exchange.letters import Address, Header, Letter, header_content, write_letter
from clew.exchange.sealing import Envelope, Sealer, seal, sign_letter
from clew.exchange.suites import CLASSICAL, HYBRID
from clew.exchange.threads import EventKind
from clew.node.accounts.actions import Actor, Officer, action, not_yours
from clew.node.audit.actions import Detail, record
from clew.node.disclosure.queries import why_outdated
from clew.node.exchange import order
from clew.node.exchange.correspondence import event_row, keep_events
from clew.node.exchange.dispatching import new_uid
from clew.node.exchange.holding import may_write_to
from clew.node.exchange.identity import own_uid, sign_key, transport_key
from clew.node.exchange.models import Letter as LetterRow
from clew.node.exchange.models import OutboxEntry, Recall, Receipt
from clew.node.exchange.queries.visibility import visible_letters
from clew.node.exchange.writing import write_columns
from clew.node.partners.queries import KeysWithheld, UsableKeys, own_card_lists_hybrid
from clew.node.types import BadInput


class NotNow(Exception):
    """A letter cannot be sealed at present; the sentence says why. It is tried again."""


@action("exchange.send_receipts", permission="node.act")
def send_receipts(*, actor: Actor, receipts: Sequence[Receipt], now: dt.datetime) -> OutboxEntry:
    """Queue one sealed letter that carries these signed receipts, all to the same party.

    Raises:
        NotNow: the party's keys may not be used at present.
    """
    party = receipts[0].addressee
    keys = may_write_to(party, now)
    if isinstance(keys, KeysWithheld):
        raise NotNow(keys.sentence)
    package = b'{"receipts":[' + b",".join(bytes(one.raw) for one in receipts) + b'],"type":"receipt"}'
    entry = queue_without_content(keys, "receipt", package, now)
    Receipt.objects.filter(pk__in=[one.pk for one in receipts]).update(to_send=False)
    _record(actor, "exchange.send_receipts", "envelope", entry.envelope_id, to=party, receipts=len(receipts))
    return entry


@action("exchange.retry_now", permission="letter.take")
def retry_now(*, actor: Actor, entry_id: int, now: dt.datetime) -> OutboxEntry:
    """Try a waiting envelope at once, or one that was given up again, for as long as it has not expired.

    What it holds was decided when it was sealed; since then a consent may be withdrawn or a partner's law have changed.
    So the decision is derived once again: where the rules would not let this letter leave any more, it stays. One that
    was given up stays after any change: it would leave anew, as it first did.

    Raises:
        Refused: its letter is of a correspondence that the officer may not see.
        BadInput: it has arrived or expired, or its decision does not hold any more.
    """
    entry = OutboxEntry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None or not _is_seen(actor, entry):
        raise not_yours()
    if entry.delivered is not None:
        raise BadInput("", _("This letter has arrived already."), _("Reload the page."))
    if entry.expires <= now:
        raise BadInput("", _("This envelope has expired."), _("Draft the letter again, so that it is decided anew."))
    if entry.letter is not None and Recall.objects.filter(direction="out", recalled=entry.letter.uid).exists():
        raise BadInput("", _("This letter was taken back."), _("Draft a new one where something is still to be said."))
    if entry.letter is not None and entry.letter.decision is not None:
        outdated = why_outdated(decision_id=entry.letter.decision, now=now, strictly=entry.failed is not None)
        if outdated:
            raise BadInput("", outdated, _("Draft the letter again, so that it is decided anew."))
    entry.failed, entry.next_attempt = None, now
    entry.save(update_fields=["failed", "next_attempt"])
    _record(actor, "exchange.retry_now", "envelope", entry.envelope_id)
    return entry


def _is_seen(actor: Actor, entry: OutboxEntry) -> bool:
    """Whether the actor may see what waits; an envelope of receipts says nothing of a case."""
    if entry.letter_id is None or not isinstance(actor, Officer):
        return True
    return visible_letters(actor).filter(pk=entry.letter_id).exists()


@action("exchange.note_failed_attempt", permission="node.act")
def note_failed_attempt(
    *, actor: Actor, entries: Sequence[OutboxEntry], problem: str, next_attempt: dt.datetime
) -> None:
    """Keep why envelopes could not be handed over, and when they are tried again."""
    for entry in entries:
        entry.attempts += 1
        entry.last_problem, entry.next_attempt = problem[:40], next_attempt
    write_columns(entries, ["attempts", "last_problem", "next_attempt"])
    _record(actor, "exchange.note_failed_attempt", "party", entries[0].party, problem=problem, envelopes=len(entries))


@action("exchange.give_up", permission="node.act")
def give_up(*, actor: Actor, entry: OutboxEntry, code: str, now: dt.datetime) -> None:
    """The envelope cannot be delivered any more: it expired, or the partner refused it for good."""
    entry.failed, entry.last_problem = now, code
    entry.save(update_fields=["failed", "last_problem"])
    if entry.letter is not None:
        thread, uid = entry.letter.thread, entry.letter.uid
        given_up = event_row(thread, EventKind.UNDELIVERABLE, letter=uid, by=own_uid(), at=now, data={"code": code})
        keep_events([given_up], now)
    _record(actor, "exchange.give_up", "envelope", entry.envelope_id, code=code)


def queue_without_content(keys: UsableKeys, kind: str, package: bytes, now: dt.datetime) -> OutboxEntry:
    """Queue one sealed letter of receipts or about a log; it needs no decision, because it carries no content."""
    party = keys.party_uid
    pair = order.pair(party, "out")
    letter = write_letter(_header(party, kind, pair.sequence + 1, pair.digest, now), package)
    order.advance(pair, letter.digest)
    order.keep(pair)
    envelope = sealed_to(party, keys, sign_letter(letter.raw, sign_key()), now)
    entry = queued(party, envelope, kind, None, now)
    entry.sequence, entry.letter_digest = letter.header.sequence, letter.digest
    entry.save(force_insert=True)
    return entry


def queue_outside(keys: UsableKeys, kind: str, message: bytes, now: dt.datetime) -> OutboxEntry:
    """Queue one signed and sealed message that is no letter: it takes no number in the order."""
    envelope = sealed_to(keys.party_uid, keys, sign_letter(message, sign_key()), now)
    entry = queued(keys.party_uid, envelope, kind, None, now)
    entry.save(force_insert=True)
    return entry


def _header(party: str, kind: str, sequence: int, previous: str, now: dt.datetime) -> Header:
    return Header(
        id=new_uid(),
        type=kind,
        sender=Address(own_uid()),
        recipient=Address(party),
        created=now.replace(microsecond=0),
        sequence=sequence,
        previous=previous,
    )


def sealed_to(node: str, keys: UsableKeys, signed: str, now: dt.datetime, carrier: str = "") -> Envelope:
    """Seal a signed letter to a node with the highest suite that both sides list.

    Args:
        carrier: one other node that may take it on the way.
    """
    suite = HYBRID if keys.hybrid and own_card_lists_hybrid(now) else CLASSICAL
    return seal(
        signed,
        sealer=Sealer(own_uid(), transport_key()),
        recipient=node,
        seal_key=keys.hybrid if suite == HYBRID else keys.seal,
        suite=suite,
        envelope_id=new_uid(),
        now=now,
        hop=1 if carrier else 0,
    )


def letter_fields(letter: Letter) -> dict[str, object]:
    """What a letter's row takes from its header."""
    header = letter.header
    return {
        "uid": header.id,
        "kind": header.type,
        "sequence": header.sequence,
        "previous": header.previous,
        "digest": letter.digest,
        "header": header_content(header),
        "decision_digest": header.decision.digest(letter.package) if header.decision else "",
        "in_reply_to": header.in_reply_to,
        "created": header.created,
        "due": header.deadline.due if header.deadline else None,
    }


def queued(
    node: str, envelope: Envelope, kind: str, letter: LetterRow | None, now: dt.datetime, carrier: str = ""
) -> OutboxEntry:
    """An envelope for the outbox, not kept yet."""
    return OutboxEntry(
        party=node,
        carrier=carrier,
        letter=letter,
        kind=kind,
        sequence=letter.sequence if letter is not None else None,
        letter_digest=letter.digest if letter is not None else "",
        envelope_id=envelope.id,
        envelope_digest=envelope.digest,
        envelope=envelope.raw,
        created=now,
        expires=envelope.expires,
        next_attempt=now,
    )


def _record(actor: Actor, act: str, kind: str, object_id: str, **details: Detail) -> None:
    record(actor=actor, act=act, object_kind=kind, object_id=object_id, details=details)
