"""A renewed card goes to partners by letter, and theirs come here; nothing counts before an officer has approved it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from clew.exchange.cards import make_card, read_card
from clew.node.accounts.actions import NODE, Officer
from clew.node.audit.models import AuditEntry
from clew.node.exchange.models import InboxEntry, OutboxEntry
from clew.node.keys import sign_key
from clew.node.partners import actions as partners
from clew.node.partners.models import NodeCard, Party
from clew.node.partners.queries import desk_items, own_card, usable_keys
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Correspondent, enter
from tests.node.exchange.test_replaced_keys import card, keys_of_the_node, renew

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
__all__ = ["card", "keys_of_the_node"]


def rotations(beijing: Correspondent) -> list[dict[str, object]]:
    return [dict(letter.body) for letter in beijing.letters() if letter.header.type == "key-rotate"]


def next_card(beijing: Correspondent, *, by: Ed25519PrivateKey | None, **changes: object) -> bytes:
    """A card of Beijing with a new sign key, for which `by` vouches."""
    after = Ed25519PrivateKey.generate()
    begin = timezone.now().replace(microsecond=0) + DAY
    said = read_card(beijing.partner.card())
    keys = replace(said.keys, sign=after.public_key().public_bytes_raw())
    said = replace(said, keys=keys, valid_from=begin, valid_until=begin + 700 * DAY, **changes)  # type: ignore[arg-type]
    return make_card(said, after, previous=by)


def rotate(beijing: Correspondent, raw: bytes) -> InboxEntry:
    """Beijing sends the card in a letter, which is opened here."""
    now = timezone.now().replace(microsecond=0).isoformat().replace("+00:00", "Z")
    content = {
        "type": "key-rotate", "serial": 1, "effective": now, "card": raw.decode(), "reason": "planned", "approvals": [],
    }  # fmt: skip
    beijing.send(beijing.write(content, thread="", deadline=None, decision=None))
    beijing.work()
    return InboxEntry.objects.latest("pk")


def test_a_renewed_card_goes_to_each_confirmed_partner_once(beijing: Correspondent, card: NodeCard) -> None:
    beijing.work()
    assert rotations(beijing) == []
    new = renew(lead=7 * DAY)
    for _round in range(3):
        beijing.work()
    (said,) = rotations(beijing)
    assert str(said["card"]).encode() == bytes(new.raw)
    assert said["reason"] == "planned"
    assert AuditEntry.objects.filter(act="exchange.send_card", object_id=beijing.partner.uid).count() == 1
    # A partner that was confirmed only later was given the newest card by hand.
    late = Partner("Sofia", country="BG")
    enter(late)
    Party.objects.filter(uid=late.uid).update(confirmed=timezone.now() + dt.timedelta(minutes=1))
    beijing.work()
    assert not OutboxEntry.objects.filter(party=late.uid, kind="key-rotate").exists()


def test_a_card_with_new_keys_that_began_at_once_does_not_go_by_letter_for_nobody_could_verify_it(
    beijing: Correspondent, card: NodeCard
) -> None:
    renew()
    beijing.work(after=dt.timedelta(seconds=5))
    assert rotations(beijing) == []


def test_a_card_that_is_only_valid_longer_goes_too(beijing: Correspondent, card: NodeCard) -> None:
    same = replace(read_card(bytes(card.raw)), valid_from=timezone.now().replace(microsecond=0))
    partners.publish_own_card(actor=NODE, raw=make_card(same, sign_key()))
    beijing.work(after=dt.timedelta(seconds=5))
    assert len(rotations(beijing)) == 1


def test_contact_points_that_were_changed_here_stand_on_the_renewed_card(
    beijing: Correspondent, card: NodeCard
) -> None:
    points = [{"kind": "duty phone", "value": "+43 1 0", "note": ""}]
    partners.set_contacts(actor=NODE, party_uid=card.party.uid, contacts=points)
    renewed = read_card(bytes(renew(new_keys=False).raw))
    assert [dict(one) for one in renewed.contacts] == points
    found = own_card()
    assert found is not None
    assert found.party.contacts == points


def test_a_partners_card_that_comes_by_letter_waits_for_an_officer(
    beijing: Correspondent, officer_factory: Callable[..., Officer]
) -> None:
    raw = next_card(beijing, by=beijing.partner.sign_key)
    before = usable_keys(beijing.partner.uid, timezone.now())
    assert rotate(beijing, raw).state == "done"
    found = NodeCard.objects.get(raw=raw)
    assert (found.confirmed, bool(found.renews)) == (None, True)
    assert usable_keys(beijing.partner.uid, timezone.now()) == before
    liaison = officer_factory(roles=["liaison_officer"], username="lisa")
    kinds = [item.kind for item in desk_items(officer=liaison, now=timezone.now())]
    assert "card.renewal" in kinds
    assert rotate(beijing, raw).state == "done"
    assert NodeCard.objects.filter(raw=raw).count() == 1


def test_a_card_that_the_confirmed_key_did_not_sign_or_of_another_party_is_refused_and_changes_nothing(
    beijing: Correspondent,
) -> None:
    other = Partner("Sofia", country="BG")
    enter(other)
    cards = NodeCard.objects.count()
    old = replace(read_card(beijing.partner.card()), valid_from=timezone.now().replace(microsecond=0) - 9 * DAY)
    for raw in (
        next_card(beijing, by=Ed25519PrivateKey.generate()),
        next_card(beijing, by=None),
        next_card(beijing, by=beijing.partner.sign_key, uid=other.uid),
        make_card(old, beijing.partner.sign_key),
    ):
        entry = rotate(beijing, raw)
        assert (entry.state, entry.code, entry.where) == ("rejected", "bad-field", "body/card")
    assert NodeCard.objects.count() == cards
