from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from clew.exchange.cards import CardPost
from clew.node.accounts.actions import Refused
from clew.node.accounts.models import Officer
from clew.node.partners import actions, queries
from clew.node.partners.models import NodeCard, Party
from clew.node.partners.queries import KeysWithheld, UsableKeys
from clew.node.types import BadInput
from tests.node.partners.conftest import foreign, known


def why(uid: str) -> str:
    keys = queries.usable_keys(uid, timezone.now())
    return keys.code if isinstance(keys, KeysWithheld) else "usable"


def test_a_card_is_trusted_with_nothing_until_a_human_compares(officer: Officer) -> None:
    node = foreign()
    actions.import_card(actor=officer, raw=node.card())
    assert why(node.uid) == "unconfirmed"
    party = queries.party(node.uid)
    assert party is not None
    assert party.inbound_url == ""


def test_the_right_digits_pin_the_keys(officer: Officer) -> None:
    node = foreign()
    uid = known(node, officer)
    keys = queries.usable_keys(uid, timezone.now())
    assert isinstance(keys, UsableKeys)
    assert keys.sign == node.sign.public_key().public_bytes_raw()
    assert keys.inbound_url == "http://partner.localhost:8401"
    assert Party.objects.get(uid=uid).confirmed_by == officer


@pytest.mark.parametrize("slip", ["", "12345", "first", "swapped", "short"])
def test_other_digits_pin_nothing(officer: Officer, slip: str) -> None:
    node = foreign()
    groups = actions.import_card(actor=officer, raw=node.card()).fingerprint.split()
    typed = {"first": " ".join(groups[:4]), "swapped": " ".join(groups[:-5:-1]), "short": " ".join(groups[-3:])}
    with pytest.raises(BadInput) as fault:
        actions.confirm_party(actor=officer, party_uid=node.uid, typed=typed.get(slip, slip))
    assert fault.value.field == "typed"
    assert why(node.uid) == "unconfirmed"


def test_a_new_card_changes_nothing_until_it_is_compared(officer: Officer) -> None:
    node = foreign()
    known(node, officer)
    before = queries.usable_keys(node.uid, timezone.now())
    later = node.card(starts_in=dt.timedelta(hours=-1), url="http://elsewhere.localhost:1")
    actions.import_card(actor=officer, raw=later)
    assert queries.usable_keys(node.uid, timezone.now()) == before


def test_an_older_card_cannot_come_back(officer: Officer) -> None:
    node = foreign()
    old = node.card(starts_in=dt.timedelta(days=-9))
    known(node, officer)
    with pytest.raises(BadInput, match="not newer"):
        actions.import_card(actor=officer, raw=old)


def test_the_same_card_twice_is_said(officer: Officer) -> None:
    card = foreign().card()
    actions.import_card(actor=officer, raw=card)
    with pytest.raises(BadInput, match="already"):
        actions.import_card(actor=officer, raw=card)
    assert NodeCard.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", ""),
        (b"x" * 70_000, "too-large"),
        ("ü".encode(), "bad-text"),
        (b"a.b.c", ""),
        (b"PK\x03\x04" + b"\0" * 100, ""),
    ],
)
def test_a_hostile_card_is_refused_with_code_and_sentence_and_changes_nothing(
    officer: Officer, raw: bytes, code: str
) -> None:
    with pytest.raises(BadInput) as fault:
        actions.import_card(actor=officer, raw=raw)
    assert fault.value.field == "card"
    assert code in fault.value.problem
    assert not Party.objects.exists()


def test_a_changed_or_expired_card_is_refused(officer: Officer) -> None:
    node = foreign()
    head, body, signature = node.card().decode().split(".")
    other = node.card(url="http://evil.localhost:1").decode().split(".")[1]
    for raw in (f"{head}.{other}.{signature}", f"{head}.{body}.{signature[:-4]}AAAA"):
        with pytest.raises(BadInput):
            actions.import_card(actor=officer, raw=raw.encode())
    with pytest.raises(BadInput, match="not-valid-now"):
        actions.import_card(actor=officer, raw=node.card(starts_in=dt.timedelta(days=-9), valid=dt.timedelta(days=1)))
    assert not Party.objects.exists()


def test_a_card_of_an_unknown_country_or_kind_is_refused(officer: Officer) -> None:
    for node in (foreign(country="ZZ"), foreign(kind="nonsense")):
        with pytest.raises(BadInput):
            actions.import_card(actor=officer, raw=node.card())


def test_a_card_cannot_claim_to_be_this_node(officer: Officer, own: str) -> None:
    with pytest.raises(BadInput, match="your own"):
        actions.import_card(actor=officer, raw=foreign(uid=own).card())


def test_a_card_cannot_take_over_another_party_s_post(officer: Officer) -> None:
    post = CardPost("a" * 32, "Liaison officer, Vienna", "embassy_liaison", "AT")
    known(foreign(), officer, posts=(post,))
    thief = foreign(name="Thief (fictional)")
    with pytest.raises(BadInput, match="another party"):
        known(thief, officer, posts=(post,))
    found = queries.party("a" * 32)
    assert found is not None
    assert found.parent_uid != thief.uid


def test_a_post_has_its_organisation_s_country_and_keys_and_a_seat_of_its_own(officer: Officer) -> None:
    node = foreign()
    known(node, officer)
    post = actions.add_post(
        actor=officer, parent_uid=node.uid, name="Embassy", kind="embassy_liaison", seat_country="AT"
    )
    found = queries.party(post.uid)
    assert found is not None
    assert (found.country, found.seat_country, found.kind) == ("CN", "AT", "police")
    assert why(post.uid) == "usable"


def test_no_keys_for_a_suspended_party_or_its_posts_until_it_is_reinstated(officer: Officer) -> None:
    node = foreign()
    known(node, officer)
    post = actions.add_post(actor=officer, parent_uid=node.uid, name="Post", kind="consulate", seat_country="AT")
    actions.suspend_party(actor=officer, party_uid=node.uid, reason="Key stolen")
    assert (why(node.uid), why(post.uid)) == ("suspended", "suspended")
    actions.reinstate_party(actor=officer, party_uid=node.uid, reason="Found again")
    assert (why(node.uid), why(post.uid)) == ("usable", "usable")


def test_suspending_needs_a_reason(officer: Officer) -> None:
    uid = known(foreign(), officer)
    with pytest.raises(BadInput):
        actions.suspend_party(actor=officer, party_uid=uid, reason="  ")
    assert why(uid) == "usable"


def test_a_revoked_card_is_not_replaced_by_an_older_one(officer: Officer) -> None:
    node = foreign()
    known(node, officer, starts_in=dt.timedelta(days=-9))
    known(node, officer, starts_in=dt.timedelta(days=-1))
    newest = NodeCard.objects.order_by("-pk").first()
    assert newest is not None
    actions.revoke_card(actor=officer, card_id=newest.pk, reason="Key stolen")
    assert why(node.uid) == "revoked"
    assert queries.card_of(node.uid) is None


def test_keys_expire_with_the_card(officer: Officer) -> None:
    uid = known(foreign(), officer)
    then = queries.usable_keys(uid, timezone.now() + dt.timedelta(days=400))
    assert isinstance(then, KeysWithheld)
    assert then.code == "expired"
    before = queries.usable_keys(uid, timezone.now() - dt.timedelta(days=40))
    assert isinstance(before, KeysWithheld)
    assert before.code == "not-yet-valid"


def test_an_unknown_party_has_no_keys(db: None) -> None:
    assert why("nobody") == "unknown"


def test_who_may_not_confirm_is_refused(officer: Officer, caseless: Officer) -> None:
    node = foreign()
    card = actions.import_card(actor=officer, raw=node.card())
    with pytest.raises(Refused):
        actions.confirm_party(actor=caseless, party_uid=node.uid, typed=" ".join(card.fingerprint.split()[-4:]))
    assert why(node.uid) == "unconfirmed"


def test_own_card_is_kept_and_is_no_partner(own: str) -> None:
    card = queries.own_card()
    assert card is not None
    assert card.party.uid == own
    assert not queries.parties().exists()


def test_only_this_node_s_card_is_published(db: None) -> None:
    from clew.node.accounts.actions import NODE

    with pytest.raises(BadInput):
        actions.publish_own_card(actor=NODE, raw=foreign().card())
