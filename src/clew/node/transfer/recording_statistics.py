"""Writes statistical records, in blocks of columns. They touch no dossier, no search and no letter."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from clew.node.accounts.actions import Actor
from clew.node.transfer.models import ImportBatch, StatisticalColumn, StatisticalDataset
from clew.node.transfer.opening import Opened, open_batch
from clew.node.transfer.recording import Overtaken
from clew.node.transfer.states import State
from clew.node.transfer.statistics import BLOCK, pack

Cells = tuple[str, ...]


def write_statistics(batch: ImportBatch, actor: Actor) -> Iterator[int]:
    """Write the rest of an import of statistical records; yields the rows done after each block."""
    opened = open_batch(batch)
    dataset = _begin(batch, opened)
    for step, block in _blocks(opened, batch.rows_done):
        with transaction.atomic():
            _go_on(batch, step, len(block))
            _write(dataset, batch.imported - len(block), block)
        yield batch.rows_done


def _begin(batch: ImportBatch, opened: Opened) -> StatisticalDataset:
    with transaction.atomic():
        fresh = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if fresh.state not in (State.QUEUED, State.RUNNING):
            raise Overtaken
        dataset, _made = StatisticalDataset.objects.get_or_create(
            batch=fresh,
            defaults={
                "mapping": fresh.mapping, "title": fresh.title, "columns": list(opened.rules.columns),
                "handling": opened.source.handling, "handling_text": opened.source.handling_text,
                "recorded": timezone.now(),
            },
        )  # fmt: skip
        fresh.state, fresh.changed = State.RUNNING, timezone.now()
        fresh.save()
    batch.refresh_from_db()
    return dataset


def _blocks(opened: Opened, done: int) -> Iterator[tuple[int, list[Cells]]]:
    """(rows read so far, good rows) for each block after the first `done` rows."""
    block: list[Cells] = []
    step = 0
    for step, row in enumerate(opened.rows(), start=1):
        if step <= done:
            continue
        converted = opened.converter.convert(row)
        if not converted.problems:
            block.append(converted.cells)
        if len(block) >= BLOCK:
            yield step, block
            block = []
    yield step, block


def _go_on(batch: ImportBatch, step: int, good: int) -> None:
    """Move the batch on, unless another process did, or a human stopped it."""
    moved = ImportBatch.objects.filter(pk=batch.pk, state=State.RUNNING, rows_done=batch.rows_done).update(
        rows_done=step, imported=batch.imported + good, changed=timezone.now()
    )
    if not moved:
        raise Overtaken
    batch.rows_done, batch.imported = step, batch.imported + good


def _write(dataset: StatisticalDataset, first: int, block: list[Cells]) -> None:
    if not block:
        return
    packed = [(name, pack(column)) for name, column in zip(dataset.columns, zip(*block, strict=True), strict=True)]
    StatisticalColumn.objects.bulk_create(
        StatisticalColumn(
            dataset=dataset, name=name, first_record=first, records=len(block), values=column.values, codes=column.codes
        )
        for name, column in packed
    )
