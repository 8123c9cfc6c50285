"""Lists of cases and tasks. Paging goes by key, so that page 800 costs as much as page 1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact
from django.utils.dateparse import parse_datetime

from clew.node.accounts.actions import Actor, NodeActor, Officer
from clew.node.accounts.queries import officer_roles, permissions_of, seen_by
from clew.node.cases.models import Case, CaseEntity, Deadline, Document, Task
from clew.node.folded import holding_words

ROWS = 25


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases to list; "" and "all" mean any. `status` is a code, or "open" for all that are not closed."""

    status: str = "working"
    kind: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of cases, newest change first; `older` and `newer` are keys for the neighbouring pages or ""."""

    cases: Sequence[Case]
    older: str
    newer: str


def visible_cases(officer: Actor) -> QuerySet[Case]:
    """Every case of the officer's compartments.

    Asked of the store as a join: an officer may be in thousands of teams, too many to name in a query.
    """
    if isinstance(officer, NodeActor):
        return Case.objects.all()
    if "case.see" not in permissions_of(officer):
        return Case.objects.none()
    return Case.objects.filter(compartment__members__officer=officer)


def case_list(
    *, officer: Officer, where: CaseFilter | None = None, after: str = "", before: str = "", rows: int = ROWS
) -> CasePage:
    """A page of the cases that the officer may see, by last change.

    Args:
        after: key of the last row of the page before ("" = from the top); `before` goes back up.
    """
    found = _filtered(visible_cases(officer), where or CaseFilter())
    open_deadlines = Deadline.objects.filter(case=OuterRef("pk"), met=None).values("case")
    found = found.annotate(next_due=Subquery(open_deadlines.annotate(first=Min("due")).values("first")))
    start, end = _position(after), _position(before)
    if end is not None:
        moment, pk = end
        found = found.filter(Q(changed__gt=moment) | Q(changed=moment, pk__gt=pk)).order_by("changed", "pk")
    elif start is not None:
        moment, pk = start
        found = found.filter(Q(changed__lt=moment) | Q(changed=moment, pk__lt=pk)).order_by("-changed", "-pk")
    else:
        found = found.order_by("-changed", "-pk")
    got = list(found[: rows + 1])
    more, got = len(got) > rows, got[:rows]
    if end is not None:
        got.reverse()
    has_newer = more if end is not None else start is not None
    has_older = bool(got) if end is not None else more
    return CasePage(got, _key(got[-1]) if got and has_older else "", _key(got[0]) if got and has_newer else "")


def _filtered(found: QuerySet[Case], where: CaseFilter) -> QuerySet[Case]:
    if where.status == "working":
        found = found.filter(status__in=("open", "waiting"))
    elif where.status and where.status != "all":
        found = found.filter(status=where.status)
    if where.kind:
        found = found.filter(kind=where.kind)
    if where.text.strip():
        words = holding_words(where.text, lambda _typed, folded: Q(folded__contains=folded))
        found = found.filter(words) if words is not None else found.none()
    return found


def _key(case: Case) -> str:
    return f"{case.changed.isoformat()}_{case.pk}"


def _position(key: str) -> tuple[dt.datetime, int] | None:
    moment, _, pk = key.partition("_")
    try:
        parsed = parse_datetime(moment)
    except ValueError:
        return None
    # Whoever edits the address gets the first page, not an error.
    if parsed is None or parsed.tzinfo is None or not pk.isdecimal() or len(pk) > 18:
        return None
    return parsed, int(pk)


def tasks_of(*, officer: Officer, done: bool = False, everyone: bool = False) -> QuerySet[Task]:
    """Tasks that the officer can do: given to her, to one of her roles, or to nobody; earliest due first.

    Args:
        done: the finished ones instead, newest first.
        everyone: all tasks of her cases, colleagues' included.
    """
    roles = officer_roles(officer)
    # All asked row by row, and nothing that an index of officers could answer: so the store walks along the index of
    # due dates and stops after the first page, instead of sorting every task that is given to nobody.
    not_of_others = Q(Exact(Coalesce(F("assigned_id"), officer.pk), officer.pk))
    mine = not_of_others & (Q(assigned=officer) | Q(role__in=["", *sorted(roles)]))
    of_my_cases = Q(seen_by(officer, "case__compartment_id"))
    seen = (of_my_cases | Q(case=None) & mine) if everyone else (mine & (of_my_cases | Q(case=None)))
    found = Task.objects.filter(seen).select_related("case", "assigned")
    if done:
        return found.exclude(done=None).order_by("-done", "-pk")
    return found.filter(done=None).order_by(F("due").asc(nulls_last=True), "pk")


def task_of(*, officer: Officer, pk: int) -> Task | None:
    """One task of the officer's cases, or None."""
    return tasks_of(officer=officer, everyone=True).filter(pk=pk).first()


def cases_of_entity(*, officer: Officer, entity_id: int) -> QuerySet[Case]:
    """The officer's cases that look at an entry of the dossier."""
    looks_at = CaseEntity.objects.filter(case=OuterRef("pk"), entity_id=entity_id)
    return visible_cases(officer).filter(Exists(looks_at)).order_by("-changed", "-pk")


def case_of_compartment(*, officer: Actor, compartment_id: int) -> Case | None:
    """The case whose team a compartment is; None when there is none or it is not the officer's."""
    return visible_cases(officer).filter(compartment_id=compartment_id).first()


def stored_files() -> list[str]:
    """The names under which documents lie in the node's directory."""
    return list(Document.objects.values_list("stored_as", flat=True))
