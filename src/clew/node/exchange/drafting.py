"""Begins a letter about another letter: a draft in its correspondence, on which the rules decide at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clew.disclosure.particulars import Particulars
from clew.node.accounts.actions import Officer
from clew.node.disclosure.actions import decide, draft_particular
from clew.node.exchange.models import Letter


def draft_about(
    officer: Officer, row: Letter, body: Mapping[str, Any], kind: str, particulars: Particulars, *, subject: str,
    necessity: str, purpose: str = "",
) -> int:  # fmt: skip
    """Draft a letter about a letter, under its legal basis and by its way, and ask the rules; the release's number.

    Args:
        row, body: the letter that it is about, which was opened, and belongs to a case. purpose: "" for that one's.

    Raises:
        BadInput, BadInputs: what was written does not do.
    """
    release = draft_particular(
        actor=officer,
        kind=kind,
        particulars=particulars,
        recipient=row.party,
        instrument=body["legal_basis"]["code"],
        purpose=purpose or body["purpose"],
        urgency=body.get("urgency", "routine-7d"),
        subject=subject[:300],
        necessity=necessity,
        case_id=row.thread.case_id,
        thread=row.thread.uid,
        in_reply_to=row.uid,
        post=row.post,
        languages=list(body.get("languages", ())),
    )
    decide(actor=officer, release_id=release.pk)
    return int(release.pk)
