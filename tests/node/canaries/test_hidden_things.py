"""What is another team's is answered as what does not exist: same status, words and headers, on every address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from clew.node.accounts.actions import Officer
from clew.node.cases import actions as cases
from tests.node.canaries.asking import UNKNOWN, filled, known, objects_of, routes, said, without_echo
from tests.node.canaries.planting import World
from tests.node.canaries.table import ROLES

pytestmark = pytest.mark.django_db
SignIn = Callable[[Officer], Client]

OF_A_TEAM = frozenset(
    (
        "cases.Task", "cases.Deadline", "cases.Document", "cases.CaseEntity", "cases.Case", "dossier.Entity",
        "dossier.Source", "dossier.Statement", "consent.Guardian", "consent.Consent", "disclosure.Mark",
        "disclosure.Decision", "disclosure.Release", "exchange.OutboxEntry", "exchange.Letter.uid",
        "exchange.Thread.uid", "exchange.Transfer", "transfer.ImportBatch", "transfer.Export",
    )
)  # fmt: skip
"""What belongs to one team, so that another must not learn that it exists."""

BY_OFFICE = ("oversight/",)
"""Pages of offices that see across teams by law: numbers and digests, whose table is `canaries.yaml`."""

FORM = {"reason": "x", "text": "x", "title": "x", "value": "x", "category": "suspect", "code": "000000"}


def hidden_addresses(world: World) -> Iterator[tuple[str, str, str]]:
    """Each route about something of a team, with an object of the planted team, and with one that is nobody's."""
    for route, kinds in routes():
        names = objects_of(route)
        if not OF_A_TEAM & set(names) or route.startswith(BY_OFFICE):
            continue
        for value in _hidden(names[0], world):
            rest = [(known(name, 1) or [UNKNOWN[kind]])[0] for name, kind in zip(names[1:], kinds[1:], strict=True)]
            yield route, "/" + filled(route, (value, *rest)), "/" + filled(route, (UNKNOWN[kinds[0]], *rest))


def _hidden(name: str, world: World) -> list[str]:
    found = known(name, 40)
    if name in {"exchange.Letter.uid", "exchange.Thread.uid"}:
        from clew.node.exchange.models import Thread

        taken = Thread.objects.exclude(case=None)
        uids = taken.values_list("uid", flat=True) if name.endswith("Thread.uid") else None
        letters = [str(uid) for one in taken for uid in one.letters.values_list("uid", flat=True)]
        found = [str(each) for each in uids] if uids is not None else letters
    return found[:3]


def _same(answer: Any, of: str, nothing: Any, of_nothing: str) -> bool:
    return _told(answer, of) == _told(nothing, of_nothing)


def _told(answer: Any, path: str) -> str:
    return re.sub(r"\s+", " ", without_echo(said(answer).replace(path, "PATH")))


@pytest.mark.slow
def test_an_officer_of_another_team_cannot_tell_what_exists_from_what_does_not(
    world: World, signed_in_client: SignIn
) -> None:
    client = signed_in_client(world.officer_factory(roles=ROLES, compartments=[world.elsewhere]))
    client.raise_request_exception = False
    telling = []
    pairs = list(hidden_addresses(world))
    for route, hidden, nothing in pairs:
        for method in ("get", "post"):
            ask = getattr(client, method)
            data: dict[str, Any] = {} if method == "get" else {"data": FORM}
            first, second = ask(hidden, **data), ask(nothing, **data)
            if first.status_code >= 500 or not _same(first, hidden, second, nothing):
                telling.append((method, route, first.status_code, second.status_code))
    assert telling == []
    assert len(pairs) > 60


@pytest.mark.slow
def test_a_form_of_her_own_says_the_same_of_a_hidden_number_as_of_one_that_does_not_exist(
    world: World, signed_in_client: SignIn
) -> None:
    officer = world.officer_factory(roles=ROLES, compartments=[world.elsewhere])
    own = cases.open_case(actor=officer, title="Own case (fictional)", kind="investigation")
    client = signed_in_client(officer)
    client.raise_request_exception = False
    telling, filled_in = [], 0
    for path in _own_forms(own.pk):
        fields = _fields(client.get(path).content.decode())
        for field, hidden in _numbers_for(world, fields):
            first = client.post(path, {**FORM, field: hidden})
            second = client.post(path, {**FORM, field: "999999"})
            filled_in += 1
            if first.status_code >= 500 or not _alike(first, second):
                telling.append((path, field, hidden, first.status_code, second.status_code))
    assert telling == []
    assert filled_in > 20


def _own_forms(case: int) -> list[str]:
    return [
        f"/cases/{case}/entities/new", f"/cases/{case}/tasks/new", f"/cases/{case}/note", f"/cases/{case}/team",
        f"/cases/{case}/references/new", f"/releases/new/?case={case}", "/dossier/record/?schema=Person",
        "/transfer/new", "/transfer/exports/new", "/oversight/remedies/new/",
    ]  # fmt: skip


def _fields(page: str) -> list[str]:
    found = dict.fromkeys(re.findall(r'<(?:input|select|textarea)[^>]*? name="([\w.:-]+)"', page))
    return [each for each in found if each not in {"csrfmiddlewaretoken", "q", "language", "next"}]


def _numbers_for(world: World, fields: list[str]) -> Iterator[tuple[str, str]]:
    """The fields that name a thing by its number, each with the number of a hidden one of its kind."""
    hidden = {
        "case": world.case.pk, "entity": world.person, "person": world.person, "about": world.person,
        "compartment": world.case.compartment_id, "source": world.sources["Titelquorn"],
    }  # fmt: skip
    for field in (*fields, "statements", "case_id", "person_id"):
        for name, number in hidden.items():
            if name in field:
                yield field, str(number)
    yield "statements", known("dossier.Statement", 3)[-1]


def _alike(first: Any, second: Any) -> bool:
    # Numbers are all alike to `without_echo`, so that what was sent and comes back does not tell the two apart.
    return _told(first, "?") == _told(second, "?")
