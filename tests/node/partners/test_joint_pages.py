from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.models import Officer
from clew.node.partners import actions, queries
from clew.node.partners.actions import InstrumentDraft
from clew.node.partners.models import JointAgreement, JointChange
from clew.node.partners.queries import desk_items
from tests.node.partners.conftest import foreign, known


def day(name: str, on: dt.date) -> dict[str, str]:
    return {f"{name}_day": str(on.day), f"{name}_month": str(on.month), f"{name}_year": str(on.year)}


@pytest.fixture
def adviser(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["legal_adviser"])


@pytest.fixture
def second(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["prosecutor"])


@pytest.fixture
def client(adviser: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(adviser)


@pytest.fixture
def colleague(second: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(second)


@pytest.fixture
def ankara(officer: Officer, own: str) -> str:
    return known(foreign(name="Ankara (fictional)", country="TR"), officer)


@pytest.fixture
def answers(adviser: Officer, own: str, ankara: str) -> dict[str, object]:
    actions.register_instrument(
        actor=adviser,
        draft=InstrumentDraft("AT-TR", "Convention (fictional)", "convention", ["AT", "TR"], dt.date(2020, 1, 1)),
    )
    return {
        "code": "JIT-1",
        "title": "Recruitment (fictional)",
        "instrument": "AT-TR",
        "lead": own,
        "members": [own, ankara],
        **day("period_from", timezone.localdate() - dt.timedelta(30)),
        **day("period_until", timezone.localdate() + dt.timedelta(300)),
        "clause": "Only for what the team investigates.",
        "purposes": ["criminal_investigation"],
        "outside_use": "consent",
        "fictional": "on",
    }


@pytest.fixture
def agreement(client: Client, colleague: Client, answers: dict[str, object]) -> int:
    assert client.post("/partners/joint/new", answers).status_code == 302
    confirm(colleague)
    return JointAgreement.objects.get().pk


def confirm(colleague: Client) -> None:
    change = JointChange.objects.get(decision="")
    assert colleague.post(f"/partners/joint/changes/{change.pk}/confirm").status_code == 302


def test_a_register_without_agreements_says_what_to_do_first(client: Client, own: str) -> None:
    shown = client.get("/partners/joint").content.decode()
    assert "No agreements yet" in shown
    assert "Register the instrument that it rests on first" in shown
    assert client.get("/partners/joint/new").status_code == 200


def test_an_agreement_waits_on_a_second_officer_s_desk_and_holds_after_she_confirmed(
    client: Client, colleague: Client, adviser: Officer, second: Officer, answers: dict[str, object]
) -> None:
    assert client.post("/partners/joint/new", {**answers, "outside_use": ""}).status_code == 422
    assert client.post("/partners/joint/new", {**answers, "members": [answers["lead"]]}).status_code == 422
    made = client.post("/partners/joint/new", answers)
    agreement = JointAgreement.objects.get()
    assert made.headers["Location"] == f"/partners/joint/{agreement.pk}"
    change = JointChange.objects.get()
    assert "Waits for a second officer" in client.get("/partners/joint").content.decode()
    own_page = client.get(f"/partners/joint/{agreement.pk}").content.decode()
    assert f"/partners/joint/changes/{change.pk}/confirm" not in own_page
    assert not [one for one in desk_items(officer=adviser, now=timezone.now()) if one.kind == "joint.waiting"]
    (item,) = [one for one in desk_items(officer=second, now=timezone.now()) if one.kind == "joint.waiting"]
    shown = colleague.get(item.url).content.decode()
    assert "Only for what the team investigates." in shown
    assert "Compare each line with the signed paper" in shown
    assert client.post(item.url).status_code == 403
    assert colleague.post(item.url).status_code == 302
    assert colleague.post(item.url).status_code == 422
    held = client.get(f"/partners/joint/{agreement.pk}").content.decode()
    assert "In force" in held
    assert "Fictional" in held
    assert "Needs its own basis" in held
    assert "In force" in client.get("/partners/joint").content.decode()


def test_a_declined_agreement_says_so(client: Client, colleague: Client, answers: dict[str, object]) -> None:
    client.post("/partners/joint/new", answers)
    url = f"/partners/joint/changes/{JointChange.objects.get().pk}/decline"
    assert colleague.get(url).status_code == 200
    assert colleague.post(url, {"reason": ""}).status_code == 422
    assert colleague.post(url, {"reason": "Ankara has not signed"}).status_code == 302
    assert "Declined" in client.get("/partners/joint").content.decode()
    shown = client.get(f"/partners/joint/{JointAgreement.objects.get().pk}").content.decode()
    assert "Ankara has not signed" in shown


def test_an_amendment_begins_from_the_present_terms_and_an_earlier_day_shows_what_held_then(
    client: Client, colleague: Client, agreement: int, answers: dict[str, object]
) -> None:
    url = f"/partners/joint/{agreement}/amend"
    assert "Only for what the team investigates." in client.get(url).content.decode()
    amended = {**answers, "text": "No use outside", "signed_by": answers["members"], **day("day", timezone.localdate())}
    assert client.post(url, amended).status_code == 422
    amended["outside_use"] = "no"
    assert client.post(url, {**amended, "signed_by": [answers["lead"]]}).status_code == 422
    assert client.post(url, amended).status_code == 302
    page = f"/partners/joint/{agreement}"
    term = "Use outside the team"
    assert "With consent" in client.get(page).content.decode().split(term)[1].split("Amendments")[0]
    confirm(colleague)
    assert "Not at all" in client.get(page).content.decode().split(term)[1].split("Amendments")[0]
    yesterday = timezone.localdate() - dt.timedelta(1)
    then = client.get(page, day("on", yesterday)).content.decode()
    assert "With consent" in then.split(term)[1].split("Amendments")[0]
    assert "This is how the agreement stands on" in then
    assert client.get(page, {"on_day": "99", "on_month": "1", "on_year": "2026"}).status_code == 200


def test_members_bases_and_suspension_through_the_pages(
    client: Client, colleague: Client, officer: Officer, agreement: int, own: str, ankara: str
) -> None:
    page = f"/partners/joint/{agreement}"
    basis = f"{page}/members/{ankara}/basis"
    assert client.get(basis).status_code == 200
    assert client.post(basis, {"basis": "AT-TR", **day("day", timezone.localdate())}).status_code == 302
    confirm(colleague)
    assert queries.joint_standing("JIT-1", own, ankara, timezone.localdate()).recipient_has_basis
    assert client.post(basis, {"basis": "AT-TR", **day("day", timezone.localdate())}).status_code == 422
    sofia = known(foreign(name="Sofia (fictional)", country="BG"), officer)
    assert client.get(f"{page}/members/new").status_code == 200
    assert client.post(f"{page}/members/new", {"party_uid": sofia}).status_code == 422
    assert (
        client.post(f"{page}/members/new", {"party_uid": sofia, **day("day", timezone.localdate())}).status_code == 302
    )
    confirm(colleague)
    assert queries.joint_standing("JIT-1", own, sofia, timezone.localdate()).recipient_member
    remove = f"{page}/members/{sofia}/remove"
    assert client.get(remove).status_code == 200
    assert client.post(remove, {"reason": "", **day("day", timezone.localdate())}).status_code == 422
    assert client.post(remove, {"reason": "It left", **day("day", timezone.localdate())}).status_code == 302
    assert not queries.joint_standing("JIT-1", own, sofia, timezone.localdate()).recipient_member
    assert client.get(remove).status_code == 404
    assert client.get(f"{page}/suspend").status_code == 200
    assert client.post(f"{page}/suspend", {"reason": "A court", **day("day", timezone.localdate())}).status_code == 302
    assert "Suspended since" in client.get(page).content.decode()
    assert client.get(f"{page}/resume").status_code == 200
    assert (
        client.post(f"{page}/resume", {"reason": "Allowed again", **day("day", timezone.localdate())}).status_code
        == 302
    )
    assert queries.joint_standing("JIT-1", own, ankara, timezone.localdate()).suspended
    confirm(colleague)
    assert not queries.joint_standing("JIT-1", own, ankara, timezone.localdate()).suspended


def test_who_may_not_is_refused_and_sees_no_way_to_change(
    agreement: int, officer: Officer, ankara: str, signed_in_client: Callable[[Officer], Client]
) -> None:
    client, page = signed_in_client(officer), f"/partners/joint/{agreement}"
    shown = client.get(page)
    assert shown.status_code == 200
    assert f"{page}/amend" not in shown.content.decode()
    change = JointChange.objects.get().pk
    changing = ["amend", "suspend", "resume", "members/new", f"members/{ankara}/basis", f"members/{ankara}/remove"]
    urls = ["/partners/joint/new", *(f"{page}/{one}" for one in changing)]
    for url in [*urls, f"/partners/joint/changes/{change}/confirm", f"/partners/joint/changes/{change}/decline"]:
        assert client.get(url).status_code == 403, url


def test_an_administrator_does_not_see_joint_investigations(
    agreement: int, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer_factory(roles=["administrator"]))
    assert client.get("/partners/joint").status_code == 403
    assert client.get(f"/partners/joint/{agreement}").status_code == 403
    assert "Joint investigations" not in client.get("/partners/").content.decode()


@pytest.mark.parametrize("path", ["9", "9/amend", "9/suspend", "9/members/x/basis", "changes/9/confirm"])
def test_what_does_not_exist_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/partners/joint/{path}").status_code == 404
