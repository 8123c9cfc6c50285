"""Each operation: what it gives, what it refuses, and that it does what the page does (all data fictional)."""

from __future__ import annotations

from typing import Any

import pytest

from clew.node.api.schema import first_misfit, ref
from clew.node.api.table import OPERATIONS, schemas
from clew.node.audit.models import AuditEntry
from clew.node.cases import actions as cases
from clew.node.cases.models import Case, Task
from clew.node.disclosure.models import Release
from clew.node.dossier.models import Entity, Source, Statement
from clew.node.exchange.models import Letter, Thread
from tests.node.api.conftest import MakeSystem, System, source_of
from tests.node.canaries.planting import World

pytestmark = pytest.mark.django_db


def given(answer: Any, name: str, status: int = 200) -> Any:
    """The answer's body, which fits the schema that its operation documents."""
    assert answer.status_code == status, answer.content
    body = answer.json()
    gives = next(each.gives for each in OPERATIONS if each.name == name)
    assert first_misfit(ref(gives), body, schemas()) is None
    assert "no-store" in answer["Cache-Control"]
    return body


def refused(answer: Any, status: int, code: str) -> Any:
    """The problem's body, as RFC 9457 wants it."""
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json"), answer.content
    body = answer.json()
    assert (body["code"], body["status"], body["type"]) == (code, status, f"urn:clew:problem:{code}")
    assert body["title"]
    assert body["detail"]
    return body


@pytest.fixture
def insider(world: World, system: MakeSystem) -> System:
    return system(["investigator"], [world.case.compartment])


def test_an_integration_learns_who_it_is_and_until_when(world: World, insider: System) -> None:
    said = given(insider.get("/me"), "readMe")
    assert said["name"] == "Case system (fictional)"
    assert said["token"] == insider.row.handle
    assert "release.sign" not in said["permissions"]
    assert [team["compartment"] for team in said["teams"]] == [world.case.compartment_id]


def test_it_reads_the_cases_of_its_teams_with_their_tasks_and_deadlines(world: World, insider: System) -> None:
    listed = given(insider.get("/cases"), "listCases")
    assert [(each["id"], each["title"]) for each in listed["items"]] == [(world.case.pk, "Casetitum (fictional)")]
    assert listed["items"][0]["page"] == f"http://testserver/cases/{world.case.pk}/"
    case = given(insider.get(f"/cases/{world.case.pk}"), "readCase")
    assert case["summary"] == "About Summaquex (fictional)."
    assert "Call Taskorvan" in [task["title"] for task in case["tasks"]]
    assert {each["id"] for each in case["entities"]} >= {world.person}
    assert "Call Taskorvan" in [task["title"] for task in given(insider.get("/tasks"), "listTasks")["items"]]
    deadlines = given(insider.get("/deadlines"), "listDeadlines")["items"]
    assert "Deadlinor ends" in [each["title"] for each in deadlines]


def test_it_opens_a_case_as_its_own_account_and_the_log_says_so(insider: System) -> None:
    made = given(insider.post("/cases", {"title": "New (fictional)", "kind": "investigation"}), "openCase", 201)
    case = Case.objects.get(pk=made["id"])
    assert case.opened_by_id == insider.account.pk
    entry = AuditEntry.objects.get(act="cases.open_case", object_id=str(case.pk))
    assert entry.actor_id == insider.account.pk
    said = refused(insider.post("/cases", {"title": "x", "kind": "no-such-kind"}), 422, "not-as-described")
    assert said["errors"][0]["field"] == "kind"
    refused(insider.post("/cases", {"title": "x", "kind": "investigation", "more": 1}), 422, "not-as-described")


def test_it_gives_the_team_a_task(world: World, insider: System) -> None:
    path = f"/cases/{world.case.pk}/tasks"
    body = {"title": "Ask again (fictional)", "due": "2031-01-01T10:00:00Z", "role": "investigator"}
    made = given(insider.post(path, body), "addTask", 201)
    assert Task.objects.get(pk=made["id"]).title == "Ask again (fictional)"
    said = refused(insider.post(path, {"title": " "}), 422, "bad-input")
    assert said["errors"][0]["field"] == "title"
    assert said["errors"][0]["cure"]
    refused(insider.post(path, {"title": "x", "due": "2031-13-01T10:00:00Z"}), 422, "bad-input")


def test_it_records_a_source_whole_or_not_at_all(world: World, insider: System) -> None:
    made = given(insider.post("/sources", source_of(world.case.compartment_id)), "recordSource", 201)
    source = Source.objects.get(pk=made["id"])
    assert (source.recorded_by_id, set(made["entities"])) == (insider.account.pk, {"her", "firm"})
    entity = given(insider.get(f"/entities/{made['entities']['firm']}"), "readEntity")
    assert [each["value"] for each in entity["statements"]] == ["Lantern GmbH (fictional)"]
    before = Source.objects.count(), Entity.objects.count()
    wrong = source_of(world.case.compartment_id)
    wrong["statements"][1]["property"] = "noSuchProperty"
    said = refused(insider.post("/sources", wrong), 422, "bad-input")
    assert said["errors"]
    refused(insider.post("/sources", source_of(world.case.compartment_id, retain_until="2031-02-31")), 422, "bad-input")
    assert (Source.objects.count(), Entity.objects.count()) == before


def test_who_a_protected_person_is_shows_only_with_the_permission_that_the_page_asks_for(
    world: World, insider: System, system: MakeSystem
) -> None:
    knows = given(insider.get(f"/entities/{world.person}"), "readEntity")
    assert "Mirzaquell Beispielfrau (fictional)" in [each["value"] for each in knows["statements"]]
    scopes = ["case.see", "dossier.see", "search.use"]
    narrow = system(["investigator"], [world.case.compartment], scopes)
    hears = narrow.get(f"/entities/{world.person}")
    assert given(hears, "readEntity")["identified"] is False
    assert "Mirzaquell" not in hears.content.decode()
    statement = Statement.objects.filter(source_id=world.sources["Titelquorn"]).order_by("pk")[0].pk
    assert given(narrow.get(f"/statements/{statement}"), "readStatement")["statement"]["value"] is None


def test_what_is_read_is_an_entry_of_the_log_as_on_the_page(world: World, insider: System) -> None:
    letter = Letter.objects.filter(direction="in", state="accepted").first()
    assert letter is not None
    statement = Statement.objects.filter(source_id=world.sources["Suspetitle"]).order_by("pk")[0].pk
    asked = {
        "dossier.read_entity": f"/entities/{world.person}", "dossier.read_statement": f"/statements/{statement}",
        "exchange.read_letter": f"/letters/{letter.uid}",
    }  # fmt: skip
    for act, path in asked.items():
        assert insider.get(path).status_code == 200
        assert AuditEntry.objects.filter(act=act, actor_id=insider.account.pk).count() == 1
    assert {each.reads for each in OPERATIONS if each.reads} == set(asked)


def test_it_lists_entities_and_searches_as_the_pages_do(world: World, insider: System) -> None:
    listed = given(insider.get("/entities", text="Firmaquelle"), "listEntities")
    assert [each["caption"] for each in listed["items"]] == ["Firmaquelle GmbH (fictional)"]
    hits = given(insider.get("/search", q="Firmaquelle"), "search")
    assert [group["kind"] for group in hits["groups"]] == ["entity"]
    refused(insider.get("/search"), 422, "not-as-described")
    refused(insider.get("/search", q="x", no_such="1"), 422, "not-as-described")


def test_it_follows_letters_and_their_receipts(world: World, insider: System) -> None:
    listed = given(insider.get("/threads"), "listThreads")
    thread = Thread.objects.get(letters__direction="in", letters__state="accepted")
    assert thread.uid in [each["uid"] for each in listed["items"]]
    found = given(insider.get(f"/threads/{thread.uid}"), "readThread")
    out = next(each for each in found["letters"] if each["direction"] == "out")
    assert [receipt["stage"] for receipt in out["receipts"]] == ["stored", "opened", "accepted"]
    assert out["receipts"][0]["at"]
    assert out["receipts"][2]["at"] is None
    letter = given(insider.get(f"/letters/{found['letters'][-1]['uid']}"), "readLetter")
    assert letter["signatures_hold"] is True
    assert letter["body"]["subject"] == "Takensubq (fictional)"


def test_a_letter_that_nobody_has_taken_is_not_an_integrations_to_read(world: World, insider: System) -> None:
    waiting = Letter.objects.get(direction="in", state="quarantined")
    refused(insider.get(f"/letters/{waiting.uid}"), 404, "not-found")


def test_a_draft_waits_for_a_human_who_makes_it_hers(world: World, insider: System) -> None:
    statement = Statement.objects.filter(source_id=world.sources["Suspetitle"], prop__name="name").first()
    assert statement is not None
    draft = {
        "case": world.case.pk, "kind": "request", "recipient": world.beijing.partner.uid,
        "instrument": "FICTIONAL-ARRANGEMENT", "purpose": "criminal_investigation", "subject": "Asked (fictional)",
        "facts": "Facts (fictional).", "necessity": "Only you know.", "languages": ["zh-Hans"],
        "statements": [{"statement": statement.pk, "needed": "to find him"}], "items": [{"text": "Who is he?"}],
    }  # fmt: skip
    made = given(insider.post("/releases", draft), "draftRelease", 201)
    assert made["page"] == f"http://testserver/releases/{made['id']}/"
    release = Release.objects.get(pk=made["id"])
    assert (release.state, release.requested_by_id) == ("draft", insider.account.pk)
    found = given(insider.get(f"/releases/{made['id']}"), "readRelease")
    assert (found["state"], found["subject"]) == ("draft", "Asked (fictional)")
    assert made["id"] in [each["id"] for each in given(insider.get("/releases"), "listReleases")["items"]]
    said = refused(insider.post("/releases", {**draft, "recipient": "nobody"}), 422, "bad-input")
    assert said["errors"][0]["field"] == "recipient"


def test_it_reads_the_directory_without_keys_or_people(world: World, insider: System) -> None:
    listed = given(insider.get("/partners"), "listPartners")
    assert world.beijing.partner.uid in [each["uid"] for each in listed["items"]]
    found = given(insider.get(f"/partners/{world.beijing.partner.uid}"), "readPartner")
    assert not {"contacts", "keys", "inbound_url"} & set(found)
    refused(insider.get("/partners/nobody"), 404, "not-found")


def test_lists_are_bounded_and_go_on_by_cursor(world: World, insider: System) -> None:
    for number in range(30):
        cases.open_case(actor=insider.account, title=f"Case {number} (fictional)", kind="investigation")
    first = given(insider.get("/cases"), "listCases")
    second = given(insider.get("/cases", cursor=first["next"]), "listCases")
    seen = [each["id"] for each in first["items"] + second["items"]]
    assert len(seen) == len(set(seen)) == 31
    assert second["next"] is None
    refused(insider.get("/cases", cursor=first["next"][:-6] + "AAAAAA"), 422, "not-as-described")
    refused(insider.get("/entities", cursor=first["next"]), 422, "not-as-described")
