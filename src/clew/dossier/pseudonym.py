"""The name that lists show for a protected person: stable, and not made from anything about her."""

from __future__ import annotations

# Without letters that are read as digits or as one another.
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


def pseudonym(entity_id: int) -> str:
    """A letter and a digit that check the number, then the number: a slip in typing gives no other person's name.

    >>> pseudonym(42)
    'V4-42'
    """
    letter = _LETTERS[entity_id * 7 % len(_LETTERS)]
    return f"{letter}{entity_id * 7 % 10}-{entity_id}"


def entity_of(name: str) -> int | None:
    """The entity a pseudonym stands for; None where the check characters do not fit."""
    _check, _dash, number = name.strip().upper().partition("-")
    if not (number.isascii() and number.isdigit()) or len(number) > 18:
        return None
    return int(number) if pseudonym(int(number)) == name.strip().upper() else None
