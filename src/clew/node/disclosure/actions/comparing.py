"""Draft a letter that compares identifiers: each point or item with the statements that hold the identifier."""

from __future__ import annotations

from typing import Any

from clew.disclosure.particulars import Compared, Particulars
from clew.disclosure.records import to_plain
from clew.node.accounts.actions import Actor, action
from clew.node.disclosure.actions.drafting import case_of, check_values, create_release, record_release, unread_values
from clew.node.disclosure.models import Release


@action("disclosure.draft_compared", permission="release.draft")
def draft_compared(
    *,
    actor: Actor,
    kind: str,
    compared: Compared,
    recipient: str,
    instrument: str,
    purpose: str,
    subject: str,
    necessity: str,
    case_id: int,
    thread: str = "",
    in_reply_to: str = "",
) -> Release:
    """Make a release that asks or answers without telling. Nothing is decided and nothing leaves.

    Args:
        kind: a type of `COMPARING`. compared: every identifier's part, each with its statements.

    Raises:
        BadInputs: every wrong field at once.
    """
    case = case_of(actor, case_id, kind)
    statements = sorted({one for each in compared.parts for one in each.statements})
    values: dict[str, Any] = unread_values() | {
        "kind": kind, "recipient": recipient, "post": "", "instrument": instrument, "purpose": purpose,
        "urgency": "routine-7d", "subject": subject.strip(), "necessity": necessity.strip(), "languages": [],
        "particulars": to_plain(Particulars(compared=compared)), "offence_codes": list(case.offence_codes),
        "chosen": [{"statement": one, "needed": "", "minimum": "", "coarser": ""} for one in statements],
    }  # fmt: skip
    check_values(values | {"in_reply_to": in_reply_to})
    release = create_release(actor, case, values, thread, in_reply_to)
    record_release(actor, "disclosure.draft_compared", release)
    return release
