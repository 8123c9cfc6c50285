"""Telling whoever has it that a statement was wrong, and what is right."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, Officer, Refused, action, not_yours, require_compartment
from clew.node.audit.actions import record
from clew.node.disclosure.actions import decide, draft_correction
from clew.node.disclosure.queries import REASONS_TO_CORRECT
from clew.node.dossier.queries import ended_statement
from clew.node.exchange.models import Recall
from clew.node.exchange.queries.visibility import visible_letters
from clew.node.exchange.recalling import ONWARD_REASON, covers, numbers_of_statements, order_recall
from clew.node.exchange.untold import Holder, untold_holders
from clew.node.types import BadInput


@dataclass(frozen=True, slots=True)
class Telling:
    """How holders are told: corrections that wait for a signature, by their releases, and recalls that leave now."""

    releases: tuple[int, ...]
    recalls: tuple[str, ...]


@action("exchange.tell_holders", permission="letter.recall")
def tell_holders(*, actor: Actor, statement_id: int, reason: str) -> Telling:
    """Tell everyone to whom letters carried a statement that it was corrected or retracted here.

    What has a new value is a release: a correction is drafted for each letter, and the rules decide on it. What has
    none tells nothing, and is taken back at once.

    Args:
        statement_id: the statement that was sent. reason: a code of `REASONS_TO_CORRECT`; every holder reads it.

    Raises:
        Refused: it is not the actor's, or the node itself asks.
        BadInput: it still stands, the reason is unknown, or nobody is left to tell.
    """
    if not isinstance(actor, Officer):
        raise Refused(_("Only a human takes a letter back, or answers for one."), _("An officer of the team can."))
    ended = ended_statement(statement_id)
    if ended is None:
        raise not_yours()
    require_compartment(actor, ended.compartment)
    if reason not in REASONS_TO_CORRECT:
        raise BadInput("reason", _("This reason is unknown."), _("Choose one from the list."))
    found = untold_holders(statement_id, replaced=ended.replacement is not None)
    mine = set(visible_letters(actor).filter(pk__in=[one.letter.pk for one in found]).values_list("pk", flat=True))
    releases, recalls = [], []
    for holder in (one for one in found if one.letter.pk in mine):
        if ended.replacement is not None and holder.number is not None:
            release = draft_correction(
                actor=actor, decision_id=holder.decision, number=holder.number, old=statement_id,
                new=ended.replacement, reason=reason,
            )  # fmt: skip
            decide(actor=actor, release_id=release.pk)
            releases.append(int(release.pk))
        elif not covers(holder.letter, _numbers(holder, statement_id), "restrict"):
            recalls.append(_strike_out(actor, holder, statement_id, reason))
    if not releases and not recalls:
        raise BadInput("", _("Nobody is left to tell."), _("Read on the page of its copies who has answered."))
    record(
        actor=actor, act="exchange.tell_holders", object_kind="statement", object_id=statement_id,
        details={"releases": len(releases), "recalls": len(recalls), "reason": reason},
    )  # fmt: skip
    return Telling(tuple(releases), tuple(each.uid for each in recalls))


def _strike_out(actor: Officer, holder: Holder, statement: int, reason: str) -> Recall:
    """Take it back. Where its number is unclear all of the letter is: rather all than the wrong one."""
    return order_recall(
        holder.letter, numbers=_numbers(holder, statement), action="restrict",
        reason=ONWARD_REASON.get(reason, reason), now=timezone.now(), officer_id=actor.pk,
    )  # fmt: skip


def _numbers(holder: Holder, statement: int) -> list[int]:
    return numbers_of_statements(holder.letter, [statement])
