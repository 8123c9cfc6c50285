"""Which tables are refused, and what one is told then."""

from __future__ import annotations

import pytest

from clew.statistics import Column, Earlier, Rule, TableRefused, safe_table
from tests.statistics.generated import Register, columns_of


def test_a_small_population_gets_no_table() -> None:
    register = Register(54, seed=1)
    with pytest.raises(TableRefused, match="fewer than 55 records") as refused:
        safe_table(register.column("gender"), None)
    assert refused.value.cure
    register.grow(1)
    assert safe_table(register.column("labour"), None).total.value == 55


def test_a_column_that_nearly_names_each_person_gets_no_table() -> None:
    village = Column("village", [(f"v{each % 30}",) for each in range(300)])
    with pytest.raises(TableRefused, match="village has 30 different values for 300 records"):
        safe_table(village, None)


def test_a_table_that_puts_many_persons_into_small_groups_is_refused() -> None:
    with pytest.raises(TableRefused, match="single persons out"):
        safe_table(*columns_of([[9, 8, 9, 7], [8, 9, 9, 9], [30, 0, 40, 5]]))


def test_one_column_against_itself_is_no_table() -> None:
    gender = Register(100, seed=1).column("gender")
    with pytest.raises(TableRefused, match="two different columns"):
        safe_table(gender, gender)


def test_two_columns_of_several_values_are_refused() -> None:
    one = Column("means", [("a", "b")] * 100, multiple=True)
    other = Column("work", [("c",)] * 100, multiple=True)
    with pytest.raises(TableRefused, match="several values a person"):
        safe_table(one, other)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"k": 2}, "protects nobody"),
        ({"method": "round"}, "needs a secret"),
        ({"method": "blur"}, "no method"),
        ({}, ""),
    ],
)
def test_a_rule_that_protects_nobody_is_refused(rule: dict[str, object], words: str) -> None:
    if not words:
        assert Rule(**rule).k == 11  # type: ignore[arg-type]
        return
    with pytest.raises(TableRefused, match=words):
        Rule(**rule)  # type: ignore[arg-type]


def test_a_table_that_closes_a_circle_is_refused_whether_in_one_release_or_in_several() -> None:
    register = Register(2500, seed=2)
    release: list[Earlier] = []
    for population, rows, columns in (("march", "gender", "age"), ("march", "age", "labour")):
        table = safe_table(register.column(rows), register.column(columns), population=population, earlier=release)
        release.append(Earlier(population, table))
    for population in ("march", "april"):
        with pytest.raises(TableRefused, match="three columns or more"):
            safe_table(register.column("labour"), register.column("gender"), population=population, earlier=release)


def test_where_no_withholding_helps_any_more_the_table_is_refused_and_not_weakened() -> None:
    labour = Column("labour", [("yes", "no")[each % 2 :][:1] for each in range(90)])
    place = Column("place", [("hamlet",)] * 2 + [("town",)] * 38 + [("city",)] * 50)
    told = [Earlier("march", safe_table(place, None, Rule(k=3), population="march"))]
    assert told[0].table.row_total("hamlet").suppressed == "primary", "so everybody knows: one or two"
    with pytest.raises(TableRefused, match="Whatever is withheld") as refused:
        safe_table(place, labour, Rule(k=11), population="march", earlier=told)
    assert "Join values" in refused.value.cure
