"""What the node itself does with files that travel: note what was sealed, sent, answered; give keys; answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from clew.exchange.evidence.asking import PartAnswer
from clew.exchange.evidence.sealing import SealedFile
from clew.exchange.kinds.evidence import EvidenceClose, EvidenceReceipt, FileKey, PartName, manifest_digest
from clew.exchange.kinds.records import body_of, record_of
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import NODE, Actor, action
from clew.node.audit.actions import record, record_many
from clew.node.disclosure.queries import why_outdated
from clew.node.exchange import evidence_states as states
from clew.node.exchange.actions.undecided import write_undecided
from clew.node.exchange.dispatching import Route
from clew.node.exchange.evidence_ending import LACKING, end, tell_team
from clew.node.exchange.evidence_models import Transfer, TransferFile
from clew.node.exchange.evidence_store import destroy, key_of, wrapped
from clew.node.exchange.identity import rest_key
from clew.node.exchange.models import ControlOrder, Letter
from clew.node.exchange.reading import opened
from clew.node.sealed_files import ReceivedFile, wrap_key

ANNOUNCE = "evidence-announce"
CLOSE = "evidence-close"
RECEIPT = "evidence-receipt"


@action("exchange.note_sealed", permission="node.act")
def note_sealed(
    *, actor: Actor, transfer_id: int, file_id: int, sealed: SealedFile, key: str, now: dt.datetime
) -> bool:
    """Keep of a file how it was sealed, and its key; False where the transfer was given up meanwhile."""
    transfer = Transfer.objects.select_for_update().get(pk=transfer_id)
    going_on = transfer.state == states.SEALING
    if going_on:
        file = TransferFile.objects.get(pk=file_id)
        file.sealed_size, file.part_digests, file.first_part = sealed.sealed_size, list(sealed.parts), sealed.parts[0]
        file.wrapped_key = wrapped(file, key)
        file.save(update_fields=["sealed_size", "part_digests", "first_part", "wrapped_key"])
        if not transfer.files.filter(first_part="").exists():
            transfer.state, transfer.changed = states.SEALED, now
            transfer.save(update_fields=["state", "changed"])
    _record(actor, "exchange.note_sealed", transfer, file=file_id, parts=len(sealed.parts), kept=going_on)
    return going_on


@action("exchange.stop_files", permission="node.act")
def stop_files(*, actor: Actor, transfer_id: int, state: str, now: dt.datetime) -> None:
    """Stop a transfer that cannot go on: keys and sealed copies are destroyed, and the team of the case is told."""
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("case", "letter").get(pk=transfer_id)
    _record(actor, "exchange.stop_files", transfer, state=state)
    if transfer.state not in states.ENDED:
        end(transfer, state, now)


def check_sealed(body: Mapping[str, Any], party: str) -> None:
    """Raise `Refusal` unless what an announcement names lies sealed here for that party; before it is written."""
    if len(_files_named(body, party)) != len(body["files"]):
        raise Refusal("copy-gone")


def begin_sending(rows: Iterable[tuple[Letter, SignedLetter]], now: dt.datetime) -> None:
    """Announcements have left: their files get their numbers, and the parts follow. What the rules withheld goes."""
    for row, letter in rows:
        if row.kind != ANNOUNCE:
            continue
        found = _files_named(letter.body, row.party)
        transfer = found[0].transfer
        numbers = {one["parts"][0]: one["n"] for one in letter.body["files"]}
        for file in transfer.files.all():
            file.n = numbers.get(file.first_part, 0)
            file.save(update_fields=["n"])
        if withheld := list(transfer.files.filter(n=0)):
            destroy(transfer, withheld)
            transfer.files.filter(n=0).delete()
        transfer.letter, transfer.state, transfer.changed, transfer.next_attempt = row, states.SENDING, now, now
        transfer.save(update_fields=["letter", "state", "changed", "next_attempt"])


def _files_named(body: Mapping[str, Any], party: str) -> list[TransferFile]:
    rows = TransferFile.objects.select_related("transfer")
    ready = rows.filter(transfer__direction="out", transfer__party=party, transfer__state=states.SEALED)
    return list(ready.filter(first_part__in=[one["parts"][0] for one in body["files"]]).order_by("pk"))


@action("exchange.note_parts", permission="node.act")
def note_parts(
    *, actor: Actor, transfer_id: int, answer: PartAnswer | None, raw: bytes, problem: str, now: dt.datetime,
    next_attempt: dt.datetime,
) -> None:  # fmt: skip
    """Keep the partner's signed word on which parts are missing, or why it gave none; all there, the keys may leave."""
    transfer = Transfer.objects.select_for_update().get(pk=transfer_id)
    if answer is not None:
        transfer.answer, transfer.answered = raw, now
        transfer.missing = sum(run.last - run.first + 1 for run in answer.missing)
        if answer.complete and transfer.state == states.SENDING:
            transfer.state, transfer.changed = states.ARRIVED, now
    transfer.attempts = 0 if not problem else transfer.attempts + 1
    transfer.last_problem, transfer.next_attempt = problem[:40], next_attempt
    transfer.save()
    _record(actor, "exchange.note_parts", transfer, missing=transfer.missing, problem=problem, state=transfer.state)


@action("exchange.give_keys", permission="node.act")
def give_keys(*, actor: Actor, transfer_id: int, route: Route, now: dt.datetime) -> Letter | None:
    """Write the letter with the keys, once all parts have arrived and only while the decision stands; else stop all.

    In one transaction with the look at the decision: what was taken back a moment before gives no key.
    """
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("case", "letter__thread").get(
        pk=transfer_id
    )  # fmt: skip
    letter = transfer.letter
    if transfer.state != states.ARRIVED or letter is None:
        _record(actor, "exchange.keep_keys", transfer, state=transfer.state)
        return None
    if letter.decision is None or why_outdated(decision_id=letter.decision, now=now, strictly=False):
        _record(actor, "exchange.keep_keys", transfer, state=states.OUTDATED)
        end(transfer, states.OUTDATED, now)
        return None
    files = list(transfer.files.order_by("n"))
    keys = tuple(FileKey(one.n, key_of(one)) for one in files)
    package = body_of(EvidenceClose(manifest_of(letter), keys))
    row = write_undecided(about=letter, kind=CLOSE, package=package, route=route, now=now)
    transfer.closing, transfer.state, transfer.changed = row, states.CLOSED, now
    transfer.save(update_fields=["closing", "state", "changed"])
    record_many(
        actor=actor, act="exchange.give_key", object_kind="document",
        objects=[(one.document_id, {"to": transfer.party, "letter": row.uid}) for one in files if one.document_id],
    )  # fmt: skip
    _record(actor, "exchange.give_keys", transfer, letter=row.uid)
    return row


def manifest_of(letter: Letter) -> str:
    """The digest that the closing and the receipt name."""
    return manifest_digest(record_of(opened(letter).body).files)


def begin_receiving(row: Letter, letter: SignedLetter, case_id: int, folder: str, now: dt.datetime) -> Transfer:
    """An officer has taken an announcement: its parts may come from now on. Keys that came before are taken up."""
    body = letter.body
    transfer = Transfer.objects.create(
        direction="in", state=states.RECEIVING, party=row.party, case_id=case_id, letter=row,
        part_size=body["part_size"], folder=folder, begun=now, changed=now, next_attempt=now,
    )  # fmt: skip
    TransferFile.objects.bulk_create(
        TransferFile(
            transfer=transfer, n=one["n"], media_type=one.get("media_type", ""), size=one["size"],
            sha256=one["sha256"], sealed_size=one["sealed_size"], part_digests=one["parts"],
            first_part=one["parts"][0],
        )
        for one in body["files"]
    )  # fmt: skip
    early = Letter.objects.filter(direction="in", kind=CLOSE, in_reply_to=row.uid, party=row.party).order_by("pk")
    for closing in early[:1]:
        take_keys(closing, row, now)
    return transfer


def take_keys(closing: Letter, about: Letter, now: dt.datetime) -> None:
    """The keys have come: kept under the rest key until the files are opened. Before somebody took the letter, wait."""
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("case", "letter")
    transfer = rows.filter(letter=about, direction="in", state=states.RECEIVING).first()
    if transfer is None:
        return
    body = opened(closing).body
    keys = {one["file"]: one["key"] for one in body["keys"]}
    files = list(transfer.files.all())
    transfer.closing = closing
    if body["manifest"] != manifest_of(about) or set(keys) != {one.n for one in files}:
        transfer.save(update_fields=["closing"])
        refuse_files(transfer, now)
        return
    for file in files:
        file.wrapped_key = wrapped(file, keys[file.n])
        file.save(update_fields=["wrapped_key"])
    transfer.state, transfer.changed = states.CLOSING, now
    transfer.save(update_fields=["state", "changed", "closing"])
    _record(NODE, "exchange.take_keys", transfer, letter=closing.uid)


def take_receipt(row: Letter, about: Letter, now: dt.datetime) -> None:
    """The partner says whether the files are whole: then keys and copies go; parts that it lacks are sent again.

    A partner that was brought back from a backup may lack what it said it had: then the team prepares it anew.
    """
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("case", "letter")
    transfer = rows.filter(closing=about, direction="out", state__in=[states.CLOSED, states.RECEIVED]).first()
    if transfer is None:
        return
    outcome = opened(row).body["outcome"]
    if transfer.state == states.RECEIVED:
        if outcome == "missing":
            tell_team(transfer, LACKING)
    elif outcome == "missing":
        transfer.next_attempt, transfer.missing = now, None
        transfer.save(update_fields=["next_attempt", "missing"])
    else:
        end(transfer, states.RECEIVED if outcome == "complete" else states.DIFFERENT, now)
    _record(NODE, "exchange.take_receipt", transfer, outcome=outcome)


@action("exchange.note_opened", permission="node.act")
def note_opened(*, actor: Actor, transfer_id: int, received: Mapping[int, ReceivedFile], now: dt.datetime) -> bool:
    """All files of a transfer lie opened, compared and encrypted here; the partner is told. False where it ended."""
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("case", "letter", "closing").get(
        pk=transfer_id
    )  # fmt: skip
    going_on = transfer.state == states.CLOSING
    if going_on:
        for file in transfer.files.all():
            got = received[file.pk]
            file.stored_as, file.wrapped_key = got.stored_as, b""
            file.wrapped_file_key = wrap_key(rest_key(), got.key, got.stored_as)
            file.save(update_fields=["stored_as", "wrapped_key", "wrapped_file_key"])
        transfer.state, transfer.changed = states.OPENED, now
        transfer.save(update_fields=["state", "changed"])
        order_receipt(transfer, "complete", (), now)
    _record(actor, "exchange.note_opened", transfer, files=len(received), kept=going_on)
    return going_on


@action("exchange.note_different", permission="node.act")
def note_different(*, actor: Actor, transfer_id: int, now: dt.datetime) -> None:
    """A file did not open to what was announced: nothing of the transfer is kept, and the partner is told."""
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("case", "letter", "closing").get(
        pk=transfer_id
    )  # fmt: skip
    _record(actor, "exchange.note_different", transfer)
    if transfer.state == states.CLOSING:
        refuse_files(transfer, now)


@action("exchange.note_missing", permission="node.act")
def note_missing(*, actor: Actor, transfer_id: int, missing: Mapping[int, Iterable[int]], now: dt.datetime) -> None:
    """The keys are here and parts are not: the partner is asked for them, once."""
    transfer = Transfer.objects.select_for_update(of=("self",)).select_related("closing", "letter").get(pk=transfer_id)
    asked = ControlOrder.objects.filter(about=transfer.closing, kind=RECEIPT).exists()
    if transfer.state == states.CLOSING and not asked:
        named = [PartName(file, part) for file in sorted(missing) for part in missing[file]]
        order_receipt(transfer, "missing", tuple(named[:1000]), now)
    _record(actor, "exchange.note_missing", transfer, files=len(missing))


def refuse_files(transfer: Transfer, now: dt.datetime) -> None:
    """What came is not what was announced."""
    order_receipt(transfer, "different", (), now)
    end(transfer, states.DIFFERENT, now)


def order_receipt(transfer: Transfer, outcome: Any, parts: tuple[PartName, ...], now: dt.datetime) -> None:
    """Have the worker write to the partner what became of its files."""
    if transfer.letter is None or transfer.closing is None:
        raise ValueError("A receipt answers the letter with the keys.")
    package = body_of(EvidenceReceipt(manifest_of(transfer.letter), outcome, parts))
    ControlOrder.objects.create(about=transfer.closing, kind=RECEIPT, package=package, ordered=now)


def _record(actor: Actor, act: str, transfer: Transfer, **details: str | int | bool | None) -> None:
    record(actor=actor, act=act, object_kind="transfer", object_id=transfer.pk, details=details)
