from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clew.node.accounts.models import Officer
from clew.node.cases.actions import add_deadline, add_task, open_case
from clew.node.desk import queries
from clew.node.desk.context import node
from clew.node.types import DeskItem


@pytest.fixture
def officer(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["investigator"])


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


def test_a_new_node_says_what_to_do_first_by_role(
    client: Client, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    assert "Open a case; only its team will see it." in client.get("/").content.decode()
    adviser = signed_in_client(officer_factory(roles=["legal_adviser"])).get("/").content.decode()
    assert "Register the instruments" in adviser
    assert "Open a case; only" not in adviser


def test_work_is_grouped_and_the_soonest_stands_first(client: Client, officer: Officer) -> None:
    case, now = open_case(actor=officer, title="Case", kind="investigation"), timezone.now()
    for days in (9, 2):
        add_deadline(
            actor=officer, case_id=case.pk, title=f"In {days} days", due=now + dt.timedelta(days=days), set_by="Court"
        )
    add_task(actor=officer, case_id=case.pk, title="Call them", due=now + dt.timedelta(hours=2))
    groups = queries.desk_of(officer=officer, now=now)
    assert [(group.name, [item.title for item in group.items]) for group in groups] == [
        ("clocks", ["In 2 days", "In 9 days"]),
        ("tasks", ["Call them"]),
    ]
    text = client.get("/").content.decode()
    assert "Urgent" in text
    assert case.reference in text


def test_a_foreign_case_never_reaches_the_desk(officer: Officer, officer_factory: Callable[..., Officer]) -> None:
    case = open_case(actor=officer, title="Case", kind="investigation")
    add_task(actor=officer, case_id=case.pk, title="Call them")
    assert queries.desk_of(officer=officer_factory(roles=["investigator"]), now=timezone.now()) == []


def test_a_long_group_says_how_many_more_wait(officer: Officer) -> None:
    case = open_case(actor=officer, title="Case", kind="investigation")
    for n in range(queries.SHOWN + 3):
        add_task(actor=officer, case_id=case.pk, title=f"Task {n}")
    (group,) = queries.desk_of(officer=officer, now=timezone.now())
    assert (len(group.items), group.more) == (queries.SHOWN, 3)


def test_an_item_of_a_kind_nobody_foresaw_is_still_shown(officer: Officer, monkeypatch: pytest.MonkeyPatch) -> None:
    def offered(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
        return [DeskItem(kind="new.thing", title="New", url="/")]

    monkeypatch.setattr(queries, "offers", lambda name: [offered])
    assert [group.name for group in queries.desk_of(officer=officer, now=timezone.now())] == ["other"]


def test_the_frame_costs_at_most_two_queries(officer: Officer, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = officer
    request.resolver_match = None
    with CaptureQueriesContext(connection) as captured:
        frame = node(request)
    assert len(captured) <= 2
    assert frame["clew_node"]["name"] == settings.NODE.name
    assert {"Desk", "Cases"} <= {str(entry["label"]) for entry in frame["clew_nav"]}


def test_the_navigation_shows_only_what_she_may_do(rf: RequestFactory, officer_factory: Callable[..., Officer]) -> None:
    request = rf.get("/")
    request.user = officer_factory(roles=["administrator"])
    request.resolver_match = None
    labels = {str(entry["label"]) for entry in node(request)["clew_nav"]}
    assert "Cases" not in labels
    assert "Partners" in labels


def test_someone_signed_out_gets_the_frame_without_navigation(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    assert set(node(request)) == {"clew_node", "clew_demo_banner"}


def test_the_entry_of_the_page_is_marked(client: Client) -> None:
    assert 'href="/cases/" aria-current="page"' in client.get("/cases/new").content.decode()
    assert 'href="/cases/tasks" aria-current="page"' in client.get("/cases/tasks").content.decode()


def test_the_language_is_switched_kept_and_no_page_lost(client: Client, officer: Officer) -> None:
    response = client.post("/language", {"language": "de", "next": "/cases/?status=all"})
    assert response.headers["Location"] == "/cases/?status=all"
    officer.refresh_from_db()
    assert officer.language == "de"
    assert client.get("/").headers["Content-Language"] == "de"


@pytest.mark.parametrize("language", ["xx", "", "de'"])
def test_an_unknown_language_changes_nothing(client: Client, officer: Officer, language: str) -> None:
    client.post("/language", {"language": language, "next": "/"})
    officer.refresh_from_db()
    assert officer.language == ""


def test_the_switch_does_not_lead_out_of_the_node(client: Client) -> None:
    response = client.post("/language", {"language": "de", "next": "https://evil.example/"})
    assert "evil" not in response.headers["Location"]


def test_the_switch_works_for_people_who_are_signed_out(db: None) -> None:
    response = Client().post("/language", {"language": "fr", "next": "/account/login/"})
    assert response.status_code == 302


def test_a_page_that_does_not_exist_says_so_in_the_node_s_look(client: Client) -> None:
    response = client.get("/nothing/here")
    assert response.status_code == 404
    assert "clew-footer" in response.content.decode()
