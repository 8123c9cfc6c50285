"""Entries are searched for and chosen by what they are called, never shown to who may not see them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from clew.dossier.pseudonym import pseudonym
from clew.node.accounts.models import Compartment, Officer
from clew.node.cases.actions import open_case
from clew.node.dossier.actions import merge_entities, record_source
from clew.node.dossier.models import ConcernSetPerson, Judgement, SourcePerson, Statement
from tests.node.dossier.conftest import AGENCY, MAN, PHONE, MakeOfficer, draft, says
from tests.node.dossier.test_pages import SignedIn, form, known

__all__ = ["known"]


@pytest.fixture
def client(officer: Officer, signed_in_client: SignedIn) -> Client:
    return signed_in_client(officer)


@pytest.fixture
def elsewhere(other_team: Compartment, make_officer: MakeOfficer) -> dict[str, int]:
    """What another team knows, under names that the officer could guess."""
    insider = make_officer("insider", other_team)
    said = [says("agency", "name", "Golden Harbour (fictional)"), says("man", "name", "Marko Elsewhere (fictional)")]
    source = record_source(actor=insider, compartment_id=other_team.pk, draft=draft([AGENCY, MAN], said))
    return dict(source.entity_numbers)


def found(client: Client, text: str, **asked: Any) -> str:
    return client.get("/dossier/pick/", {"field": "other", "other_q": text, **asked}).content.decode()


def test_what_is_found_is_shown_with_its_name_kind_number_and_team(client: Client, known: dict[str, int]) -> None:
    said = found(client, "golden")
    assert "Golden Gate (fictional)" in said
    assert f"Recruitment agency, number {known['agency']}. Team: Team Lantern (fictional)" in said
    assert f'value="{known["agency"]}"' in said


def test_what_another_team_knows_is_found_neither_by_words_nor_by_number_nor_by_reference(
    client: Client, known: dict[str, int], elsewhere: dict[str, int]
) -> None:
    for text in ("golden harbour", "Marko", str(elsewhere["agency"]), pseudonym(elsewhere["man"])):
        said = found(client, text) + found(client, "", other=str(elsewhere["agency"]))
        assert "Harbour" not in said
        assert "Elsewhere" not in said
        assert f'value="{elsewhere["agency"]}"' not in said


def test_a_protected_person_is_found_by_her_whole_name_and_shown_by_the_name_of_lists(
    client: Client, known: dict[str, int], team: Compartment, make_officer: MakeOfficer, signed_in_client: SignedIn
) -> None:
    assert pseudonym(known["woman"]) in found(client, "Ana Fictional")
    assert "Ana" not in found(client, "Ana Fictional")
    assert pseudonym(known["woman"]) not in found(client, "Ana")
    analyst = signed_in_client(make_officer("analyst", team, roles=("analyst",)))
    assert pseudonym(known["woman"]) not in found(analyst, "Ana Fictional")
    assert pseudonym(known["woman"]) in found(analyst, pseudonym(known["woman"]))


def test_only_what_fits_the_field_is_found(client: Client, known: dict[str, int]) -> None:
    assert "Golden" not in found(client, "golden", kind="Person")
    assert "Golden" in found(client, "golden", kind="LegalEntity")
    assert "Golden" in found(client, "golden", like="Organization")
    assert "Golden" not in found(client, "golden", but_not=known["agency"])
    assert "Golden" not in found(client, "golden", team=999)


@pytest.mark.parametrize("field", ["", "a b", '"><script>', "x" * 101])
def test_a_search_for_no_field_is_not_there(client: Client, field: str) -> None:
    assert client.get("/dossier/pick/", {"field": field, "other_q": "golden"}).status_code == 404


def test_a_search_is_refused_without_the_permission(make_officer: MakeOfficer, signed_in_client: SignedIn) -> None:
    admin = signed_in_client(make_officer("administrator", roles=("administrator",)))
    assert admin.get("/dossier/pick/", {"field": "other"}).status_code == 403


def test_without_a_script_the_search_button_shows_what_is_found_and_judges_nothing(
    client: Client, team: Compartment, known: dict[str, int]
) -> None:
    data = form(team, title="", concerns_q="Marko", find="concerns")
    page = client.post("/dossier/record/?schema=Phone", data)
    said = page.content.decode()
    assert page.status_code == 200
    assert "There is a problem" not in said
    assert f'name="concerns" value="{known["man"]}"' in said


def test_a_search_from_which_nothing_was_ticked_is_not_taken_for_nobody(
    client: Client, team: Compartment, known: dict[str, int]
) -> None:
    data = form(team, prop_number="+436601234568", concerns_q="Marko")
    answer = client.post("/dossier/record/?schema=Phone", data)
    assert answer.status_code == 422
    assert "Tick those you mean" in answer.content.decode()
    del data["concerns_q"]
    done = client.post("/dossier/record/?schema=Phone", data | {"concerns": [str(known["man"]), str(known["woman"])]})
    assert done.status_code == 302
    statement = Statement.objects.get(prop__name="number", source__title="Interview (fictional)")
    said = ConcernSetPerson.objects.filter(concern_set=statement.concern_set).values_list("person_id", flat=True)
    spoken = SourcePerson.objects.filter(source=statement.source).values_list("person_id", flat=True)
    assert {known["man"], known["woman"]} <= {*said, *spoken}


def test_a_fact_points_to_an_entry_that_was_chosen(client: Client, team: Compartment, known: dict[str, int]) -> None:
    url = "/dossier/record/?schema=Employment"
    searched = client.post(url, form(team, prop_employer_q="golden", find="prop_employer")).content.decode()
    assert f'name="prop_employer" value="{known["agency"]}"' in searched
    data = form(team, prop_employer=str(known["agency"]), prop_employee=str(known["man"]))
    assert client.post(url, data).status_code == 302
    pointing = Statement.objects.filter(ref__isnull=False).values_list("prop__name", "ref_id")
    assert set(pointing) == {("employer", known["agency"]), ("employee", known["man"])}


def test_an_entry_of_another_team_cannot_be_posted_either(
    client: Client, team: Compartment, known: dict[str, int], elsewhere: dict[str, int]
) -> None:
    url = "/dossier/record/?schema=Employment"
    hidden = client.post(url, form(team, prop_employer=str(elsewhere["agency"])))
    missing = client.post(url, form(team, prop_employer="999999"))
    assert hidden.status_code == missing.status_code == 422
    assert "There is no such entry among those you may see" in hidden.content.decode()
    assert not Statement.objects.filter(ref__isnull=False).exists()


def test_two_entries_stand_beside_each_other_before_they_are_merged(client: Client, known: dict[str, int]) -> None:
    url = f"/dossier/{known['man']}/merge/"
    assert "Marko Fictional" in client.get(url).content.decode()
    page = client.get(url, {"other_q": pseudonym(known["woman"])}).content.decode()
    for said in ("Marko Fictional", "Ana Fictional", pseudonym(known["woman"]), "What will happen", "Differ"):
        assert said in page
    assert "From now on everything that identifies the other is sealed too" in page
    assert not Judgement.objects.exists()
    unsaid = client.post(url, {"other": str(known["woman"]), "reason": ""})
    assert unsaid.status_code == 422
    assert "Ana Fictional" in unsaid.content.decode()


def test_an_entry_is_not_compared_with_itself_another_kind_or_one_of_another_team(
    client: Client, known: dict[str, int], elsewhere: dict[str, int]
) -> None:
    for other in (known["man"], known["phone"], elsewhere["man"], 999999):
        page = client.get(f"/dossier/{known['man']}/merge/", {"other": str(other)})
        assert page.status_code == 422
        assert "Elsewhere" not in page.content.decode()


def test_a_split_names_both_and_who_had_judged_them_the_same(
    client: Client, officer: Officer, known: dict[str, int]
) -> None:
    url = f"/dossier/{known['man']}/split/"
    assert "There is nothing to split" in client.get(url).content.decode()
    merge_entities(actor=officer, keep_id=known["man"], other_id=known["woman"], reason="The same passport.")
    page = client.get(url).content.decode()
    for said in ("Marko Fictional", "Ana Fictional", "The same passport.", str(officer), str(known["woman"])):
        assert said in page
    assert client.post(url, {"reason": ""}).status_code == 422


def test_a_split_tells_nothing_of_an_entry_that_only_another_team_knows(
    client: Client,
    officer: Officer,
    team: Compartment,
    other_team: Compartment,
    known: dict[str, int],
    elsewhere: dict[str, int],
    make_officer: MakeOfficer,
) -> None:
    both = make_officer("both", team, other_team)
    merge_entities(actor=both, keep_id=known["man"], other_id=elsewhere["man"], reason="Elsewhere too.")
    page = client.get(f"/dossier/{known['man']}/split/").content.decode()
    assert "Elsewhere" not in page
    assert "There is nothing to split" in page


def test_a_case_is_linked_to_what_its_own_team_knows(
    officer: Officer, known: dict[str, int], signed_in_client: SignedIn
) -> None:
    case = open_case(actor=officer, title="Lantern (fictional)", kind="investigation")
    said = [says("phone", "number", "+436607654321", concerns=())]
    source = record_source(actor=officer, compartment_id=case.compartment_id, draft=draft([PHONE], said))
    client = signed_in_client(officer)
    url = f"/cases/{case.pk}/entities/new"
    assert client.get(url).status_code == 200
    assert "Golden Gate" not in client.post(url, {"entity_q": "golden", "find": "entity"}).content.decode()
    number = source.entity_numbers["phone"]
    assert f'value="{number}"' in client.post(url, {"entity_q": "+436607654321", "find": "entity"}).content.decode()
    assert client.post(url, {"entity_q": "+436607654321"}).status_code == 422
    assert client.post(url, {"entity": str(known["agency"])}).status_code == 422
    assert client.post(url, {"entity": str(number)}).status_code == 302
