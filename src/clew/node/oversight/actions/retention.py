"""Reviews of what is kept: longer with a reason, or deleted with a proof that nothing of it is left."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import NODE, Actor, Officer, Refused, action
from clew.node.audit.actions import record
from clew.node.cases.actions import blank_words, delete_document
from clew.node.consent.actions import delete_consent
from clew.node.disclosure.actions import forget_contents, remove_safeguard
from clew.node.dossier.actions import destroy_source, prolong_source
from clew.node.exchange.actions import forget_letters
from clew.node.home import load_home
from clew.node.oversight.actions.patterns import required_reason
from clew.node.oversight.clocks import ceiling
from clew.node.oversight.digests import digest_of
from clew.node.oversight.gone import Looked, Needles, look, look_into_store
from clew.node.oversight.models import DeletionProof, DocumentReview, ReviewMark
from clew.node.oversight.queries.retention import (
    CAN_BE_DELETED,
    CAN_BE_PROLONGED,
    KINDS,
    DueThing,
    due_days,
    due_thing,
)
from clew.node.types import BadInput


@dataclass(frozen=True, slots=True)
class _Deleted:
    """What was deleted, in memory only: the values to look for, pieces of bytes, and what the proof says of it."""

    values: tuple[str, ...]
    telling: tuple[str, ...]
    pieces: tuple[bytes, ...]
    counts: dict[str, int]
    shared_with: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traces:
    """What must be gone once a deletion is committed: the values, and the names of stored files. In memory only."""

    needles: Needles
    files: tuple[str, ...]


@action("oversight.prolong", permission="retention.review")
def prolong(*, actor: Actor, kind: str, pk: int, until: dt.date, reason: str) -> dt.date:
    """Keep a source or a document until a later day, never beyond the ceiling from today on.

    Raises:
        BadInput: it is not due; the day is past or beyond the ceiling; a partner's letter set the day of the source.
    """
    officer, thing = _officer(actor), _due(actor, kind, pk)
    reason = required_reason(reason)
    today = timezone.localdate()
    if kind not in CAN_BE_PROLONGED:
        raise BadInput("", _("This cannot be prolonged here."), _("Have it recorded anew by whom it concerns."))
    if until <= max(today, thing.due):
        raise BadInput("until", _("This day is not later than the present one."), _("Enter a later day."))
    if until > today + ceiling():
        raise BadInput(
            "until",
            _("Nothing is kept for more than %(days)d days from a review.") % {"days": ceiling().days},
            _("Enter an earlier day; it can be reviewed again then."),
        )
    if thing.letter:
        raise BadInput(
            "until", _("The sender of the letter set this day, and it binds."), _("Ask the sender, or delete it.")
        )
    if kind == "source":
        prolong_source(actor=actor, source_id=pk, until=until, reason=reason)
    else:
        DocumentReview.objects.update_or_create(
            document=pk, defaults={"keep_until": until, "reason": reason, "at": timezone.now(), "by": officer}
        )
    ReviewMark.objects.filter(kind=kind, object=pk).delete()
    record(actor=actor, act="oversight.prolong", object_kind=kind, object_id=pk,
           details={"before": thing.due.isoformat(), "until": until.isoformat()})  # fmt: skip
    return until


def delete_and_prove(*, actor: Actor, kind: str, pk: int, reason: str) -> DeletionProof:
    """Delete what is overdue, and prove it: in the transaction by every table, after it by the store's own files.

    Raises:
        BadInput: it may not be deleted, or something of it is still said elsewhere; then nothing was deleted.
    """
    proof, traces = delete_overdue(actor=actor, kind=kind, pk=pk, reason=reason)
    # Outside of any transaction: only then can the store's log be cut off and its files be read as they will stay.
    state = look_into_store(traces.needles)
    directory = load_home().documents
    if any((directory / name).exists() for name in traces.files):
        state = "found"
    return confirm_deletion(actor=actor, proof_id=proof.pk, state=state)


@action("oversight.delete_overdue", permission="retention.review")
def delete_overdue(*, actor: Actor, kind: str, pk: int, reason: str) -> tuple[DeletionProof, Traces]:
    """Delete one thing, check that nothing of it is left in any table, index or file, and write the proof.

    Returns:
        The proof, not confirmed yet, and what to look for in the store's files once this is committed.
    """
    officer, thing = _officer(actor), _due(actor, kind, pk)
    reason = required_reason(reason)
    if kind not in CAN_BE_DELETED:
        raise BadInput("", _("This is not deleted here."), _("It holds no person; record a newer one."))
    if thing.due >= timezone.localdate():
        raise BadInput("", _("Its day has not come yet."), _("It can be deleted once that day has passed."))
    deleted = _delete(actor, kind, pk, reason)
    needles = Needles(deleted.telling, deleted.pieces)
    looked = look(needles, load_home().path, _skipped(deleted.files))
    if looked.found:
        raise _still_there(looked)
    ReviewMark.objects.filter(kind=kind, object=pk).delete()
    digests = _digests(deleted.values)
    digest = hashlib.sha256("".join(digests).encode()).hexdigest()
    entry = record(actor=actor, act="oversight.delete_overdue", object_kind=kind, object_id=pk,
                   details={"digest": digest, "values": len(deleted.values), "tables": looked.tables})  # fmt: skip
    proof = DeletionProof.objects.create(
        kind=kind, object=pk, reason=reason, counts=deleted.counts, digests=digests, digest=digest,
        shared_with=list(deleted.shared_with), checked=_checked(looked), audit_index=entry.index, at=timezone.now(),
        by=officer,
    )  # fmt: skip
    return proof, Traces(needles, deleted.files)


@action("oversight.confirm_deletion", permission="retention.review")
def confirm_deletion(*, actor: Actor, proof_id: int, state: str) -> DeletionProof:
    """Say in the proof what reading the store's own files found: `clean`, `found`, or `no-file` for another store."""
    proof = DeletionProof.objects.select_for_update().get(pk=proof_id)
    proof.checked = {**proof.checked, "store": state}
    proof.save(update_fields=["checked"])
    record(actor=actor, act="oversight.confirm_deletion", object_kind="proof", object_id=proof.pk,
           details={"store": state})  # fmt: skip
    return proof


@action("oversight.mark_overdue", permission="node.act")
def mark_overdue(*, actor: Actor) -> int:
    """Mark what is due or nearly, so that the desk can show it; called by the upkeep. Returns the new ones' number."""
    now, today = timezone.now(), timezone.localdate()
    new = 0
    for kind in KINDS:
        days = due_days(kind=kind, today=today)
        known = dict(ReviewMark.objects.filter(kind=kind).values_list("object", "due"))
        ReviewMark.objects.filter(kind=kind, object__in=[pk for pk in known if days.get(pk) != known[pk]]).delete()
        fresh = [pk for pk, day in days.items() if known.get(pk) != day]
        ReviewMark.objects.bulk_create(
            [ReviewMark(kind=kind, object=pk, due=days[pk], raised=now) for pk in fresh], batch_size=1_000
        )
        new += len(fresh)
    record(actor=actor, act="oversight.mark_overdue", object_kind="store", object_id="reviews", details={"new": new})
    return new


def _officer(actor: Actor) -> Officer:
    if actor is NODE or not isinstance(actor, Officer):
        raise Refused(_("Only a person can do this."), _("Sign in and do it yourself."))
    return actor


def _due(actor: Actor, kind: str, pk: int) -> DueThing:
    thing = due_thing(officer=_officer(actor), kind=kind, pk=pk, today=timezone.localdate())
    if thing is None:
        raise BadInput("", _("This is not due for a review."), _("Go back to the list of what is due."))
    return thing


def _delete(actor: Actor, kind: str, pk: int, reason: str) -> _Deleted:
    if kind == "source":
        return _delete_source(actor, pk, reason)
    if kind == "document":
        gone = delete_document(actor=actor, document_id=pk)
        DocumentReview.objects.filter(document=pk).delete()
        words = (gone.title, gone.file_name)
        return _Deleted((*words, gone.sha256), words, (), {"documents": 1, "bytes": gone.size}, files=(gone.stored_as,))
    if kind == "consent":
        delete_consent(actor=actor, consent_id=pk)
        return _Deleted((f"consent {pk}",), (), (), {"consents": 1})
    sealed = remove_safeguard(actor=actor, safeguard_id=pk)
    return _Deleted((sealed.hex(),), (), (sealed,), {"safeguards": 1})


def _delete_source(actor: Actor, pk: int, reason: str) -> _Deleted:
    held = destroy_source(actor=actor, source_id=pk, reason=reason)
    forgotten = forget_contents(actor=actor, statement_ids=held.statements)
    letters = forget_letters(actor=actor, uids=[held.letter] if held.letter else [], decisions=forgotten.decisions)
    needles = Needles(held.telling)
    blanked = blank_words(actor=actor, compartment_id=held.compartment, holds=needles.in_text)
    counts = {
        "statements": len(held.statements), "values": len(held.values), "said_elsewhere": held.said_elsewhere,
        "decisions": len(forgotten.decisions), "letters": letters.letters, "envelopes": letters.envelopes,
        "lines": blanked,
    }  # fmt: skip
    return _Deleted((*held.values, held.title), held.telling, letters.samples, counts, forgotten.recipients)


def _skipped(files: Iterable[str]) -> Any:
    """The store itself is read after the commit; the file of a deleted document goes with the commit."""
    store, gone = load_home().store.name, set(files)
    keys = load_home().keys

    def skip(path: Path) -> bool:
        return path.name.startswith(store) or path.name in gone or path.parent == keys

    return skip


def _still_there(looked: Looked) -> BadInput:
    first = looked.found[0]
    return BadInput(
        "",
        _("Something of it is still said elsewhere: %(table)s, %(column)s (%(rows)d). Nothing was deleted.")
        % {"table": first.table, "column": first.column, "rows": first.rows},
        _("Have the team that owns it remove those words, then delete again."),
    )


def _digests(values: Sequence[str]) -> list[str]:
    return sorted(digest_of(value) for value in values)


def _checked(looked: Looked) -> dict[str, Any]:
    return {
        "values": looked.values, "too_short": looked.too_short, "tables": looked.tables, "cells": looked.cells,
        "index": looked.index, "files": looked.files, "store": "",
    }  # fmt: skip
