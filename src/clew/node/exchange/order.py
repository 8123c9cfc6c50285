"""The order of letters with each party, kept per direction (`clew.exchange.sequence` judges)."""

from __future__ import annotations

from collections.abc import Iterable

from clew.exchange.sequence import NO_PREVIOUS, Known, Order, Place, judge
from clew.node.exchange.models import InboxEntry, PairState

MOST_MISSING = 1000
"""Numbers remembered as missing with one party; a gap larger than that is said once and needs a human anyway."""


def pair(party: str, direction: str) -> PairState:
    """The order in one direction, locked for this transaction."""
    found = PairState.objects.select_for_update().filter(party=party, direction=direction).first()
    return found or PairState.objects.create(party=party, direction=direction, digest=NO_PREVIOUS)


def advance(state: PairState, digest: str) -> None:
    """The next letter out has this digest; `keep` writes it."""
    state.sequence += 1
    state.digest = digest


def keep(state: PairState) -> None:
    """Write the order as it stands."""
    state.save(update_fields=["sequence", "digest", "missing"])


class IncomingOrder:
    """The order of what one party sent, while a portion of it is judged; `keep` writes it."""

    def __init__(self, sender: str, sequences: Iterable[int]) -> None:
        self._state = pair(sender, "in")
        near = {number + step for number in sequences for step in (-1, 0, 1)}
        rows = InboxEntry.objects.filter(sender=sender, sequence__in=near)
        self._arrived = {
            sequence: (previous, digest)
            for sequence, previous, digest in rows.values_list("sequence", "previous", "letter_digest")
        }

    def place(self, sequence: int, previous: str, digest: str) -> Order:
        """Judge a letter's place, and remember it if it has one."""
        known = Known(
            highest=self._state.sequence,
            here=self._digest(sequence),
            before=self._digest(sequence - 1),
            claimed_after=self._arrived.get(sequence + 1, ("", ""))[0],
        )
        order = judge(sequence=sequence, previous=previous, digest=digest, known=known)
        if order.acceptable:
            self._remember(sequence, previous, digest, order)
        return order

    def keep(self) -> None:
        """Write the order as it stands."""
        keep(self._state)

    def _digest(self, sequence: int) -> str:
        return self._arrived.get(sequence, ("", ""))[1]

    def _remember(self, sequence: int, previous: str, digest: str, order: Order) -> None:
        self._arrived[sequence] = (previous, digest)
        state = self._state
        if order.place is Place.LATE:
            state.missing = [number for number in state.missing if number != sequence]
        else:
            state.sequence, state.digest = sequence, digest
            state.missing = [*state.missing, *order.missing[: MOST_MISSING - len(state.missing)]]
