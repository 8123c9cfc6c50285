from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.translation import gettext, override

from clew.disclosure import texts
from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.actions import NODE
from clew.node.accounts.models import Officer
from clew.node.cases import actions, queries
from clew.node.cases.models import Case, Deadline, Task
from clew.node.partners.models import Party
from clew.vocabulary import codelist

CASE_PAGES = [
    "", "edit", "close", "reopen", "print", "timeline", "team", "tasks/new", "deadlines/new", "documents/new",
    "entities/new", "note", "references/new",
]  # fmt: skip


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def fill(officer: Officer, case: Case, rows: int) -> None:
    later = timezone.now() + dt.timedelta(days=3)
    for n in range(rows):
        actions.add_task(actor=officer, case_id=case.pk, title=f"Task {n}", due=later, assigned_id=officer.pk)
        actions.add_deadline(actor=officer, case_id=case.pk, title=f"Deadline {n}", due=later, set_by="Court")
        actions.add_document(
            actor=officer, case_id=case.pk, title=f"D{n}", file_name="a", media_type="", content=[bytes([n])]
        )
        actions.note(actor=officer, case_id=case.pk, text="Called")


@pytest.mark.parametrize("part", CASE_PAGES)
def test_each_page_of_a_case_opens_for_its_team_only(
    client: Client, case: Case, outsider: Officer, signed_in_client: Callable[[Officer], Client], part: str
) -> None:
    assert client.get(f"/cases/{case.pk}/{part}").status_code == 200
    assert signed_in_client(outsider).get(f"/cases/{case.pk}/{part}").status_code == 404


@pytest.mark.parametrize("part", [*CASE_PAGES[:1], "edit", "documents/new"])
def test_a_role_without_the_permission_is_refused(
    case: Case, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client], part: str
) -> None:
    client = signed_in_client(officer_factory(roles=["auditor"]))
    assert client.get(f"/cases/{case.pk}/{part}").status_code == 403
    assert client.get("/cases/").status_code == 403


def test_an_empty_list_says_what_to_do_first(client: Client) -> None:
    assert "Open a case to gather" in client.get("/cases/").content.decode()


def test_a_case_is_opened_after_the_answers_were_checked(client: Client) -> None:
    answers = {"title": "New lead (fictional)", "kind": "financial", "offence_codes": ["cn_240"], "summary": "x"}
    checked = client.post("/cases/new", answers)
    assert "Check your answers" in checked.content.decode()
    assert not Case.objects.exists()
    back = client.post("/cases/new", {**answers, "change": "yes"})
    assert "New lead (fictional)" in back.content.decode()
    assert not Case.objects.exists()
    made = client.post("/cases/new", {**answers, "confirmed": "yes"})
    case = Case.objects.get()
    assert made.headers["Location"] == f"/cases/{case.pk}/"
    assert case.offence_codes == ["cn_240"]


def test_a_faulty_form_is_shown_again_with_its_faults(client: Client) -> None:
    response = client.post("/cases/new", {"title": "", "kind": "nonsense"})
    assert response.status_code == 422
    assert "govuk-error-summary" in response.content.decode()


def test_the_steps_of_a_case_through_its_pages(client: Client, officer: Officer, case: Case) -> None:
    day = timezone.localdate() + dt.timedelta(days=9)
    due = {"due_day": day.day, "due_month": day.month, "due_year": day.year}
    Party.objects.create(
        uid="p" * 32, name="Partner", country="CN", kind="police", status="active", added=timezone.now()
    )
    base = f"/cases/{case.pk}"
    assert client.post(f"{base}/tasks/new", {"title": "Call", "assigned": officer.pk, **due}).status_code == 302
    assert client.post(f"{base}/deadlines/new", {"title": "Court", "set_by": "Court", **due}).status_code == 302
    assert client.post(f"{base}/note", {"text": "Called them"}).status_code == 302
    assert client.post(f"{base}/references/new", {"party": "p" * 32, "reference": "B-7"}).status_code == 302
    task, deadline = Task.objects.get(), Deadline.objects.get()
    client.post(f"/cases/tasks/{task.pk}/finish")
    client.post(f"/cases/tasks/{task.pk}/reopen")
    client.post(f"/cases/tasks/{task.pk}/assign", {"officer": officer.pk})
    client.post(f"/cases/deadlines/{deadline.pk}/meet")
    task.refresh_from_db()
    deadline.refresh_from_db()
    assert task.done is None
    assert deadline.met is not None
    text = client.get(f"{base}/").content.decode()
    for words in ("Called them", "B-7", "Task taken up again: Call", "Deadline met: Court"):
        assert words in text
    edited = {"title": "Better title", "kind": "financial", "summary": "", "waiting": "on"}
    assert client.post(f"{base}/edit", edited).status_code == 302
    assert client.post(f"{base}/close", {"reason": "Handed over"}).status_code == 302
    assert "This case is closed" in client.get(f"{base}/").content.decode()
    assert client.post(f"{base}/note", {"text": "Later"}).status_code == 302
    assert client.post(f"{base}/tasks/new", {"title": "x"}).status_code == 422
    assert client.post(f"{base}/reopen", {"reason": "New lead"}).status_code == 302


def test_a_colleague_joins_and_leaves_the_team(client: Client, case: Case, outsider: Officer) -> None:
    assert client.post(f"/cases/{case.pk}/team", {"officer": outsider.pk}).status_code == 302
    assert queries.case_head(officer=outsider, pk=case.pk) is not None
    assert client.get(f"/cases/{case.pk}/team/{outsider.pk}/remove").status_code == 200
    client.post(f"/cases/{case.pk}/team/{outsider.pk}/remove")
    assert queries.case_head(officer=outsider, pk=case.pk) is None


def test_what_is_done_to_a_foreign_task_is_refused(
    case: Case, officer: Officer, outsider: Officer, signed_in_client: Callable[[Officer], Client]
) -> None:
    task = actions.add_task(actor=officer, case_id=case.pk, title="Call")
    client = signed_in_client(outsider)
    assert client.post(f"/cases/tasks/{task.pk}/finish").status_code == 403
    assert client.get(f"/cases/tasks/{task.pk}/assign").status_code == 404
    task.refresh_from_db()
    assert task.done is None


def test_the_list_is_paged_by_key_without_gaps_or_repeats(officer: Officer) -> None:
    moment = timezone.now()
    for n in range(23):
        actions.open_case(actor=officer, title=f"Case {n}", kind="investigation")
    # Equal moments are what a keyset by time alone would lose or repeat.
    Case.objects.filter(pk__in=list(Case.objects.values_list("pk", flat=True)[:11])).update(changed=moment)
    down, after, pages = [], "", []
    while True:
        page = queries.case_list(officer=officer, after=after, rows=5)
        down += [case.pk for case in page.cases]
        pages.append([case.pk for case in page.cases])
        if not page.older:
            break
        after = page.older
    assert len(down) == len(set(down)) == 23
    up = queries.case_list(officer=officer, before=page.newer, rows=5)
    assert [case.pk for case in up.cases] == pages[-2]
    assert up.older
    assert up.newer


@pytest.mark.parametrize(
    "key", ["x", "_", "2026-01-01_1", "2026-13-45T00:00:00+00:00_1", "2026-01-01T00:00:00+00:00_x"]
)
def test_an_address_that_was_tampered_with_gives_the_first_page(client: Client, case: Case, key: str) -> None:
    assert case.reference in client.get("/cases/", {"after": key}).content.decode()


def test_the_list_is_filtered(officer: Officer, case: Case) -> None:
    where = queries.CaseFilter
    found = lambda **kwargs: [c.pk for c in queries.case_list(officer=officer, where=where(**kwargs)).cases]  # noqa: E731
    assert found(text="golden BRIDGE") == [case.pk]
    assert found(text=case.reference) == [case.pk]
    assert found(text="nothing") == []
    assert found(kind="financial") == []
    assert found(status="closed") == []
    actions.close_case(actor=officer, case_id=case.pk, reason="x")
    assert found() == []
    assert found(status="closed") == found(status="all") == [case.pk]


def test_the_number_of_queries_does_not_grow(client: Client, officer: Officer, case: Case) -> None:
    urls = [f"/cases/{case.pk}/", f"/cases/{case.pk}/print", "/cases/", "/cases/tasks", "/"]
    fill(officer, case, 2)
    # The first page of each minute also notes that its reader is there; that is no part of the page.
    queries_of(client, "/")
    few = [queries_of(client, url) for url in urls]
    for n in range(38):
        actions.open_case(actor=officer, title=f"Case {n}", kind="investigation")
    for n in range(2, 40):
        actions.add_task(actor=officer, case_id=case.pk, title=f"Task {n}", due=timezone.now())
        actions.note(actor=officer, case_id=case.pk, text="Called")
    many = [queries_of(client, url) for url in urls]
    assert many == few


def test_what_the_node_asks_for_reads_in_each_readers_language(client: Client, officer: Officer, case: Case) -> None:
    asked = actions.Asked(
        "Add an officer with this role to the team: %(role)s", {"role": actions.Code("roles", "prosecutor")}
    )
    task = actions.add_task(actor=officer, case_id=case.pk, title=asked, kind="release.approver_missing")
    actions.finish_task(actor=officer, task_id=task.pk)
    for code, name in (("de", "de"), ("zh-hans", "zh-Hans"), ("en", "en")):
        with override(code):
            expected = gettext(asked.text) % {"role": codelist("roles").label("prosecutor", name)}
        for page in (f"/cases/{case.pk}/", f"/cases/{case.pk}/timeline"):
            assert expected in client.get(page, headers={"accept-language": code}).content.decode()


@pytest.mark.parametrize("holds", ["Beispielmann", "R30"])
def test_what_was_deleted_is_blanked_in_what_the_node_asks_for_too(
    client: Client, officer: Officer, case: Case, holds: str
) -> None:
    asked = actions.Asked("Recall what was sent to %(recipient)s on %(day)s (R30)", {
        "recipient": "Karl Beispielmann (fictional)", "day": dt.date(2026, 11, 28),
    })  # fmt: skip
    task = actions.add_task(actor=officer, case_id=case.pk, title=asked, kind="remedy.recall")
    actions.blank_words(actor=NODE, compartment_id=case.compartment_id, holds=lambda text: holds in text)
    task.refresh_from_db()
    assert (task.words, task.asked) == ("Deleted", {})
    for page in (f"/cases/{case.pk}/", f"/cases/{case.pk}/timeline"):
        assert "Beispielmann" not in client.get(page).content.decode()


def test_what_the_node_asks_for_is_read_from_the_store_as_it_was_written() -> None:
    asked = actions.Asked("%(a)s %(b)s %(c)s %(d)s", {
        "a": 5, "b": dt.date(2026, 11, 28), "c": actions.Code("roles", "prosecutor"), "d": "100 % (fictional)",
    })  # fmt: skip
    assert actions.Asked.read(json.loads(json.dumps(asked.stored()))) == asked
    assert asked.in_english().startswith("5 ")
    assert asked.in_english().endswith("100 % (fictional)")


def test_what_a_rule_asks_for_reads_in_each_readers_language_and_what_a_person_wrote_as_she_wrote_it(
    client: Client, officer: Officer, case: Case
) -> None:
    rule = shipped_rules()
    asked = texts.sentence("R04d", "fr", rule)
    actions.add_task(actor=officer, case_id=case.pk, title=asked, kind="release.consent_request")
    actions.add_task(actor=officer, case_id=case.pk, title="Call the shelter (fictional)")
    for page in (f"/cases/{case.pk}/", f"/cases/{case.pk}/timeline"):
        text = client.get(page, headers={"accept-language": "de"}).content.decode()
        assert texts.sentence("R04d", "de", rule) in text
        assert asked not in text
        assert "Call the shelter (fictional)" in text
