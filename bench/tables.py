"""Safe tables of a file: made, published one after the other, attacked. `bench/tables.py [FILE]` takes CTDC's table.

Without a file the records are generated. The attacker is that of the tests, which reads what was published and no more.
Exits with 1 where it finds a withheld number.
"""

from __future__ import annotations

import csv
import gzip
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.statistics.attacker import Attacker, found_out
from tests.statistics.generated import Register

from clew.statistics import Column, Earlier, Rule, TableRefused, safe_table

PAIRS = (
    ("gender", "citizenship"), ("gender", "majorityStatus"), ("meansOfControlConcatenated", "citizenship"),
    ("typeOfLabourConcatenated", "yearOfRegistration"), ("yearOfRegistration", "gender"),
    ("RecruiterRelationship", "gender"), ("citizenship", "isAbduction"), ("gender", "isForcedMarriage"),
)  # fmt: skip
MULTIPLE = {"meansOfControlConcatenated", "typeOfLabourConcatenated", "RecruiterRelationship", "means"}
SPELLINGS = {"Physical Abuse": "Physical abuse", "Withholds necessitie": "Withholds necessities"}
GENERATED = (("gender", "citizenship"), ("gender", "age"), ("means", "age"), ("citizenship", "labour"))
Read = Callable[[str, int], Column]
"""The column of a name, of so many records from the first."""


def main() -> None:
    """Two releases a month apart, exact and rounded, and the attack on all of them."""
    if len(sys.argv) > 1:
        read, records, pairs = *from_file(Path(sys.argv[1])), PAIRS
    else:
        register = Register(20_000, seed=1)
        read, records, pairs = register_reader(register), 20_000, GENERATED
    failed = [
        rule.method
        for rule in (Rule(), Rule(method="round", secret=b"bench"))
        if not attacked(read, records, pairs, rule)
    ]
    sys.exit(1 if failed else 0)


def attacked(read: Read, records: int, pairs: Sequence[tuple[str, str]], rule: Rule) -> bool:
    """Publish all tables of the first records, then all of all records, and attack everything at once."""
    earlier: list[Earlier] = []
    releases: list[list[dict[str, object]]] = []
    for name, size in (("a month ago", records - records // 100), ("today", records)):
        release = []
        for rows, columns in pairs:
            began = time.process_time()
            asked = f"{rule.method:8} {name:12} {rows} by {columns}"
            try:
                table = safe_table(read(rows, size), read(columns, size), rule, population=name, earlier=earlier)
            except TableRefused as refused:
                print(f"{asked}: refused, {refused.problem}")
                continue
            earlier.append(Earlier(name, table))
            release.append(table.as_json())
            occupied = sum(1 for cell in release[-1]["cells"] if cell["value"] != 0)
            print(
                f"{asked}: {len(table.numbers)} numbers, {occupied} cells not 0, withheld {table.withheld()}, "
                f"{time.process_time() - began:.1f} s"
            )
        releases.append(release)
    began = time.process_time()
    attacker = Attacker(releases)
    withheld = sum(1 for _ in attacker.primaries())
    found = found_out(attacker)
    print(
        f"{rule.method:8} attack on {withheld} small numbers: {len(found)} found, {time.process_time() - began:.1f} s"
    )
    for one in found[:10]:
        print("  ", one)
    return not found


def from_file(path: Path) -> tuple[Read, int]:
    """The file's records in an order by chance, so that the last hundredth is a month like any."""
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    random.Random(1).shuffle(rows)

    def read(name: str, size: int) -> Column:
        values = [several(row[name]) if name in MULTIPLE else (row[name],) for row in rows[:size]]
        return Column(name, values, multiple=name in MULTIPLE)

    return read, len(rows)


def several(cell: str) -> tuple[str, ...]:
    """The values of a cell."""
    parts = (part.strip() for part in cell.split(";"))
    return tuple(dict.fromkeys(SPELLINGS.get(part, part) for part in parts if part)) or ("",)


def register_reader(register: Register) -> Read:
    """The columns of generated records."""

    def read(name: str, size: int) -> Column:
        return Column(name, [one[name] for one in register.persons[:size]], multiple=name in MULTIPLE)

    return read


if __name__ == "__main__":
    main()
