"""Threads in the store: events are kept, the state is their fold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from clew.exchange import moments
from clew.exchange.kinds.events import event_of
from clew.exchange.letters import Header, Letter
from clew.exchange.threads import Event, EventKind, ThreadState, fold
from clew.node.exchange.models import Thread, ThreadEvent
from clew.node.exchange.writing import write_columns


def event_row(
    thread: Thread, kind: EventKind, *, letter: str, by: str, at: dt.datetime, data: Mapping[str, Any] | None = None
) -> ThreadEvent:
    """An event, not kept yet. Moments are kept to the second, as they are signed."""
    return ThreadEvent(
        thread=thread, kind=kind.value, letter=letter, by=by, at=at.replace(microsecond=0), data=dict(data or {})
    )


def keep_events(events: Sequence[ThreadEvent], now: dt.datetime) -> None:
    """Keep events and fold their threads anew; the same event twice is one. Three queries, however many."""
    ThreadEvent.objects.bulk_create(events, ignore_conflicts=True)
    threads = {event.thread_id: event.thread for event in events}
    known: dict[int, list[Event]] = {pk: [] for pk in threads}
    kept = ThreadEvent.objects.filter(thread__in=known)
    for thread_id, *event in kept.values_list("thread", "kind", "at", "letter", "by", "data"):
        known[thread_id].append(_event(*event))
    for pk, thread in threads.items():
        put_state(thread, fold(known[pk]), now)
    write_columns(threads.values(), ["state", "due", "answered", "changed"])


def keep_new(threads: Sequence[Thread], events: Sequence[ThreadEvent], now: dt.datetime) -> None:
    """Keep threads that are new together with those of the events that are theirs: their state is known beforehand."""
    if not threads:
        return
    new = {thread.uid: list[ThreadEvent]() for thread in threads}
    for row in events:
        if row.thread.uid in new:
            new[row.thread.uid].append(row)
    for thread in threads:
        put_state(thread, fold(map(_event_of, new[thread.uid])), now)
    Thread.objects.bulk_create(threads)
    first = [row for rows in new.values() for row in rows]
    for row in first:
        row.thread = row.thread  # takes over the number that the thread has now
    ThreadEvent.objects.bulk_create(first, ignore_conflicts=True)


def put_state(thread: Thread, state: ThreadState, now: dt.datetime) -> None:
    """What lists read of a state."""
    thread.state, thread.due, thread.answered, thread.changed = state.state.value, state.deadline, state.answered, now


def letter_event_data(header: Header, body: Mapping[str, Any]) -> dict[str, Any]:
    """What the fold needs to know of a letter: numbers, codes and moments, nothing that anyone wrote."""
    event = event_of(Letter(header, body, b""))
    return {
        "type": event.type,
        "in_reply_to": event.in_reply_to,
        "items": list(event.items),
        "answers": [list(answer) for answer in event.answers],
        "beside": [list(beside) for beside in event.beside],
        "due": moments.to_text(event.due) if event.due else "",
        **({"code": event.code} if event.code else {}),
        **({"outcome": event.outcome} if event.outcome else {}),
    }


def folded(thread: Thread) -> ThreadState:
    """The state of a kept thread with the outcome of every item."""
    return fold(map(_event_of, ThreadEvent.objects.filter(thread=thread)))


def folded_all(threads: Collection[int]) -> dict[int, ThreadState]:
    """The states of kept threads, by their numbers; one query, however many."""
    known: dict[int, list[Event]] = {}
    kept = ThreadEvent.objects.filter(thread__in=threads) if threads else ThreadEvent.objects.none()
    for thread, *event in kept.values_list("thread", "kind", "at", "letter", "by", "data"):
        known.setdefault(thread, []).append(_event(*event))
    return {thread: fold(events) for thread, events in known.items()}


def _event_of(row: ThreadEvent) -> Event:
    return _event(row.kind, row.at, row.letter, row.by, row.data)


def _event(kind: str, at: dt.datetime, letter: str, by: str, data: Mapping[str, Any]) -> Event:
    due = data.get("due")
    return Event(
        kind=EventKind(kind),
        at=at,
        letter=letter,
        by=by,
        type=data.get("type", ""),
        in_reply_to=data.get("in_reply_to", ""),
        items=tuple(data.get("items", ())),
        answers=tuple((number, outcome) for number, outcome in data.get("answers", ())),
        due=moments.from_text(due) if due else None,
        code=data.get("code", ""),
        beside=tuple((number, text) for number, text in data.get("beside", ())),
        outcome=data.get("outcome", ""),
    )
