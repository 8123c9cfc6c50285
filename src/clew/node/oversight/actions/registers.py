"""Taking the register or the log out of the node as a file; that it was taken is itself recorded (R32)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, action
from clew.node.audit.actions import record
from clew.node.marking import Mark, marked_csv
from clew.node.oversight.handing_out import CLASSIFICATION, RULE, Recipient, decided_name
from clew.node.oversight.queries.registers import (
    RegisterFilter,
    count_of_log,
    log_content,
    register_lines,
)
from clew.node.oversight.writing import register_csv
from clew.node.transfer.actions import Export, HandOut, hand_out
from clew.node.types import BadInput

MOST_ENTRIES = 5_000
"""Entries of the log in one file; each has a proof. More means: take it in shorter periods."""


@action("oversight.export_register", permission="register.export")
def export_register(*, actor: Actor, wanted: RegisterFilter, to_whom: Recipient) -> tuple[Export, bytes]:
    """The register of disclosures as CSV: days, partners and codes, no person and no case; the record, and the file.

    Raises:
        BadInput: this recipient may not have it for this purpose, or nothing fits.
    """
    officer = _officer(actor)
    name = decided_name(to_whom)
    lines = register_lines(officer=officer, wanted=wanted)
    if not lines:
        raise BadInput("", _("There is nothing to export."), _("Choose a longer period or fewer conditions."))
    filters = {key: str(value) for key, value in asdict(wanted).items() if value}

    def write(mark: Mark) -> tuple[bytes, str, int]:
        return *marked_csv(register_csv(lines), mark, _language()), len(lines)

    handed = HandOut(
        "register", "csv", to_whom.recipient, name, to_whom.purpose, CLASSIFICATION, RULE, {**filters}
    )  # fmt: skip
    export, content = hand_out(actor=officer, wanted=handed, write=write)
    record(
        actor=actor, act="oversight.export_register", object_kind="register", object_id="disclosures",
        details={"rows": len(lines), **_told(export)},
    )  # fmt: skip
    return export, content


@action("oversight.export_log", permission="register.export")
def export_log(*, actor: Actor, since: dt.date, until: dt.date, to_whom: Recipient) -> tuple[Export, bytes]:
    """The log of a period, as JSON with a proof for each entry: the record of the export, and the file.

    Raises:
        BadInput: this recipient may not have it for this purpose; the period ends before it begins, is empty, or has
            more than `MOST_ENTRIES` entries.
    """
    officer = _officer(actor)
    name = decided_name(to_whom)
    count = _checked_count(officer, since, until)
    found = log_content(officer=officer, since=since, until=until)
    data = json.dumps(found, ensure_ascii=False, sort_keys=True).encode()

    def write(mark: Mark) -> tuple[bytes, str, int]:
        marked = {"mark": mark.as_json(_language()), **found}
        content = json.dumps(marked, ensure_ascii=False, indent=1).encode()
        return content, hashlib.sha256(data).hexdigest(), count

    period: dict[str, object] = {"since": since.isoformat(), "until": until.isoformat()}
    handed = HandOut("log", "json", to_whom.recipient, name, to_whom.purpose, CLASSIFICATION, RULE, period)
    export, content = hand_out(actor=officer, wanted=handed, write=write)
    record(
        actor=actor, act="oversight.export_log", object_kind="register", object_id="log",
        details={"since": since.isoformat(), "until": until.isoformat(), "entries": count, **_told(export)},
    )  # fmt: skip
    return export, content


def _checked_count(officer: Officer, since: dt.date, until: dt.date) -> int:
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
    return count


def _told(export: Export) -> dict[str, str]:
    """What the log tells of a file: whose name stands in it is in the record of the export."""
    return {
        "number": export.number, "recipient": export.recipient, "purpose": export.purpose,
        "classification": export.classification, "sha256": export.file_sha256,
    }  # fmt: skip


def _language() -> str:
    return get_language() or "en"


def _officer(actor: Actor) -> Officer:
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person can take this out of the node."), _("Sign in and do it yourself."))
    return actor
