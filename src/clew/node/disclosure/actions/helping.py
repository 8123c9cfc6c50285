"""Draft a referral: a service elsewhere is asked to help a person, with the least that it needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clew.disclosure.particulars import REFERRAL, REFERRAL_SUBJECT, Particulars, Referred
from clew.disclosure.records import to_plain
from clew.node.accounts.actions import Actor, action
from clew.node.disclosure.actions.drafting import case_of, check_values, create_release, record_release, unread_values
from clew.node.disclosure.findings import Findings
from clew.node.disclosure.models import Release

PURPOSE = "referral"


@action("disclosure.draft_referral", permission="release.draft")
def draft_referral(
    *,
    actor: Actor,
    referred: Referred,
    needed: Mapping[int, str],
    recipient: str,
    instrument: str,
    urgency: str,
    necessity: str,
    case_id: int,
    danger: str = "",
    danger_state: str = "",
) -> Release:
    """Make a release that asks a service to help. Nothing is decided and nothing leaves.

    Args:
        referred: each thing that is told is a statement, on which the rules decide. needed: by a statement's number,
            why the service strictly needs it. danger, danger_state: what threatens a child for whom nobody can
            consent, and where (R09).

    Raises:
        BadInputs: every wrong field at once.
    """
    case = case_of(actor, case_id, REFERRAL)
    chosen = [
        {"statement": each.statement, "needed": needed.get(each.statement, ""), "minimum": "", "coarser": ""}
        for each in referred.parts
    ]
    values: dict[str, Any] = unread_values() | {
        "kind": REFERRAL, "recipient": recipient, "post": "", "instrument": instrument, "purpose": PURPOSE,
        "urgency": urgency, "subject": REFERRAL_SUBJECT, "necessity": necessity.strip(), "languages": [],
        "particulars": to_plain(Particulars(referred=referred)), "chosen": chosen, "offence_codes": [],
        "findings": Findings(danger=danger, danger_state=danger_state).stored(),
    }  # fmt: skip
    check_values(values)
    release = create_release(actor, case, values, "", "")
    record_release(actor, "disclosure.draft_referral", release)
    return release
