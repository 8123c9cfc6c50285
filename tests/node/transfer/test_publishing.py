"""Tables that are published: checked against all that were, remembered, answered for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.transfer import actions, queries
from clew.node.transfer.models import ImportBatch, PublishedTable
from clew.node.types import BadInput
from clew.statistics import table_of
from tests.node.transfer import files
from tests.statistics.attacker import Attacker, found_out
from tests.statistics.generated import Register

Bring = Callable[..., ImportBatch]
MEANS = {"Physical abuse": "Physical Abuse", "Withholds documents": "Withholds documents "}
pytestmark = pytest.mark.django_db


def rows_of(register: Register) -> str:
    """The register as a file of CTDC's shape, its traps included."""
    return files.ctdc_rows(
        gender=[one["gender"][0] for one in register.persons],
        ageBroad=[one["age"][0].replace("-", "--") for one in register.persons],
        majorityStatus=[
            {"": "", "0-8": "Minor", "9-17": "Minor"}.get(one["age"][0], "Adult") for one in register.persons
        ],
        citizenship=[one["citizenship"][0] for one in register.persons],
        isForcedLabour=[{"yes": "1", "no": "0", "": "-99"}[one["labour"][0]] for one in register.persons],
        meansOfControlConcatenated=[
            "; ".join(MEANS.get(value, value) for value in one["means"]) for one in register.persons
        ],
    )


@pytest.fixture
def analyst(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(["analyst", "investigator"], username="table-maker")


def test_a_table_reads_the_columns_as_their_mapping_says(bring: Bring) -> None:
    register = Register(700, seed=1)
    bring(rows_of(register), "ctdc")
    _dataset, table = queries.draft_table(officer=NODE, rows="meansOfControlConcatenated", columns="isForcedLabour")
    assert table.multiple == {"meansOfControlConcatenated"}
    assert set(table.column_values) == {"yes", "no", ""}
    assert {"Physical abuse", "Withholds documents", ""} <= set(table.row_values)
    assert table.total.value == 700
    _dataset, ages = queries.draft_table(officer=NODE, rows="ageBroad")
    assert {"9-17", "48+"} <= set(ages.row_values)


def test_what_was_published_binds_the_tables_of_the_next_month(bring: Bring, analyst: Officer) -> None:
    register = Register(1500, seed=2)
    bring(rows_of(register), "ctdc")
    first = actions.publish_table(actor=analyst, rows="gender", columns="citizenship")
    register.grow(120)
    bring(rows_of(register), "ctdc")
    alone = table_of(first.document)
    second = actions.publish_table(actor=analyst, rows="gender", columns="citizenship")
    assert second.population != first.population
    assert any("Checked against 1 tables" in note for note in second.document["notes"])
    assert found_out(Attacker([[first.document], [second.document]])) == []
    assert alone.numbers != table_of(second.document).numbers


def test_the_same_file_imported_again_is_the_same_population(bring: Bring, analyst: Officer) -> None:
    content = rows_of(Register(800, seed=3))
    batch = bring(content, "ctdc")
    first = actions.publish_table(actor=analyst, rows="gender", columns="ageBroad")
    actions.undo_import(actor=analyst, batch_id=batch.pk, reason="Imported for a try (fictional).")
    assert PublishedTable.objects.get() == first, "what is out is out"
    bring(content, "ctdc")
    again = actions.publish_table(actor=analyst, rows="gender", columns="ageBroad")
    assert again.population == first.population
    assert again.document["cells"] == first.document["cells"]


def test_a_column_that_repeats_a_published_one_in_other_words_is_refused(bring: Bring, analyst: Officer) -> None:
    bring(rows_of(Register(1500, seed=4)), "ctdc")
    actions.publish_table(actor=analyst, rows="ageBroad", columns="gender")
    with pytest.raises(BadInput, match="majorityStatus and ageBroad") as refused:
        queries.draft_table(officer=NODE, rows="majorityStatus", columns="citizenship")
    assert "ageBroad" in refused.value.cure
    assert queries.draft_table(officer=NODE, rows="majorityStatus", columns="ageBroad")


def test_a_column_that_repeats_itself_in_the_first_table_is_counted_as_what_it_is(bring: Bring) -> None:
    bring(rows_of(Register(1500, seed=5)), "ctdc")
    _dataset, table = queries.draft_table(officer=NODE, rows="majorityStatus", columns="ageBroad")
    assert table.cell("Adult", "9-17").value == 0


def test_publishing_is_recorded_with_the_digest_and_a_draft_leaves_no_trace(bring: Bring, analyst: Officer) -> None:
    bring(rows_of(Register(800, seed=6)), "ctdc")
    before = AuditEntry.objects.count()
    queries.draft_table(officer=analyst, rows="gender")
    assert (AuditEntry.objects.count(), PublishedTable.objects.count()) == (before, 0)
    made = actions.publish_table(actor=analyst, rows="gender")
    assert AuditEntry.objects.count() == before + 1
    assert list(queries.published_tables(officer=analyst)) == [made]


def test_a_table_is_published_by_an_officer_and_not_by_the_node(bring: Bring) -> None:
    bring(rows_of(Register(800, seed=7)), "ctdc")
    with pytest.raises(Refused):
        actions.publish_table(actor=NODE, rows="gender")


def test_rounding_uses_a_secret_of_the_node_and_answers_the_same_each_time(bring: Bring) -> None:
    bring(rows_of(Register(800, seed=8)), "ctdc")
    found = [queries.draft_table(officer=NODE, rows="ageBroad", method="round")[1] for _ in range(2)]
    assert found[0] == found[1]
    told = [found[0].row_total(value).value for value in found[0].row_values]
    assert all(number is None or number % 5 == 0 for number in told)


@pytest.mark.parametrize(
    ("asked", "words"),
    [({"rows": "height"}, "no column “height”"), ({"rows": "gender", "k": 1}, "protects nobody"),
     ({"rows": "gender", "columns": "gender"}, "two different columns")],
)  # fmt: skip
def test_what_cannot_be_tabulated_is_refused_in_words(bring: Bring, asked: dict[str, object], words: str) -> None:
    bring(rows_of(Register(100, seed=9)), "ctdc")
    with pytest.raises(BadInput, match=words):
        queries.draft_table(officer=NODE, **asked)  # type: ignore[arg-type]
