"""Doing the work of imports, chunk by chunk: in the worker between letters, or at once for the command line.

Each chunk is one transaction together with the number of rows done, so that an import that was killed goes on where it
stopped, and two processes that take up the same import cannot write a chunk twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils import timezone

from clew.node.accounts.actions import NODE, Actor, Refused
from clew.node.audit.actions import record
from clew.node.dossier.actions import undo_source
from clew.node.transfer import storage
from clew.node.transfer.checking import Checked, check_rows, refused
from clew.node.transfer.models import ImportBatch, ImportedEntity, StatisticalDataset
from clew.node.transfer.opening import open_batch
from clew.node.transfer.readers import RowProblem
from clew.node.transfer.recording import Overtaken, write_entities
from clew.node.transfer.recording_statistics import write_statistics
from clew.node.transfer.states import State, end
from clew.node.transfer.telling import told as _
from clew.node.types import BadInput, BadInputs

WORK = 1.0
"""Seconds the worker gives to imports in one turn before it looks after its letters again."""

_at_work: dict[int, Iterator[int]] = {}


def run_pending(seconds: float = WORK) -> int:
    """Work on waiting checks and imports for about `seconds`; called once in each turn of the worker's loop.

    Returns:
        How many checks and imports are still waiting or running.
    """
    deadline = time.monotonic() + seconds
    waiting = ImportBatch.objects.filter(state__in=(State.CHECKING, State.QUEUED, State.RUNNING)).order_by("pk")
    pks = list(waiting.values_list("pk", flat=True))
    for gone in set(_at_work) - set(pks):
        del _at_work[gone]
    remaining = len(pks)
    for pk in pks:
        work = _at_work.setdefault(pk, _work(pk))
        while time.monotonic() < deadline:
            if next(work, None) is None:
                _at_work.pop(pk, None)
                remaining -= 1
                break
        else:
            break
    return remaining


def _work(pk: int) -> Iterator[int]:
    batch = ImportBatch.objects.filter(pk=pk).first()
    if batch is None:
        return iter(())
    return _checked(batch) if batch.state == State.CHECKING else _imported(pk)


def run_check(batch: ImportBatch, on_progress: Callable[[int, int], None] | None = None) -> None:
    """The whole dry run at once; the result is on the batch."""
    for rows in _checked(batch):
        if on_progress:
            on_progress(rows, 0)


def run_import(batch_id: int, on_progress: Callable[[int, int], None] | None = None) -> None:
    """The whole import at once; waits where the worker is faster."""
    while True:
        for rows in _imported(batch_id):
            if on_progress:
                on_progress(rows, ImportBatch.objects.only("rows").get(pk=batch_id).rows)
        if ImportBatch.objects.get(pk=batch_id).state not in (State.QUEUED, State.RUNNING):
            return
        time.sleep(0.2)


def _checked(batch: ImportBatch) -> Iterator[int]:
    """The dry run of a batch, then its result on the batch in one transaction."""
    result = Checked()
    encoding = ""
    try:
        opened = open_batch(batch)
        encoding = opened.encoding
        yield from check_rows(opened, result)
    except BadInput as problem:
        result.refusal = refused(problem)
    except storage.Damaged:
        result.refusal = refused(BadInput("file", _("The kept file is damaged."), _("Upload it again.")))
    with transaction.atomic():
        fresh = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if fresh.state != State.CHECKING:
            return
        _keep_result(fresh, result, encoding)
        record(
            actor=NODE, act="transfer.checked", object_kind="import", object_id=fresh.pk,
            details={"rows": result.rows, "rejected": result.rejected},
        )  # fmt: skip
    batch.refresh_from_db()


def _keep_result(batch: ImportBatch, result: Checked, encoding: str) -> None:
    batch.rows, batch.rejected, batch.formulas = result.rows, result.rejected, result.formulas
    batch.problem_count, batch.encoding = result.problem_count, encoding
    problems = [one.kept() for one in result.problems]
    batch.refusal = result.refusal.as_row_problem().kept() if result.refusal else None
    batch.problems = storage.seal_json(batch.stored_as, batch.wrapped_key or b"", problems) if problems else None
    batch.state, batch.changed = State.CHECKED, timezone.now()
    batch.save()


def _imported(pk: int) -> Iterator[int]:
    """Run an import from where it stands; yields rows done after each chunk."""
    batch = ImportBatch.objects.get(pk=pk)
    if batch.state not in (State.QUEUED, State.RUNNING):
        return
    try:
        write = write_statistics if batch.kind == "statistics" else write_entities
        yield from write(batch, actor_of(batch))
        _finish(pk)
    except Overtaken:
        return
    except (BadInput, BadInputs, Refused, storage.Damaged) as problem:
        with transaction.atomic():
            fresh = ImportBatch.objects.select_for_update().get(pk=pk)
            if fresh.state in (State.QUEUED, State.RUNNING):
                stop(fresh, State.FAILED, *_sentences(problem))
                record(actor=NODE, act="transfer.import_failed", object_kind="import", object_id=pk)


def _sentences(problem: Exception) -> tuple[str, str]:
    """What went wrong and what cures it, so that both are said again in the reader's language."""
    if isinstance(problem, BadInputs):
        problem = problem.problems[0]
    if isinstance(problem, BadInput):
        return problem.problem, problem.cure
    return str(problem) or type(problem).__name__, ""


def actor_of(batch: ImportBatch) -> Actor:
    """For whom an import runs: the officer who made it, so that what she may no longer do is no longer done."""
    return batch.made_by or NODE


def _finish(pk: int) -> None:
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=pk)
        if batch.state != State.RUNNING:
            return
        ImportedEntity.objects.filter(batch=batch).delete()
        StatisticalDataset.objects.filter(batch=batch).update(complete=True, records=batch.imported)
        end(batch, State.DONE)
        record(
            actor=actor_of(batch), act="transfer.finish_import", object_kind="import", object_id=pk,
            details={"imported": batch.imported, "rejected": batch.rejected, "sha256": batch.sha256},
        )  # fmt: skip
        transaction.on_commit(lambda: storage.discard(batch.stored_as))


def stop(batch: ImportBatch, state: str, sentence: str, cure: str = "") -> None:
    """End an import before it is done, and take back what it has written. In the caller's transaction."""
    if batch.source_id is not None:
        undo_source(actor=NODE, source_id=batch.source_id, reason=sentence)
    ImportedEntity.objects.filter(batch=batch).delete()
    StatisticalDataset.objects.filter(batch=batch).delete()
    batch.imported = 0
    if state == State.FAILED:
        batch.refusal = RowProblem("failed", 0, "", "", sentence, cure).kept()
    end(batch, state)
    transaction.on_commit(lambda: storage.discard(batch.stored_as))
