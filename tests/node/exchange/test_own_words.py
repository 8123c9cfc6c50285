"""A party says of itself that it is suspended or leaves: it counts at once, and only a compared card takes it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.exchange.cards import CardPost, make_card, read_card
from clew.exchange.kinds.governance import approve
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.audit.queries import verify
from clew.node.cases.models import Case, Task
from clew.node.exchange import actions
from clew.node.exchange.models import Announcement, InboxEntry, Letter, OutboxEntry, Transit
from clew.node.partners import actions as partners
from clew.node.partners.models import NodeCard, OwnWord, Party
from clew.node.partners.queries import KeysWithheld, desk_items, usable_keys
from clew.node.types import BadInput
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Correspondent, enter
from tests.node.exchange.test_carrying import Line, letter_for, line, sofia
from tests.node.exchange.test_replaced_keys import card, keys_of_the_node, renew

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
__all__ = ["card", "keys_of_the_node", "line", "sofia"]


@pytest.fixture
def liaison(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["liaison_officer", "investigator"], username="lisa")


@pytest.fixture
def post(beijing: Correspondent, liaison: Officer) -> Party:
    return partners.add_post(
        actor=liaison, parent_uid=beijing.partner.uid, name="Embassy (fictional)", kind="embassy_liaison",
        seat_country="AT",
    )  # fmt: skip


def word(beijing: Correspondent, **changes: Any) -> dict[str, Any]:
    """What Beijing says of itself, approved with its own sign key."""
    moment = timezone.now().replace(microsecond=0).isoformat().replace("+00:00", "Z")
    said = {
        "type": "suspend", "serial": 7, "effective": moment, "party": beijing.partner.uid, "action": "suspend",
        "reason": "own-request", **changes,
    }  # fmt: skip
    return {**said, "approvals": [asdict(approve(said, beijing.partner.uid, beijing.partner.sign_key))]}


def say(beijing: Correspondent, content: dict[str, Any] | None = None, **changes: Any) -> InboxEntry:
    beijing.send(
        beijing.write(content or word(beijing, **changes), thread="", deadline=None, decision=None)
    )  # fmt: skip
    beijing.work()
    return InboxEntry.objects.order_by("-pk")[0]


def groups(card: NodeCard) -> str:
    return " ".join(card.fingerprint.split()[-4:])


@pytest.mark.parametrize(("action", "status"), [("suspend", "suspended"), ("leave", "left")])
def test_from_its_own_word_on_nothing_is_sent_to_it_or_taken_from_it_and_officers_are_told(
    beijing: Correspondent, signed: Callable[..., int], liaison: Officer, case: Case, action: str, status: str
) -> None:
    signed()
    beijing.cut = True
    beijing.send(beijing.write())
    beijing.work()
    assert say(beijing, action=action).state == "done"
    waiting = Letter.objects.get(direction="in")
    found = usable_keys(beijing.partner.uid, timezone.now())
    assert isinstance(found, KeysWithheld)
    assert found.code == status
    with pytest.raises(BadInput, match="refuse"):
        signed()
    beijing.cut = False
    beijing.work(after=dt.timedelta(hours=1))
    assert beijing.got == []
    assert beijing.send(beijing.write()).code == "not-accepted"
    with pytest.raises(BadInput):
        actions.take_letter(actor=liaison, letter_uid=waiting.uid, case_id=case.pk)
    told = [item for item in desk_items(officer=liaison, now=timezone.now()) if item.kind == "party.own_word"]
    assert [item.url for item in told] == [reverse("partners:party", args=[beijing.partner.uid])]
    assert Task.objects.filter(case=case, kind="partner.own_word").count() == 1
    assert AuditEntry.objects.filter(act="partners.take_own_word", object_id=beijing.partner.uid).count() == 1
    assert verify().ok


def test_a_key_in_other_hands_revokes_every_card_so_that_none_can_be_approved_with_it(
    beijing: Correspondent, liaison: Officer
) -> None:
    assert say(beijing, reason="key-compromised").state == "done"
    assert not NodeCard.objects.filter(party__uid=beijing.partner.uid, revoked=None).exists()
    with pytest.raises(BadInput, match="no card"):
        partners.readmit_party(actor=liaison, party_uid=beijing.partner.uid, typed="0", reason="It called.")
    # The thief makes a card of his own, with the key of before.
    stolen = read_card(beijing.partner.card(valid_from=timezone.now().replace(microsecond=0) - DAY / 2))
    thief = Ed25519PrivateKey.generate()
    keys = replace(stolen.keys, sign=thief.public_key().public_bytes_raw())
    made = make_card(replace(stolen, keys=keys), thief, previous=beijing.partner.sign_key)
    partners.import_card(actor=liaison, raw=made)
    with pytest.raises(BadInput):
        partners.approve_renewal(actor=liaison, party_uid=beijing.partner.uid)
    # What the partner reads over the phone are the digits of its own new card.
    own = Ed25519PrivateKey.generate()
    keys = replace(stolen.keys, sign=own.public_key().public_bytes_raw())
    new = make_card(replace(stolen, keys=keys, valid_from=stolen.valid_from + DAY / 8), own)
    fresh = partners.import_card(actor=liaison, raw=new)
    with pytest.raises(BadInput, match="differ"):
        partners.confirm_party(actor=liaison, party_uid=beijing.partner.uid, typed="00000 00000 00000 00000")
    partners.confirm_party(actor=liaison, party_uid=beijing.partner.uid, typed=groups(fresh))
    found = usable_keys(beijing.partner.uid, timezone.now())
    assert not isinstance(found, KeysWithheld)
    assert found.sign == own.public_key().public_bytes_raw()
    assert found.former == ()


def test_only_a_human_who_compared_its_card_anew_lets_it_write_again(
    beijing: Correspondent, liaison: Officer, signed: Callable[..., int]
) -> None:
    say(beijing)
    present = NodeCard.objects.get(party__uid=beijing.partner.uid)
    with pytest.raises(BadInput, match="suspended itself"):
        partners.reinstate_party(actor=liaison, party_uid=beijing.partner.uid, reason="It wrote a mail.")
    with pytest.raises(BadInput, match="differ"):
        partners.readmit_party(actor=liaison, party_uid=beijing.partner.uid, typed="1", reason="It called.")
    partners.readmit_party(actor=liaison, party_uid=beijing.partner.uid, typed=groups(present), reason="It called.")
    assert OwnWord.objects.get().lifted_by_id == liaison.pk
    signed()
    beijing.work(after=dt.timedelta(hours=1))
    assert [letter.header.type for letter in beijing.letters()] == ["request"]
    with pytest.raises(BadInput, match="not suspended itself"):
        partners.readmit_party(actor=liaison, party_uid=beijing.partner.uid, typed=groups(present), reason="Again.")


def test_what_this_node_had_against_it_before_stands_again_after_it_is_back(
    beijing: Correspondent, liaison: Officer, post: Party
) -> None:
    partners.suspend_party(actor=liaison, party_uid=post.uid, reason="A question")
    assert say(beijing, party=post.uid, action="leave").state == "done"
    present = NodeCard.objects.get(party__uid=beijing.partner.uid)
    partners.readmit_party(actor=liaison, party_uid=post.uid, typed=groups(present), reason="It called.")
    assert Party.objects.get(pk=post.pk).status == "suspended"


def test_a_post_that_its_organisation_suspended_gets_nothing_and_the_organisation_still_does(
    beijing: Correspondent, liaison: Officer, post: Party, signed: Callable[..., int]
) -> None:
    assert say(beijing, party=post.uid).state == "done"
    assert Party.objects.get(uid=beijing.partner.uid).status == "active"
    signed()
    with pytest.raises(BadInput, match="refuse"):
        signed(post=post.uid)
    beijing.work()
    assert [letter.header.recipient.post for letter in beijing.letters()] == [""]
    # A card that names the post again does not bring it back either.
    OwnWord.objects.update(action="leave")
    Party.objects.filter(pk=post.pk).update(status="left")
    named = CardPost(post.uid, post.name, post.post_kind, "AT")
    renewed = beijing.partner.card(posts=(named,), valid_from=timezone.now().replace(microsecond=0) - DAY / 2)
    partners.import_card(actor=liaison, raw=renewed)
    partners.approve_renewal(actor=liaison, party_uid=beijing.partner.uid)
    assert Party.objects.get(pk=post.pk).status == "left"


def test_the_page_says_what_it_said_and_what_to_do_and_lets_it_back_only_by_its_card(
    beijing: Correspondent, liaison: Officer, post: Party, client: Client, officer_factory: Callable[..., Officer]
) -> None:
    say(beijing, reason="own-request")
    client.force_login(liaison)
    party = reverse("partners:party", args=[beijing.partner.uid])
    back = reverse("partners:reinstate", args=[beijing.partner.uid])
    page = client.get(party).content.decode()
    assert "It has suspended itself" in page
    assert "Call the partner and ask for how long" in page
    assert back in page
    # Its post waits for it.
    of_post = reverse("partners:reinstate", args=[post.uid])
    assert of_post not in client.get(reverse("partners:party", args=[post.uid])).content.decode()
    assert client.get(of_post)["Location"] == party
    assert client.post(back, {"reason": "It called.", "typed": "1"}).status_code == 422
    present = NodeCard.objects.get(party__uid=beijing.partner.uid)
    assert client.post(back, {"reason": "It called.", "typed": groups(present)}).status_code == 302
    assert Party.objects.get(uid=beijing.partner.uid).status == "active"
    other = officer_factory(roles=["analyst"], username="other")
    client.force_login(other)
    assert client.post(back, {"reason": "It called.", "typed": groups(present)}).status_code == 403


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"party": "third"}, "bad-field", "body/party"),
        ({"party": "a" * 32}, "bad-field", "body/party"),
        ({"party": "own"}, "bad-field", "body/party"),
        ({"action": "reinstate", "reason": "resolved"}, "bad-field", "body/action"),
        ({"reason": "conditions-broken"}, "bad-field", "body/reason"),
        ({"party": "post", "reason": "key-compromised"}, "bad-field", "body/reason"),
    ],
)
def test_nobody_speaks_for_another_and_no_letter_ends_a_suspension(
    beijing: Correspondent, post: Party, changes: dict[str, str], code: str, where: str
) -> None:
    third = Partner("Sofia", country="BG")
    enter(third)
    names = {"third": third.uid, "own": settings.NODE.node_id, "post": post.uid}
    if changes.get("party") in names:
        changes = {**changes, "party": names[changes["party"]]}
    before = list(Party.objects.order_by("pk").values_list("status", flat=True))
    entry = say(beijing, **changes)
    assert (entry.state, entry.code, entry.where) == ("rejected", code, where)
    assert list(Party.objects.order_by("pk").values_list("status", flat=True)) == before
    assert not OwnWord.objects.exists()


def test_it_must_be_approved_by_the_party_itself_and_an_older_word_changes_nothing(
    beijing: Correspondent, liaison: Officer
) -> None:
    other = Partner("Sofia", country="BG")
    enter(other)
    for approval in (
        approve(word(beijing), other.uid, other.sign_key),
        approve(word(beijing), beijing.partner.uid, other.sign_key),
    ):
        entry = say(beijing, {**word(beijing), "approvals": [asdict(approval)]})
        assert entry.state == "rejected"
    assert say(beijing).state == "done"
    present = NodeCard.objects.get(party__uid=beijing.partner.uid)
    partners.readmit_party(actor=liaison, party_uid=beijing.partner.uid, typed=groups(present), reason="It called.")
    # One that lay on a stick comes after the partner is back.
    assert say(beijing, serial=6).state == "done"
    assert Party.objects.get(uid=beijing.partner.uid).status == "active"
    assert OwnWord.objects.count() == 1


@pytest.mark.parametrize("how", ["own word", "suspend", "revoke"])
def test_what_this_node_carries_of_a_suspended_sender_is_held(
    monkeypatch: pytest.MonkeyPatch, beijing: Correspondent, sofia: Correspondent, line: Line, liaison: Officer,
    how: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, carries=True))
    beijing.send(letter_for(beijing, sofia.partner))
    if how == "own word":
        line.cut = True
        beijing.send(beijing.write(word(beijing), thread="", deadline=None, decision=None))
        line.work()
        line.cut = False
    elif how == "suspend":
        partners.suspend_party(actor=liaison, party_uid=beijing.partner.uid, reason="A question")
    else:
        stolen = NodeCard.objects.get(party__uid=beijing.partner.uid)
        partners.revoke_card(actor=liaison, card_id=stolen.pk, reason="Stolen")
    line.work(after=dt.timedelta(hours=1))
    assert line.sent == []
    entry = Transit.objects.get()
    assert (entry.passed_on, entry.last_problem) == (None, "revoked" if how == "revoke" else "suspended")
    if how == "suspend":
        partners.reinstate_party(actor=liaison, party_uid=beijing.partner.uid, reason="Answered")
        line.work(after=dt.timedelta(hours=2))
        assert len(line.sent) == 1


def test_this_organisation_tells_every_active_partner_signed_by_itself(
    beijing: Correspondent, liaison: Officer, client: Client
) -> None:
    gone = Partner("Rome", country="IT")
    enter(gone, status="suspended")
    client.force_login(liaison)
    url = reverse("exchange:announce")
    empty = client.get(url).content.decode()
    assert "Nothing was said" in empty
    given = {"party": settings.NODE.node_id, "what": "suspend", "reason": "key-compromised"}
    assert client.post(url, given).status_code == 302
    beijing.work()
    (letter,) = beijing.letters()
    assert letter.header.type == "suspend"
    assert letter.body["party"] == settings.NODE.node_id
    assert [one["party"] for one in letter.body["approvals"]] == [settings.NODE.node_id]
    assert not OutboxEntry.objects.filter(party=gone.uid).exists()
    beijing.work(after=dt.timedelta(hours=1))
    assert len(beijing.letters()) == 1
    shown = client.get(url).content.decode()
    assert "Beijing (fictional)" in shown
    assert Announcement.objects.get().waiting == []


def test_a_partner_that_cannot_be_written_to_at_present_is_told_later_and_listed_until_then(
    beijing: Correspondent, liaison: Officer, client: Client
) -> None:
    actions.announce(actor=liaison, party=settings.NODE.node_id, what="leave", reason="own-request")
    beijing.cut = True
    beijing.work()
    client.force_login(liaison)
    shown = client.get(reverse("exchange:announce")).content.decode()
    assert shown.index("Not known to have arrived") < shown.index("Beijing (fictional)")
    beijing.cut = False
    beijing.work(after=dt.timedelta(hours=1))
    assert [letter.body["action"] for letter in beijing.letters()] == ["leave"]


def test_only_an_officer_of_that_right_speaks_and_only_of_this_organisation(
    beijing: Correspondent, liaison: Officer, officer: Officer, client: Client
) -> None:
    own = settings.NODE.node_id
    for actor in (NODE, officer):
        with pytest.raises(Refused):
            actions.announce(actor=actor, party=own, what="suspend", reason="own-request")
    client.force_login(officer)
    assert client.get(reverse("exchange:announce")).status_code == 403
    post = partners.add_post(
        actor=liaison, parent_uid=own, name="Embassy (fictional)", kind="embassy_liaison", seat_country="CN"
    )  # fmt: skip
    for wrong in (
        {"party": beijing.partner.uid}, {"what": "reinstate"}, {"reason": "conditions-broken"},
        {"party": post.uid, "reason": "key-compromised"},
    ):  # fmt: skip
        given = {"party": own, "what": "suspend", "reason": "own-request", **wrong}
        with pytest.raises(BadInput):
            actions.announce(actor=liaison, **given)
    client.force_login(liaison)
    answer = client.post(reverse("exchange:announce"), {"party": beijing.partner.uid})
    assert answer.status_code == 422
    assert not Announcement.objects.exists()


def updates(beijing: Correspondent) -> list[dict[str, Any]]:
    return [dict(letter.body) for letter in beijing.letters() if letter.header.type == "directory-update"]


def test_posts_and_contact_points_that_changed_go_to_partners_on_a_card_with_the_same_keys(
    beijing: Correspondent, card: NodeCard, liaison: Officer, client: Client
) -> None:
    own = settings.NODE.node_id
    partners.set_contacts(actor=liaison, party_uid=own, contacts=[{"kind": "duty phone", "value": "+43 1 0"}])
    post = partners.add_post(
        actor=liaison, parent_uid=own, name="Embassy (fictional)", kind="embassy_liaison", seat_country="CN"
    )  # fmt: skip
    client.force_login(liaison)
    assert "partners do not know it yet" in client.get(reverse("partners:own_card")).content.decode()
    renew(new_keys=False)
    assert "partners do not know it yet" not in client.get(reverse("partners:own_card")).content.decode()
    beijing.work(after=dt.timedelta(seconds=5))
    beijing.work(after=dt.timedelta(seconds=9))
    (said,) = updates(beijing)
    told = read_card(said["cards"][0].encode())
    assert [one.uid for one in told.posts] == [post.uid]
    assert told.keys == read_card(bytes(card.raw)).keys


def update(beijing: Correspondent, *cards: bytes, by: Partner | None = None) -> InboxEntry:
    approving = by or beijing.partner
    moment = timezone.now().replace(microsecond=0).isoformat().replace("+00:00", "Z")
    said = {
        "type": "directory-update", "serial": 3, "effective": moment, "cards": [one.decode() for one in cards],
    }  # fmt: skip
    approvals = [asdict(approve(said, approving.uid, approving.sign_key))]
    return say(beijing, {**said, "approvals": approvals})


def newer(beijing: Correspondent, **changes: Any) -> bytes:
    return beijing.partner.card(valid_from=timezone.now().replace(microsecond=0) - DAY / 2, **changes)


def test_what_a_partners_card_says_anew_waits_for_an_officer_its_telephone_too(
    beijing: Correspondent, liaison: Officer
) -> None:
    phone = {"kind": "duty phone", "value": "+86 10 0", "note": ""}
    there = CardPost("b" * 32, "Embassy (fictional)", "embassy_liaison", "AT")
    assert update(beijing, newer(beijing, contacts=(phone,), posts=(there,))).state == "done"
    party = Party.objects.get(uid=beijing.partner.uid)
    assert (party.contacts, party.posts.count()) == ([], 0)
    kinds = [item.kind for item in desk_items(officer=liaison, now=timezone.now())]
    assert "card.renewal" in kinds
    partners.approve_renewal(actor=liaison, party_uid=party.uid)
    party.refresh_from_db()
    assert (party.contacts, party.posts.get().uid) == ([phone], there.uid)


def test_an_update_brings_no_keys_no_other_card_and_no_card_of_another(beijing: Correspondent) -> None:
    other = Partner("Sofia", country="BG")
    enter(other)
    cards = NodeCard.objects.count()
    thief = Ed25519PrivateKey.generate()
    said = read_card(newer(beijing))
    keys = replace(said.keys, sign=thief.public_key().public_bytes_raw())
    new_keys = make_card(replace(said, keys=keys), thief, previous=beijing.partner.sign_key)
    for raw in ([new_keys], [newer(beijing), newer(beijing)], [other.card()]):
        entry = update(beijing, *raw)
        assert (entry.state, entry.code, entry.where) == ("rejected", "bad-field", "body/cards")
    assert update(beijing, newer(beijing), by=other).state == "rejected"
    assert NodeCard.objects.count() == cards
