"""Reading a letter: who read which, and when, is an entry of the log (R32)."""

from __future__ import annotations

from clew.node.accounts.actions import Officer, reading
from clew.node.exchange.queries import opened
from clew.node.exchange.queries.opened import OpenedLetter


@reading("exchange.read_letter", permission="letter.see", object_kind="letter", of=("letter_uid",))
def read_letter(*, actor: Officer, letter_uid: str) -> OpenedLetter | None:
    """One letter, every signature verified anew; None when it does not exist or is not the officer's."""
    return opened.letter_opened(officer=actor, uid=letter_uid)
