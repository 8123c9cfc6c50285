"""That a letter exists, for who may see it: its uid and its correspondence, nothing of what it says."""

from __future__ import annotations

from dataclasses import dataclass

from clew.node.accounts.actions import Officer
from clew.node.exchange.queries.visibility import visible_letters


@dataclass(frozen=True, slots=True)
class ToldLetter:
    """A letter and the correspondence it belongs to."""

    uid: str
    thread: str


def letter_told(*, officer: Officer, uid: str = "", envelope: str = "") -> ToldLetter | None:
    """The letter of that uid, or that came in that envelope; None when it does not exist or is not the officer's."""
    found = visible_letters(officer).filter(uid=uid) if uid else visible_letters(officer).filter(envelope=envelope)
    row = found.values_list("uid", "thread__uid").first()
    return ToldLetter(*row) if row else None
