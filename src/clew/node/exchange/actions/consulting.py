"""Reading a letter, or where copies of a source are: who read which, and when, is an entry of the log (R32)."""

from __future__ import annotations

from clew.node.accounts.actions import Officer, reading
from clew.node.exchange.queries import copies, opened
from clew.node.exchange.queries.copies import SourceCopies
from clew.node.exchange.queries.opened import OpenedLetter


@reading("exchange.read_letter", permission="letter.see", object_kind="letter", of=("letter_uid",))
def read_letter(*, actor: Officer, letter_uid: str) -> OpenedLetter | None:
    """One letter, every signature verified anew; None when it does not exist or is not the officer's."""
    return opened.letter_opened(officer=actor, uid=letter_uid)


@reading("exchange.read_copies", permission="letter.see", object_kind="source", of=("source_id",))
def read_copies(*, actor: Officer, source_id: int) -> SourceCopies | None:
    """Where copies of a source are; None when it does not exist or is not the officer's."""
    return copies.copies_of_source(officer=actor, source_id=source_id)
