"""Who may know: no row, page or hit mixes two compartments."""

from __future__ import annotations

import pytest

from clew.dossier.types import EntityDraft
from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Compartment, Officer
from clew.node.dossier.actions import merge_entities, record_source, split_entity
from clew.node.dossier.models import EntityRow, Statement
from clew.node.dossier.queries import captions, entity_list, search_hits
from clew.node.dossier.queries.viewing import dossier, why
from clew.node.types import BadInput
from tests.node.dossier.conftest import AGENCY, PHONE, MakeOfficer, draft, says


def agency(team: Compartment, name: str) -> int:
    made = record_source(actor=NODE, compartment_id=team.pk, draft=draft([AGENCY], [says("agency", "name", name)]))
    return made.entity_numbers["agency"]


@pytest.fixture
def merged(officer: Officer, team: Compartment, other_team: Compartment, make_officer: MakeOfficer) -> tuple[int, int]:
    """Two agencies of two teams, judged the same by an officer who is in both."""
    here, there = agency(team, "Lantern Staffing (fictional)"), agency(other_team, "Harbour Jobs (fictional)")
    both = make_officer("both", team, other_team)
    merge_entities(actor=both, keep_id=here, other_id=there, reason="same licence")
    return here, there


def test_a_row_never_mixes_two_compartments(
    merged: tuple[int, int], team: Compartment, other_team: Compartment
) -> None:
    for row in EntityRow.objects.all():
        foreign = Statement.objects.exclude(source__compartment_id=row.compartment_id).values_list("value", flat=True)
        assert not any(value.split()[0].lower() in row.text for value in foreign)
    assert EntityRow.objects.count() == 2


def test_one_entity_of_two_teams_has_a_row_for_each(
    officer: Officer, team: Compartment, other_team: Compartment
) -> None:
    here = agency(team, "Lantern Staffing (fictional)")
    known = EntityDraft("agency", "RecruitmentAgency", existing_id=here)
    record_source(
        actor=NODE, compartment_id=other_team.pk, draft=draft([known], [says("agency", "alias", "Harbour (fictional)")])
    )
    texts = dict(EntityRow.objects.filter(entity_id=here).values_list("compartment_id", "text"))
    assert texts == {team.pk: "lantern staffing fictional", other_team.pk: "harbour fictional"}
    assert search_hits(officer=officer, text="harbour", limit=9) == []


def test_a_merge_across_teams_leaks_nothing_to_either(
    merged: tuple[int, int], officer: Officer, other_team: Compartment, make_officer: MakeOfficer
) -> None:
    here, there = merged
    view = dossier(officer=officer, entity_id=here)
    assert view is not None
    assert [fact.value for fact in view.view.facts("name")] == ["Lantern Staffing (fictional)"]
    assert view.members == (here,)
    assert dossier(officer=officer, entity_id=there) is None
    assert search_hits(officer=officer, text="harbour", limit=9) == []
    theirs = make_officer("theirs", other_team)
    assert [row.entity_id for row in entity_list(officer=theirs).entities] == [there]
    assert dossier(officer=theirs, entity_id=here) is None


def test_an_officer_of_both_teams_sees_both_sides_under_either_number(
    merged: tuple[int, int], team: Compartment, other_team: Compartment, make_officer: MakeOfficer
) -> None:
    both = make_officer("second", team, other_team)
    for number in merged:
        view = dossier(officer=both, entity_id=number)
        assert view is not None
        assert {fact.value for fact in view.view.facts("name")} == {
            "Lantern Staffing (fictional)",
            "Harbour Jobs (fictional)",
        }


def test_merging_and_splitting_need_sight_of_both(
    merged: tuple[int, int], officer: Officer, team: Compartment, other_team: Compartment
) -> None:
    here, _there = merged
    with pytest.raises(Refused):
        split_entity(actor=officer, entity_id=here, reason="guess")
    hidden = agency(other_team, "Third (fictional)")
    with pytest.raises(Refused):
        merge_entities(actor=officer, keep_id=here, other_id=hidden, reason="guess")
    with pytest.raises(Refused):
        merge_entities(actor=officer, keep_id=here, other_id=10**6, reason="guess")


def test_different_kinds_cannot_be_merged(officer: Officer, team: Compartment) -> None:
    here = agency(team, "Lantern Staffing (fictional)")
    phone = record_source(
        actor=officer, compartment_id=team.pk, draft=draft([PHONE], [says("phone", "number", "+436601234567")])
    ).entity_numbers["phone"]
    with pytest.raises(BadInput):
        merge_entities(actor=officer, keep_id=here, other_id=phone, reason="guess")
    with pytest.raises(BadInput):
        merge_entities(actor=officer, keep_id=here, other_id=here, reason="guess")


def test_an_administrator_sees_nothing(team: Compartment, make_officer: MakeOfficer) -> None:
    number = agency(team, "Lantern Staffing (fictional)")
    administrator = make_officer("admin", team, roles=("administrator",))
    assert entity_list(officer=administrator).entities == ()
    assert dossier(officer=administrator, entity_id=number) is None
    assert why(officer=administrator, statement_id=Statement.objects.get().pk) is None
    assert search_hits(officer=administrator, text="lantern", limit=9) == []
    assert captions([number], []) == {}


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("涉嫌拐卖妇女案中介（虚构）", "拐卖"),
        ("涉嫌拐卖妇女案中介（虚构）", "妇女案"),
        ("Łódź Straße Agentur (fictional)", "lodz strasse"),
        ("Agence Étoile (fictional)", "etoi"),
        ("Агенция Йордан (измислена)", "йорд"),
        ("Bangkok จัดหางาน (fictional)", "หางาน"),
        ("K7-Agency 0042 (fictional)", "k7 agency"),
    ],
)
def test_words_are_found_in_any_script(officer: Officer, team: Compartment, name: str, query: str) -> None:
    record_source(
        actor=officer,
        compartment_id=team.pk,
        draft=draft([AGENCY], [says("agency", "name", "Other (fictional)"), says("agency", "summary", name)]),
    )
    agency(team, "卖拐 Unrelated (fictional)")
    assert len(search_hits(officer=officer, text=query, limit=9)) == 1


@pytest.mark.parametrize("query", ["", "   ", "''\"", "* OR NEAR(", "ꙮ", ":* & !", "a" * 5_000])
def test_a_query_of_signs_finds_nothing_and_breaks_nothing(officer: Officer, team: Compartment, query: str) -> None:
    agency(team, "Lantern Staffing (fictional)")
    assert search_hits(officer=officer, text=query, limit=9) == []


def test_pages_of_the_list_follow_one_another_without_gap_or_repeat(
    team: Compartment, other_team: Compartment, make_officer: MakeOfficer
) -> None:
    both = make_officer("both", team, other_team)
    for number in range(7):
        agency(team if number % 2 else other_team, f"Agency {number} (fictional)")
    names, page = [], ""
    while True:
        found = entity_list(officer=both, page=page, size=3)
        names += [row.caption for row in found.entities]
        if not (page := found.next):
            break
    assert names == [f"Agency {number} (fictional)" for number in range(7)]
    assert len(entity_list(officer=both, page="nonsense").entities) == 7
    assert len(entity_list(officer=both, schema="Phone").entities) == 0
