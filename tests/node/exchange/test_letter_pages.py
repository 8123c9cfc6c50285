"""The letter pages: what each shows, what each refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from clew.disclosure import texts
from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.actions import Officer
from clew.node.cases.models import Case
from clew.node.disclosure.models import Release
from clew.node.exchange.models import InboxEntry, Letter
from tests.exchange.partner import Partner, body
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


@pytest.fixture
def letter(beijing: Correspondent) -> Letter:
    beijing.send(beijing.write())
    beijing.work()
    return Letter.objects.get()


def test_the_pages_show_the_letter_from_the_list_to_the_last_digest(client: Client, letter: Letter) -> None:
    assert b"Goldener Weg" in client.get("/letters/").content
    assert b"Goldener Weg" in client.get("/letters/quarantine").content
    thread = client.get(f"/letters/{letter.thread.uid}/").content
    assert b"Unknown: nothing has come back" in thread
    page = client.get(f"/letters/letter/{letter.uid}/").content.decode()
    assert page.count("Verified") >= 3
    assert letter.envelope_digest in page
    assert "Not verified" not in page


def test_who_must_keep_to_a_condition_reads_it_in_her_language_below_the_exact_text(
    beijing: Correspondent, officer: Officer, client: Client
) -> None:
    shipped = shipped_rules().policies["R14b"].condition
    other = {"rule": "R14b", "text": "Keep it to yourselves (fictional)."}
    beijing.send(beijing.write(body(conditions=[{"rule": "R14b", "text": shipped}, other])))
    beijing.work()
    url = f"/letters/letter/{Letter.objects.get().uid}/"
    assert "Translation:" not in client.get(url).content.decode()
    Officer.objects.filter(pk=officer.pk).update(language="zh-hans")
    page = client.get(url).content.decode()
    assert f'<span lang="en">{shipped}</span>' in page
    assert texts.condition("R14b", "zh_Hans", shipped_rules()) in page
    assert f'<span lang="en">{other["text"]}</span></li>' in page
    assert page.count("译文：") == 1


def test_a_letter_is_taken_through_its_page(client: Client, letter: Letter, case: Case) -> None:
    assert client.get(f"/letters/letter/{letter.uid}/take").status_code == 200
    answer = client.post(f"/letters/letter/{letter.uid}/take", {"case": str(case.pk)})
    assert answer.status_code == 302
    letter.refresh_from_db()
    assert letter.state == "accepted"


def test_a_new_case_without_a_title_is_sent_back_with_the_fault(client: Client, letter: Letter) -> None:
    answer = client.post(f"/letters/letter/{letter.uid}/take", {"case": "new", "title": "", "kind": "investigation"})
    assert answer.status_code == 422
    assert b"A new case needs a title." in answer.content


def test_a_letter_is_declined_through_its_page_only_with_a_reason(client: Client, letter: Letter) -> None:
    url = f"/letters/letter/{letter.uid}/refuse"
    assert client.post(url, {"code": "other", "reason": ""}).status_code == 422
    assert client.post(url, {"code": "other", "reason": "Please ask the ministry."}).status_code == 302
    letter.refresh_from_db()
    assert letter.state == "refused"


def test_what_was_refused_is_listed_and_put_away(client: Client, beijing: Correspondent) -> None:
    beijing.partner.now = timezone.now()
    raw = beijing.partner.write("0" * 31 + "1")
    beijing.send(beijing.partner.seal(raw, "0" * 31 + "1", Partner("Sofia").keys.seal))
    beijing.work()
    assert b"another key than the one pinned" in client.get("/letters/refused").content
    entry = InboxEntry.objects.get()
    assert client.post(f"/letters/refused/{entry.pk}/discard").status_code == 302
    entry.refresh_from_db()
    assert entry.state == "discarded"


@pytest.mark.parametrize("path", ["", "quarantine", "outbox", "refused"])
def test_every_list_says_what_to_expect_when_it_is_empty(client: Client, path: str) -> None:
    answer = client.get(f"/letters/{path}")
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["", "quarantine", "outbox", "refused"])
def test_an_administrator_sees_no_letter_page(
    path: str, letter: Letter, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    administrator = signed_in_client(officer_factory(roles=["administrator"]))
    assert administrator.get(f"/letters/{path}").status_code == 403
    assert administrator.get(f"/letters/letter/{letter.uid}/").status_code == 403


def test_a_letter_that_does_not_exist_is_not_found(client: Client, letter: Letter) -> None:
    assert client.get("/letters/letter/nothing/").status_code == 404
    assert client.get("/letters/nothing/").status_code == 404
    assert client.post("/letters/outbox/999/retry").status_code == 404


def test_lists_ask_the_store_a_constant_number_of_questions(
    client: Client, beijing: Correspondent, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _number in range(12):
        beijing.send(beijing.write())
    beijing.work()
    with django_assert_max_num_queries(40):  # type: ignore[attr-defined]
        client.get("/letters/")
    with django_assert_max_num_queries(40):  # type: ignore[attr-defined]
        client.get("/letters/quarantine")


def test_an_answer_begins_as_a_draft_that_says_nothing_yet(client: Client, letter: Letter, case: Case) -> None:
    client.post(f"/letters/letter/{letter.uid}/take", {"case": str(case.pk)})
    answer = client.post(f"/letters/letter/{letter.uid}/answer")
    release = Release.objects.get()
    assert answer.headers["Location"] == f"/releases/{release.pk}/"
    assert (release.kind, release.thread, release.in_reply_to) == ("reply", letter.thread.uid, letter.uid)
    assert [one["outcome"] for one in release.answers] == ["no-information"]


def test_a_letter_that_nobody_took_cannot_be_answered(client: Client, letter: Letter) -> None:
    client.post(f"/letters/letter/{letter.uid}/answer")
    assert not Release.objects.exists()
