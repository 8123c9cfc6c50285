"""Chinese names: characters with characters, characters with Latin letters, Latin letters with Latin letters.

A character says more than a syllable. Two names in characters are the same where the characters are, simplified and
variant forms being one; homophones are different names. Characters and Latin letters agree where each character has
the syllable among its readings. Two Latin spellings agree where, syllable by syllable, some character of names can be
spelt both ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from clew.matching.names.han import CANTONESE, HOKKIEN, PINYIN, SYSTEMS, han_table, syllables
from clew.matching.names.lexicon import is_given_name
from clew.matching.names.romanisations import pinyin_spellings
from clew.matching.names.sounds import codes

MOST_GIVEN = 2
"""Characters of a given name; three are so rare that they only invite wrong readings."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read Latin words as a Chinese name in one system."""

    system: str
    surname: str
    given: tuple[str, ...]
    tones: tuple[str, ...]
    """Of surname and given name together, "" where not marked; empty where nothing is marked."""
    spare: tuple[str, ...]
    """Words left over, as a Western given name."""
    apart: bool
    """Whether the given name is written apart, or aspirated, as only other systems than pinyin write it."""
    only_here: bool
    """Whether something in it rules pinyin out: a syllable that pinyin lacks, or a given name written apart."""
    initials: bool
    surname_first: bool


Word = tuple[str, str, bool]
"""Letters in lower case without marks; one tone digit or "0" per letter, or ""; whether an apostrophe after a consonant
rules pinyin out (t'ao)."""


@lru_cache(maxsize=100_000)
def readings(words: tuple[Word, ...]) -> tuple[Reading, ...]:
    """Every way to read the words as a Chinese name; empty where there is none."""
    if not 2 <= len(words) <= 6:
        return ()
    found: list[Reading] = []
    for system in SYSTEMS:
        for kept, spare in _parts(words):
            if not _may_be_spare(spare, words, system):
                continue
            here = [*_read(kept, spare, system, True), *_read(kept, spare, system, False)]
            found += here
            if here and not spare:
                break
    return tuple(found)


def _may_be_spare(spare: tuple[str, ...], words: tuple[Word, ...], system: str) -> bool:
    """Whether words may stand beside the Chinese name: of four words, a Western given name, or no syllable at all."""
    known = syllables(system).given
    return len(words) > 3 or all(word not in known or is_given_name(codes(word, word)) for word in spare)


def _parts(words: tuple[Word, ...]) -> list[tuple[tuple[Word, ...], tuple[str, ...]]]:
    """The words whole, then without one or two Western given names at either end."""
    parts: list[tuple[tuple[Word, ...], tuple[str, ...]]] = [(words, ())]
    for many in (1, 2):
        if len(words) - many >= 2:
            parts.append((words[many:], tuple(word[0] for word in words[:many])))
            parts.append((words[:-many], tuple(word[0] for word in words[-many:])))
    if len(words) == 4:
        parts.append((words[1:3], (words[0][0], words[3][0])))
    return parts


def _read(words: tuple[Word, ...], spare: tuple[str, ...], system: str, surname_first: bool) -> list[Reading]:
    index = syllables(system)
    found = []
    for width in (1, 2):
        if len(words) <= width:
            break
        surname = words[:width] if surname_first else words[-width:]
        given = words[width:] if surname_first else words[:-width]
        letters = "".join(word[0] for word in surname)
        if letters not in index.surnames or (
            width == 2 and not any(len(each) == 2 for each in index.surnames[letters])
        ):
            continue
        if all(len(word[0]) == 1 for word in given) and len(given) <= MOST_GIVEN:
            initials = tuple(word[0] for word in given)
            found.append(Reading(system, letters, initials, (), spare, False, False, True, surname_first))
        for split, tones in _splits(given, frozenset(index.given), index.longest):
            marked = (_tone(surname), *tones)
            apart = system != PINYIN and len(given) == 2 and len(split) == 2
            apart = apart or any(word[2] for word in words)
            only = apart or not _in_pinyin(letters, split)
            shown = marked if any(marked) else ()
            found.append(Reading(system, letters, split, shown, spare, apart, only, False, surname_first))
    return found


def _in_pinyin(surname: str, given: tuple[str, ...]) -> bool:
    index = syllables(PINYIN)
    return surname in index.surnames and all(each in index.given for each in given)


def _splits(
    words: tuple[Word, ...], known: frozenset[str], longest: int
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Every cut of the words into one or two known syllables that does not cross from word to word."""
    found: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    if len(words) == 1:
        letters, tones, _ = words[0]
        if letters in known:
            found.append(((letters,), (_tone(words),)))
        for cut in range(max(1, len(letters) - longest), min(longest, len(letters) - 1) + 1):
            if letters[:cut] in known and letters[cut:] in known:
                halves = ((letters[:cut], tones[:cut], False), (letters[cut:], tones[cut:], False))
                found.append(((letters[:cut], letters[cut:]), tuple(_tone((half,)) for half in halves)))
    elif len(words) == MOST_GIVEN and all(word[0] in known for word in words):
        found.append((tuple(word[0] for word in words), tuple(_tone((word,)) for word in words)))
    return found


def _tone(words: tuple[Word, ...]) -> str:
    return "".join(word[1] for word in words).replace("0", "")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two Chinese names agree: the kind of each part, in the words of the table of weights."""

    surname: str
    given: str
    note: str
    spare: int = 0
    swapped: bool = False


def compare_characters(a: str, b: str, plain_a: str, plain_b: str) -> Agreement:
    """Two names in characters, as written and in simplified form."""
    if plain_a == plain_b:
        kind = "same characters" if a == b else "same characters, other form"
        return Agreement(
            kind, kind, "the same characters" if a == b else "the same characters, simplified and traditional"
        )
    cut_a, cut_b = _cut(plain_a), _cut(plain_b)
    surname = "same characters" if cut_a[0] == cut_b[0] else "other characters"
    given = "same characters" if cut_a[1] == cut_b[1] else "other characters"
    sound = " that sound alike" if _sound_alike(plain_a, plain_b) else ""
    return Agreement(surname, given, f"different characters{sound}: {a} and {b}")


def _cut(plain: str) -> tuple[str, str]:
    width = 2 if plain[:2] in han_table().compound and len(plain) > 2 else 1
    return plain[:width], plain[width:]


def _sound_alike(a: str, b: str) -> bool:
    table = han_table()
    return len(a) == len(b) and all(
        table.toned(one, surname=True) & table.toned(other, surname=True) for one, other in zip(a, b, strict=True)
    )


def compare_with_characters(characters: str, words: tuple[Word, ...]) -> Agreement | None:
    """A name in characters with one in Latin letters; None where the Latin one cannot be its spelling."""
    plain = han_table().plain(characters)
    best: Agreement | None = None
    for kept, spare in _parts(words) if len(words) > 1 else [(words, ())]:
        if not all(_may_be_spare(spare, words, system) for system in (PINYIN, CANTONESE)):
            continue
        for width in (2, 1) if plain[:2] in han_table().compound and len(plain) > 2 else (1,):
            for surname_first in (True, False):
                found = _spelt(plain, width, kept, surname_first)
                if found and (best is None or len(spare) < best.spare):
                    best = Agreement(found[0], found[1], found[2], len(spare))
        if best and best.spare == 0:
            return best
    return best


def _spelt(plain: str, width: int, words: tuple[Word, ...], surname_first: bool) -> tuple[str, str, str] | None:
    surname, given = plain[:width], plain[width:]
    order = (surname, given) if surname_first else (given, surname)
    for cut in range(1, len(words)) if len(words) > 1 else ():
        first, second = words[:cut], words[cut:]
        surname_words, given_words = (first, second) if surname_first else (second, first)
        if not (systems := _spells(surname, surname_words, True)):
            continue
        if _are_initials(given, given_words):
            return "read as", "initial of reading", f"{given_words[0][0].upper()}. can stand for {given}"
        common = _spells(given, given_words, False)
        shared = next((each for each in SYSTEMS if each in systems & common), "")
        if common and (shared or not _is_surname_in(common, surname_words)):
            note = f"{plain} is spelt so in {shared}" if shared else "spelt in more than one system"
            return "read as", "read as" if shared else "read as, mixed", note
    if len(words) == 1 and (whole := _spells("".join(order), words, False)):
        shared = next(each for each in SYSTEMS if each in whole)
        return "read as", "read as", f"{plain} is spelt so in {shared}"
    return None


def _are_initials(given: str, words: tuple[Word, ...]) -> bool:
    if any(len(word[0]) != 1 for word in words) or len(words) > len(given) or not given:
        return False
    table = han_table()
    return all(
        any(spelling.startswith(word[0]) for found in table.spellings(letter).values() for spelling in found)
        for letter, word in zip(given, words, strict=False)
    )


def _is_surname_in(systems: frozenset[str], words: tuple[Word, ...]) -> bool:
    """Whether the words are a surname of their own in the given name's system: then no mixture explains them."""
    letters = "".join(word[0] for word in words)
    return any(letters in syllables(system).surnames for system in systems)


@lru_cache(maxsize=100_000)
def _spells(letters: str, words: tuple[Word, ...], surname: bool) -> frozenset[str]:
    """The systems in which the characters are spelt by exactly these words, no syllable crossing from word to word."""
    return frozenset(system for system in SYSTEMS if _spells_in(letters, words, system, surname))


def _spells_in(letters: str, words: tuple[Word, ...], system: str, surname: bool) -> bool:
    if not letters or not words:
        return not letters and not words
    word, tones, tied = words[0]
    for spelling in han_table().spellings(letters[0], surname=surname)[system]:
        if not word.startswith(spelling):
            continue
        if not _tone_fits(letters[0], spelling, tones[: len(spelling)], system):
            continue
        rest = word[len(spelling) :]
        left = ((rest, tones[len(spelling) :], tied), *words[1:]) if rest else words[1:]
        if _spells_in(letters[1:], left, system, surname):
            return True
    return False


def _tone_fits(letter: str, spelling: str, tones: str, system: str) -> bool:
    """Whether the marked tone is one of the character's; tones are marked in pinyin alone."""
    marked = tones.replace("0", "")
    if not marked:
        return True
    return system == PINYIN and any(
        each[-1] == marked[0] and spelling in pinyin_spellings(each[:-1])
        for each in han_table().toned(letter, surname=True)
    )


_OTHER = Agreement("other syllables", "other syllables", "the syllables differ")


def compare_latin(ways_a: tuple[Reading, ...], ways_b: tuple[Reading, ...]) -> Agreement:
    """Two Latin spellings by all the ways to read them: the two readings that agree best."""
    best, best_rank = _OTHER, -1
    settled = _is_plain_pinyin(ways_a) and _is_plain_pinyin(ways_b)
    for one in ways_a:
        for other in ways_b:
            if settled and not (one.system == other.system == PINYIN or one.apart or other.apart):
                continue
            found = _compare_readings(one, other)
            rank = _RANK[found.surname] + _RANK[found.given] - found.spare - found.swapped
            if rank > best_rank:
                best, best_rank = found, rank
    return best


def _is_plain_pinyin(ways: tuple[Reading, ...]) -> bool:
    """Whether the name is good pinyin as it stands, surname first: then it is read so, and no other system is tried."""
    return any(each.system == PINYIN and each.surname_first and not each.spare for each in ways)


_RANK = {
    "other syllables": 0,
    "other tones": 0,
    "initial of reading": 20,
    "same characters possible": 30,
    "same syllables": 40,
}


def _compare_readings(a: Reading, b: Reading) -> Agreement:
    spare = len(set(a.spare) ^ set(b.spare)) if a.spare or b.spare else 0
    if a.spare and b.spare and not set(a.spare) & set(b.spare):
        return Agreement("other syllables", "other syllables", "the words beside the Chinese name differ")
    swapped = a.surname_first != b.surname_first
    if a.tones and b.tones and (a.surname, a.given) == (b.surname, b.given) and _tones_differ(a, b):
        return Agreement("same syllables", "other tones", "the same syllables with other tones", spare)
    surname = _agree(a.system, (a.surname,), b.system, (b.surname,), surname=True, free=a.only_here or b.only_here)
    if surname == "other syllables" and a.given != b.given:
        return _OTHER
    if a.initials or b.initials:
        short, full = (a, b) if a.initials else (b, a)
        fits = all(long.startswith(letter) for letter, long in zip(short.given, full.given, strict=False))
        kind = "initial of reading" if fits and len(short.given) <= len(full.given) else "other syllables"
        return Agreement(surname, kind, "initials", spare, swapped)
    if {a.system, b.system} == {CANTONESE, HOKKIEN} and a.surname == b.surname and a.given != b.given:
        return Agreement(surname, "other syllables", "one spelling of the surname, other syllables", spare, swapped)
    given = _agree(a.system, a.given, b.system, b.given, surname=False, free=a.only_here or b.only_here)
    note = "the same syllables" if a.system == b.system else f"one reading in {a.system}, the other in {b.system}"
    return Agreement(surname, given, note, spare, swapped)


def _tones_differ(a: Reading, b: Reading) -> bool:
    return any(x and y and x != y for x, y in zip(a.tones, b.tones, strict=True))


@lru_cache(maxsize=200_000)
def _agree(one: str, a: tuple[str, ...], other: str, b: tuple[str, ...], *, surname: bool, free: bool) -> str:
    """The kind of agreement of two runs of syllables, each in its system.

    Across systems only where something rules pinyin out for one of them (`free`): otherwise Chang and Zhang, both good
    pinyin surnames, would be one.
    """
    if one == other and a == b:
        return "same syllables"
    if len(a) != len(b) or (one == other and one == PINYIN) or not (free or a == b):
        return "other syllables"
    index_a, index_b = syllables(one), syllables(other)
    where_a, where_b = (index_a.surnames, index_b.surnames) if surname else (index_a.given, index_b.given)
    if all(where_a[x] & where_b[y] for x, y in zip(a, b, strict=True)):
        return "same characters possible"
    return "other syllables"
