"""What tests of the node share.

`officer_factory(roles=[…], compartments=[…])` makes an officer with a second factor;
`compartment_factory(name)` makes a compartment; `signed_in_client(officer)` is a client in which she is signed in;
`code_of(officer)` is the code her authenticator shows now; asking for it makes it usable again, because each code
counts once and tests sign more often than people.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator, Iterator, Sequence
from importlib import import_module
from itertools import count
from typing import Any, NoReturn

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import translation

from clew.node.accounts.actions import NODE, add_member, create_compartment, create_officer
from clew.node.accounts.models import Compartment, Officer, UsedCode
from clew.node.exchange.limits import ADDRESSES, PARTNERS

SECRET = "JBSWY3DPEHPK3PXP"
_numbers = count(1)


@pytest.fixture(autouse=True)
def no_connections(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Block every connection: what leaves a node leaves through `exchange.posting`, whose tests answer in its place.

    A browser is another program and is spoken to over loopback; PostgreSQL's own library does not come by here.
    """
    if request.node.get_closest_marker("browser"):
        return

    def refuse(*_arguments: object, **_named: object) -> NoReturn:
        raise AssertionError("no test of the node opens a connection, because no code of the node may")

    for name in ("connect", "connect_ex", "sendto", "sendmsg"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


@pytest.fixture(autouse=True)
def the_nodes_own_language() -> Iterator[None]:
    """A page that a test asks for leaves its reader's language behind in the process, for every test that follows."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    """Limits on attempts are kept in the cache and in memory, which outlive a test."""
    cache.clear()
    ADDRESSES.forget()
    PARTNERS.forget()


@pytest.fixture
def compartment_factory(db: None) -> Callable[..., Compartment]:
    def make(name: str = "", kind: str = "unit") -> Compartment:
        return create_compartment(actor=NODE, name=name or f"Unit {next(_numbers)}", kind=kind)

    return make


@pytest.fixture
def officer_factory(db: None) -> Callable[..., Officer]:
    def make(
        roles: Sequence[str] = ("investigator",),
        compartments: Sequence[Compartment] = (),
        username: str = "",
        second_factor: bool = True,
    ) -> Officer:
        username = username or f"officer{next(_numbers)}"
        officer = create_officer(
            actor=NODE, username=username, full_name=f"{username.title()} (fictional)", roles=list(roles)
        )
        for compartment in compartments:
            add_member(actor=NODE, compartment=compartment, officer=officer)
        if second_factor:
            TOTP.activate(officer, SECRET)
        return officer

    return make


@pytest.fixture
def signed_in_client() -> Callable[[Officer], Client]:
    def make(officer: Officer) -> Client:
        client = Client()
        client.force_login(officer, backend="clew.node.accounts.backends.OfficerBackend")
        return client

    return make


@pytest.fixture
def code_of(db: None) -> Callable[[Officer], str]:
    def code(officer: Officer) -> str:
        UsedCode.objects.filter(officer=officer).delete()
        now = list(yield_hotp_counters_from_time())
        return format_hotp_value(hotp_value(SECRET, now[len(now) // 2]))

    return code


@pytest.fixture(autouse=True, scope="session")
def tables_can_be_emptied() -> Generator[None]:
    """Let Django empty the tables after a test that commits: a node's store refuses to remove audit entries."""
    guards = import_module("clew.node.audit.migrations.0002_append_only")
    patched = pytest.MonkeyPatch()

    def without_guards(flush: Any) -> Any:
        def execute(self: Any, sql_list: list[str]) -> None:
            editor = self.connection.schema_editor()
            guards.unguard(None, editor)
            try:
                flush(self, sql_list)
            finally:
                guards.guard(None, editor)

        return execute

    operations = type(connection.ops)
    patched.setattr(operations, "execute_sql_flush", without_guards(operations.execute_sql_flush))
    yield
    patched.undo()
