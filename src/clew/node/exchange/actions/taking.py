"""What officers do with letters in quarantine: take, refuse; and with what was rejected: put it away after review."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.receipts import Stage
from clew.exchange.threads import EventKind
from clew.node.accounts.actions import Actor, Refused, action, not_yours
from clew.node.accounts.queries import compartment_ids
from clew.node.audit.actions import record
from clew.node.cases.actions import add_deadline, link_entities, link_reference, open_case, record_event
from clew.node.cases.queries import case_head
from clew.node.exchange.actions.comparing import note_private_answer
from clew.node.exchange.actions.evidence_travel import ANNOUNCE, begin_receiving
from clew.node.exchange.actions.receipts import owe
from clew.node.exchange.consenting import note_grant
from clew.node.exchange.correcting import note_replacements
from clew.node.exchange.correspondence import event_row, keep_events
from clew.node.exchange.dispatching import new_uid
from clew.node.exchange.helping import REFERRAL
from clew.node.exchange.identity import own_uid
from clew.node.exchange.intake import is_confidential, record_statements
from clew.node.exchange.models import InboxEntry, Letter, Thread
from clew.node.exchange.reading import opened
from clew.node.exchange.recalling import stop_on_arrival
from clew.node.partners.actions import receive_introduction
from clew.node.partners.queries import KeysWithheld, names_of, usable_keys
from clew.node.types import BadInput

REFUSAL_CODES = ("not-competent", "unclear", "wrong-case", "other")
"""Why an officer declines a letter; what would reveal that a person is protected is not among them."""


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to open for a letter."""

    title: str
    kind: str


@action("exchange.take_letter", permission="letter.take")
def take_letter(
    *, actor: Actor, letter_uid: str, case_id: int | None = None, new_case: NewCase | None = None
) -> Letter:
    """Take responsibility for a letter: its statements become a source of the case, its clock stands in the case.

    Args:
        case_id: one of the officer's cases; None with `new_case` opens one; None without it takes the case that the
            correspondence belongs to already.

    Raises:
        BadInput: the letter was taken or refused already, no case is named, or its sender was suspended or its card
            revoked meanwhile.
    """
    row = quarantined(actor, letter_uid)
    refuse_where_it_asks_for_help(row)
    now = timezone.now()
    require_trusted(row, now)
    letter = opened(row)
    case = _case(actor, row.thread, case_id, new_case)
    if letter.header.type == "introduction":
        for card in letter.body["cards"]:
            receive_introduction(
                actor=actor,
                facilitator_uid=row.party,
                card=card.encode(),
                letter_uid=row.uid,
                reason=str(letter.body.get("necessity", "")),
            )
    if case is not None:
        _into_case(actor, row, letter, case, now)
    accept_letter(actor, row, now)
    stop_on_arrival(row, now)
    note_replacements(row, letter)
    note_grant(row, letter, now.date())
    note_private_answer(actor, row, letter, now)
    record(
        actor=actor,
        act="exchange.take_letter",
        object_kind="letter",
        object_id=row.uid,
        details={"case": case, "from": row.party, "digest": row.digest},
    )
    return row


@action("exchange.refuse_letter", permission="letter.refuse")
def refuse_letter(*, actor: Actor, letter_uid: str, code: str, reason: str) -> Letter:
    """Decline a letter; the partner reads the reason, the letter stays here for review.

    Args:
        code: one of `REFUSAL_CODES`. reason: a sentence that the partner will read.
    """
    row = quarantined(actor, letter_uid)
    refuse_where_it_asks_for_help(row)
    if code not in REFUSAL_CODES:
        raise BadInput("code", _("This reason is unknown."), _("Choose one from the list."))
    if not reason.strip() or len(reason) > 500:
        raise BadInput("reason", _("A sentence of at most 500 characters is needed."), _("Say why, in a sentence."))
    now = timezone.now()
    row.state, row.taken, row.taken_by_id = "refused", now, actor.pk
    row.save(update_fields=["state", "taken", "taken_by"])
    InboxEntry.objects.filter(letter=row, state="quarantined").update(state="refused", code="declined")
    _answer(row, now, "declined", f"{code}: {reason.strip()}")
    record(
        actor=actor,
        act="exchange.refuse_letter",
        object_kind="letter",
        object_id=row.uid,
        details={"code": code, "from": row.party, "digest": row.digest},
    )
    return row


@action("exchange.discard_rejected", permission="letter.refuse")
def discard_rejected(*, actor: Actor, entry_id: int) -> InboxEntry:
    """Put a rejected envelope away after looking at it. Its bytes are kept; it only leaves the list."""
    entry = InboxEntry.objects.select_for_update().filter(pk=entry_id, state="rejected").first()
    if entry is None:
        raise BadInput("", _("This envelope is not waiting for review."), _("Reload the list."))
    entry.state = "discarded"
    entry.save(update_fields=["state"])
    record(
        actor=actor,
        act="exchange.discard_rejected",
        object_kind="envelope",
        object_id=entry.envelope_id,
        details={"code": entry.code, "from": entry.sender, "digest": entry.digest},
    )
    return entry


def accept_letter(actor: Actor, row: Letter, now: dt.datetime) -> None:
    """Note who took a letter, and owe its sender the receipt that says so."""
    row.state, row.taken, row.taken_by_id = "accepted", now, actor.pk
    row.save(update_fields=["state", "taken", "taken_by"])
    InboxEntry.objects.filter(letter=row, state="quarantined").update(state="accepted")
    _answer(row, now, "", "")


def refuse_where_it_asks_for_help(row: Letter) -> None:
    """Raise `BadInput` for a referral: it goes into no case, and is refused by a code and never by a sentence."""
    if row.kind == REFERRAL:
        raise BadInput("", _("This letter asks for help for a person."), _("Take it under “Help for persons”."))


def require_trusted(row: Letter, now: dt.datetime) -> None:
    """Raise `BadInput` where the sender, or the post it wrote from, may no longer be trusted at all.

    A card that has only expired since the letter came does not speak against it.
    """
    for uid in filter(None, (row.party, row.post)):
        keys = usable_keys(uid, now)
        if isinstance(keys, KeysWithheld) and keys.code in {"suspended", "left", "revoked"}:
            raise BadInput("", keys.sentence, _("The letter stays in quarantine; settle the partner's standing first."))


def quarantined(actor: Actor, letter_uid: str) -> Letter:
    """The letter, if it still waits and is the actor's to take; a reply in a colleague's case is not."""
    row = (
        Letter.objects.select_for_update(of=("self",))
        .select_related("thread__case")
        .filter(uid=letter_uid, direction="in")
        .first()
    )
    case = row.thread.case if row is not None else None
    if actor.pk is None:
        raise Refused(_("Only a human takes responsibility for a letter."), _("An officer takes or declines it."))
    if row is None or (case is not None and case.compartment_id not in compartment_ids(actor)):
        raise not_yours()
    if row.state != "quarantined":
        raise BadInput("", _("This letter was taken or refused already."), _("Reload the page to see by whom."))
    return row


def _case(actor: Actor, thread: Thread, case_id: int | None, new_case: NewCase | None) -> int | None:
    """The case the letter goes into; None for an introduction, which is about no case."""
    if new_case is not None:
        return int(open_case(actor=actor, title=new_case.title, kind=new_case.kind).pk)
    chosen = case_id if case_id is not None else thread.case_id
    if chosen is None and thread.kind != "introduction":
        raise BadInput("case", _("No case is chosen."), _("Choose one of your cases, or open a new one."))
    return chosen


def _into_case(actor: Actor, row: Letter, letter: SignedLetter, case_id: int, now: dt.datetime) -> None:
    case = case_head(officer=actor, pk=case_id)  # type: ignore[arg-type]  # the node itself takes no letter
    if case is None:
        raise not_yours()
    body = letter.body
    recorded = record_statements(actor=actor, compartment_id=case.compartment_id, row=row, letter=letter, now=now)
    link_entities(actor=actor, case_id=case_id, entity_ids=recorded.entities)
    if row.thread.case_id is None:
        row.thread.case_id = case_id
        row.thread.save(update_fields=["case"])
    if body.get("case_reference"):
        link_reference(actor=actor, case_id=case_id, party_uid=row.party, reference=body["case_reference"])
    deadline = letter.header.deadline
    if deadline is not None and deadline.due is not None:
        add_deadline(
            actor=actor,
            case_id=case_id,
            title=str(body.get("subject", ""))[:300] or row.uid[:8],
            due=deadline.due,
            set_by=f"{deadline.instrument} ({deadline.urgency})",
            letter=row.uid,
            started=letter.header.created,
        )
    if row.kind == ANNOUNCE:
        begin_receiving(row, letter, case_id, new_uid(), row.taken or timezone.now())
    events = ["letter.taken"]
    if recorded.source is None and is_confidential(body):
        # A mark stands on a source, and there is none yet: whoever records one from this letter has to set it.
        events.append("letter.confidential")
    party = names_of({row.party}).get(row.party, row.party)
    for kind in events:
        record_event(
            actor=actor,
            case_id=case_id,
            kind=kind,
            url=f"/letters/{row.thread.uid}/",
            party=party,
            title=str(body.get("subject", "")),
        )


def _answer(row: Letter, now: dt.datetime, code: str, reason: str) -> None:
    """The `accepted` receipt, positive or not; the worker signs and sends it."""
    moment = now.replace(microsecond=0)
    owe(letter=row, stage=Stage.ACCEPTED, now=moment, code=code, reason=reason)
    data = {"code": code} if code else {}
    keep_events([event_row(row.thread, EventKind.ACCEPTED, letter=row.uid, by=own_uid(), at=moment, data=data)], now)
