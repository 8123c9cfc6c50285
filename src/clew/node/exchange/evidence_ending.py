"""How files stop travelling before they are through: keys destroyed, parts deleted, people told what to do.

Within the transaction of whatever ends them. What was destroyed here is destroyed for good; what the other side holds
is for it to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop

from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
from clew.node.cases.actions import Asked, add_task, delete_document
from clew.node.exchange import evidence_states as states
from clew.node.exchange.actions.retaining import forget_letters
from clew.node.exchange.actions.sending import give_up
from clew.node.exchange.evidence_models import Transfer, TransferFile
from clew.node.exchange.evidence_store import destroy
from clew.node.exchange.models import Letter, OutboxEntry
from clew.node.exchange.reading import opened
from clew.node.exchange.taken_back import documents_taken_back
from clew.node.home import load_home

TOLD: Final = {
    states.OUTDATED: gettext_noop("Announced files were stopped: they may not leave any more. Letter %(number)s."),
    states.LOST: gettext_noop("Announced files were stopped: the sealed copy is not whole. Letter %(number)s."),
    states.DIFFERENT: gettext_noop("Files did not open to what was announced, and were refused. Letter %(number)s."),
}  # fmt: skip
"""What the team of the case reads where files ended as nobody wanted."""

LACKING: Final = gettext_noop(
    "The partner lacks files that it had, as after a restore of its node. Prepare them anew. Letter %(number)s."
)
"""What the team reads where a partner asks again for what is sealed here no more."""


def end(transfer: Transfer, state: str, now: dt.datetime) -> None:
    """End a transfer: its keys are destroyed, its sealed parts and what was opened of it go."""
    files = list(transfer.files.all())
    for file in files:
        if bytes(file.wrapped_key) and file.document_id is not None and state != states.RECEIVED:
            record(actor=NODE, act="exchange.destroy_key", object_kind="document", object_id=file.document_id,
                   details={"transfer": transfer.pk, "to": transfer.party})  # fmt: skip
    destroy(transfer)
    if transfer.state == states.OPENED and state != states.TAKEN:
        _forget_opened(files)
    transfer.state, transfer.changed = state, now
    transfer.save(update_fields=["state", "changed"])
    record(actor=NODE, act="exchange.end_files", object_kind="transfer", object_id=transfer.pk,
           details={"state": state, "party": transfer.party})  # fmt: skip
    if state in TOLD and transfer.letter is not None:
        tell_team(transfer, TOLD[state])


def tell_team(transfer: Transfer, text: str) -> None:
    """Give the team of the transfer's case something to look at, while that is worked on."""
    if transfer.letter is not None and transfer.case.closed is None:
        add_task(
            actor=NODE, case_id=transfer.case_id, kind="evidence.stopped",
            title=Asked(text, {"number": transfer.letter.uid[:8]}), url=f"/letters/evidence/{transfer.pk}/",
        )  # fmt: skip


def stop_sent(letter: Letter, now: dt.datetime) -> None:
    """An announcement of ours is taken back: no part and no key leaves any more."""
    transfer = _held(letter, "out")
    if transfer is None or transfer.state not in states.TRAVELLING:
        return
    for entry in OutboxEntry.objects.filter(letter=transfer.closing_id or 0, delivered=None, failed=None, carried=None):
        give_up(actor=NODE, entry=entry, code=states.RECALLED, now=now)
    end(transfer, states.RECALLED, now)


def stop_received(letter: Letter, now: dt.datetime) -> None:
    """A partner takes an announcement back: what is in no case yet is destroyed at once, keys and all."""
    transfer = _held(letter, "in")
    if transfer is None or transfer.state in states.ENDED:
        return
    closing = transfer.closing
    end(transfer, states.RECALLED, now)
    if closing is not None:
        forget_letters(actor=NODE, uids=[closing.uid])


def erase_taken(letter: Letter, numbers: Collection[int]) -> None:
    """Delete the documents that files of an announcement became: of the statements of these numbers, () for all.

    A file that was in the case before it came stays, and so does one that another partner sent and lets stand.
    """
    transfer = _held(letter, "in")
    if transfer is None or transfer.state != states.TAKEN:
        return
    body = opened(letter).body
    meant = {one["entity"] for one in body["statements"] if not numbers or one["n"] in numbers}
    files = {one["n"] for one in body["files"] if one["entity"] in meant}
    became = list(transfer.files.filter(n__in=files).exclude(document=None).values_list("document_id", flat=True))
    for document in sorted(documents_taken_back([pk for pk in became if pk is not None])):
        delete_document(actor=NODE, document_id=document)
    if transfer.closing is not None:
        forget_letters(actor=NODE, uids=[transfer.closing.uid])


def _held(letter: Letter, direction: str) -> Transfer | None:
    rows = Transfer.objects.select_for_update(of=("self",)).select_related("case", "letter", "closing")
    return rows.filter(letter=letter, direction=direction).first()


def _forget_opened(files: Collection[TransferFile]) -> None:
    """Files that were opened and are in no case: without their key nobody reads what is left until it is deleted."""
    TransferFile.objects.filter(pk__in=[one.pk for one in files]).update(wrapped_file_key=b"", stored_as="")
    for path in [load_home().documents / one.stored_as for one in files if one.stored_as]:
        transaction.on_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
