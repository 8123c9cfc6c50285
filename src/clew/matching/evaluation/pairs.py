"""The evaluation set of names: pairs that can, and that cannot, write one person's name.

Written by hand for Clew from general knowledge of the field (`data/*.tsv`; persons of public life stand among made-up
ones, a name says nothing of its bearer). The spellings in the tables were written down as papers show them, not made
with the comparators' own tables. What is crossed here is only which spelling meets which, and whose surname meets
whose given name. Nothing of it is used to learn the weights (`bench/_learning_name_weights.py` makes its own pairs).
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

DATA = files("clew.matching.evaluation") / "data"
SIMPLIFIED, TRADITIONAL, TONED, WADE, CANTONESE, HOKKIEN = range(6)
SCRIPTS = {TONED: "pinyin with tones", WADE: "Wade-Giles", CANTONESE: "Cantonese", HOKKIEN: "Hokkien"}
HABITS = ("own script", "streamlined", "French", "German", "scientific", "older")


@dataclass(frozen=True)
class Pair:
    """Two strings, whether both can write one person's name, and of what kind the pair is."""

    a: str
    b: str
    same: bool
    category: str


def rows(name: str) -> list[list[str]]:
    """The fields of each line of a table."""
    lines = (DATA / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line]


def without_tones(text: str) -> str:
    """Pinyin as most papers have it."""
    kept = "".join(letter for letter in unicodedata.normalize("NFD", text) if letter not in "\u0300\u0301\u0304\u030c")
    return unicodedata.normalize("NFC", kept)


def swapped(text: str) -> str:
    """Surname last, where the surname is one word."""
    first, _, rest = text.partition(" ")
    return f"{rest} {first}"


def evaluation_set() -> list[Pair]:
    """Every pair once, in a fixed order."""
    made = itertools.chain(
        _chinese_same(),
        _chinese_crossed(),
        _cyrillic_same(),
        _cyrillic_crossed(),
        _southeast_same(),
        _southeast_crossed(),
        (Pair(a, b, True, category) for category, a, b in rows("forms")),
        (Pair(a, b, False, category) for category, a, b in rows("different")),
        (Pair(a, b, False, f"Chinese {category}") for category, a, b in rows("chinese_different")),
    )
    seen: dict[tuple[str, str], Pair] = {}
    for pair in made:
        if "-" not in (pair.a, pair.b) and pair.a != pair.b:
            seen.setdefault((pair.a, pair.b), pair)
    return list(seen.values())


def _chinese_same() -> Iterator[Pair]:
    for row in rows("chinese"):
        plain, traditional, toned = row[:3]
        bare = without_tones(toned)
        yield Pair(plain, traditional, True, "traditional and simplified")
        yield Pair(plain, toned, True, "characters and pinyin")
        yield Pair(bare, plain, True, "characters and pinyin")
        yield Pair(traditional, swapped(bare).upper(), True, "characters and pinyin")
        yield Pair(bare, toned, True, "pinyin with and without tones")
        yield Pair(swapped(bare), bare, True, "pinyin, surname last")
        for column in (WADE, CANTONESE, HOKKIEN):
            if row[column] != "-":
                yield Pair(traditional, row[column], True, f"characters and {SCRIPTS[column]}")
                yield Pair(row[column].upper(), plain, True, f"characters and {SCRIPTS[column]}")
                if row[column] != bare:
                    yield Pair(bare, row[column], True, f"pinyin and {SCRIPTS[column]}")


def _chinese_crossed() -> Iterator[Pair]:
    people = [row for row in rows("chinese") if row[SIMPLIFIED][0] not in "欧司诸上"]
    columns = ((SIMPLIFIED, TONED), (TONED, SIMPLIFIED), (WADE, SIMPLIFIED), (CANTONESE, SIMPLIFIED), (WADE, TONED))
    for (place, row), step in itertools.product(enumerate(people), (7, 12)):
        other = people[(place + step) % len(people)]
        if row[SIMPLIFIED][1:] == other[SIMPLIFIED][1:] or row[SIMPLIFIED][0] == other[SIMPLIFIED][0]:
            continue
        for column, against in columns:
            if "-" not in (row[column], other[column]):
                shown = without_tones(row[against]) if against == TONED else row[against]
                yield Pair(shown, _mixed(row, other, column), False, "Chinese siblings, crossed")
                yield Pair(shown, _mixed(other, row, column), False, "Chinese surname differs, crossed")


def _mixed(surname_of: list[str], given_of: list[str], column: int) -> str:
    if column == SIMPLIFIED:
        return surname_of[column][0] + given_of[column][1:]
    return f"{surname_of[column].split()[0]} {given_of[column].partition(' ')[2]}"


def _cyrillic_same() -> Iterator[Pair]:
    for language, *forms in rows("cyrillic"):
        for (i, a), (j, b) in itertools.combinations(enumerate(forms), 2):
            name = {"bg": "Bulgarian", "ru": "Russian", "uk": "Ukrainian"}[language]
            yield Pair(a, b, True, f"{name}, {HABITS[j] if i == 0 else 'two Latin habits'}")


def _cyrillic_crossed() -> Iterator[Pair]:
    people = rows("cyrillic")
    for place, (_, *forms) in enumerate(people):
        _, *others = people[(place + 3) % len(people)]
        for column in range(4):
            mine, theirs = forms[column].split(), others[column].split()
            if len(mine) == len(theirs) == 2 and mine[0][0] != theirs[0][0]:
                yield Pair(forms[(column + 1) % 3], f"{theirs[0]} {mine[1]}", False, "Cyrillic siblings, crossed")
                yield Pair(
                    forms[(column + 1) % 3], f"{mine[0]} {theirs[1]}", False, "Cyrillic same given name, crossed"
                )


def _southeast_same() -> Iterator[Pair]:
    for language, *forms in rows("southeast"):
        for a, b in itertools.combinations(forms, 2):
            yield Pair(a, b, True, language)


def _southeast_crossed() -> Iterator[Pair]:
    people = rows("southeast")
    for (language, *forms), (next_language, *others) in itertools.pairwise(people):
        mine, theirs = forms[0].split(), others[0].split()
        if language == next_language and forms[0].isascii() == others[0].isascii() and len(mine) > 1 < len(theirs):
            yield Pair(forms[1], " ".join([mine[0], *theirs[1:]]), False, f"{language} siblings, crossed")
            yield Pair(forms[1], " ".join([theirs[0], *mine[1:]]), False, f"{language} first word differs, crossed")
