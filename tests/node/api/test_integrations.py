"""Registering integrations and looking after them: who may do what, and what each page shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import Officer, Refused, StepUp, deactivate_officer
from clew.node.accounts.step_up import prove
from clew.node.api.actions import end_webhook, issue_token, register_integration, revoke_token, set_webhook
from clew.node.api.models import Integration, Token, Webhook
from clew.node.api.queries import desk_items, health_findings, integrations
from clew.node.audit.models import AuditEntry
from clew.node.types import BadInput
from tests.node.api.conftest import NODE, MakeSystem

pytestmark = pytest.mark.django_db
Register = Callable[..., Integration]
SignIn = Callable[[Officer], Client]
URL = "https://cases.example/notify"


def proof_of(officer: Officer) -> StepUp:
    return prove(StepUp(officer.pk, "totp"))


def take(made: Integration, actor: Officer, **changes: Any) -> tuple[str, Token]:
    values: dict[str, Any] = {"scopes": ["case.see"], "days": 30, "step_up": proof_of(actor)}
    return issue_token(actor=actor, integration_id=made.pk, **(values | changes))


def test_who_registers_an_integration_can_not_answer_for_it(officer_factory: Callable[..., Officer]) -> None:
    administrator = officer_factory(roles=["administrator"])
    said: dict[str, Any] = {"name": "System", "purpose": "Work.", "roles": ["investigator"]}
    with pytest.raises(BadInput, match="You register it") as fault:
        register_integration(actor=administrator, responsible_id=administrator.pk, **said)
    assert fault.value.field == "responsible"
    with pytest.raises(BadInput, match="no such officer"):
        register_integration(actor=administrator, responsible_id=999_999, **said)
    assert not Integration.objects.exists()


def test_only_who_answers_for_it_takes_a_token_and_with_a_second_factor(
    register: Register, officer_factory: Callable[..., Officer]
) -> None:
    made = register()
    administrator = Officer.objects.get(pk=made.registered_by_id)
    for other in (administrator, officer_factory(roles=["administrator", "investigator"])):
        with pytest.raises(Refused):
            take(made, other)
    with pytest.raises(BadInput, match="proof of presence"):
        take(made, made.responsible, step_up=StepUp(made.responsible_id, "totp"))
    assert not Token.objects.exists()
    _token, row = take(made, made.responsible)
    assert row.proof["method"] == "totp-server-key"
    entry = AuditEntry.objects.get(act="api.issue_token")
    assert (entry.object_id, entry.actor_id) == (str(made.pk), made.responsible_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["release.sign"]}, "scopes"),
        ({"scopes": ["case.see", "no.such"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
    ],
)
def test_a_token_permits_nothing_that_its_roles_do_not_and_holds_a_year_at_most(
    register: Register, changes: dict[str, Any], field: str
) -> None:
    made = register()
    with pytest.raises(BadInput) as fault:
        take(made, made.responsible, **changes)
    assert fault.value.field == field
    assert not Token.objects.exists()


def test_an_administrator_can_stop_what_she_can_not_start(register: Register) -> None:
    made = register()
    administrator = Officer.objects.get(pk=made.registered_by_id)
    _told, row = take(made, made.responsible)
    set_webhook(
        actor=made.responsible, integration_id=made.pk, url=URL, events=["case.opened"],
        step_up=proof_of(made.responsible),
    )  # fmt: skip
    revoke_token(actor=administrator, token_id=row.pk)
    end_webhook(actor=administrator, integration_id=made.pk)
    assert Token.objects.get().revoked_by_id == administrator.pk
    assert not Webhook.objects.exists()


def test_a_stranger_learns_of_no_integration(register: Register, officer_factory: Callable[..., Officer]) -> None:
    made = register()
    stranger = officer_factory(roles=["investigator"])
    _told, row = take(made, made.responsible)
    assert not integrations(officer=stranger).exists()
    with pytest.raises(Refused) as hidden:
        revoke_token(actor=stranger, token_id=row.pk)
    with pytest.raises(Refused) as nothing:
        revoke_token(actor=stranger, token_id=999_999)
    assert str(hidden.value) == str(nothing.value)


@pytest.mark.parametrize(
    "url",
    ["http://cases.example/", "https://", "ftp://x.example", "https://user:x@cases.example/", "https://cases.example/#x",
     "https://cases.example:0/", "https://cases example/", "https://käse.example/", "javascript:alert(1)", "x" * 600],
)  # fmt: skip
def test_an_address_that_is_no_plain_https_is_not_taken(register: Register, url: str) -> None:
    made = register()
    with pytest.raises(BadInput) as fault:
        set_webhook(
            actor=made.responsible, integration_id=made.pk, url=url, events=["case.opened"],
            step_up=proof_of(made.responsible),
        )  # fmt: skip
    assert fault.value.field == "url"
    assert not Webhook.objects.exists()


def test_who_answers_for_it_is_told_that_a_token_is_missing_or_ends(register: Register) -> None:
    made = register()
    now = timezone.now()

    def kinds() -> list[str]:
        return [item.kind for item in desk_items(officer=made.responsible, now=now)]

    assert kinds() == ["integration.token"]
    take(made, made.responsible)
    assert kinds() == []
    assert [finding.state for finding in health_findings(now=now)] == ["well"]
    assert [item.kind for item in desk_items(officer=made.responsible, now=now + dt.timedelta(days=20))] == [
        "integration.token"
    ]
    (finding,) = health_findings(now=now + dt.timedelta(days=31))
    assert (finding.state, str(made.pk) in finding.says) == ("wrong", True)
    deactivate_officer(actor=NODE, officer=made.account)
    assert kinds() == []


def test_the_pages_register_an_integration_and_hand_its_token_to_who_answers_for_it_once(
    officer_factory: Callable[..., Officer], signed_in_client: SignIn, code_of: Callable[[Officer], str]
) -> None:
    administrator, colleague = officer_factory(roles=["administrator"]), officer_factory(roles=["investigator"])
    office = signed_in_client(administrator)
    said = {"name": "Files (fictional)", "purpose": "Work.", "responsible": colleague.pk, "roles": ["caseworker"]}
    assert office.post("/integrations/new/", {**said, "responsible": administrator.pk}).status_code == 422
    answer = office.post("/integrations/new/", said)
    made = Integration.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/integrations/{made.pk}/")
    assert office.get(f"/integrations/{made.pk}/token/").status_code == 404
    client = signed_in_client(colleague)
    assert f"/integrations/{made.pk}/" in client.get("/").content.decode()
    assert client.get(f"/integrations/{made.pk}/token/").status_code == 200
    form = {"scopes": ["case.see"], "days": "30"}
    assert client.post(f"/integrations/{made.pk}/token/", {**form, "code": "000000"}).status_code == 422
    shown = client.post(f"/integrations/{made.pk}/token/", {**form, "code": code_of(colleague)}).content.decode()
    token = re.findall(r"clew_[0-9a-f]{16}_[A-Za-z0-9_-]{43}", shown)[0]
    asked = Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert asked.json()["permissions"] == ["case.see"]
    page = client.get(f"/integrations/{made.pk}/").content.decode()
    assert token not in page
    assert token[:21] in page
    revoke = f"/integrations/{made.pk}/tokens/{Token.objects.get().pk}/revoke/"
    assert client.post(revoke).status_code == 302
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_the_pages_name_test_and_end_where_it_is_notified(
    system: MakeSystem, signed_in_client: SignIn, code_of: Callable[[Officer], str]
) -> None:
    made = system()
    client = signed_in_client(made.responsible)
    page = f"/integrations/{made.integration.pk}/webhook/"
    form = {"url": URL, "events": ["case.opened"]}
    assert client.post(page, {**form, "url": "http://x", "code": code_of(made.responsible)}).status_code == 422
    shown = client.post(page, {**form, "code": code_of(made.responsible)}).content.decode()
    assert "whsec_" in shown
    assert client.post(f"{page}test/").status_code == 302
    whole = client.get(f"/integrations/{made.integration.pk}/").content.decode()
    assert URL in whole
    assert "whsec_" not in whole
    assert client.get(page).status_code == 200
    assert client.post(f"{page}end/").status_code == 302
    assert not Webhook.objects.exists()
    assert client.post(f"{page}end/", follow=True).status_code == 200


def test_a_stranger_finds_no_page_of_it(
    register: Register, officer_factory: Callable[..., Officer], signed_in_client: SignIn
) -> None:
    made = register()
    client = signed_in_client(officer_factory(roles=["investigator"]))
    for page in ("", "token/", "webhook/"):
        hidden = client.get(f"/integrations/{made.pk}/{page}")
        assert hidden.status_code == client.get(f"/integrations/999999/{page}").status_code == 404
    assert client.get("/integrations/new/").status_code == 403
    assert client.get("/integrations/").status_code == 200
