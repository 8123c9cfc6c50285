"""Somebody asks what was shared about her: the clock, the check, and an answer that reveals nothing it must not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.cases.actions import add_to_team, close_case
from clew.node.cases.models import Task
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.queries import disclosures_about
from clew.node.dossier.actions import erase_person, record_source
from clew.node.oversight.actions import (
    RemedyDraft,
    answer_remedy,
    extend_remedy,
    judge_disclosure,
    look_up_person,
    open_remedy_request,
)
from clew.node.oversight.models import RemedyFinding, RemedyRequest
from clew.node.oversight.queries import desk_items, remedies, remedy_head, remedy_line
from clew.node.rulebook.queries import settings_for
from clew.node.types import BadInput, BadInputs
from clew.vocabulary import codelist
from tests.node.oversight.conftest import SUSPECT, VICTIM, Office, person_of

pytestmark = pytest.mark.django_db
ROLES = [code for code, _label in codelist("roles").choices("en")]
Signed = Callable[[Officer], Client]
DRAFT = RemedyDraft(
    asker="self", asker_name="Otto B. (fictional)", on_behalf="", verified="Passport shown at the desk (fictional).",
    about="Otto B. (fictional)", person_id=None, asked="access", received=dt.date(2026, 1, 1),
    received_through="in_person",
)  # fmt: skip


def draft(person: int | None, **changes: object) -> RemedyDraft:
    return replace(DRAFT, **{"person_id": person, "received": timezone.localdate(), **changes})  # type: ignore[arg-type]


def disclosed(office: Office) -> tuple[int, int]:
    """A suspect of whom the partner was told; his number and the decision's."""
    source = office.record(SUSPECT, "suspect")
    return person_of(source), office.disclose(source)


def answered(office: Office, row: RemedyRequest, kind: str = "neutral", language: str = "en") -> str:
    done = answer_remedy(actor=office.protection, remedy_id=row.pk, kind=kind, language=language, reason="Why.")
    return str(done.words["answer"])


def test_a_request_gets_a_number_and_a_month(office: Office) -> None:
    row = open_remedy_request(actor=office.protection, draft=draft(None))
    assert row.number == f"RM-{timezone.now().year}-0001"
    assert row.due.date() == timezone.localdate() + dt.timedelta(days=30)
    assert row.words["asker_name"] == "Otto B. (fictional)"
    assert b"Otto" not in bytes(row.sealed)
    assert remedy_line(row, timezone.now()).state == "open"
    assert remedy_line(row, timezone.now() + dt.timedelta(days=32)).state == "overdue"


def test_a_node_may_set_a_shorter_time_to_answer_and_no_longer_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = settings_for("", timezone.localdate())
    for days, counted in ((14, 14), (90, 30)):
        changed = replace(found, remedy_days=days)
        monkeypatch.setattr("clew.node.oversight.clocks.settings_for", lambda *_of, changed=changed: changed)
        row = open_remedy_request(actor=office.protection, draft=draft(None))
        assert row.due.date() == timezone.localdate() + dt.timedelta(days=counted)


def test_the_time_is_extended_once_and_with_a_reason(office: Office) -> None:
    row = open_remedy_request(actor=office.protection, draft=draft(None))
    with pytest.raises(BadInput) as refused:
        extend_remedy(actor=office.protection, remedy_id=row.pk, reason=" ")
    assert refused.value.field == "reason"
    longer = extend_remedy(actor=office.protection, remedy_id=row.pk, reason="Several offices are asked.")
    assert longer.due - row.due == dt.timedelta(days=60)
    with pytest.raises(BadInput):
        extend_remedy(actor=office.protection, remedy_id=row.pk, reason="Again.")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"asker": "nobody"}, "asker"),
        ({"asker_name": " "}, "asker_name"),
        ({"asker": "lawyer"}, "on_behalf"),
        ({"verified": ""}, "verified"),
        ({"about": ""}, "about"),
        ({"asked": "revenge"}, "asked"),
        ({"received_through": "dream"}, "received_through"),
        ({"received": dt.date(2099, 1, 1)}, "received"),
        ({"about": "x" * 2_001}, ""),
    ],
)
def test_a_request_that_is_not_complete_is_not_taken(office: Office, changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadInputs) as refused:
        open_remedy_request(actor=office.protection, draft=draft(None, **changes))
    assert field in {one.field for one in refused.value.problems}
    assert not RemedyRequest.objects.exists()


def test_a_caseworker_takes_a_request_about_a_person_of_her_team_and_of_no_other(
    office: Office, officer_factory: Callable[..., Officer]
) -> None:
    person = person_of(office.record(VICTIM, "victim"))
    stranger = officer_factory(roles=["caseworker"])
    row = open_remedy_request(actor=office.officer, draft=draft(person))
    with pytest.raises(Refused):
        open_remedy_request(actor=stranger, draft=draft(person))
    assert list(remedies(officer=office.officer)) == [row]
    assert list(remedies(officer=stranger)) == []
    assert list(remedies(officer=office.protection)) == [row]


def test_a_person_is_found_by_the_exact_name_sealed_or_not_and_never_by_a_similar_one(office: Office) -> None:
    suspect, victim = person_of(office.record(SUSPECT, "suspect")), person_of(office.record(VICTIM, "victim"))
    assert look_up_person(actor=office.protection, text="otto BEISPIELMANN (fictional)") == [suspect]
    assert look_up_person(actor=office.protection, text=VICTIM) == [victim]
    assert look_up_person(actor=office.protection, text=str(victim)) == [victim]
    assert look_up_person(actor=office.protection, text="Mei Beispielfra") == []
    assert look_up_person(actor=office.protection, text="Beispielmann") == []
    with pytest.raises(BadInput):
        look_up_person(actor=office.protection, text="x")


def test_each_look_up_is_recorded_without_what_was_looked_for(office: Office) -> None:
    victim = person_of(office.record(VICTIM, "victim"))
    look_up_person(actor=office.protection, text=VICTIM)
    entry = AuditEntry.objects.get(act="oversight.look_up_person")
    assert entry.object_id == str(victim)
    assert b"Mei" not in bytes(entry.leaf)


def test_what_left_about_a_person_is_listed_across_teams_without_content(
    office: Office, signed_in_client: Signed
) -> None:
    person, decision = disclosed(office)
    row = open_remedy_request(actor=office.protection, draft=draft(person))
    answer = signed_in_client(office.protection).get(f"/oversight/remedies/{row.pk}/")
    assert answer.status_code == 200
    assert "FICTIONAL-ARRANGEMENT" in answer.text
    assert f"/oversight/remedies/{row.pk}/disclosures/{decision}/" in answer.text
    for secret in ("Beispielmann", "An agency (fictional)", office.case.reference, "Agencies (fictional)"):
        assert secret not in answer.text
    assert AuditEntry.objects.filter(act="oversight.consult_disclosures", object_id=str(person)).exists()


def test_a_question_about_a_person_counts_as_shared_too(office: Office) -> None:
    person = person_of(office.record(SUSPECT, "suspect"))
    decision = office.signed(items=[disclosure.Question("Who is this?", person)])
    office.beijing.work()
    assert [one.pk for one in disclosures_about(person)] == [decision]


def test_what_left_is_still_known_when_the_person_was_erased(office: Office) -> None:
    source = office.record(SUSPECT, "suspect")
    person, decision = person_of(source), office.disclose(source)
    add_to_team(actor=office.officer, case_id=office.case.pk, officer_id=office.protection.pk)
    row = open_remedy_request(actor=office.protection, draft=draft(person))
    erase_person(actor=office.protection, entity_id=person, reason="At his wish (fictional).")
    assert [one.pk for one in disclosures_about(person)] == [decision]
    assert remedy_head(officer=office.protection, pk=row.pk, now=timezone.now()) is not None


def test_a_recall_becomes_a_task_of_the_team_that_names_nobody(office: Office) -> None:
    person, decision = disclosed(office)
    row = open_remedy_request(actor=office.protection, draft=draft(person))
    finding = judge_disclosure(actor=office.protection, remedy_id=row.pk, decision_id=decision,
                               judgement="recall", reason="No basis (fictional).", told=True)  # fmt: skip
    task = Task.objects.get(pk=finding.task or 0)
    assert (task.case_id, task.kind) == (office.case.pk, "remedy.recall")
    assert "R30" in task.title
    assert "Beispielmann" not in task.title
    again = judge_disclosure(actor=office.protection, remedy_id=row.pk, decision_id=decision,
                             judgement="recall", reason="Still none.", told=True)  # fmt: skip
    assert again.task == finding.task
    assert RemedyFinding.objects.count() == 1


def test_the_task_goes_to_the_liaison_officers_when_the_case_is_closed(office: Office) -> None:
    person, decision = disclosed(office)
    close_case(actor=office.officer, case_id=office.case.pk, reason="Over (fictional).")
    row = open_remedy_request(actor=office.protection, draft=draft(person))
    finding = judge_disclosure(actor=office.protection, remedy_id=row.pk, decision_id=decision,
                               judgement="correct", reason="Wrong.", told=False)  # fmt: skip
    task = Task.objects.get(pk=finding.task or 0)
    assert (task.case_id, task.role) == (None, "liaison_officer")


def test_a_lawful_disclosure_raises_no_task_and_one_about_somebody_else_cannot_be_judged(office: Office) -> None:
    person, decision = disclosed(office)
    other = office.signed()
    office.beijing.work()
    row = open_remedy_request(actor=office.protection, draft=draft(person))
    assert judge_disclosure(actor=office.protection, remedy_id=row.pk, decision_id=decision, judgement="lawful",
                            reason="Treaty.", told=True).task is None  # fmt: skip
    with pytest.raises(BadInput):
        judge_disclosure(actor=office.protection, remedy_id=row.pk, decision_id=other, judgement="lawful",
                         reason="x", told=False)  # fmt: skip


def test_the_neutral_answer_is_the_same_for_whom_nothing_is_held_and_for_whom_nothing_may_be_said(
    office: Office,
) -> None:
    person, decision = disclosed(office)
    disclosure.record_safeguard(actor=office.officer, person_id=person, kind="protection", answer=["applicant"],
                     expires=timezone.localdate() + dt.timedelta(days=90))  # fmt: skip
    held = open_remedy_request(actor=office.protection, draft=draft(person))
    unknown = open_remedy_request(actor=office.protection, draft=draft(None))
    head = remedy_head(officer=office.protection, pk=held.pk, now=timezone.now())
    assert head is not None
    assert head.neutral_advised
    judge_disclosure(actor=office.protection, remedy_id=held.pk, decision_id=decision, judgement="lawful",
                     reason="Sealed.", told=False)  # fmt: skip
    said, also = answered(office, held), answered(office, unknown)
    assert said.replace(held.number, "") == also.replace(unknown.number, "")
    assert "Sealed" not in said


def test_the_officer_is_warned_while_a_case_goes_on_a_protection_is_recorded_or_nothing_is_held(
    office: Office,
) -> None:
    def warned(person: int | None) -> bool:
        row = open_remedy_request(actor=office.protection, draft=draft(person))
        head = remedy_head(officer=office.protection, pk=row.pk, now=timezone.now())
        return head is not None and head.neutral_advised

    person = person_of(office.record(SUSPECT, "suspect"))
    assert warned(None)
    assert warned(person)
    close_case(actor=office.officer, case_id=office.case.pk, reason="Over (fictional).")
    assert not warned(person)
    disclosure.record_safeguard(actor=office.officer, person_id=person, kind="feared", answer=["CN"],
                                expires=timezone.localdate() + dt.timedelta(days=90))  # fmt: skip
    assert warned(person)


def test_a_name_finds_its_owner_and_not_everyone_of_whom_the_same_source_speaks(office: Office) -> None:
    both = SourceDraft(
        kind="interview", title="Talk (fictional)", owner="0" * 32, reliability="B", handling="H0",
        purpose="assistance", retain_until=timezone.localdate() + dt.timedelta(days=9), basis="intelligence",
        entities=(EntityDraft("her", "Person", category="victim"), EntityDraft("friend", "Person", category="victim"),
                  EntityDraft("line", "Phone")),
        statements=(StatementDraft("her", "name", VICTIM, 2), StatementDraft("friend", "name", "Ana (fictional)", 2),
                    StatementDraft("line", "number", "+43 660 0000001", 2)),
    )  # fmt: skip
    made = record_source(actor=office.officer, compartment_id=office.case.compartment_id, draft=both)
    her, friend = made.entity_numbers["her"], made.entity_numbers["friend"]
    assert look_up_person(actor=office.protection, text=VICTIM) == [her]
    assert look_up_person(actor=office.protection, text="+43660 0000001") == sorted([her, friend])


def test_an_answer_names_only_what_the_officer_said_it_may(office: Office) -> None:
    person, decision = disclosed(office)
    row = open_remedy_request(actor=office.protection, draft=draft(person))
    with pytest.raises(BadInput) as unchecked:
        answered(office, row)
    assert "checked" in unchecked.value.problem
    judge_disclosure(actor=office.protection, remedy_id=row.pk, decision_id=decision, judgement="lawful",
                     reason="Treaty.", told=False)  # fmt: skip
    with pytest.raises(BadInput) as nothing:
        answered(office, row, "named")
    assert nothing.value.field == "kind"
    judge_disclosure(actor=office.protection, remedy_id=row.pk, decision_id=decision, judgement="unlawful",
                     reason="No basis.", told=True)  # fmt: skip
    text = answered(office, row, "named")
    assert "Criminal investigation" in text
    assert "called back" in text
    assert "No information can be provided beyond" in text
    for secret in ("Beispielmann", office.case.reference, "No basis", "An agency"):
        assert secret not in text
    with pytest.raises(BadInput):
        answered(office, row)


def test_the_answer_comes_in_each_language_of_the_node(office: Office) -> None:
    for language, _name in django_settings.LANGUAGES:
        row = open_remedy_request(actor=office.protection, draft=draft(None))
        assert row.number in answered(office, row, language=language)
    with pytest.raises(BadInput):
        answered(office, open_remedy_request(actor=office.protection, draft=draft(None)), language="tlh")


def test_an_open_request_stands_on_the_officers_desk_and_an_overdue_one_is_urgent(office: Office) -> None:
    open_remedy_request(actor=office.protection, draft=draft(None))
    (item,) = desk_items(officer=office.protection, now=timezone.now())
    assert (item.kind, item.urgent) == ("remedy.open", False)
    (late,) = desk_items(officer=office.protection, now=timezone.now() + dt.timedelta(days=40))
    assert late.urgent
    assert "overdue" in late.title
    assert desk_items(officer=office.officer, now=timezone.now()) == []


def test_a_request_is_taken_checked_and_answered_on_its_pages(office: Office, signed_in_client: Signed) -> None:
    person, decision = disclosed(office)
    client = signed_in_client(office.protection)
    found = client.post("/oversight/remedies/look-up/", {"text": SUSPECT})
    assert f"?person={person}" in found.text
    assert client.post("/oversight/remedies/look-up/", {"text": ""}).status_code == 422
    assert "Nothing was found" in client.post("/oversight/remedies/look-up/", {"text": "Nobody at all"}).text
    today = timezone.localdate()
    posted = {
        "asker": "self", "asker_name": "Otto (fictional)", "verified": "Passport.", "about": "Himself",
        "asked": "access", "received_through": "post", "received_day": today.day, "received_month": today.month,
        "received_year": today.year,
    }  # fmt: skip
    path = f"/oversight/remedies/new/?person={person}"
    assert client.post(path, posted | {"verified": ""}).status_code == 422
    assert client.post(path, posted).status_code == 302
    row = RemedyRequest.objects.get()
    at = f"/oversight/remedies/{row.pk}/"
    assert client.post(f"{at}extend/", {"reason": ""}).status_code == 422
    assert client.post(f"{at}extend/", {"reason": "Holidays."}).status_code == 302
    judging = f"{at}disclosures/{decision}/"
    assert client.post(judging, {"judgement": "lawful"}).status_code == 422
    assert client.post(judging, {"judgement": "lawful", "reason": "Treaty.", "told": "on"}).status_code == 302
    assert client.get(f"{at}print/").status_code == 404
    assert client.post(f"{at}answer/", {"kind": "named", "language": "en"}).status_code == 422
    answer = {"kind": "named", "language": "en", "reason": "Nothing stands against it."}
    assert client.post(f"{at}answer/", answer).status_code == 302
    printed = client.get(f"{at}print/").text
    assert "Criminal investigation" in printed
    assert "Nothing stands against it." not in printed
    assert "Answered" in client.get("/oversight/remedies/").text
    assert client.get("/oversight/remedies/999/").status_code == 404


def test_a_persons_page_shows_content_to_her_team_and_days_to_the_officer(
    office: Office, signed_in_client: Signed, officer_factory: Callable[..., Officer]
) -> None:
    person, decision = disclosed(office)
    path = f"/oversight/persons/{person}/"
    inside = signed_in_client(office.officer).get(path)
    assert f"/releases/decisions/{decision}/" in inside.text
    outside = signed_in_client(office.protection).get(path)
    assert "FICTIONAL-ARRANGEMENT" in outside.text
    assert f"/releases/decisions/{decision}/" not in outside.text
    assert signed_in_client(officer_factory(roles=["caseworker"])).get(path).status_code == 404
    assert "What was shared about this person" in signed_in_client(office.officer).get(f"/dossier/{person}/").text


@pytest.mark.parametrize("role", [role for role in ROLES if role != "data_protection_officer"])
def test_no_other_role_checks_or_answers(
    role: str, office: Office, officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    row = open_remedy_request(actor=office.protection, draft=draft(None))
    client = signed_in_client(officer_factory(roles=[role]))
    at = f"/oversight/remedies/{row.pk}/"
    for path in (
        at,
        f"{at}extend/",
        f"{at}disclosures/1/",
        f"{at}answer/",
        f"{at}print/",
        "/oversight/remedies/look-up/",
    ):
        assert client.get(path).status_code == 403, path
    assert row.number not in client.get("/oversight/remedies/").text


def test_an_administrator_sees_none_of_it(
    office: Office, officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    person, _decision = disclosed(office)
    client = signed_in_client(officer_factory(roles=["administrator"]))
    for path in (
        "patterns/", "remedies/", "remedies/new/", "register/", "log/", "retention/", "retention/proofs/",
        f"persons/{person}/", "retention/source/1/delete/", "retention/source/1/prolong/",
    ):  # fmt: skip
        assert client.get(f"/oversight/{path}").status_code == 403, path
