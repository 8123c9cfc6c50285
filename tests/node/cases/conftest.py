"""A case with an officer in its team, and a client in which she is signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from clew.node.accounts.models import Officer
from clew.node.cases.actions import open_case
from clew.node.cases.models import Case


@pytest.fixture
def officer(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["investigator"])


@pytest.fixture
def outsider(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["investigator"])


@pytest.fixture
def case(officer: Officer) -> Case:
    return open_case(actor=officer, title="Agency Golden Bridge (fictional)", kind="investigation")


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)
