"""Taking the register or the log out of the node as a file; that it was taken is itself recorded (R32)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, action
from clew.node.audit.actions import record
from clew.node.oversight.queries.registers import (
    RegisterFilter,
    count_of_log,
    log_content,
    register_lines,
)
from clew.node.oversight.writing import register_csv
from clew.node.types import BadInput

MOST_ENTRIES = 5_000
"""Entries of the log in one file; each has a proof. More means: take it in shorter periods."""


@action("oversight.export_register", permission="register.export")
def export_register(*, actor: Actor, wanted: RegisterFilter) -> bytes:
    """The register of disclosures as CSV: days, partners and codes, no person and no case."""
    officer = _officer(actor)
    lines = register_lines(officer=officer, wanted=wanted)
    if not lines:
        raise BadInput("", _("There is nothing to export."), _("Choose a longer period or fewer conditions."))
    content = register_csv(lines)
    record(
        actor=actor,
        act="oversight.export_register",
        object_kind="register",
        object_id="disclosures",
        details={"rows": len(lines), "sha256": hashlib.sha256(content).hexdigest()},
    )
    return content


@action("oversight.export_log", permission="register.export")
def export_log(*, actor: Actor, since: dt.date, until: dt.date) -> bytes:
    """The log of a period for a data-protection authority, as JSON with a proof for each entry.

    Raises:
        BadInput: the period ends before it begins, is empty, or has more than `MOST_ENTRIES` entries.
    """
    officer = _officer(actor)
    if until < since:
        raise BadInput("until", _("It ends before it begins."), _("Enter a later day."))
    count = count_of_log(officer=officer, since=since, until=until)
    if count == 0:
        raise BadInput("since", _("Nothing was recorded in this period."), _("Choose a longer one."))
    if count > MOST_ENTRIES:
        raise BadInput(
            "until",
            _("This period has %(count)d entries, more than one file takes.") % {"count": count},
            _("Take it in shorter periods of at most %(most)d entries.") % {"most": MOST_ENTRIES},
        )
    found = log_content(officer=officer, since=since, until=until)
    content = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True).encode()
    record(
        actor=actor,
        act="oversight.export_log",
        object_kind="register",
        object_id="log",
        details={
            "since": since.isoformat(), "until": until.isoformat(), "entries": count,
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    )  # fmt: skip
    return content


def _officer(actor: Actor) -> Officer:
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person can take this out of the node."), _("Sign in and do it yourself."))
    return actor
