"""Officers and compartments are managed by an administrator, by nobody else, and she sees no case."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from clew.node.accounts.actions import NODE, create_case_team
from clew.node.accounts.models import Compartment, Officer
from clew.node.accounts.queries import compartment_ids, officer_roles
from clew.node.audit.models import AuditEntry

pytestmark = pytest.mark.django_db
NEW = {"username": "mira", "full_name": "Mira Muster (fictional)", "language": "de", "roles": ["investigator"]}


@pytest.fixture
def admin(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["administrator"])


@pytest.fixture
def desk(admin: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(admin)


def page(name: str, *args: object) -> str:
    return reverse(f"accounts:{name}", args=args)


def pages_of_administration(officer: Officer, unit: Compartment) -> list[tuple[str, str]]:
    return [
        ("get", page("officers")),
        ("get", page("officer_new")),
        ("get", page("officer", officer.pk)),
        ("get", page("officer_roles", officer.pk)),
        ("post", page("officer_link", officer.pk)),
        ("post", page("officer_deactivate", officer.pk)),
        ("post", page("officer_reactivate", officer.pk)),
        ("get", page("compartments")),
        ("get", page("compartment_new")),
        ("get", page("compartment", unit.pk)),
        ("post", page("member_remove", unit.pk, officer.pk)),
    ]


@pytest.mark.parametrize("role", ["investigator", "auditor", "data_protection_officer", "approver"])
def test_nobody_but_an_administrator_reaches_a_page_of_administration(
    role: str,
    officer_factory: Callable[..., Officer],
    compartment_factory: Callable[..., Compartment],
    signed_in_client: Callable[[Officer], Client],
) -> None:
    client, other = signed_in_client(officer_factory(roles=[role])), officer_factory()
    for method, url in pages_of_administration(other, compartment_factory()):
        assert getattr(client, method)(url).status_code == 403, url
    other.refresh_from_db()
    assert other.is_active


def test_every_page_of_administration_opens_for_an_administrator(
    desk: Client, officer_factory: Callable[..., Officer], compartment_factory: Callable[..., Compartment]
) -> None:
    for method, url in pages_of_administration(officer_factory(), compartment_factory()):
        assert getattr(desk, method)(url).status_code in {200, 302}, url


def test_adding_an_officer_shows_her_link_once_and_it_works(desk: Client, client: Client) -> None:
    answer = desk.post(page("officer_new"), NEW)
    found = re.search(r"<code>http://testserver(/account/link/[^<]+)</code>", answer.content.decode())
    assert found is not None
    mira = Officer.objects.get(username="mira")
    assert officer_roles(mira) == {"investigator"}
    assert found[1] not in desk.get(page("officer", mira.pk)).content.decode()
    assert client.post(found[1])["Location"] == reverse("account_set_password")


@pytest.mark.parametrize("wrong", [{"username": ""}, {"full_name": ""}, {"roles": ["emperor"]}, {"language": "xx"}])
def test_a_wrong_entry_adds_nobody(desk: Client, wrong: dict[str, object]) -> None:
    assert desk.post(page("officer_new"), NEW | wrong).status_code == 422
    assert not Officer.objects.filter(full_name=NEW["full_name"]).exists()


def test_a_taken_name_is_refused_whatever_its_case(desk: Client, officer_factory: Callable[..., Officer]) -> None:
    officer_factory(username="mira")
    answer = desk.post(page("officer_new"), NEW | {"username": "MIRA"})
    assert answer.status_code == 422
    assert "empty or taken" in answer.content.decode()


def test_roles_are_replaced_and_recorded(desk: Client, officer_factory: Callable[..., Officer]) -> None:
    officer = officer_factory(roles=["investigator"])
    desk.post(page("officer_roles", officer.pk), {"roles": ["analyst", "approver"]})
    assert officer_roles(officer) == {"analyst", "approver"}
    assert AuditEntry.objects.filter(act="accounts.set_roles", object_id=str(officer.pk)).exists()


def test_an_administrator_gives_herself_no_role(desk: Client, admin: Officer) -> None:
    answer = desk.post(page("officer_roles", admin.pk), {"roles": ["administrator", "investigator"]})
    assert answer.status_code == 422
    assert officer_roles(admin) == {"administrator"}


def test_an_administrator_does_not_bar_herself(desk: Client, admin: Officer) -> None:
    desk.post(page("officer_deactivate", admin.pk))
    admin.refresh_from_db()
    assert admin.is_active


def test_an_officer_is_barred_and_let_in_again(desk: Client, officer_factory: Callable[..., Officer]) -> None:
    officer = officer_factory()
    for name, active in (("officer_deactivate", False), ("officer_reactivate", True)):
        assert desk.post(page(name, officer.pk))["Location"] == page("officer", officer.pk)
        officer.refresh_from_db()
        assert officer.is_active is active


def test_what_changes_something_is_never_done_by_a_link(desk: Client, officer_factory: Callable[..., Officer]) -> None:
    officer = officer_factory()
    for name in ("officer_link", "officer_deactivate", "officer_reactivate"):
        assert desk.get(page(name, officer.pk)).status_code == 405


def test_a_unit_is_made_and_its_members_change(desk: Client, officer_factory: Callable[..., Officer]) -> None:
    officer = officer_factory()
    desk.post(page("compartment_new"), {"name": "Unit for labour exploitation"})
    unit = Compartment.objects.get(name="Unit for labour exploitation")
    desk.post(page("compartment", unit.pk), {"officer": officer.pk})
    assert compartment_ids(officer) == [unit.pk]
    desk.post(page("member_remove", unit.pk, officer.pk))
    assert compartment_ids(officer) == []


def test_a_unit_without_a_name_and_a_member_who_does_not_exist_are_refused(
    desk: Client, compartment_factory: Callable[..., Compartment]
) -> None:
    assert desk.post(page("compartment_new"), {"name": " "}).status_code == 422
    assert desk.post(page("compartment", compartment_factory().pk), {"officer": 10**6}).status_code == 422


def test_an_administrator_sees_neither_content_nor_title_of_a_case(
    desk: Client, admin: Officer, compartment_factory: Callable[..., Compartment]
) -> None:
    team = create_case_team(actor=NODE, name="The bakery matter")
    for url in (page("compartments"), page("compartment", team.pk)):
        assert "bakery" not in desk.get(url).content.decode()
    admin.memberships.create(compartment=team)
    assert compartment_ids(admin) == []
    for url in ("/cases/", "/dossier/", "/letters/"):
        assert desk.get(url).status_code == 403, url


def test_the_own_account_says_name_roles_and_language(
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    officer = officer_factory(roles=["analyst"])
    client = signed_in_client(officer)
    words = client.get(page("profile")).content.decode()
    assert officer.full_name in words
    assert "Analyst" in words
    client.post(page("profile"), {"language": "de"})
    officer.refresh_from_db()
    assert officer.language == "de"
    assert 'lang="de"' in client.get(page("profile")).content.decode()


def test_a_language_the_node_does_not_speak_is_refused(
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    assert signed_in_client(officer_factory()).post(page("profile"), {"language": "tlh"}).status_code == 422
