"""What the numbers of a received letter's statements became in the dossier."""

from __future__ import annotations

from clew.exchange.refusals import Refusal
from clew.node.dossier.queries import LetterSource
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.intake import recorded_numbers
from clew.node.exchange.models import Letter
from clew.node.exchange.reading import opened


def statements_by_number(letter: Letter, source: LetterSource) -> dict[int, int]:
    """What the letter's numbers became in that source; empty where that is unclear."""
    numbers = _recorded(letter)
    return dict(zip(numbers, source.statements, strict=True)) if len(numbers) == len(source.statements) else {}


def _recorded(letter: Letter) -> list[int]:
    try:
        return recorded_numbers(opened(letter).body)
    except (Refusal, NotReadableAtRest):
        return []
