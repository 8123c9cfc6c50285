"""Record why a request was not answered in time."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, action, not_yours
from clew.node.at_rest import seal
from clew.node.audit.actions import record
from clew.node.cases.actions import finish_tasks_at
from clew.node.exchange.delays import LONGEST, REASONS, bound_to, may_explain_delay
from clew.node.exchange.models import DelayReason
from clew.node.exchange.queries.visibility import visible_letters
from clew.node.types import BadInput


@action("exchange.explain_delay", permission="letter.take")
def explain_delay(*, actor: Actor, letter_uid: str, code: str, words: str) -> DelayReason:
    """Say why a partner's request was not answered in time. It stays here; nothing of it leaves by itself.

    Args:
        code: one of `REASONS`. words: the officer's own, kept sealed.

    Raises:
        BadInput: its time has not passed, somebody has said why already, or what was written does not do.
    """
    if not isinstance(actor, Officer):
        raise Refused(_("Only a human answers for a delay."), _("An officer says why it was late."))
    row = visible_letters(actor).select_for_update(of=("self",)).select_related("thread").filter(uid=letter_uid).first()
    if row is None:
        raise not_yours()
    if not may_explain_delay(row):
        raise BadInput("", _("There is no delay to explain, or it was explained already."), _("Reload the page."))
    if code not in REASONS:
        raise BadInput("code", _("This reason is unknown."), _("Choose one from the list."))
    if not words.strip() or len(words) > LONGEST:
        raise BadInput("words", _("A sentence is needed."), _("Say why, in your own words."))
    found = DelayReason.objects.create(
        letter=row, code=code, sealed_words=seal(words.strip().encode(), bound_to(row.uid)), at=timezone.now(), by=actor
    )
    finish_tasks_at(actor=actor, kind="clock.passed", url=f"/letters/{row.thread.uid}/")
    record(actor=actor, act="exchange.explain_delay", object_kind="letter", object_id=row.uid, details={"code": code})
    return found
