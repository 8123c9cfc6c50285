"""Keeping what was recorded at a step, with its entry in the log: codes and numbers, never a word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer
from clew.node.audit.actions import record
from clew.node.referral.models import Entry, Path, new_uid
from clew.node.referral.sealing import seal
from clew.node.types import BadInput


def keep(
    officer: Officer,
    path: Path,
    kind: str,
    said: Mapping[str, Any],
    *,
    outcome: str = "",
    needs_second: bool = False,
) -> Entry:
    """Keep an entry, and the act that records it. Raises `BadInput` where one of the kind waits for a second person."""
    uid = new_uid()
    sealed = seal(path.person_id, said, kind="entry", uid=uid)
    try:
        with transaction.atomic():
            made = Entry.objects.create(
                uid=uid, path=path, kind=kind, outcome=outcome, sealed=sealed, needs_second=needs_second,
                recorded_by=officer, recorded=timezone.now(),
            )  # fmt: skip
    except IntegrityError as fault:
        cure = _("Have a second person answer that first.")
        raise BadInput("", _("Something of this kind waits for a second person already."), cure) from fault
    log(officer, f"referral.record_{kind}", path, entry=made.pk, outcome=outcome, second=needs_second)
    return made


def move(path: Path, status: str) -> None:
    """Let the path be listed by another status."""
    path.status = status
    path.save(update_fields=["status"])


def log(officer: Officer, act: str, path: Path, **details: Any) -> None:
    """An act on a path."""
    record(actor=officer, act=act, object_kind="path", object_id=path.pk, details={"case": path.case_id, **details})
