"""Stored facts of an earlier format, read by this program where what they lack cannot have counted.

A field that a later format added is supplied only where the policies that decided then read neither its name nor
anything that follows from it; then every value of it gives the same answer. Else the row says what it lacks.
"""

import copy
import dataclasses
import datetime as dt
import itertools
import math
import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from clew.disclosure.decision import Decider
from clew.disclosure.facts import Inputs
from clew.disclosure.records import from_plain
from clew.disclosure.ruleset import SCHEMA, RuleSet

FORMAT: Final = 5
"""The format of what this program stores: one higher with each field of the facts, and with each name that the rules
are shown, so that a set that does not know the name is derived again as it decided. A row that names none has 1."""

ADDED: Final[Mapping[str, int]] = {
    "transfer.requester_flagged": 2,
    "transfer.words_repeating": 4,
    "transfer.reply.held_back": 4,
    "transfer.recipient.organisation": 4,
    "persons.consents.organisation": 4,
    "persons.consents.recorded_at": 4,
    "persons.consents.withdrawn_at": 4,
    "transfer.authorisation_not_in_time": 5,
    "transfer.joint.members": 5,
    "transfer.settings.stale_days": 5,
}
"""The format that began with each field of the facts which the first did not have."""

READINGS: Final = 64
"""So many meanings of stored inputs are tried, and no more."""

ATTRIBUTE: Final = re.compile(r"(\w+)\??\s*:(?!:)")
WORD: Final = re.compile(r"\w+")
PLAIN: Final[Mapping[type, tuple[object, ...]]] = {
    bool: (False, True),
    int: (0, 1, 1_000_000),
    str: ("", "x", "yes", "no", "unknown"),
    dt.date: ("1970-01-01", "2100-01-01"),
    dt.datetime: ("1970-01-01T00:00:00+00:00", "2100-01-01T00:00:00+00:00"),
}
"""Values of each kind in their stored form, that which says nothing first."""


class Lacking(ValueError):
    """Stored facts cannot be read by this program; `names` are what they lack."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def completed(inputs: Any, written: object, rules: RuleSet) -> Any:
    """Stored inputs with the fields that their format did not know yet; the very inputs where nothing is missing.

    Args:
        written: the format they were stored in. rules: those of the version that decided.

    Raises:
        Lacking: a field is missing that this format has, or that those rules could have been influenced by.
    """
    known, lacks = _known(written), tuple(sorted(set(missing_fields(Inputs, inputs))))
    if not lacks:
        return inputs
    if known == FORMAT:
        raise Lacking(lacks)
    read = words_of(rules)
    if named := tuple(path for path in lacks if path.rpartition(".")[2] in read):
        raise Lacking(named)
    filled = _filled(Inputs, inputs, lambda _path, hint: values(hint)[0])
    before = _contexts(filled, rules)
    for path, other in _others(inputs, lacks):
        if _differing(before, _contexts(other, rules)) & read:
            raise Lacking((path,))
    return filled


def readings(inputs: Any, written: object, rules: RuleSet) -> list[Any]:
    """All that stored inputs may have meant to rules that did not decide them, such as those of a sandbox.

    What an earlier format did not know, nobody recorded. Where the rules cannot tell, one reading stands for all; else
    there is one for each value that they could tell apart in each place, and only what comes out of every one of them
    is known.

    Raises:
        Lacking: a field is missing that the format has, or there would be too many readings.
    """
    lacks = lacking(inputs, written)
    try:
        return [completed(inputs, written, rules)]
    except Lacking:
        told = _values_told_apart(inputs, lacks, rules)
        places: list[list[Any]] = []
        _filled(Inputs, inputs, lambda path, _hint: places.append(told[path]))
        if math.prod(map(len, places)) > READINGS:
            raise Lacking(lacks) from None
    return [_filled(Inputs, inputs, _in_turn(each)) for each in itertools.product(*places)]


def lacking(inputs: object, written: object) -> tuple[str, ...]:
    """What stored inputs lack because their format did not know it yet.

    Raises:
        Lacking: they lack what their format has, or no program of today knows that format.
    """
    known, lacks = _known(written), tuple(sorted(set(missing_fields(Inputs, inputs))))
    if damaged := tuple(each for each in lacks if ADDED.get(each, 0) <= known):
        raise Lacking(damaged)
    return lacks


def _known(written: object) -> int:
    if type(written) is not int or not 1 <= written <= FORMAT:
        raise Lacking((f"a program that reads format {written}",))
    return written


def _in_turn(given: Iterable[Any]) -> Callable[[str, Any], Any]:
    each = iter(given)
    return lambda _path, _hint: next(each)


def missing_fields(kind: Any, plain: object, where: str = "") -> Iterator[str]:
    """The fields that this program's facts have and a stored value lacks, as paths such as `transfer.purpose`."""
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        if not isinstance(plain, dict):
            yield where or "inputs"
            return
        for name, hint in hints.items():
            path = f"{where}.{name}" if where else name
            if name not in plain:
                yield path
            else:
                yield from missing_fields(hint, plain[name], path)
    elif typing.get_origin(kind) is tuple and isinstance(plain, list):
        for each in plain:
            yield from missing_fields(typing.get_args(kind)[0], each, where)
    elif _optional(kind) and plain is not None:
        yield from missing_fields(_inner(kind), plain, where)


def words_of(rules: RuleSet) -> frozenset[str]:
    """Every word of the policies, without what they say to people."""
    lines = (line.strip() for name, text in rules.files.items() if name.endswith(".cedar") for line in text.split("\n"))
    return frozenset(word for line in lines if not line.startswith(("@", "//")) for word in WORD.findall(line))


def attributes_of(rules: RuleSet) -> frozenset[str]:
    """The names of all that the rules' schema lets them look at."""
    return frozenset(ATTRIBUTE.findall("\n".join(line.split("//")[0] for line in rules.files[SCHEMA].splitlines())))


def values(hint: Any) -> list[Any]:
    """Some values of a kind in their stored form, that which says nothing first."""
    if dataclasses.is_dataclass(hint):
        fields = {name: values(each) for name, each in typing.get_type_hints(hint).items()}
        nothing = {name: each[0] for name, each in fields.items()}
        return [nothing, *({**nothing, name: other} for name, each in fields.items() for other in each[1:])]
    if typing.get_origin(hint) is tuple:
        return [[], *([each] for each in values(typing.get_args(hint)[0]))]
    if _optional(hint):
        return [None, *values(_inner(hint))]
    return list(PLAIN[hint])


def _optional(hint: Any) -> bool:
    return typing.get_origin(hint) in {types.UnionType, typing.Union}


def _inner(hint: Any) -> Any:
    return next(each for each in typing.get_args(hint) if each is not type(None))


def _filled(kind: Any, plain: Any, value: Callable[[str, Any], Any], where: str = "") -> Any:
    """A copy in which each missing field has the value that `value` gives for its path and kind."""
    if dataclasses.is_dataclass(kind):
        found = dict(plain)
        for name, hint in typing.get_type_hints(kind).items():
            path = f"{where}.{name}" if where else name
            found[name] = _filled(hint, plain[name], value, path) if name in plain else value(path, hint)
        return found
    if typing.get_origin(kind) is tuple and isinstance(plain, list):
        return [_filled(typing.get_args(kind)[0], each, value, where) for each in plain]
    if _optional(kind) and plain is not None:
        return _filled(_inner(kind), plain, value, where)
    return copy.deepcopy(plain)


def _others(inputs: Any, lacks: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """The inputs with another value of one missing field, for each field and each of its values."""
    kinds: dict[str, Any] = {}
    _filled(Inputs, inputs, kinds.setdefault)
    for path in lacks:
        for other in values(kinds[path])[1:]:
            yield (
                path,
                _filled(Inputs, inputs, lambda at, hint, p=path, o=other: o if at == p else values(hint)[0]),  # type: ignore[misc]
            )


def _values_told_apart(inputs: Any, lacks: tuple[str, ...], rules: RuleSet) -> dict[str, list[Any]]:
    """For each missing field the values by which the rules are shown something else, all else saying nothing."""
    kinds: dict[str, Any] = {}
    _filled(Inputs, inputs, kinds.setdefault)
    told: dict[str, list[Any]] = {}
    for path in lacks:
        shown: list[Any] = []
        told[path] = []
        for value in values(kinds[path]):
            one = _filled(Inputs, inputs, lambda at, hint, p=path, v=value: v if at == p else values(hint)[0])  # type: ignore[misc]
            if (context := _contexts(one, rules)) not in shown:
                shown.append(context)
                told[path].append(value)
    return told


def _contexts(inputs: Any, rules: RuleSet) -> list[dict[str, Any]]:
    """All that decides about these inputs: what the rules are shown, and which roles refused."""
    facts = from_plain(Inputs, inputs)
    decider = Decider(facts, rules)
    shown: list[dict[str, Any]] = [{"transfer": decider.transfer, "approvals": sorted(decider.refused)}]
    shown += [context for each in facts.statements for context in decider.contexts(each)]
    return [*shown, *(context for each in facts.transfer.questions for context in decider.asked(each))]


def _differing(one: Any, other: Any, name: str = "") -> set[str]:
    """The names of what differs."""
    if isinstance(one, dict) and isinstance(other, dict):
        keys = one.keys() | other.keys()
        return {found for key in keys for found in _differing(one.get(key), other.get(key), key)}
    if isinstance(one, list) and isinstance(other, list) and not name:
        if len(one) != len(other):
            return set(_names(one)) | set(_names(other))
        return {found for a, b in zip(one, other, strict=True) for found in _differing(a, b)}
    return set() if one == other else {name}


def _names(shown: Any) -> Iterator[str]:
    if isinstance(shown, dict):
        for key, each in shown.items():
            yield key
            yield from _names(each)
    elif isinstance(shown, list):
        for each in shown:
            yield from _names(each)
