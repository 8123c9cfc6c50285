"""The officer's own words are searched for what identifies a protected person (rule G2).

Folding: compatibility decomposition, case and marks removed. A value is found as written, without regard to spaces
and punctuation, and a name of several words also by each of its words. The value found is never reported, only where.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

SHORTEST = 3
SHORTEST_HAN = 2
MARKS_OF_FICTION = {"fictional", "fictitious", "fiktiv", "fictif", "fictive", "虚构"}
"""The mark that somebody is invented, kept beside the names in demonstrations and tests, names nobody."""
_NOTE = re.compile(r"[(（][^)）]*[)）]")
_WORD = re.compile(r"\w+")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def fields_naming(words: Mapping[str, str], protected: Iterable[str]) -> tuple[str, ...]:
    """The names of the texts that hold a protected value, in the order given; `words` maps names to texts."""
    needles = [needle for value in protected for needle in _needles(value)]
    found = []
    for name, text in words.items():
        folded = fold(text)
        hay = (folded, " ".join(_WORD.findall(folded)), _compact(folded))
        if any(_hit(needle, hay) for needle in needles):
            found.append(name)
    return tuple(found)


def fold(text: str) -> str:
    """The text without case, marks and compatibility forms."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _needles(value: str) -> Iterable[str]:
    value = _NOTE.sub(" ", value)
    if date := _ISO_DATE.fullmatch(value.strip()):
        year, month, day = date.groups()
        yield from (f"{year}{month}{day}", f"{day}{month}{year}", f"{int(day)}{int(month)}{year}")
        return
    words = [word for word in _WORD.findall(fold(value)) if word not in MARKS_OF_FICTION]
    yield " ".join(words)
    if len(words) > 1 and not any(word.isdigit() for word in words):
        yield from words


def _hit(needle: str, hay: tuple[str, str, str]) -> bool:
    _, words, compact = hay
    bare = _compact(needle)
    if _HAN.search(bare):
        return len(bare) >= SHORTEST_HAN and bare in compact
    if len(bare) < SHORTEST:
        return False
    if bare.isdigit():
        return bare in compact
    return f" {needle} " in f" {words} " or (" " in needle and bare in compact)


def _compact(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
