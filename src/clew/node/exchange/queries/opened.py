"""One letter opened: how it was verified, and what is inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clew.exchange.keys import key_id
from clew.exchange.kinds.table import CONTROL
from clew.exchange.letters import Header
from clew.exchange.postponing import only_postpones
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import Envelope, read_outer, verify_outer
from clew.exchange.strict_json import canonical
from clew.node.accounts.actions import Officer
from clew.node.disclosure.queries import LetterView, letter_view
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry
from clew.node.exchange.queries.correspondence import LetterLine, letter_lines
from clew.node.exchange.queries.visibility import visible_letters
from clew.node.exchange.reading import opened
from clew.node.exchange.turnover import is_signed_with, keys_that_signed
from clew.node.exchange.words import problem_in_words
from clew.node.partners.queries import KeysWithheld, names_of, own_cards, usable_keys


@dataclass(frozen=True, slots=True)
class Check:
    """One check, done again now. `with_key` names the key; `problem` is empty when it holds."""

    with_key: str
    problem: str

    @property
    def holds(self) -> bool:
        return not self.problem


@dataclass(frozen=True, slots=True)
class OpenedLetter:
    """A letter with its layers. `header` and `body` are None when it can no longer be read, or is not as signed."""

    line: LetterLine
    envelope: Envelope | None
    outer: Check
    inner: Check
    officer: Check
    fingerprint: str
    sender: str
    recipient: str
    header: Header | None
    body: Mapping[str, Any] | None
    sizes: Mapping[str, int]

    @property
    def only_postpones(self) -> bool:
        """Whether it is a reply without a decision that only says until when items are postponed."""
        unsigned = self.header is not None and self.header.decision is None
        return unsigned and self.body is not None and only_postpones(self.body)

    @property
    def is_control(self) -> bool:
        """Whether it carries codes alone, so that nobody has to release it."""
        return self.header is not None and self.header.type in CONTROL

    @property
    def said(self) -> LetterView | None:
        """The body in the reader's words; receipts say nothing."""
        return letter_view(canonical(self.body)) if self.body is not None and "purpose" in self.body else None


def letter_opened(*, officer: Officer, uid: str) -> OpenedLetter | None:
    """One letter, every signature verified anew; None when it does not exist or is not the officer's."""
    row = visible_letters(officer).select_related("thread__case", "taken_by").filter(uid=uid).first()
    if row is None:
        return None
    raw = _envelope_bytes(row)
    envelope = read_outer(raw) if raw else None
    sender, recipient = (row.party, own_uid()) if row.direction == "in" else (own_uid(), row.party)
    transport, fingerprint = _sender_keys(row, envelope)
    header, body, problem, size = _inside(row)
    names = names_of({sender, recipient})
    proof = header.decision.officer if header and header.decision else None
    return OpenedLetter(
        line=letter_lines([row])[0],
        envelope=envelope,
        outer=_outer(envelope, transport, recipient, row),
        inner=Check(key_id(bytes(row.signed_with)), problem),
        officer=Check(proof.key_id if proof else "", problem if proof else problem_in_words("no-officer")),
        fingerprint=fingerprint,
        sender=names.get(sender, sender),
        recipient=names.get(recipient, recipient),
        header=header,
        body=body,
        sizes={"letter": size, "padded": envelope.size_class if envelope else 0, "envelope": len(raw)},
    )


def _envelope_bytes(row: Letter) -> bytes:
    model = InboxEntry if row.direction == "in" else OutboxEntry
    found = model.objects.filter(letter=row).order_by("pk").values_list("envelope", flat=True).first()
    return bytes(found) if found is not None else b""


def _sender_keys(row: Letter, envelope: Envelope | None) -> tuple[bytes, str]:
    """The transport key of whoever sent it, as it was pinned then, and the fingerprint of the card that pins it."""
    if row.direction == "out":
        cards = [(bytes(card.transport_key), card.fingerprint) for card in own_cards()]
        signed = [one for one in cards if envelope is not None and is_signed_with(envelope, one[0])]
        return next(iter([*signed, *cards]), (b"", ""))
    keys = usable_keys(row.party, row.recorded)
    if isinstance(keys, KeysWithheld):
        return b"", ""
    keys = keys_that_signed(envelope, keys) if envelope is not None else keys
    return keys.transport, keys.fingerprint


def _outer(envelope: Envelope | None, transport: bytes, recipient: str, row: Letter) -> Check:
    if envelope is None or not transport:
        return Check("", problem_in_words("sender-not-usable"))
    try:
        verify_outer(envelope, transport_key=transport, own_uid=recipient, now=row.created, check_time=False)
    except Refusal as refusal:
        return Check(key_id(transport), problem_in_words(refusal.code))
    return Check(key_id(transport), "")


def _inside(row: Letter) -> tuple[Header | None, Mapping[str, Any] | None, str, int]:
    try:
        letter = opened(row)
    except Refusal as refusal:
        return None, None, problem_in_words(refusal.code), 0
    except NotReadableAtRest:
        return None, None, problem_in_words("not-openable"), 0
    return letter.header, letter.body, "", len(letter.raw)
