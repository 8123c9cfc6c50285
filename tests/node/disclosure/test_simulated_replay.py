"""Stored decisions derived again with their own rules: the same, or it is said which are not."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.disclosure.formats import FORMAT
from clew.node.accounts.actions import Officer
from clew.node.disclosure import actions, queries
from clew.node.disclosure.deriving import decision_digest
from clew.node.disclosure.models import Decision, RuleSetVersion
from clew.node.rulebook.models import Simulation
from tests.node.disclosure.conftest import World
from tests.node.disclosure.test_simulating import decided, without_inputs
from tests.node.rulebook.conftest import Office, adopted
from tests.node.rulebook.conftest import office as office

STORED = Path(__file__).parents[2] / "disclosure" / "stored" / "format_1.json"
pytestmark = pytest.mark.django_db


def changed_outcome(decision: Decision) -> None:
    decision.outcome = {**decision.outcome, "letter": {**decision.outcome["letter"], "verdict": "permit"}}
    decision.save(update_fields=["sealed_outcome"])


def test_every_decision_comes_out_again_also_after_other_rules_were_adopted(world: World, office: Office) -> None:
    first = decided(world)
    adopted(office)
    second = decided(world)
    assert first.ruleset_id != second.ruleset_id
    report = queries.replay_decisions()
    assert (report.ok, report.decisions, report.same) == (True, 2, 2)


def test_a_changed_outcome_is_caught(world: World) -> None:
    good, bad = decided(world), decided(world)
    changed_outcome(bad)
    report = queries.replay_decisions()
    assert not report.ok
    assert (report.decisions, report.same) == (2, 1)
    (found,) = report.results
    assert (found.decision, found.state) == (bad.pk, "different")
    assert queries.replay_decision(good.pk).state == "same"


def test_rules_that_were_changed_after_the_fact_are_caught(world: World) -> None:
    decision = decided(world)
    version = RuleSetVersion.objects.get(pk=decision.ruleset_id)
    version.files["R18.cedar"] += "// changed\n"
    version.save()
    assert queries.replay_decision(decision.pk).state == "different"


def test_inputs_that_lack_a_field_are_said_to_lack_it_and_are_no_success(world: World) -> None:
    without_inputs(decided(world), "purpose")
    report = queries.replay_decisions()
    assert not report.ok
    assert report.results[0].lacks == ("transfer.purpose",)
    assert report.as_json()["different"] == []


def of_the_first_format(decision: Decision) -> None:
    """Let a decision be the frozen one that an earlier Clew stored, with the rules of then."""
    record = json.loads(STORED.read_text(encoding="utf-8"))
    version = RuleSetVersion.objects.create(version=record["ruleset"], files=record["files"], first_used=timezone.now())
    decision.ruleset = version
    decision.inputs = json.dumps({"inputs": record["inputs"], "draft": {}, "salt": "0"}).encode()
    decision.outcome = {**record["outcome"], "salt": "0"}
    decision.digest = decision_digest(bytes(decision.inputs), decision.outcome, decision.package_digest)
    decision.save()


def test_a_decision_that_an_earlier_clew_stored_comes_out_again_with_its_own_rules(world: World) -> None:
    decision = decided(world)
    of_the_first_format(decision)
    assert queries.replay_decision(decision.pk) == queries.ReplayResult(decision.pk, "same")


def test_of_an_earlier_decision_it_is_said_what_its_rules_read_and_it_lacks(world: World) -> None:
    decision = decided(world)
    of_the_first_format(decision)
    without_inputs(decision, "letter")
    found = queries.replay_decision(decision.pk)
    assert (found.state, found.lacks) == ("not_replayable", ("transfer.letter",))


def test_what_is_decided_now_is_stored_with_the_format_of_its_facts(world: World) -> None:
    assert json.loads(bytes(decided(world).inputs))["format"] == FORMAT


def test_only_decisions_since_a_day_are_derived(world: World) -> None:
    decision = decided(world)
    Decision.objects.filter(pk=decision.pk).update(decided=timezone.now() - dt.timedelta(days=30))
    decided(world)
    assert queries.replay_decisions().decisions == 2
    assert queries.replay_decisions(timezone.now().date()).decisions == 1


def test_the_page_derives_again_as_a_job_and_names_what_differs(
    world: World, signed_in_client: Callable[[Officer], Client]
) -> None:
    decided(world)
    changed_outcome(decided(world))
    client = signed_in_client(world.bernd)
    assert client.post(reverse("disclosure:replay"), {"last": "0"}).status_code == 422
    answer = client.post(reverse("disclosure:replay"), {"last": "10"})
    assert answer.status_code == 302
    assert actions.run_simulations(60) == 0
    found = Simulation.objects.get()
    assert found.counts == {"same": 1, "different": 1}
    said = client.get(answer.headers["Location"]).content.decode()
    assert "do not come out the same" in said
    assert "The outcome differs in letter." in said
    assert "Propose this rule set" not in said
    assert client.get(reverse("disclosure:replay")).status_code == 200
