"""A lawyer of the node signs for one rule, for exactly the file she has checked; and takes it back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, action, sign_as_officer
from clew.node.audit.actions import record
from clew.node.rulebook.adopted import active_rules, file_digest, sign_off_digest
from clew.node.rulebook.models import RuleSignOff
from clew.node.types import BadInput, BadInputs

if TYPE_CHECKING:
    from clew.node.accounts.actions import StepUp

LONGEST = dt.timedelta(days=5 * 366)


@action("rulebook.sign_off_rule", permission="rules.sign_off")
def sign_off_rule(
    *,
    actor: Actor,
    rule_id: str,
    file: str,
    jurisdiction: str,
    sources: str,
    checked: dt.date,
    expires: dt.date,
    step_up: StepUp,
) -> RuleSignOff:
    """Sign that a rule of the set in force was checked against its sources.

    Args:
        file: digest of the rule's file as the page showed it, in hexadecimal.

    Raises:
        BadInputs: every fault of what was entered.
        BadInput: there is no such rule, or it has changed since she read it.
    """
    if not isinstance(actor, Officer):
        raise Refused(_("Only a lawyer may sign for a rule."), _("Ask a legal adviser of this node."))
    _check(jurisdiction, sources, checked, expires)
    rules = active_rules()
    if rule_id not in rules.rules or file_digest(rule_id, rules) != file:
        raise BadInput("", _("This rule has changed since you read it."), _("Read it again, then sign."))
    signature = sign_as_officer(officer=actor, digest=sign_off_digest(rule_id, file), step_up=step_up)
    made = RuleSignOff.objects.create(
        rule=rule_id,
        file_digest=file,
        jurisdiction=jurisdiction.strip(),
        sources=sources.strip(),
        checked=checked,
        expires=expires,
        officer_id=actor.pk,
        at=timezone.now(),
        method=signature.method,
        key_id=signature.key_id,
        public_key=signature.public_key,
        signature=signature.signature,
    )
    _record(actor, "rulebook.sign_off_rule", made)
    return made


@action("rulebook.withdraw_sign_off", permission="rules.sign_off")
def withdraw_sign_off(*, actor: Actor, sign_off_id: int, reason: str) -> RuleSignOff:
    """Take a sign-off back, with a reason; the rule waits for one again."""
    found = RuleSignOff.objects.select_for_update().filter(pk=sign_off_id, withdrawn=None).first()
    if found is None:
        raise BadInput("", _("This sign-off does not exist or is withdrawn."), _("Look at the list of sign-offs."))
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why it no longer holds."))
    found.withdrawn, found.withdrawn_by_id = timezone.now(), actor.pk
    found.withdrawal_reason = reason.strip()
    found.save(update_fields=["withdrawn", "withdrawn_by", "withdrawal_reason"])
    _record(actor, "rulebook.withdraw_sign_off", found)
    return found


def _check(jurisdiction: str, sources: str, checked: dt.date, expires: dt.date) -> None:
    today = timezone.now().date()
    found = []
    if not jurisdiction.strip():
        found.append(BadInput("jurisdiction", _("No jurisdiction is named."), _("Name the law you speak for.")))
    if not sources.strip():
        found.append(BadInput("sources", _("No source is named."), _("Name the official texts you have read.")))
    if checked > today:
        found.append(BadInput("checked", _("This day lies in the future."), _("Enter the day of your check.")))
    if not today < expires <= today + LONGEST:
        found.append(
            BadInput("expires", _("This day has passed or is too far away."), _("Enter a day within five years."))
        )
    if found:
        raise BadInputs(found)


def _record(actor: Actor, act: str, sign_off: RuleSignOff) -> None:
    record(
        actor=actor,
        act=act,
        object_kind="rule",
        object_id=sign_off.rule,
        details={"file": sign_off.file_digest, "sign_off": sign_off.pk, "expires": sign_off.expires.isoformat()},
    )
