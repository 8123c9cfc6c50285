from __future__ import annotations

from collections import Counter

import pytest

from clew.matching.evaluation import Pair, evaluation_set
from clew.matching.names import Comparison, compare_texts

LEAST_F1, LEAST_OF_A_CATEGORY = 0.92, 0.85


@pytest.fixture(scope="module")
def answered() -> list[tuple[Pair, Comparison]]:
    return [(pair, compare_texts(pair.a, pair.b)) for pair in evaluation_set()]


def test_the_set_is_large_and_a_good_part_of_it_is_hard() -> None:
    pairs = evaluation_set()
    assert len(pairs) >= 2000
    assert 0.4 <= sum(not pair.same for pair in pairs) / len(pairs) <= 0.6


def test_f1_over_all_categories(answered: list[tuple[Pair, Comparison]]) -> None:
    counts = Counter((pair.same, found.same) for pair, found in answered)
    wrong = counts[True, False] + counts[False, True]
    assert 2 * counts[True, True] / (2 * counts[True, True] + wrong) >= LEAST_F1


def test_no_category_is_weak(answered: list[tuple[Pair, Comparison]]) -> None:
    right: Counter[tuple[bool, str]] = Counter()
    asked: Counter[tuple[bool, str]] = Counter()
    for pair, found in answered:
        asked[pair.same, pair.category] += 1
        right[pair.same, pair.category] += found.same == pair.same
    assert {kind: right[kind] / many for kind, many in asked.items() if right[kind] < LEAST_OF_A_CATEGORY * many} == {}


def test_which_name_stands_first_makes_no_difference(answered: list[tuple[Pair, Comparison]]) -> None:
    other = [pair for pair, found in answered[::7] if compare_texts(pair.b, pair.a).score != found.score]
    assert other == []


def test_a_name_and_itself_are_one_and_every_answer_has_words(answered: list[tuple[Pair, Comparison]]) -> None:
    assert all(compare_texts(pair.a, pair.a).same for pair, _ in answered)
    assert all(found.reason.endswith(".") and "{" not in found.reason for _, found in answered)
