"""What came of a request or an answer is told back under a release decision, and shown where the correspondence is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from clew.disclosure.particulars import Court, Particulars
from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.schema import schema
from clew.node.accounts.actions import Officer, Refused
from clew.node.cases.actions import add_to_team, open_case
from clew.node.cases.models import Case
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.models import Release
from clew.node.exchange import actions
from clew.node.exchange.models import InboxEntry, Letter, Thread, ThreadEvent
from clew.node.partners.models import Party
from clew.node.types import BadInputs
from clew.vocabulary import codelist
from tests.exchange.partner import body
from tests.node.exchange.conftest import Correspondent, approve_and_sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(beijing: Correspondent, officer: Officer, case: Case) -> Letter:
    """A notification that an officer took."""
    beijing.send(beijing.write(body("notify")))
    beijing.work()
    row = Letter.objects.get()
    actions.take_letter(actor=officer, letter_uid=row.uid, case_id=case.pk)
    return Letter.objects.get()


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


@pytest.fixture
def send_release(
    beijing: Correspondent, officer: Officer, case: Case, signed: Callable[..., int],
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str],
) -> Callable[[int], SignedLetter]:  # fmt: skip
    """Approves, signs and sends a decided release; returns the letter that the partner got."""
    second = officer_factory(roles=["approver", "legal_adviser"], username="second")
    add_to_team(actor=officer, case_id=case.pk, officer_id=second.pk)

    def send(release_id: int) -> SignedLetter:
        approve_and_sign(release_id, officer, second=second, code_of=code_of)
        beijing.work()
        return beijing.letters()[-1]

    return send


TOLD = {
    "outcome": "convicted", "final": "on", "court": "Court of Vienna (fictional)", "decided_day": "2",
    "decided_month": "11", "decided_year": "2026", "reference": "7 Hv 4/26", "appeal": "final",
    "necessity": "They gave it.",
}  # fmt: skip


def test_what_came_of_it_leaves_under_a_decision_and_stands_in_the_correspondence_and_the_case(
    client: Client, taken: Letter, case: Case, send_release: Callable[[int], SignedLetter]
) -> None:
    url = f"/letters/letter/{taken.uid}/result"
    assert url in client.get(f"/letters/letter/{taken.uid}/").content.decode()
    answer = client.post(url, TOLD)
    assert answer.status_code == 302, answer.content.decode()
    release = Release.objects.get()
    preview = client.get(answer["Location"], follow=True).content.decode()
    assert "Conviction" in preview
    assert "Court of Vienna (fictional)" in preview
    letter = send_release(release.pk)
    assert (letter.header.type, letter.header.in_reply_to, letter.header.thread) == (
        "result", taken.uid, taken.thread.uid,
    )  # fmt: skip
    assert letter.header.decision is not None
    assert (letter.body["outcome"], letter.body["final"]) == ("convicted", True)
    assert letter.body["court"] == {
        "name": "Court of Vienna (fictional)", "decided": "2026-11-02", "reference": "7 Hv 4/26", "appeal": "final",
    }  # fmt: skip
    assert Thread.objects.get().state == "closed"
    assert "Conviction" in client.get(f"/letters/{taken.thread.uid}/").content.decode()
    assert "Closed by a final result" in client.get(f"/cases/{case.pk}/").content.decode()
    assert client.get(url).status_code == 404


def test_a_partners_result_is_known_when_it_comes_and_a_human_takes_it(
    beijing: Correspondent, client: Client, officer: Officer, signed: Callable[..., int]
) -> None:
    signed()
    beijing.work()
    ours = beijing.letters()[0]
    content = body("result", outcome="investigation-opened")
    beijing.send(beijing.write(content, thread=ours.header.thread, in_reply_to=ours.header.id, deadline=None))
    beijing.work()
    row = Letter.objects.get(kind="result")
    assert (row.state, Thread.objects.get().state) == ("quarantined", "result-known")
    assert "An investigation was opened" in client.get(f"/letters/{row.thread.uid}/").content.decode()
    actions.take_letter(actor=officer, letter_uid=row.uid)
    assert "An investigation was opened" in client.get(f"/letters/letter/{row.uid}/").content.decode()


@pytest.mark.parametrize("changes", [{"in_reply_to": "a" * 32}, {"thread": "b" * 32}])
def test_a_result_of_nothing_known_is_refused_and_changes_nothing(
    beijing: Correspondent, taken: Letter, changes: dict[str, str]
) -> None:
    before = (Thread.objects.values().get(), ThreadEvent.objects.count())
    named = {"thread": taken.thread.uid, "in_reply_to": taken.uid, **changes}
    beijing.send(beijing.write(body("result", outcome="used"), deadline=None, **named))
    beijing.work()
    entry = InboxEntry.objects.latest("pk")
    assert (entry.state, entry.code, entry.where) == ("rejected", "bad-field", "header/in_reply_to")
    assert (Thread.objects.values().get(), ThreadEvent.objects.count()) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"outcome": "won"}, "Select a valid choice"),
        ({"court": ""}, "No court is named"),
        ({"decided_day": "", "decided_month": "", "decided_year": ""}, "The day of the court"),
        ({"necessity": ""}, "This field is required"),
    ],
)
def test_a_result_that_does_not_do_drafts_nothing(
    client: Client, taken: Letter, changes: dict[str, str], said: str
) -> None:
    answer = client.post(f"/letters/letter/{taken.uid}/result", TOLD | changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Release.objects.exists()


@pytest.mark.parametrize(
    "particulars",
    [
        Particulars(outcome="won"),
        Particulars(outcome="acquitted"),
        Particulars(outcome="convicted", court=Court("", "2026-11-02")),
        Particulars(outcome="convicted", court=Court("Court", "yesterday")),
        Particulars(outcome="convicted", court=Court("Court", "2026-11-02", appeal="perhaps")),
        Particulars(outcome="convicted", court=Court("C" * 400, "2026-11-02")),
    ],
)
def test_the_action_refuses_what_the_form_would_not_send(
    taken: Letter, officer: Officer, case: Case, beijing: Correspondent, particulars: Particulars
) -> None:
    with pytest.raises(BadInputs):
        disclosure.draft_particular(actor=officer, particulars=particulars, **_draft(taken, case, beijing))


def test_a_court_that_is_called_like_a_protected_person_is_looked_at_like_all_words(
    taken: Letter, officer: Officer, case: Case, beijing: Correspondent
) -> None:
    said = Particulars(outcome="convicted", court=Court("Court (fictional)", "2026-11-02", "7 Hv"))
    assert said.words == {"court.name": "Court (fictional)", "court.reference": "7 Hv"}
    assert disclosure.draft_particular(actor=officer, particulars=said, **_draft(taken, case, beijing)).kind == "result"


def _draft(row: Letter, case: Case, beijing: Correspondent) -> dict[str, Any]:
    return {
        "kind": "result", "recipient": beijing.partner.uid, "instrument": "FICTIONAL-ARRANGEMENT",
        "purpose": "criminal_investigation", "urgency": "routine-7d", "subject": "x", "necessity": "y",
        "case_id": case.pk,
        "thread": row.thread.uid, "in_reply_to": row.uid,
    }  # fmt: skip


def test_nobody_writes_into_a_correspondence_that_she_may_not_see(
    taken: Letter, beijing: Correspondent, officer: Officer, case: Case, officer_factory: Callable[..., Officer]
) -> None:
    """Nor to another party, nor in answer to a letter of another correspondence; one that is not hers is as none."""
    stranger = officer_factory(roles=["investigator"], username="stranger")
    hers = open_case(actor=stranger, title="Another (fictional)", kind="investigation")
    other = Party.objects.create(
        uid="c" * 32, name="Sofia (fictional)", country="BG", kind="police", status="active", added=taken.recorded
    )  # fmt: skip
    said = Particulars(outcome="used")
    draft = _draft(taken, case, beijing)
    heard = set()
    for actor, changes in (
        (stranger, {"case_id": hers.pk}),
        (stranger, {"case_id": hers.pk, "thread": "d" * 32}),
        (officer, {"in_reply_to": "e" * 32}),
        (officer, {"thread": "d" * 32}),
        (officer, {"recipient": other.uid}),
    ):
        with pytest.raises(Refused) as refused:
            disclosure.draft_particular(actor=actor, particulars=said, **{**draft, **changes})
        heard.add(str(refused.value))
        plain = {**draft, "kind": "notify", **changes}
        with pytest.raises(Refused):
            disclosure.draft_release(actor=actor, **plain)
    assert len(heard) == 1
    assert not Release.objects.exists()
    release = disclosure.draft_particular(actor=officer, particulars=said, **draft)
    with pytest.raises(Refused):
        disclosure.revise_release(actor=officer, release_id=release.pk, recipient=other.uid)


def test_a_page_that_is_steered_into_anothers_correspondence_drafts_nothing(
    taken: Letter, officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    stranger = officer_factory(roles=["investigator"], username="stranger")
    assert signed_in_client(stranger).get(f"/letters/letter/{taken.uid}/result").status_code == 404
    analyst = signed_in_client(officer_factory(roles=["analyst"], username="analyst"))
    assert analyst.get(f"/letters/letter/{taken.uid}/result").status_code == 403


def test_the_codes_are_those_of_the_schema() -> None:
    assert list(codelist("result_outcomes").codes) == schema("result")["properties"]["outcome"]["enum"]
