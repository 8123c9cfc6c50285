"""Importing a file: upload, choose, check, start, cancel, undo."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePosixPath, PureWindowsPath

from django.db import transaction
from django.utils import timezone

from clew import vocabulary
from clew.node.accounts.actions import Actor, action, require_compartment
from clew.node.audit.actions import record
from clew.node.discovery import offers
from clew.node.dossier.actions import undo_source
from clew.node.transfer import storage
from clew.node.transfer.actions.running import run_check, run_import, stop
from clew.node.transfer.mapping.deidentified import refuse_free_columns
from clew.node.transfer.mapping.reading import SOURCE_LISTS
from clew.node.transfer.models import ImportBatch, StatisticalDataset
from clew.node.transfer.opening import rules_of
from clew.node.transfer.states import (
    AT_WORK,
    OPEN,
    State,
    batch_for,
    end,
    officer_id,
    refuse_second_time,
    require_state,
)
from clew.node.transfer.telling import said_again
from clew.node.transfer.telling import told as _
from clew.node.types import BadInput, BadInputs

CHECK_AT_ONCE = 512 * 1024
"""Bytes up to which a file is checked while the officer waits: under a second. Larger ones are the worker's."""

CHOICES = frozenset(
    {"encoding", "sheet", "columns", "leave_out_unknown", "category", "reliability", "accuracy", "handling",
     "handling_text", "purpose", "basis", "nature", "language", "retain_days"}
)  # fmt: skip


@action("transfer.upload_file", permission="import.run")
def upload_file(
    *,
    actor: Actor,
    file_name: str,
    content: Iterable[bytes] | storage.ReceivedFile,
    title: str = "",
    compartment_id: int | None = None,
    case_id: int | None = None,
) -> ImportBatch:
    """Take a file in, hashed and encrypted; nothing of it is read yet.

    Args:
        compartment_id: who may know what it says; None for statistics.
        content: the file in pieces, or what an upload sealed while it arrived. Nothing of it stays when refused.
    """
    kept: storage.Kept | None = None
    try:
        if compartment_id is not None:
            require_compartment(actor, compartment_id)
        kept = storage.keep(content)
        if not kept.size:
            raise BadInput("file", _("The file is empty."), _("Choose another file."))
        return _taken(actor, kept, _name_only(file_name), title, compartment_id, case_id)
    except BaseException:
        stored = kept.stored_as if kept else getattr(content, "stored_as", "")
        storage.discard(stored)
        raise


def _taken(
    actor: Actor, kept: storage.Kept, name: str, title: str, compartment_id: int | None, case_id: int | None
) -> ImportBatch:
    now = timezone.now()
    batch = ImportBatch.objects.create(
        compartment_id=compartment_id, case_id=case_id, title=(title.strip() or name)[:300], file_name=name,
        size=kept.size, sha256=kept.sha256, stored_as=kept.stored_as, wrapped_key=kept.wrapped_key,
        made=now, changed=now, made_by_id=officer_id(actor),
    )  # fmt: skip
    record(
        actor=actor, act="transfer.upload_file", object_kind="import", object_id=batch.pk,
        details={"sha256": kept.sha256, "size": kept.size},
    )  # fmt: skip
    return batch


def _name_only(file_name: str) -> str:
    name = PureWindowsPath(PurePosixPath(file_name).name).name
    return "".join(sign for sign in name if sign.isprintable())[:255] or _("Unnamed file")


@action("transfer.choose_mapping", permission="import.run")
def choose_mapping(
    *, actor: Actor, batch_id: int, mapping: str, options: Mapping[str, object] | None = None
) -> ImportBatch:
    """Say what the columns mean, and what holds for the source. An earlier check no longer counts.

    Args:
        options: see `opening.open_file`.
    """
    batch = batch_for(actor, batch_id)
    require_state(batch, OPEN)
    rules = rules_of(mapping)
    chosen = dict(options or {})
    _check_choices(chosen)
    if rules.kind == "statistics":
        refuse_free_columns(rules, "mapping")
        batch.compartment_id = batch.case_id = None
    elif batch.compartment_id is None:
        raise BadInput("compartment", _("It is not said who may know what the file says."), _("Choose a case."))
    batch.mapping, batch.kind, batch.options = mapping, rules.kind, chosen
    batch.state, batch.changed = State.UPLOADED, timezone.now()
    batch.save()
    details = {"mapping": mapping}
    record(actor=actor, act="transfer.choose_mapping", object_kind="import", object_id=batch.pk, details=details)
    return batch


def _check_choices(chosen: Mapping[str, object]) -> None:
    faults = [
        BadInput(name, _("There is no such choice."), _("Leave it out.")) for name in chosen if name not in CHOICES
    ]
    lists = {**SOURCE_LISTS, "category": "person_categories", "accuracy": "information_accuracy"}
    for name, list_id in lists.items():
        code = chosen.get(name)
        if code not in (None, "") and str(code) not in vocabulary.codelist(list_id):
            faults.append(BadInput(name, _("This is no code of the list."), _("Choose one from the list.")))
    if faults:
        raise BadInputs(faults)


@action("transfer.check_import", permission="import.run")
def check_import(*, actor: Actor, batch_id: int) -> ImportBatch:
    """The dry run: convert every row and write nothing but the result. A large file is left to the worker."""
    batch = batch_for(actor, batch_id)
    require_state(batch, OPEN)
    if not batch.mapping:
        raise BadInput("mapping", _("No mapping is chosen."), _("Choose what the columns mean first."))
    batch.state, batch.changed = State.CHECKING, timezone.now()
    batch.save()
    record(actor=actor, act="transfer.check_import", object_kind="import", object_id=batch.pk)
    if batch.size <= CHECK_AT_ONCE:
        run_check(batch)
    return batch


@action("transfer.start_import", permission="import.run")
def start_import(*, actor: Actor, batch_id: int, good_rows_only: bool = False) -> ImportBatch:
    """Let the worker import a checked file: all of it or nothing, or its good rows only."""
    batch = batch_for(actor, batch_id)
    require_state(batch, (State.CHECKED,))
    refuse_second_time(batch)
    if batch.refusal:
        raise BadInput("file", said_again(batch.refusal["problem"]), said_again(batch.refusal["cure"]))
    if batch.rejected and not good_rows_only:
        raise BadInput(
            "good_rows_only",
            _("%(rejected)d of %(rows)d rows have errors.") % {"rejected": batch.rejected, "rows": batch.rows},
            _("Correct them in the file and upload it again, or import the good rows only."),
        )
    if batch.rows == batch.rejected:
        raise BadInput("file", _("There is no row that can be imported."), _("Correct the file and upload it again."))
    batch.good_rows_only = good_rows_only
    batch.state, batch.started, batch.changed = State.QUEUED, timezone.now(), timezone.now()
    batch.save()
    record(
        actor=actor, act="transfer.start_import", object_kind="import", object_id=batch.pk,
        details={"sha256": batch.sha256, "rows": batch.rows, "good_rows_only": good_rows_only},
    )  # fmt: skip
    return batch


@action("transfer.cancel_import", permission="import.run")
def cancel_import(*, actor: Actor, batch_id: int) -> ImportBatch:
    """Stop an import. What it has written so far is taken back."""
    batch = batch_for(actor, batch_id)
    require_state(batch, (*OPEN, *AT_WORK))
    record(actor=actor, act="transfer.cancel_import", object_kind="import", object_id=batch.pk)
    stop(batch, State.CANCELLED, _("The import was cancelled."))
    return batch


@action("transfer.undo_import", permission="import.undo")
def undo_import(*, actor: Actor, batch_id: int, reason: str) -> ImportBatch:
    """Take a whole import back. Its statements stop counting and stay in the history; records are deleted.

    Refused with the reason where another part of the node says that something of it has already been passed on.
    """
    batch = batch_for(actor, batch_id)
    require_state(batch, (State.DONE,))
    if not reason.strip():
        raise BadInput("reason", _("It is not said why."), _("Write the reason in a sentence."))
    if batch.source_id is not None:
        obstacles = [sentence for ask in offers("undo_obstacles") for sentence in ask(source_id=batch.source_id)]
        if obstacles:
            raise BadInput("", " ".join(map(str, obstacles)), _("Correct or recall what was passed on instead."))
        undo_source(actor=actor, source_id=batch.source_id, reason=reason)
    StatisticalDataset.objects.filter(batch=batch).delete()
    end(batch, State.UNDONE)
    record(actor=actor, act="transfer.undo_import", object_kind="import", object_id=batch.pk)
    return batch


def import_now(
    *,
    actor: Actor,
    file_name: str,
    content: Iterable[bytes],
    mapping: str,
    title: str = "",
    compartment_id: int | None = None,
    case_id: int | None = None,
    options: Mapping[str, object] | None = None,
    good_rows_only: bool = False,
    dry_run: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
) -> ImportBatch:
    """All the steps of an import in one, each as on its page: for the command line and the demonstration.

    Returns:
        The import: done, or cancelled with its problems; after a dry run it is cancelled, and its file is gone.
    """
    batch = upload_file(
        actor=actor, file_name=file_name, content=content, title=title, compartment_id=compartment_id, case_id=case_id
    )
    try:
        choose_mapping(actor=actor, batch_id=batch.pk, mapping=mapping, options=options)
        check_import(actor=actor, batch_id=batch.pk)
        batch.refresh_from_db()
        if batch.state == State.CHECKING:
            run_check(batch, on_progress)
        if not (dry_run or batch.refusal or (batch.rejected and not good_rows_only)):
            start_import(actor=actor, batch_id=batch.pk, good_rows_only=good_rows_only)
            run_import(batch.pk, on_progress)
            batch.refresh_from_db()
            return batch
    except (BadInput, BadInputs):
        _abandon(batch)
        raise
    _abandon(batch)
    batch.refresh_from_db()
    return batch


def _abandon(batch: ImportBatch) -> None:
    with transaction.atomic():
        fresh = ImportBatch.objects.get(pk=batch.pk)
        if fresh.state in (*OPEN, *AT_WORK):
            stop(fresh, State.CANCELLED, _("The import was not started."))
