"""What the doctor finds in the exchange: what is stuck, who is not heard, whose clock is off; unknown is not well."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable

import pytest
from django.conf import settings
from django.utils import timezone, translation

from clew.exchange.receipts import Stage
from clew.node.exchange.models import DispatchProblem, InboxEntry, OutboxEntry, Receipt, Transit
from clew.node.exchange.queries import health_findings
from clew.node.partners.models import Party
from clew.node.types import Finding
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Correspondent, enter

pytestmark = pytest.mark.django_db
NAME = "Beijing (fictional)"
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def found() -> dict[str, Finding]:
    """By check, what is found now."""
    with translation.override("en"):
        return {one.check: one for one in health_findings(now=timezone.now())}


def confirmed(partner: Partner, ahead: dt.timedelta, ago: dt.timedelta = HOUR, **changes: object) -> None:
    """A letter that a partner's node confirmed when it was first sent, by a clock that is so far ahead."""
    at = timezone.now() - ago
    digest = secrets.token_hex(32)
    OutboxEntry.objects.create(
        **{
            "party": partner.uid, "kind": "receipt", "envelope_id": secrets.token_hex(16), "envelope_digest": digest,
            "envelope": b"", "created": at, "expires": at + DAY, "next_attempt": at, "delivered": at, **changes,
        }
    )  # fmt: skip
    Receipt.objects.create(
        issuer=partner.uid, addressee=settings.NODE.node_id, envelope_id=secrets.token_hex(16), envelope_digest=digest,
        stage=Stage.STORED.value, at=at + ahead, recorded=at,
    )  # fmt: skip


@pytest.fixture
def sofia(beijing: Correspondent) -> Partner:
    partner = Partner("Sofia", country="BG")
    enter(partner)
    return partner


def test_without_a_receipt_the_clock_is_unknown_and_so_is_a_partner_never_heard(beijing: Correspondent) -> None:
    assert found()["clock"].state == "unknown"
    partner = found()[f"partner: {NAME}"]
    assert (partner.state, "unknown" in partner.says) == ("unknown", True)


def test_receipts_signed_at_about_the_same_time_show_that_the_clocks_agree(beijing: Correspondent) -> None:
    confirmed(beijing.partner, dt.timedelta(seconds=-3))
    assert found()["clock"].state == "well"
    assert found()[f"partner: {NAME}"].says == "Last receipt 60 minutes ago, last letter from it never."


def test_of_several_clocks_the_odd_one_is_named(beijing: Correspondent, sofia: Partner) -> None:
    confirmed(beijing.partner, dt.timedelta(seconds=1))
    confirmed(sofia, DAY)
    clock = found()["clock"]
    assert (clock.state, "Sofia (fictional) 24 hours ahead" in clock.says) == ("wrong", True)
    assert "Their clock is off" in clock.cure


def test_where_all_partners_differ_ones_own_clock_is_to_be_looked_at(beijing: Correspondent) -> None:
    confirmed(beijing.partner, -DAY)
    clock = found()["clock"]
    assert (clock.state, "24 hours behind" in clock.says) == ("wrong", True)
    assert "this machine's clock" in clock.cure


@pytest.mark.parametrize(("ago", "changes"), [(HOUR, {"attempts": 1}), (HOUR, {"carrier": "a post"}), (8 * DAY, {})])
def test_a_receipt_asked_for_again_carried_or_old_says_nothing_of_a_clock(
    beijing: Correspondent, ago: dt.timedelta, changes: dict[str, object]
) -> None:
    confirmed(beijing.partner, -DAY, ago, **changes)
    assert found()["clock"].state == "unknown"


def test_one_odd_receipt_among_several_is_no_clock(beijing: Correspondent) -> None:
    confirmed(beijing.partner, -DAY)
    for _each in range(2):
        confirmed(beijing.partner, dt.timedelta(0))
    assert found()["clock"].state == "well"


def test_a_letter_that_waits_too_long_is_told_by_partner_with_the_last_problem_in_words(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    assert found()["letters on their way"].state == "well"
    OutboxEntry.objects.update(created=timezone.now() - 2 * HOUR)
    stuck = found()[f"stuck: {NAME}"]
    assert stuck.state == "wrong"
    assert "1 letter to" in stuck.says
    assert "The partner's node cannot be reached." in stuck.says
    assert "telephone" in stuck.cure
    assert "letters on their way" not in found()


def test_a_letter_that_a_post_has_is_unknown_and_one_given_up_is_undeliverable(
    beijing: Correspondent, signed: Callable[..., int]
) -> None:
    signed()
    beijing.cut = True
    beijing.work()
    long_ago = timezone.now() - 2 * HOUR
    OutboxEntry.objects.update(created=long_ago, carried=long_ago)
    assert found()[f"carried: {NAME}"].state == "unknown"
    OutboxEntry.objects.update(failed=timezone.now(), last_problem="expired")
    given_up = found()[f"undeliverable: {NAME}"]
    assert (given_up.state, "It arrived after its expiry." in given_up.says) == ("wrong", True)
    OutboxEntry.objects.update(failed=timezone.now() - 31 * DAY)
    assert found()["letters on their way"].state == "well"


def test_an_envelope_that_cannot_be_opened_is_found_and_one_of_a_suspended_partner_is_not_wrong(
    beijing: Correspondent,
) -> None:
    beijing.send(beijing.write())
    assert found()["opening"].state == "well"
    InboxEntry.objects.update(received=timezone.now() - HOUR)
    assert (found()["opening"].state, "1 envelope" in found()["opening"].says) == ("wrong", True)
    Party.objects.filter(uid=beijing.partner.uid).update(status="suspended")
    assert found()["opening"].state == "unknown"
    assert found()[f"partner: {NAME}"].says == "The partner is suspended. Nothing is sent to it."


def test_signed_letters_that_could_not_be_sent_are_counted(beijing: Correspondent) -> None:
    assert found()["dispatch"].state == "well"
    DispatchProblem.objects.create(decision=1, code="not-as-decided", at=timezone.now())
    unsent = found()["dispatch"]
    assert (unsent.state, unsent.says.startswith("1 signed letter could not be sent")) == ("wrong", True)
    assert "withdraws the release" in unsent.cure


def test_a_letter_carried_for_others_that_waits_is_told_by_its_recipient(
    beijing: Correspondent, sofia: Partner
) -> None:
    then = timezone.now() - 2 * HOUR
    Transit.objects.create(
        sender=beijing.partner.uid, recipient=sofia.uid, envelope_id="1", digest="2", envelope=b"", size=1,
        received=then, expires=then + DAY, receipt=b"", next_attempt=then, last_problem="timeout",
    )  # fmt: skip
    waits = found()["in transit: Sofia (fictional)"]
    assert (waits.state, "did not answer in time" in waits.says) == ("wrong", True)
