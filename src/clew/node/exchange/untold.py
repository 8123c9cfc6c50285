"""Who has a statement that ended here, and has not been told so; and which number it has in a letter of ours."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from clew.disclosure.particulars import CORRECT
from clew.exchange.refusals import Refusal
from clew.node.disclosure.queries import carried_by, left_of_statements, open_corrections, statements_carried
from clew.node.exchange.at_rest import NotReadableAtRest
from clew.node.exchange.models import Letter, Recall
from clew.node.exchange.reading import opened


@dataclass(frozen=True, slots=True)
class Holder:
    """A letter of ours whose recipient has not been told; `number`: of the statement in it, None where unclear."""

    letter: Letter
    decision: int
    number: int | None


def untold_holders(statement: int, *, replaced: bool) -> list[Holder]:
    """The letters that carried a statement which ended, and whose recipients have not been told so.

    Args:
        replaced: whether something stands in its place. Then to have been told only that it is wrong is not enough.
    """
    rows = Letter.objects.filter(decision__in=left_of_statements([statement]), direction="out")
    letters = list(rows.select_related("thread").order_by("pk"))
    told = told_of([row.uid for row in letters], replaced=replaced)
    holders = [Holder(row, row.decision or 0, number_in(row, statement)) for row in letters]
    return [one for one in holders if not is_told(told.get(one.letter.uid, ()), one.number)]


def untold_statements(ended: Collection[tuple[int, int, bool]]) -> list[int]:
    """Those of (statement, decision, replaced) of which a holder has not been told; a constant number of queries."""
    carried = statements_carried({decision for _statement, decision, _replaced in ended})
    letters = dict(Letter.objects.filter(decision__in=carried, direction="out").values_list("decision", "uid"))
    told = {replaced: told_of(list(letters.values()), replaced=replaced) for replaced in (False, True)}
    untold = [
        statement
        for statement, decision, replaced in ended
        if decision in letters
        and not is_told(told[replaced].get(letters[decision], ()), carried[decision].index(statement) + 1)
    ]
    return list(dict.fromkeys(untold))


def told_of(letters: Collection[str], *, replaced: bool) -> dict[str, list[list[int]]]:
    """By letter, the numbers that its recipient was told of, or is about to be; [] stands for all of the letter."""
    found: dict[str, list[list[int]]] = {}
    rows = Recall.objects.filter(direction="out", recalled__in=letters)
    if replaced:
        rows = rows.exclude(cause__action=CORRECT)
    for letter, numbers in rows.values_list("recalled", "numbers"):
        found.setdefault(letter, []).append(numbers)
    for letter, number in open_corrections(letters):
        found.setdefault(letter, []).append([number])
    return found


def is_told(told: Iterable[list[int]], number: int | None) -> bool:
    """Whether one of these covers that number of a letter; an unclear one is covered by what means all of it."""
    return any(not numbers or number in numbers for numbers in told)


def number_in(letter: Letter, statement: int) -> int | None:
    """The number of a statement in a letter of ours; None where it is unclear."""
    carried = [one for one, _source in carried_by(letter.decision)] if letter.decision is not None else []
    return carried.index(statement) + 1 if statement in carried and len(carried) == how_many_stated(letter) else None


def how_many_stated(letter: Letter) -> int | None:
    """How many statements a letter says; None where it can no longer be read."""
    try:
        return len(opened(letter).body.get("statements", ()))
    except (Refusal, NotReadableAtRest):
        return None
