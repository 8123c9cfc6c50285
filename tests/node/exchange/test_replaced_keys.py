"""After this node's or a partner's keys were replaced, what is on its way still arrives, and nothing else."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.conf import settings
from django.test import Client
from django.utils import timezone

from clew.exchange.cards import Card, make_card, read_card
from clew.exchange.keys import key_id
from clew.node import keys_renewing
from clew.node.accounts.actions import NODE, Officer
from clew.node.audit.actions import checkpoint
from clew.node.audit.queries import verify
from clew.node.exchange.actions import read_letter
from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry
from clew.node.keys import KeyRefused, seal_key, sign_key
from clew.node.partners import actions as partners
from clew.node.partners.models import CardOrder, NodeCard, Party
from clew.node.partners.queries import desk_items, own_card, own_cards, upcoming_card, usable_keys
from clew.node.types import BadInput
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def keys_of_the_node(tmp_path: Path) -> Iterator[None]:
    """The suite's node keeps its keys: what a test replaced is put back."""
    before = tmp_path / "keys"
    shutil.copytree(settings.HOME.keys, before)
    yield
    for path in settings.HOME.keys.iterdir():
        path.unlink()
    for path in before.iterdir():
        shutil.copy(path, settings.HOME.keys / path.name)


@pytest.fixture
def card(beijing: Correspondent) -> NodeCard:
    begin = timezone.now().replace(microsecond=0) - DAY
    said = Card(
        settings.NODE.node_id, "Office Vienna (fictional)", "AT", "police", "http://127.0.0.1:8", beijing.node_keys,
        begin, begin + 100 * DAY,
    )  # fmt: skip
    return partners.publish_own_card(actor=NODE, raw=make_card(said, sign_key()))


def renew(lead: dt.timedelta = dt.timedelta(), new_keys: bool = True) -> NodeCard:
    return partners.renew_own_card(actor=NODE, new_keys=new_keys, starts=timezone.now() + lead)


def key_files() -> set[str]:
    return {path.name.split("-")[0] for path in settings.HOME.keys.iterdir()}


def test_the_next_card_is_signed_by_the_present_key_and_its_keys_are_used_from_its_first_moment(
    beijing: Correspondent, card: NodeCard
) -> None:
    before = beijing.node_keys
    new = renew(lead=7 * DAY)
    said = read_card(bytes(new.raw))
    assert said.is_signed_by(before.sign)
    assert said.keys.sign != before.sign
    assert (own_card(), upcoming_card()) == (card, new)
    beijing.work()
    assert beijing.node_keys == before
    beijing.work(after=8 * DAY)
    assert beijing.node_keys == said.keys
    assert own_card(timezone.now() + 8 * DAY) == new
    assert not [name for name in key_files() if name == "next"]


def test_only_a_longer_validity_keeps_the_keys(beijing: Correspondent, card: NodeCard) -> None:
    before = beijing.node_keys
    new = renew(new_keys=False)
    beijing.work()
    assert beijing.node_keys == before == read_card(bytes(new.raw)).keys
    assert new.valid_until > card.valid_until
    assert "former" not in key_files()


def test_a_letter_sealed_to_the_key_before_is_opened_in_its_time_and_not_after(
    beijing: Correspondent, card: NodeCard
) -> None:
    in_time, too_late = beijing.write(), beijing.write()
    renew()
    beijing.work(after=dt.timedelta(seconds=5))
    beijing.send(in_time)
    beijing.work(after=dt.timedelta(seconds=6))
    assert Letter.objects.get(direction="in").state == "quarantined"
    beijing.send(too_late)
    beijing.work(after=61 * DAY)
    assert InboxEntry.objects.order_by("pk").last().code == "wrong-key"  # type: ignore[union-attr]
    assert Letter.objects.filter(direction="in").count() == 1


def test_the_key_before_is_destroyed_when_its_time_is_over_and_that_is_noted(
    beijing: Correspondent, card: NodeCard
) -> None:
    old = seal_key()
    kid = key_id(old.public_key().public_bytes_raw())
    renew()
    beijing.work(after=dt.timedelta(seconds=5))
    now = timezone.now()
    assert keys_renewing.former_seal_key(kid, now, settings.HOME) is not None
    # The time itself forbids it, whether or not the file was removed.
    assert keys_renewing.former_seal_key(kid, now + 61 * DAY, settings.HOME) is None
    beijing.work(after=61 * DAY)
    assert not list(settings.HOME.keys.glob("former-seal-*"))
    card.refresh_from_db()
    assert card.retired is not None


def test_letters_after_the_turn_over_are_signed_with_the_new_keys_and_old_ones_still_verify(
    beijing: Correspondent, card: NodeCard, signed: Callable[..., int], officer: Officer
) -> None:
    signed()
    beijing.work()
    before = Letter.objects.get(direction="out")
    renew()
    beijing.work(after=dt.timedelta(seconds=5))
    signed()
    beijing.work(after=dt.timedelta(seconds=6))
    after = Letter.objects.filter(direction="out").latest("pk")
    opened = beijing.partner.open(bytes(OutboxEntry.objects.get(letter=after).envelope), beijing.node_keys)
    assert opened.header.id == after.uid
    shown = [read_letter(actor=officer, letter_uid=one.uid) for one in (before, after)]
    assert [one is not None and one.outer.holds and one.inner.holds for one in shown] == [True, True]
    assert len({one.fingerprint for one in shown if one is not None}) == 2


@pytest.mark.parametrize("broken_at", ["seal", "transport", "sign", "public"])
def test_a_turn_over_that_was_broken_off_is_finished_the_next_time(
    beijing: Correspondent, card: NodeCard, broken_at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed_before = beijing.write()
    new = renew()
    put = keys_renewing._put_in_place

    def killed(home: object, name: str = "public") -> None:
        if name == broken_at:
            raise KeyboardInterrupt
        put(home, name)  # type: ignore[arg-type]

    monkeypatch.setattr(keys_renewing, "_replace_public" if broken_at == "public" else "_put_in_place", killed)
    with pytest.raises(KeyboardInterrupt):
        beijing.work(after=dt.timedelta(seconds=5))
    monkeypatch.undo()
    beijing.work(after=dt.timedelta(seconds=6))
    assert beijing.node_keys == read_card(bytes(new.raw)).keys
    assert len(list(settings.HOME.keys.glob("former-seal-*"))) == 1
    assert "next" not in key_files()
    beijing.send(sealed_before)
    beijing.work(after=dt.timedelta(seconds=7))
    assert Letter.objects.get(direction="in").state == "quarantined"


def test_keys_whose_card_was_never_kept_are_not_put_in_place(beijing: Correspondent, card: NodeCard) -> None:
    before = beijing.node_keys
    keys_renewing.create_next_keys(settings.HOME)
    beijing.work()
    assert beijing.node_keys == before
    new = renew()
    beijing.work(after=dt.timedelta(seconds=5))
    assert beijing.node_keys == read_card(bytes(new.raw)).keys


def test_a_second_renewal_waits_until_the_first_is_in_place(beijing: Correspondent, card: NodeCard) -> None:
    renew(lead=7 * DAY)
    with pytest.raises(BadInput, match="has not begun"):
        renew()


def test_the_keys_of_a_card_that_has_begun_are_not_thrown_away_by_another_renewal(
    beijing: Correspondent, card: NodeCard
) -> None:
    new = renew()
    NodeCard.objects.filter(pk=new.pk).update(valid_from=timezone.now() - dt.timedelta(seconds=1))
    for new_keys in (True, False):
        with pytest.raises(BadInput, match="not in place yet"):
            renew(new_keys=new_keys)


def test_there_is_no_day_without_a_card(beijing: Correspondent, card: NodeCard) -> None:
    NodeCard.objects.filter(pk=card.pk).update(valid_until=timezone.now() + 3 * DAY)
    assert renew(lead=30 * DAY).valid_from <= timezone.now() + 3 * DAY


def test_a_card_that_has_expired_is_renewed_at_once(beijing: Correspondent, card: NodeCard) -> None:
    NodeCard.objects.filter(pk=card.pk).update(valid_until=timezone.now() - DAY)
    new = renew(lead=30 * DAY)
    assert own_card(timezone.now() + dt.timedelta(seconds=2)) == new


@pytest.mark.parametrize("days", [-1, 91])
def test_a_card_that_would_begin_too_early_or_too_late_is_refused(card: NodeCard, days: int) -> None:
    with pytest.raises(BadInput, match="too early or too late"):
        renew(lead=days * DAY)
    assert own_cards().count() == 1


def test_staff_pages_and_inbound_can_neither_make_nor_read_keys_that_wait(
    card: NodeCard, beijing: Correspondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    kid = key_id(seal_key().public_key().public_bytes_raw())
    renew()
    beijing.work(after=dt.timedelta(seconds=5))
    keys_renewing.create_next_keys(settings.HOME)
    for process in ("web", "inbound"):
        monkeypatch.setenv("CLEW_PROCESS", process)
        for use in (keys_renewing.create_next_keys, keys_renewing.next_keys):
            with pytest.raises(KeyRefused):
                use(settings.HOME)
        with pytest.raises(KeyRefused):
            keys_renewing.former_seal_key(kid, timezone.now(), settings.HOME)


def test_checkpoints_signed_before_still_verify_and_a_stranger_s_do_not(beijing: Correspondent, card: NodeCard) -> None:
    checkpoint(actor=NODE)
    renew()
    beijing.work(after=dt.timedelta(seconds=5))
    checkpoint(actor=NODE)
    assert verify().ok
    for path in settings.HOME.keys.glob("former-transport-*"):
        path.unlink()
    assert "is not this node's" in " ".join(verify().problems)


def test_an_administrator_orders_it_on_the_page_and_the_worker_carries_it_out(
    beijing: Correspondent, card: NodeCard, officer: Officer, officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
) -> None:  # fmt: skip
    client = signed_in_client(officer_factory(roles=["administrator"]))
    url = "/partners/own-card/renew"
    assert signed_in_client(officer).get(url).status_code == 403
    assert client.get(url).status_code == 200
    assert client.get("/partners/own-card/next/file").status_code == 404
    assert client.post(url, {"new_keys": "yes", "lead": "91"}).status_code == 422
    assert client.post(url, {"new_keys": "yes", "lead": "14"}).status_code == 302
    assert client.post(url, {"new_keys": "yes", "lead": "14"}).status_code == 422
    assert "A renewal is ordered" in client.get("/partners/own-card").content.decode()
    assert own_cards().count() == 1
    beijing.work()
    new = upcoming_card()
    assert new is not None
    shown = client.get("/partners/own-card").content.decode()
    assert new.fingerprint in shown
    assert client.get("/partners/own-card/next/file").content == bytes(new.raw)
    assert url not in shown
    beijing.work(after=15 * DAY)
    assert CardOrder.objects.get().problem == ""


def test_an_order_that_cannot_be_carried_out_says_why(
    beijing: Correspondent, card: NodeCard, signed_in_client: Callable[[Officer], Client], officer: Officer
) -> None:
    partners.order_card_renewal(actor=NODE, new_keys=True, starts=timezone.now())
    (settings.HOME.keys / "sign.pem").unlink()
    beijing.work()
    assert "sign.pem" in CardOrder.objects.get().problem
    assert "could not be carried out" in signed_in_client(officer).get("/partners/own-card").content.decode()


def test_the_desk_warns_before_the_own_card_expires(
    beijing: Correspondent, card: NodeCard, officer: Officer, officer_factory: Callable[..., Officer]
) -> None:
    admin = officer_factory(roles=["administrator"])
    for days, said in ((10, []), (50, [False]), (90, [True])):
        for one in (officer, admin):
            items = desk_items(officer=one, now=timezone.now() + days * DAY)
            assert [item.urgent for item in items if item.kind == "card.own_expiring"] == said
    renew(lead=DAY)
    assert not [
        item for item in desk_items(officer=admin, now=timezone.now()) if item.kind == "card.own_expiring"
    ]  # fmt: skip


def renewed(beijing: Correspondent, officer: Officer) -> tuple[Partner, Partner]:
    """Beijing hands over a card with new keys, and an officer approves it; the partner before and after."""
    before = beijing.partner
    after = replace(before)
    after.sign_key, after.transport_key = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    after.seal_key = X25519PrivateKey.generate()
    after.now = timezone.now().replace(microsecond=0)
    card = replace(read_card(after.card()), valid_from=after.now - dt.timedelta(minutes=1))
    partners.import_card(actor=officer, raw=make_card(card, after.sign_key, previous=before.sign_key))
    partners.approve_renewal(actor=officer, party_uid=before.uid)
    return before, after


@pytest.fixture
def liaison(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["liaison_officer", "investigator"])


def test_what_a_partner_signed_before_it_renewed_is_still_taken_and_verifies(
    beijing: Correspondent, liaison: Officer
) -> None:
    on_its_way = beijing.write()
    _before, after = renewed(beijing, liaison)
    assert beijing.send(on_its_way).code == ""
    beijing.work()
    letter = Letter.objects.get()
    assert letter.state == "quarantined"
    beijing.partner = after
    after.sent, after.previous = 1, letter.digest
    beijing.send(beijing.write())
    beijing.work()
    assert Letter.objects.count() == 2
    shown = [read_letter(actor=liaison, letter_uid=one.uid) for one in Letter.objects.order_by("pk")]
    assert [one is not None and one.outer.holds and one.inner.holds for one in shown] == [True, True]


def test_what_the_keys_before_sign_is_refused_once_their_card_is_revoked(
    beijing: Correspondent, liaison: Officer
) -> None:
    before, _after = renewed(beijing, liaison)
    old = NodeCard.objects.filter(party__uid=before.uid).order_by("pk")[0]
    partners.revoke_card(actor=liaison, card_id=old.pk, reason="Stolen")
    assert beijing.send(beijing.write()).code == "not-accepted"
    assert not InboxEntry.objects.exists()


def test_a_receipt_that_the_partner_signed_with_its_key_before_still_confirms(
    beijing: Correspondent, signed: Callable[..., int], liaison: Officer
) -> None:
    signed()
    beijing.lose_answers = True
    beijing.work()
    renewed(beijing, liaison)
    beijing.lose_answers = False
    assert beijing.work(after=dt.timedelta(minutes=1)).delivered == 1


def test_a_suspended_party_has_no_keys_whatever_cards_it_has(beijing: Correspondent, liaison: Officer) -> None:
    renewed(beijing, liaison)
    Party.objects.filter(uid=beijing.partner.uid).update(status="suspended")
    assert not hasattr(usable_keys(beijing.partner.uid, timezone.now()), "former")
