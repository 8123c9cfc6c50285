"""Lists are compared by letter: neither is shown, both teams get a task, and no protected person is in them."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.exchange.letters import Letter as SignedLetter
from clew.matching.private import Held, Quota, Round, allowance, answer, ask, build_set
from clew.node.accounts.actions import Officer
from clew.node.cases.actions import link_entities
from clew.node.cases.models import Case, Task
from clew.node.disclosure.models import Decision, Release
from clew.node.dossier.actions import record_source
from clew.node.exchange import actions
from clew.node.exchange.models import Comparison, Letter
from clew.node.types import BadInput
from tests.exchange.partner import body
from tests.node.exchange.conftest import Correspondent, Signing, approve_and_sign

pytestmark = pytest.mark.django_db
KINDS = ("iban", "phone", "wallet")
FRAME = {"subject", "purpose", "legal_basis", "handling"}
OURS, THEIRS = range(30), range(25, 60)


def phone(number: int) -> str:
    return f"+43660{number:07d}"


def record_phones(officer: Officer, case: Case, numbers: range, **person: Any) -> None:
    """Firms of a case, each with a telephone; of a person, where one is described."""
    today = timezone.now().date()
    keys = [f"e{number}" for number in numbers]
    schema = "Person" if person else "Company"
    source = record_source(
        actor=officer,
        compartment_id=case.compartment_id,
        draft=SourceDraft(
            kind="document", title="Register extract (fictional)", owner=settings.NODE.node_id, reliability="B",
            handling="H0", purpose="criminal_investigation", retain_until=today + dt.timedelta(days=300),
            basis="intelligence", entities=tuple(EntityDraft(key, schema, **person) for key in keys),
            statements=tuple(
                StatementDraft(key, "phone", phone(number), 1) for key, number in zip(keys, numbers, strict=True)
            ),
        ),
    )  # fmt: skip
    link_entities(actor=officer, case_id=case.pk, entity_ids=sorted(source.entity_numbers.values()))


@pytest.fixture
def asking(
    signed: Signing, beijing: Correspondent, officer: Officer, case: Case, code_of: Callable[[Officer], str]
) -> Callable[[], SignedLetter]:
    """Called, it asks privately about the case's telephones; returns the letter as Beijing got it."""
    record_phones(officer, case, OURS)

    def asked() -> SignedLetter:
        release = actions.ask_privately(
            actor=officer, case_id=case.pk, recipient=beijing.partner.uid, instrument="FICTIONAL-ARRANGEMENT",
            purpose="criminal_investigation", necessity="They follow the same firms (fictional).", contact="desk-1",
        )  # fmt: skip
        approve_and_sign(release.pk, officer, second=signed.approver, code_of=code_of)
        beijing.work()
        return beijing.letters()[-1]

    return asked


def theirs(numbers: range) -> Any:
    return build_set([Held("phone", phone(number), ()) for number in numbers], kinds=KINDS)


def text(parts: Any) -> str:
    return base64.b64encode(b"".join(parts)).decode()


def their_answer(letter: SignedLetter, numbers: range = THEIRS) -> dict[str, Any]:
    from clew.node.exchange.comparing import question_in

    question = question_in(letter.body)
    allowed = allowance(len(question.points), [], partner=question.round.asker, now=timezone.now(), quota=Quota())
    made = answer(
        question, question.round, theirs(numbers), b"b" * 32, allowance=allowed, contact="desk-2", earlier=()
    ).answer
    said = {name: value for name, value in body("notify").items() if name in FRAME}
    return said | {
        "type": "private-answer", "round": question.round.as_json(), "question": question.digest,
        "key": text([made.key]), "evaluated": text(made.evaluated), "proofs": text(made.proofs),
        "held": text(made.items), "contact": "desk-2",
    }  # fmt: skip


def answer_ours(beijing: Correspondent, letter: SignedLetter, **changes: Any) -> Letter:
    header = {"thread": letter.header.thread, "in_reply_to": letter.header.id, "deadline": None}
    beijing.send(beijing.write(their_answer(letter) | changes, **header))
    beijing.work()
    return Letter.objects.get(kind="private-answer", direction="in")


def test_a_question_holds_no_identifier_and_says_no_more_than_its_size(
    asking: Callable[[], SignedLetter], beijing: Correspondent
) -> None:
    letter = asking()
    assert letter.header.type == "private-question"
    assert not {"statements", "entities", "persons", "facts"} & letter.body.keys()
    assert len(base64.b64decode(letter.body["points"])) == 100 * 32
    said = json.dumps(dict(letter.body))
    assert not any(phone(number)[1:] in said for number in OURS)


def test_a_hit_is_a_task_here_and_one_over_there_and_neither_says_which(
    asking: Callable[[], SignedLetter], beijing: Correspondent, officer: Officer, case: Case
) -> None:
    row = answer_ours(beijing, asking())
    actions.take_letter(actor=officer, letter_uid=row.uid)
    found = Comparison.objects.get()
    assert (found.hit, bytes(found.sealed), len(found.entities)) == (True, b"", 5)
    task = Task.objects.get(kind="letter.hit")
    assert "desk-2" in task.title
    assert not any(phone(number) in task.title for number in OURS)
    beijing.work()
    assert dict(beijing.letters()[-1].body) == {"type": "private-hit", "outcome": "hit"}


def test_what_became_a_victims_meanwhile_is_no_hit(
    asking: Callable[[], SignedLetter], beijing: Correspondent, officer: Officer, case: Case
) -> None:
    row = answer_ours(beijing, asking())
    record_phones(officer, case, range(25, 30), category="victim")
    actions.take_letter(actor=officer, letter_uid=row.uid)
    assert Comparison.objects.get().hit is False


def test_a_question_that_nobody_answers_is_over_after_ninety_days(
    asking: Callable[[], SignedLetter], beijing: Correspondent
) -> None:
    asking()
    assert bytes(Comparison.objects.get().sealed)
    Comparison.objects.update(at=timezone.now() - dt.timedelta(days=91))
    asking()
    old = Comparison.objects.earliest("pk")
    assert (bytes(old.sealed), old.hit) == (b"", None)
    assert old.ended is not None


def test_without_a_hit_nobody_has_anything_to_do(
    asking: Callable[[], SignedLetter], beijing: Correspondent, officer: Officer
) -> None:
    letter = asking()
    row = answer_ours(beijing, letter, **their_answer(letter, range(500, 540)))
    actions.take_letter(actor=officer, letter_uid=row.uid)
    assert Comparison.objects.get().hit is False
    assert not Task.objects.filter(kind="letter.hit").exists()
    beijing.work()
    assert dict(beijing.letters()[-1].body) == {"type": "private-hit", "outcome": "none"}


def test_an_answer_whose_proof_does_not_hold_is_not_taken_and_the_round_stays_open(
    asking: Callable[[], SignedLetter], beijing: Correspondent, officer: Officer
) -> None:
    letter = asking()
    row = answer_ours(beijing, letter, proofs=text([bytes([1]) * 64]))
    with pytest.raises(BadInput, match="proof"):
        actions.take_letter(actor=officer, letter_uid=row.uid)
    assert Comparison.objects.get().hit is None


def test_nothing_of_a_person_who_is_protected_is_asked_about(
    signed: Signing, beijing: Correspondent, officer: Officer, case: Case
) -> None:
    from clew.node.exchange.comparing import holdings

    record_phones(officer, case, range(25))
    record_phones(officer, case, range(20, 30), category="victim")
    found = {each.value for each in holdings(officer, case.pk).items.identifiers}
    assert found == {phone(number) for number in range(20)}


def test_a_case_with_a_few_identifiers_asks_nothing(
    signed: Signing, beijing: Correspondent, officer: Officer, case: Case
) -> None:
    record_phones(officer, case, range(19))
    with pytest.raises(BadInput, match="Fewer than 20"):
        actions.ask_privately(
            actor=officer, case_id=case.pk, recipient=beijing.partner.uid, instrument="FICTIONAL-ARRANGEMENT",
            purpose="criminal_investigation", necessity="x", contact="desk-1",
        )  # fmt: skip
    assert not Release.objects.exists()


# Answering


def their_question(beijing: Correspondent, number: str = "round-1", **changes: Any) -> Letter:
    of = Round("FICTIONAL-ARRANGEMENT", beijing.partner.uid, settings.NODE.node_id, number, KINDS)
    question = ask(of, theirs(THEIRS), b"a" * 32, earlier=())
    said = {name: value for name, value in body("notify").items() if name in FRAME}
    said |= {"type": "private-question", "round": of.as_json(), "points": text(question.points), "contact": "desk-9"}
    said |= {"legal_basis": {"code": "FICTIONAL-ARRANGEMENT"}, "purpose": "criminal_investigation", **changes}
    beijing.send(beijing.write(said, deadline=None))
    beijing.work()
    return Letter.objects.filter(kind="private-question").latest("pk")


def take_and_answer(officer: Officer, row: Letter, case: Case) -> Release:
    actions.take_letter(actor=officer, letter_uid=row.uid, case_id=case.pk)
    return actions.answer_privately(
        actor=officer, letter_uid=row.uid, necessity="They ask under the arrangement.", contact="desk-1"
    )


def test_an_answer_lets_the_asker_find_what_both_hold_and_its_word_is_a_task(
    signed: Signing, beijing: Correspondent, officer: Officer, case: Case, code_of: Callable[[Officer], str]
) -> None:
    from clew.matching.private import finish
    from clew.node.exchange.comparing import answer_in

    record_phones(officer, case, OURS)
    row = their_question(beijing)
    release = take_and_answer(officer, row, case)
    assert bytes(Comparison.objects.get().sealed) == b""
    approve_and_sign(release.pk, officer, second=signed.approver, code_of=code_of)
    beijing.work()
    letter = beijing.letters()[-1]
    assert letter.header.type == "private-answer"
    of = Round("FICTIONAL-ARRANGEMENT", beijing.partner.uid, settings.NODE.node_id, "round-1", KINDS)
    question = ask(of, theirs(THEIRS), b"a" * 32, earlier=())
    found = finish(question, theirs(THEIRS), b"a" * 32, answer_in(letter.body))
    assert {each.value for each in found.identifiers} == {phone(number) for number in range(25, 30)}
    header = {"thread": letter.header.thread, "in_reply_to": letter.header.id, "deadline": None, "decision": None}
    beijing.send(beijing.write({"type": "private-hit", "outcome": "hit"}, **header))
    beijing.work()
    assert Comparison.objects.get().hit is True
    assert "desk-9" in Task.objects.get(kind="letter.hit").title


def test_points_are_counted_for_a_partner_and_a_question_over_its_quota_is_not_answered(
    signed: Signing, beijing: Correspondent, officer: Officer, case: Case
) -> None:
    record_phones(officer, case, OURS)
    for number in ("round-1", "round-2", "round-3"):
        take_and_answer(officer, their_question(beijing, number), case)
    with pytest.raises(BadInput, match="as much as it may"):
        take_and_answer(officer, their_question(beijing, "round-4"), case)
    assert Comparison.objects.count() == 3


def test_a_round_counts_once(signed: Signing, beijing: Correspondent, officer: Officer, case: Case) -> None:
    record_phones(officer, case, OURS)
    take_and_answer(officer, their_question(beijing), case)
    with pytest.raises(BadInput, match="answered already"):
        take_and_answer(officer, their_question(beijing), case)


@pytest.mark.parametrize(
    "change",
    [
        {"points": text([bytes(32)] * 100)},
        {"points": text([bytes([26]) + bytes(31), *(bytes([n]) * 32 for n in range(99))])},
        {"legal_basis": {"code": "ANOTHER"}},
    ],
    ids=["the identity", "no points", "another instrument"],
)
def test_what_is_no_question_of_this_round_is_not_evaluated(
    signed: Signing, beijing: Correspondent, officer: Officer, case: Case, change: dict[str, Any]
) -> None:
    record_phones(officer, case, OURS)
    with pytest.raises(BadInput):
        take_and_answer(officer, their_question(beijing, **change), case)
    assert not Comparison.objects.exists()
    assert not Release.objects.exists()


# Pages

ASKED = {
    "instrument": "FICTIONAL-ARRANGEMENT", "purpose": "criminal_investigation", "necessity": "Same firms.",
    "contact": "desk-1",
}  # fmt: skip


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


def test_an_officer_reads_what_each_side_learns_and_asks_from_the_page_of_the_case(
    signed: Signing, beijing: Correspondent, officer: Officer, case: Case, client: Client
) -> None:
    record_phones(officer, case, OURS)
    url = f"/letters/private/new/{case.pk}"
    assert url in client.get(f"/cases/{case.pk}/").content.decode()
    shown = client.get(url).content.decode()
    assert "What the answering side learns" in shown
    assert client.post(url, ASKED).status_code == 422
    assert client.post(url, ASKED | {"recipient": beijing.partner.uid, "contact": "two words"}).status_code == 422
    answer = client.post(url, ASKED | {"recipient": beijing.partner.uid})
    release = Release.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/releases/{release.pk}/")
    decided = client.get(f"/releases/{release.pk}/", follow=True).content.decode()
    assert "points that both sides together can compare" in decided
    assert json.loads(bytes(Decision.objects.get().package))["contact"] == "desk-1"


def test_a_question_is_answered_from_its_letter_and_a_hit_is_read_on_the_answers(
    asking: Callable[[], SignedLetter], beijing: Correspondent, officer: Officer, case: Case, client: Client
) -> None:
    row = answer_ours(beijing, asking())
    actions.take_letter(actor=officer, letter_uid=row.uid)
    shown = client.get(f"/letters/letter/{row.uid}/").content.decode()
    assert "A hit exists" in shown
    assert shown.count("/dossier/") >= 5
    question = their_question(beijing)
    url = f"/letters/letter/{question.uid}/answer-privately"
    assert client.get(url).status_code == 404
    actions.take_letter(actor=officer, letter_uid=question.uid, case_id=case.pk)
    assert url in client.get(f"/letters/letter/{question.uid}/").content.decode()
    assert "Answer a private question" in client.get("/").content.decode()
    assert client.get(url).status_code == 200
    assert client.post(url, {"contact": "", "necessity": ""}).status_code == 422
    assert client.post(url, {"contact": "desk-1", "necessity": "Asked."}).status_code == 302
    assert client.get(url).status_code == 404


def test_another_team_finds_nothing(
    signed: Signing, beijing: Correspondent, officer: Officer, case: Case,
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client],
) -> None:  # fmt: skip
    record_phones(officer, case, OURS)
    question = their_question(beijing)
    actions.take_letter(actor=officer, letter_uid=question.uid, case_id=case.pk)
    other = officer_factory(roles=["investigator"], username="other")
    stranger = signed_in_client(other)
    assert stranger.get(f"/letters/private/new/{case.pk}").status_code == 404
    assert stranger.get(f"/letters/letter/{question.uid}/answer-privately").status_code in {403, 404}
    with pytest.raises(PermissionDenied):
        actions.ask_privately(actor=other, case_id=case.pk, recipient=beijing.partner.uid, **ASKED)
    with pytest.raises(PermissionDenied):
        actions.answer_privately(actor=other, letter_uid=question.uid, necessity="x", contact="desk-1")
