"""Names of companies, organisations and vessels: legal forms apart, then word by word, and strictly.

A company's name is registered: one word more or another number is another company. What may differ is the legal form's
spelling (rigour's table knows them in many languages), generic words (company, the), numbers in words, abbreviations,
doubled letters and vowels that romanisation leaves open.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rigour.names.org_types import extract_org_types, remove_org_types

from clew.matching.names.aligning import Evidence
from clew.matching.names.comparing import Comparison, weigh
from clew.matching.names.latin import edits
from clew.matching.names.sounds import codes
from clew.matching.names.tables import pairs_of, undoubled, words_of
from clew.matching.names.weights import THRESHOLD, shipped_weights
from clew.matching.names.words import latin_letters

_PARENTHESIS = re.compile(r"\([^)]*\)")
_LETTERS_WITH_STOPS = re.compile(r"\b((?:\w\.){2,})")
_GLUED_FORM = re.compile(r"(?<=[a-zа-я]{3})(?=[A-ZА-Я]{2,}\b)")
_SPLIT = re.compile(r"[^\w%&]+")
_LONG_FORMS = tuple(word for word in words_of("words of legal forms") if len(word) > 6)
_VOWELS = frozenset("aeiou")


@lru_cache(maxsize=50_000)
def _core(text: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The words that tell one organisation from another, and the classes of its legal forms."""
    plain = _PARENTHESIS.sub(" ", _GLUED_FORM.sub(" ", text).lower()).replace("’", "'").replace("'s ", " ")
    plain = _LETTERS_WITH_STOPS.sub(lambda found: found.group(1).replace(".", ""), plain)
    plain = " ".join(_legal_spelling(word) for word in plain.replace('"', " ").split())
    classes = dict(pairs_of("classes of legal forms"))
    forms = frozenset(classes.get(form, form) for _, form in extract_org_types(plain))
    kept = remove_org_types(plain) or plain
    words = [word for chunk in _SPLIT.split(kept.replace("'", "")) for word in _said(chunk)]
    core = [word for word in words if word not in _GENERIC] or words
    return tuple(_joined_letters(core)), forms


_GENERIC = frozenset(words_of("generic words"))
_NUMBERS = dict(pairs_of("numbers"))
_SHORT = dict(pairs_of("abbreviations"))


def _legal_spelling(word: str) -> str:
    return next((form for form in _LONG_FORMS if word != form and edits(word, form) == 1), word)


def _said(chunk: str) -> list[str]:
    """A word in Latin letters, numbers in figures, abbreviations in full."""
    if not chunk or chunk == "&":
        return []
    letters = latin_letters(chunk.replace("%", "percent"))
    bare = re.sub(r"(?<=\d)(st|nd|rd|th)$", "", letters)
    said = _NUMBERS.get(bare, _SHORT.get(bare, bare))
    pieces = re.findall(r"\d+|[^\d]+", said)
    return [_NUMBERS.get(piece, piece) for piece in pieces if piece]


def _joined_letters(words: list[str]) -> list[str]:
    """`c g clow` as cg clow; forty four as 44."""
    found: list[str] = []
    for word in words:
        if found and len(word) == 1 and not word.isdigit() and len(found[-1]) < 3 and not found[-1].isdigit():
            found[-1] += word
        elif found and word.isdigit() and found[-1].isdigit() and len(word) == 1 and found[-1].endswith("0"):
            found[-1] = str(int(found[-1]) + int(word))
        else:
            found.append(word)
    return found


def core_words(text: str) -> tuple[str, ...]:
    """The words that tell the organisation from others: without legal form, in Latin letters, numbers in figures."""
    return _core(text)[0]


def compare_organisations(a: str, b: str) -> Comparison:
    """Can both strings name one organisation. Where one gives several names with a slash, any of them may agree."""
    weights = shipped_weights()
    found = [_evidence(x.strip(), y.strip()) for x in a.split("/") for y in b.split("/") if x.strip() and y.strip()]
    best = max(found or [[Evidence("nothing to compare", a, b)]], key=lambda each: weigh(each, weights))
    score = weigh(best, weights)
    return Comparison(round(score, 4), score >= THRESHOLD, tuple(best))


def _evidence(a: str, b: str) -> list[Evidence]:
    (left, forms_a), (right, forms_b) = _core(a), _core(b)
    if not left or not right:
        return [Evidence("nothing to compare", a, b)]
    found = []
    if forms_a and forms_b and not forms_a & forms_b:
        found.append(Evidence("other legal form", "/".join(sorted(forms_a)), "/".join(sorted(forms_b))))
    if _run(left) == _run(right):
        return [*found, Evidence("same organisation words", a, b)]
    if _is_acronym(left, right) or _is_acronym(right, left):
        return [*found, Evidence("an acronym", a, b)]
    rest = list(right)
    only_left = []
    for word in left:
        answer = next((other for other in rest if _agree(word, other)), None)
        if answer is None:
            only_left.append(word)
        else:
            rest.remove(answer)
    places = _PLACES
    spare = [word for word in (*only_left, *rest) if word not in places or (only_left and rest)]
    if spare:
        return [
            *found,
            Evidence("other organisation words", " ".join(only_left) or "nothing", " ".join(rest) or "nothing"),
        ]
    return [*found, Evidence("same organisation words", a, b)]


_PLACES = frozenset(words_of("places in company names"))


def _run(words: tuple[str, ...]) -> str:
    return undoubled("".join(words))


def _is_acronym(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    letters = [word for word in short if word not in _PLACES]
    return len(letters) == 1 and len(long) > 2 and letters[0] == "".join(word[0] for word in long)


def _agree(a: str, b: str) -> bool:
    if a == b or undoubled(a) == undoubled(b):
        return True
    if min(len(a), len(b)) < 5 or a.isdigit() or b.isdigit():
        return False
    if codes(a, a) & codes(b, b):
        return True
    if len(a) != len(b) or edits(a, b) != 1:
        return False
    differ = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return len(differ) == 2 or {*differ[0]} <= _VOWELS
