"""Every operation, by every role, for the team of the case and for another: what the pages hide, the API hides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clew.node.accounts.permissions import open_to_integrations, roles_holding
from clew.node.api.answering import CALLS
from clew.node.api.operation import Operation
from clew.node.api.table import OPERATIONS
from clew.node.audit.models import AuditEntry
from tests.node.api.conftest import MakeSystem, System, source_of
from tests.node.canaries.asking import known, without_echo
from tests.node.canaries.planting import World
from tests.node.canaries.table import ROLES, canaries

pytestmark = pytest.mark.django_db

OBJECTS = {
    "case": "cases.Case", "entity": "dossier.Entity", "statement": "dossier.Statement",
    "release": "disclosure.Release", "letter": "exchange.Letter.uid", "thread": "exchange.Thread.uid",
    "party": "partners.Party.uid",
}  # fmt: skip
UNKNOWN = {"letter": "f" * 32, "thread": "f" * 32, "party": "f" * 32}
PLACES = ("page", "search", "redirect")
"""The classes of output in which an officer of the team may hear on pages what the API says."""


def bodies(world: World) -> dict[str, dict[str, Any]]:
    """A body for each operation that takes one, about the planted case."""
    return {
        "openCase": {"title": "New (fictional)", "kind": "investigation"},
        "addTask": {"title": "Do it (fictional)"},
        "recordSource": source_of(world.case.compartment_id),
        "draftRelease": {
            "case": world.case.pk, "kind": "request", "recipient": world.beijing.partner.uid, "instrument": "X",
            "purpose": "criminal_investigation", "subject": "Asked (fictional)",
        },
    }  # fmt: skip


def paths(operation: Operation, limit: int = 5) -> Iterator[str]:
    """The operation's address with every object of the planted world."""
    name = next((each for each in OBJECTS if f"{{{each}}}" in operation.path), None)
    if name is None:
        yield operation.path
        return
    for value in known(OBJECTS[name], limit):
        yield operation.path.replace(f"{{{name}}}", value)


def nothing(operation: Operation) -> str:
    """The operation's address with an object that does not exist."""
    name = next(each for each in OBJECTS if f"{{{each}}}" in operation.path)
    return operation.path.replace(f"{{{name}}}", UNKNOWN.get(name, "999999"))


def ask(system: System, operation: Operation, path: str, world: World) -> Any:
    CALLS.forget()
    if operation.method == "POST":
        return system.post(path, bodies(world)[operation.name])
    return system.get(path, **({"q": "Firmaquelle"} if operation.name == "search" else {}))


def test_what_another_team_has_is_answered_as_what_does_not_exist(world: World, system: MakeSystem) -> None:
    """Byte for byte, whatever the role; and nothing is recorded as read."""
    outsider = system(ROLES, [world.elsewhere])
    before = AuditEntry.objects.count()
    telling, asked = [], 0
    for operation in OPERATIONS:
        if "{" not in operation.path or operation.name == "readPartner":
            continue
        for path in paths(operation, limit=40):
            hidden, none = (ask(outsider, operation, each, world) for each in (path, nothing(operation)))
            asked += 1
            same = _whole(hidden) == _whole(none)
            if not same or hidden.status_code != 404:
                telling.append((operation.name, path, hidden.status_code))
    assert telling == []
    assert asked > 30
    assert AuditEntry.objects.count() == before


def test_nothing_is_put_into_another_teams_place(world: World, system: MakeSystem) -> None:
    outsider = system(ROLES, [world.elsewhere])
    for name, path in (("recordSource", "/sources"), ("draftRelease", "/releases")):
        body = bodies(world)[name]
        key = "compartment" if name == "recordSource" else "case"
        hidden, none = outsider.post(path, body), outsider.post(path, {**body, key: 999999})
        assert (hidden.status_code, hidden.content) == (404, none.content)
    existing = source_of(world.elsewhere.pk)
    existing["entities"][0] = {"key": "her", "schema": "Person", "existing": world.person}
    unknown = {**existing, "entities": [{**existing["entities"][0], "existing": 999999}, existing["entities"][1]]}
    assert outsider.post("/sources", existing).content == outsider.post("/sources", unknown).content


@pytest.mark.slow
@pytest.mark.sqlite
def test_outside_the_team_no_role_hears_a_canary_that_the_pages_hide_from_it(world: World, system: MakeSystem) -> None:
    wrong = []
    for role in ROLES:
        outsider = system([role], [world.elsewhere]) if _has_scopes(role) else None
        if outsider is not None:
            wrong += [(role, *each) for each in _heard(outsider, world) if role not in _may(each[1], "outside")]
    assert wrong == []


@pytest.mark.slow
@pytest.mark.sqlite
def test_in_the_team_a_role_hears_no_more_than_on_the_pages(world: World, system: MakeSystem) -> None:
    wrong, heard = [], 0
    for role in ROLES:
        if _has_scopes(role):
            told = list(_heard(system([role], [world.case.compartment]), world))
            heard += len(told)
            wrong += [(role, *each) for each in told if role not in _may(each[1], "heard")]
    assert wrong == []
    assert heard > 50, "the walk must hear what the team may hear"


def test_a_list_of_another_team_is_empty(world: World, system: MakeSystem) -> None:
    outsider = system(ROLES, [world.elsewhere])
    for path in ("/cases", "/tasks", "/deadlines", "/entities", "/threads", "/releases"):
        said = outsider.get(path)
        assert (said.status_code, said.json()) == (200, {"items": [], "next": None}), path


def _whole(answer: Any) -> tuple[bytes, dict[str, str]]:
    """All that an answer says, without the second in which it was given."""
    return answer.content, {name: value for name, value in answer.headers.items() if name != "Expires"}


def _has_scopes(role: str) -> bool:
    return any(role in roles_holding(each) for each in open_to_integrations())


def _may(name: str, where: str) -> frozenset[str]:
    one = next(each for each in canaries() if each.name == name)
    by_class = one.heard if where == "heard" else one.outside
    return frozenset(role for kind in PLACES for role in by_class.get(kind, ()))


def _heard(system: System, world: World) -> Iterator[tuple[str, str]]:
    """Each address with each canary that its answer holds."""
    for operation in OPERATIONS:
        if operation.method == "GET":
            for path in paths(operation):
                said = ask(system, operation, path, world).content.decode()
                yield from ((path, one.name) for one in canaries() if one.is_in(said))


def test_two_refusals_differ_in_nothing_but_what_was_asked(world: World, system: MakeSystem) -> None:
    outsider = system(["auditor", "investigator"], [world.elsewhere])
    one = outsider.get(f"/cases/{world.case.pk}")
    other = outsider.get(f"/entities/{world.person}")
    assert without_echo(one.content.decode()) == without_echo(other.content.decode())
