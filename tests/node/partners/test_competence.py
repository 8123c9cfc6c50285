from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import Refused
from clew.node.accounts.models import Officer
from clew.node.partners import actions, queries
from clew.node.partners.models import Party
from clew.node.types import BadInput
from tests.node.partners.conftest import foreign, known


def standing(uid: str) -> tuple[str, bool]:
    found = queries.party(uid)
    assert found is not None
    return found.competence, found.competent


@pytest.mark.parametrize("kind", ["police", "prosecutor", "ncb"])
def test_police_are_assumed_competent_and_the_page_says_that_nobody_confirmed_it(
    officer: Officer, client: Client, kind: str
) -> None:
    uid = known(foreign(kind=kind), officer)
    assert standing(uid) == ("assumed", True)
    assert "Assumed from its kind" in client.get(f"/partners/{uid}/").content.decode()


@pytest.mark.parametrize("kind", ["ngo", "io", "ministry"])
def test_what_only_its_own_card_claims_does_not_count(officer: Officer, client: Client, kind: str) -> None:
    uid = known(foreign(kind=kind), officer)
    assert standing(uid) == ("none", False)
    Party.objects.filter(uid=uid).update(competences=["criminal_investigation"])
    assert standing(uid) == ("claimed", False)
    assert "Only its own card says so" in client.get(f"/partners/{uid}/").content.decode()
    actions.confirm_competence(actor=officer, party_uid=uid, basis="Section 5 of its police act (fictional)")
    assert standing(uid) == ("confirmed", True)


def test_a_post_is_as_competent_as_its_organisation(officer: Officer) -> None:
    uid = known(foreign(kind="ministry"), officer)
    post = actions.add_post(actor=officer, parent_uid=uid, name="Post", kind="consulate", seat_country="AT").uid
    actions.confirm_competence(actor=officer, party_uid=uid, basis="Its statute (fictional)")
    assert standing(post) == ("confirmed", True)


def test_who_confirmed_and_when_is_kept_and_can_be_taken_back_through_the_pages(
    officer: Officer, client: Client, caseless: Officer, signed_in_client: Callable[[Officer], Client]
) -> None:
    uid = known(foreign(kind="ministry"), officer)
    url = f"/partners/{uid}/competence"
    assert client.get(url).status_code == 200
    assert client.post(url, {"basis": ""}).status_code == 422
    assert client.post(url, {"basis": "Its statute (fictional)"}).status_code == 302
    party = Party.objects.get(uid=uid)
    assert party.competence_confirmed_by == officer
    assert party.competence_confirmed is not None
    assert timezone.now() - party.competence_confirmed < dt.timedelta(minutes=1)
    shown = client.get(f"/partners/{uid}/").content.decode()
    assert str(officer) in shown
    assert "Its statute (fictional)" in shown
    for page in (url, f"{url}/withdraw"):
        assert signed_in_client(caseless).get(page).status_code == 403
    assert client.get(f"{url}/withdraw").status_code == 200
    assert client.post(f"{url}/withdraw", {"reason": ""}).status_code == 422
    assert client.post(f"{url}/withdraw", {"reason": "The act was repealed"}).status_code == 302
    assert standing(uid) == ("none", False)


def test_competence_is_confirmed_of_a_known_party_only_and_with_a_reason(officer: Officer, caseless: Officer) -> None:
    node = foreign()
    actions.import_card(actor=officer, raw=node.card())
    with pytest.raises(BadInput):
        actions.confirm_competence(actor=officer, party_uid=node.uid, basis="It says so")
    uid = known(foreign(), officer)
    with pytest.raises(BadInput) as fault:
        actions.confirm_competence(actor=officer, party_uid=uid, basis=" ")
    assert fault.value.field == "basis"
    with pytest.raises(BadInput):
        actions.withdraw_competence(actor=officer, party_uid=uid, reason="None was given")
    with pytest.raises(Refused):
        actions.confirm_competence(actor=caseless, party_uid=uid, basis="x")
