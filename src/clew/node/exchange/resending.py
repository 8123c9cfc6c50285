"""What goes again to a partner that was brought back: found a portion at a time, in the order of the numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Max

from clew.exchange.resync import MOST_SPANS, Span
from clew.node.exchange.models import Letter, OutboxEntry, PairState, Recall, ResyncQuestion

PORTION: Final = 64
"""Letters in one transaction: sealing that many anew keeps a page waiting for a quarter of a second at most."""

_NO_END: Final = 2**62


@dataclass(frozen=True, slots=True)
class Mine:
    """A letter of this node to a partner: what is needed to say whether it can go again."""

    pk: int
    sequence: int
    letter: int | None
    waits: bool
    given_up: str
    expired: bool
    carrier: str


def next_mine(question: ResyncQuestion, now: dt.datetime) -> list[Mine]:
    """The next portion of this node's letters that the partner does not have, after those that were looked at.

    Fewer than `PORTION` are the last.
    """
    found: list[Mine] = []
    after = question.resent_to
    for first, last in _runs(question):
        if len(found) == PORTION:
            break
        found += _mine(question.party, (max(first, after + 1), last), PORTION - len(found), now)
        after = max(after, found[-1].sequence) if found else after
    return found


def _runs(question: ResyncQuestion) -> Iterator[Span]:
    """The runs of numbers that the partner does not have."""
    for first, last in sorted(question.missing):
        yield first, min(last, question.known_sequence)
    yield question.known_sequence + 1, _NO_END


def _mine(party: str, run: Span, most: int, now: dt.datetime) -> list[Mine]:
    """Of two envelopes with one letter the later one counts."""
    if run[0] > run[1]:
        return []
    numbered = OutboxEntry.objects.filter(party=party, sequence__range=run).order_by("sequence")
    newest = numbered.values("sequence").annotate(newest=Max("pk")).values_list("newest", flat=True)[:most]
    rows = OutboxEntry.objects.filter(pk__in=list(newest)).order_by("sequence").values_list(
        "pk", "sequence", "letter", "delivered", "failed", "last_problem", "expires", "carrier"
    )  # fmt: skip
    return [
        Mine(pk, sequence or 0, letter, delivered is None and failed is None,
             problem or "given-up" if failed is not None else "", expires <= now, carrier)
        for pk, sequence, letter, delivered, failed, problem, expires, carrier in rows
    ]  # fmt: skip


def taken_back(party: str, portion: Sequence[Mine]) -> set[int]:
    """Those letters of a portion that this node took back, all of each: they do not go a second time."""
    letters = Letter.objects.filter(pk__in=[one.letter for one in portion if one.letter is not None])
    recalled = Recall.objects.filter(direction="out", party=party, numbers=[])
    return set(letters.filter(uid__in=recalled.values("recalled")).values_list("pk", flat=True))


def with_numbers(spans: Sequence[Sequence[int]], numbers: Sequence[int]) -> list[list[int]]:
    """Runs of numbers, with more that rise after them; at most `MOST_SPANS`, the later ones then left out."""
    found = [list(span) for span in spans]
    for number in numbers:
        if found and found[-1][1] + 1 == number:
            found[-1][1] = number
        elif len(found) < MOST_SPANS:
            found.append([number, number])
        else:
            break
    return found


def gone(question: ResyncQuestion) -> tuple[Span, ...]:
    """The numbers up to the last that was given that the partner does not have and that do not come."""
    state = PairState.objects.filter(party=question.party, direction="out").first()
    given = state.sequence if state is not None else 0
    found: list[Span] = []
    for first, last in _runs(question):
        at, end = first, min(last, given)
        for low, high in question.coming:
            if low > end or high < at:
                continue
            if low > at:
                found.append((at, low - 1))
            at = max(at, high + 1)
        if at <= end:
            found.append((at, end))
    return tuple(found[:MOST_SPANS])


def sent_again_to(party: str) -> int | None:
    """The number up to which letters to a partner that asked may go; None where it asked nothing that is not answered.

    What comes after them waits, so that they arrive in their order.
    """
    questions = ResyncQuestion.objects.filter(party=party, answered=None, by_former_key=False)
    return questions.values_list("resent_to", flat=True).first()
