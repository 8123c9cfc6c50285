"""Contact points are tried each month; how long it took until a human answered is kept, and who never answers shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.partners import actions, queries
from clew.node.partners.contact_tests import EACH
from clew.node.partners.models import ContactTest, Party
from clew.node.types import BadInput
from tests.node.partners.conftest import foreign, known

PHONE = "duty phone: +43 1 0000000 (day and night)"
MAIL = "mail: duty@example.org"


@pytest.fixture
def partner(officer: Officer) -> str:
    uid = known(foreign(), officer)
    points = [
        {"kind": "duty phone", "value": "+43 1 0000000", "note": "day and night"},
        {"kind": "mail", "value": "duty@example.org", "note": ""},
    ]
    actions.set_contacts(actor=officer, party_uid=uid, contacts=points)
    return uid


def kinds(officer: Officer, after: dt.timedelta = dt.timedelta()) -> list[tuple[str, str]]:
    items = queries.desk_items(officer=officer, now=timezone.now() + after)
    return [(item.kind, item.url) for item in items if item.kind.startswith("party.contact")]


def test_a_try_is_begun_answered_and_shown_with_its_time(client: Client, partner: str) -> None:
    page = client.get(f"/partners/{partner}/").content.decode()
    assert "Nobody has tried them yet" in page
    assert PHONE in client.get(f"/partners/{partner}/contacts/test").content.decode()
    begun = client.post(f"/partners/{partner}/contacts/test", {"contact": PHONE})
    test = ContactTest.objects.get()
    assert begun.headers["Location"] == f"/partners/contact-tests/{test.pk}"
    ContactTest.objects.update(begun=timezone.now() - dt.timedelta(minutes=7))
    assert PHONE in client.get(begun.headers["Location"]).content.decode()
    assert client.post(begun.headers["Location"], {}).status_code == 422
    assert client.post(begun.headers["Location"], {"answered": "yes"}).headers["Location"] == f"/partners/{partner}/"
    page = client.get(f"/partners/{partner}/").content.decode()
    assert "Tried 1 time; answered: 1." in page
    assert "7\xa0minutes" in page
    assert list(AuditEntry.objects.filter(act__contains="contact_test").values_list("act", flat=True)) == [
        "partners.begin_contact_test", "partners.end_contact_test",
    ]  # fmt: skip


def test_a_contact_point_that_nobody_answers_is_kept_as_unanswered(client: Client, partner: str) -> None:
    begun = client.post(f"/partners/{partner}/contacts/test", {"contact": PHONE}).headers["Location"]
    client.post(begun, {"answered": "no"})
    assert ContactTest.objects.get().answered is None
    page = client.get(f"/partners/{partner}/").content.decode()
    assert "Tried 1 time; answered: 0." in page
    assert "Nobody answered" in page


def test_one_try_at_a_time_and_none_of_a_contact_point_that_is_not_there(
    client: Client, officer: Officer, partner: str
) -> None:
    with pytest.raises(BadInput, match="no contact point"):
        actions.begin_contact_test(actor=officer, party_uid=partner, contact="phone: 1")
    test = actions.begin_contact_test(actor=officer, party_uid=partner, contact=MAIL)
    with pytest.raises(BadInput, match="tried already"):
        actions.begin_contact_test(actor=officer, party_uid=partner, contact=PHONE)
    again = client.get(f"/partners/{partner}/contacts/test")
    assert again.headers["Location"] == f"/partners/contact-tests/{test.pk}"
    actions.end_contact_test(actor=officer, test_id=test.pk, answered=True)
    with pytest.raises(BadInput, match="ended already"):
        actions.end_contact_test(actor=officer, test_id=test.pk, answered=False)
    assert client.get(f"/partners/contact-tests/{test.pk}").status_code == 404


def test_a_partner_without_a_contact_point_is_given_one_first(client: Client, officer: Officer) -> None:
    uid = known(foreign(), officer)
    assert client.get(f"/partners/{uid}/contacts/test").headers["Location"] == f"/partners/{uid}/contacts"


def test_the_desk_asks_after_a_month_and_again_a_month_after_the_last_try(officer: Officer, partner: str) -> None:
    assert kinds(officer) == []
    asked = [("party.contact_due", f"/partners/{partner}/contacts/test")]
    assert kinds(officer, EACH) == asked
    test = actions.begin_contact_test(actor=officer, party_uid=partner, contact=PHONE)
    assert kinds(officer, EACH) == [("party.contact_tried", f"/partners/contact-tests/{test.pk}")]
    actions.end_contact_test(actor=officer, test_id=test.pk, answered=False)
    assert kinds(officer, EACH - dt.timedelta(days=1)) == []
    assert kinds(officer, EACH + dt.timedelta(minutes=1)) == asked
    Party.objects.filter(uid=partner).update(status="suspended")
    assert kinds(officer, 2 * EACH) == []


def test_the_contact_point_to_call_is_the_last_that_answered(officer: Officer, partner: str) -> None:
    assert queries.first_contacts([partner]) == {partner: PHONE}
    for contact, answered in ((MAIL, True), (PHONE, False)):
        test = actions.begin_contact_test(actor=officer, party_uid=partner, contact=contact)
        actions.end_contact_test(actor=officer, test_id=test.pk, answered=answered)
    assert queries.first_contacts([partner, "unknown"]) == {partner: MAIL}
    actions.set_contacts(actor=officer, party_uid=partner, contacts=[{"kind": "fax", "value": "2", "note": ""}])
    assert queries.first_contacts([partner]) == {partner: "fax: 2"}


def test_who_may_not_change_contact_points_may_not_try_them(
    caseless: Officer, signed_in_client: Callable[[Officer], Client], partner: str
) -> None:
    assert signed_in_client(caseless).get(f"/partners/{partner}/contacts/test").status_code == 403
    for actor in (caseless, NODE):
        with pytest.raises(Refused):
            actions.begin_contact_test(actor=actor, party_uid=partner, contact=PHONE)
    assert not ContactTest.objects.exists()
