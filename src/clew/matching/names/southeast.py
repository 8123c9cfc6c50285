"""Burmese, Khmer and Lao names: elements with many spellings, own scripts, and what folds between two habits.

Papers romanise these names by ear: Htun and Tun, Sopheap and Sophiap, Phommachanh and Pommachan. Elements that are
known share a group; of others, the folded letters are compared, and only between names that look to be of the same
language.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache

from clew.matching.names.tables import lines, pairs_of, words_of

_SCRIPTS = {"Burmese": ("\u1000", "\u109f"), "Khmer": ("\u1780", "\u17ff"), "Lao": ("\u0e80", "\u0eff")}
SURNAMES_OF_VIETNAM = frozenset(words_of("surnames of Vietnam"))
_FOLDS = {language: pairs_of(f"alike in {language}") for language in _SCRIPTS}
_LOOKS = {
    "Burmese": re.compile(r"^(htw?|hl|hn|ky|my|phy|ny|thw|khw)[a-z]{1,4}$|^(hs|hp)"),
    "Khmer": re.compile(r"^(chh|srey|so(ph|kh|vann|th)|van(n|na)|ph(e|i)a)|(eap|eak|oeu?r?n|earith|thea|nea)$"),
    "Lao": re.compile(
        r"^(kham|boun|phom|xay|saya|vieng|thong|somph|inth|souv|phet|keo)"
        r"|(vongs?a?|[xs]a[yi]|sac?k|phone?|done?|many|savath?|savanh?)$"
    ),
}
"""Beginnings and ends that tell the language of a word which is in no list."""
_SILENT_END = {
    "Burmese": re.compile(r"(?<=[aeiou])[hr]$"),
    "Khmer": re.compile(r"(?<=[aeiou])[rh]$|h$"),
    "Lao": re.compile(r"h$|(?<=n)e$"),
}
_DOUBLE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class _Elements:
    by_script: dict[str, str]
    groups: dict[str, frozenset[str]]
    """Latin spelling: the elements that it may write, as `Khmer 12`."""
    languages: dict[str, frozenset[str]]


@cache
def _elements() -> _Elements:
    by_script: dict[str, str] = {}
    groups: defaultdict[str, set[str]] = defaultdict(set)
    language = ""
    for number, line in enumerate(lines("southeast.txt")):
        if line.startswith("["):
            language = line.strip("[]")
        else:
            own, *spellings = line.split()
            by_script.setdefault(own, spellings[0])
            for spelling in spellings:
                groups[spelling].add(f"{language} {number}")
    frozen = {spelling: frozenset(found) for spelling, found in groups.items()}
    return _Elements(by_script, frozen, {s: frozenset(each.split()[0] for each in f) for s, f in frozen.items()})


def script_of(letter: str) -> str | None:
    """Burmese, Khmer or Lao, where the letter is of that script."""
    return next((name for name, (first, last) in _SCRIPTS.items() if first <= letter <= last), None)


@lru_cache(maxsize=20_000)
def romanised(written: str) -> str | None:
    """A word of one of the three scripts in Latin letters, its elements as words; None for other scripts."""
    script = script_of(written[:1])
    if script is None:
        return None
    known = _elements().by_script
    found: list[str] = []
    rest, loose = written, ""
    while rest:
        size = next((size for size in range(min(16, len(rest)), 1, -1) if rest[:size] in known), 0)
        if size:
            found += [_by_letters(loose, script)] * bool(loose) + [known[rest[:size]]]
            rest, loose = rest[size:], ""
        else:
            rest, loose = rest[1:], loose + rest[0]
    found += [_by_letters(loose, script)] * bool(loose)
    return " ".join(filter(None, found))


@cache
def _letter_table(script: str) -> dict[str, str]:
    return dict(pairs_of(f"letters of {script}"))


def _by_letters(written: str, script: str) -> str:
    """Letter by letter: rough, but the folded consonants are those of the usual spelling."""
    table = _letter_table(script)
    return "".join(table.get(letter, "") for letter in written)


def elements_of(letters: str) -> frozenset[str]:
    """The known elements that the word may write."""
    return _elements().groups.get(letters, frozenset())


@lru_cache(maxsize=100_000)
def languages_of(words: tuple[str, ...]) -> frozenset[str]:
    """The languages of which at least half of the words, and two words or all, are known elements."""
    known = _elements().languages
    counted = {
        name: sum(name in known.get(word, ()) or _LOOKS[name].search(word) is not None for word in words)
        for name in _FOLDS
    }
    need = max((len(words) + 1) // 2, 1)
    return frozenset(name for name, count in counted.items() if count >= need)


@lru_cache(maxsize=100_000)
def folded(letters: str, language: str) -> str:
    """The letters with what this language's spellings do not keep apart made one."""
    word = _DOUBLE.sub(r"\1", letters)
    word = _SILENT_END[language].sub("", word)
    for written, said in _FOLDS[language]:
        word = word.replace(written, said)
    return _DOUBLE.sub(r"\1", word)
