"""What a letter allows of a source, or takes back: an input of the rules on passing on (R04, R10, R11, R33)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.disclosure.models import Authorisation


@action("disclosure.record_grant", permission="node.act")
def record_grant(
    *,
    actor: Actor,
    letter: str,
    by: str,
    source_id: int,
    statements: Sequence[int],
    recipients: Sequence[str],
    purpose: str,
    evidence: bool,
    conditions: Sequence[str],
    expires: dt.date,
) -> list[Authorisation]:
    """Keep what a grant that an officer took allows: one row for each recipient, for that purpose alone.

    Args:
        letter: uid of the grant. by: uid of who sent it. statements: those that are meant, () for all of the source.
    """
    now = timezone.now()
    made = [
        Authorisation.objects.create(
            source_id=source_id, by=by, purpose=purpose, evidence=evidence, recipient=recipient,
            reference=letter[:8], given=now.date(), expires=expires, letter=letter, statements=list(statements),
            conditions=list(conditions), recorded=now,
        )
        for recipient in recipients
    ]  # fmt: skip
    record(
        actor=actor, act="disclosure.record_grant", object_kind="source", object_id=source_id,
        details={"letter": letter, "by": by, "recipients": len(made), "statements": len(statements),
                 "purpose": purpose, "evidence": evidence, "expires": expires.isoformat()},
    )  # fmt: skip
    return made


@action("disclosure.end_grant", permission="node.act")
def end_grant(*, actor: Actor, letter: str) -> int:
    """What that grant allowed is allowed no more; returns how many rows that ended."""
    ended = Authorisation.objects.filter(letter=letter, withdrawn=None).update(withdrawn=timezone.now())
    record(
        actor=actor, act="disclosure.end_grant", object_kind="letter", object_id=letter, details={"ended": ended}
    )  # fmt: skip
    return ended
