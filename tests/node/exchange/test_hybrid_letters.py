"""Suite 2 between two nodes: off until both cards list it, then used both ways, and its keys are replaced like all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.conf import settings
from django.utils import timezone

from clew.exchange.cards import read_card
from clew.exchange.hybrid import HybridKey
from clew.exchange.keys import PublicKeys
from clew.exchange.sealing import open_sealed, read_outer
from clew.exchange.suites import CLASSICAL, HYBRID
from clew.node.accounts.actions import NODE
from clew.node.audit.models import AuditEntry
from clew.node.exchange.models import Letter
from clew.node.keys import KeyRefused, create_hybrid_key, hybrid_key, transport_public_key
from clew.node.keys_renewing import former_seal_key
from clew.node.partners import actions as partners
from clew.node.partners.actions import renew_own_card
from clew.node.partners.models import NodeCard, Party
from clew.node.partners.queries import own_card, usable_keys
from tests.exchange.partner import Partner, secret
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.test_replaced_keys import card as card
from tests.node.exchange.test_replaced_keys import keys_of_the_node as keys_of_the_node

pytestmark = pytest.mark.django_db
THEIRS = HybridKey(secret("Beijing", "hybrid"))
SOON = dt.timedelta(seconds=5)


def renew(hybrid: bool | None = None, new_keys: bool = False) -> NodeCard:
    return renew_own_card(actor=NODE, new_keys=new_keys, starts=timezone.now(), hybrid=hybrid)


def they_list_it(beijing: Correspondent) -> None:
    """The partner's pinned card lists suite 2 from now on."""
    partner = beijing.partner
    raw = partner.card(keys=replace(partner.keys, hybrid=THEIRS.public), suites=(1, 2))
    NodeCard.objects.filter(party__uid=partner.uid).update(raw=raw, hybrid_key=read_card(raw).keys.hybrid)


def last_sent(beijing: Correspondent, after: dt.timedelta) -> tuple[int, bytes]:
    """The suite of the last letter with content that the partner got, and the letter as it opens it."""
    beijing.work(after=after)
    opened = []
    for envelope in map(read_outer, beijing.got):
        key = THEIRS if envelope.suite == HYBRID else beijing.partner.seal_key
        opened.append((envelope.suite, open_sealed(envelope, seal_key=key, sign_key=beijing.node_keys.sign).raw))
    # The renewed card goes to the partner too, in a letter of its own.
    return [one for one in opened if b"key-rotate" not in one[1]][-1]


def test_suite_2_is_used_once_both_sides_list_it_and_not_before(
    beijing: Correspondent, card: NodeCard, signed: Callable[..., int]
) -> None:
    signed()
    assert last_sent(beijing, dt.timedelta())[0] == CLASSICAL
    they_list_it(beijing)
    signed()
    assert last_sent(beijing, SOON)[0] == CLASSICAL, "this node's own card does not list it yet"
    renew(hybrid=True)
    signed()
    suite, raw = last_sent(beijing, 2 * SOON)
    assert suite == HYBRID
    assert Letter.objects.filter(direction="out").count() == 3
    assert b"AT-2026-1" in raw


def test_a_node_that_lists_it_writes_in_suite_1_to_a_partner_that_does_not(
    beijing: Correspondent, card: NodeCard, signed: Callable[..., int]
) -> None:
    renew(hybrid=True)
    signed()
    assert last_sent(beijing, SOON)[0] == CLASSICAL


def write_hybrid(beijing: Correspondent, public: bytes) -> bytes:
    partner = beijing.partner
    partner.now = timezone.now().replace(microsecond=0)
    raw = partner.write(settings.NODE.node_id)
    return partner.seal(raw, settings.NODE.node_id, public, suite=HYBRID).raw


def test_a_letter_of_suite_2_is_opened_and_quarantined_like_any_other(beijing: Correspondent, card: NodeCard) -> None:
    new = renew(hybrid=True)
    public = read_card(bytes(new.raw)).keys.hybrid
    beijing.send(write_hybrid(beijing, public))
    beijing.work(after=SOON)
    assert Letter.objects.get(direction="in").state == "quarantined"


def test_one_sealed_to_a_hybrid_key_that_this_node_never_had_is_refused_and_kept(
    beijing: Correspondent, card: NodeCard
) -> None:
    renew(hybrid=True)
    beijing.send(write_hybrid(beijing, THEIRS.public))
    beijing.work(after=SOON)
    assert not Letter.objects.filter(direction="in").exists()


def test_a_renewed_card_lists_what_the_one_before_lists(card: NodeCard) -> None:
    first = renew(hybrid=True)
    again = read_card(bytes(renew().raw))
    assert (again.suites, again.keys.hybrid) == ((1, 2), bytes(first.hybrid_key))
    assert AuditEntry.objects.filter(act="partners.renew_own_card").count() == 2


def test_a_card_that_no_longer_lists_it_leaves_the_key_for_what_is_on_its_way(card: NodeCard) -> None:
    renew(hybrid=True)
    off = renew(hybrid=False)
    assert (read_card(bytes(off.raw)).suites, bytes(off.hybrid_key)) == ((1,), b"")
    assert hybrid_key(settings.HOME) is not None


def test_a_card_lists_suite_1_alone_unless_somebody_asked_for_more(card: NodeCard) -> None:
    new = renew()
    assert (read_card(bytes(new.raw)).suites, bytes(new.hybrid_key)) == ((1,), b"")
    assert hybrid_key(settings.HOME) is None


def test_a_replaced_hybrid_key_opens_in_its_time_and_is_destroyed_after(beijing: Correspondent, card: NodeCard) -> None:
    old = read_card(bytes(renew(hybrid=True).raw)).keys.hybrid
    before = hybrid_key(settings.HOME)
    assert before is not None
    in_time = write_hybrid(beijing, old)
    renew(new_keys=True)
    beijing.work(after=SOON)
    present = hybrid_key(settings.HOME)
    assert present is not None
    assert present.public == bytes(own_card(timezone.now() + SOON).hybrid_key) != old  # type: ignore[union-attr]
    beijing.send(in_time)
    beijing.work(after=2 * SOON)
    assert Letter.objects.get(direction="in").state == "quarantined"
    assert former_seal_key(before.kid, timezone.now(), settings.HOME) is not None
    beijing.work(after=dt.timedelta(days=61))
    assert not list(settings.HOME.keys.glob("former-hybrid-*"))


def test_the_process_that_partners_reach_may_not_read_the_hybrid_key(monkeypatch: pytest.MonkeyPatch) -> None:
    create_hybrid_key(settings.HOME)
    monkeypatch.setenv("CLEW_PROCESS", "inbound")
    with pytest.raises(KeyRefused):
        hybrid_key(settings.HOME)
    assert transport_public_key(settings.HOME)


def test_a_hybrid_key_that_was_cut_short_is_no_key() -> None:
    (settings.HOME.keys / "hybrid.key").write_bytes(b"short")
    with pytest.raises(KeyRefused, match="32 bytes"):
        hybrid_key(settings.HOME)


def test_a_partner_s_card_brings_its_hybrid_key_into_the_directory(beijing: Correspondent) -> None:
    they_list_it(beijing)
    keys = usable_keys(beijing.partner.uid, timezone.now())
    assert keys.hybrid == THEIRS.public  # type: ignore[union-attr]


def test_a_card_that_is_read_from_a_file_keeps_its_hybrid_key(db: None) -> None:
    sofia = Partner("Sofia", "BG", now=timezone.now().replace(microsecond=0))
    keys = PublicKeys(sofia.keys.sign, sofia.keys.seal, sofia.keys.transport, THEIRS.public)
    added = partners.import_card(actor=NODE, raw=sofia.card(keys=keys, suites=(1, 2)))
    assert bytes(added.hybrid_key) == THEIRS.public
    assert Party.objects.get(uid=sofia.uid).status == "unconfirmed"
