"""Records that nobody lived: made by chance, in the shape of published tables of victims."""

from __future__ import annotations

import random
from collections.abc import Sequence

from clew.statistics import Column

GENDERS = ("Female", "Male", "", "Transgender/NonConforming")
AGES = ("", "0-8", "9-17", "18-20", "21-23", "24-26", "27-29", "30-38", "39-47", "48+")
COUNTRIES = ("", "PH", "UA", "MD", "US", "MX", "KH", "ID", "CN", "BG", "NA", "VN", "MM", "LA", "RO", "NG", "BY", "KG")
MEANS = ("Threats", "Debt bondage", "Takes earnings", "Physical abuse", "Withholds documents")


class Register:
    """Persons of a register: each has a gender, an age, a citizenship, several means of control, one flag."""

    def __init__(self, persons: int, seed: int) -> None:
        self._chance = random.Random(seed)
        self.persons: list[dict[str, tuple[str, ...]]] = [self._person() for _ in range(persons)]

    def grow(self, persons: int) -> None:
        """A month later."""
        self.persons = [*self.persons, *(self._person() for _ in range(persons))]

    def column(self, name: str) -> Column:
        """One column of the register."""
        return Column(name, [one[name] for one in self.persons], multiple=name == "means")

    def _person(self) -> dict[str, tuple[str, ...]]:
        country = self._one(COUNTRIES, 1.2)
        gender = self._one(GENDERS if country != "BG" else GENDERS[:2], 1.6)
        means = tuple(one for one in MEANS if self._chance.random() < 0.3)
        return {
            "gender": (gender,), "age": (self._one(AGES, 0.7),), "citizenship": (country,), "means": means or ("",),
            "labour": (self._chance.choice(["yes", "no", ""]),),
        }  # fmt: skip

    def _one(self, values: Sequence[str], steepness: float) -> str:
        weights = [1 / (place + 1) ** steepness for place in range(len(values))]
        return self._chance.choices(values, weights)[0]


def columns_of(cells: Sequence[Sequence[int]]) -> tuple[Column, Column]:
    """Records with these counts: row r0, r1, … by column c0, c1, …"""
    pairs = [
        (f"r{row}", f"c{column}")
        for row, numbers in enumerate(cells)
        for column, number in enumerate(numbers)
        for _ in range(number)
    ]
    return Column("kind", [(row,) for row, _ in pairs]), Column("place", [(column,) for _, column in pairs])
