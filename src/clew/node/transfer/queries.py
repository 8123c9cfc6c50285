"""What may be seen of imports, counts and exports."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, require
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.transfer import storage
from clew.node.transfer.mapping.reading import read_mapping
from clew.node.transfer.mapping.rules import ColumnRule, MappingRules
from clew.node.transfer.mapping.shipped import shipped, shipped_ids
from clew.node.transfer.models import Export, ImportBatch, PublishedTable, StatisticalColumn, StatisticalDataset
from clew.node.transfer.models import Mapping as SavedMapping
from clew.node.transfer.opening import rules_of
from clew.node.transfer.states import State, live_datasets
from clew.node.transfer.statistics import PackedColumn, counted, normalised
from clew.node.transfer.tabulating import tabulate
from clew.node.transfer.telling import said_again
from clew.node.types import BadInput, DeskItem

if TYPE_CHECKING:
    from clew.statistics import SafeTable

UNFINISHED = dt.timedelta(days=14)
"""An upload that nobody started for so long is no longer on the desk."""


@dataclass(frozen=True, slots=True)
class MappingChoice:
    """A mapping to choose from."""

    name: str
    title: str
    description: str
    kind: str
    shipped: bool
    saved: dt.datetime | None = None
    saved_by: str = ""


def imports_of(*, officer: Officer) -> QuerySet[ImportBatch]:
    """The imports the officer may see, the latest first."""
    if "import.see" not in permissions_of(officer):
        return ImportBatch.objects.none()
    own = Q(compartment=None) & (Q(kind="statistics") | Q(made_by=officer))
    found = ImportBatch.objects.filter(Q(seen_by(officer)) | own)
    return found.select_related("made_by", "case").order_by("-made", "-pk")


def import_of(*, officer: Officer, pk: int) -> ImportBatch | None:
    """One import; None if it is not the officer's or does not exist."""
    return imports_of(officer=officer).filter(pk=pk).first()


def problems_of(batch: ImportBatch) -> list[dict[str, Any]]:
    """The problems a check found, at most `limits.KEPT_PROBLEMS`: row, field, value, problem, cure.

    The sentences are in the reader's language, whoever checked the file.
    """
    if batch.problems is None or batch.wrapped_key is None:
        return []
    found: list[dict[str, Any]] = storage.open_json(batch.stored_as, batch.wrapped_key, batch.problems)
    return [_told(one) for one in found]


def refusal_of(batch: ImportBatch) -> dict[str, Any] | None:
    """Why the file as a whole was refused, or the import failed; in the reader's language."""
    return _told(batch.refusal) if batch.refusal else None


def _told(stored: dict[str, Any]) -> dict[str, Any]:
    told = {name: stored[name] for name in ("row", "field", "value")}
    return told | {name: said_again(stored[name]) for name in ("problem", "cure")}


def mapping_choices() -> list[MappingChoice]:
    """Every mapping, those that come with Clew first."""
    language = get_language() or "en"
    found = [_choice(name, rules, language) for name in shipped_ids() if (rules := shipped(name))]
    for saved in SavedMapping.objects.select_related("saved_by").order_by("name"):
        rules = read_mapping(saved.definition)
        title, description = rules.title(language), rules.description(language)
        # A matching that was kept has no description but its name: then its columns say what it reads.
        told = ", ".join(rules.columns) if description == title else description
        by = str(saved.saved_by or "")
        found.append(MappingChoice(saved.name, title, told, rules.kind, False, saved.saved, by))
    return found


def saved_mapping(name: str) -> SavedMapping | None:
    """A mapping made on this node."""
    return SavedMapping.objects.filter(name=name).first()


def _choice(name: str, rules: MappingRules, language: str) -> MappingChoice:
    return MappingChoice(name, rules.title(language), rules.description(language), rules.kind, True)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many records of a statistical table have each value of a column; a blank has the value ""."""

    dataset: StatisticalDataset
    column: str
    counts: Counter[str]
    records: int


def datasets(*, officer: Actor) -> QuerySet[StatisticalDataset]:
    """The statistical tables, the latest first; raises `Refused` for who may not see counts."""
    require(officer, "statistics.see")
    return live_datasets()


def count(*, officer: Actor, column: str, dataset_id: int | None = None, reading: str = "given") -> Counted:
    """Count the records of a statistical table by one column.

    Args:
        dataset_id: None takes the table imported last.
        reading: `given` counts values as they stand in the file, which agrees with the file to the last record;
            `normalised` reads flags, age bands and cells of several values as docs/methods/ctdc.md says.

    Raises:
        BadInput: there is no such table or column.
    """
    dataset = dataset_for(officer=officer, dataset_id=dataset_id)
    if column not in dataset.columns:
        raise BadInput(
            "by",
            _("The table has no column “%(column)s”.") % {"column": column},
            _("Choose one of: %(columns)s.") % {"columns": ", ".join(dataset.columns)},
        )
    counts: Counter[str] = Counter()
    for block in StatisticalColumn.objects.filter(dataset=dataset, name=column):
        counts += counted(PackedColumn(block.values, bytes(block.codes)))
    if reading == "normalised":
        counts = _normalised(dataset, column, counts)
    return Counted(dataset, column, counts, dataset.records)


def dataset_for(*, officer: Actor, dataset_id: int | None = None) -> StatisticalDataset:
    """A statistical table; None takes the one imported last. Raises `BadInput` where there is none."""
    found = datasets(officer=officer)
    dataset = found.filter(pk=dataset_id).first() if dataset_id else found.first()
    if dataset is None:
        raise BadInput(
            "dataset",
            _("There is no statistical table to count in."),
            _("Import one, for instance with: clew import FILE --mapping ctdc"),
        )
    return dataset


def draft_table(
    *,
    officer: Actor,
    rows: str,
    columns: str = "",
    k: int = 11,
    method: str = "suppress",
    dataset_id: int | None = None,
) -> tuple[StatisticalDataset, SafeTable]:
    """A safe table as it would be published, checked against all that were; nothing is entered into the register.

    Raises:
        BadInput: no such records or column, or the table would identify; the reason is in words.
    """
    dataset = dataset_for(officer=officer, dataset_id=dataset_id)
    return dataset, tabulate(dataset, rows=rows, columns=columns, k=k, method=method)


def published_tables(*, officer: Actor) -> QuerySet[PublishedTable]:
    """Every table that was published, oldest first."""
    require(officer, "statistics.see")
    return PublishedTable.objects.select_related("published_by").order_by("published", "pk")


def _normalised(dataset: StatisticalDataset, column: str, counts: Counter[str]) -> Counter[str]:
    rules = {rule.name: rule for rule in rules_of(dataset.mapping).statistics}
    rule = rules.get(column, ColumnRule(column))
    read: Counter[str] = Counter()
    for value, number in counts.items():
        for one in normalised(rule, value):
            read[one] += number
    return read


def exports_of(*, officer: Officer) -> QuerySet[Export]:
    """The exports the officer made; all of them, without their files, for the data-protection officer."""
    held = permissions_of(officer)
    if "export.see" not in held:
        return Export.objects.none()
    found = Export.objects.select_related("made_by").order_by("-made", "-pk")
    return found if "export.request" not in held else found.filter(made_by=officer)


def export_of(*, officer: Officer, pk: int) -> Export | None:
    """One export the officer may see."""
    return exports_of(officer=officer).filter(pk=pk).first()


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """The officer's own imports that wait for her: checked and not started, or failed."""
    waiting = imports_of(officer=officer).filter(
        made_by=officer, state__in=(State.CHECKED, State.FAILED), changed__gt=now - UNFINISHED
    )
    return [_desk_item(one) for one in waiting[:20]]


def _desk_item(batch: ImportBatch) -> DeskItem:
    failed = batch.state == State.FAILED
    title = _("Import failed: %(title)s") if failed else _("Import checked, not yet started: %(title)s")
    return DeskItem(
        kind="import.failed" if failed else "import.checked",
        title=title % {"title": batch.title},
        url=reverse("transfer:import", args=[batch.pk]),
        case_reference=batch.case.reference if batch.case else "",
    )


def rate(batch: ImportBatch, now: dt.datetime | None = None) -> int:
    """Rows a second since the import was started; 0 before the first are done."""
    if batch.started is None or not batch.rows_done:
        return 0
    seconds = ((batch.finished or now or timezone.now()) - batch.started).total_seconds()
    return int(batch.rows_done / seconds) if seconds > 0 else 0


def stored_files() -> list[str]:
    """The names under which files of imports and exports lie in the node's directory."""
    imports = ImportBatch.objects.exclude(stored_as="").values_list("stored_as", flat=True)
    exports = Export.objects.exclude(stored_as="").values_list("stored_as", flat=True)
    return [*imports, *exports]
