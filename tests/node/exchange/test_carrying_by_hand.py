"""Letters in a file: no line between two nodes, and the same letters, receipts and refusals as over one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import timezone

from clew.exchange.bundles import MOST_OF_A_KIND, make_bundle, read_bundle, verify_bundle
from clew.exchange.receipts import Stage
from clew.exchange.refusals import Refusal
from clew.exchange.sealing import Envelope, read_outer
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.disclosure.models import Decision
from clew.node.exchange import actions, bundling
from clew.node.exchange.actions import NotNow
from clew.node.exchange.bundling import ANSWERS_KEPT, CarriedOut, carry_out
from clew.node.exchange.limits import PARTNERS, TooMany
from clew.node.exchange.models import Attempt, CarriedIn, InboxEntry, Letter, OutboxEntry, PairState, Receipt, Thread
from clew.node.exchange.unbundling import CarriedInBundle, Outcome, carry_in
from clew.node.partners import actions as partners
from clew.node.partners.models import NodeCard, Party
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Correspondent, enter
from tests.node.exchange.test_replaced_keys import renewed

pytestmark = pytest.mark.django_db

Sign = Callable[..., int]


@pytest.fixture
def beijing(beijing: Correspondent) -> Correspondent:
    """As ever, but no line reaches it."""
    beijing.cut = True
    return beijing


@pytest.fixture
def liaison(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["liaison_officer", "investigator"], username="lian")


def brought(
    beijing: Correspondent, *envelopes: Envelope | bytes, receipts: Sequence[bytes] = (), **changes: Any
) -> bytes:
    """A bundle that Beijing made."""
    values: dict[str, Any] = {
        "sender": beijing.partner.uid, "recipient": settings.NODE.node_id,
        "envelopes": [one if isinstance(one, bytes) else one.raw for one in envelopes], "receipts": receipts,
        "transport_key": beijing.partner.transport_key,
    }  # fmt: skip
    return make_bundle(**{**values, **changes})


def take(raw: bytes, after: dt.timedelta = dt.timedelta()) -> CarriedInBundle:
    return carry_in(actor=NODE, raw=raw, now=timezone.now() + after)


def outcomes(raw: bytes) -> list[tuple[Outcome, str]]:
    return [(one.outcome, one.code) for one in take(raw).entries]


def put_in(beijing: Correspondent, after: dt.timedelta = dt.timedelta()) -> CarriedOut:
    return carry_out(actor=NODE, party=beijing.partner.uid, now=timezone.now() + after)


def hand_over(beijing: Correspondent, made: CarriedOut) -> list[bytes]:
    """Beijing takes a bundle of this node; returns its receipts for what was in it."""
    bundle = read_bundle(made.raw)
    verify_bundle(bundle, transport_key=beijing.node_keys.transport, own_uid=beijing.partner.uid)
    assert bundle.sender == settings.NODE.node_id
    beijing.got.extend(raw for raw in bundle.envelopes if raw not in beijing.got)
    return [beijing.partner.receipt(read_outer(raw), Stage.STORED) for raw in bundle.envelopes]


def everything() -> dict[str, list[Any]]:
    """Every row of the node but the log's own and the time of the last asking."""
    found = {}
    for model in apps.get_models():
        if model._meta.app_label not in {"audit", "contenttypes", "auth"}:
            hidden = {"at"} if model is CarriedIn else set()
            names = [field.attname for field in model._meta.concrete_fields if field.attname not in hidden]
            found[model._meta.label] = sorted(map(repr, model._default_manager.values_list(*names)))
    return found


def test_a_question_goes_out_in_a_file_and_stays_in_the_outbox_until_its_receipt_is_carried_in(
    beijing: Correspondent, signed: Sign
) -> None:
    signed()
    beijing.work()
    made = put_in(beijing)
    receipts = hand_over(beijing, made)
    (letter,) = beijing.letters()
    assert letter.header.type == "request"
    entry = OutboxEntry.objects.get()
    assert (entry.delivered, Thread.objects.get().state) == (None, "sent")
    assert [one.envelope for one in made.envelopes] == [entry.envelope_id]
    assert outcomes(brought(beijing, receipts=receipts)) == [(Outcome.NOTED, "")]
    entry.refresh_from_db()
    assert entry.delivered is not None
    assert Thread.objects.get().state == "stored"
    with pytest.raises(NotNow, match="Nothing waits"):
        put_in(beijing)


def test_a_letter_comes_in_in_a_file_and_its_receipt_and_what_the_worker_answers_go_back_in_one(
    beijing: Correspondent,
) -> None:
    sent = beijing.write()
    found = take(brought(beijing, sent))
    assert [(one.name, one.outcome, one.envelope) for one in found.entries] == [
        ("0001-envelope.json", Outcome.STORED, sent.id)
    ]
    beijing.work()
    assert Letter.objects.get().state == "quarantined"
    made = put_in(beijing)
    hand_over(beijing, made)
    bundle = read_bundle(made.raw)
    (raw,) = bundle.receipts
    stored = beijing.partner.read_receipt(raw, settings.NODE.node_id, beijing.node_keys)
    assert (stored.stage, stored.digest, stored.positive) == (Stage.STORED, sent.digest, True)
    assert [one.stage for one in beijing.receipts()] == [Stage.OPENED]


def test_carrying_out_twice_gives_the_same_bytes(beijing: Correspondent, signed: Sign) -> None:
    take(brought(beijing, beijing.write()))
    signed()
    beijing.work()
    before = everything()
    now = timezone.now()
    first, again = (carry_out(actor=NODE, party=beijing.partner.uid, now=now) for _time in range(2))
    assert first == again
    assert (len(first.envelopes), first.receipts) == (2, 1)
    assert everything() == before


def test_letters_go_out_in_their_order(beijing: Correspondent, signed: Sign) -> None:
    for _letter in range(3):
        signed()
    beijing.work()
    hand_over(beijing, put_in(beijing))
    assert [letter.header.sequence for letter in beijing.letters()] == [1, 2, 3]


def test_what_was_carried_out_is_sent_over_the_line_too_when_that_comes_back(
    beijing: Correspondent, signed: Sign
) -> None:
    signed()
    beijing.work()
    receipts = hand_over(beijing, put_in(beijing))
    beijing.cut = False
    beijing.work(after=dt.timedelta(hours=1))
    assert OutboxEntry.objects.get().delivered is not None
    assert outcomes(brought(beijing, receipts=receipts)) == [(Outcome.NOTED_BEFORE, "")]
    assert Receipt.objects.count() == 1


def test_a_bundle_carried_in_twice_changes_nothing_more_and_gets_the_same_receipt_again(
    beijing: Correspondent, signed: Sign
) -> None:
    signed()
    beijing.work()
    raw = brought(beijing, beijing.write(), beijing.write(), receipts=hand_over(beijing, put_in(beijing)))
    first = take(raw)
    assert [one.outcome for one in first.entries] == [Outcome.STORED, Outcome.STORED, Outcome.NOTED]
    before, owed = everything(), put_in(beijing).raw
    again = take(raw)
    assert [one.outcome for one in again.entries] == [Outcome.HERE_ALREADY, Outcome.HERE_ALREADY, Outcome.NOTED_BEFORE]
    assert everything() == before
    assert sorted(read_bundle(put_in(beijing).raw).receipts) == sorted(read_bundle(owed).receipts)


def test_a_letter_that_came_over_the_line_before_gets_its_receipt_by_hand_too(beijing: Correspondent) -> None:
    sent = beijing.write()
    answer = beijing.send(sent)
    assert outcomes(brought(beijing, sent)) == [(Outcome.HERE_ALREADY, "")]
    assert InboxEntry.objects.count() == 1
    assert read_bundle(put_in(beijing).raw).receipts == (answer.lines[0],)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 1, 2, 0)])
def test_bundles_in_any_order_and_again_leave_every_letter_once_and_no_gap(
    beijing: Correspondent, order: tuple[int, ...]
) -> None:
    bundles = [brought(beijing, beijing.write(), beijing.write()) for _bundle in range(3)]
    for number in order:
        take(bundles[number])
        beijing.work()
    assert sorted(Letter.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]
    incoming = PairState.objects.get(direction="in")
    assert (incoming.sequence, incoming.missing) == (6, [])


def test_a_gap_is_found_when_a_bundle_did_not_arrive(beijing: Correspondent) -> None:
    _lost, second = brought(beijing, beijing.write()), brought(beijing, beijing.write())
    take(second)
    beijing.work()
    assert PairState.objects.get(direction="in").missing == [1]


def test_a_used_number_is_a_replay_in_a_file_as_on_a_line(beijing: Correspondent) -> None:
    first = beijing.write(thread="a" * 32)
    again = beijing.partner.seal(
        beijing.partner.write(settings.NODE.node_id), settings.NODE.node_id, beijing.node_keys.seal,
        envelope_id=first.id,
    )  # fmt: skip
    assert outcomes(brought(beijing, first, again)) == [(Outcome.STORED, ""), (Outcome.REFUSED, "replay")]
    codes = {
        beijing.partner.read_receipt(raw, settings.NODE.node_id, beijing.node_keys).code
        for raw in read_bundle(put_in(beijing).raw).receipts
    }
    assert codes == {"", "replay"}


def test_each_envelope_is_judged_for_itself_whatever_the_bundle_says(beijing: Correspondent) -> None:
    stranger = Partner("Stranger")
    stranger.now = timezone.now().replace(microsecond=0)
    for_somebody_else = beijing.partner.send("9" * 32, beijing.node_keys.seal)
    unknown = stranger.send(settings.NODE.node_id, beijing.node_keys.seal)
    changed = beijing.write().raw.replace(b'"hop":0', b'"hop":1')
    good = beijing.write()
    raw = brought(beijing, for_somebody_else, unknown, changed, b"no envelope", good)
    assert outcomes(raw) == [
        (Outcome.REFUSED, "wrong-recipient"),
        (Outcome.TURNED_AWAY, "unknown-sender"),
        (Outcome.TURNED_AWAY, "bad-signature"),
        (Outcome.TURNED_AWAY, "not-json"),
        (Outcome.STORED, ""),
    ]
    assert {one.code for one in Attempt.objects.all()} == {"unknown-sender", "bad-signature", "not-json"}
    assert InboxEntry.objects.get(state="stored").digest == good.digest


def test_a_letter_that_another_partner_brings_is_taken_and_answered_to_whoever_wrote_it(
    beijing: Correspondent,
) -> None:
    sofia = Correspondent(Partner("Sofia", "BG"), cut=True)
    enter(sofia.partner)
    letter = sofia.write()
    assert outcomes(brought(beijing, letter)) == [(Outcome.STORED, "")]
    with pytest.raises(NotNow, match="Nothing waits"):
        put_in(beijing)
    assert read_bundle(put_in(sofia).raw).receipts == (bytes(InboxEntry.objects.get().stored_receipt),)


def test_an_envelope_for_somebody_else_is_taken_in_transit_by_a_node_that_carries(
    beijing: Correspondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "NODE", replace(settings.NODE, carries=True))
    sofia = Partner("Sofia", "BG")
    enter(sofia)
    beijing.partner.now = timezone.now().replace(microsecond=0)
    raw = beijing.partner.write(sofia.uid)
    on_its_way = beijing.partner.seal(raw, sofia.uid, sofia.keys.seal, hop=1)
    bundle = brought(beijing, on_its_way)
    assert outcomes(bundle) == [(Outcome.IN_TRANSIT, "")]
    assert outcomes(bundle) == [(Outcome.HERE_ALREADY, "")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"recipient": "9" * 32}, "wrong-recipient"),
        ({"sender": "9" * 32}, "unknown-sender"),
        ({"transport_key": Partner("Stranger").transport_key}, "bad-signature"),
        ({"sender": "0" * 31 + "1"}, "loop"),
    ],
)
def test_a_bundle_that_is_not_for_this_node_or_not_of_a_known_partner_changes_nothing_at_all(
    beijing: Correspondent, changes: dict[str, Any], code: str
) -> None:
    raw = brought(beijing, beijing.write(), **changes)
    before, entries = everything(), AuditEntry.objects.count()
    with pytest.raises(Refusal, match=code):
        take(raw)
    assert (everything(), AuditEntry.objects.count()) == (before, entries)


def test_a_changed_or_cut_off_bundle_changes_nothing_at_all(beijing: Correspondent) -> None:
    raw = brought(beijing, beijing.write(), beijing.write())
    before, entries = everything(), AuditEntry.objects.count()
    for wrong in (raw[:-1], raw[: len(raw) // 2], raw + b"\n", b"", b"x", raw.replace(b'"hop":0', b'"hop":1', 1)):
        with pytest.raises(Refusal, match="not-a-bundle"):
            take(wrong)
    assert (everything(), AuditEntry.objects.count()) == (before, entries)


def test_a_bundle_of_our_own_carried_back_is_refused(beijing: Correspondent, signed: Sign) -> None:
    signed()
    beijing.work()
    with pytest.raises(Refusal, match="wrong-recipient"):
        take(put_in(beijing).raw)


@pytest.mark.parametrize("how", ["suspend", "revoke"])
def test_nothing_goes_out_to_and_nothing_comes_in_from_a_partner_that_was_suspended_or_revoked(
    beijing: Correspondent, signed: Sign, liaison: Officer, how: str
) -> None:
    signed()
    beijing.work()
    raw = brought(beijing, beijing.write())
    if how == "suspend":
        partners.suspend_party(actor=liaison, party_uid=beijing.partner.uid, reason="A question")
    else:
        stolen = NodeCard.objects.get(party__uid=beijing.partner.uid)
        partners.revoke_card(actor=liaison, card_id=stolen.pk, reason="Stolen")
    before = everything()
    with pytest.raises(NotNow):
        put_in(beijing)
    with pytest.raises(Refusal, match="sender-not-usable"):
        take(raw)
    assert everything() == before
    if how == "suspend":
        partners.reinstate_party(actor=liaison, party_uid=beijing.partner.uid, reason="Answered")
        assert len(put_in(beijing).envelopes) == 1
        assert outcomes(raw) == [(Outcome.STORED, "")]


def test_a_receipt_that_was_owed_does_not_go_to_a_partner_suspended_meanwhile(
    beijing: Correspondent, liaison: Officer
) -> None:
    take(brought(beijing, beijing.write()))
    partners.suspend_party(actor=liaison, party_uid=beijing.partner.uid, reason="A question")
    with pytest.raises(NotNow):
        put_in(beijing)


def test_a_letter_to_a_suspended_post_and_those_behind_it_do_not_go_out(
    beijing: Correspondent, signed: Sign, liaison: Officer
) -> None:
    post = partners.add_post(
        actor=liaison, parent_uid=beijing.partner.uid, name="Embassy (fictional)", kind="embassy_liaison",
        seat_country="AT",
    )  # fmt: skip
    signed()
    signed(post=post.uid)
    signed()
    beijing.work()
    partners.suspend_party(actor=liaison, party_uid=post.uid, reason="A question")
    made = put_in(beijing)
    hand_over(beijing, made)
    assert [letter.header.sequence for letter in beijing.letters()] == [1]
    assert made.left == ("Not yet: 2. The partner is suspended.",)


def test_a_letter_that_goes_by_a_posts_node_is_not_handed_past_it(beijing: Correspondent, signed: Sign) -> None:
    signed()
    beijing.work()
    OutboxEntry.objects.update(carrier="8" * 32)
    with pytest.raises(NotNow, match=r"Nothing waits.* For the node of a post, which passes them on: 1\."):
        put_in(beijing)


def test_what_has_expired_does_not_go_out_and_a_receipt_that_comes_after_it_was_given_up_counts(
    beijing: Correspondent, signed: Sign
) -> None:
    signed()
    beijing.work()
    receipts = hand_over(beijing, put_in(beijing))
    late = dt.timedelta(days=31)
    with pytest.raises(NotNow, match="Expired, to be drafted again: 1"):
        put_in(beijing, after=late)
    beijing.work(after=late)
    assert Thread.objects.get().state == "undeliverable"
    take(brought(beijing, receipts=receipts), after=late)
    assert Thread.objects.get().state == "stored"
    assert OutboxEntry.objects.get(kind="request").delivered is not None


def test_a_letter_that_the_rules_would_not_let_out_any_more_does_not_go_out_by_hand_either(
    beijing: Correspondent, signed: Sign
) -> None:
    first, second = signed(), signed()
    beijing.work()
    Decision.objects.filter(pk=first).update(state="withdrawn")
    made = put_in(beijing)
    assert [one.envelope for one in made.envelopes] == [OutboxEntry.objects.get(letter__decision=second).envelope_id]
    assert any("rules would not let them leave" in sentence for sentence in made.left)
    assert OutboxEntry.objects.get(letter__decision=first).last_problem == "outdated"


def test_when_nothing_is_left_that_may_go_out_it_is_said_and_no_bundle_is_made(
    beijing: Correspondent, signed: Sign
) -> None:
    signed()
    beijing.work()
    Decision.objects.update(state="withdrawn")
    with pytest.raises(NotNow, match="rules would not let them leave"):
        put_in(beijing)


def test_a_letter_that_was_refused_for_good_over_there_is_given_up(beijing: Correspondent, signed: Sign) -> None:
    signed()
    beijing.work()
    hand_over(beijing, put_in(beijing))
    refused = beijing.partner.receipt(read_outer(beijing.got[0]), Stage.STORED, code="expired")
    assert outcomes(brought(beijing, receipts=[refused])) == [(Outcome.NOTED, "expired")]
    entry = OutboxEntry.objects.get()
    assert (entry.delivered, entry.last_problem) == (None, "expired")
    assert entry.failed is not None


def test_receipts_that_prove_nothing_about_what_we_sent_settle_nothing(beijing: Correspondent, signed: Sign) -> None:
    signed()
    beijing.work()
    hand_over(beijing, put_in(beijing))
    sent, partner = read_outer(beijing.got[0]), beijing.partner
    stranger = Partner("Stranger")
    raw = brought(
        beijing,
        receipts=[
            partner.receipt(sent, Stage.STORED, digest="0" * 64),
            partner.receipt(replace(sent, id="0" * 32), Stage.STORED),
            partner.receipt(sent, Stage.STORED, addressee="9" * 32),
            partner.receipt(sent, Stage.OPENED),
            stranger.receipt(sent, Stage.STORED),
            b"no receipt",
        ],
    )
    assert {one.outcome for one in take(raw).entries} == {Outcome.NOT_OURS}
    assert OutboxEntry.objects.get().delivered is None
    assert not Receipt.objects.exists()


def test_a_receipt_of_another_partner_does_not_settle_a_letter(beijing: Correspondent, signed: Sign) -> None:
    signed()
    beijing.work()
    hand_over(beijing, put_in(beijing))
    sofia = Correspondent(Partner("Sofia", "BG"))
    enter(sofia.partner)
    theirs = sofia.partner.receipt(read_outer(beijing.got[0]), Stage.STORED)
    assert outcomes(brought(sofia, receipts=[theirs])) == [(Outcome.NOT_OURS, "not-for-this-letter")]
    assert OutboxEntry.objects.get().delivered is None


def test_two_receipts_for_one_letter_count_as_the_first_of_them(beijing: Correspondent, signed: Sign) -> None:
    signed()
    beijing.work()
    hand_over(beijing, put_in(beijing))
    sent = read_outer(beijing.got[0])
    beijing.partner.now += dt.timedelta(seconds=5)
    later = beijing.partner.receipt(sent, Stage.STORED, code="expired")
    beijing.partner.now -= dt.timedelta(seconds=5)
    raw = brought(beijing, receipts=[beijing.partner.receipt(sent, Stage.STORED), later])
    assert [one.outcome for one in take(raw).entries] == [Outcome.NOTED, Outcome.NOTED_BEFORE]
    assert [one.code for one in Receipt.objects.all()] == [""]
    assert OutboxEntry.objects.get().delivered is not None


def test_a_bundle_on_its_way_while_its_sender_renewed_its_keys_is_taken_until_the_old_card_is_revoked(
    beijing: Correspondent, liaison: Officer
) -> None:
    first, second = brought(beijing, beijing.write()), brought(beijing, beijing.write())
    before, after = renewed(beijing, liaison)
    assert outcomes(first) == [(Outcome.STORED, "")]
    beijing.partner = after
    assert outcomes(brought(beijing, beijing.write())) == [(Outcome.STORED, "")]
    old = NodeCard.objects.filter(party__uid=before.uid).order_by("pk")[0]
    partners.revoke_card(actor=liaison, card_id=old.pk, reason="Stolen")
    with pytest.raises(Refusal, match="bad-signature"):
        take(second)


def test_more_than_fits_waits_for_the_next_bundle_and_is_said(
    beijing: Correspondent, signed: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _letter in range(3):
        signed()
    beijing.work()
    room = sum(len(raw) + 128 for raw in OutboxEntry.objects.order_by("pk").values_list("envelope", flat=True)[:2])
    monkeypatch.setattr(bundling, "_ROOM", room)
    made = put_in(beijing)
    assert len(made.envelopes) == 2
    assert made.left == ("Not yet: 1. Carry the next ones when the receipts for these are here.",)
    take(brought(beijing, receipts=hand_over(beijing, made)))
    hand_over(beijing, put_in(beijing))
    assert [letter.header.sequence for letter in beijing.letters()] == [1, 2, 3]


def test_a_receipt_goes_along_for_as_long_as_its_letter_may_be_under_way_and_then_no_more(
    beijing: Correspondent,
) -> None:
    take(brought(beijing, beijing.write()))
    assert put_in(beijing, after=ANSWERS_KEPT - dt.timedelta(hours=1)).receipts == 1
    with pytest.raises(NotNow):
        put_in(beijing, after=ANSWERS_KEPT + dt.timedelta(hours=1))
    take(brought(beijing, b"nothing that is kept"), after=ANSWERS_KEPT + dt.timedelta(hours=1))
    assert not CarriedIn.objects.exists()


def test_a_bundle_that_breaks_while_it_is_taken_leaves_nothing(
    beijing: Correspondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = brought(beijing, beijing.write(), beijing.write())
    before, entries = everything(), AuditEntry.objects.count()

    def too_many(sender: str, number: int) -> None:
        raise TooMany(7)

    with monkeypatch.context() as patch:
        patch.setattr(PARTNERS, "take", too_many)
        with pytest.raises(TooMany):
            take(raw)
    assert (everything(), AuditEntry.objects.count()) == (before, entries)
    assert outcomes(raw) == [(Outcome.STORED, ""), (Outcome.STORED, "")]


def test_a_whole_bundle_is_never_more_than_one_partner_may_send_at_once() -> None:
    assert PARTNERS._burst >= MOST_OF_A_KIND


def test_both_ways_are_in_the_log_by_ids_and_digests(beijing: Correspondent, signed: Sign) -> None:
    signed()
    beijing.work()
    made = put_in(beijing)
    found = take(brought(beijing, beijing.write()))
    entry = OutboxEntry.objects.get()
    acts = dict(AuditEntry.objects.filter(act__startswith="exchange.carry").values_list("act", "object_id"))
    assert acts == {
        "exchange.carry_out_envelope": entry.envelope_id,
        "exchange.carry_out": beijing.partner.uid,
        "exchange.carry_in": beijing.partner.uid,
    }
    leaves = b"".join(bytes(one) for one in AuditEntry.objects.values_list("leaf", flat=True))
    assert made.digest.encode() in leaves
    assert found.digest.encode() in leaves


def test_no_officer_carries_by_her_role_alone(beijing: Correspondent, liaison: Officer) -> None:
    with pytest.raises(Refused):
        carry_out(actor=liaison, party=beijing.partner.uid, now=timezone.now())
    with pytest.raises(Refused):
        carry_in(actor=liaison, raw=brought(beijing, beijing.write()), now=timezone.now())


def test_nothing_is_carried_to_oneself_or_to_a_stranger(beijing: Correspondent) -> None:
    for party in (settings.NODE.node_id, "9" * 32):
        with pytest.raises(NotNow):
            carry_out(actor=NODE, party=party, now=timezone.now())
    Party.objects.filter(uid=beijing.partner.uid).update(status="unconfirmed")
    with pytest.raises(NotNow):
        put_in(beijing)


def test_what_came_in_a_file_is_taken_by_an_officer_like_any_letter(
    beijing: Correspondent, officer: Officer, case: Any
) -> None:
    take(brought(beijing, beijing.write()))
    beijing.work()
    actions.take_letter(actor=officer, letter_uid=Letter.objects.get().uid, case_id=case.pk)
    beijing.work()
    hand_over(beijing, put_in(beijing))
    assert [one.stage for one in beijing.receipts()] == [Stage.OPENED, Stage.ACCEPTED]
