"""Evidence in words: why, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable

from clew.matching.names.aligning import Evidence

SAID = {
    "same text": "the same text",
    "nothing in common": "no word of the one can write a word of the other",
    "nothing to compare": "one of them is empty",
    "characters are not spelt so": "{a} is not a spelling of {b} in Mandarin, Cantonese or Hokkien",
    "surname: other characters": "other surname characters",
    "surname: other syllables": "the surnames have other syllables",
    "given name: same characters": "given name in the same characters",
    "given name: same characters, other form": "{a}",
    "given name: other characters": "{a}",
    "given name: read as": "{a}",
    "given name: read as, mixed": "{a}",
    "given name: same syllables": "{a}",
    "given name: same characters possible": "some characters can be spelt both ways: {a}",
    "given name: initial of reading": "an initial for the given name",
    "given name: other syllables": "the given names have other syllables",
    "given name: other tones": "{a}",
    "same letters": "{a} in both",
    "marks left out": "{a} and {b} are the same but for marks or script",
    "other romanisation": "{a} and {b} write the same sounds",
    "other language": "{a} and {b} are one given name in two forms",
    "known element": "{a} and {b} spell one name element",
    "familiar form": "{a} and {b}: familiar form of one name",
    "transcribed alike": "{a} transcribes {b}",
    "sounds alike": "{a} and {b} sound alike",
    "letters swapped or doubled": "{a} and {b} differ by a slip",
    "woman's form": "{a} and {b}: a woman's and a man's form",
    "one letter": "{a} and {b} differ by one letter",
    "one letter, neither known": "{a} and {b} differ by one letter",
    "two letters": "{a} and {b} differ by two letters",
    "two letters, neither known": "{a} and {b} differ by two letters",
    "initial": "{a} and {b}: an initial",
    "written as one word": "written as one word in one of them",
    "father's name left out": "the father's name {a} stands in one only",
    "more words": "more words in one of them",
    "initial left out": "the initial {a} stands in one only",
    "half of a double name left out": "half of a double name left out",
    "former name": "a former name is given",
    "unlike words": "{a} and {b} do not agree",
    "other father's name": "the fathers' names {a} and {b} differ",
    "changed surname": "surnames {a} and {b} differ, given and middle name agree: it may have changed",
    "no whole word agrees": "no whole word agrees",
    "one word agrees alone": "only one word agrees",
    "surname and given name changed sides": "what is the surname in one is the given name in the other",
    "other order": "in other order",
    "other legal form": "the legal forms {a} and {b} differ",
    "same organisation words": "{a} and {b} but for legal form and spelling",
    "other organisation words": "{a} stands in the one, {b} in the other",
    "an acronym": "one is made of the other's first letters",
    "particle left out": "a particle left out",
}
_WOULD_CHANGE = {
    "given name: read as": "the name in characters on both sides: many characters share this spelling",
    "given name: same syllables": "the name in characters on both sides: many characters share this spelling",
    "given name: same characters possible": "the name in characters, or both in one spelling",
    "given name: other characters": "a document that shows both forms for one person",
    "initial": "the full word for the initial",
    "given name: initial of reading": "the full given name",
    "one letter": "a document with the name in its own script",
    "one letter, neither known": "a document with the name in its own script",
    "two letters": "a document with the name in its own script",
    "familiar form": "the given name as in the passport",
    "more words": "the full name on both sides",
    "one word agrees alone": "the full name on both sides",
    "changed surname": "a marriage record or the maiden name",
    "unlike words": "a marriage record, a change of name, or the name in its own script",
    "woman's form": "the person's sex, or the form in the passport",
    "other tones": "the name in characters",
}


def reason_of(evidence: Iterable[Evidence], *, same: bool) -> str:
    """One sentence: the verdict and what it rests on."""
    said = [SAID[each.kind].format(a=each.a, b=each.b) for each in evidence if each.kind in SAID]
    head = "Both can write one person's name" if same else "Not one name"
    return f"{head}: {'; '.join(dict.fromkeys(said))}." if said else f"{head}."


def changes_of(evidence: Iterable[Evidence], *, same: bool) -> tuple[str, ...]:
    """What one could find out that would change the verdict; always at least one thing."""
    found = [_WOULD_CHANGE[each.kind] for each in evidence if each.kind in _WOULD_CHANGE]
    usual = "a birth date or a document number that differs" if same else "a document that bears both names"
    return tuple(dict.fromkeys([*found, usual]))
