"""Conditions are announced before anything is told; what is told once they are accepted carries and keeps them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.moments import to_text
from clew.exchange.strict_json import canonical, digest
from clew.node.accounts.actions import Officer
from clew.node.cases.actions import add_to_team
from clew.node.cases.models import Case, Task
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.findings import Findings
from clew.node.disclosure.models import Decision, Release
from clew.node.dossier.models import Source, Statement
from clew.node.exchange import actions
from clew.node.exchange.models import ControlOrder, InboxEntry, Letter
from clew.node.exchange.queries.top_floor import desk_items
from clew.node.types import BadInput
from tests.exchange.partner import body
from tests.node.exchange.conftest import Correspondent, approve_and_sign

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
WORDS = ["Not before a court (fictional).", "Tell us what came of it (fictional)."]


@pytest.fixture
def second(officer: Officer, case: Case, officer_factory: Callable[..., Officer]) -> Officer:
    found = officer_factory(roles=["approver", "legal_adviser"], username="second")
    add_to_team(actor=officer, case_id=case.pk, officer_id=found.pk)
    return found


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


@pytest.fixture
def told(signed: Callable[..., int], beijing: Correspondent, officer: Officer, case: Case) -> Release:
    """A notification that must not leave before its conditions are accepted."""
    statements = list(Statement.objects.values_list("pk", flat=True))
    release = disclosure.draft_release(
        actor=officer, kind="notify", case_id=case.pk, recipient=beijing.partner.uid,
        instrument="FICTIONAL-ARRANGEMENT", purpose="criminal_investigation", subject="An agency (fictional)",
        facts="We follow it.", necessity="It is theirs.", languages=["zh-Hans"], statements=statements,
        findings=Findings(conditions_first=True),
    )  # fmt: skip
    disclosure.decide(actor=officer, release_id=release.pk)
    return release


def refusing(release: Release) -> set[str]:
    outcome = Decision.objects.filter(release=release).latest("pk").outcome
    rulings = [outcome["letter"], *outcome["statements"]]
    return {reason["policy"] for ruling in rulings for reason in ruling["reasons"]} & {"R12a", "R12c"}


GIVEN = {"subject": "About an agency (fictional)", "conditions": "\n".join(WORDS), "necessity": "Theirs."}


def until(day: dt.date) -> dict[str, str]:
    return {"answer_by_day": str(day.day), "answer_by_month": str(day.month), "answer_by_year": str(day.year)}


@pytest.fixture
def offered(
    beijing: Correspondent, client: Client, told: Release, officer: Officer, second: Officer,
    code_of: Callable[[Officer], str],
) -> SignedLetter:  # fmt: skip
    """The offer as Beijing got it."""
    answer = client.post(f"/releases/{told.pk}/offer/", GIVEN | until(timezone.now().date() + 9 * DAY))
    assert answer.status_code == 302, answer.content.decode()
    approve_and_sign(Release.objects.latest("pk").pk, officer, second=second, code_of=code_of)
    beijing.work()
    return beijing.letters()[-1]


def reply(beijing: Correspondent, offer: SignedLetter, kind: str, **changes: Any) -> InboxEntry:
    said = {"type": kind, "conditions_sha256": digest(canonical(offer.body["conditions"])), **changes}
    header = {"thread": offer.header.thread, "in_reply_to": offer.header.id, "deadline": None, "decision": None}
    beijing.send(beijing.write(said, **header))
    beijing.work()
    return InboxEntry.objects.latest("pk")


def test_an_offer_tells_its_conditions_and_none_of_the_facts(
    client: Client, told: Release, offered: SignedLetter, officer: Officer
) -> None:
    assert refusing(told) == {"R12a"}
    assert f"/releases/{told.pk}/offer/" in client.get(f"/releases/{told.pk}/", follow=True).content.decode()
    assert offered.header.type == "offer"
    assert not {"facts", "statements", "entities", "persons"} & offered.body.keys()
    assert [one["text"] for one in offered.body["conditions"] if "rule" not in one] == WORDS
    assert offered.body["answer_by"].endswith("T23:59:59Z")
    row = Letter.objects.get(kind="offer")
    assert "nobody has accepted" in client.get(f"/letters/{row.thread.uid}/").content.decode()
    with pytest.raises(BadInput):
        approve_and_sign_anyway(officer, told)


def approve_and_sign_anyway(officer: Officer, told: Release) -> None:
    from clew.node.accounts.actions import StepUp
    from clew.node.accounts.step_up import prove

    decision = Decision.objects.filter(release=told).latest("pk")
    disclosure.sign(actor=officer, decision_id=decision.pk, step_up=prove(StepUp(officer.pk, "totp")))


def test_what_is_told_once_they_are_accepted_carries_every_condition(
    beijing: Correspondent, client: Client, case: Case, offered: SignedLetter, officer: Officer, second: Officer,
    code_of: Callable[[Officer], str],
) -> None:  # fmt: skip
    assert reply(beijing, offered, "accept-conditions").state == "done"
    row = Letter.objects.get(kind="accept-conditions")
    assert Task.objects.filter(case=case, url=f"/letters/{row.thread.uid}/").exists()
    assert "The conditions are accepted" in client.get(f"/letters/{row.thread.uid}/").content.decode()
    answer = client.post(f"/letters/letter/{row.uid}/give")
    assert answer.status_code == 302
    release = Release.objects.latest("pk")
    statements = list(Statement.objects.values_list("pk", flat=True))
    disclosure.revise_release(
        actor=officer, release_id=release.pk, statements=statements, facts="We follow it.",
        findings=Findings(conditions_first=True),
    )  # fmt: skip
    disclosure.decide(actor=officer, release_id=release.pk)
    assert refusing(release) == set()
    approve_and_sign(release.pk, officer, second=second, code_of=code_of)
    beijing.work()
    letter = beijing.letters()[-1]
    assert (letter.header.type, letter.header.in_reply_to) == ("notify", row.uid)
    assert set(WORDS) <= {one["text"] for one in letter.body["conditions"]}
    assert letter.body["statements"]
    copies = client.get(f"/letters/copies/{Source.objects.get().pk}/").content.decode()
    assert WORDS[0] in copies
    assert client.post(f"/letters/letter/{row.uid}/give").status_code == 404


def test_an_acceptance_of_other_conditions_is_refused_and_opens_nothing(
    beijing: Correspondent, client: Client, offered: SignedLetter
) -> None:
    entry = reply(beijing, offered, "accept-conditions", conditions_sha256="0" * 64)
    assert (entry.state, entry.code, entry.where) == ("rejected", "bad-field", "body/conditions_sha256")
    assert not Letter.objects.filter(kind="accept-conditions").exists()


def test_one_that_comes_after_its_day_or_after_it_was_taken_back_counts_for_nothing(
    beijing: Correspondent, client: Client, offered: SignedLetter, officer: Officer
) -> None:
    row = Letter.objects.get(kind="offer")
    actions.withdraw_request(actor=officer, letter_uid=row.uid, reason="case-closed")
    beijing.work()
    assert beijing.letters()[-1].header.type == "withdraw"
    reply(beijing, offered, "accept-conditions")
    accepted = Letter.objects.get(kind="accept-conditions")
    assert client.post(f"/letters/letter/{accepted.uid}/give").status_code == 404
    assert "The offer was taken back" in client.get(f"/letters/{row.thread.uid}/").content.decode()
    accepted.created = timezone.now() + 30 * DAY
    from clew.node.exchange.offering import still_stands

    assert not still_stands(dict(offered.body), accepted.created)


def test_declined_conditions_open_nothing(beijing: Correspondent, client: Client, offered: SignedLetter) -> None:
    assert reply(beijing, offered, "decline-conditions", reason="cannot-comply").state == "done"
    row = Letter.objects.get(kind="decline-conditions")
    assert "cannot be kept" in client.get(f"/letters/letter/{row.uid}/").content.decode()
    assert "The conditions are declined" in client.get(f"/letters/{row.thread.uid}/").content.decode()
    assert client.post(f"/letters/letter/{row.uid}/give").status_code == 404


@pytest.mark.parametrize(
    "wrong", [{"conditions": "  \n"}, {"subject": ""}, until(dt.date(2020, 1, 1)), {"answer_by_day": ""}]
)
def test_an_offer_that_does_not_do_drafts_nothing(client: Client, told: Release, wrong: dict[str, str]) -> None:
    before = Release.objects.count()
    given = GIVEN | until(timezone.now().date() + 9 * DAY) | wrong
    assert client.post(f"/releases/{told.pk}/offer/", given).status_code == 422
    assert Release.objects.count() == before


@pytest.fixture
def their_offer(beijing: Correspondent, officer: Officer, case: Case) -> Letter:
    return take_offer(beijing, officer, case)


def take_offer(beijing: Correspondent, officer: Officer, case: Case, **changes: Any) -> Letter:
    said = body("offer") | {"conditions": [{"text": each} for each in WORDS], **changes}
    said = {name: value for name, value in said.items() if name not in {"entities", "statements", "facts"}}
    beijing.send(beijing.write(said, deadline=None))
    beijing.work()
    row = Letter.objects.filter(kind="offer").latest("pk")
    actions.take_letter(actor=officer, letter_uid=row.uid, case_id=case.pk)
    return Letter.objects.get(pk=row.pk)


def test_what_comes_after_we_accepted_stands_under_the_conditions_whatever_its_letter_says(
    beijing: Correspondent, client: Client, officer: Officer, case: Case, their_offer: Letter
) -> None:
    kinds = {item.kind for item in desk_items(officer=officer, now=timezone.now())}
    assert "letter.offered" in kinds
    url = f"/letters/letter/{their_offer.uid}/accept-conditions"
    assert WORDS[0] in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    beijing.work()
    accepted = beijing.letters()[-1]
    conditions = [{"text": each} for each in WORDS]
    assert dict(accepted.body) == {
        "type": "accept-conditions", "conditions_sha256": digest(canonical(conditions)),
    }  # fmt: skip
    assert client.get(url).status_code == 404
    assert client.get(f"/letters/letter/{their_offer.uid}/decline-conditions").status_code == 404
    told = body("notify")
    told["statements"][0]["handling"] = "H0"
    header = {"thread": accepted.header.thread, "in_reply_to": accepted.header.id, "deadline": None}
    beijing.send(beijing.write(told, **header))
    beijing.work()
    actions.take_letter(actor=officer, letter_uid=Letter.objects.get(kind="notify").uid)
    source = Source.objects.get()
    assert source.handling == "H3"
    assert all(each in source.handling_text for each in WORDS)
    assert WORDS[1] in client.get(f"/letters/copies/{source.pk}/").content.decode()
    # What comes without that acceptance stands under its own handling.
    beijing.send(beijing.write(body("notify"), deadline=None))
    beijing.work()
    actions.take_letter(
        actor=officer, letter_uid=Letter.objects.filter(kind="notify").latest("pk").uid, case_id=case.pk
    )
    assert Source.objects.latest("pk").handling == "H1"


def test_an_offer_stands_until_its_day(beijing: Correspondent, officer: Officer, case: Case) -> None:
    over = take_offer(beijing, officer, case, answer_by=to_text(timezone.now().replace(microsecond=0) - DAY))
    with pytest.raises(BadInput, match="stands no more"):
        actions.accept_conditions(actor=officer, letter_uid=over.uid)
    with pytest.raises(BadInput, match="reason is unknown"):
        actions.decline_conditions(actor=officer, letter_uid=over.uid, reason="curious")
    actions.decline_conditions(actor=officer, letter_uid=over.uid, reason="not-needed")
    with pytest.raises(BadInput):
        actions.decline_conditions(actor=officer, letter_uid=over.uid, reason="not-needed")
    assert ControlOrder.objects.count() == 1


def test_one_that_its_sender_took_back_can_be_accepted_no_more(
    beijing: Correspondent, client: Client, their_offer: Letter
) -> None:
    said = {"type": "withdraw", "reason": "no-longer-needed"}
    header = {"thread": their_offer.thread.uid, "in_reply_to": their_offer.uid, "deadline": None, "decision": None}
    beijing.send(beijing.write(said, **header))
    beijing.work()
    assert client.get(f"/letters/letter/{their_offer.uid}/accept-conditions").status_code == 404


def test_a_colleague_of_another_team_finds_nothing(
    their_offer: Letter, told: Release, officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
) -> None:  # fmt: skip
    other = signed_in_client(officer_factory(roles=["investigator"], username="other"))
    for page in ("accept-conditions", "decline-conditions"):
        assert other.get(f"/letters/letter/{their_offer.uid}/{page}").status_code == 404
    assert other.get(f"/releases/{told.pk}/offer/").status_code in {403, 404}
