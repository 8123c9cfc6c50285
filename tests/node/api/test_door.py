"""Who is let in, how often, and what a request must look like."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import (
    ACTIONS,
    NODE,
    Officer,
    Refused,
    deactivate_officer,
    issue_sign_in_link,
    set_roles,
)
from clew.node.accounts.models import Compartment, RoleAssignment
from clew.node.accounts.permissions import known_permissions, open_to_integrations
from clew.node.accounts.queries import members_of, officers_with_role, permissions_of
from clew.node.api import answering
from clew.node.api.actions import revoke_token
from clew.node.api.models import KeptAnswer, Token
from clew.node.api.table import OPERATIONS
from clew.node.audit.models import AuditEntry
from clew.node.cases.models import Case
from clew.node.types import BadInput
from tests.node.api.conftest import MakeSystem, System
from tests.node.api.test_resources import given, refused
from tests.node.canaries.table import ROLES

pytestmark = pytest.mark.django_db
NEW_CASE = {"title": "New (fictional)", "kind": "investigation"}
HUMANS_ALONE = (
    "release.sign", "release.approve", "release.decide", "letter.take", "letter.refuse", "partner.confirm",
    "rules.adopt", "rules.sign_off", "setting.confirm", "mark.lift", "joint.confirm", "officer.manage", "own.account",
    "compartment.manage", "integration.manage", "integration.answer", "dossier.erase", "export.sign", "task.finish",
)  # fmt: skip


@pytest.fixture
def every(system: MakeSystem, compartment_factory: Callable[..., Compartment]) -> System:
    """An integration with every role and all that a token can permit."""
    return system(ROLES, [compartment_factory()])


def test_a_request_without_a_token_that_holds_is_refused_in_the_same_words(every: System) -> None:
    tokens = [
        "", "Bearer", "Bearer x", f"Basic {every.token}", f"Bearer {every.token}x", f"Bearer {every.token[:-1]}",
        f"Bearer clew_{'0' * 16}_{every.token[-43:]}", f"Bearer {every.token.replace('clew_', 'CLEW_')}", "Bearer ä",
    ]  # fmt: skip
    answers = [Client().get("/api/v1/me", headers={"Authorization": each}) for each in tokens]
    assert len({each.content for each in answers}) == 1
    refused(answers[0], 401, "no-token")
    assert answers[0]["WWW-Authenticate"] == 'Bearer realm="clew"'


def test_a_token_ends_when_it_is_revoked_when_its_time_is_over_and_when_its_account_is_barred(
    every: System, system: MakeSystem
) -> None:
    given(every.get("/me"), "readMe")
    revoke_token(actor=every.responsible, token_id=every.row.pk)
    refused(every.get("/me"), 401, "no-token")
    ended = system(["investigator"])
    Token.objects.filter(pk=ended.row.pk).update(expires=timezone.now() - dt.timedelta(seconds=1))
    refused(ended.get("/me"), 401, "no-token")
    barred = system(["investigator"])
    deactivate_officer(actor=NODE, officer=barred.integration.account)
    refused(barred.get("/me"), 401, "no-token")


def test_only_a_keyed_digest_of_a_token_is_kept_and_the_day_of_its_last_use(every: System) -> None:
    given(every.get("/me"), "readMe")
    row = Token.objects.get(pk=every.row.pk)
    kept = json.dumps([str(getattr(row, field.attname)) for field in Token._meta.concrete_fields])
    assert every.token[-43:] not in kept
    assert len(bytes(row.digest)) == 32
    assert row.last_used == timezone.now().date()
    assert every.token[-43:] not in str([bytes(entry.leaf) for entry in AuditEntry.objects.all()])


def test_a_session_is_nothing_to_the_api_and_a_token_is_nothing_to_the_pages(
    every: System, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    signed_in = signed_in_client(officer_factory(roles=ROLES))
    refused(signed_in.get("/api/v1/me"), 401, "no-token")
    page = Client().get("/cases/", headers=every.headers)
    assert (page.status_code, page["Location"]) == (302, "/account/login/?next=%2Fcases%2F")


def test_nobody_signs_in_as_an_integration(every: System, signed_in_client: Callable[[Officer], Client]) -> None:
    assert signed_in_client(every.account).get("/").status_code == 302
    with pytest.raises(BadInput, match="Nobody signs in as an integration"):
        issue_sign_in_link(actor=NODE, officer=every.account)


def test_an_integration_can_do_nothing_that_a_human_answers_for_whatever_its_roles(every: System) -> None:
    account = every.account
    account.scopes = known_permissions()
    assert permissions_of(account) <= open_to_integrations()
    assert not open_to_integrations() & set(HUMANS_ALONE)
    assert set(HUMANS_ALONE) <= known_permissions()
    for found in ACTIONS.values():
        if found.permission not in open_to_integrations():
            with pytest.raises(Refused):
                found.function(actor=account)


def test_an_integration_without_its_token_may_do_nothing_at_all(every: System) -> None:
    account = Officer.objects.get(pk=every.integration.account_id)
    assert permissions_of(account) == frozenset()
    for found in ACTIONS.values():
        with pytest.raises(Refused):
            found.function(actor=account)


def test_an_integration_is_asked_for_no_approval_and_counts_as_no_second_person(every: System) -> None:
    team = every.account.memberships.get().compartment_id
    assert not officers_with_role("approver").exists()
    assert not members_of(team).exists()


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if each.permission], ids=lambda each: each.name)
def test_an_operation_needs_both_the_scope_and_the_role(
    operation: Any, system: MakeSystem, compartment_factory: Callable[..., Compartment]
) -> None:
    path = operation.path.replace("{letter}", "x" * 32).replace("{thread}", "x" * 32).replace("{party}", "x")
    for name in ("case", "entity", "statement", "release"):
        path = path.replace(f"{{{name}}}", "1")
    without_scope = system(ROLES, [compartment_factory()], sorted(open_to_integrations() - {operation.permission}))
    lost_its_role = system(ROLES, [compartment_factory()])
    RoleAssignment.objects.filter(officer=lost_its_role.integration.account).delete()
    for each in (without_scope, lost_its_role):
        answer = each.get(path) if operation.method == "GET" else each.post(path, {})
        refused(answer, 403, "not-permitted")


def test_a_role_that_is_taken_away_is_taken_from_the_token_at_once(every: System) -> None:
    given(every.get("/cases"), "listCases")
    set_roles(actor=NODE, officer=every.integration.account, roles=["administrator"])
    refused(every.get("/cases"), 403, "not-permitted")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b" ", 400, "not-json"),
        (b"[]", 400, "not-json"),
        (b"{", 400, "not-json"),
        (b'{"title": "a", "title": "b"}', 400, "duplicate-key"),
        (b'{"title": 1.5}', 400, "not-a-number"),
        (b'{"title": "\\u0000"}', 400, "bad-text"),
        (b"\xff", 400, "bad-text"),
        (b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", 400, "too-deep"),
        (b'{"title": "' + b"x" * (2 * 1024 * 1024) + b'"}', 413, "too-large"),
        (b'{"title": "x"}', 422, "not-as-described"),
        (b'{"title": "' + b"x" * 300 + b'", "kind": "investigation"}', 422, "not-as-described"),
    ],
)
def test_what_is_no_request_changes_nothing_and_is_not_repeated(
    every: System, body: bytes, status: int, code: str
) -> None:
    answer = every.post("/cases", body)
    refused(answer, status, code)
    assert b"xxxx" not in answer.content
    assert not Case.objects.exists()
    assert not KeptAnswer.objects.exists()


def test_addresses_methods_and_kinds_of_content_that_do_not_exist_are_said(every: System) -> None:
    refused(every.get("/nothing"), 404, "not-found")
    refused(every.get("/cases/0"), 404, "not-found")
    refused(every.get("/cases/99999999999999999999"), 404, "not-found")
    client = Client()
    gone = client.delete("/api/v1/cases", headers=every.headers)
    refused(gone, 405, "no-such-method")
    assert gone["Allow"] == "GET, POST"
    form = client.post("/api/v1/cases", {"title": "x"}, headers={**every.headers, "Idempotency-Key": "12345678"})
    refused(form, 415, "no-json")


def test_no_other_site_may_read_an_answer(every: System) -> None:
    asked = {**every.headers, "Origin": "https://elsewhere.example"}
    answer = Client().get("/api/v1/me", headers=asked)
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    refused(Client().options("/api/v1/me", headers=asked), 405, "no-such-method")
    assert not answer.cookies


def test_a_request_that_is_sent_again_is_done_once_and_answered_the_same(every: System) -> None:
    first = every.post("/cases", NEW_CASE, key="same-key-1")
    again = every.post("/cases", NEW_CASE, key="same-key-1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert Case.objects.count() == 1
    refused(every.post("/cases", {**NEW_CASE, "title": "Other"}, key="same-key-1"), 409, "key-used")
    for bad in ("short", "with a space in it", "x" * 65):
        refused(every.post("/cases", NEW_CASE, key=bad), 400, "no-idempotency-key")
    assert Case.objects.count() == 1
    assert b"New (fictional)" not in bytes(KeptAnswer.objects.get().answer or b"")


def test_a_request_that_failed_left_nothing_and_can_be_sent_again(every: System) -> None:
    refused(every.post("/cases", {"title": " ", "kind": "investigation"}, key="same-key-2"), 422, "bad-input")
    assert not KeptAnswer.objects.exists()
    given(every.post("/cases", NEW_CASE, key="same-key-2"), "openCase", 201)


def test_the_keys_of_two_integrations_are_two(every: System, system: MakeSystem) -> None:
    given(every.post("/cases", NEW_CASE, key="same-key-3"), "openCase", 201)
    given(system(["investigator"]).post("/cases", NEW_CASE, key="same-key-3"), "openCase", 201)
    assert Case.objects.count() == 2


def test_a_token_that_asks_too_often_is_told_when_to_come_again(
    every: System, system: MakeSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "CALLS", answering.Limit(rate=0.1, burst=2, clock=lambda: 0.0))
    given(every.get("/me"), "readMe")
    given(every.get("/me"), "readMe")
    answer = every.get("/me")
    refused(answer, 429, "too-many-requests")
    assert answer["Retry-After"] == "10"
    given(system(["investigator"]).get("/me"), "readMe")


def test_a_fault_of_the_nodes_own_is_said_without_its_words(
    every: System, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_named: object) -> None:
        raise RuntimeError("Mirzaquell")

    monkeypatch.setattr("clew.node.cases.queries.case_list", fail)
    answer = every.get("/cases")
    refused(answer, 500, "failed")
    assert b"Mirzaquell" not in answer.content
    assert "a request of the API failed" in caplog.text


def test_a_refusal_is_in_the_language_that_is_asked_for(every: System) -> None:
    english = every.get("/cases/999").json()["title"]
    french = Client().get("/api/v1/cases/999", headers={**every.headers, "Accept-Language": "fr"}).json()["title"]
    assert english == "This is not among what your teams work on."
    assert french != english
