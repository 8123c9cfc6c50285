"""A partner's card is renewed: who sees what, and which keys are used when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.exchange.cards import make_card, read_card
from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Officer
from clew.node.certificate import make_certificate
from clew.node.partners import actions, queries
from clew.node.partners.models import NodeCard, Party
from clew.node.partners.queries import UsableKeys, desk_items
from clew.node.types import BadInput
from tests.node.partners.conftest import ForeignNode, foreign, known

SOON = dt.timedelta(hours=-1)
WEEK = dt.timedelta(days=7)


def keys(uid: str, after: dt.timedelta = dt.timedelta()) -> UsableKeys:
    found = queries.usable_keys(uid, timezone.now() + after)
    assert isinstance(found, UsableKeys), found
    return found


def sign_of(node: ForeignNode) -> bytes:
    return node.sign.public_key().public_bytes_raw()


def kinds(officer: Officer) -> list[str]:
    return [one.kind for one in desk_items(officer=officer, now=timezone.now())]


@pytest.fixture
def partner(officer: Officer) -> ForeignNode:
    node = foreign()
    known(node, officer)
    return node


def test_a_card_that_the_known_key_signed_is_approved_without_a_call(officer: Officer, partner: ForeignNode) -> None:
    raw, after = partner.renewed(starts_in=SOON, url="http://partner.localhost:9000")
    actions.import_card(actor=officer, raw=raw)
    assert keys(partner.uid).sign == sign_of(partner)
    assert kinds(officer) == ["card.renewal"]
    actions.approve_renewal(actor=officer, party_uid=partner.uid)
    assert keys(partner.uid).sign == sign_of(after)
    assert keys(partner.uid).inbound_url == "http://partner.localhost:9000"
    assert kinds(officer) == []


def test_a_longer_validity_with_the_same_keys_is_a_renewal_too(officer: Officer, partner: ForeignNode) -> None:
    before = keys(partner.uid)
    actions.import_card(actor=officer, raw=partner.card(starts_in=SOON, valid=dt.timedelta(days=900)))
    actions.approve_renewal(actor=officer, party_uid=partner.uid)
    after = queries.usable_keys(partner.uid, timezone.now() + dt.timedelta(days=800))
    assert isinstance(after, UsableKeys)
    assert after.sign == before.sign


def test_a_card_that_the_known_key_did_not_sign_is_treated_as_a_new_partner_s(
    officer: Officer, partner: ForeignNode, client: Client
) -> None:
    thief = foreign(uid=partner.uid)
    card = actions.import_card(actor=officer, raw=thief.card(starts_in=SOON))
    assert kinds(officer) == ["card.unsigned"]
    with pytest.raises(BadInput, match="did not sign"):
        actions.approve_renewal(actor=officer, party_uid=partner.uid)
    shown = client.get(f"/partners/{partner.uid}/").content.decode()
    assert "it may be a forgery" in shown
    assert client.get(f"/partners/{partner.uid}/renewal").status_code == 302
    assert keys(partner.uid).sign == sign_of(partner)
    actions.confirm_party(actor=officer, party_uid=partner.uid, typed=" ".join(card.fingerprint.split()[-4:]))
    found = keys(partner.uid)
    assert found.sign == sign_of(thief)
    # Nobody vouched for the change: nothing that the key before signed is taken any more.
    assert found.former == ()


def test_a_revoked_or_expired_key_vouches_for_nothing(officer: Officer) -> None:
    for spoil in ("revoke", "expire", "revoke later"):
        node = foreign()
        known(node, officer)
        card = NodeCard.objects.get(party__uid=node.uid)
        raw, _after = node.renewed(starts_in=SOON)
        if spoil == "revoke":
            actions.revoke_card(actor=officer, card_id=card.pk, reason="Stolen")
        if spoil == "expire":
            NodeCard.objects.filter(pk=card.pk).update(valid_until=timezone.now())
        actions.import_card(actor=officer, raw=raw)
        if spoil == "revoke later":
            actions.revoke_card(actor=officer, card_id=card.pk, reason="Stolen")
        with pytest.raises(BadInput, match="did not sign"):
            actions.approve_renewal(actor=officer, party_uid=node.uid)


def test_a_renewed_card_may_be_approved_before_it_begins_and_is_used_from_then_on(
    officer: Officer, partner: ForeignNode
) -> None:
    raw, after = partner.renewed(starts_in=WEEK)
    actions.import_card(actor=officer, raw=raw)
    actions.approve_renewal(actor=officer, party_uid=partner.uid)
    assert keys(partner.uid).sign == sign_of(partner)
    assert queries.card_of(partner.uid) == keys(partner.uid).card
    assert keys(partner.uid, WEEK).sign == sign_of(after)


@pytest.mark.parametrize("days", [1, 89])
def test_a_stranger_s_card_that_has_not_begun_is_refused(officer: Officer, partner: ForeignNode, days: int) -> None:
    begins = dt.timedelta(days=days)
    for raw in (foreign().card(starts_in=begins), foreign(uid=partner.uid).card(starts_in=begins)):
        with pytest.raises(BadInput, match="not-valid-now"):
            actions.import_card(actor=officer, raw=raw)
    assert NodeCard.objects.count() == 1
    assert Party.objects.count() == 1


def test_a_renewed_card_that_begins_too_far_ahead_is_refused(officer: Officer, partner: ForeignNode) -> None:
    with pytest.raises(BadInput, match="not-valid-now"):
        actions.import_card(actor=officer, raw=partner.renewed(starts_in=dt.timedelta(days=91))[0])


def test_for_five_weeks_what_the_keys_before_signed_is_still_taken(officer: Officer, partner: ForeignNode) -> None:
    raw, _after = partner.renewed(starts_in=SOON)
    before = keys(partner.uid)
    actions.import_card(actor=officer, raw=raw)
    actions.approve_renewal(actor=officer, party_uid=partner.uid)
    (former,) = keys(partner.uid).former
    assert (former.sign, former.transport) == (before.sign, before.transport)
    assert keys(partner.uid, dt.timedelta(days=34)).former
    assert keys(partner.uid, dt.timedelta(days=36)).former == ()
    old = NodeCard.objects.order_by("pk")[0]
    actions.revoke_card(actor=officer, card_id=old.pk, reason="Stolen")
    assert keys(partner.uid).former == ()


def test_a_renewed_card_cannot_be_approved_without_the_permission_or_twice(
    officer: Officer, caseless: Officer, partner: ForeignNode
) -> None:
    actions.import_card(actor=officer, raw=partner.renewed(starts_in=SOON)[0])
    with pytest.raises(Refused):
        actions.approve_renewal(actor=caseless, party_uid=partner.uid)
    actions.approve_renewal(actor=officer, party_uid=partner.uid)
    with pytest.raises(BadInput):
        actions.approve_renewal(actor=officer, party_uid=partner.uid)


def test_approval_keeps_who_vouched_and_does_not_lift_a_suspension(officer: Officer, own: str) -> None:
    facilitator, node = known(foreign(kind="io"), officer), foreign()
    introduction = actions.receive_introduction(
        actor=officer, facilitator_uid=facilitator, card=node.card(), letter_uid="f" * 32, reason="Meet"
    )
    actions.accept_introduction(actor=officer, introduction_id=introduction.pk, reason="Known")
    actions.suspend_party(actor=officer, party_uid=node.uid, reason="A question")
    actions.import_card(actor=officer, raw=node.renewed(starts_in=SOON)[0])
    actions.approve_renewal(actor=officer, party_uid=node.uid)
    party = queries.party(node.uid)
    assert party is not None
    assert (party.vouched_by, party.status) == (facilitator, "suspended")
    assert not isinstance(queries.usable_keys(node.uid, timezone.now()), UsableKeys)


def test_a_renewed_card_is_approved_through_the_pages(
    client: Client, officer: Officer, partner: ForeignNode, caseless: Officer,
    signed_in_client: Callable[[Officer], Client],
) -> None:  # fmt: skip
    raw, after = partner.renewed(starts_in=WEEK, url="http://new.localhost:1")
    assert client.post("/partners/add", {"card": SimpleUploadedFile("a.card", raw)}).status_code == 302
    assert f"/partners/{partner.uid}/renewal" in client.get(f"/partners/{partner.uid}/").content.decode()
    shown = client.get(f"/partners/{partner.uid}/renewal").content.decode()
    assert "This card is signed by the key that was confirmed on" in shown
    assert "http://new.localhost:1" in shown
    assert signed_in_client(caseless).get(f"/partners/{partner.uid}/renewal").status_code == 403
    assert client.post(f"/partners/{partner.uid}/renewal").status_code == 302
    assert "Approved, begins later" in client.get(f"/partners/{partner.uid}/").content.decode()
    assert client.get(f"/partners/{partner.uid}/renewal").status_code == 302
    assert client.get("/partners/nobody/renewal").status_code == 404
    assert keys(partner.uid, WEEK).sign == sign_of(after)


def test_a_key_revoked_while_the_page_was_open_approves_nothing(
    client: Client, officer: Officer, partner: ForeignNode
) -> None:
    actions.import_card(actor=officer, raw=partner.renewed(starts_in=SOON)[0])
    assert client.get(f"/partners/{partner.uid}/renewal").status_code == 200
    pinned = NodeCard.objects.exclude(confirmed=None).get()
    actions.revoke_card(actor=officer, card_id=pinned.pk, reason="Stolen")
    assert client.post(f"/partners/{partner.uid}/renewal").status_code == 302
    assert queries.card_of(partner.uid) is None


@pytest.mark.parametrize(("days", "on_desk", "urgent"), [(61, False, False), (59, True, False), (13, True, True)])
def test_a_partner_s_card_that_expires_is_on_the_desk(
    officer: Officer, caseless: Officer, days: int, on_desk: bool, urgent: bool
) -> None:
    known(foreign(), officer, valid=dt.timedelta(days=days + 1))
    found = [one for one in desk_items(officer=officer, now=timezone.now()) if one.kind == "card.expiring"]
    assert [one.urgent for one in found] == ([urgent] if on_desk else [])
    assert not desk_items(officer=caseless, now=timezone.now())


def test_a_card_that_a_later_one_replaces_is_not_said_to_expire(officer: Officer) -> None:
    node = foreign()
    known(node, officer, valid=dt.timedelta(days=20))
    assert kinds(officer) == ["card.expiring"]
    actions.import_card(actor=officer, raw=node.renewed(starts_in=SOON)[0])
    assert kinds(officer) == ["card.renewal"]


def test_a_renewal_signed_for_another_party_counts_for_nothing(officer: Officer, partner: ForeignNode) -> None:
    other = foreign()
    known(other, officer)
    raw, _after = replace(other, uid=partner.uid).renewed(starts_in=SOON)
    actions.import_card(actor=officer, raw=raw)
    with pytest.raises(BadInput, match="did not sign"):
        actions.approve_renewal(actor=officer, party_uid=partner.uid)


def with_certificate(days: int) -> None:
    """This node's own card, of a year, with a TLS certificate that ends in so many days."""
    now = timezone.now().replace(microsecond=0)
    node = foreign(uid=settings.NODE.node_id)
    made = make_certificate(settings.HOME, now=now, until=now + dt.timedelta(days=days))
    card = replace(read_card(node.card()), certificate=made.certificate)
    actions.publish_own_card(actor=NODE, raw=make_card(card, node.sign))


SAID = "The TLS certificate of inbound ends on"


@pytest.mark.parametrize(("days", "said"), [(100, True), (400, False)])
def test_the_own_card_and_its_renewal_say_that_the_certificate_ends_before_the_card(
    officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
    days: int,
    said: bool,
) -> None:
    with_certificate(days)
    client = signed_in_client(officer_factory(roles=["administrator"]))
    for page in ("own_card", "own_card_renew"):
        answer = client.get(reverse(f"partners:{page}"))
        assert answer.status_code == 200
        assert (SAID in answer.content.decode()) is said


def test_an_own_card_without_a_certificate_says_nothing_of_one(own: str, client: Client) -> None:
    assert SAID not in client.get(reverse("partners:own_card")).content.decode()
