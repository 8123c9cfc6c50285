"""Another use of what a partner gave is asked for by letter; its grant is an input of the rules, and never more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.schema import schema
from clew.node.accounts.actions import Officer
from clew.node.cases.actions import add_to_team
from clew.node.cases.models import Case, Task
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.models import Authorisation, Decision, Release
from clew.node.dossier.models import Source, Statement
from clew.node.exchange import actions
from clew.node.exchange.controlling import GROUNDS
from clew.node.exchange.models import ControlOrder, InboxEntry, Letter, Thread
from clew.node.exchange.queries.top_floor import desk_items
from clew.node.partners.models import Instrument
from clew.node.types import BadInput
from tests.exchange.partner import Partner, body
from tests.node.exchange.conftest import Correspondent, approve_and_sign, enter

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
SOFIA = Partner("Sofia", country="BG")
ROME = Partner("Rome", country="IT")


@pytest.fixture
def second(officer: Officer, case: Case, officer_factory: Callable[..., Officer]) -> Officer:
    found = officer_factory(roles=["approver", "legal_adviser"], username="second")
    add_to_team(actor=officer, case_id=case.pk, officer_id=found.pk)
    return found


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


@pytest.fixture
def taken(beijing: Correspondent, officer: Officer, case: Case, second: Officer) -> Letter:
    """Two facts that Beijing gave under H2, in a case; Sofia and Rome are partners too."""
    today = timezone.now().date()
    for partner in (SOFIA, ROME):
        enter(partner)
    row = Instrument.objects.get()
    row.parties = [*row.parties, SOFIA.uid, ROME.uid]
    row.enables = [
        {"letter": kind, "purposes": ["criminal_investigation", "court"]} for kind in ("request", "reply", "notify")
    ]
    row.save()
    for partner in (beijing.partner, SOFIA, ROME):
        for kind in ("assurance", "pledge"):
            disclosure.record_assurance(
                actor=second, party=partner.uid, kind=kind, text="Not towards it (fictional).",
                issuer="Office (fictional)", issued=today - 10 * DAY, expires=today + 100 * DAY, translations=["zh"],
            )  # fmt: skip
    told = body("notify")
    first = told["statements"][0] | {"handling": "H2"}
    told["statements"] = [first, first | {"n": 2, "prop": "country", "value": "cn"}]
    beijing.send(beijing.write(told))
    beijing.work()
    actions.take_letter(actor=officer, letter_uid=Letter.objects.get().uid, case_id=case.pk)
    return Letter.objects.get()


def decide(officer: Officer, case: Case, to: Partner = SOFIA, **changes: Any) -> dict[int, set[str]]:
    """The rules on passing both facts on, by number: which policies withhold each."""
    statements = list(Statement.objects.order_by("pk").values_list("pk", flat=True))
    values: dict[str, Any] = {
        "kind": "notify", "case_id": case.pk, "recipient": to.uid, "instrument": "FICTIONAL-ARRANGEMENT",
        "purpose": "criminal_investigation", "subject": "An agency (fictional)", "facts": "We follow it.",
        "necessity": "It is theirs.", "languages": ["en"], "statements": statements,
    }  # fmt: skip
    release = disclosure.draft_release(actor=officer, **{**values, **changes})
    decision = disclosure.decide(actor=officer, release_id=release.pk)
    found = {each["statement"]: each for each in decision.outcome["statements"]}
    refusing = {"R04a", "R33a", "R10b", "R11a"}
    return {
        n: {reason["policy"] for reason in found[pk]["reasons"]} & refusing for n, pk in enumerate(statements, 1)
    }  # fmt: skip


def day(of: dt.date) -> dict[str, str]:
    return {"until_day": str(of.day), "until_month": str(of.month), "until_year": str(of.year)}


ASKED = {
    "use": "pass-on", "purpose": "criminal_investigation", "numbers": ["1"], "pass_on_to": [SOFIA.uid],
    "necessity": "Sofia follows it, too.",
}  # fmt: skip


@pytest.fixture
def ask(
    beijing: Correspondent, client: Client, officer: Officer, second: Officer, taken: Letter,
    code_of: Callable[[Officer], str],
) -> Callable[..., SignedLetter]:  # fmt: skip
    """Asks for another use through the page; returns the letter that Beijing got."""

    def send(**changes: Any) -> SignedLetter:
        answer = client.post(f"/letters/letter/{taken.uid}/ask-consent", ASKED | changes)
        assert answer.status_code == 302, answer.content.decode()
        approve_and_sign(Release.objects.latest("pk").pk, officer, second=second, code_of=code_of)
        beijing.work()
        return beijing.letters()[-1]

    return send


@pytest.fixture
def grant(beijing: Correspondent, officer: Officer) -> Callable[..., Letter]:
    """Beijing allows what was asked for; an officer takes its letter."""

    def send(asked: SignedLetter, *, take: bool = True, **changes: Any) -> Letter:
        said = body("consent-grant")
        for name in ("entities", "statements", "case_reference"):
            del said[name]
        until = (timezone.now().date() + 30 * DAY).isoformat()
        told = {"use": asked.body["use"], "until": until, "purpose": asked.body["purpose"]}
        told |= {n: asked.body[n] for n in ("statement_numbers", "pass_on_to") if n in asked.body}
        header = {"thread": asked.header.thread, "in_reply_to": asked.header.id, "deadline": None}
        beijing.send(beijing.write({k: v for k, v in {**said, **told, **changes}.items() if v is not None}, **header))
        beijing.work()
        row = Letter.objects.filter(direction="in").latest("pk")
        if take:
            actions.take_letter(actor=officer, letter_uid=row.uid)
        return row

    return send


def test_asking_leaves_under_a_decision_and_allows_nothing_by_itself(
    client: Client, taken: Letter, officer: Officer, case: Case, ask: Callable[..., SignedLetter]
) -> None:
    assert decide(officer, case) == {1: {"R04a", "R33a"}, 2: {"R04a", "R33a"}}
    url = f"/letters/letter/{taken.uid}/ask-consent"
    assert Task.objects.get(kind="release.consent_request").url == f"{url}?to={SOFIA.uid}"
    assert url in client.get(f"/letters/letter/{taken.uid}/").content.decode()
    page = client.get(f"{url}?to={SOFIA.uid}").content.decode()
    assert page.count("checked") == 2
    assert url in client.get(
        f"/releases/{Release.objects.latest('pk').pk}/decisions/", follow=True
    ).content.decode() or (
        url in client.get(f"/releases/{Release.objects.latest('pk').pk}/", follow=True).content.decode()
    )
    letter = ask(**day(timezone.now().date() + 60 * DAY))
    assert (letter.header.type, letter.header.in_reply_to) == ("consent-request", taken.uid)
    assert letter.header.decision is not None
    said = {name: letter.body[name] for name in ("use", "purpose", "statement_numbers", "pass_on_to", "until")}
    assert said == {
        "use": "pass-on", "purpose": "criminal_investigation", "statement_numbers": [1], "pass_on_to": [SOFIA.uid],
        "until": (timezone.now().date() + 60 * DAY).isoformat(),
    }  # fmt: skip
    assert "nobody has allowed it" in client.get(f"/letters/{taken.thread.uid}/").content.decode()
    assert decide(officer, case) == {1: {"R04a", "R33a"}, 2: {"R04a", "R33a"}}


def test_a_grant_that_was_taken_lets_the_rules_say_yes_to_that_statement_that_recipient_and_that_purpose_alone(
    client: Client, taken: Letter, officer: Officer, case: Case, ask: Callable[..., SignedLetter],
    grant: Callable[..., Letter], second: Officer, code_of: Callable[[Officer], str],
) -> None:  # fmt: skip
    asked = ask()
    waiting = grant(asked, take=False, conditions=[{"text": "Not before the court (fictional)."}])
    assert decide(officer, case)[1] == {"R04a", "R33a"}
    actions.take_letter(actor=officer, letter_uid=waiting.uid)
    assert decide(officer, case) == {1: set(), 2: {"R04a", "R33a"}}
    approve_and_sign(Release.objects.latest("pk").pk, officer, second=second, code_of=code_of)
    assert "Not before the court (fictional)." in bytes(Decision.objects.latest("pk").package).decode()
    assert decide(officer, case, to=ROME)[1] == {"R04a", "R33a"}
    assert "Not before the court" not in bytes(Decision.objects.latest("pk").package).decode()
    assert decide(officer, case, purpose="court")[1] == {"R04a", "R33a", "R10b", "R11a"}
    assert decide(officer, case, use="evidence")[1] == {"R11a"}
    assert "Allowed" in client.get(f"/letters/{taken.thread.uid}/").content.decode()


def test_it_ends_with_its_day_and_no_grant_outlives_a_year(
    officer: Officer, case: Case, ask: Callable[..., SignedLetter], grant: Callable[..., Letter]
) -> None:
    grant(ask(), until="2199")
    today = timezone.now().date()
    found = Authorisation.objects.get()
    assert today + 364 * DAY < found.expires <= today + 366 * DAY
    Authorisation.objects.update(given=today - 9 * DAY, expires=today - DAY)
    assert decide(officer, case)[1] == {"R04a", "R33a"}


@pytest.mark.parametrize(
    "changes",
    [
        {"purpose": "court"},
        {"use": "evidence"},
        {"pass_on_to": [ROME.uid]},
        {"statement_numbers": [2]},
        {"until": "2020-01-01"},
    ],
)
def test_what_was_not_asked_for_is_not_allowed_whatever_the_grant_says(
    officer: Officer, case: Case, ask: Callable[..., SignedLetter], grant: Callable[..., Letter],
    changes: dict[str, Any],
) -> None:  # fmt: skip
    grant(ask(), **changes)
    assert not Authorisation.objects.exists()
    assert decide(officer, case)[1] == {"R04a", "R33a"}


def test_less_than_was_asked_for_may_be_allowed(
    officer: Officer, case: Case, ask: Callable[..., SignedLetter], grant: Callable[..., Letter]
) -> None:
    asked = ask(numbers=[], pass_on_to=[SOFIA.uid, ROME.uid])
    grant(asked, statement_numbers=[2], pass_on_to=[ROME.uid])
    assert decide(officer, case) == {1: {"R04a", "R33a"}, 2: {"R04a", "R33a"}}
    assert decide(officer, case, to=ROME) == {1: {"R04a", "R33a"}, 2: set()}


def test_use_as_evidence_is_asked_for_by_name_and_read_by_its_own_rule(
    officer: Officer, case: Case, ask: Callable[..., SignedLetter], grant: Callable[..., Letter]
) -> None:
    grant(ask(use="evidence"))
    assert decide(officer, case, use="evidence") == {1: set(), 2: {"R04a", "R33a", "R11a"}}


def test_what_the_partner_had_from_another_needs_that_ones_leave_too(
    officer: Officer, case: Case, ask: Callable[..., SignedLetter], grant: Callable[..., Letter]
) -> None:
    grant(ask())
    Source.objects.exclude(received_letter="").update(chain=[ROME.uid])
    assert decide(officer, case)[1] == {"R04a", "R33a"}


def test_a_grant_that_its_sender_takes_back_counts_no_more_and_that_is_answered(
    beijing: Correspondent, officer: Officer, case: Case, ask: Callable[..., SignedLetter],
    grant: Callable[..., Letter],
) -> None:  # fmt: skip
    given = grant(ask())
    assert decide(officer, case)[1] == set()
    said = {"type": "recall", "digest": given.digest, "action": "restrict", "reason": "basis-ended"}
    beijing.send(
        beijing.write(said, thread=given.thread.uid, in_reply_to=given.uid, deadline=None, decision=None)
    )  # fmt: skip
    beijing.work()
    assert decide(officer, case)[1] == {"R04a", "R33a"}
    assert Authorisation.objects.get().withdrawn is not None
    beijing.work()
    (answer,) = (one for one in beijing.letters() if one.header.type == "recall-ack")
    assert answer.body["outcome"] == "done"
    assert Thread.objects.get(pk=given.thread_id).state != "recalled"


def test_a_denial_changes_nothing_and_the_team_is_told(
    beijing: Correspondent, client: Client, officer: Officer, case: Case, ask: Callable[..., SignedLetter]
) -> None:
    asked = ask()
    said = {"type": "consent-deny", "code": "ongoing_proceedings"}
    header = {"thread": asked.header.thread, "in_reply_to": asked.header.id, "deadline": None, "decision": None}
    beijing.send(beijing.write(said, **header))
    beijing.work()
    row = Letter.objects.get(kind="consent-deny")
    assert row.state == "noted"
    assert "Proceedings are going on" in client.get(f"/letters/letter/{row.uid}/").content.decode()
    assert "Not allowed" in client.get(f"/letters/{row.thread.uid}/").content.decode()
    assert Task.objects.filter(case=case, url=f"/letters/{row.thread.uid}/").exists()
    assert decide(officer, case)[1] == {"R04a", "R33a"}


@pytest.mark.parametrize("kind", ["consent-grant", "consent-deny"])
def test_an_answer_to_what_was_never_asked_is_refused(beijing: Correspondent, taken: Letter, kind: str) -> None:
    said: dict[str, Any] = {"type": kind}
    if kind == "consent-grant":
        said = body(kind) | {"use": "pass-on", "pass_on_to": [SOFIA.uid], "until": "2027"}
        said = {name: value for name, value in said.items() if name not in {"entities", "statements"}}
    header = {"thread": taken.thread.uid, "in_reply_to": taken.uid, "deadline": None}
    header |= {"decision": None} if kind == "consent-deny" else {}
    beijing.send(beijing.write(said, **header))
    beijing.work()
    assert InboxEntry.objects.latest("pk").state == "rejected"
    assert not Authorisation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"use": "publish"}, "Select a valid choice"),
        ({"pass_on_to": []}, "Nobody is named"),
        ({"use": "other-purpose"}, "names nobody else"),
        ({"numbers": ["7"]}, "Select a valid choice"),
        ({"necessity": ""}, "This field is required"),
    ],
)
def test_what_does_not_do_drafts_nothing(client: Client, taken: Letter, changes: dict[str, Any], said: str) -> None:
    answer = client.post(f"/letters/letter/{taken.uid}/ask-consent", ASKED | changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Release.objects.exists()


@pytest.fixture
def asked_of_us(beijing: Correspondent, signed: Callable[..., int], officer: Officer) -> Letter:
    """Beijing asks to pass on what this node sent it; an officer took that."""
    enter(SOFIA)
    signed(kind="notify", items=[])
    beijing.work()
    ours = beijing.letters()[-1]
    said = body("consent-request") | {"use": "pass-on", "pass_on_to": [SOFIA.uid], "statement_numbers": [1]}
    for name in ("entities", "statements", "case_reference"):
        del said[name]
    header = {"thread": ours.header.thread, "in_reply_to": ours.header.id, "deadline": None}
    beijing.send(beijing.write(said, **header))
    beijing.work()
    row = Letter.objects.get(kind="consent-request")
    actions.take_letter(actor=officer, letter_uid=row.uid)
    return Letter.objects.get(kind="consent-request")


def test_an_officer_allows_less_with_conditions_and_until_a_day_and_can_take_it_back(
    beijing: Correspondent, client: Client, asked_of_us: Letter, officer: Officer, second: Officer,
    code_of: Callable[[Officer], str],
) -> None:  # fmt: skip
    kinds = {item.kind for item in desk_items(officer=officer, now=timezone.now())}
    assert "letter.use_asked_for" in kinds
    shown = client.get(f"/letters/letter/{asked_of_us.uid}/").content.decode()
    assert "Passing it on" in shown
    assert "Sofia (fictional)" in shown
    given = {
        "numbers": ["1"], "pass_on_to": [SOFIA.uid], "conditions": "Not before a court (fictional).\n\n",
        "necessity": "They asked.", **day(timezone.now().date() + 20 * DAY),
    }  # fmt: skip
    answer = client.post(f"/letters/letter/{asked_of_us.uid}/grant", given)
    assert answer.status_code == 302, answer.content.decode()
    approve_and_sign(Release.objects.latest("pk").pk, officer, second=second, code_of=code_of)
    beijing.work()
    letter = beijing.letters()[-1]
    assert (letter.header.type, letter.header.in_reply_to) == ("consent-grant", asked_of_us.uid)
    assert letter.body["pass_on_to"] == [SOFIA.uid]
    assert {"text": "Not before a court (fictional)."} in letter.body["conditions"]
    assert client.get(f"/letters/letter/{asked_of_us.uid}/grant").status_code == 404
    assert client.get(f"/letters/letter/{asked_of_us.uid}/deny").status_code == 404
    assert "letter.use_asked_for" not in {item.kind for item in desk_items(officer=officer, now=timezone.now())}
    actions.recall_letter(actor=officer, letter_uid=letter.header.id, what="restrict", reason="basis-ended")
    beijing.work()
    assert beijing.letters()[-1].header.type == "recall"


@pytest.mark.parametrize(
    "wrong", [{"numbers": ["2"]}, {"pass_on_to": [ROME.uid]}, {"pass_on_to": []}, {"until_day": ""}]
)
def test_more_than_was_asked_for_or_no_day_is_not_allowed(
    client: Client, asked_of_us: Letter, wrong: dict[str, Any]
) -> None:
    before = Release.objects.count()
    given = {
        "numbers": ["1"], "pass_on_to": [SOFIA.uid], "conditions": "", "necessity": "They asked.",
        **day(timezone.now().date() + 20 * DAY), **wrong,
    }  # fmt: skip
    assert client.post(f"/letters/letter/{asked_of_us.uid}/grant", given).status_code == 422
    assert Release.objects.count() == before


def test_a_denial_leaves_by_code_alone_or_without_one(
    beijing: Correspondent, client: Client, asked_of_us: Letter
) -> None:
    url = f"/letters/letter/{asked_of_us.uid}/deny"
    assert client.post(url, {"code": "asylum"}).status_code == 422
    assert client.post(url, {"code": ""}).status_code == 302
    beijing.work()
    letter = beijing.letters()[-1]
    assert dict(letter.body) == {"type": "consent-deny"}
    assert ControlOrder.objects.get(kind="consent-deny").written is not None
    with pytest.raises(BadInput):
        actions.deny_consent(actor=Officer.objects.get(username="anna"), letter_uid=asked_of_us.uid)


def test_a_colleague_of_another_team_finds_nothing(
    asked_of_us: Letter, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    other = signed_in_client(officer_factory(roles=["investigator"], username="other"))
    for page in ("ask-consent", "grant", "deny"):
        assert other.get(f"/letters/letter/{asked_of_us.uid}/{page}").status_code == 404


def test_a_request_that_is_withdrawn_cannot_be_allowed_any_more(
    beijing: Correspondent, client: Client, asked_of_us: Letter
) -> None:
    said = {"type": "withdraw", "reason": "no-longer-needed"}
    header = {"thread": asked_of_us.thread.uid, "in_reply_to": asked_of_us.uid, "deadline": None, "decision": None}
    beijing.send(beijing.write(said, **header))
    beijing.work()
    assert client.get(f"/letters/letter/{asked_of_us.uid}/grant").status_code == 404


def test_our_own_request_can_be_withdrawn_until_it_is_answered(
    beijing: Correspondent, officer: Officer, ask: Callable[..., SignedLetter], grant: Callable[..., Letter]
) -> None:
    asked = ask()
    grant(asked, take=False)
    with pytest.raises(BadInput):
        actions.withdraw_request(actor=officer, letter_uid=asked.header.id, reason="case-closed")


def test_the_grounds_offered_are_those_of_the_schema_and_none() -> None:
    assert set(GROUNDS) == {"", *schema("parts")["$defs"]["refusal_code"]["enum"]}
