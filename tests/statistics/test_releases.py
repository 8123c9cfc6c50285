"""Tables of one register published month after month: what they tell together."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clew.statistics import Earlier, Rule, SafeTable, TableRefused, safe_table
from tests.statistics.attacker import Attacker, found_out
from tests.statistics.generated import Register, columns_of

ROUND = Rule(method="round", secret=b"fictional")
PAIRS = (("gender", "citizenship"), ("gender", "age"))


def monthly(register: Register, rule: Rule, months: int, growth: int) -> list[list[Earlier]]:
    releases: list[list[Earlier]] = []
    for month in range(months):
        if month:
            register.grow(growth)
        release: list[Earlier] = []
        for rows, columns in PAIRS:
            before = [one for earlier in (*releases, release) for one in earlier]
            table = safe_table(
                register.column(rows), register.column(columns), rule, population=f"month {month}", earlier=before
            )
            release.append(Earlier(f"month {month}", table))
        releases.append(release)
    return releases


@pytest.mark.parametrize("growth", [40, 400])
@pytest.mark.parametrize("rule", [Rule(), ROUND], ids=["suppressed", "rounded"])
def test_two_releases_a_month_apart_together_tell_no_small_count(rule: Rule, growth: int) -> None:
    releases = monthly(Register(2500, seed=growth), rule, 2, growth)
    attacker = Attacker([[one.table.as_json() for one in release] for release in releases])
    assert sum(1 for _ in attacker.primaries()) > 40
    assert found_out(attacker) == []


def test_a_quarter_of_releases_together_tells_no_small_count() -> None:
    releases = monthly(Register(2500, seed=9), Rule(), 3, 200)
    attacker = Attacker([[one.table.as_json() for one in release] for release in releases])
    assert found_out(attacker) == []


def cells_of(table: SafeTable) -> dict[tuple[str, str], int | None]:
    return {(row, column): table.cell(row, column).value for row in table.row_values for column in table.column_values}


def test_a_count_that_only_just_passed_the_threshold_does_not_tell_the_one_before() -> None:
    before = [[10, 300, 200], [200, 150, 300], [300, 100, 200]]
    after = [[11, 300, 200], [200, 150, 300], [300, 100, 220]]
    first = safe_table(*columns_of(before), population="march")
    alone = safe_table(*columns_of(after), population="april")
    second = safe_table(*columns_of(after), population="april", earlier=[Earlier("march", first)])
    assert cells_of(alone)["r0", "c0"] == 11
    assert found_out(Attacker([[first.as_json()], [alone.as_json()]])), "ten became eleven, and no other explanation"
    assert second.withheld() != alone.withheld(), "either it is withheld, or what would explain it away"
    assert found_out(Attacker([[first.as_json()], [second.as_json()]])) == []


def test_the_few_who_came_since_the_last_release_are_not_told_as_a_difference() -> None:
    before = [[100, 300, 200], [200, 150, 300], [300, 100, 200]]
    after = [[103, 300, 240], [200, 190, 300], [340, 100, 200]]
    first = safe_table(*columns_of(before), population="march")
    second = safe_table(*columns_of(after), population="april", earlier=[Earlier("march", first)])
    assert cells_of(second)["r0", "c0"] is None
    assert any("Checked against 1 tables" in note for note in second.notes)


def test_exact_counts_after_a_change_of_few_persons_are_refused_and_rounded_ones_are_not() -> None:
    register = Register(1500, seed=11)
    first = safe_table(register.column("gender"), None, population="march")
    register.grow(4)
    for rule in (Rule(), ROUND):
        rounded_before = safe_table(register.column("gender"), None, ROUND, population="march")
        told = [Earlier("march", first if rule.base == 1 or rule.method == "suppress" else rounded_before)]
        if rule.method == "suppress":
            with pytest.raises(TableRefused, match="Only 4 records more or fewer"):
                safe_table(register.column("gender"), None, rule, population="april", earlier=told)
        else:
            assert safe_table(register.column("gender"), None, rule, population="april", earlier=told)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 25), min_size=3, max_size=3), min_size=3, max_size=3),
    st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=3, max_size=3),
)
def test_a_table_of_all_and_then_one_of_a_part_together_tell_no_small_count(
    part: list[list[int]], rest: list[list[int]]
) -> None:
    everybody = [[one + other for one, other in zip(*both, strict=True)] for both in zip(part, rest, strict=True)]
    try:
        first = safe_table(*columns_of(everybody), Rule(k=5), population="all")
        second = safe_table(*columns_of(part), Rule(k=5), population="part", earlier=[Earlier("all", first)])
    except TableRefused:
        return
    assert found_out(Attacker([[first.as_json()], [second.as_json()]], shrunk=True)) == []


def test_records_that_were_taken_out_again_do_not_stop_the_next_release() -> None:
    before = [[100, 300, 200], [200, 150, 300], [300, 100, 200]]
    after = [[60, 300, 200], [200, 190, 300], [340, 100, 200]]
    first = safe_table(*columns_of(before), population="march")
    second = safe_table(*columns_of(after), population="april", earlier=[Earlier("march", first)])
    assert cells_of(second)["r0", "c0"] == 60


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 25), min_size=3, max_size=3), min_size=3, max_size=3),
    st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=3, max_size=3),
)
def test_whatever_came_since_two_releases_together_tell_no_small_count(
    cells: list[list[int]], came: list[list[int]]
) -> None:
    later = [[old + new for old, new in zip(*both, strict=True)] for both in zip(cells, came, strict=True)]
    try:
        first = safe_table(*columns_of(cells), Rule(k=5), population="march")
        second = safe_table(*columns_of(later), Rule(k=5), population="april", earlier=[Earlier("march", first)])
    except TableRefused:
        return
    assert found_out(Attacker([[first.as_json()], [second.as_json()]])) == []
