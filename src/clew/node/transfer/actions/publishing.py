"""Publishing a table of statistical records: it is remembered, and every later one is checked against it."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, action
from clew.node.audit.actions import record
from clew.node.transfer.models import PublishedTable, StatisticalDataset
from clew.node.transfer.queries import dataset_for
from clew.node.transfer.tabulating import digest_of, population_of, tabulate


@action("transfer.publish_table", permission="statistics.publish")
def publish_table(
    *,
    actor: Actor,
    rows: str,
    columns: str = "",
    k: int = 11,
    method: str = "suppress",
    dataset_id: int | None = None,
) -> PublishedTable:
    """Make a safe table and enter it into the register of what was published.

    Whoever publishes at the same moment waits: no two tables are made without knowing of one another.

    Raises:
        BadInput: no such records or column, or the table would identify; the reason is in words.
    """
    if not isinstance(actor, Officer):
        raise Refused(_("A table is published by an officer, who answers for it."), _("Name the officer."))
    dataset = dataset_for(officer=actor, dataset_id=dataset_id)
    list(StatisticalDataset.objects.select_for_update().filter(mapping=dataset.mapping).order_by("pk"))
    document = tabulate(dataset, rows=rows, columns=columns, k=k, method=method).as_json()
    published = PublishedTable.objects.create(
        series=dataset.mapping, population=population_of(dataset), title=dataset.title, document=document,
        sha256=digest_of(document), published=timezone.now(), published_by=actor,
    )  # fmt: skip
    record(
        actor=actor, act="transfer.publish_table", object_kind="published_table", object_id=published.pk,
        details={"digest": published.sha256, "series": published.series},
    )  # fmt: skip
    return published
