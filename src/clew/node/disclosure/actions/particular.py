"""Draft a letter about another letter: a question about a request, the answer to one, or what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clew.disclosure.particulars import Particulars
from clew.disclosure.records import to_plain
from clew.node.accounts.actions import Actor, action
from clew.node.disclosure.actions.drafting import case_of, check_values, create_release, record_release, unread_values
from clew.node.disclosure.models import Release


@action("disclosure.draft_particular", permission="release.draft")
def draft_particular(
    *,
    actor: Actor,
    kind: str,
    particulars: Particulars,
    recipient: str,
    instrument: str,
    purpose: str,
    urgency: str,
    subject: str,
    necessity: str,
    case_id: int | None,
    thread: str,
    in_reply_to: str,
    post: str = "",
    languages: Sequence[str] = (),
) -> Release:
    """Make a release of a letter that is about another one. Nothing is decided and nothing leaves.

    Args:
        kind: one of `PARTICULAR_KINDS`. in_reply_to: uid of the letter it is about; thread: that one's.

    Raises:
        BadInputs: every wrong field at once.
    """
    case = case_of(actor, case_id, kind)
    values: dict[str, Any] = unread_values() | {
        "kind": kind, "recipient": recipient, "post": post, "instrument": instrument, "purpose": purpose,
        "urgency": urgency, "subject": subject.strip(), "necessity": necessity.strip(), "languages": list(languages),
        "particulars": to_plain(particulars), "offence_codes": list(case.offence_codes),
    }  # fmt: skip
    check_values(values | {"in_reply_to": in_reply_to})
    release = create_release(actor, case, values, thread, in_reply_to)
    record_release(actor, "disclosure.draft_particular", release)
    return release
