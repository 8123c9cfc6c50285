"""Draft, decide, approve, sign: and everything that stops it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone

from clew.node.accounts.actions import NODE, Refused
from clew.node.audit.models import AuditEntry
from clew.node.cases.models import Task
from clew.node.desk.queries import desk_of
from clew.node.disclosure import actions, queries
from clew.node.disclosure.gathering.persons import recorded
from clew.node.disclosure.models import Decision
from clew.node.dossier.actions import retract_statement
from clew.node.dossier.models import Statement
from clew.node.exchange.models import Thread
from clew.node.partners.models import Instrument, Party
from clew.node.types import BadInput, BadInputs
from tests.node.disclosure.conftest import World, step_up


def _approved(world: World, **changes: object) -> Decision:
    decision = actions.decide(actor=world.anna, release_id=world.draft(**changes).pk)
    return actions.approve(actor=world.bernd, decision_id=decision.pk, role="approver", reason="Read and weighed.",
                           step_up=step_up(world.bernd))  # fmt: skip


def test_a_request_waits_for_the_second_approval_that_the_rules_name(world: World) -> None:
    decision = actions.decide(actor=world.anna, release_id=world.draft().pk)
    assert decision.outcome["letter"]["verdict"] == "second"
    (missing,) = queries.missing_approvals(decision)
    assert (missing["role"], missing["policies"]) == ("approver", ["R23b", "R26c", "R42c", "R46b"])


def test_approved_and_signed_it_waits_for_the_exchange_and_for_nothing_else(world: World) -> None:
    decision = _approved(world)
    assert list(queries.signed_undispatched(timezone.now())) == []
    signed = actions.sign(actor=world.anna, decision_id=decision.pk, step_up=step_up(world.anna))
    assert list(queries.signed_undispatched(timezone.now())) == [signed]
    key = Ed25519PublicKey.from_public_bytes(bytes(signed.signature.public_key))
    key.verify(bytes(signed.signature.signature), bytes.fromhex(signed.digest))
    actions.mark_dispatched(actor=NODE, decision_id=signed.pk, letter_uid="letter-1")
    assert list(queries.signed_undispatched(timezone.now())) == []
    statement = world.statement("Company", "name")
    assert queries.shared_with([statement]) == {statement: ["cn-office"]}


def test_what_concerns_a_victim_is_left_out_without_a_trace_between_police(world: World) -> None:
    chosen = [world.statement(*each) for each in (("Person", "name"), ("Company", "name"), ("Phone", "number"))]
    mixed = _approved(world, statements=chosen)
    verdicts = {each["statement"]: each["verdict"] for each in mixed.outcome["statements"]}
    assert [verdicts[each] != "permit" for each in chosen] == [True, False, True]
    body = json.loads(bytes(mixed.package))
    assert [each["n"] for each in body["statements"]] == [1]
    assert "Beispielfrau" not in bytes(mixed.package).decode()
    assert "660" not in bytes(mixed.package).decode()


def test_the_officers_own_words_may_not_name_a_protected_person(world: World) -> None:
    release = world.draft(facts="A woman named Mei Beispielfrau told us.")
    decision = actions.decide(actor=world.anna, release_id=release.pk)
    assert decision.outcome["letter"]["verdict"] == "refuse"
    assert "G2b" in {each["policy"] for each in decision.outcome["letter"]["reasons"]}
    assert json.loads(bytes(decision.inputs))["inputs"]["transfer"]["words_naming"] == ["facts"]


def test_the_requester_cannot_approve_her_own_request(world: World) -> None:
    decision = actions.decide(actor=world.anna, release_id=world.draft().pk)
    world.anna.role_assignments.create(role="approver")
    with pytest.raises(Refused, match="yourself"):
        actions.approve(actor=world.anna, decision_id=decision.pk, role="approver", reason="I do.",
                        step_up=step_up(world.anna))  # fmt: skip


def test_an_approver_outside_the_case_is_refused(world: World) -> None:
    decision = actions.decide(actor=world.anna, release_id=world.draft().pk)
    with pytest.raises(Refused):
        actions.approve(actor=world.stranger, decision_id=decision.pk, role="approver", reason="Fine.",
                        step_up=step_up(world.stranger))  # fmt: skip


def test_an_approval_in_a_role_one_does_not_hold_is_refused(world: World) -> None:
    decision = actions.decide(actor=world.anna, release_id=world.draft().pk)
    with pytest.raises(Refused):
        actions.approve(actor=world.bernd, decision_id=decision.pk, role="child_protection_officer", reason="Fine.",
                        step_up=step_up(world.bernd))  # fmt: skip


def test_another_officers_proof_of_presence_does_not_sign(world: World) -> None:
    decision = _approved(world)
    with pytest.raises(BadInput):
        actions.sign(actor=world.anna, decision_id=decision.pk, step_up=step_up(world.bernd))
    decision.refresh_from_db()
    assert decision.state == Decision.State.DECIDED


def test_a_refused_approval_refuses_the_letter(world: World) -> None:
    decision = actions.decide(actor=world.anna, release_id=world.draft().pk)
    refused = actions.refuse_approval(actor=world.bernd, decision_id=decision.pk, role="approver", reason="Not now.",
                                      step_up=step_up(world.bernd))  # fmt: skip
    assert refused.outcome["letter"]["verdict"] == "refuse"
    with pytest.raises(BadInput):
        actions.sign(actor=world.anna, decision_id=decision.pk, step_up=step_up(world.anna))


def test_an_unapproved_decision_is_not_signed(world: World) -> None:
    decision = actions.decide(actor=world.anna, release_id=world.draft().pk)
    with pytest.raises(BadInput, match="approval is still missing"):
        actions.sign(actor=world.anna, decision_id=decision.pk, step_up=step_up(world.anna))


def test_only_the_requester_signs(world: World) -> None:
    decision = _approved(world)
    world.bernd.role_assignments.create(role="investigator")
    with pytest.raises(Refused):
        actions.sign(actor=world.bernd, decision_id=decision.pk, step_up=step_up(world.bernd))


@pytest.mark.parametrize("change", ["instrument", "partner", "statement", "words"])
def test_whatever_changes_after_deciding_makes_the_decision_stale(world: World, change: str) -> None:
    decision = _approved(world)
    if change == "instrument":
        Instrument.objects.update(in_force_until=timezone.now().date() - dt.timedelta(days=1))
    elif change == "partner":
        Party.objects.filter(uid="cn-office").update(status="suspended")
    elif change == "statement":
        retract_statement(actor=world.anna, statement_id=world.statement("Company", "name"), reason="Wrong.")
    else:
        actions.revise_release(actor=world.anna, release_id=decision.release_id, facts="Something else.")
    with pytest.raises(BadInput, match="changed since"):
        actions.sign(actor=world.anna, decision_id=decision.pk, step_up=step_up(world.anna))


def test_an_approval_does_not_carry_over_to_a_new_decision(world: World) -> None:
    decision = _approved(world)
    again = actions.decide(actor=world.anna, release_id=decision.release_id)
    assert again.outcome["letter"]["verdict"] == "second"


def test_a_withdrawn_release_is_never_dispatched(world: World) -> None:
    decision = _approved(world)
    actions.sign(actor=world.anna, decision_id=decision.pk, step_up=step_up(world.anna))
    actions.withdraw_release(actor=world.anna, release_id=decision.release_id, reason="No longer needed.")
    assert list(queries.signed_undispatched(timezone.now())) == []
    with pytest.raises(BadInput):
        actions.mark_dispatched(actor=NODE, decision_id=decision.pk, letter_uid="letter-1")


def test_a_signed_release_cannot_be_revised(world: World) -> None:
    decision = _approved(world)
    actions.sign(actor=world.anna, decision_id=decision.pk, step_up=step_up(world.anna))
    with pytest.raises(BadInput):
        actions.revise_release(actor=world.anna, release_id=decision.release_id, facts="Else.")


def test_another_teams_case_cannot_be_drafted_from_nor_seen(world: World) -> None:
    release = world.draft()
    with pytest.raises(Refused):
        actions.draft_release(actor=world.stranger, kind="request", case_id=world.case.pk, recipient="cn-office",
                              instrument="AT-CN-TEST", purpose="criminal_investigation", subject="x")  # fmt: skip
    assert queries.release(officer=world.stranger, pk=release.pk) is None
    assert list(queries.releases(officer=world.stranger)) == []


def test_every_wrong_field_of_a_draft_is_named_at_once(world: World) -> None:
    with pytest.raises(BadInputs) as caught:
        world.draft(subject=" ", purpose="immigration", recipient="nobody")
    assert {each.field for each in caught.value.problems} == {"subject", "purpose", "recipient"}


def test_a_decision_is_derived_again_with_the_rules_of_its_version(world: World) -> None:
    explanation = queries.explain(_approved(world))
    assert explanation.same, explanation.differences
    assert explanation.letter["verdict"] == "permit"


def test_a_tampered_decision_does_not_come_out_again(world: World) -> None:
    decision = _approved(world)
    first, *others = decision.outcome["statements"]
    decision.outcome = {**decision.outcome, "statements": [{**first, "verdict": "refuse"}, *others]}
    decision.save()
    assert not queries.explain(decision.pk).same


def test_the_same_entity_has_another_name_in_another_thread(world: World) -> None:
    first, second = (json.loads(bytes(_approved(world).package)) for _ in range(2))
    assert first["entities"][0]["id"] != second["entities"][0]["id"]


def test_the_partners_name_for_an_entity_is_kept_in_its_thread(world: World) -> None:
    firm = world.statement("Company", "name")
    now = timezone.now()
    Thread.objects.create(
        uid="t1", party=world.draft().recipient, case=world.case, kind="request", opened=now, changed=now
    )  # fmt: skip
    actions.register_letter_entities(
        actor=world.anna, thread="t1", names={"theirname": Statement.objects.get(pk=firm).entity_id}
    )
    body = json.loads(bytes(_approved(world, thread="t1").package))
    assert body["entities"][0]["id"] == "theirname"


def test_the_log_holds_no_name_of_anyone(world: World) -> None:
    decision = _approved(world, statements=[world.statement("Person", "name"), world.statement("Company", "name")])
    actions.sign(actor=world.anna, decision_id=decision.pk, step_up=step_up(world.anna))
    leaves = b"".join(bytes(each.leaf) for each in AuditEntry.objects.all())
    for canary in (b"Beispielfrau", b"Goldweg", b"6600000001"):
        assert canary not in leaves


def test_an_asked_for_approval_becomes_a_task_for_the_role(world: World) -> None:
    decision = actions.decide(actor=world.anna, release_id=world.draft().pk)
    actions.ask_for_approval(actor=world.anna, decision_id=decision.pk, role="approver")
    task = Task.objects.get(kind="release.approval")
    assert (task.role, task.case_id) == ("approver", world.case.pk)


def test_an_asked_for_approval_stands_on_the_desk_once_as_an_approval_and_not_as_a_task(world: World) -> None:
    decision = actions.decide(actor=world.anna, release_id=world.draft().pk)
    actions.ask_for_approval(actor=world.anna, decision_id=decision.pk, role="approver")
    asked = {group.name: group.items for group in desk_of(officer=world.bernd, now=timezone.now())}
    assert [item.kind for item in asked["approvals"]] == ["approval.asked"]
    assert "tasks" not in asked


def test_a_protected_circumstance_shows_as_an_effect_and_names_no_rule(world: World) -> None:
    expires = timezone.now().date() + dt.timedelta(days=30)
    for kind, answer in (("protection", ["applicant"]), ("feared", ["CN"])):
        actions.record_safeguard(actor=world.anna, person_id=world.person(), kind=kind, answer=answer, expires=expires)
    decision = actions.decide(actor=world.anna, release_id=world.draft(
        statements=[world.statement("Person", "name"), world.statement("Company", "name")]).pk)  # fmt: skip
    preview = actions.read_decision(actor=world.anna, decision_id=decision.pk)
    assert preview is not None
    (withheld,) = (each for each in preview.withheld if each.verdict == "refuse")
    assert "R20a" in {each["policy"] for each in decision.outcome["statements"][0]["reasons"]}
    assert "R20a" not in {each.policy for each in withheld.reasons}
    assert "No information can be provided to this recipient." in {each.sentence for each in withheld.reasons}


def test_an_expired_safeguard_counts_as_not_recorded(world: World) -> None:
    person = world.person()
    expires = timezone.now().date() + dt.timedelta(days=1)
    actions.record_safeguard(actor=world.anna, person_id=person, kind="child", answer=["no"], expires=expires)
    later = timezone.now() + dt.timedelta(days=5)
    assert recorded({person}, timezone.now().date())[person]["child"] == ["no"]
    assert "child" not in recorded({person}, later.date())[person]
