"""Files of fictional persons with known truth, as bulk linking meets them. Shared by bench and tests; measures nothing.

Surnames: China's as often as the list of `data/person_names.json` says. The other lists give no counts: there the k-th
name is borne by a share that falls as 1/(k + 10), and lists end long before the names do, so that the rest of the
population (Bulgaria 40 %, Austria 50 %, France 70 %: estimates) bears names made of the halves of listed ones, falling
as 1/k. Of China's given names half are listed ones, half two characters that given names use.

Of the records 20 % have no birth date, 50 % no telephone, 60 % no document; 10 % of persons share their telephone with
somebody else, half of those with one of their surname. A record is a variant of its person: another romanisation
(characters, pinyin, Cantonese, Wade-Giles; Cyrillic, streamlined, French, German), a slip, names in the other's column.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from clew.matching.names.han import han_table
from clew.matching.names.romanisations import cantonese_spellings, pinyin_spellings, wade_spellings

COUNTRIES = ("China", "Bulgaria", "Austria", "France")
UNLISTED = {"China": 0.0, "Bulgaria": 0.4, "Austria": 0.5, "France": 0.7}
PREFIX = {"China": "+86", "Bulgaria": "+359", "Austria": "+43", "France": "+33"}
MISSING = {"born": 0.2, "phone": 0.5, "document": 0.6}
SLIPS, SWAPPED, BORN_SLIPS, OTHER_PHONE, DOCUMENT_SLIPS = 0.05, 0.05, 0.02, 0.1, 0.01
RECORDS = (0.55, 0.25, 0.13, 0.07)
"""Share of persons with one record, two, three, four."""
COLUMNS = ("id", "surname", "given", "birth_date", "phone", "document")
Record = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Person:
    """One fictional person as he or she is."""

    country: str
    surname: str
    given: str
    born: dt.date
    phone: str
    document: str


@cache
def _names(country: str) -> tuple[list[str], npt.NDArray[np.float64], list[str], npt.NDArray[np.float64]]:
    """Surnames and given names, each with its share."""
    told = json.loads((Path(__file__).parent / "data/person_names.json").read_text("utf-8"))[country]
    if country == "China":
        surnames = [name for name, _ in told["surnames"]]
        shares = np.array([share for _, share in told["surnames"]])
    else:
        surnames = list(told["surnames"])
        made = _made(surnames, 30_000)
        listed, rest = 1 / (np.arange(len(surnames)) + 11.0), 1 / (np.arange(len(made)) + 20.0)
        surnames += made
        left = UNLISTED[country]
        shares = np.concatenate([(1 - left) * listed / listed.sum(), left * rest / rest.sum()])
    given = list(told["given"])
    falling = 1 / (np.arange(len(given)) + 11.0)
    return surnames, shares / shares.sum(), given, falling / falling.sum()


def _made(surnames: list[str], most: int) -> list[str]:
    """Surnames of the first half of one and the second half of another."""
    rng = np.random.default_rng(5)
    drawn = [(surnames[a], surnames[b]) for a, b in rng.integers(0, len(surnames), (2 * most, 2)).tolist()]
    found = dict.fromkeys(a[: (len(a) + 1) // 2] + b[len(b) // 2 :].lower() for a, b in drawn)
    known = set(surnames)
    return [name for name in found if name not in known][:most]


def persons(many: int, rng: np.random.Generator) -> list[Person]:
    """That many persons, a quarter of each country."""
    characters = sorted(han_table().given)
    countries = rng.integers(0, 4, many)
    days = rng.integers(dt.date(1950, 1, 1).toordinal(), dt.date(2005, 1, 1).toordinal(), many)
    drawn = {}
    for at, country in enumerate(COUNTRIES):
        surnames, shares, given, falling = _names(country)
        size = int((countries == at).sum())
        drawn[at] = iter(
            zip(
                [surnames[row] for row in rng.choice(len(surnames), size, p=shares)],
                [given[row] for row in rng.choice(len(given), size, p=falling)],
                strict=True,
            )
        )
    made: list[Person] = []
    shared = rng.random(many)
    pairs = rng.integers(0, len(characters), (many, 2))
    for row, (at, day) in enumerate(zip(countries.tolist(), days.tolist(), strict=True)):
        country = COUNTRIES[at]
        surname, given = next(drawn[at])
        if country == "China" and row % 2:
            given = characters[pairs[row, 0]] + characters[pairs[row, 1]]
        phone = f"{PREFIX[country]}{600_000_000 + row * 7:09d}"
        if made and shared[row] < 0.1:
            other = made[int(shared[row] * 10 * len(made))]
            phone = other.phone
            if shared[row] < 0.05 and other.country == country:
                surname = other.surname
        born = dt.date.fromordinal(day)
        made.append(Person(country, surname, given, born, phone, _document(country, born, row)))
    return made


def _document(country: str, born: dt.date, row: int) -> str:
    """A national number whose check digit holds (China, Bulgaria), or a passport's number."""
    if country == "China":
        head = f"{110000 + row // 1000 % 9999:06d}{born:%Y%m%d}{row % 1000:03d}"
        return head + "10X98765432"[_weighed(head, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11]
    if country == "Bulgaria":
        head = f"{born:%y}{born.month + (40 if born.year > 1999 else 0):02d}{born:%d}{row % 1000:03d}"
        return head + str(_weighed(head, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10)
    return f"{'P' if country == 'Austria' else 'F'}{(row * 7919 + 1_234_567) % 100_000_000:08d}"


def _weighed(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(each) * by for each, by in zip(digits, weights, strict=True))


def records(many: int, seed: int = 1, *, alike: bool = False) -> tuple[list[Record], npt.NDArray[np.int64]]:
    """That many records in any order, and whose each is.

    What is missing is missing record by record, or (`alike`) in all records of a person.
    """
    rng = np.random.default_rng(seed)
    everyone = persons(int(many / np.dot(RECORDS, (1, 2, 3, 4))) + 10, rng)
    times = rng.choice((1, 2, 3, 4), len(everyone), p=RECORDS)
    owner = np.repeat(np.arange(len(everyone)), times)[:many]
    owner = np.concatenate([owner, np.arange(many - len(owner))])
    rng.shuffle(owner)
    dice = rng.random((many, 12))
    gone = rng.random((len(everyone), 3))[owner] if alike else dice[:, :3]
    made = [_record(everyone[who], dice[row], gone[row]) for row, who in enumerate(owner.tolist())]
    return made, owner


def _record(person: Person, dice: npt.NDArray[np.float64], gone: npt.NDArray[np.float64]) -> Record:
    surname, given = _SPELT[person.country](person.surname, person.given, dice[3])
    if dice[4] < SLIPS:
        surname, given = (
            (_slipped(surname, dice[5]), given) if dice[4] < SLIPS / 2 else (surname, _slipped(given, dice[5]))
        )
    if dice[6] < SWAPPED:
        surname, given = given, surname
    born = "" if gone[0] < MISSING["born"] else _born(person.born, dice[7])
    phone = "" if gone[1] < MISSING["phone"] else person.phone
    if phone and dice[8] < OTHER_PHONE:
        phone = f"{PREFIX[person.country]}{700_000_000 + int(dice[9] * 99_999_999):09d}"
    document = "" if gone[2] < MISSING["document"] else person.document
    if document and dice[10] < DOCUMENT_SLIPS:
        at = 8 - int(dice[11] * 6)
        document = document[:at] + str((int(document[at]) + 3) % 10) + document[at + 1 :]
    return surname, given, born, phone, document


def _born(day: dt.date, die: float) -> str:
    if die < BORN_SLIPS / 2 and day.day <= 12:
        return f"{day.year}-{day.day:02d}-{day.month:02d}"
    return (
        (day + dt.timedelta(days=1 if day.day % 10 < 8 else -1)).isoformat()
        if die > 1 - BORN_SLIPS / 2
        else day.isoformat()
    )


def _slipped(word: str, die: float) -> str:
    """One letter left out, doubled, or two that changed places; characters stay."""
    if not word or word[0] >= "\u3400" or len(word) < 4:
        return word
    at = 1 + int(die * 1000) % (len(word) - 2)
    if die < 0.33:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at] + word[at:] if die < 0.66 else word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _chinese(surname: str, given: str, die: float) -> tuple[str, str]:
    if die < 0.5:
        return surname, given
    spell = _pinyin if die < 0.85 else _cantonese if die < 0.95 else _wade
    return _in_syllables(surname, spell), _in_syllables(given, spell)


def _in_syllables(characters: str, spell: Callable[[str], str]) -> str:
    return "".join(spell(han_table().plain(each)) for each in characters).capitalize()


def _syllable(character: str) -> str:
    return min(han_table().mandarin.get(character, {"xin1"}))[:-1]


@cache
def _pinyin(character: str) -> str:
    return min(pinyin_spellings(_syllable(character)))


@cache
def _wade(character: str) -> str:
    return min(wade_spellings(_syllable(character)))


@cache
def _cantonese(character: str) -> str:
    return min(
        (min(cantonese_spellings(each)) for each in han_table().cantonese.get(character, ())),
        default=_pinyin(character),
    )


_LETTERS = "абвгдежзийклмнопрстуфхцчшщъьюя"
_HABITS = (
    ("a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya", 0.9),
    ("a b v g d e j z i y k l m n o p r s t ou f kh ts tch ch cht a i iou ia", 0.95),
    ("a b w g d e sch s i j k l m n o p r s t u f ch z tsch sch scht a j ju ja", 1.0),
)
"""Streamlined, French and German spelling, each up to which die."""


def _bulgarian(surname: str, given: str, die: float) -> tuple[str, str]:
    if die < 0.5:
        return surname, given
    habit = next(spelt for spelt, up_to in _HABITS if die <= up_to)
    table = dict(zip(_LETTERS, habit.split(), strict=True))
    first, second = ("".join(table.get(each, each) for each in word.lower()).capitalize() for word in (surname, given))
    return first, second


_MARKS = str.maketrans("äöüéèêëàâîïôûçÉ", "aoueeeeaaiioucE")


def _latin(surname: str, given: str, die: float) -> tuple[str, str]:
    return (surname, given) if die < 0.8 else (surname.translate(_MARKS), given.translate(_MARKS))


_SPELT = {"China": _chinese, "Bulgaria": _bulgarian, "Austria": _latin, "France": _latin}


def write(path: Path, made: list[Record]) -> None:
    """As the CSV that `clew match bulk` reads; ids are the rows' numbers."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        writer.writerows((f"r{row}", *each) for row, each in enumerate(made))


def rates(of: npt.NDArray[np.int32], owner: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Precision and recall over pairs of records: two in one cluster, two of one person."""
    both = np.unique(np.stack([of, owner]), axis=1, return_counts=True)[1]
    right, said, true = (int((each * (each - 1) // 2).sum()) for each in (both, _many(of), _many(owner)))
    return right / max(said, 1), right / max(true, 1)


def _many(column: npt.NDArray[np.int32] | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.unique(column, return_counts=True)[1]
