"""What a recall does: to whom it goes, what stops here at once when one comes, and what its answers say.

Use stops by itself, within the transaction that reads the recall: nobody has to be at her desk for it, since what was
wrongly told about a person harms her for as long as it counts. What a human must say comes after: whether it is
destroyed, or held because a court ordered so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from django.utils.translation import gettext as _

from clew.disclosure.particulars import CONSENT_GRANT, CORRECT
from clew.exchange import moments
from clew.exchange.kinds.table import KINDS
from clew.exchange.letters import Header, check_reference
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.refusals import Refusal
from clew.exchange.threads import ACTIONS, DONE
from clew.node.accounts.actions import NODE, Actor
from clew.node.audit.actions import record
from clew.node.disclosure.actions import end_grant
from clew.node.disclosure.queries import carried_by, left_of_source, left_of_statements
from clew.node.dossier.actions import retract_statement, undo_source
from clew.node.dossier.queries import LetterSource, sources_of_letter, still_standing, with_corrections
from clew.node.exchange.actions.retaining import forget_letters
from clew.node.exchange.actions.sending import give_up
from clew.node.exchange.dispatching import new_uid
from clew.node.exchange.evidence_ending import stop_received, stop_sent
from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry, Recall
from clew.node.exchange.numbering import statements_by_number
from clew.node.exchange.untold import how_many_stated

RECALL: Final = "recall"
RECALL_ACK: Final = "recall-ack"
RECALLED: Final = "recalled"
"""State of a received letter that its sender took back, and code of one that was taken back before it arrived."""

CORRECT_ACK: Final = "correct-ack"

ONWARD_REASON: Final = {"outdated": "wrong", "mixed-up": "wrong"}
"""Why a statement is taken back from an onward holder, where the reason for its correction is none of a recall."""

HELD: Final = "held-by-court-order"
NOT_HELD: Final = "not-held"
ERASE: Final = "erase"
RECALLABLE: Final = KINDS[RECALL].refers_to

ANSWER_WITHIN: Final = dt.timedelta(days=7)
"""By when a holder is asked to say what it did; who has not is listed from the first day."""


def order_recall(
    letter: Letter, *, numbers: Collection[int], action: str, reason: str, now: dt.datetime,
    officer_id: int | None = None, cause: Recall | None = None,
) -> Recall:  # fmt: skip
    """Order that one letter, or statements of it, be taken back from its recipient; the worker writes to it.

    What has not left yet does not leave any more. The recall goes all the same: a letter in an envelope that was tried
    once may have arrived, and who never got it says so.
    """
    for entry in OutboxEntry.objects.filter(letter=letter, delivered=None, failed=None, carried=None):
        give_up(actor=NODE, entry=entry, code=RECALLED, now=now)
    stop_sent(letter, now)
    answer_by = now.replace(microsecond=0) + ANSWER_WITHIN
    return Recall.objects.create(
        uid=new_uid(), direction="out", thread_id=letter.thread_id, party=letter.party, recalled=letter.uid,
        digest=letter.digest, action=action, reason=reason, numbers=sorted(numbers), cause=cause, asked=now,
        asked_by_id=officer_id, answer_by=answer_by,
    )  # fmt: skip


def covers(letter: Letter, numbers: Collection[int], action: str) -> bool:
    """Whether what is meant of a letter was taken back before, as strictly."""
    before = Recall.objects.filter(direction="out", recalled=letter.uid).exclude(action=CORRECT)
    strict = [each.numbers for each in before if ACTIONS[each.action] >= ACTIONS[action]]
    return [] in strict or (bool(numbers) and set(numbers) <= {n for each in strict for n in each})


def numbers_of_source(letter: Letter, source_id: int) -> list[int]:
    """The numbers that a source's statements have in a letter of ours; [] for all of the letter."""
    return _numbers_of(letter, lambda _statement, source: source == source_id)


def numbers_of_statements(letter: Letter, statements: Collection[int]) -> list[int]:
    """The numbers that these statements have in a letter of ours; [] for all of the letter."""
    return _numbers_of(letter, lambda statement, _source: statement in statements)


def _numbers_of(letter: Letter, is_meant: Callable[[int, int], bool]) -> list[int]:
    carried = carried_by(letter.decision) if letter.decision is not None else []
    meant = [n for n, each in enumerate(carried, 1) if is_meant(*each)]
    # One that had no value left when it was made coarser was not numbered. Rather all than the wrong ones.
    if len(carried) != how_many_stated(letter):
        return []
    # A request whose facts are taken back still asks; of any other letter nothing is left to use.
    return [] if len(meant) == len(carried) and letter.kind != "request" else meant


def check_named(letter: SignedLetter, referred: Header | None, digest: str) -> None:
    """Raise `Refusal` unless a recall, a correction, or the answer to one names what it may, by number and digest.

    One that is about a letter that has not arrived is taken: carried by hand, the letter may come after it, and then it
    must not count.
    """
    early = letter.header.type in {RECALL, CORRECT} and referred is None
    if not early:
        check_reference(letter.header, referred)
        if letter.body.get("digest", digest) != digest:
            raise Refusal("bad-field", "body/digest")


def receive_recall(row: Letter, letter: SignedLetter, now: dt.datetime) -> None:
    """A partner takes a letter back: its use stops now, and whoever got something of it from here is told."""
    body, answer_by = letter.body, letter.body.get("answer_by")
    recall = Recall.objects.create(
        uid=row.uid, direction="in", thread_id=row.thread_id, party=row.party, recalled=row.in_reply_to,
        digest=body["digest"], action=body["action"], reason=body["reason"],
        numbers=list(body.get("statement_numbers", ())), asked=now,
        answer_by=moments.from_text(answer_by) if answer_by else None,
    )  # fmt: skip
    stopped, onward = _stop(recall, now)
    record(
        actor=NODE, act="exchange.stop_recalled", object_kind="letter", object_id=recall.recalled,
        details={"recall": recall.uid, "from": recall.party, "action": recall.action, "reason": recall.reason,
                 "statements": stopped, "onward": onward, "outcome": recall.outcome},
    )  # fmt: skip


def receive_recall_ack(row: Letter, letter: SignedLetter, now: dt.datetime) -> None:
    """A holder says what became of a recall. Nothing undoes `done`, whatever comes later."""
    recall = Recall.objects.select_for_update().filter(uid=row.in_reply_to, direction="out", party=row.party).first()
    if recall is None or recall.outcome == DONE:
        return
    body = letter.body
    recall.outcome, recall.settled, recall.until = body["outcome"], now, body.get("until", "")
    recall.passed_on = [[one["to"], one["letter"]] for one in body.get("passed_on", ())]
    recall.save(update_fields=["outcome", "settled", "until", "passed_on"])


def stop_on_arrival(row: Letter, now: dt.datetime) -> None:
    """What was recalled of a letter before an officer took it stops as soon as it is in the dossier."""
    for recall in Recall.objects.filter(direction="in", party=row.party, recalled=row.uid).exclude(numbers=[]):
        stop_taken(recall, row, now)


def _stop(recall: Recall, now: dt.datetime) -> tuple[int, int]:
    """Stop the use of what is recalled; returns how many statements stopped, and how many holders are told."""
    letter = Letter.objects.select_for_update().filter(
        uid=recall.recalled, party=recall.party, direction="in"
    ).first()  # fmt: skip
    if letter is None:
        settle(recall, NOT_HELD, now)
        return 0, 0
    stop_received(letter, now)
    was_taken = letter.taken is not None and letter.state in {"accepted", RECALLED}
    if letter.kind == CONSENT_GRANT:
        # It brought nothing that could be destroyed; that it counts no more is all there is to do.
        end_grant(actor=NODE, letter=letter.uid)
        close_letter(letter)
        settle(recall, DONE, now)
        return 0, 0
    if not recall.numbers:
        close_letter(letter)
    if was_taken:
        return stop_taken(recall, letter, now)
    if not recall.numbers:
        # It never came into a dossier, so no court can have ordered that it be kept, and nothing was passed on.
        if recall.action == ERASE:
            forget_letters(actor=NODE, uids=[letter.uid])
        settle(recall, DONE, now)
    return 0, 0


def close_letter(letter: Letter) -> None:
    """Nobody can take or answer the letter any more."""
    letter.state = RECALLED
    letter.save(update_fields=["state"])
    InboxEntry.objects.filter(letter=letter, state="quarantined").update(state="done")


def stop_taken(recall: Recall, letter: Letter, now: dt.datetime) -> tuple[int, int]:
    """Stop what is meant of a letter that became a source; returns how many statements, and how many holders."""
    corrects = recall.action == CORRECT
    words = _("Its sender corrected it (letter %(number)s).") if corrects else _(
        "Its sender took it back (letter %(number)s)."
    )  # fmt: skip
    reason = words % {"number": recall.uid[:8]}
    stopped = onward = 0
    for source in sources_of_letter(letter.uid):
        meant = meant_statements(recall, letter, source)
        standing = still_standing(meant)
        if corrects or (recall.numbers and len(meant) < len(with_corrections(source.statements))):
            for statement in standing:
                retract_statement(actor=NODE, statement_id=statement, reason=reason)
        elif not source.undone:
            undo_source(actor=NODE, source_id=source.pk, reason=reason)
        stopped += len(standing)
        onward += len(_pass_on(recall, meant, now))
    return stopped, onward


def meant_statements(recall: Recall, letter: Letter, source: LetterSource) -> list[int]:
    """The statements of a source that a recall means, with what they were corrected to here; all where it is unclear.

    A value that was corrected here still rests on what its sender takes back.
    """
    by_number = statements_by_number(letter, source) if recall.numbers else {}
    if not by_number:
        return with_corrections(source.statements)
    return with_corrections(by_number[n] for n in recall.numbers if n in by_number)


def _pass_on(recall: Recall, statements: list[int], now: dt.datetime) -> list[Recall]:
    """Take back from every onward holder what this node passed on: it is the sender of its own letters."""
    sent = Letter.objects.filter(decision__in=left_of_statements(statements), direction="out").order_by("pk")
    meant = frozenset(statements)
    # What replaces it is for an officer to release; that it counts no more waits for nobody.
    asked = "restrict" if recall.action == CORRECT else recall.action
    reason = ONWARD_REASON.get(recall.reason, recall.reason)
    return [
        order_recall(
            letter, numbers=numbers_of_statements(letter, meant), action=asked, reason=reason, now=now, cause=recall
        )
        for letter in sent
    ]


def settle(recall: Recall, outcome: str, now: dt.datetime) -> None:
    """Say what became of it, where nobody need be asked."""
    recall.outcome, recall.settled = outcome, now
    recall.save(update_fields=["outcome", "settled"])


def letters_of_source(source_id: int) -> Iterable[Letter]:
    """The letters that carried statements of a source, as this node's own record of releases says."""
    return Letter.objects.filter(decision__in=left_of_source(source_id), direction="out").order_by("pk")


def waiting_recalls() -> Iterator[tuple[Recall, str, tuple[str, ...]]]:
    """Recalls that have not been sent and answers that are ready, each with its recipient and the posts on the way.

    A recall goes the way that its letter went: where that was by a post's node, there may be no other.
    """
    waiting = Recall.objects.filter(sent=None).exclude(direction="in", outcome="").order_by("pk")
    for recall in waiting:
        row = Letter.objects.filter(uid=recall.recalled, party=recall.party).only("post", "header").first()
        via = tuple(row.header.get("via", ())) if row is not None and recall.direction == "out" else ()
        yield recall, (row.post if row is not None else "") or recall.party, via


def record_recall(actor: Actor, act: str, recall: Recall) -> None:
    """The audit entry of what is done about a recall: ids and codes."""
    record(
        actor=actor, act=act, object_kind="letter", object_id=recall.recalled,
        details={"recall": recall.uid, "party": recall.party, "action": recall.action, "reason": recall.reason,
                 "outcome": recall.outcome, "statements": len(recall.numbers)},
    )  # fmt: skip
