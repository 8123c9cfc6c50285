"""How Chinese syllables are spelt in Latin letters: pinyin, Wade-Giles and its kin, and Cantonese as on papers.

Every function takes one syllable in the standard notation of its language, without tone, and gives all the spellings
that papers show for it, in lower case without marks or apostrophes. Wade-Giles: Giles, Dictionary, 1912;
Tongyong: Taiwan, 2002; Cantonese: the practice of Hong Kong's and Macau's registries, which has no published rule, so
that one syllable has several spellings. Hokkien follows no rule at all and is a table (`data/hokkien.txt`).
"""

from __future__ import annotations

import itertools
import re

from clew.matching.names.tables import pairs_of, words_of

_INITIALS = words_of("initials of pinyin")
_WADE_INITIALS = dict(pairs_of("initials of Wade-Giles"))
_WADE_FINALS = dict(pairs_of("finals of Wade-Giles"))
_WADE_WHOLE = {syllable: said.split(",") for syllable, said in pairs_of("syllables of Wade-Giles")}
_TONGYONG = dict(pairs_of("initials of Tongyong"))
_CANTONESE_INITIALS = {initial: said.split(",") for initial, said in pairs_of("initials of Cantonese")} | {"": [""]}
_HOKKIEN_ALIKE = pairs_of("ends alike in Hokkien")
_CANTONESE_FINALS = {final: said.split(",") for final, said in pairs_of("finals of Cantonese")}


def pinyin_spellings(syllable: str) -> frozenset[str]:
    """`lv` as on papers: lu, lyu, lv; every other syllable as it is."""
    if "v" not in syllable:
        return frozenset({syllable})
    return frozenset({syllable, syllable.replace("v", "u"), syllable.replace("v", "yu"), syllable.replace("v", "ue")})


def wade_spellings(syllable: str) -> frozenset[str]:
    """`zhang` as chang, `jian` as chien, `xue` as hsueh; with Tongyong (jhang, syue) and the usual simplifications."""
    initial, final = _cut(syllable)
    whole = _WADE_WHOLE.get(syllable)
    if whole:
        found = set(whole)
    else:
        found = {_WADE_INITIALS.get(initial, initial) + _WADE_FINALS.get(final, final)}
        if initial == "l" and final in {"uo", "e"}:
            found.add("lo" if final == "uo" else "le")
        if final == "i" and initial in {"j", "q", "x"}:
            found.add(_WADE_INITIALS[initial] + "i")
        if final == "e":
            found.add(_WADE_INITIALS.get(initial, initial) + "eh")
        if final == "ie":
            found.add(_WADE_INITIALS.get(initial, initial) + "ie")
    if initial in {"z", "c"}:
        found |= {"tz" + each[2:] for each in found if each.startswith("ts")}
    found |= {each.replace("ung", "ong") for each in found if each.endswith("ung")}
    tongyong = _TONGYONG.get(initial, initial) + {"ong": "ong", "iu": "iou", "ui": "uei"}.get(final, final)
    if initial in _TONGYONG:
        found.add("jhih" if syllable == "zhi" else tongyong)
    return frozenset(found)


def _cut(syllable: str) -> tuple[str, str]:
    for initial in _INITIALS:
        if syllable.startswith(initial):
            return initial, syllable[len(initial) :]
    return "", syllable


def cantonese_spellings(syllable: str) -> frozenset[str]:
    """`gwok` as kwok, gwok; `zoeng` as cheung, tseung, cheong."""
    if syllable in _CANTONESE_FINALS and syllable in {"m", "ng"}:
        return frozenset(_CANTONESE_FINALS[syllable])
    initial = next(
        each
        for each in ("ng", "gw", "kw", syllable[:1], "")
        if syllable.startswith(each) and each in _CANTONESE_INITIALS
    )
    finals = _CANTONESE_FINALS.get(syllable[len(initial) :])
    if finals is None:
        return frozenset()
    starts = [each.strip("-") for each in _CANTONESE_INITIALS[initial]]
    found = {start + end for start, end in itertools.product(starts, finals)}
    if initial == "j":
        found = {each for each in found if each[0] in "yji" and not each.startswith(("yyu", "jyu", "iyu", "ii", "iu"))}
        if syllable.startswith("jyu"):
            found |= (
                {"y" + syllable[3:], "yu" + syllable[3:], "yue" + syllable[3:]} if len(syllable) > 3 else {"yu", "yue"}
            )
    return frozenset(each for each in found if not _unlikely(each))


def hokkien_spellings(spelling: str) -> frozenset[str]:
    """A Hokkien spelling with those that papers use for the same sounds: kiat, keat, kiatt; see, si; boh, bo, bor."""
    found = {spelling}
    for written, others in _HOKKIEN_ALIKE:
        for other in others.split(","):
            found |= {re.sub(f"{written}$", other, each) for each in found}
    return frozenset(found)


def _unlikely(spelling: str) -> bool:
    """What crossing the tables gives but no paper shows: ze and z only after ts, s and tz."""
    if spelling.endswith(("z", "ze")):
        return spelling not in {"tsz", "tsze", "sz", "sze", "tze", "tse", "ze", "jze"}
    return False
