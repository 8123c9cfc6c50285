"""A file that another app writes and hands out at once: numbered, marked and kept as a record among the exports."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.actions import Officer
from clew.node.marking import Mark
from clew.node.transfer.actions.exports import next_number
from clew.node.transfer.models import OVERSIGHT, Export


@dataclass(frozen=True, slots=True)
class HandOut:
    """What is handed out, to whom, what for, and by which rule it was permitted.

    Attributes:
        what: one of `OVERSIGHT`. recipient: its code; `recipient_name` is what the file calls it.
        purpose: a code of `oversight_purposes`. classification: a handling code.
        filters: what was chosen, without a value that could name a person.
    """

    what: str
    file_format: str
    recipient: str
    recipient_name: str
    purpose: str
    classification: str
    rule: str
    filters: dict[str, object]


def hand_out(
    *, actor: Officer, wanted: HandOut, write: Callable[[Mark], tuple[bytes, str, int]]
) -> tuple[Export, bytes]:
    """Number, mark, write and keep the record. Called inside the action that takes the file, which is in the log.

    Args:
        write: takes the mark and gives the file, the hash of its data, and the number of its rows.

    Raises:
        ValueError: it is not one of the files that may be handed out in this way.
    """
    if wanted.what not in OVERSIGHT:
        raise ValueError(f"{wanted.what} is exported by request_export, which decides on each fact.")
    now = timezone.now()
    mark = Mark(
        next_number(now), wanted.recipient_name, wanted.purpose, wanted.classification, now, str(actor),
        purposes="oversight_purposes",
    )  # fmt: skip
    content, content_sha256, rows = write(mark)
    export = Export.objects.create(
        number=mark.number, what=wanted.what, file_format=wanted.file_format, recipient=wanted.recipient,
        recipient_name=wanted.recipient_name, purpose=wanted.purpose, filters=wanted.filters,
        decision={"rule": wanted.rule, "outcome": "permit", "ruleset": shipped_rules().version},
        classification=wanted.classification, rows=rows, withheld=0, content_sha256=content_sha256,
        file_sha256=hashlib.sha256(content).hexdigest(), size=len(content), made=now, made_by=actor,
        file_name=f"{mark.number}-{wanted.classification}.{wanted.file_format}",
    )  # fmt: skip
    return export, content
