"""Suspending a party or a post, or revoking its card, reaches what is drafted, queued and in quarantine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from clew.node.accounts.actions import Officer
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.models import Decision
from clew.node.exchange import actions
from clew.node.exchange.models import Letter, OutboxEntry
from clew.node.partners import actions as partners
from clew.node.partners.models import NodeCard
from clew.node.types import BadInput
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db


@pytest.fixture
def liaison(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["liaison_officer", "investigator"])


@pytest.mark.parametrize("how", ["suspend", "revoke"])
def test_suspending_or_revoking_holds_what_is_queued_and_what_waits_in_quarantine(
    beijing: Correspondent, signed: Callable[..., int], liaison: Officer, how: str
) -> None:
    beijing.send(beijing.write())
    beijing.work()
    signed()
    beijing.cut = True
    beijing.work()
    entry = OutboxEntry.objects.get(kind="request")
    beijing.cut = False
    beijing.got.clear()
    if how == "suspend":
        partners.suspend_party(actor=liaison, party_uid=beijing.partner.uid, reason="A question")
    else:
        stolen = NodeCard.objects.get(party__uid=beijing.partner.uid)
        partners.revoke_card(actor=liaison, card_id=stolen.pk, reason="Stolen")
    beijing.work(after=dt.timedelta(hours=1))
    entry.refresh_from_db()
    assert (beijing.got, entry.delivered, entry.failed) == ([], None, None)
    assert entry.last_problem == {"suspend": "suspended", "revoke": "revoked"}[how]
    with pytest.raises(BadInput):
        actions.take_letter(actor=liaison, letter_uid=Letter.objects.get(direction="in").uid)
    if how == "suspend":
        partners.reinstate_party(actor=liaison, party_uid=beijing.partner.uid, reason="Answered")
        beijing.work(after=dt.timedelta(hours=2))
        assert len(beijing.letters()) == 1


@pytest.mark.parametrize("how", ["suspend", "revoke"])
def test_r45_refuses_a_letter_to_whoever_was_suspended_or_revoked_after_it_was_decided(
    beijing: Correspondent, signed: Callable[..., int], liaison: Officer, how: str
) -> None:
    first = Decision.objects.get(pk=signed())
    if how == "suspend":
        partners.suspend_party(actor=liaison, party_uid=beijing.partner.uid, reason="A question")
    else:
        stolen = NodeCard.objects.get(party__uid=beijing.partner.uid)
        partners.revoke_card(actor=liaison, card_id=stolen.pk, reason="Stolen")
    requester = first.release.requested_by
    draft = disclosure.draft_release(
        actor=requester, kind="request", case_id=first.release.case_id, recipient=beijing.partner.uid,
        instrument="FICTIONAL-ARRANGEMENT", purpose="criminal_investigation", subject="An agency (fictional)",
        facts="We follow an agency.", necessity="Only your office can say.", languages=["zh-Hans"], statements=[],
        items=[disclosure.Question("Who owns it?", None)],
    )  # fmt: skip
    decision = disclosure.decide(actor=requester, release_id=draft.pk)
    assert decision.outcome["letter"]["verdict"] == "refuse"
    assert ("R45a" if how == "suspend" else "R45b") in {
        each["policy"] for each in decision.outcome["letter"]["reasons"]
    }
    beijing.work()
    assert beijing.got == []


def test_a_suspended_post_holds_the_letters_to_it_and_those_behind_them(
    beijing: Correspondent, signed: Callable[..., int], liaison: Officer
) -> None:
    post = partners.add_post(
        actor=liaison, parent_uid=beijing.partner.uid, name="Embassy (fictional)", kind="embassy_liaison",
        seat_country="AT",
    )  # fmt: skip
    signed()
    signed(post=post.uid)
    signed()
    beijing.cut = True
    beijing.work()
    beijing.cut = False
    partners.suspend_party(actor=liaison, party_uid=post.uid, reason="A question")
    beijing.work(after=dt.timedelta(hours=1))
    beijing.work(after=dt.timedelta(hours=2))
    assert [letter.header.sequence for letter in beijing.letters()] == [1]
    partners.reinstate_party(actor=liaison, party_uid=post.uid, reason="Answered")
    beijing.work(after=dt.timedelta(hours=4))
    assert [letter.header.sequence for letter in beijing.letters()] == [1, 2, 3]
