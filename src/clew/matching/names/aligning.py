"""Which word of one name answers which of the other, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass

from clew.matching.names.analysing import Name, Part, make_part
from clew.matching.names.latin import STRENGTH, Surroundings, agreement
from clew.matching.names.tables import undoubled
from clew.matching.names.words import Word

_RANK = {kind: place for place, kind in enumerate(STRENGTH)}


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that speaks for or against: its kind in the table of weights, and the words."""

    kind: str
    a: str = ""
    b: str = ""


def align(a: Name, b: Name, around: Surroundings) -> list[Evidence]:
    """The evidence of two names word by word."""
    left, right, joined = _joined(a.parts, b.parts)
    if not left or not right:
        return [Evidence("unlike words", a.text, b.text)]
    pairs = _pairs(left, right, around)
    found = [Evidence(kind, left[i].word.written, right[j].word.written) for i, j, kind in pairs]
    found += [Evidence("written as one word")] * joined
    spare_a = [part for place, part in enumerate(left) if place not in {i for i, _, _ in pairs}]
    spare_b = [part for place, part in enumerate(right) if place not in {j for _, j, _ in pairs}]
    if not around.syllabic and not around.chinese:
        found += [Evidence("particle left out")] * sum(part.particle for part in (*spare_a, *spare_b))
        spare_a, spare_b = ([part for part in spare if not part.particle] for spare in (spare_a, spare_b))
    found += _left_over(left, right, pairs, spare_a, spare_b)
    found += _places(left, right, pairs)
    return found


def _joined(a: tuple[Part, ...], b: tuple[Part, ...]) -> tuple[list[Part], list[Part], int]:
    """Both lists with words joined where the other side writes them as one."""
    left, right, joined = list(a), list(b), 0
    for short, long in ((left, right), (right, left)):
        whole = {part.bare for part in short}
        place = 0
        while place + 1 < len(long):
            for many in range(min(4, len(long) - place), 1, -1):
                letters = "".join(part.letters for part in long[place : place + many])
                if (
                    len(letters) > many
                    and undoubled(letters) in whole
                    and not any(part.bare in whole for part in long[place : place + many])
                ):
                    long[place : place + many] = [_one(long[place : place + many], letters)]
                    joined += 1
                    break
            place += 1
    return left, right, joined


def _one(parts: list[Part], letters: str) -> Part:
    first = parts[0].word
    written = "".join(part.word.written for part in parts)
    return make_part(
        Word(written, letters, frozenset({letters}), "", first.tied, False, first.transcribed, False, first.part)
    )


def _pairs(left: list[Part], right: list[Part], around: Surroundings) -> list[tuple[int, int, str]]:
    """The surest agreements first, each word once; among equals the ones in the same place."""
    possible = []
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            kind = agreement(one, other, around)
            if kind:
                possible.append((_RANK[kind], abs(i - j), i, j, kind))
    found: list[tuple[int, int, str]] = []
    for _, _, i, j, kind in sorted(possible):
        if all(i != taken and j != other for taken, other, _ in found):
            found.append((i, j, kind))
    return sorted(found)


def _left_over(
    left: list[Part], right: list[Part], pairs: list[tuple[int, int, str]], spare_a: list[Part], spare_b: list[Part]
) -> list[Evidence]:
    found: list[Evidence] = []
    if not spare_a or not spare_b:
        spare_a, repeated_a = _not_repeated(spare_a, left)
        spare_b, repeated_b = _not_repeated(spare_b, right)
        found += [Evidence("word repeated")] * (repeated_a + repeated_b)
    for one, other in zip(spare_a, spare_b, strict=False):
        found.append(Evidence(_unlike(one, other, left, right, pairs), one.word.written, other.word.written))
    more = spare_a[len(spare_b) :] or spare_b[len(spare_a) :]
    for part in more:
        found.append(Evidence("father's name left out" if part.patronymic else _more(part), part.word.written))
    whole = [kind for _, _, kind in pairs if kind != "initial"]
    if not whole:
        found.append(Evidence("no whole word agrees"))
    elif len(pairs) == 1 and (len(left) > 1 or len(right) > 1):
        found.append(Evidence("one word agrees alone"))
    return found


def _not_repeated(spare: list[Part], all_parts: list[Part]) -> tuple[list[Part], int]:
    kept = [part for part in spare if sum(other.letters == part.letters for other in all_parts) < 2]
    return kept, len(spare) - len(kept)


def _unlike(one: Part, other: Part, left: list[Part], right: list[Part], pairs: list[tuple[int, int, str]]) -> str:
    """Two words that do not agree. A woman's surname may change where her given and father's names stay."""
    if len(pairs) > 2 and len(one.letters) > 3 and one.letters[1:] == other.letters[1:]:
        return "one letter"
    last = one is left[-1] and other is right[-1]
    if "former" in {one.word.part, other.word.part}:
        return "former name"
    if one.patronymic and other.patronymic:
        return "other father's name"
    if last and len(pairs) >= 2 and all(any(code.endswith("a") for code in part.codes) for part in (one, other)):
        return "changed surname"
    return "unlike words"


def _more(part: Part) -> str:
    if part.word.initial:
        return "initial left out"
    if part.word.part == "former":
        return "former name"
    return "half of a double name left out" if part.word.tied else "more words"


def _places(left: list[Part], right: list[Part], pairs: list[tuple[int, int, str]]) -> list[Evidence]:
    """Whether surname and given name changed sides although both names say which is which."""
    for i, j, _ in pairs:
        if {left[i].word.part, right[j].word.part} == {"surname", "given"}:
            return [Evidence("surname and given name changed sides", left[i].word.written, right[j].word.written)]
    if len(pairs) > 1 and [j for _, j, _ in pairs] != sorted(j for _, j, _ in pairs):
        return [Evidence("other order")]
    return []
