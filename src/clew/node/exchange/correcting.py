"""What a correction does: what stops here when one comes, what replaces it, and what is kept of one that leaves.

What was wrong stops by itself, within the transaction that opens the correction. What is right is a partner's words
about a case, and comes into the dossier as every letter does: an officer takes it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from clew.disclosure.particulars import CORRECT
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
from clew.node.dossier.actions import note_replacement
from clew.node.dossier.queries import sources_of_letter, with_corrections
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.models import Letter, Recall
from clew.node.exchange.numbering import statements_by_number
from clew.node.exchange.reading import opened
from clew.node.exchange.recalling import (
    ANSWER_WITHIN,
    NOT_HELD,
    RECALLED,
    settle,
    stop_taken,
)


def keep_sent(letters: Iterable[tuple[Letter, SignedLetter]], now: dt.datetime) -> None:
    """Keep of each correction that leaves that its holder has to answer for it."""
    rows = [(row, letter.body) for row, letter in letters if row.kind == CORRECT]
    digests = dict(Letter.objects.filter(uid__in=[row.in_reply_to for row, _body in rows]).values_list("uid", "digest"))
    Recall.objects.bulk_create(
        Recall(
            uid=row.uid, direction="out", thread=row.thread, party=row.party, recalled=row.in_reply_to,
            digest=digests[row.in_reply_to], action=CORRECT, reason=body["reason"], numbers=_replaced(body), asked=now,
            answer_by=now.replace(microsecond=0) + ANSWER_WITHIN, sent=now,
        )
        for row, body in rows
    )  # fmt: skip


def check_numbers(letter: SignedLetter, corrected: Letter | None) -> None:
    """Raise `Refusal` where a correction names a statement that the letter does not have."""
    try:
        held = opened(corrected).body if corrected is not None else None
    except (Refusal, NotReadableAtRest):
        held = None
    known = {one["n"] for one in held.get("statements", ())} if held is not None else None
    if known is not None and not known.issuperset(_replaced(letter.body)):
        raise Refusal("bad-field", "body/replaces/statement")


def receive_correction(row: Letter, letter: SignedLetter, now: dt.datetime) -> None:
    """A partner corrects a letter: what it names stops counting now, and whoever got it from here is told so."""
    if row.state == RECALLED:
        # It was taken back before it came: what it would correct stands.
        return
    corrected = Letter.objects.select_for_update().filter(uid=row.in_reply_to, party=row.party, direction="in").first()
    recall = Recall.objects.create(
        uid=row.uid, direction="in", thread_id=row.thread_id, party=row.party, recalled=row.in_reply_to,
        digest=corrected.digest if corrected else "", action=CORRECT, reason=letter.body["reason"],
        numbers=_replaced(letter.body), asked=now, answer_by=now.replace(microsecond=0) + ANSWER_WITHIN,
    )  # fmt: skip
    stopped = onward = 0
    if corrected is not None and corrected.state in {"refused", RECALLED}:
        settle(recall, NOT_HELD, now)
    elif corrected is not None and corrected.state == "accepted":
        stopped, onward = stop_taken(recall, corrected, now)
    record(
        actor=NODE, act="exchange.stop_corrected", object_kind="letter", object_id=recall.recalled,
        details={"correction": recall.uid, "from": recall.party, "reason": recall.reason, "statements": stopped,
                 "onward": onward, "outcome": recall.outcome},
    )  # fmt: skip


def note_replacements(row: Letter, letter: SignedLetter) -> None:
    """Once a correction is taken, the statements that it replaces point at those that it brought."""
    corrected = Letter.objects.filter(uid=row.in_reply_to, party=row.party, direction="in").first()
    if row.kind != CORRECT or corrected is None:
        return
    new = {n: pk for source in sources_of_letter(row.uid) for n, pk in statements_by_number(row, source).items()}
    for source in sources_of_letter(corrected.uid):
        old = statements_by_number(corrected, source)
        for one in letter.body["replaces"]:
            if one["statement"] in old and one.get("by") in new:
                last = with_corrections([old[one["statement"]]])[-1]
                note_replacement(actor=NODE, statement_id=last, replaced_by=new[one["by"]])


def _replaced(body: Mapping[str, object]) -> list[int]:
    return sorted(one["statement"] for one in body["replaces"])  # type: ignore[attr-defined]  # its schema says so
