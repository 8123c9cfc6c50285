"""After a backup was brought back nothing leaves to a partner, by any way, until that is resolved for this partner."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

import clew.node.exchange
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.disclosure.models import Decision
from clew.node.exchange import actions
from clew.node.exchange.actions import NotNow
from clew.node.exchange.actions.restoring import LEFT_FREE
from clew.node.exchange.bundling import carry_out
from clew.node.exchange.dispatching import route_to
from clew.node.exchange.holding import may_write_to
from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry, PairState, Receipt, Restored
from clew.node.exchange.queries import desk_items, health_findings, partner_logs
from clew.node.exchange.words import WRITING_AGAIN
from clew.node.partners.queries import KeysWithheld, UsableKeys
from clew.node.types import BadInput
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Correspondent, enter
from tests.node.exchange.test_resync import letters

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1, minutes=1)
ASKS_THE_DIRECTORY = {
    "holding.py": "it is what everything that leaves asks",
    "worker.py": "_open: with which keys what came is opened",
    "receiving.py": "who knocks",
    "part_door.py": "who knocks with parts of files",
    "part_carrying.py": "whose parts and answers came on a stick; what goes onto one is asked for by may_write_to",
    "carrying.py": "whether a letter of others can go on",
    "passing_on.py": "letters of others go on byte for byte, and the same bytes twice are one letter",
    "unbundling.py": "who put a bundle together",
    "dispatching.py": "_carrier: whether a post on the way has a node",
    "outbox.py": "whether the post that carries a letter may be used; the recipient is asked for by may_write_to",
    "actions/taking.py": "whether a sender is trusted",
    "queries/opened.py": "whether a letter's signature holds",
    "queries/condition.py": "what the doctor says of a partner's card",
}
"""Where the exchange looks keys up past the hold, each with the reason why nothing of this node's own leaves by it."""


@pytest.fixture
def guardian(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["data_protection_officer"], username="dora")


def bring_back() -> Restored:
    actions.hold_restored(actor=NODE, now=timezone.now())
    return Restored.objects.get()


def sent(beijing: Correspondent) -> int:
    """How many letters came to the partner, receipts and all; the question what it has is none."""
    return len(letters(beijing))


def test_what_leaves_asks_whether_it_may_and_nothing_else_looks_keys_up() -> None:
    root = Path(clew.node.exchange.__file__).parent
    asking = set()
    for file in root.rglob("*.py"):
        names = {node.id for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Name)}
        if "usable_keys" in names:
            asking.add(file.relative_to(root).as_posix())
    assert asking == set(ASKS_THE_DIRECTORY)


def test_a_signed_decision_does_not_become_a_letter_while_its_recipient_is_held(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    decision = signed()
    bring_back()
    for hours in (0, 1, 30):
        assert beijing.work(dt.timedelta(hours=hours)).dispatched == 0
    assert (sent(beijing), Letter.objects.count()) == (0, 0)
    assert set(OutboxEntry.objects.values_list("kind", flat=True)) == {"resync"}
    assert Decision.objects.get(pk=decision).state == Decision.State.SIGNED


def test_a_sealed_letter_waits_and_is_not_given_up_however_long_it_takes(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    beijing.cut = False
    bring_back()
    for days in (1, 40):
        beijing.work(dt.timedelta(days=days))
    entry = OutboxEntry.objects.get(kind="request")
    assert (sent(beijing), entry.failed, entry.delivered, entry.last_problem) == (0, None, None, "restored")


def test_what_a_partner_sends_is_confirmed_at_the_door_and_opened_and_no_receipt_leaves(beijing: Correspondent) -> None:
    bring_back()
    answer = beijing.send(beijing.write())
    assert (answer.status, answer.code) == ("200 OK", "")
    beijing.work()
    assert InboxEntry.objects.get().state == "quarantined"
    assert Receipt.objects.filter(to_send=True).exists()
    assert sent(beijing) == 0


def test_no_checkpoint_leaves(beijing: Correspondent) -> None:
    bring_back()
    beijing.work(DAY)
    assert sent(beijing) == 0
    assert not OutboxEntry.objects.filter(kind="checkpoint").exists()


def test_recalls_orders_and_postponed_answers_have_no_route(beijing: Correspondent) -> None:
    now = timezone.now()
    assert isinstance(route_to(beijing.partner.uid, now).keys, UsableKeys)
    bring_back()
    route = route_to(beijing.partner.uid, now)
    assert isinstance(route.keys, KeysWithheld)
    assert (route.node, route.keys.code) == (beijing.partner.uid, "restored")


def test_nothing_is_carried_out_by_hand_and_the_reason_is_said(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    bring_back()
    with pytest.raises(NotNow, match=r"Beijing \(fictional\) has not said yet what it has"):
        carry_out(actor=NODE, party=beijing.partner.uid, now=timezone.now())


def test_a_suspended_partner_is_said_to_be_suspended_and_an_unknown_one_unknown(beijing: Correspondent) -> None:
    bring_back()
    now = timezone.now()
    assert [getattr(may_write_to(uid, now), "code", "") for uid in ("f" * 32, beijing.partner.uid)] == [
        "unknown",
        "restored",
    ]


def test_every_partner_is_held_and_one_that_is_resolved_frees_no_other(
    beijing: Correspondent, guardian: Officer
) -> None:
    sofia = Partner("Sofia", country="BG")
    enter(sofia, status="unconfirmed")
    assert actions.hold_restored(actor=NODE, now=timezone.now()) == 2
    held = dict(Restored.objects.values_list("party", "pk"))
    actions.write_again(actor=guardian, restored_id=held[sofia.uid], reason="nothing-sent")
    now = timezone.now()
    assert getattr(may_write_to(beijing.partner.uid, now), "code", "") == "restored"
    assert getattr(may_write_to(sofia.uid, now), "code", "") == "unconfirmed"


def test_an_officer_who_gives_a_reason_lets_letters_leave_under_numbers_that_none_had(
    beijing: Correspondent, signed: Callable[..., int], guardian: Officer
) -> None:
    beijing.send(beijing.write())
    beijing.work()
    before = PairState.objects.get(direction="out").sequence
    signed()
    row = bring_back()
    actions.write_again(actor=guardian, restored_id=row.pk, reason="compared")
    beijing.work()
    (letter,) = [one for one in letters(beijing) if one.header.type == "request"]
    assert letter.header.sequence > before + LEFT_FREE
    row.refresh_from_db()
    assert (row.resolved_by, row.reason, row.resolved is not None) == (guardian, "compared", True)
    entry = AuditEntry.objects.filter(act="exchange.write_again").get()
    assert entry.object_id == beijing.partner.uid


def test_without_a_known_reason_or_twice_nothing_is_resolved(beijing: Correspondent, guardian: Officer) -> None:
    row = bring_back()
    with pytest.raises(BadInput, match="not known"):
        actions.write_again(actor=guardian, restored_id=row.pk, reason="because")
    with pytest.raises(Refused):
        actions.write_again(actor=NODE, restored_id=row.pk, reason="compared")
    actions.write_again(actor=guardian, restored_id=row.pk, reason="compared")
    with pytest.raises(BadInput, match="Nothing is held back"):
        actions.write_again(actor=guardian, restored_id=row.pk, reason="compared")


def test_a_second_restore_holds_again(beijing: Correspondent, guardian: Officer) -> None:
    actions.write_again(actor=guardian, restored_id=bring_back().pk, reason="compared")
    assert isinstance(may_write_to(beijing.partner.uid, timezone.now()), UsableKeys)
    bring_back()
    assert isinstance(may_write_to(beijing.partner.uid, timezone.now()), KeysWithheld)


def test_the_doctor_the_desk_and_the_partners_page_say_what_is_held(beijing: Correspondent, guardian: Officer) -> None:
    def finding() -> str:
        with translation.override("en"):
            (found,) = [one for one in health_findings(now=timezone.now()) if one.check == "restore"]
        return found.state

    assert finding() == "well"
    row = bring_back()
    assert finding() == "wrong"
    (item,) = [one for one in desk_items(officer=guardian, now=timezone.now()) if one.kind == "letter.restored"]
    assert item.url == f"/letters/restored/{row.pk}/"
    (line,) = partner_logs(officer=guardian, uid=beijing.partner.uid)
    assert (line.url, line.tone) == (item.url, "attention")
    actions.write_again(actor=guardian, restored_id=row.pk, reason="compared")
    assert finding() == "well"
    assert not [one for one in desk_items(officer=guardian, now=timezone.now()) if one.kind == "letter.restored"]


def test_the_page_says_how_it_stands_and_takes_the_reason_of_who_may_give_one(
    beijing: Correspondent,
    signed: Callable[..., int],
    guardian: Officer,
    officer: Officer,
    signed_in_client: Callable[[Officer], Client],
) -> None:
    signed()
    row = bring_back()
    address = f"/letters/restored/{row.pk}/"
    read = signed_in_client(officer).get(address).content.decode()
    assert "Nothing leaves to this partner" in read
    assert "Let letters leave again" not in read
    client = signed_in_client(guardian)
    assert "Signed decisions that wait" in client.get(address).content.decode()
    assert signed_in_client(officer).post(address, {"reason": "compared"}).status_code == 403
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "compared"}).status_code == 302
    assert str(WRITING_AGAIN["compared"]) in client.get(address).content.decode()
    assert client.get("/letters/restored/9999/").status_code == 404


def test_who_looks_at_what_is_on_its_way_reads_why_it_waits(
    beijing: Correspondent, officer: Officer, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer)
    assert "brought back" not in client.get("/letters/outbox").content.decode()
    row = bring_back()
    page = client.get("/letters/outbox").content.decode()
    assert f"/letters/restored/{row.pk}/" in page
    assert settings.NODE.node_id not in page
