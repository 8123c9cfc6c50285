"""Writes converted rows into the dossier, in portions of one source."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.db import connection, transaction
from django.utils import timezone

from clew import vocabulary
from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import Actor
from clew.node.cases.actions import link_entities
from clew.node.dossier.actions import append_to_source, start_source
from clew.node.home import load_home
from clew.node.partners.queries import own_party
from clew.node.transfer.checking import check_now
from clew.node.transfer.mapping.rows import Converted
from clew.node.transfer.models import ImportBatch, ImportedEntity
from clew.node.transfer.opening import Opened, days_from, open_batch
from clew.node.transfer.states import State

CHUNK_STATEMENTS = 6_000
"""Statements of one transaction: written in some 0.3 s, so that nobody else who writes has to wait long."""

LINKED_TO_CASE = 50
"""Entities of a small import that its case is linked to at once; a list of thousands would bury the case page."""


class Overtaken(Exception):
    """Another process works on this import, or it was cancelled."""


@dataclass(slots=True)
class Portion:
    """What is written in one transaction: `step` is the number of steps done once it is written."""

    entities: dict[str, EntityDraft] = field(default_factory=dict)
    statements: list[StatementDraft] = field(default_factory=list)
    rows: int = 0
    step: int = 0


class Portions:
    """Cuts converted rows into portions, each entity once and no fact twice.

    Rows that are written already are walked through again without writing, so that what they said is not said twice.
    """

    def __init__(self, opened: Opened, known: dict[bytes, int]) -> None:
        self._opened = opened
        self._known = known
        self._said: set[bytes] = set()
        self.things: dict[bytes, None] = {}
        """Digests of the keys of entities that are no links, in the order of the file."""

    def after(self, done: int) -> Iterator[Portion]:
        """The portions that follow the first `done` steps."""
        portion, step = Portion(), 0
        for walk in range(self._opened.converter.walks):
            for row in self._opened.rows():
                converted = self._opened.converter.convert(row, walk)
                step += 1
                if step <= done:
                    self._fresh(converted)
                    continue
                self._add(portion, converted, first_walk=walk == 0)
                portion.step = step
                if len(portion.statements) >= CHUNK_STATEMENTS:
                    yield portion
                    portion = Portion(step=step)
        # Also where nothing was left to do: a batch must never seem to stand further back than it does.
        portion.step = step
        yield portion

    def _add(self, portion: Portion, converted: Converted, *, first_walk: bool) -> None:
        rejected = bool(converted.problems) or self._left_out(converted)
        if rejected:
            return
        portion.rows += first_walk and not converted.mute
        portion.statements += self._fresh(converted)
        for draft in converted.entities:
            number = self._known.get(digest(draft.key))
            portion.entities.setdefault(draft.key, draft if number is None else replace(draft, existing_id=number))

    def _left_out(self, converted: Converted) -> bool:
        index = self._opened.index
        return index is not None and bool(index.ids_of_line(converted.number) & index.rejected)

    def _fresh(self, converted: Converted) -> list[StatementDraft]:
        for draft in converted.entities:
            if len(self.things) <= LINKED_TO_CASE and not vocabulary.is_edge(draft.schema):
                self.things[digest(draft.key)] = None
        fresh = []
        for one in () if converted.problems else converted.statements:
            mark = digest(f"{one.entity_key}\x1e{one.prop}\x1e{one.value}\x1e{one.concerns}")
            if mark not in self._said:
                self._said.add(mark)
                fresh.append(one)
        return fresh


def digest(text: str) -> bytes:
    """Stands for a text where texts would need too much room: 16 bytes, so that no two of millions are the same."""
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def write_entities(batch: ImportBatch, actor: Actor) -> Iterator[int]:
    """Write the rest of an import of entities; yields the rows done after each portion."""
    opened = open_batch(batch)
    if batch.good_rows_only and opened.index is not None:
        check_now(opened)  # finds out again which lines are left out
    _begin(batch, opened, actor)
    known = {
        bytes(key): entity
        for key, entity in ImportedEntity.objects.filter(batch=batch).values_list("key_digest", "entity_id")
    }
    portions = Portions(opened, known)
    for portion in portions.after(batch.rows_done):
        known |= _write(batch, portion, actor, known)
        yield min(batch.rows, batch.rows_done // opened.converter.walks)
    _link_to_case(batch, actor, [known[one] for one in portions.things if one in known])


def _begin(batch: ImportBatch, opened: Opened, actor: Actor) -> None:
    """Start the source, once; in the transaction that says so on the batch."""
    with transaction.atomic():
        fresh = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if fresh.state not in (State.QUEUED, State.RUNNING):
            raise Overtaken
        if fresh.source_id is None:
            source = start_source(actor=actor, compartment_id=fresh.compartment_id or 0, draft=_source(fresh, opened))
            fresh.source_id = source.pk
        fresh.state, fresh.changed = State.RUNNING, timezone.now()
        fresh.save()
    batch.refresh_from_db()


def _source(batch: ImportBatch, opened: Opened) -> SourceDraft:
    own, rule = own_party(), opened.source
    return SourceDraft(
        kind="import",
        title=batch.title,
        owner=own.uid if own else load_home().settings.node_id,
        reliability=rule.reliability,
        handling=rule.handling,
        handling_text=rule.handling_text,
        purpose=rule.purpose,
        retain_until=days_from(timezone.now().date(), int(rule.retain_days)),
        basis=rule.basis,
        language=rule.language,
    )


def _write(batch: ImportBatch, portion: Portion, actor: Actor, known: dict[bytes, int]) -> dict[bytes, int]:
    with transaction.atomic():
        _go_on(batch, portion)
        if not portion.entities:
            return {}
        numbers = append_to_source(
            actor=actor,
            source_id=batch.source_id or 0,
            entities=list(portion.entities.values()),
            statements=portion.statements,
        )
        new = {digest(key): number for key, number in numbers.items()}
        new = {key: number for key, number in new.items() if key not in known}
        _remember(batch, new)
    return new


def _remember(batch: ImportBatch, numbers: dict[bytes, int]) -> None:
    """Keep what the keys became, without a model for each of a hundred thousand."""
    table = connection.ops.quote_name(ImportedEntity._meta.db_table)  # noqa: SLF001 - Django documents it
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} (batch_id, key_digest, entity_id) VALUES (%s, %s, %s)",  # noqa: S608 - a name of ours
            [(batch.pk, key, number) for key, number in numbers.items()],
        )


def _go_on(batch: ImportBatch, portion: Portion) -> None:
    """Move the batch on, unless another process did, or a human stopped it."""
    moved = ImportBatch.objects.filter(pk=batch.pk, state=State.RUNNING, rows_done=batch.rows_done).update(
        rows_done=portion.step, imported=batch.imported + portion.rows, changed=timezone.now()
    )
    if not moved:
        raise Overtaken
    batch.rows_done, batch.imported = portion.step, batch.imported + portion.rows


def _link_to_case(batch: ImportBatch, actor: Actor, things: list[int]) -> None:
    """Let the case look at what a small import brought; after a power cut some may be linked already."""
    if batch.case_id is None or len(things) > LINKED_TO_CASE:
        return
    link_entities(actor=actor, case_id=batch.case_id, entity_ids=things)
