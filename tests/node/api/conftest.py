"""An integration with a token, and a client that asks as another system would."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import NODE as NODE
from clew.node.accounts.actions import Officer, StepUp, add_member
from clew.node.accounts.models import Compartment
from clew.node.accounts.permissions import open_to_integrations
from clew.node.accounts.queries import integration_permissions
from clew.node.accounts.step_up import prove
from clew.node.api.actions import issue_token, register_integration
from clew.node.api.answering import CALLS
from clew.node.api.models import Integration, Token
from tests.node.canaries.conftest import beijing as beijing
from tests.node.canaries.conftest import case as case
from tests.node.canaries.conftest import officer as officer
from tests.node.canaries.conftest import signed as signed
from tests.node.canaries.conftest import world as world

_keys = count(1)
ALL = sorted(open_to_integrations())
JSON = "application/json"


@dataclass
class System:
    """Another system of the organisation: the integration it is, its token, and how it asks."""

    integration: Integration
    responsible: Officer
    token: str
    row: Token

    @property
    def account(self) -> Officer:
        """Its account, with the scopes of its token."""
        found = Officer.objects.get(pk=self.integration.account_id)
        found.scopes = frozenset(self.row.scopes)
        return found

    def get(self, path: str, **query: str) -> Any:
        """GET below /api/v1."""
        return Client(raise_request_exception=False).get(f"/api/v1{path}", query, headers=self.headers)

    def post(self, path: str, body: Any, *, key: str = "", **more: str) -> Any:
        """POST below /api/v1 with a fresh idempotency key, unless one is given."""
        headers = {**self.headers, "Idempotency-Key": key or f"test-key-{next(_keys):06d}", **more}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Client(raise_request_exception=False).post(f"/api/v1{path}", raw, content_type=JSON, headers=headers)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


MakeSystem = Callable[..., System]


@pytest.fixture(autouse=True)
def no_calls_yet() -> None:
    """Allowances are kept in memory, which outlives a test."""
    CALLS.forget()


@pytest.fixture
def register(officer_factory: Callable[..., Officer]) -> Callable[..., Integration]:
    def make(roles: Sequence[str] = ("investigator",), compartments: Sequence[Compartment] = ()) -> Integration:
        administrator = officer_factory(roles=["administrator"])
        responsible = officer_factory(roles=["investigator"])
        made = register_integration(
            actor=administrator, name="Case system (fictional)", purpose="Keeps both files in step.",
            responsible_id=responsible.pk, roles=list(roles),
        )  # fmt: skip
        for each in compartments:
            add_member(actor=NODE, compartment=each, officer=made.account)
        return made

    return make


@pytest.fixture
def system(register: Callable[..., Integration]) -> MakeSystem:
    def make(
        roles: Sequence[str] = ("investigator",), compartments: Sequence[Compartment] = (),
        scopes: Sequence[str] | None = None, days: int = 30,
    ) -> System:  # fmt: skip
        made = register(roles, compartments)
        proof = prove(StepUp(made.responsible_id, "totp"))
        wanted = sorted(integration_permissions(made.account)) if scopes is None else scopes
        token, row = issue_token(
            actor=made.responsible, integration_id=made.pk, scopes=wanted, days=days, step_up=proof
        )
        return System(made, made.responsible, token, row)

    return make


def source_of(compartment: int, **changes: Any) -> dict[str, Any]:
    """A source of one person and one firm as the API takes it (fictional)."""
    said: dict[str, Any] = {
        "compartment": compartment, "kind": "observation", "title": "Seen at the station (fictional)",
        "owner": "a" * 32, "reliability": "B", "handling": "H1", "purpose": "criminal_investigation",
        "basis": "intelligence", "retain_until": (timezone.localdate() + dt.timedelta(days=90)).isoformat(),
        "entities": [
            {"key": "her", "schema": "Person", "category": "victim"}, {"key": "firm", "schema": "Company"},
        ],
        "statements": [
            {"entity": "her", "property": "name", "value": "Mira Beispiel (fictional)", "accuracy": 2},
            {"entity": "firm", "property": "name", "value": "Lantern GmbH (fictional)", "accuracy": 1},
        ],
    }  # fmt: skip
    return said | changes
