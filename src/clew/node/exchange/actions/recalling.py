"""Taking a letter or a source back from everyone who holds it, and answering a partner that does."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.disclosure.particulars import CORRECT
from clew.exchange.kinds.amending import CorrectAck, HolderOutcome, PassedOn, RecallAck
from clew.exchange.kinds.amending import Recall as RecallBody
from clew.exchange.kinds.records import body_of
from clew.exchange.threads import DONE
from clew.node.accounts.actions import NODE, Actor, Officer, Refused, action, not_yours, require_compartment
from clew.node.disclosure.actions import forget_contents
from clew.node.dossier.actions import destroy_source
from clew.node.dossier.queries import source_origin, sources_of_letter
from clew.node.exchange.actions.retaining import forget_letters
from clew.node.exchange.actions.undecided import write_undecided
from clew.node.exchange.dispatching import Route
from clew.node.exchange.evidence_ending import erase_taken
from clew.node.exchange.models import Letter, Recall
from clew.node.exchange.queries.visibility import visible_letters
from clew.node.exchange.recalling import (
    CORRECT_ACK,
    ERASE,
    HELD,
    RECALL,
    RECALL_ACK,
    RECALLABLE,
    close_letter,
    covers,
    letters_of_source,
    meant_statements,
    numbers_of_source,
    order_recall,
    record_recall,
)
from clew.node.exchange.words import RECALL_ACTIONS, RECALL_REASONS
from clew.node.partners.queries import UsableKeys
from clew.node.types import BadInput

REFERENCE: Final = re.compile(r"[\w./:() -]{1,100}")
"""A court's reference: its number, and no sentence."""

MOST_PASSED_ON: Final = 200
"""Onward holders that one answer can name (`recall-ack-1.json`)."""


@action("exchange.recall_letter", permission="letter.recall")
def recall_letter(*, actor: Actor, letter_uid: str, what: str, reason: str) -> Recall:
    """Take one letter back from whoever it went to; its recipient passes that on to those it passed the letter on to.

    Args:
        what: a code of `words.RECALL_ACTIONS`. reason: a code of `words.RECALL_REASONS`.

    Raises:
        Refused: the letter is not the actor's, or the node itself asks.
        BadInput: an unknown code, a letter that brings nothing, or one that was taken back already.
    """
    officer = _human(actor)
    _check_codes(what, reason)
    letter = visible_letters(officer).filter(uid=letter_uid, direction="out").first()
    if letter is None:
        raise not_yours()
    if letter.kind not in RECALLABLE:
        raise BadInput("", _("This kind of letter brings nothing that could be taken back."), _("Choose another."))
    if covers(letter, (), what):
        raise BadInput("", _("This letter was taken back already."), _("Read on its page who has answered."))
    recall = order_recall(
        letter, numbers=(), action=what, reason=reason, now=timezone.now(), officer_id=officer.pk
    )  # fmt: skip
    record_recall(actor, "exchange.recall_letter", recall)
    return recall


@action("exchange.recall_source", permission="letter.recall")
def recall_source(*, actor: Actor, source_id: int, what: str, reason: str) -> list[Recall]:
    """Take a source back from everyone whom letters of this node carried it to: one recall for each such letter.

    Args: as `recall_letter`.

    Raises:
        Refused: the source is not the actor's, or the node itself asks.
        BadInput: an unknown code, or nothing of it has left that was not taken back already.
    """
    officer = _human(actor)
    source = source_origin(source_id)
    if source is None:
        raise not_yours()
    require_compartment(actor, source.compartment)
    _check_codes(what, reason)
    now = timezone.now()
    made = []
    for letter in letters_of_source(source_id):
        numbers = numbers_of_source(letter, source_id)
        if not covers(letter, numbers, what):
            made.append(
                order_recall(letter, numbers=numbers, action=what, reason=reason, now=now, officer_id=officer.pk)
            )
    if not made:
        raise BadInput("", _("Nothing of it is out that was not taken back already."), _("Read below who answered."))
    for recall in made:
        record_recall(actor, "exchange.recall_source", recall)
    return made


@action("exchange.answer_recall", permission="letter.recall")
def answer_recall(
    *, actor: Actor, recall_uid: str, outcome: str, until: dt.date | None = None, reference: str = ""
) -> Recall:
    """Say what became of what a partner took back. Its use has stopped already; this is what a human answers for.

    `done` destroys what is to be erased: the statements, what decisions looked at, and the letters that carried them.
    The partner reads the outcome, the day, and who else was told; a court's reference stays here.

    Raises:
        Refused: it is not the actor's, or the node itself asks.
        BadInput: it is answered already, an unknown outcome, no reference of the court, a letter with some of it is on
            its way, or it is a correction that nobody has taken.
    """
    officer = _human(actor)
    recall = Recall.objects.select_for_update().filter(uid=recall_uid, direction="in").first()
    if recall is None or not visible_letters(officer).filter(uid=recall.recalled, direction="in").exists():
        raise not_yours()
    if recall.outcome:
        raise BadInput("", _("This recall is answered already."), _("Reload the page to see what was said."))
    if recall.action == CORRECT and Letter.objects.filter(uid=recall.uid, state="quarantined").exists():
        raise BadInput("", _("The correction itself waits to be taken."), _("Take it, or decline it. Then answer."))
    if outcome not in {DONE, HELD}:
        raise BadInput("outcome", _("This answer is unknown."), _("Choose one from the list."))
    if outcome == HELD:
        if not REFERENCE.fullmatch(reference.strip()):
            raise BadInput("reference", _("No reference of the court is given."), _("Enter its number, no sentence."))
        recall.reference, recall.until = reference.strip(), until.isoformat() if until else ""
    elif recall.action == ERASE:
        _destroy(recall)
    recall.outcome, recall.settled, recall.settled_by_id = outcome, timezone.now(), officer.pk
    recall.save(update_fields=["outcome", "settled", "settled_by", "reference", "until"])
    record_recall(actor, "exchange.answer_recall", recall)
    return recall


@action("exchange.send_recalls", permission="node.act")
def send_recalls(*, actor: Actor, recalls: Sequence[tuple[Recall, Route]], now: dt.datetime) -> None:
    """Write, seal and queue recalls, and answers to recalls; their routes' keys must be usable."""
    letters = {
        row.uid: row
        for row in Letter.objects.select_related("thread").filter(
            uid__in=[recall.recalled if recall.direction == "out" else recall.uid for recall, _route in recalls]
        )
    }
    for recall, route in recalls:
        if not isinstance(route.keys, UsableKeys):
            raise ValueError("A recall is written only where its recipient can be written to.")
        if recall.direction == "out":
            recalled = letters[recall.recalled]
            write_undecided(about=recalled, kind=RECALL, package=_body(recall), route=route, now=now, uid=recall.uid)
        else:
            recall.passed_on = _passed_on(recall)
            kind = CORRECT_ACK if recall.action == CORRECT else RECALL_ACK
            write_undecided(about=letters[recall.uid], kind=kind, package=_answer(recall), route=route, now=now)
        recall.sent = now
        recall.save(update_fields=["sent", "passed_on"])
        record_recall(actor, "exchange.send_recall", recall)


def _human(actor: Actor) -> Officer:
    if not isinstance(actor, Officer):
        raise Refused(_("Only a human takes a letter back, or answers for one."), _("An officer of the team can."))
    return actor


def _check_codes(what: str, reason: str) -> None:
    if what not in RECALL_ACTIONS:
        raise BadInput("what", _("This code is unknown."), _("Choose one from the list."))
    if reason not in RECALL_REASONS:
        raise BadInput("reason", _("This code is unknown."), _("Choose one from the list."))


def _destroy(recall: Recall) -> None:
    """Destroy what is to be erased; who may answer for the recall need not be who reviews what is kept."""
    letter = Letter.objects.get(uid=recall.recalled, party=recall.party, direction="in")
    reason = _("Its sender took it back (letter %(number)s).") % {"number": recall.uid[:8]}
    decisions: list[int] = []
    erase_taken(letter, recall.numbers)
    for source in sources_of_letter(letter.uid):
        meant = meant_statements(recall, letter, source)
        only = meant if recall.numbers else None
        held = destroy_source(actor=NODE, source_id=source.pk, reason=reason, only=only, recalled=True)
        decisions += forget_contents(actor=NODE, statement_ids=held.statements).decisions
    if letter.state == "quarantined":
        # Nobody can take what can no longer be read.
        close_letter(letter)
    forget_letters(actor=NODE, uids=[letter.uid], decisions=decisions)


def _body(recall: Recall) -> bytes:
    return body_of(
        RecallBody(
            digest=recall.digest, action=recall.action, reason=recall.reason,  # type: ignore[arg-type]
            statement_numbers=tuple(recall.numbers), answer_by=recall.answer_by,
        )
    )  # fmt: skip


def _answer(recall: Recall) -> bytes:
    passed_on = tuple(PassedOn(to, letter) for to, letter in recall.passed_on)
    outcome: HolderOutcome = recall.outcome  # type: ignore[assignment]  # one of the list, by whoever entered it
    if recall.action == CORRECT:
        return body_of(CorrectAck(outcome=outcome, until=recall.until, passed_on=passed_on))
    return body_of(RecallAck(digest=recall.digest, outcome=outcome, until=recall.until, passed_on=passed_on))


def _passed_on(recall: Recall) -> list[list[str]]:
    """Each onward holder once, with the letter that tells it, be that on its way or held back for now."""
    told: dict[str, str] = {}
    for party, uid in recall.onward.order_by("pk").values_list("party", "uid"):
        told.setdefault(party, uid)
    return [[party, uid] for party, uid in list(told.items())[:MOST_PASSED_ON]]
