"""Statistical records: taken as given, counted exactly, never persons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Officer
from clew.node.discovery import offers
from clew.node.dossier.models import Entity, EntityRow, Source, Statement
from clew.node.transfer import actions, queries
from clew.node.transfer.models import ImportBatch, StatisticalColumn, StatisticalDataset
from clew.node.transfer.statistics import counted, pack, unpack
from clew.node.types import BadInput
from tests.node.transfer import files

Bring = Callable[..., ImportBatch]
TRAPS = {
    "yearOfRegistration": ["2019", "", "2020", "2019"],
    "gender": ["Female", "Male", "", "Transgender/NonConforming"],
    "ageBroad": ["9--17", "48+", "", "18--20"],
    "citizenship": ["NA", "PH", "", "NA"],
    "meansOfControlDebtBondage": ["1", "0", "", "-99"],
    "isForcedLabour": ["1", "1", "0", ""],
    "typeOfExploitConcatenated": ["Sexual exploitation", "", "Other", ""],
    "meansOfControlConcatenated": [
        "Physical Abuse;Threats", "Physical abuse", "", "Withholds necessitie; Threats",
    ],
    "RecruiterRelationship": ["Friend/Acquaintance; Other", "Other", "", "Not Specified"],
}  # fmt: skip


@given(st.lists(st.text(max_size=3), min_size=1, max_size=400))
def test_a_packed_column_unpacks_to_the_same_values(column: list[str]) -> None:
    assert unpack(pack(column)) == column
    assert counted(pack(column)) == Counter(column)


@pytest.mark.django_db
def test_every_column_counts_as_the_file_does_traps_included(bring: Bring) -> None:
    batch = bring(files.ctdc_rows(**TRAPS), "ctdc")
    assert (batch.state, batch.rows, batch.imported, batch.rejected) == ("done", 4, 4, 0)
    for column, values in TRAPS.items():
        assert queries.count(officer=NODE, column=column).counts == Counter(values), column
    assert queries.count(officer=NODE, column="isAbduction").counts == {"": 4}


@pytest.mark.django_db
def test_the_handling_code_of_a_table_is_kept_and_stands_on_the_page_and_on_its_print(
    bring: Bring, officer: Officer, signed_in_client: Callable[[Officer], Client]
) -> None:
    bring(files.ctdc_rows(**TRAPS), "ctdc", options={"handling": "H3", "handling_text": "Not before May (fictional)"})
    kept = StatisticalDataset.objects.get()
    assert (kept.handling, kept.handling_text) == ("H3", "Not before May (fictional)")
    page = signed_in_client(officer).get(reverse("transfer:counts"), {"by": "gender"}).content.decode()
    printed = re.search(r'data-classification="([^"]*)"', page)
    assert printed
    assert printed[1].startswith("H3 ")
    assert "Not before May (fictional)" in printed[1]
    assert page.count("Not before May (fictional)") >= 2


@pytest.mark.django_db
def test_a_table_of_which_nothing_else_was_said_has_the_code_of_its_mapping(bring: Bring) -> None:
    bring(files.ctdc_rows(**TRAPS), "ctdc")
    assert StatisticalDataset.objects.get().handling == "H1"


@pytest.mark.django_db
def test_namibia_is_not_eaten_as_missing(bring: Bring) -> None:
    bring(files.ctdc_rows(**TRAPS), "ctdc")
    assert queries.count(officer=NODE, column="citizenship").counts["NA"] == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "read"),
    [
        ("meansOfControlDebtBondage", {"yes": 1, "no": 1, "": 2}),
        ("ageBroad", {"9-17": 1, "48+": 1, "18-20": 1, "": 1}),
        ("meansOfControlConcatenated", {"Physical abuse": 2, "Threats": 2, "Withholds necessities": 1, "": 1}),
        ("RecruiterRelationship", {"Friend/Acquaintance": 1, "Other": 2, "Not Specified": 1, "": 1}),
    ],
)
def test_values_are_read_as_the_method_says(bring: Bring, column: str, read: dict[str, int]) -> None:
    bring(files.ctdc_rows(**TRAPS), "ctdc")
    assert queries.count(officer=NODE, column=column, reading="normalised").counts == read


@pytest.mark.django_db
def test_records_touch_no_dossier_search_or_desk(bring: Bring, officer: Officer) -> None:
    words = ("Female", "NA", "Physical abuse", "ctdc", "9--17")
    before = [search(officer=officer, text=text, limit=10) for search in offers("search_hits") for text in words]
    bring(files.ctdc_rows(**TRAPS), "ctdc")
    assert StatisticalDataset.objects.get().records == 4
    for model in (Source, Entity, Statement, EntityRow):
        assert not model.objects.exists()
    after = [search(officer=officer, text=text, limit=10) for search in offers("search_hits") for text in words]
    assert after == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("meansOfControlDebtBondage", "2"),
        ("citizenship", "nan"),
        ("citizenship", "XX"),
        ("yearOfRegistration", "2999"),
        ("yearOfRegistration", "19"),
        ("ageBroad", "9 to 17"),
        ("gender", "female"),
    ],
)
def test_a_value_that_cannot_be_is_an_error_of_its_row(bring: Bring, column: str, value: str) -> None:
    batch = bring(files.ctdc_rows(**{column: ["", value]}), "ctdc")
    found = queries.problems_of(batch)
    assert [(one["row"], one["field"], one["value"]) for one in found] == [(3, column, value)]
    assert not StatisticalDataset.objects.exists()


@pytest.mark.django_db
def test_a_missing_column_is_refused(bring: Bring) -> None:
    batch = bring("gender\nFemale\n", "ctdc")
    assert batch.refusal is not None
    assert batch.refusal["code"] == "missing_column"


@pytest.mark.django_db
def test_undo_deletes_the_records(bring: Bring, officer: Officer) -> None:
    batch = bring(files.ctdc_rows(**TRAPS), "ctdc")
    actions.undo_import(actor=officer, batch_id=batch.pk, reason="Old release")
    assert not StatisticalColumn.objects.exists()
    with pytest.raises(BadInput):
        queries.count(officer=NODE, column="gender")


@pytest.mark.django_db
def test_an_unknown_column_is_named_with_the_known_ones(bring: Bring) -> None:
    bring(files.ctdc_rows(**TRAPS), "ctdc")
    with pytest.raises(BadInput, match="citizenship"):
        queries.count(officer=NODE, column="shoeSize")


@pytest.mark.django_db
def test_counts_are_refused_without_the_role(officer_factory: Callable[..., Officer]) -> None:
    with pytest.raises(Refused):
        queries.count(officer=officer_factory(roles=["administrator"]), column="gender")
