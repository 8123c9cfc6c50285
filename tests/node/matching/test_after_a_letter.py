"""What a partner's letter brought is compared too, and the page after taking it says who is known already."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from clew.dossier.types import EntityDraft
from clew.node.accounts.actions import Officer
from clew.node.cases.models import Case
from clew.node.dossier.actions import record_source
from clew.node.exchange.actions import take_letter
from clew.node.exchange.models import Letter
from clew.node.matching.models import Key, Notice
from tests.exchange.partner import body
from tests.node.dossier.conftest import draft, says
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.conftest import beijing as beijing
from tests.node.exchange.conftest import case as case
from tests.node.exchange.conftest import officer as officer
from tests.node.exchange.conftest import signed as signed
from tests.node.matching.conftest import World, work

pytestmark = pytest.mark.django_db
FIRM = "Harbour Labour Agency GmbH"


def taken(beijing: Correspondent, signed: Callable[..., int], officer: Officer, case: Case) -> Letter:
    """An answer that names a firm, taken into the case."""
    signed(subject="An agency (fictional)")
    beijing.work()
    (request,) = beijing.letters()
    value = {
        "n": 1, "entity": "e1", "prop": "name", "value": FIRM, "accuracy": 2, "reliability": "B",
        "nature": "fact", "handling": "H1",
    }  # fmt: skip
    answer = body(
        "reply",
        subject="The agency (fictional)",
        statements=[value, {**value, "n": 2, "prop": "phone", "value": "+436607788991"}],
    )
    beijing.send(beijing.write(answer, thread=request.header.thread, in_reply_to=request.header.id, deadline=None))
    beijing.work()
    reply = Letter.objects.get(direction="in")
    take_letter(actor=officer, letter_uid=reply.uid, case_id=case.pk)
    return reply


def test_the_page_after_taking_a_letter_says_who_may_be_known_already(
    beijing: Correspondent,
    signed: Callable[..., int],
    officer: Officer,
    case: Case,
    signed_in_client: Callable[[Officer], Client],
) -> None:
    known = record_source(
        actor=officer, compartment_id=case.compartment_id,
        draft=draft([EntityDraft("firm", "Company")], [says("firm", "name", "HARBOUR LABOUR Agency G.m.b.H.")]),
    ).entity_numbers["firm"]  # fmt: skip
    reply = taken(beijing, signed, officer, case)
    address = reverse("exchange:thread", args=[reply.thread.uid])
    client = signed_in_client(officer)
    assert "Known twice?" not in client.get(address).content.decode()
    work()
    said = client.get(address).content.decode()
    assert "Known twice?" in said
    assert f"/who/pair/{known}/" in said


def test_what_a_partner_gave_raises_no_notice_in_another_team(
    beijing: Correspondent, signed: Callable[..., int], officer: Officer, case: Case, world: World
) -> None:
    world.thing("Company", team=world.there, name=FIRM, phone="+436607788991")
    taken(beijing, signed, officer, case)
    work()
    first, second = Key.objects.filter(kind="phone").order_by("pk")
    assert bytes(first.digest) == bytes(second.digest)
    assert not Notice.objects.exists()
