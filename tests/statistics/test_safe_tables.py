"""What a published table tells, and what nobody can work out from it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.statistics import Column, Earlier, Rule, SafeTable, TableRefused, safe_table, table_of
from tests.statistics.attacker import Attacker, every_table, found_out
from tests.statistics.generated import Register, columns_of

ROUND = Rule(method="round", secret=b"fictional")


def published(register: Register, rows: str, columns: str = "", rule: Rule | None = None, **more: Any) -> SafeTable:
    return safe_table(register.column(rows), register.column(columns) if columns else None, rule, **more)


def test_a_count_below_the_threshold_is_withheld_and_one_at_it_is_not() -> None:
    rows, columns = columns_of([[10, 300, 200], [200, 11, 300], [300, 100, 200]])
    table = safe_table(rows, columns)
    assert (table.cell("r0", "c0").value, table.cell("r0", "c0").suppressed) == (None, "primary")
    assert table.cell("r1", "c1").suppressed != "primary"


def test_a_small_count_alone_in_row_and_column_takes_others_with_it() -> None:
    rows, columns = columns_of([[5, 300, 200], [200, 150, 300], [300, 100, 200]])
    table = safe_table(rows, columns)
    withheld = [key for key, number in table.numbers.items() if number.suppressed == "complementary"]
    assert len(withheld) == 3, "the cheapest rectangle around it"
    assert table.total.value == 1755
    assert found_out(Attacker([[table.as_json()]])) == []


def test_without_the_complementary_suppressions_the_attack_finds_the_small_count() -> None:
    rows, columns = columns_of([[5, 300, 200], [200, 150, 300], [300, 100, 200]])
    document = safe_table(rows, columns).as_json()
    exact = {("r0", "c1"): 300, ("r0", "c2"): 200, ("r1", "c0"): 200, ("r1", "c1"): 150, ("r1", "c2"): 300}
    for cell in document["cells"]:
        if cell["suppressed"] == "complementary":
            cell |= {"value": exact.get((cell["row"], cell["column"]), cell["value"]), "suppressed": None}
    assert found_out(Attacker([[document]])), "the attacker of these tests must be able to win"


def test_a_zero_is_told() -> None:
    rows, columns = columns_of([[0, 300, 200], [200, 150, 300]])
    assert safe_table(rows, columns).cell("r0", "c0").value == 0


def test_nothing_of_a_group_that_is_small_itself_is_told() -> None:
    rows, columns = columns_of([[200, 300, 4], [200, 150, 0], [100, 100, 3]])
    table = safe_table(rows, columns)
    assert table.column_total("c2").suppressed == "primary"
    assert {table.cell(row, "c2").suppressed for row in ("r0", "r1", "r2")} == {"primary"}, "the zero is told no more"
    assert found_out(Attacker([[table.as_json()]])) == []


def test_totals_count_a_person_of_several_values_once() -> None:
    register = Register(900, seed=3)
    table = published(register, "means", "gender")
    assert table.total.value == 900
    assert sum(table.row_total(row).value or 0 for row in table.row_values) > 900
    assert any("several values" in note for note in table.notes)


def test_few_who_do_not_have_one_of_several_values_are_protected_as_well() -> None:
    means = [("Threats",)] * 300 + [("Threats", "Debt bondage")] * 100 + [("Debt bondage",)] * 4
    where = [("AT",)] * 200 + [("BG",)] * 200 + [("AT",)] * 4
    table = safe_table(Column("means", means, multiple=True), Column("country", where))
    attacker = Attacker([[table.as_json()]])
    absent = attacker.names[0, frozenset({("means", "not Threats"), ("country", "AT")})]
    least, most = attacker.interval(absent)
    assert least <= 1
    assert most >= 10


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 30), min_size=3, max_size=3), min_size=2, max_size=5), st.booleans())
def test_no_small_count_of_any_table_is_known_better_than_that_it_is_small(
    cells: list[list[int]], rounds: bool
) -> None:
    rule = Rule(k=5, method="round", base=5, secret=b"x") if rounds else Rule(k=5)
    try:
        table = safe_table(*columns_of(cells), rule)
    except TableRefused:
        return
    assert found_out(Attacker([[table.as_json()]])) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=2))
def test_the_withheld_numbers_can_be_any_when_every_table_is_tried(cells: list[list[int]]) -> None:
    try:
        document = safe_table(*columns_of(cells), Rule(k=4)).as_json()
    except TableRefused:
        return
    if document["total"] is None:
        return
    small = [(one["row"], one["column"]) for one in document["cells"] if one["suppressed"] == "primary"]
    if not small:
        return
    seen = {place: set[int]() for place in small}
    for possible in every_table(document):
        for place in small:
            seen[place].add(possible[place])
        if all({1, 3} <= values for values in seen.values()):
            break
    assert {place: values >= {1, 3} for place, values in seen.items()} == dict.fromkeys(small, True)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rule", [Rule(), ROUND], ids=["suppressed", "rounded"])
def test_all_tables_of_one_release_together_tell_no_small_count(seed: int, rule: Rule) -> None:
    register = Register(2500, seed=seed)
    release: list[Earlier] = []
    for rows, columns in (("gender", "citizenship"), ("gender", "age"), ("means", "age"), ("citizenship", "labour")):
        table = published(register, rows, columns, rule, population="march", earlier=release)
        release.append(Earlier("march", table))
    attacker = Attacker([[one.table.as_json() for one in release]])
    assert sum(1 for _ in attacker.primaries()) > 20
    assert found_out(attacker) == []


def test_a_number_once_withheld_stays_withheld_in_every_table_of_its_release() -> None:
    register = Register(1200, seed=5)
    first = published(register, "gender", "citizenship", population="march")
    second = published(register, "citizenship", "labour", population="march", earlier=[Earlier("march", first)])
    told = {value: first.column_total(value) for value in first.column_values}
    assert {value: second.row_total(value) for value in second.row_values} == told


def test_where_single_numbers_do_not_help_of_a_group_only_the_total_is_told() -> None:
    register = Register(1200, seed=5)
    first = published(register, "gender", "citizenship", population="march")
    second = published(register, "citizenship", "labour", population="march", earlier=[Earlier("march", first)])
    assert second.withheld()["group"] > 0
    assert any("only the total is told" in note for note in second.notes)
    for row in second.row_values:
        reasons = {second.cell(row, column).suppressed for column in second.column_values}
        if "group" in reasons:
            assert reasons == {"group"}, "which of them are small nobody is told"
            assert second.row_total(row).value is not None
    assert found_out(Attacker([[first.as_json(), second.as_json()]])) == []


def test_a_table_asked_for_again_is_the_same_table() -> None:
    register = Register(1200, seed=6)
    first = published(register, "gender", "age", population="march")
    again = published(register, "age", "gender", population="march", earlier=[Earlier("march", first)])
    assert again.numbers == first.numbers


def test_a_table_is_read_again_as_it_was_written() -> None:
    table = published(Register(1200, seed=7), "means", "age")
    assert table_of(table.as_json()) == table
    with pytest.raises(TableRefused, match="no table that Clew published"):
        table_of({"rows": "gender"})


def test_rounded_numbers_are_multiples_and_near_the_count() -> None:
    register = Register(2500, seed=8)
    table = published(register, "age", "", ROUND)
    exact = {value: sum(1 for one in register.persons if one["age"] == (value,)) for value in table.row_values}
    for value, count in exact.items():
        told = table.row_total(value).value
        assert told is None or (told % 5 == 0 and abs(told - count) < 5)
    assert any("need not add up" in note for note in table.notes)
    assert published(register, "age", "", ROUND) == table, "asking again does not average the chance out"


def test_rounding_takes_nothing_away_on_average() -> None:
    from clew.statistics.rounding import rounded

    told = [rounded(13, (("place", str(each)),), 5, b"fictional") for each in range(4000)]
    assert set(told) == {10, 15}
    assert sum(told) / len(told) == pytest.approx(13, abs=0.15)
