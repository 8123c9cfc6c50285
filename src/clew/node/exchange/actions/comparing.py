"""What officers do to compare lists with a partner without showing them: ask, answer; and what comes of it."""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clew.disclosure.particulars import PRIVATE_ANSWER, PRIVATE_QUESTION
from clew.exchange.kinds.comparing import PrivateHit
from clew.exchange.kinds.records import body_of
from clew.exchange.letters import Letter as SignedLetter
from clew.matching.private import Round, RoundRefused
from clew.matching.private.asking import checked_contact
from clew.matching.private.rounds import SEED
from clew.node.accounts.actions import NODE, Actor, Officer, Refused, action, not_yours
from clew.node.audit.actions import record
from clew.node.cases.actions import Asked, add_task
from clew.node.cases.queries import case_head
from clew.node.disclosure.actions import decide, draft_compared
from clew.node.disclosure.queries import Release
from clew.node.exchange.comparing import (
    HIT,
    KINDS,
    answer_in,
    answer_parts,
    holdings,
    may_answer_privately,
    question_in,
    question_parts,
    read_answer,
    refused,
    round_of,
    sealed_for,
)
from clew.node.exchange.comparing_models import Comparison
from clew.node.exchange.dispatching import new_uid
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import ControlOrder, Letter
from clew.node.exchange.queries.visibility import visible_letters
from clew.node.exchange.reading import opened
from clew.node.types import BadInput

LONGEST_ROUND = dt.timedelta(days=90)
"""How long an answer is waited for."""


@action("exchange.ask_privately", permission="release.draft")
def ask_privately(
    *, actor: Actor, case_id: int, recipient: str, instrument: str, purpose: str, necessity: str, contact: str
) -> Release:
    """Draft the question whether a partner holds identifiers of a case, too. The rules decide on each at once.

    Raises:
        Refused: the case is not the actor's.
        BadInput, BadInputs: too few identifiers may be compared, or what was written does not do.
    """
    officer = _human(actor)
    case = case_head(officer=officer, pk=case_id)
    if case is None:
        raise not_yours()
    _end_old_rounds(timezone.now())
    number, seed, found = new_uid(), os.urandom(SEED), holdings(officer, case_id)
    before = Comparison.objects.filter(direction="out").values_list("number", flat=True)
    try:
        of = Round(instrument, own_uid(), recipient, number, KINDS)
        compared = question_parts(of, found, seed, _contact(contact), before)
    except RoundRefused as fault:
        raise refused(fault) from fault
    release = draft_compared(
        actor=actor, kind=PRIVATE_QUESTION, compared=compared, recipient=recipient, instrument=instrument,
        purpose=purpose, subject=_("Do you hold one of these, too?"), necessity=necessity, case_id=case_id,
    )  # fmt: skip
    Comparison.objects.create(
        direction="out", party=recipient, number=number, case_id=case_id, release=release.pk,
        points=len(compared.padding), at=timezone.now(), sealed=sealed_for(number, recipient, seed, found),
    )  # fmt: skip
    decide(actor=actor, release_id=release.pk)
    _record(actor, "exchange.ask_privately", number, to=recipient, points=len(compared.padding), case=case_id)
    return release


@action("exchange.answer_privately", permission="release.draft")
def answer_privately(*, actor: Actor, letter_uid: str, necessity: str, contact: str) -> Release:
    """Draft the answer to a partner's private question, within its quota. The rules decide on each identifier at once.

    The points count from now on, whatever becomes of the draft. The key is forgotten when this returns.

    Raises:
        Refused: the letter is not the actor's.
        BadInput, BadInputs: it was answered, the quota is used up, or what was written does not do.
    """
    officer = _human(actor)
    row = visible_letters(officer).select_related("thread__case").filter(uid=letter_uid).first()
    if row is None:
        raise not_yours()
    if not may_answer_privately(row) or row.thread.case_id is None:
        raise BadInput("", _("This question was answered already."), _("Reload the page."))
    body = opened(row).body
    found = holdings(officer, row.thread.case_id)
    # Locked, so that two answers at once do not both fit into what is left.
    earlier = list(Comparison.objects.select_for_update().filter(direction="in", party=row.party))
    try:
        question = question_in(body)
        if (question.round.asker, question.round.answerer) != (row.party, own_uid()):
            raise RoundRefused("wrong-round")
        if question.round.agreement != body["legal_basis"]["code"]:
            raise RoundRefused("wrong-round")
        compared = answer_parts(question, found, os.urandom(SEED), _contact(contact), earlier)
    except RoundRefused as fault:
        raise refused(fault) from fault
    release = draft_compared(
        actor=actor, kind=PRIVATE_ANSWER, compared=compared, recipient=row.party,
        instrument=body["legal_basis"]["code"], purpose=body["purpose"], subject=_("Answer to your private question"),
        necessity=necessity, case_id=row.thread.case_id, thread=row.thread.uid, in_reply_to=row.uid,
    )  # fmt: skip
    Comparison.objects.create(
        direction="in", party=row.party, number=question.round.number, case_id=row.thread.case_id, release=release.pk,
        points=len(question.points), at=timezone.now(), question=row.uid,
    )  # fmt: skip
    decide(actor=actor, release_id=release.pk)
    _record(actor, "exchange.answer_privately", question.round.number, to=row.party, points=len(question.points))
    return release


def note_private_answer(actor: Actor, row: Letter, letter: SignedLetter, now: dt.datetime) -> None:
    """An answer that was taken ends its round: a task here and, by a letter of one code, one over there.

    What concerns somebody who is protected by now is no hit.
    """
    if row.kind != PRIVATE_ANSWER:
        return
    round_ = round_of(row, letter.body)
    asked = Letter.objects.filter(uid=row.in_reply_to, direction="out", kind=PRIVATE_QUESTION).first()
    if round_ is None or round_.ended is not None or asked is None:
        return
    try:
        known = holdings(_human(actor), round_.case_id).items.identifiers
        entities = read_answer(round_, question_in(opened(asked).body), answer_in(letter.body), frozenset(known))
    except RoundRefused as fault:
        raise refused(fault) from fault
    round_.hit, round_.entities, round_.ended, round_.sealed = bool(entities), entities, now, b""
    round_.save(update_fields=["hit", "entities", "ended", "sealed"])
    package = body_of(PrivateHit("hit" if entities else "none"))
    ControlOrder.objects.create(about=row, kind=HIT, package=package, ordered=now)
    if entities:
        _tell(row, gettext_noop("A hit exists: ask %(contact)s. Letter %(number)s says where."), letter.body["contact"])


def take_hit(row: Letter, about: Letter, now: dt.datetime) -> None:
    """What the asker says came of our answer: a task for the team that answered, where there is a hit."""
    said, asked = opened(row).body, Letter.objects.filter(uid=about.in_reply_to, direction="in").first()
    Comparison.objects.filter(
        direction="in", party=row.party, number=opened(about).body["round"]["number"], ended=None
    ).update(hit=said["outcome"] == "hit", ended=now)
    if said["outcome"] == "hit" and asked is not None:
        text = gettext_noop("A hit exists: they may ask you, and you may ask %(contact)s. Letter %(number)s.")
        _tell(about, text, opened(asked).body["contact"])


def _end_old_rounds(now: dt.datetime) -> None:
    """A question that nobody answers is over after `LONGEST_ROUND`, and its seed is erased."""
    old = Comparison.objects.filter(direction="out", ended=None, at__lt=now - LONGEST_ROUND)
    old.update(sealed=b"", ended=now)


def _tell(row: Letter, text: str, contact: str) -> None:
    case = row.thread.case
    if case is not None and case.closed is None:
        title = Asked(text, {"contact": contact, "number": row.uid[:8]})
        add_task(actor=NODE, case_id=case.pk, kind="letter.hit", title=title, url=f"/letters/{row.thread.uid}/")


def _contact(text: str) -> str:
    try:
        return checked_contact(text.strip())
    except RoundRefused:
        problem = _("A contact is a post or an address without spaces, of 3 to 120 letters.")
        raise BadInput("contact", problem, _("Write for instance desk-2@office.example.")) from None


def _human(actor: Actor) -> Officer:
    if not isinstance(actor, Officer):
        raise Refused(_("Only a human asks or answers for her lists."), _("An officer does it."))
    return actor


def _record(actor: Actor, act: str, number: str, **details: Any) -> None:
    record(actor=actor, act=act, object_kind="comparison", object_id=number, details=details)
