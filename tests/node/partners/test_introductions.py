from __future__ import annotations

import pytest
from django.utils import timezone

from clew.node.accounts.models import Officer
from clew.node.partners import actions, queries
from clew.node.partners.models import Introduction, Party
from clew.node.partners.queries import UsableKeys
from clew.node.types import BadInput
from tests.node.partners.conftest import foreign, known


def received(officer: Officer, facilitator: str, card: bytes, letter: str = "f" * 32) -> Introduction:
    return actions.receive_introduction(
        actor=officer, facilitator_uid=facilitator, card=card, letter_uid=letter, reason="You should meet"
    )


def test_a_facilitator_proposes_both_directions_with_the_pinned_cards(officer: Officer, own: str) -> None:
    a, b = known(foreign(), officer), known(foreign(country="AT"), officer)
    first, second = actions.propose_introduction(actor=officer, first_uid=a, second_uid=b, reason="Same agency")
    assert (first.recipient, first.party_uid, bytes(first.card)) == (a, b, queries.card_of(b))
    assert (second.recipient, second.party_uid, bytes(second.card)) == (b, a, queries.card_of(a))
    assert queries.proposed_introductions().count() == 2
    assert not queries.introductions().exists()


def test_an_unconfirmed_party_cannot_be_introduced(officer: Officer, own: str) -> None:
    a, b = known(foreign(), officer), foreign()
    actions.import_card(actor=officer, raw=b.card())
    with pytest.raises(BadInput) as fault:
        actions.propose_introduction(actor=officer, first_uid=a, second_uid=b.uid, reason="Same agency")
    assert fault.value.field == "second"
    assert not Introduction.objects.exists()


def test_a_party_is_not_introduced_to_itself(officer: Officer, own: str) -> None:
    a = known(foreign(), officer)
    with pytest.raises(BadInput):
        actions.propose_introduction(actor=officer, first_uid=a, second_uid=a, reason="x")


def test_nothing_is_trusted_before_a_human_decides(officer: Officer, own: str) -> None:
    facilitator, other = known(foreign(kind="io"), officer), foreign()
    received(officer, facilitator, other.card())
    assert not Party.objects.filter(uid=other.uid).exists()


def test_the_same_letter_twice_has_one_effect(officer: Officer, own: str) -> None:
    facilitator, card = known(foreign(kind="io"), officer), foreign().card()
    assert received(officer, facilitator, card) == received(officer, facilitator, card)
    assert queries.introductions(waiting=True).count() == 1


def test_accepting_pins_the_keys_and_records_who_vouched(officer: Officer, own: str) -> None:
    facilitator, other = known(foreign(kind="io"), officer), foreign()
    introduction = received(officer, facilitator, other.card())
    actions.accept_introduction(actor=officer, introduction_id=introduction.pk, reason="Known from a meeting")
    assert isinstance(queries.usable_keys(other.uid, timezone.now()), UsableKeys)
    party = queries.party(other.uid)
    assert party is not None
    assert party.vouched_by == facilitator
    introduction.refresh_from_db()
    assert (introduction.decision, introduction.decided_by) == ("accepted", officer)


def test_declining_enters_nobody_and_is_final(officer: Officer, own: str) -> None:
    facilitator, other = known(foreign(kind="io"), officer), foreign()
    introduction = received(officer, facilitator, other.card())
    actions.decline_introduction(actor=officer, introduction_id=introduction.pk, reason="Not competent")
    assert queries.party(other.uid) is None
    with pytest.raises(BadInput):
        actions.accept_introduction(actor=officer, introduction_id=introduction.pk, reason="x")


def test_a_suspended_facilitator_vouches_for_nobody(officer: Officer, own: str) -> None:
    facilitator, other = known(foreign(kind="io"), officer), foreign()
    introduction = received(officer, facilitator, other.card())
    actions.suspend_party(actor=officer, party_uid=facilitator, reason="Key stolen")
    with pytest.raises(BadInput):
        actions.accept_introduction(actor=officer, introduction_id=introduction.pk, reason="x")
    with pytest.raises(BadInput):
        received(officer, facilitator, foreign().card(), letter="e" * 32)
    assert queries.party(other.uid) is None


def test_a_hostile_card_in_a_letter_is_refused(officer: Officer, own: str) -> None:
    facilitator = known(foreign(kind="io"), officer)
    with pytest.raises(BadInput):
        received(officer, facilitator, b"not a card")
    assert not Introduction.objects.exists()
