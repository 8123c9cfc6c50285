"""What an officer finds about a letter, and marks on statements, reach the rules; the slot reaches the exchange."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import NODE, Officer, Refused, StepUp, create_officer
from clew.node.accounts.step_up import prove
from clew.node.cases import actions as cases
from clew.node.disclosure import actions, queries
from clew.node.disclosure.actions import Answer
from clew.node.disclosure.findings import Findings
from clew.node.disclosure.models import Authorisation, Decision, Mark
from clew.node.dossier.models import Statement
from clew.node.types import BadInput, BadInputs
from tests.node.conftest import SECRET
from tests.node.disclosure.conftest import World, step_up

FOUND = Findings(nature="ordinary", discrimination="none", dual_criminality="met", jeopardy="no")
NOTHING_HELD = (Answer(1, "no-information"),)


def policies(decision: Decision) -> set[str]:
    outcome = decision.outcome
    rulings = [outcome["letter"], *outcome["statements"]]
    return {reason["policy"] for each in rulings for reason in each["reasons"]}


def reply(world: World, **changes: Any) -> Decision:
    draft = world.draft(kind="reply", items=[], **{"findings": FOUND, "answers": NOTHING_HELD, **changes})
    return actions.decide(actor=world.anna, release_id=draft.pk)


@pytest.fixture
def lawyer(world: World) -> Officer:
    found = create_officer(actor=NODE, username="lea", full_name="Lea Recht (fictional)", roles=["legal_adviser"])
    cases.add_to_team(actor=world.anna, case_id=world.case.pk, officer_id=found.pk)
    TOTP.activate(found, SECRET)
    return found


def test_an_answer_on_which_nobody_has_said_anything_waits_for_the_legal_adviser(world: World) -> None:
    assert policies(reply(world, findings=None)) >= {"R22b", "R26c"}
    assert not policies(reply(world)) & {"R21b", "R22b", "R26c"}


@pytest.mark.parametrize(
    ("found", "policy"),
    [
        (Findings(nature="political"), "R21a"),
        (Findings(discrimination="substantial"), "R22a"),
        (Findings(refusal_ground="bank_secrecy", refusal_reason="x", consulted="y"), "R27"),
        (Findings(refusal_ground="security", refusal_reason="x"), "R25c"),
        (Findings(jeopardy="yes"), "R26b"),
    ],
)
def test_a_finding_refuses_the_letter(world: World, found: Findings, policy: str) -> None:
    decision = reply(world, findings=found)
    assert decision.outcome["letter"]["verdict"] == "refuse"
    assert policy in policies(decision)


def test_findings_never_travel(world: World) -> None:
    found = Findings(nature="ordinary", discrimination="indicators", consulted="By telephone, marker-word (fictional)")
    assert "marker-word" not in bytes(reply(world, findings=found).package).decode()


@pytest.mark.parametrize(
    ("found", "field"),
    [
        (Findings(nature="odd"), "nature"),
        (Findings(danger="life"), "danger_state"),
        (Findings(danger_state="cn"), "danger"),
        (Findings(danger="life", danger_state="zz"), "danger_state"),
        (Findings(consulted="x" * 1001), "consulted"),
    ],
)
def test_a_finding_that_is_none_is_named(world: World, found: Findings, field: str) -> None:
    with pytest.raises(BadInputs) as fault:
        world.draft(findings=found)
    assert [each.field for each in fault.value.problems] == [field]


def test_a_danger_makes_a_notification_a_warning_that_carries_the_least(world: World) -> None:
    statement = world.statement("Company", "name")
    draft = world.draft(kind="notify", items=[], findings=Findings(danger="life", danger_state="CN"))
    decision = actions.decide(actor=world.anna, release_id=draft.pk)
    assert "R09c" in policies(decision)
    actions.revise_release(actor=world.anna, release_id=draft.pk, minimum={statement: "It says where."})
    again = actions.decide(actor=world.anna, release_id=draft.pk)
    assert not policies(again) & {"R09c", "R09d"}


def test_a_statement_on_hold_stays_until_somebody_else_lifts_the_mark(world: World) -> None:
    statement = world.statement("Company", "name")
    review = timezone.now().date() + dt.timedelta(days=30)
    set_ = actions.set_mark(actor=world.bernd, kind="on_hold", statement_id=statement, reason="x", review=review)
    refused = actions.decide(actor=world.anna, release_id=world.draft().pk)
    assert "R26a" in policies(refused)
    with pytest.raises(Refused):
        actions.lift_mark(actor=world.bernd, mark_id=set_.pk, reason="over", step_up=step_up(world.bernd))
    lawyer = create_officer(actor=NODE, username="lea", full_name="Lea Recht (fictional)", roles=["legal_adviser"])
    cases.add_to_team(actor=world.anna, case_id=world.case.pk, officer_id=lawyer.pk)
    with pytest.raises(BadInput):
        actions.lift_mark(actor=lawyer, mark_id=set_.pk, reason="over", step_up=step_up(world.anna))
    assert Mark.objects.get().lifted is None
    lifted = actions.lift_mark(actor=lawyer, mark_id=set_.pk, reason="over", step_up=step_up(lawyer))
    assert lifted.lifted_proof["method"] == "totp-server-key"
    assert "R26a" not in policies(actions.decide(actor=world.anna, release_id=world.draft().pk))
    with pytest.raises(BadInput):
        actions.lift_mark(actor=lawyer, mark_id=set_.pk, reason="again", step_up=step_up(lawyer))


def test_a_mark_on_a_source_holds_for_each_of_its_statements_and_no_other(world: World) -> None:
    firm = Statement.objects.get(pk=world.statement("Company", "name"))
    actions.set_mark(actor=world.anna, kind="restricted", source_id=firm.source_id, reason="Wrong (fictional)")
    chosen = [world.statement("Company", "registrationNumber"), world.statement("Phone", "number")]
    decision = actions.decide(actor=world.anna, release_id=world.draft(statements=chosen).pk)
    by = {
        each["statement"]: {reason["policy"] for reason in each["reasons"]} for each in decision.outcome["statements"]
    }
    assert "R30a" in by[chosen[0]]
    assert "R30a" not in by[chosen[1]]


def test_joint_material_of_an_unknown_agreement_stays(world: World) -> None:
    statement = world.statement("Company", "name")
    actions.set_mark(actor=world.anna, kind="joint", statement_id=statement, detail="JIT-9", reason="From the team")
    assert "R35a" in policies(actions.decide(actor=world.anna, release_id=world.draft().pk))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "odd"}, "kind"),
        ({"reason": " "}, "reason"),
        ({"kind": "joint"}, "detail"),
        ({"kind": "on_hold"}, "review"),
    ],
)
def test_a_mark_that_is_not_whole_is_refused(world: World, changes: dict[str, Any], field: str) -> None:
    values = {"kind": "restricted", "reason": "Wrong (fictional)", "statement_id": world.statement("Company", "name")}
    with pytest.raises(BadInput) as fault:
        actions.set_mark(actor=world.anna, **values | changes)
    assert fault.value.field == field
    assert not Mark.objects.exists()


def test_the_same_mark_is_not_set_twice(world: World) -> None:
    values = {"kind": "restricted", "reason": "Wrong (fictional)", "statement_id": world.statement("Company", "name")}
    actions.set_mark(actor=world.anna, **values)
    with pytest.raises(BadInput):
        actions.set_mark(actor=world.anna, **values)


def test_what_loosens_is_marked_by_a_prosecutor_or_a_legal_adviser_only(world: World) -> None:
    values = {
        "kind": "exculpatory",
        "reason": "An alibi (fictional)",
        "statement_id": world.statement("Company", "name"),
    }
    with pytest.raises(Refused):
        actions.set_mark(actor=world.anna, **values)
    assert actions.set_mark(actor=world.bernd, **values).kind == "exculpatory"


def test_a_source_of_another_team_is_marked_by_nobody_outside_it(world: World) -> None:
    with pytest.raises(Refused):
        actions.set_mark(actor=world.stranger, kind="restricted", reason="x",
                         statement_id=world.statement("Company", "name"))  # fmt: skip
    with pytest.raises(Refused):
        actions.set_mark(actor=world.anna, kind="restricted", reason="x", source_id=999)


def test_a_permission_is_the_owners_unless_another_is_named(world: World) -> None:
    source = Statement.objects.get(pk=world.statement("Company", "name")).source_id
    today = timezone.now().date()
    values = {"source_id": source, "recipient": "cn-office", "reference": "R-1", "given": today,
              "expires": today + dt.timedelta(days=9)}  # fmt: skip
    assert actions.record_authorisation(actor=world.bernd, **values).by == "at-office"
    named = actions.record_authorisation(actor=world.bernd, **values, by="cn-office", purpose="court", evidence=True)
    assert (named.by, named.purpose, named.evidence) == ("cn-office", "court", True)
    for wrong in ({"by": "nobody"}, {"purpose": "odd"}):
        with pytest.raises(BadInput):
            actions.record_authorisation(actor=world.bernd, **values, **wrong)
    assert Authorisation.objects.count() == 2


def test_an_answer_without_information_is_read_by_a_legal_adviser_and_leaves_in_its_slot(
    world: World, lawyer: Officer, settings: Any
) -> None:
    decision = reply(world)
    assert "R43b" in policies(decision)
    for officer, role in ((world.bernd, "approver"), (lawyer, "legal_adviser")):
        actions.approve(actor=officer, decision_id=decision.pk, role=role, reason="Read.", step_up=_proof(officer))
    signed = actions.sign(actor=world.anna, decision_id=decision.pk, step_up=step_up(world.anna))
    now = timezone.now()
    assert signed.not_before is not None
    assert signed.not_before > now
    assert list(queries.signed_undispatched(now)) == []
    assert list(queries.signed_undispatched(signed.not_before)) == [signed]


def test_an_answer_that_gives_something_waits_for_its_slot_as_every_answer_does(world: World) -> None:
    given = (Answer(1, "provided", "See the statement.", (world.statement("Company", "name"),)),)
    decision = reply(world, answers=given)
    assert "R43b" not in policies(decision)
    approved = actions.approve(actor=world.bernd, decision_id=decision.pk, role="approver", reason="Read.",
                               step_up=step_up(world.bernd))  # fmt: skip
    signed = actions.sign(actor=world.anna, decision_id=approved.pk, step_up=step_up(world.anna))
    assert signed.not_before is not None
    assert list(queries.signed_undispatched(timezone.now())) == []
    assert list(queries.signed_undispatched(signed.not_before)) == [signed]


def test_withheld_and_not_held_are_approved_alike_and_read_alike(world: World) -> None:
    withheld = reply(world, answers=(Answer(1, "provided", "Her name.", (world.statement("Person", "name"),)),))
    nothing = reply(world)
    for each in (withheld, nothing):
        assert json.loads(bytes(each.package))["answers"] == [{"item": 1, "outcome": "no-information"}]
        assert {missing["role"] for missing in each.outcome["missing"]} == {"approver", "legal_adviser"}
    asked = [sorted((one["role"], *one["policies"]) for one in each.outcome["missing"]) for each in (withheld, nothing)]
    assert asked[0] == asked[1]


@pytest.mark.parametrize("outcome", ["provided", "partly", "refused", "postponed"])
def test_of_what_may_not_show_the_officers_word_tells_nothing_and_a_legal_adviser_reads_it(
    world: World, outcome: str
) -> None:
    expires = timezone.localdate() + dt.timedelta(days=30)
    for kind, answer in (("protection", ["applicant"]), ("feared", ["CN"])):
        actions.record_safeguard(actor=world.anna, person_id=world.person(), kind=kind, answer=answer, expires=expires)
    both = (world.statement("Company", "name"), world.statement("Person", "name"))
    shown = {}
    for name, chosen in (("both", both), ("hers", both[1:])):
        decision = reply(world, answers=(Answer(1, outcome, "See there.", chosen),))
        (shown[name],) = json.loads(json.loads(decision.after)["letter"])["answers"]
        assert "R43b" in policies(decision)
    assert (shown["both"]["outcome"], shown["both"]["statements"]) == ("provided", [1])
    assert shown["hers"] == {"item": 1, "outcome": "no-information"}


def test_the_page_of_a_letter_takes_findings_and_names_what_is_wrong(
    world: World, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(world.anna)
    address = f"/releases/new/?case={world.case.pk}"
    post = {
        "kind": "notify", "recipient": "cn-office", "instrument": "AT-CN-TEST", "purpose": "criminal_investigation",
        "urgency": "routine-7d", "subject": "Hint (fictional)", "necessity": "Needed.", "use": "intelligence",
        "danger": "life", "danger_state": "",
    }  # fmt: skip
    shown = client.post(address, post)
    assert shown.status_code == 422
    assert 'id="group-danger" open' in shown.content.decode()
    made = client.post(address, post | {"danger_state": "CN"})
    assert made.status_code == 302, made.content.decode()
    found = Decision.objects.latest("pk").release
    assert found.findings == {"danger": "life", "danger_state": "CN"}


def test_the_page_of_marks_sets_refuses_and_lifts(
    world: World, signed_in_client: Callable[[Officer], Client], lawyer: Officer, code_of: Callable[[Officer], str]
) -> None:
    source = Statement.objects.get(pk=world.statement("Company", "name")).source_id
    client, address = signed_in_client(world.anna), f"/releases/marks/{source}/"
    assert "Nothing is marked" in client.get(address).content.decode()
    assert client.post(address, {"kind": "joint", "reason": "x"}).status_code == 422
    assert client.post(address, {"kind": "restricted", "reason": "Wrong (fictional)"}).status_code == 302
    (mark,) = Mark.objects.all()
    assert client.get(f"/releases/marks/{mark.pk}/lift/").status_code == 403
    lawyers = signed_in_client(lawyer)
    given = {"reason": "Checked (fictional)"}
    assert lawyers.post(f"/releases/marks/{mark.pk}/lift/", given).status_code == 422
    code = {"code": code_of(lawyer)}
    assert lawyers.post(f"/releases/marks/{mark.pk}/lift/", given | code).status_code == 302
    mark.refresh_from_db()
    assert mark.lifted_by == lawyer
    assert signed_in_client(world.stranger).get(address).status_code == 404


def _proof(officer: Officer) -> StepUp:
    return prove(StepUp(officer.pk, "totp"))
