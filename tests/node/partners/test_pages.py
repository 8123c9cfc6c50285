from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clew.node.accounts.models import Officer
from clew.node.partners import actions, queries
from clew.node.partners.models import Introduction, Party
from tests.node.partners.conftest import foreign, known

OPEN_PAGES = ["", "add", "own-card", "introductions", "introductions/new", "instruments", "instruments/new"]


@pytest.mark.parametrize("page", OPEN_PAGES)
def test_each_page_opens_on_a_new_node(client: Client, page: str) -> None:
    assert client.get(f"/partners/{page}").status_code == 200


@pytest.mark.parametrize("page", ["add", "introductions/new", "instruments/new"])
def test_a_role_without_the_permission_is_refused(
    caseless: Officer, signed_in_client: Callable[[Officer], Client], page: str
) -> None:
    response = signed_in_client(caseless).get(f"/partners/{page}")
    assert response.status_code == 403
    assert "Who can help" in response.content.decode()


def test_a_partner_is_added_and_confirmed_through_the_pages(client: Client) -> None:
    node = foreign()
    added = client.post("/partners/add", {"card": SimpleUploadedFile("a.card", node.card())})
    assert added.headers["Location"] == f"/partners/{node.uid}/"
    fingerprint = Party.objects.get(uid=node.uid).cards.get().fingerprint.split()
    shown = client.get(f"/partners/{node.uid}/confirm").content.decode()
    assert " ".join(fingerprint[:8]) in shown
    # What she has to hear from a human is not on her screen.
    assert fingerprint[-1] not in shown
    assert fingerprint[-1] not in client.get(f"/partners/{node.uid}/").content.decode()
    wrong = client.post(f"/partners/{node.uid}/confirm", {"typed": "00000 00000 00000 00000"})
    assert wrong.status_code == 422
    right = client.post(f"/partners/{node.uid}/confirm", {"typed": "".join(fingerprint[-4:])})
    assert right.status_code == 302
    assert Party.objects.get(uid=node.uid).status == "active"


@pytest.mark.parametrize("content", [b"nonsense", b"x" * 70_000])
def test_a_hostile_card_is_refused_on_the_page(client: Client, content: bytes) -> None:
    response = client.post("/partners/add", {"card": SimpleUploadedFile("a.card", content)})
    assert response.status_code == 422
    assert not Party.objects.exists()


def test_suspend_reinstate_post_contacts_and_revoke_through_the_pages(client: Client, officer: Officer) -> None:
    uid = known(foreign(), officer)
    for page in ("suspend", "posts/new", "contacts"):
        assert client.get(f"/partners/{uid}/{page}").status_code == 200
    assert client.post(f"/partners/{uid}/suspend", {"reason": ""}).status_code == 422
    assert client.post(f"/partners/{uid}/suspend", {"reason": "Stolen key"}).status_code == 302
    assert "Suspended" in client.get(f"/partners/{uid}/").content.decode()
    assert client.post(f"/partners/{uid}/reinstate", {"reason": "Found"}).status_code == 302
    post = {"name": "Embassy", "kind": "embassy_liaison", "seat_country": "AT"}
    assert client.post(f"/partners/{uid}/posts/new", post).status_code == 302
    assert client.get(f"/partners/{Party.objects.get(name='Embassy').uid}/").status_code == 200
    assert client.post(f"/partners/{uid}/contacts", {"contacts": "phone"}).status_code == 422
    assert client.post(f"/partners/{uid}/contacts", {"contacts": "phone; +43 1; day\nfax; 2"}).status_code == 302
    assert Party.objects.get(uid=uid).contacts[1] == {"kind": "fax", "value": "2", "note": ""}
    card = Party.objects.get(uid=uid).cards.get()
    assert client.get(f"/partners/cards/{card.pk}/revoke").status_code == 200
    assert client.post(f"/partners/cards/{card.pk}/revoke", {"reason": "Stolen"}).status_code == 302
    assert queries.card_of(uid) is None


def test_own_card_is_shown_and_saved(client: Client, own: str) -> None:
    card = queries.own_card()
    assert card is not None
    assert card.fingerprint in client.get("/partners/own-card").content.decode()
    assert client.get("/partners/own-card/file").content == bytes(card.raw)


def test_there_is_no_card_file_before_it_was_made(client: Client) -> None:
    assert client.get("/partners/own-card/file").status_code == 404


def test_introductions_through_the_pages(client: Client, officer: Officer, own: str) -> None:
    a, b = known(foreign(name="A (fictional)"), officer), known(foreign(name="B (fictional)"), officer)
    assert client.post("/partners/introductions/new", {"first": a, "second": a, "reason": "x"}).status_code == 422
    assert client.post("/partners/introductions/new", {"first": a, "second": b, "reason": "x"}).status_code == 302
    assert "B (fictional)" in client.get("/partners/introductions").content.decode()
    made = [
        actions.receive_introduction(
            actor=officer, facilitator_uid=a, card=foreign().card(), letter_uid=letter * 32, reason="Meet"
        ).pk
        for letter in "ef"
    ]
    assert client.get(f"/partners/introductions/{made[0]}").status_code == 200
    for pk, verb in zip(made, ("accept", "decline"), strict=True):
        assert client.get(f"/partners/introductions/{pk}/{verb}").status_code == 200
        assert client.post(f"/partners/introductions/{pk}/{verb}", {"reason": "Because"}).status_code == 302
    assert {one.decision for one in Introduction.objects.filter(pk__in=made)} == {"accepted", "declined"}
    assert client.get(f"/partners/introductions/{made[0]}").status_code == 200
    assert client.post(f"/partners/introductions/{made[0]}/accept", {"reason": "x"}).status_code == 422


def test_an_instrument_is_registered_shown_as_fictional_and_ended(client: Client, officer: Officer) -> None:
    uid = known(foreign(), officer)
    answers = {
        "code": "AT/CN 1",
        "title": "Arrangement",
        "kind": "police_arrangement",
        "countries": ["AT"],
        "organisations": [uid],
        "in_force_from_day": "1",
        "in_force_from_month": "1",
        "in_force_from_year": "2026",
        "letters": ["request", "reply"],
        "purposes": ["criminal_investigation"],
        "translations": ["zh-Hans"],
        "clock_urgent-8h": "8h",
        "clock_routine-7d": "7 d",
        "fictional": "on",
    }
    assert client.post("/partners/instruments/new", answers).status_code == 422
    answers["code"] = "AT/CN-1"
    assert client.post("/partners/instruments/new", {**answers, "clock_urgent-8h": "soon"}).status_code == 422
    assert client.post("/partners/instruments/new", answers).status_code == 302
    found = queries.instrument("AT/CN-1")
    assert found is not None
    assert found.clocks == {"urgent-8h": {"hours": 8}, "routine-7d": {"calendar_days": 7}}
    assert found.parties == ("AT", uid)
    for page in ("/partners/instruments", "/partners/instruments/AT/CN-1"):
        assert "Fictional" in client.get(page).content.decode()
    end = {"until_day": "1", "until_month": "2", "until_year": "2025"}
    assert client.get("/partners/instruments/AT/CN-1/end").status_code == 200
    assert client.post("/partners/instruments/AT/CN-1/end", end).status_code == 422
    assert client.post("/partners/instruments/AT/CN-1/end", {**end, "until_year": "2027"}).status_code == 302


@pytest.mark.parametrize("path", ["nobody/", "nobody/confirm", "introductions/9", "instruments/none", "cards/9/revoke"])
def test_what_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/partners/{path}").status_code == 404


def test_the_number_of_queries_does_not_grow(client: Client, officer: Officer) -> None:
    uid = known(foreign(), officer)
    urls = ["/partners/", f"/partners/{uid}/"]

    def cost() -> list[int]:
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as captured:
                client.get(url)
            found.append(len(captured))
        return found

    # The first page of each minute also notes that its reader is there; that is no part of the page.
    client.get("/partners/")
    few = cost()
    for n in range(40):
        Party.objects.create(
            uid=f"{n:032}", name=f"P{n}", country="CN", kind="police", status="active", added=timezone.now()
        )
        actions.add_post(actor=officer, parent_uid=uid, name=f"Post {n}", kind="consulate", seat_country="AT")
    # Numbered pages appear with the second page, and cost no query of their own.
    assert cost() == few
