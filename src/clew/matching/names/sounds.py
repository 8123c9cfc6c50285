"""Codes of Latin and Cyrillic words: two spellings of one name share a code.

One letter of Cyrillic has been written in Latin after English, French, German and scientific habit, and each officer's
habit stands in some passport: Желязков is Zhelyazkov, Jeliazkov, Scheljaskow, Željazkov. A Latin word is read after
each habit that it can follow, a Cyrillic word gives its own code, and where the sets meet, the words can be one name.

The code's capitals: Z zh, S sh, Q ch, C ts, W sht and shch.
"""

from __future__ import annotations

import re
from functools import lru_cache

from clew.matching.names.tables import Pairs, pairs_of

_CYRILLIC = dict(pairs_of("sound of Cyrillic"))
_HARD_SIGN = ("a", "u", "e", "")
"""How the Bulgarian hard sign has been written: Dimitar, Dimitur, Dimiter, Dimitr."""
_ENGLISH = pairs_of("sound in English habit")
_FRENCH = pairs_of("sound in French habit")
_GERMAN = pairs_of("sound in German habit")
_POLISH = pairs_of("sound in Polish habit")
_SCIENTIFIC = pairs_of("sound in Scientific habit")
_J_BEFORE_VOWEL, _I_BEFORE_VOWEL = re.compile(r"i?j(?=[aeiou])"), re.compile(r"i(?=[aou])")
_YO_AT_THE_END = re.compile(r"(?:j|(?<=[ZSQWC]))ov(a?)$")
_DOUBLE = re.compile(r"(.)\1+")
_SOFT_C = re.compile(r"c(?=[eiy])")
_FRENCH_HINT = re.compile(r"ou|j|ch|gu[ei]")
_GERMAN_GIVEN = re.compile(r"w(lad|olod|ass|iktor|alen|jatsch|itali|adim|esel|eli|era$)|iwan|pawel|swet")
_GERMAN_HINT = re.compile(r"sch|w|z|ch")
_POLISH_HINT = re.compile(r"[csr]z|c(?!h|k)")
_END = ((re.compile(r"(?<=[oe])ff$"), "v"), (re.compile(r"(?<=[oe])w$"), "v"), (re.compile(r"(?<=[iy])ne$"), "n"))
_FEMININE = (
    ("ovs", "ov"),
    ("evs", "ev"),
    ("skaja", "ski"),
    ("Ckaja", "Cki"),
    ("ska", "ski"),
    ("Cka", "Cki"),
    ("ova", "ov"),
    ("eva", "ev"),
    ("ina", "in"),
)


def is_cyrillic(word: str) -> bool:
    """Whether the word's first letter is Cyrillic."""
    return "\u0400" <= word[:1] <= "\u052f"


@lru_cache(maxsize=200_000)
def codes(word: str, plain: str) -> frozenset[str]:
    """The codes of a word in lower case: `word` with its marks, `plain` in Latin letters without."""
    if is_cyrillic(word):
        return _of_cyrillic(word)
    habits = [_ENGLISH]
    if _FRENCH_HINT.search(plain):
        habits.append(_FRENCH)
    if _GERMAN_HINT.search(plain):
        habits.append(_GERMAN)
    if _POLISH_HINT.search(plain):
        habits.append(_POLISH)
    found = {_read(plain, habit) for habit in habits}
    if any(letter in word for letter in "đšşșžčçćţțŝ"):
        found.add(
            _read(
                "".join(each if each in "đšşșžčçćţțŝ" else letter for each, letter in zip(word, plain, strict=False)),
                _SCIENTIFIC,
            )
        )
    return frozenset(found)


@lru_cache(maxsize=200_000)
def loose_codes(word: str, plain: str) -> frozenset[str]:
    """Codes of a word that German habit wrote, or may have: German has one letter for s and z, and for sh and zh."""
    return frozenset(code.replace("Z", "S").replace("z", "s").replace("C", "s") for code in codes(word, plain))


def is_german_habit(plain: str) -> bool:
    """Whether only German habit explains the spelling: Scheljaskow, Tschernew."""
    return (
        _GERMAN_GIVEN.match(plain) is not None
        or "sch" in plain
        or plain.endswith(("ow", "ew", "owa", "ewa", "wski", "wska"))
    )


def _of_cyrillic(word: str) -> frozenset[str]:
    ways = [""]
    word = word.replace("ьо", "ё")  # Bulgarian writes so after consonants what Russian writes ё
    for letter in word:
        said: tuple[str, ...] = (_CYRILLIC.get(letter, ""),)
        if letter == "ъ" and len(ways) <= len(_HARD_SIGN):
            said = _HARD_SIGN
        elif letter == "г" and len(ways) <= len(_HARD_SIGN):
            said = ("g", "h")
        elif letter == "ё":
            said = ("jo", "o", "e")
        elif letter == "и" and len(ways) <= 2:
            said = ("i",)
        ways = [way + each for way in ways for each in said]
    return frozenset(_settled(way) for way in ways)


def _read(plain: str, habit: Pairs) -> str:
    word = plain
    for pattern, end in _END:
        word = pattern.sub(end, word)
    for written, said in habit:
        if written in word:
            word = word.replace(written, said)
    word = _SOFT_C.sub("s", word).replace("c", "k")
    return _settled(word.replace("y", "j"))


def _settled(code: str) -> str:
    """One form for what habits write in many: i before a vowel and j, j at the end and i, ie and e, double letters."""
    code = _J_BEFORE_VOWEL.sub("J", code)
    code = _I_BEFORE_VOWEL.sub("J", code).replace("ie", "e").replace("Je", "e").replace("Ji", "i")
    code = code.replace("j", "i").replace("J", "j").replace("St", "W").replace("SQ", "W")
    code = _YO_AT_THE_END.sub(r"ev\1", code)
    return _DOUBLE.sub(r"\1", code)


def masculine(code: str) -> str:
    """A Slavic woman's surname as her father's: ivanova, ivanov; zelenskaja, zelenski."""
    for feminine, base in _FEMININE:
        if code.endswith(feminine) and len(code) > len(feminine) + 1:
            return code[: -len(feminine)] + base
    return code


def unsettled(code: str) -> str:
    """A code with what Latin spellings leave open: the Bulgarian hard sign as a or u, Ukrainian h as g."""
    return code.replace("u", "a").replace("g", "h")


def is_patronymic(code: str) -> bool:
    """Whether the word is an East Slavic father's name."""
    return len(code) > 5 and code.endswith(("oviQ", "eviQ", "ovna", "evna", "ivna", "iniQna", "liQna", "iliQ", "kiQ"))


def is_slavic_surname(code: str) -> bool:
    """Whether the word has the ending of a Slavic surname."""
    return len(code) > 4 and masculine(code).endswith(("ov", "ev", "ski", "Cki", "enko", "Quk", "in"))
