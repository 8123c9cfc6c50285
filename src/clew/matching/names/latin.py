"""Two words in Latin letters (or read into them): how they agree, as a kind of the table of weights.

One comparator per phenomenon, tried from the surest to the weakest. None says more than that these two words can
write one name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from clew.matching.names import southeast
from clew.matching.names.analysing import Part
from clew.matching.names.lexicon import same_given_name
from clew.matching.names.sounds import is_cyrillic, unsettled
from clew.matching.names.tables import undoubled


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """What the two names as wholes allow: which habits can have been at work."""

    marks_count: bool
    """Both are written with Vietnamese marks, so that other marks are another name."""
    languages: frozenset[str]
    """Of both: Burmese, Khmer, Lao."""
    either: frozenset[str]
    """Of one of them at least."""
    syllabic: bool
    """Of a language whose words are short and lie close together (Vietnamese, Burmese, Khmer, Lao)."""
    german: bool
    """A word of one of them is spelt as only German habit explains."""
    chinese: bool
    """Both can be read as Chinese names: other letters are other syllables, not another habit or an error."""


def same_letters(a: Part, b: Part, around: Surroundings) -> str:
    """The same letters; marks that one of them lacks are left out of account, marks that differ are not."""
    if a.letters == b.letters:
        if a.word.written == b.word.written or not around.marks_count or a.marks == b.marks:
            return "same letters" if a.word.written == b.word.written else "marks left out"
        return "other marks"
    if a.word.spellings & b.word.spellings:
        return "marks left out"
    return ""


def initial(a: Part, b: Part, around: Surroundings) -> str:
    """A letter that begins the other word."""
    if a.word.initial == b.word.initial:
        return ""
    short, full = (a, b) if a.word.initial else (b, a)
    if full.letters.startswith(short.letters) or any(code.lower() == short.letters for code in _beginnings(full)):
        return "initial"
    return "initial" if _beginnings(full) & _beginnings(short) else ""


def _beginnings(part: Part) -> frozenset[str]:
    return frozenset(code[0] for code in part.codes if code)


def romanisation(a: Part, b: Part, around: Surroundings) -> str:
    """Two habits of writing the same sounds."""
    if around.chinese or (around.syllabic and not around.either):
        return ""
    if a.codes & b.codes:
        return "other romanisation"
    german = around.german
    if german and a.loose & b.loose:
        return "other romanisation"
    if is_cyrillic(a.word.written) or is_cyrillic(b.word.written):
        return ""
    if (
        a.slavic_surname
        and b.slavic_surname
        and not (a.known and b.known)
        and _unsettled(a, german) & _unsettled(b, german)
    ):
        return "other romanisation"
    return ""


def _unsettled(part: Part, german: bool) -> frozenset[str]:
    return frozenset(map(unsettled, part.loose if german else part.codes))


def given_name(a: Part, b: Part, around: Surroundings) -> str:
    """One given name in another language, or its familiar form."""
    return "" if around.chinese else same_given_name(a.given, b.given)


def gender(a: Part, b: Part, around: Surroundings) -> str:
    """A Slavic surname in a woman's and in a man's form."""
    if not around.chinese and (a.slavic_surname or b.slavic_surname) and a.masculine & b.masculine:
        return "woman's form"
    return ""


def southeastern(a: Part, b: Part, around: Surroundings) -> str:
    """Burmese, Khmer or Lao by ear."""
    if around.chinese:
        return ""
    if any(element.split()[0] in around.either for element in a.elements & b.elements):
        return "known element"
    for language in around.either:
        if southeast.folded(a.letters, language) == southeast.folded(b.letters, language):
            return "sounds alike"
    return ""


def transcription(a: Part, b: Part, around: Surroundings) -> str:
    """A word from a script that keeps consonants better than vowels (katakana, Arabic, characters used for sound)."""
    foreign = a.word.transcribed or b.word.transcribed
    return "transcribed alike" if foreign and len(a.transcribed) > 1 and a.transcribed == b.transcribed else ""


def error(a: Part, b: Part, around: Surroundings) -> str:
    """One slip of the hand. Two names that are both borne are two names, unless only neighbours changed places."""
    if around.chinese or (a.elements and b.elements):
        return ""
    if a.known and b.known:
        return _SLIPS[0] if min(len(a.letters), len(b.letters)) > 4 and _swapped(a.letters, b.letters) else ""
    if around.syllabic and min(len(a.letters), len(b.letters)) < 8:
        return _slip(a.letters, b.letters) if _slip(a.letters, b.letters) == _SLIPS[0] else ""
    best = ""
    for one in a.word.spellings:
        for other in b.word.spellings:
            found = _slip(one, other)
            if found and (not best or _SLIPS.index(found) < _SLIPS.index(best)):
                best = found
    if best and not a.known and not b.known and best != "letters swapped or doubled":
        return best + ", neither known"
    return best


_SLIPS = ("letters swapped or doubled", "one letter", "two letters")


@lru_cache(maxsize=200_000)
def _slip(a: str, b: str) -> str:
    short = min(len(a), len(b))
    if short < 3 or abs(len(a) - len(b)) > 2:
        return ""
    if undoubled(a) == undoubled(b) or _swapped(a, b):
        return "letters swapped or doubled"
    if short < 4:
        return ""
    distance = edits(a, b)
    if distance == 1 and ((a[0] == b[0] and a[-1] == b[-1]) or (a[0] == b[0] and short > 4) or short > 5):
        return "one letter"
    return "two letters" if distance == 2 and short >= 8 and a[0] == b[0] else ""


def _swapped(a: str, b: str) -> bool:
    if len(a) != len(b):
        return False
    differ = [place for place in range(len(a)) if a[place] != b[place]]
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and a[differ[0]] == b[differ[1]]
        and a[differ[1]] == b[differ[0]]
    )


def edits(a: str, b: str) -> int:
    """Letters to insert, delete, replace or swap with a neighbour to make one of the other (restricted Damerau)."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        row = [i]
        for j, other in enumerate(b, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


COMPARATORS: tuple[Callable[[Part, Part, Surroundings], str], ...] = (
    same_letters,
    initial,
    romanisation,
    given_name,
    southeastern,
    gender,
    transcription,
    error,
)
STRENGTH = (
    "same letters", "marks left out", "other romanisation", "other language",
    "known element", "familiar form", "sounds alike", "transcribed alike",
    "letters swapped or doubled", "woman's form", "one letter", "one letter, neither known", "two letters",
    "two letters, neither known", "initial",
)  # fmt: skip
"""Kinds from the surest to the weakest, for choosing which word answers which."""


@lru_cache(maxsize=500_000)
def agreement(a: Part, b: Part, around: Surroundings) -> str:
    """How two words agree, or "" where they do not."""
    for comparator in COMPARATORS:
        found = comparator(a, b, around)
        if found:
            return "" if found == "other marks" else found
    return ""
