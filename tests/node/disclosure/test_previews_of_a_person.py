"""Facts that together could name a person: found, coarsened, answered for; and what the page tells of the rest."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import Refused
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.disclosure import actions, queries
from clew.node.disclosure.models import Decision, Release
from clew.node.dossier.actions import record_source
from clew.node.partners.models import Party
from clew.node.types import BadInput
from tests.node.disclosure.conftest import World, step_up

SignIn = Callable[[Officer], Client]
SAID = {
    "child": ["no"], "origin": ["bg"], "protection": ["none"], "witness_protection": ["no"], "sheltered": ["no"],
    "role_conflict": ["no"], "public_role": ["no"],
}  # fmt: skip
FACTS = (("startDate", "2026-03-14"), ("personsCount", "3"), ("workSector", "A_AgricultureForestryAndFishing"))


@pytest.fixture
def situation(world: World) -> World:
    """A victim of whom everything the rules ask is recorded, and what was done to her: a date, a number, a sector."""
    draft = SourceDraft(
        kind="interview", title="Second conversation (fictional)", owner="at-office", reliability="B", handling="H0",
        purpose="criminal_investigation", retain_until=timezone.now().date() + dt.timedelta(days=365),
        basis="intelligence",
        entities=(EntityDraft("her", "Person", existing_id=world.person()), EntityDraft("it", "ExploitationSituation")),
        statements=tuple(StatementDraft("it", prop, value, 2) for prop, value in FACTS),
    )  # fmt: skip
    record_source(actor=world.anna, compartment_id=world.case.compartment_id, draft=draft)
    # Between police forces nothing on her leaves at all (G2).
    Party.objects.filter(uid="cn-office").update(kind="prosecutor")
    later = timezone.now().date() + dt.timedelta(days=90)
    for kind, answer in SAID.items():
        actions.record_safeguard(actor=world.anna, person_id=world.person(), kind=kind, answer=answer, expires=later)
    return world


def _of(world: World, prop: str) -> int:
    return world.statement("ExploitationSituation", prop)


def _decided(world: World, *props: str) -> Decision:
    release = world.draft(statements=[_of(world, prop) for prop in props])
    return actions.decide(actor=world.anna, release_id=release.pk)


def _approve(world: World, decision: Decision) -> Decision:
    for missing in queries.missing_approvals(decision):
        decision = actions.approve(actor=world.bernd, decision_id=decision.pk, role=str(missing["role"]),
                                   reason="Weighed.", step_up=step_up(world.bernd))  # fmt: skip
    return decision


def _text(client: Client, name: str, *args: object, status: int = 200) -> str:
    response = client.get(reverse(f"disclosure:{name}", args=args))
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def test_a_date_and_a_small_number_are_shown_as_facts_that_together_could_name_her(
    situation: World, signed_in_client: SignIn
) -> None:
    alone = _decided(situation, "startDate")
    both = _decided(situation, "startDate", "personsCount")
    client = signed_in_client(situation.anna)
    assert "Facts that together could name a person" not in _text(client, "decision", alone.pk)
    text = _text(client, "decision", both.pk)
    assert "Facts that together could name a person" in text
    assert "a date, a small number of people" in text
    assert "2026-03" in text
    assert "Could someone who knew her recognise her?" in text


def test_one_click_makes_a_value_coarser_and_the_letter_says_that_it_is(
    situation: World, signed_in_client: SignIn
) -> None:
    decision = _decided(situation, "startDate", "personsCount")
    address = reverse("disclosure:coarser", args=[decision.pk])
    day, count = _of(situation, "startDate"), _of(situation, "personsCount")
    signed_in_client(situation.anna).post(address, {"choice": f"{day}:month"})
    second = Decision.objects.latest("pk")
    assert Decision.objects.get(pk=decision.pk).state == "stale"
    signed_in_client(situation.anna).post(reverse("disclosure:coarser", args=[second.pk]), {"choice": f"{count}:range"})
    final = Decision.objects.latest("pk")
    letter = json.loads(json.loads(final.after)["letter"])
    assert [(each["value"], each["coarsened"]) for each in letter["statements"]] == [("2026-03", True), ("1-4", True)]
    assert "2026-03-14" not in json.loads(final.after)["letter"]


def test_a_level_that_does_not_fit_is_refused_and_changes_nothing(situation: World) -> None:
    decision = _decided(situation, "startDate", "personsCount")
    with pytest.raises(BadInput, match="level"):
        actions.choose_coarser(actor=situation.anna, release_id=decision.release_id,
                               statement_id=_of(situation, "startDate"), level="country")  # fmt: skip
    with pytest.raises(BadInput, match="not in the letter"):
        actions.choose_coarser(actor=situation.anna, release_id=decision.release_id, statement_id=0, level="month")
    assert Decision.objects.get(pk=decision.pk).state == "decided"


def test_a_fact_is_left_out_or_said_exactly_again_with_one_click(situation: World) -> None:
    release = _decided(situation, "startDate", "personsCount").release
    day, count = _of(situation, "startDate"), _of(situation, "personsCount")
    for statement, level in ((day, "year"), (day, ""), (count, "omit")):
        actions.choose_coarser(actor=situation.anna, release_id=release.pk, statement_id=statement, level=level)
    release = Release.objects.get(pk=release.pk)
    assert [(each["statement"], each["coarser"]) for each in release.chosen] == [(day, "")]


def test_a_coarser_value_stays_chosen_when_the_letter_is_changed(situation: World) -> None:
    release = _decided(situation, "startDate", "personsCount").release
    day = _of(situation, "startDate")
    actions.choose_coarser(actor=situation.anna, release_id=release.pk, statement_id=day, level="year")
    changed = actions.revise_release(actor=situation.anna, release_id=release.pk, statements=[day], subject="Other")
    assert changed.chosen[0]["coarser"] == "year"


def test_nothing_is_approved_or_signed_before_the_officer_has_answered(situation: World) -> None:
    decision = _decided(situation, "startDate", "personsCount")
    with pytest.raises(BadInput, match="recognise her"):
        _approve(situation, decision)
    answered = actions.answer_recognition(actor=situation.anna, decision_id=decision.pk, answer="no")
    assert answered.pk == decision.pk
    approved = _approve(situation, answered)
    signed = actions.sign(actor=situation.anna, decision_id=approved.pk, step_up=step_up(situation.anna))
    said = json.loads(signed.inputs)["draft"]["recognition"]
    assert (said["answer"], said["officer"]) == ("no", "Anna Muster (fictional)")
    assert said["at"]


def test_the_answer_is_part_of_what_is_approved(situation: World) -> None:
    decision = _decided(situation, "startDate", "personsCount")
    before = decision.basis
    first = actions.answer_recognition(actor=situation.anna, decision_id=decision.pk, answer="no").basis
    approved = _approve(situation, Decision.objects.get(pk=decision.pk))
    again = actions.answer_recognition(
        actor=situation.anna, decision_id=approved.pk, answer="yes", reason="The prosecutor knows her already."
    )
    assert len({before, first, again.basis}) == 3
    assert (again.pk != approved.pk, again.approvals.count()) == (True, 0)
    assert Decision.objects.get(pk=approved.pk).state == "stale"


def test_the_answer_does_not_hold_for_a_fact_that_is_added_later(situation: World) -> None:
    decision = _decided(situation, "startDate", "personsCount")
    actions.answer_recognition(actor=situation.anna, decision_id=decision.pk, answer="no")
    chosen = [_of(situation, prop) for prop, _value in FACTS]
    actions.revise_release(actor=situation.anna, release_id=decision.release_id, statements=chosen)
    more = actions.decide(actor=situation.anna, release_id=decision.release_id)
    assert json.loads(more.inputs)["draft"]["recognition"] is None
    actions.revise_release(actor=situation.anna, release_id=decision.release_id, statements=chosen[:2])
    fewer = actions.decide(actor=situation.anna, release_id=decision.release_id)
    assert json.loads(fewer.inputs)["draft"]["recognition"]["answer"] == "no"


def test_a_yes_needs_a_reason_and_only_the_requester_answers(situation: World) -> None:
    decision = _decided(situation, "startDate", "personsCount")
    with pytest.raises(BadInput, match="recognise her"):
        actions.answer_recognition(actor=situation.anna, decision_id=decision.pk, answer="yes")
    with pytest.raises(BadInput, match="Nothing is chosen"):
        actions.answer_recognition(actor=situation.anna, decision_id=decision.pk, answer="")
    situation.bernd.role_assignments.create(role="investigator")
    with pytest.raises(Refused):
        actions.answer_recognition(actor=situation.bernd, decision_id=decision.pk, answer="no")
    plain = _decided(situation, "startDate")
    with pytest.raises(BadInput, match="could name"):
        actions.answer_recognition(actor=situation.anna, decision_id=plain.pk, answer="no")


def test_the_page_of_the_answer_takes_it_and_says_what_is_wrong(situation: World, signed_in_client: SignIn) -> None:
    decision = _decided(situation, "startDate", "personsCount")
    client, address = signed_in_client(situation.anna), reverse("disclosure:recognition", args=[decision.pk])
    assert "Nothing is chosen" in client.post(address, {}, follow=True).content.decode()
    text = client.post(address, {"answer": "no"}, follow=True).content.decode()
    assert "Answered by Anna Muster (fictional)." in text
    assert signed_in_client(situation.stranger).post(address, {"answer": "no"}).status_code == 404


def test_the_interruption_counts_what_leaves_and_names_the_instrument(
    situation: World, signed_in_client: SignIn
) -> None:
    decision = _decided(situation, "startDate", "personsCount")
    client = signed_in_client(situation.anna)
    assert "Answer on the preview" in _text(client, "sign", decision.pk)
    actions.answer_recognition(actor=situation.anna, decision_id=decision.pk, answer="no")
    approved = _approve(situation, Decision.objects.get(pk=decision.pk))
    text = _text(client, "sign", approved.pk)
    for said in ("2 statements leave.", "conditions travel with it.", "Arrangement (fictional)", "You answered: no."):
        assert said in text


def test_taking_back_a_signed_letter_is_interrupted(situation: World, signed_in_client: SignIn) -> None:
    decision = _approve(situation, _decided(situation, "startDate"))
    client = signed_in_client(situation.anna)
    assert "You are about to take back" not in _text(client, "withdraw", decision.release_id)
    actions.sign(actor=situation.anna, decision_id=decision.pk, step_up=step_up(situation.anna))
    assert "You are about to take back a signed letter" in _text(client, "withdraw", decision.release_id)


def test_the_reading_of_a_sealed_value_is_not_offered_as_a_coarser_one(situation: World) -> None:
    decision = _decided(situation, "startDate", "personsCount")
    preview = actions.read_decision(actor=situation.bernd, decision_id=decision.pk)
    assert preview is not None
    assert [fact.kinds for group in preview.together for fact in group.facts] == ["a date", "a small number of people"]


def test_the_audit_log_names_the_answer_and_no_fact(situation: World) -> None:
    decision = _decided(situation, "startDate", "personsCount")
    actions.answer_recognition(actor=situation.anna, decision_id=decision.pk, answer="yes", reason="Her lawyer asks.")
    entry = AuditEntry.objects.filter(act="disclosure.answer_recognition").latest("pk")
    assert b"lawyer" not in bytes(entry.leaf)
    assert b'"answer":"yes"' in bytes(entry.leaf).replace(b" ", b"")
