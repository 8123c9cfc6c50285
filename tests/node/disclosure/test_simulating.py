"""Past decisions decided again in a sandbox: what changes, what cannot be told, and that nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.disclosure.formats import Lacking
from clew.disclosure.ruleset import rule_files, shipped_rules
from clew.node.accounts.actions import Officer, Refused
from clew.node.cases import actions as cases
from clew.node.disclosure import actions, sandbox
from clew.node.disclosure.models import Decision
from clew.node.disclosure.queries.simulating import Selection, changes_of, chosen_decisions, counts_of, left_out_of
from clew.node.rulebook import actions as rulebook_actions
from clew.node.rulebook import queries as rulebook
from clew.node.rulebook.models import RuleSetAdoption, Simulation
from clew.node.types import BadInput
from tests.node.disclosure.conftest import World

SignIn = Callable[[Officer], Client]
pytestmark = pytest.mark.django_db


def at(name: str, *args: object, **query: str) -> str:
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"disclosure:{name}", args=args) + (f"?{asked}" if asked else "")


def decided(world: World, **changes: object) -> Decision:
    return actions.decide(actor=world.anna, release_id=world.draft(**changes).pk)


def simulated(world: World, what: dict[str, Any], files: dict[str, str] | None = None) -> Simulation:
    """A simulation over all decisions, done."""
    rules = rulebook.read_rule_set(files or rule_files())
    made = rulebook_actions.start_simulation(
        actor=world.bernd, sandbox=what, rules=rules, selection={}, chosen=chosen_decisions(Selection())
    )
    assert actions.run_simulations(60) == 0
    return Simulation.objects.get(pk=made.pk)


def stored(decision: Decision) -> tuple[object, ...]:
    found = Decision.objects.get(pk=decision.pk)
    return (bytes(found.sealed_inputs), found.outcome, found.digest, bytes(found.sealed_package), found.state)


def without_inputs(decision: Decision, name: str) -> None:
    """Take a field out of what a decision has stored, as an older Clew would have stored it."""
    plain = json.loads(decision.inputs)
    del plain["inputs"]["transfer"][name]
    decision.inputs = json.dumps(plain).encode()
    decision.save(update_fields=["sealed_inputs"])


def test_a_set_with_one_rule_removed_tells_which_decisions_change_by_which_policy(world: World) -> None:
    name = world.statement("Person", "name")
    decision = decided(world, statements=[world.statement("Company", "name"), name])
    before = stored(decision)
    assert "R18a" in {each["policy"] for each in decision.outcome["statements"][1]["reasons"]}
    found = simulated(world, {"kind": "uploaded"}, shipped_rules().without("R18").files)
    assert (found.state, found.done) == ("done", 1)
    (change,) = found.changes
    assert change["decision"] == decision.pk
    assert any("R18a" in each["disappear"] for each in change["statements"])
    assert sum(number for key, number in found.counts.items() if key.startswith("statement")) == 2
    assert sum(number for key, number in found.counts.items() if key.startswith("letter")) == 1
    assert stored(decision) == before
    (view,) = changes_of(officer=world.bernd, found=found, changes=found.changes)
    assert view.title == "An agency (fictional)"
    sentences = [reason.sentence for part in view.statements for reason in part.disappear]
    assert shipped_rules().policies["R18a"].sentence in sentences


def test_the_same_rules_change_nothing(world: World) -> None:
    decided(world)
    found = simulated(world, {"kind": "shipped"})
    assert found.changes == []
    assert found.not_replayable == []
    assert all(each.before == each.after for each in counts_of(found))


def test_a_rule_without_which_nothing_is_permitted_turns_what_was_permitted_into_a_refusal(world: World) -> None:
    decision = decided(world)
    files = rule_files()
    permitting = {each.rule for each in shipped_rules().policies.values() if each.effect == "PERMIT"}
    found = simulated(
        world, {"kind": "uploaded"}, {name: text for name, text in files.items() if name[:-6] not in permitting} | {
            f"{rule}.cedar": files[f"{rule}.cedar"] for rule in permitting if rule not in {"R06", "R08"}
        },
    )  # fmt: skip
    assert decision.outcome["letter"]["verdict"] == "second"
    assert found.counts["letter second refuse"] == 1


def test_an_instrument_that_has_ended_refuses_what_rested_on_it_and_nothing_else(world: World) -> None:
    decided(world)
    found = simulated(world, {"kind": "instrument_ended", "instrument": "AT-CN-TEST"})
    assert found.counts["letter second refuse"] == 1
    assert "R01" in " ".join(found.changes[0]["appear"])
    other = simulated(world, {"kind": "instrument_ended", "instrument": "ANOTHER"})
    assert other.changes == []


def test_an_instrument_that_no_longer_enables_this_refuses_and_one_that_does_changes_nothing(world: World) -> None:
    decided(world)
    what = {"kind": "instrument_changed", "instrument": "AT-CN-TEST", "letters": ["reply"]}
    purposes = {"purposes": ["criminal_investigation"]}
    assert simulated(world, what | purposes).counts["letter second refuse"] == 1
    assert simulated(world, what | purposes | {"letters": ["request"]}).changes == []


def test_a_country_put_on_the_list_without_death_penalty_no_longer_needs_an_assurance(world: World) -> None:
    decision = decided(world)
    assert any(each["policy"].startswith("R23") for each in decision.outcome["letter"]["reasons"]) or any(
        reason["policy"].startswith("R23") for each in decision.outcome["statements"] for reason in each["reasons"]
    )
    what = {"kind": "setting", "key": "penalties_excluded", "country": "CN", "value": True}
    gone = {policy for each in simulated(world, what).changes for policy in each["disappear"]}
    assert any(policy.startswith("R23") for policy in gone)
    assert simulated(world, what | {"country": "GB"}).changes == []


def test_a_decision_whose_inputs_lack_a_field_is_counted_as_not_replayable_and_never_as_permitted(
    world: World,
) -> None:
    without_inputs(decided(world), "purpose")
    found = simulated(world, {"kind": "shipped"})
    assert found.counts == {}
    assert found.changes == []
    (left_out,) = left_out_of(found)
    assert "lacks transfer.purpose" in left_out.reason


def test_a_setting_that_past_decisions_did_not_look_at_is_not_simulated(world: World) -> None:
    decided(world)
    without = simulated(world, {"kind": "setting", "key": "risk_days", "country": "", "value": 10})
    if without.not_replayable:
        assert without.not_replayable[0]["lacks"] == ["transfer.settings.risk_days"]
    inputs = {"transfer": {"recipient": {"country": "cn"}}}
    what = {"kind": "setting", "key": "risk_days", "country": "", "value": 10}
    with pytest.raises(Lacking):
        sandbox.changed_inputs(what, inputs)
    looked = {"transfer": {"recipient": {"country": "cn"}, "settings": {"risk_days": 30}}}
    assert sandbox.changed_inputs(what, looked)["transfer"]["settings"] == {"risk_days": 10}
    assert sandbox.changed_inputs(what | {"country": "FR"}, looked) == looked


def test_rules_that_look_at_what_this_program_does_not_know_are_reported_with_its_name(world: World) -> None:
    decided(world)
    files = rule_files()
    files["schema.cedarschema"] = files["schema.cedarschema"].replace(
        "  necessity_stated: Bool,", "  necessity_stated: Bool,\n  moon_phase: String,"
    )
    found = simulated(world, {"kind": "uploaded"}, files)
    assert found.counts == {}
    (left_out,) = left_out_of(found)
    assert "lacks moon_phase" in left_out.reason


def test_an_engine_that_fails_counts_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(world)

    def fail(*_arguments: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("clew.node.disclosure.actions.simulating.replay_in", fail)
    found = simulated(world, {"kind": "shipped"})
    assert found.counts == {}
    assert found.not_replayable[0]["code"] == "unreadable"


def test_stored_rules_that_were_changed_fail_the_simulation(world: World) -> None:
    decided(world)
    made = rulebook_actions.start_simulation(
        actor=world.bernd, sandbox={"kind": "uploaded"}, rules=shipped_rules(), selection={}, chosen=[1]
    )
    Simulation.objects.filter(pk=made.pk).update(files=shipped_rules().without("R46").files)
    assert actions.run_simulations(5) == 0
    made.refresh_from_db()
    assert (made.state, made.counts) == ("failed", {})


def test_a_simulation_is_done_portion_by_portion_and_goes_on_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(3):
        decided(world)
    monkeypatch.setattr("clew.node.disclosure.actions.simulating.PORTION", 1)
    made = rulebook_actions.start_simulation(
        actor=world.bernd, sandbox={"kind": "shipped"}, rules=shipped_rules(), selection={},
        chosen=chosen_decisions(Selection()),
    )  # fmt: skip
    assert actions.run_simulations(0) == 1
    made.refresh_from_db()
    assert made.state == "queued"
    from clew.node.disclosure.actions.simulating import _portion

    assert _portion(made.pk)
    made.refresh_from_db()
    assert (made.state, made.done) == ("running", 1)
    nothing = {"changes": [], "not_replayable": [], "read_older": []}
    twice = {"counts": {"letter permit permit": 9}, "number": 1, **nothing}
    assert not rulebook_actions.work_on_simulation(made.pk, begun_at=0, **twice)
    assert actions.run_simulations(60) == 0
    made.refresh_from_db()
    assert (made.state, made.done) == ("done", 3)
    assert sum(number for key, number in made.counts.items() if key.startswith("letter")) == 3


def test_a_cancelled_simulation_is_not_worked_on_and_only_its_officer_cancels_it(world: World) -> None:
    decided(world)
    made = rulebook_actions.start_simulation(
        actor=world.bernd, sandbox={"kind": "shipped"}, rules=shipped_rules(), selection={},
        chosen=chosen_decisions(Selection()),
    )  # fmt: skip
    with pytest.raises(Refused):
        rulebook_actions.cancel_simulation(actor=world.anna, simulation_id=made.pk)
    rulebook_actions.cancel_simulation(actor=world.bernd, simulation_id=made.pk)
    assert actions.run_simulations(5) == 0
    made.refresh_from_db()
    assert (made.state, made.done) == ("cancelled", 0)
    with pytest.raises(BadInput):
        rulebook_actions.cancel_simulation(actor=world.bernd, simulation_id=made.pk)


def test_decisions_are_chosen_by_period_partner_purpose_and_number_without_those_decided_anew(world: World) -> None:
    old, new = decided(world), decided(world)
    stale = decided(world)
    again = actions.decide(actor=world.anna, release_id=stale.release_id)
    today = timezone.now().date()
    assert chosen_decisions(Selection()) == [again.pk, new.pk, old.pk]
    assert chosen_decisions(Selection(last=1)) == [again.pk]
    assert chosen_decisions(Selection(since=today, until=today, partner="cn-office")) == [again.pk, new.pk, old.pk]
    assert chosen_decisions(Selection(until=today.replace(year=today.year - 1))) == []
    assert chosen_decisions(Selection(partner="at-office")) == []
    assert chosen_decisions(Selection(purpose="victim_protection")) == []
    with pytest.raises(BadInput):
        rulebook_actions.start_simulation(
            actor=world.bernd, sandbox={"kind": "shipped"}, rules=shipped_rules(), selection={}, chosen=[]
        )


@pytest.fixture
def dora(officer_factory: Callable[..., Officer]) -> Officer:
    """A data-protection officer of no team."""
    return officer_factory(["data_protection_officer"], username="dora")


def test_whoever_is_not_of_the_team_learns_numbers_and_rules_but_not_what_a_decision_is_about(
    world: World, dora: Officer, signed_in_client: SignIn
) -> None:
    decision = decided(world, statements=[world.statement("Person", "name")])
    made = rulebook_actions.start_simulation(
        actor=dora, sandbox={"kind": "uploaded"}, rules=shipped_rules().without("R18"), selection={},
        chosen=[decision.pk],
    )  # fmt: skip
    actions.run_simulations(60)
    said = signed_in_client(dora).get(at("simulation", made.pk)).content.decode()
    assert f"Decision {decision.pk}, of a team you are not in" in said
    assert "R18a" in said
    for secret in ("An agency", world.case.reference, "Office Beijing", "Beispielfrau"):
        assert secret not in said
    cases.add_to_team(actor=world.anna, case_id=world.case.pk, officer_id=dora.pk)
    assert "An agency" in signed_in_client(dora).get(at("simulation", made.pk)).content.decode()


def test_a_neutral_reason_is_not_told_of_a_decision_she_may_not_see(world: World, dora: Officer) -> None:
    decision = decided(world)
    found = Simulation(made_by=dora, sandbox={"kind": "shipped"}, files=rule_files(), version=shipped_rules().version)
    change = {
        "decision": decision.pk, "letter": ["permit", "permit"], "appear": [], "disappear": [], "conditions": {},
        "statements": [{"verdict": ["permit", "refuse"], "appear": ["G1d", "R18a"], "disappear": [], "number": 1}],
    }  # fmt: skip
    (hers,) = changes_of(officer=dora, found=found, changes=[change])
    (seen,) = changes_of(officer=world.bernd, found=found, changes=[change])
    assert [each.policy for each in hers.statements[0].appear] == ["R18a"]
    assert [each.policy for each in seen.statements[0].appear] == ["", "R18a"]


def test_the_pages_are_for_legal_advisers_and_data_protection_and_each_sees_her_own(
    world: World, dora: Officer, signed_in_client: SignIn
) -> None:
    decided(world)
    found = simulated(world, {"kind": "shipped"})
    for name in ("simulations", "replay"):
        assert signed_in_client(world.anna).get(at(name)).status_code == 403
        assert signed_in_client(dora).get(at(name)).status_code == 200
    assert signed_in_client(world.anna).get(at("simulation", found.pk)).status_code == 403
    assert signed_in_client(dora).get(at("simulation", found.pk)).status_code == 404
    assert signed_in_client(world.bernd).get(at("simulation", found.pk)).status_code == 200
    assert signed_in_client(dora).post(at("simulation_cancel", found.pk)).status_code == 404
    assert signed_in_client(dora).get(at("simulation_propose", found.pk)).status_code == 404


@pytest.mark.parametrize(
    "query", [{}, {"kind": "moon"}, {"kind": "edited", "rule": "R99"}, {"kind": "setting", "key": "remedy_days"}]
)
def test_a_sandbox_that_does_not_exist_is_not_found(
    world: World, signed_in_client: SignIn, query: dict[str, str]
) -> None:
    assert signed_in_client(world.bernd).get(at("simulation_new", **query)).status_code == 404


def test_a_rule_is_edited_tried_and_proposed_from_the_page(world: World, signed_in_client: SignIn) -> None:
    decided(world, statements=[world.statement("Person", "name")])
    client, address = signed_in_client(world.bernd), at("simulation_new", kind="edited", rule="R18")
    assert "left out" not in client.get(address).content.decode()
    text = rule_files()["R18.cedar"]
    wrong = client.post(
        address, {"last": "10", "text": text.replace("context.person.protected", "context.person.protcted")}
    )
    assert wrong.status_code == 422
    assert "R18.cedar, line " in wrong.content.decode()
    milder = text.replace(
        '"location", "special"].contains(context.statement.class) &&\n  !context',
        '"special"].contains(context.statement.class) &&\n  context',
    )
    answer = client.post(address, {"last": "10", "text": milder.replace("\n", "\r\n")})
    assert answer.status_code == 302
    page = answer.headers["Location"]
    assert "You can leave this page" in client.get(page).content.decode()
    assert "Another text of rule R18" in client.get(at("simulations")).content.decode()
    actions.run_simulations(60)
    said = client.get(page).content.decode()
    assert "R18a" in said
    assert "Propose this rule set" in said
    found = Simulation.objects.get()
    propose = at("simulation_propose", found.pk)
    assert client.post(propose, {"reason": ""}).status_code == 422
    assert client.post(propose, {"reason": "Milder (fictional)."}).status_code == 302
    made = RuleSetAdoption.objects.get(state="proposed")
    assert (made.version, made.source) == (found.version, "edited")
    assert rulebook.active_rules().version == shipped_rules().version


def test_a_file_of_one_rule_is_laid_over_those_in_force(world: World, signed_in_client: SignIn) -> None:
    decided(world)
    client, address = signed_in_client(world.bernd), at("simulation_new", kind="uploaded")
    assert client.get(address).status_code == 200
    broken = SimpleUploadedFile("R18.cedar", b"permit (")
    assert client.post(address, {"last": "10", "upload": broken}).status_code == 422
    good = SimpleUploadedFile("R18.cedar", (rule_files()["R18.cedar"] + "// remark\n").encode())
    assert client.post(address, {"last": "10", "upload": good}).status_code == 302
    assert set(Simulation.objects.get().files) == set(rule_files())


@pytest.mark.parametrize(
    ("query", "given"),
    [
        ({"kind": "shipped"}, {}),
        ({"kind": "instrument_ended"}, {"instrument": "AT-CN-TEST"}),
        ({"kind": "instrument_changed"}, {"instrument": "AT-CN-TEST", "letters": ["reply"], "purposes": []}),
        ({"kind": "setting", "key": "penalties_excluded"}, {"country": "CN", "value": "yes"}),
        ({"kind": "setting", "key": "risk_days"}, {"value": "10"}),
        ({"kind": "setting", "key": "adequacy"}, {"country": "CN", "sector": "police", "reference": "C (fictional)"}),
        ({"kind": "setting", "key": "dual_criminality_required"}, {"value": "mandatory"}),
    ],
)
def test_every_sandbox_has_a_form_that_starts_it_and_a_page_that_shows_it(
    world: World, signed_in_client: SignIn, query: dict[str, str], given: dict[str, Any]
) -> None:
    decided(world)
    client, address = signed_in_client(world.bernd), at("simulation_new", **query)
    assert client.get(address).status_code == 200
    assert client.post(address, given | {"last": "0"}).status_code == 422
    answer = client.post(address, given | {"last": "10"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    assert actions.run_simulations(60) == 0
    assert client.get(answer.headers["Location"]).status_code == 200


def test_where_no_decision_fits_the_form_says_so(world: World, signed_in_client: SignIn) -> None:
    answer = signed_in_client(world.bernd).post(at("simulation_new", kind="shipped"), {"last": "10"})
    assert answer.status_code == 422
    assert "No past decision fits" in answer.content.decode()


def test_a_simulation_is_stopped_from_its_page(world: World, signed_in_client: SignIn) -> None:
    decided(world)
    client = signed_in_client(world.bernd)
    page = client.post(at("simulation_new", kind="shipped"), {"last": "10"}).headers["Location"]
    found = Simulation.objects.get()
    assert client.post(at("simulation_cancel", found.pk)).status_code == 302
    assert "It was stopped" in client.get(page).content.decode()
    assert client.post(at("simulation_cancel", found.pk), follow=True).status_code == 200
