"""The officer's own words are searched for what identifies a person, or for what another gave (rule G2).

Folding: compatibility decomposition, case and marks removed. A value is found as written, without regard to spaces
and punctuation, and a name of several words also by each of its words. The value found is never reported, only where.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from clew.disclosure.context import is_foreign, may_be_child
from clew.disclosure.facts import PersonFacts, RecipientFacts, SenderFacts
from clew.disclosure.ruleset import RuleSet
from clew.dossier.concerns import protects

SHORTEST = 3
SHORTEST_HAN = 2
MARKS_OF_FICTION = {"fictional", "fictitious", "fiktiv", "fictif", "fictive", "虚构"}
"""The mark that somebody is invented, kept beside the names in demonstrations and tests, names nobody."""
LEGAL_FORMS = {
    "ag", "bv", "co", "eood", "gmbh", "inc", "kg", "llc", "ltd", "nv", "og", "ood", "sa", "sarl", "sas", "spa", "srl",
}  # fmt: skip
"""What stands behind the name of a company, and is left off as often as not."""
_NOTE = re.compile(r"[(（][^)）]*[)）]")
_WORD = re.compile(r"\w+")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def may_be_named(
    person: PersonFacts, field_class: str, sender: SenderFacts, recipient: RecipientFacts, rules: RuleSet
) -> bool:
    """Whether an officer may name the person to this recipient in her own words, with a value of this class.

    Only where nothing protects the person and nobody would have to be asked about such a statement (R18-R20, R40,
    R41): words carry no approval of their own. What a rule lets go is chosen as a statement.
    """
    witness = person.witness_protection == "no" or (person.witness_protection != "yes" and field_class != "location")
    protection = person.protection == "none" or (
        person.protection not in {"applicant", "refugee", "procedure"} and not is_foreign(sender, recipient, rules)
    )
    adult = not may_be_child(person, rules)
    return witness and protection and adult and person.role_conflict != "yes" and not protects(person.category)


def fields_naming(words: Mapping[str, str], values: Iterable[str], *, in_parts: bool = True) -> tuple[str, ...]:
    """The names of the texts that hold one of the values, in the order given; `words` maps names to texts.

    `in_parts`: a value of several words also by each of its words. Else as a whole, with or without its legal form.
    """
    needles = [needle for value in values for needle in (_needles(value) if in_parts else _whole(value))]
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
    words = _words(value)
    yield " ".join(words)
    if len(words) > 1 and not any(word.isdigit() for word in words):
        yield from words


def _whole(value: str) -> Iterable[str]:
    words = _words(_NOTE.sub(" ", value))
    yield " ".join(words)
    yield " ".join(word for word in words if word not in LEGAL_FORMS)


def _words(value: str) -> list[str]:
    return [word for word in _WORD.findall(fold(value)) if word not in MARKS_OF_FICTION]


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
