"""What one node holds in the end, as far as it does not depend on ids, times and keys.

Started as `python -m tests.faults.content HOME`, because a process holds the settings of one node. The answer on
standard output is a JSON object:
- "tables": for every table of the store its rows, counted (see `rows`),
- "acts": the entries of the audit log, counted by act,
- "statements": property, value and kind of source of each, a sealed value as "sealed",
- "letters": what each says, opened as the node itself opens them,
- "problems": what the verification of the audit log finds; empty if the log verifies.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TELLING = ("code", "decision", "direction", "kind", "role", "schema", "stage", "state", "status", "verdict")
"""Columns that say what became of a row; those that hold no text are left out."""
TEXTS = {"CharField", "TextField"}
OWN = re.compile(
    r"[0-9a-f]{16,}|\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-][\d:]+)?)?|[A-Z]{2,}-?\d{4}-\d+|\b[a-z2-7]{26}\b|[\w+/=-]{40,}"
)
"""What is another in each telling: ids, digests, times, references, keys."""


def main(home: Path) -> None:
    """Print what the node holds."""
    from clew.cli.answers import set_up_node

    set_up_node(home, process="web")
    from django.apps import apps

    from clew.node.audit.models import AuditEntry
    from clew.node.audit.queries import verify

    told = {
        "tables": {model._meta.db_table: rows(model) for model in apps.get_models(include_auto_created=True)},
        "acts": counted(AuditEntry.objects.values_list("act", flat=True)),
        "statements": statements(),
        "letters": letters(),
        "problems": list(verify().problems),
    }
    json.dump(told, sys.stdout, ensure_ascii=False)


def rows(model: Any) -> dict[str, int]:
    """The rows of a model, counted by their telling columns and by which of the moments that may come have come.

    Left out is what depends on who was there when: a letter of receipts takes along as many as are due, and a receipt
    "stored" is not waited for once "opened" has come, which says it too. An upload that was cut off before its import
    was started stays beside the one that is made anew, and brings nothing into the dossier.
    """
    fields = model._meta.concrete_fields
    names = [each.name for each in fields if each.name in TELLING and each.get_internal_type() in TEXTS]
    moments = [each.name for each in fields if each.null and each.get_internal_type() == "DateTimeField"]
    label = model._meta.label
    found = model._base_manager.all()
    if label in {"exchange.OutboxEntry", "exchange.InboxEntry"}:
        found = found.exclude(kind="receipt")
    if label == "exchange.Receipt":
        found = found.exclude(letter=None).exclude(stage="stored")
    if label == "exchange.ThreadEvent":
        found = found.exclude(kind="stored")
    if label == "transfer.ImportBatch":
        found = found.exclude(state__in=["uploaded", "checked"])
    return counted(
        " ".join([*(str(row[name]) for name in names), *(name for name in moments if row[name])])
        for row in found.values("pk", *names, *moments)
    )


def statements() -> dict[str, int]:
    """The statements of the dossier, counted by what they say."""
    from clew.node.dossier.models import Statement

    found = Statement.objects.values_list("prop__name", "value", "ref", "source__kind")
    return counted(f"{prop} = {'entity' if ref else value or 'sealed'} ({kind})" for prop, value, ref, kind in found)


def letters() -> dict[str, int]:
    """The letters, opened as the node opens them, counted by what they say."""
    from clew.node.exchange.models import Letter
    from clew.node.exchange.reading import opened

    return counted(f"{row.direction} {row.state} {without_own(opened(row).body)}" for row in Letter.objects.all())


def counted(words: Iterable[str]) -> dict[str, int]:
    """How often each occurs, in order."""
    return dict(sorted(Counter(words).items()))


def without_own(body: Any) -> str:
    """A letter's body without what is another in each telling."""
    return OWN.sub("*", json.dumps(body, ensure_ascii=False, sort_keys=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
