"""Draft the announcement of sealed files: each with the statement that says whom it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clew.disclosure.particulars import EVIDENCE, Particulars
from clew.disclosure.records import to_plain
from clew.node.accounts.actions import Actor, action
from clew.node.disclosure.actions.drafting import case_of, check_values, create_release, record_release, unread_values
from clew.node.disclosure.models import Release


@action("disclosure.draft_evidence", permission="release.draft")
def draft_evidence(
    *,
    actor: Actor,
    particulars: Particulars,
    recipient: str,
    instrument: str,
    purpose: str,
    subject: str,
    necessity: str,
    case_id: int,
    languages: Sequence[str] = (),
    use: str = "evidence",
    evidence_approval: str = "",
) -> Release:
    """Make a release that announces files. Nothing is decided and nothing leaves.

    Args:
        particulars: the files as they are sealed for this recipient, each with its statement.

    Raises:
        BadInputs: every wrong field at once.
    """
    case = case_of(actor, case_id, EVIDENCE)
    chosen = [{"statement": each.statement, "needed": "", "minimum": "", "coarser": ""} for each in particulars.files]
    values: dict[str, Any] = unread_values() | {
        "kind": EVIDENCE, "recipient": recipient, "post": "", "instrument": instrument, "purpose": purpose,
        "urgency": "routine-7d", "subject": subject.strip(), "necessity": necessity.strip(),
        "languages": list(languages), "particulars": to_plain(particulars), "chosen": chosen, "use": use,
        "evidence_approval": evidence_approval.strip(), "offence_codes": list(case.offence_codes),
    }  # fmt: skip
    check_values(values)
    release = create_release(actor, case, values, "", "")
    record_release(actor, "disclosure.draft_evidence", release)
    return release
