"""The comparing kernel: every pair of a block, weighed in machine code.

Written in the part of Python that Numba compiles. A pair is weighed once, by the first rule that brings it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from clew.matching.bulk.machine_code import machine_code

SURNAME, GIVEN, BORN, FIGURES, PHONE, DOCUMENT = range(6)
BORN_BITS, PHONE_BITS, DOCUMENT_BITS = range(3)
CODE, LENGTH, HAN = range(3)
SAME_BITS, SOUND_BITS, SLIP_BITS = range(3)
"""Columns of a sheet's records, of their weights, of words and of theirs."""
DIFFERENT_PART, CHANGED_SIDES, OTHER_SPELLING, TURNED_DATE, OTHER_FIGURE, DIFFERENT_DATE = range(6)
DIFFERENT_PHONE, DOCUMENT_SLIP, DIFFERENT_DOCUMENT, PRIOR, TOGETHER, FLOOR, LINK = range(6, 13)
"""Weights that do not depend on values, in a sheet's `bits`."""
MISSING, SAME, SOUNDS, SLIP, DIFFERS = range(5)
"""Levels of a name's part. A date: 3 is day and month changed, 5 one figure; a document: 3 is one slip."""
FIGURE = 5
CROSSED, CLOSER = 1 << 15, 1 << 16
"""Marks beside the levels: surname and given name changed sides; the names deserve a closer look."""


@machine_code
def one_slip(a: Any, b: Any, long: int, short: int) -> bool:
    """Whether one letter was left out or replaced, or two neighbours changed places. `long` >= `short` letters."""
    if long - short > 1:
        return False
    at = 0
    while at < short and a[at] == b[at]:
        at += 1
    if long > short:
        return tail_agrees(a, b, at + 1, at, short)
    if tail_agrees(a, b, at + 1, at + 1, short):
        return True
    if at + 1 < short and a[at] == b[at + 1] and a[at + 1] == b[at]:
        return tail_agrees(a, b, at + 2, at + 2, short)
    return False


@machine_code
def tail_agrees(a: Any, b: Any, at: int, other: int, end: int) -> bool:
    """Whether b's letters from `other` to `end` are a's from `at` on."""
    while other < end:
        if a[at] != b[other]:
            return False
        at += 1
        other += 1
    return True


@machine_code
def part(sheet: Any, x: int, y: int) -> Any:
    """Level and weight of two words of names."""
    if x < 0 or y < 0:
        return MISSING, np.float32(0)
    if x == y:
        return SAME, sheet.word_bits[x, SAME_BITS]
    if not (sheet.words[x, HAN] and sheet.words[y, HAN]):
        if sheet.words[x, CODE] == sheet.words[y, CODE]:
            return SOUNDS, sheet.word_bits[x, SOUND_BITS]
        if sheet.words[x, LENGTH] < sheet.words[y, LENGTH]:
            x, y = y, x
        long, short = sheet.words[x, LENGTH], sheet.words[y, LENGTH]
        if short >= 4 and one_slip(sheet.letters[x], sheet.letters[y], long, short):
            return SLIP, min(sheet.word_bits[x, SLIP_BITS], sheet.word_bits[y, SLIP_BITS])
    return DIFFERS, sheet.bits[DIFFERENT_PART]


@machine_code
def name(sheet: Any, i: int, j: int) -> Any:
    """Levels of surname and given name, whether they changed sides, and their weight."""
    surname, surname_bits = part(sheet, sheet.records[i, SURNAME], sheet.records[j, SURNAME])
    given, given_bits = part(sheet, sheet.records[i, GIVEN], sheet.records[j, GIVEN])
    straight = surname_bits + given_bits
    if surname >= DIFFERS or given >= DIFFERS:
        first, first_bits = part(sheet, sheet.records[i, SURNAME], sheet.records[j, GIVEN])
        second, second_bits = part(sheet, sheet.records[i, GIVEN], sheet.records[j, SURNAME])
        crossed = first_bits + second_bits + sheet.bits[CHANGED_SIDES]
        if 0 < first < DIFFERS and 0 < second < DIFFERS and crossed > straight:
            return first, second, CROSSED, crossed + sheet.bits[TOGETHER]
    elif surname > 0 and given > 0:
        straight += sheet.bits[TOGETHER]
    return surname, given, 0, straight


@machine_code
def date(sheet: Any, i: int, j: int) -> Any:
    """Level and weight of two birth dates."""
    if sheet.records[i, BORN] < 0 or sheet.records[j, BORN] < 0:
        return MISSING, np.float32(0)
    if sheet.records[i, BORN] == sheet.records[j, BORN]:
        return SAME, sheet.record_bits[i, BORN_BITS]
    x, y = sheet.records[i, FIGURES], sheet.records[j, FIGURES]
    if x // 10000 == y // 10000 and x % 100 == y // 100 % 100 and y % 100 == x // 100 % 100:
        return SLIP, sheet.bits[TURNED_DATE]
    other = 0
    while x > 0 and y > 0:
        other += x % 10 != y % 10
        x //= 10
        y //= 10
    return (FIGURE, sheet.bits[OTHER_FIGURE]) if other == 1 else (DIFFERS, sheet.bits[DIFFERENT_DATE])


@machine_code
def document(sheet: Any, i: int, j: int) -> Any:
    """Level and weight of two documents; two valid national numbers of one kind are two persons'."""
    x, y = sheet.records[i, DOCUMENT], sheet.records[j, DOCUMENT]
    if x < 0 or y < 0:
        return MISSING, np.float32(0)
    if x == y:
        return SAME, sheet.record_bits[i, DOCUMENT_BITS]
    if sheet.only_one[x] > 0 and sheet.only_one[x] == sheet.only_one[y]:
        return DIFFERS, np.float32(-99)
    other = 0
    for at in range(20):
        other += sheet.document_letters[x, at] != sheet.document_letters[y, at]
    return (SLIP, sheet.bits[DOCUMENT_SLIP]) if other == 1 else (DIFFERS, sheet.bits[DIFFERENT_DOCUMENT])


@machine_code
def weigh(sheet: Any, i: int, j: int) -> Any:
    """The pair's log2 odds, those of its name, and its packed levels."""
    surname, given, crossed, name_bits = name(sheet, i, j)
    born, born_bits = date(sheet, i, j)
    paper, paper_bits = document(sheet, i, j)
    phone, phone_bits = MISSING, np.float32(0)
    if sheet.records[i, PHONE] >= 0 and sheet.records[j, PHONE] >= 0:
        phone, phone_bits = (
            (SAME, sheet.record_bits[i, PHONE_BITS])
            if sheet.records[i, PHONE] == sheet.records[j, PHONE]
            else (DIFFERS, sheet.bits[DIFFERENT_PHONE])
        )
    rest = sheet.bits[PRIOR] + born_bits + phone_bits + paper_bits
    levels = surname | given << 3 | born << 6 | phone << 9 | paper << 12 | crossed
    decides = name_bits < 0 and rest + sheet.bits[OTHER_SPELLING] >= sheet.bits[LINK]
    if decides and (phone == SAME or paper == SAME or may_be_one_surname(sheet, i, j)):
        levels |= CLOSER
    return rest + name_bits, name_bits, levels


@machine_code
def may_be_one_surname(sheet: Any, i: int, j: int) -> bool:
    """Whether some romanisation of one surname of China could explain both names."""
    one, other, given, given_other = (
        surnames(sheet, sheet.records[i, SURNAME]),
        surnames(sheet, sheet.records[j, SURNAME]),
        surnames(sheet, sheet.records[i, GIVEN]),
        surnames(sheet, sheet.records[j, GIVEN]),
    )
    return bool((one & (other | given_other)) | (given & other))


@machine_code
def surnames(sheet: Any, word: int) -> Any:
    """The surnames that a word can write, one bit each."""
    return sheet.surnames[word] if word >= 0 else np.uint64(0)


@machine_code
def brought(keys: Any, first: int, last: int, i: int, j: int) -> bool:
    """Whether one of these rules brings the pair."""
    for rule in range(first, last):  # noqa: SIM110 - Numba compiles no generator
        if keys[rule, i] >= 0 and keys[rule, i] == keys[rule, j]:
            return True
    return False


@machine_code
def grown(old: Any, room: int) -> Any:
    """The same with more room."""
    new = np.empty((room, old.shape[1]), np.float64)
    new[: len(old)] = old
    return new


@machine_code
def compare_blocks(sheet: Any, keys: Any, rule: int, order: Any, starts: Any, first: int, last: int) -> Any:
    """Weigh every pair of blocks `first` to `last` that no earlier rule brings.

    Answers the pairs that reach the floor or deserve a closer look (rows, log2 odds, those of the name, levels), and
    how many pairs the rule brings: in all, new ones, and such as no other rule brings.
    """
    pairs = np.empty((1024, 5), np.float64)
    counts = np.zeros(3, np.int64)
    found = 0
    for block in range(first, last):
        for at in range(starts[block], starts[block + 1]):
            i = order[at]
            for with_ in range(at + 1, starts[block + 1]):
                j = order[with_]
                counts[0] += 1
                if brought(keys, 0, rule, i, j):
                    continue
                counts[1] += 1
                counts[2] += not brought(keys, rule + 1, keys.shape[0], i, j)
                bits, name_bits, levels = weigh(sheet, i, j)
                if bits < sheet.bits[FLOOR] and not levels & CLOSER:
                    continue
                if found == len(pairs):
                    pairs = grown(pairs, 2 * found)
                pairs[found, 0], pairs[found, 1] = min(i, j), max(i, j)
                pairs[found, 2], pairs[found, 3], pairs[found, 4] = bits, name_bits, levels
                found += 1
    return pairs[:found], counts
