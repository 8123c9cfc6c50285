"""From a string to words: scripts, marks, initials, titles, travel documents, former names.

A word keeps what comparators need of it: letters without marks, the marked form, spellings that rules of travel
documents allow (Müller: muller, mueller), tones, and how it stood (before a comma, in capitals, tied by a hyphen).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from clew.matching.names.sounds import is_cyrillic
from clew.matching.names.tables import pairs_of, words_of

TITLES = frozenset(words_of("titles"))
_AFTER = frozenset({"jr", "sr", "phd", "msc", "mba"})
_FORMS_OF_ADDRESS = frozenset(words_of("forms of address"))
HAN_TITLES = re.compile(r"(先生|女士|小姐|太太|同志|教授|博士)$")
_ABD = re.compile(r"\babd[\s-]*[aeu]l[\s-]+", re.IGNORECASE)
_FOREIGN_IN_HAN = re.compile(r"^[\u4e00-\u9fff]+([·・•‧][\u4e00-\u9fff]+)+$")
_SOUTHEAST = re.compile(r"[\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0002fa1f]")
_SEX = re.compile(r"[(（][男女][)）]")
FORMER = re.compile(
    r"\b(née?|nee|geb\.?|geborene[r]?|born|dite?|roz\.|урожд[а-я]*\.?|род\.|родена|по баща|formerly|vh\.?)\s",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"[\s,;/<>()\[\]\"“”„«»|+_]+")
_APOSTROPHES = re.compile(r"[’'`ʻʼ´‘ʹʺ]")
_ASPIRATED = re.compile(r"(ch|ts|tz|[ptk])[’'`ʻʼ´‘]")
_HYPHENS = re.compile(r"[-‐‑‒–—·・•=]+")
_CAMEL = re.compile(r"(?<=[a-zа-яß-ÿ])(?=[A-ZА-Я])")
_DIGITS = str.maketrans("0193", "oige")
_FOLD = str.maketrans(dict(pairs_of("Latin letters of their own")))
_EXPANSIONS = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "ñ": "nxx"}
_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0306": "3", "\u0300": "4"}
_LATIN_OF_CYRILLIC = dict(pairs_of("Latin of Cyrillic"))


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """One word of a name. Made once for each way to write it, and compared as an object."""

    written: str
    """Lower case, with its marks, in its own script."""
    letters: str
    """Latin, lower case, without marks."""
    spellings: frozenset[str]
    """`letters` and what travel documents may make of the marked form."""
    tones: str
    tied: bool
    """Whether a hyphen ties it to the word before."""
    aspirated: bool
    """Whether an apostrophe follows a consonant, as Wade-Giles writes t'ao."""
    transcribed: bool
    """Whether it was read from a script that is neither Latin nor Cyrillic."""
    initial: bool
    part: str
    """`surname` or `given` where a comma or a travel document's `<<` says it, `former` after née, else empty."""


@dataclass(frozen=True, slots=True)
class Written:
    """A string taken apart: its Han characters, its other words."""

    han: str
    words: tuple[Word, ...]


def is_han(letter: str) -> bool:
    """Whether it is a Chinese character."""
    return "\u4e00" <= letter <= "\u9fff" or "\u3400" <= letter <= "\u4dbf" or "\U00020000" <= letter <= "\U0002fa1f"


def take_apart(text: str) -> Written:
    """The words of a name as it was written."""
    if text.isascii():
        return Written("", tuple(_without_titles(_all_words(_ABD.sub("Abdul ", text)))))
    text = _SEX.sub("", unicodedata.normalize("NFC", text)).strip()
    text = unicodedata.normalize("NFKC", text) if any("\uff00" <= letter <= "\uffef" for letter in text) else text
    text = _ABD.sub("Abdul ", text)
    if _FOREIGN_IN_HAN.search(text):
        return Written("", tuple(_of_characters(text)))
    han = "".join(_HAN.findall(text))
    if han:
        cut = HAN_TITLES.sub("", han)
        han = cut if len(cut) > 1 else han
        text = _HAN.sub(" ", text)
    text = _southeastern(text)
    if han and not text.strip(" ·・,()（）"):
        return Written(han, ())
    return Written(han, tuple(_without_titles(_all_words(text))))


def _of_characters(text: str) -> list[Word]:
    """A foreign name that characters write by sound, its words parted by dots."""
    from clew.matching.names.han import han_table

    table = han_table()
    words = []
    for chunk in re.split(r"[·・•‧]", text):
        letters = "".join(min(table.mandarin.get(each, {"x0"}))[:-1] for each in table.plain(chunk))
        words.append(Word(chunk, letters, frozenset({letters}), "", False, False, True, False, ""))
    return words


def _southeastern(text: str) -> str:
    """Words of Burmese, Khmer and Lao script in Latin letters, the elements as words of their own."""
    from clew.matching.names.southeast import romanised

    if not _SOUTHEAST.search(text):
        return text
    return " ".join(romanised(chunk) or chunk for chunk in _SPLIT.split(text) if chunk)


def _all_words(text: str) -> list[Word]:
    former = FORMER.search(text)
    if former:
        return [*_all_words(text[: former.start()]), *_words(text[former.end() :], "former")]
    if "<" in text:
        return _of_travel_document(text)
    surname, comma, given = text.partition(",")
    if comma and surname.strip() and given.strip():
        return [*_words(surname, "surname"), *_words(given, "given")]
    return _words(text, "")


def _of_travel_document(text: str) -> list[Word]:
    """The name line of a machine-readable zone (ICAO 9303): P<BGRZHELIAZKOV<<IVAN<PETROV<<<."""
    line = (
        re.sub(r"^[PIACV][A-Z<][A-Z<]{3}(?=[A-Z]+<)", "", text.strip())
        if re.match(r"^[PIACV][A-Z<][A-Z<]{3}", text)
        else text
    )
    surname, _, given = line.partition("<<")
    return [*_words(surname, "surname"), *_words(given.replace("<<", "<"), "given")]


def _words(text: str, part: str) -> list[Word]:
    return [word for chunk in _SPLIT.split(text) if chunk for word in _of_chunk(chunk, part)]


@lru_cache(maxsize=200_000)
def _of_chunk(chunk: str, part: str) -> tuple[Word, ...]:
    """The words of what stands between two spaces: one, or more where hyphens, stops or capitals part them."""
    found = []
    pieces = [chunk.replace("-", "")] if _title(chunk) else _HYPHENS.split(chunk)
    for place, piece in enumerate(pieces):
        for bit, cut in enumerate(_pieces(piece)):
            short = len(cut) == 2 and chunk.endswith(".") and not cut.isupper()
            found.append(_word(cut, part, tied=place > 0 and bit == 0, short=short))
    return tuple(word for word in found if word.letters)


def _pieces(piece: str) -> list[str]:
    """`J.G.` as J and G; `SergeiLavrov` as two words; McDonald, DeSilva stay."""
    bits = [bit for bit in piece.split(".") if bit]
    pieces: list[str] = []
    for bit in bits:
        if len(bit) == 2 and bit.isascii() and bit.isupper() and not set(bit) & set("AEIOUY") and bit != "NG":
            pieces += bit
            continue
        cut = _CAMEL.split(bit)
        pieces += cut if len(cut) == 2 and min(map(len, cut)) > 3 else [bit]
    return pieces


def _title(chunk: str) -> bool:
    return chunk.lower().strip(".") in TITLES


def _without_titles(words: list[Word]) -> list[Word]:
    first = next((place for place, word in enumerate(words) if word.written not in TITLES), 0)
    kept = words[first:]
    while len(kept) > 1 and kept[-1].written in _AFTER:
        kept = kept[:-1]
    if len(kept) > 2 and kept[0].written in _FORMS_OF_ADDRESS and _are_southeastern(kept[1:]):
        return kept[1:]
    return kept


def _are_southeastern(words: list[Word]) -> bool:
    """Whether the words look Burmese, Khmer or Lao: Ma and Ko are Chinese surnames elsewhere."""
    from clew.matching.names.southeast import languages_of

    return bool(languages_of(tuple(word.letters for word in words)))


def _word(piece: str, part: str, tied: bool, short: bool) -> Word:
    bare = _APOSTROPHES.sub("", piece)
    written = bare.lower()
    if any(map(str.isdigit, written)):
        written, tones_said = _digits(written)
    else:
        tones_said = ""
    letters, tones = _folded(written)
    spellings = {letters}
    if any(letter in _EXPANSIONS for letter in written):
        spellings.add(_folded("".join(_EXPANSIONS.get(letter, letter) for letter in written))[0])
    for digraph, plain in (("uxx", "u"), ("nxx", "n"), ("aa", "a")):
        if digraph in letters and digraph != "aa":
            spellings.add(letters.replace(digraph, plain))
    transcribed = not is_latin(written) and not is_cyrillic(written)
    aspirated = _ASPIRATED.search(piece.lower()) is not None
    initial = short or len(letters) == 1
    return Word(
        written, letters, frozenset(spellings), tones_said or tones, tied, aspirated, transcribed, initial, part
    )


def _digits(written: str) -> tuple[str, str]:
    """Tone digits of pinyin (jian4guo2) as tones; other digits inside a word as the letters they are taken for."""
    if re.fullmatch(r"([a-zü:v]+[0-5])+", written):
        letters, tones = "", ""
        for syllable, tone in re.findall(r"([a-zü:v]+)([0-5])", written):
            plain = syllable.replace("u:", "v").replace("ü", "v")
            letters += plain
            tones += ("0" if tone in "05" else tone).ljust(len(plain), "0")
        return letters, tones
    return written.translate(_DIGITS), ""


def latin_letters(written: str) -> str:
    """A word in lower case in Latin letters without marks."""
    return _folded(written)[0]


def _folded(written: str) -> tuple[str, str]:
    """Latin letters without marks, and the tone over each ("" where there is none)."""
    if written.isascii():
        return "".join(filter(str.isalnum, written)), ""
    if is_cyrillic(written):
        return "".join(_LATIN_OF_CYRILLIC.get(letter, "") for letter in written), ""
    if not is_latin(written):
        written = _other_scripts(written)
    letters, tones = "", ""
    for letter in unicodedata.normalize("NFD", written.translate(_FOLD)):
        if unicodedata.combining(letter):
            if letter in _TONES and tones:
                tones = tones[:-1] + _TONES[letter]
        elif letter.isalnum():
            letters += letter
            tones += "0"
    return letters, tones if tones.strip("0") else ""


@lru_cache(maxsize=20_000)
def _other_scripts(written: str) -> str:
    return str(_any_latin().transliterate(written)).lower()


@cache
def _any_latin() -> Any:
    from icu import Transliterator

    return Transliterator.createInstance("Any-Latin; Latin-ASCII")


def is_latin(written: str) -> bool:
    """Whether every letter is Latin, with whatever marks."""
    return all(
        letter < "\u0250" or "\u0300" <= letter < "\u0370" or "\u1e00" <= letter < "\u1f00" for letter in written
    )
