"""Which rules are in force: two persons, one alone refused, and what is tampered with refuses everything."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clew.disclosure.ruleset import BrokenRules, rule_files, shipped_rules
from clew.node.accounts.actions import NODE, Refused
from clew.node.audit.models import AuditEntry
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.models import Decision, RuleSetVersion
from clew.node.disclosure.queries import replay_decision
from clew.node.rulebook import actions, queries
from clew.node.rulebook.adopted import _loaded
from clew.node.rulebook.beginning import begin
from clew.node.rulebook.models import RuleSetAdoption, Setting
from clew.node.types import BadInput
from tests.node.disclosure.conftest import World, step_up
from tests.node.disclosure.conftest import world as world
from tests.node.rulebook.conftest import Office, adopted, proposed, without
from tests.node.rulebook.test_settings import confirmed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    _loaded.cache_clear()


def test_a_new_node_decides_with_the_rules_that_came_and_its_log_says_so() -> None:
    assert queries.active_rules().version == shipped_rules().version
    assert not queries.shipped_differs()
    actions.record_first_rules(actor=NODE)
    entry = AuditEntry.objects.get(act="rulebook.adopt_first")
    assert entry.actor_id is None
    assert shipped_rules().version.encode() in bytes(entry.leaf)


def test_a_node_that_is_older_than_rule_books_gets_the_shipped_rules_once_and_logs_it(office: Office) -> None:
    RuleSetAdoption.objects.all().delete()
    begin()
    begin()
    assert RuleSetAdoption.objects.get().source == "shipped"
    assert AuditEntry.objects.filter(act="rulebook.adopt_first").count() == 1


def test_a_proposed_set_changes_nothing_until_another_person_adopts_it(office: Office) -> None:
    made = proposed(office)
    assert queries.active_rules().version == shipped_rules().version
    actions.adopt_rule_set(actor=office.luc, adoption_id=made.pk, step_up=step_up(office.luc))
    assert queries.active_rules().version == made.version
    assert "R46" not in queries.active_rules().rules
    assert queries.shipped_differs()


def test_nobody_adopts_what_she_proposed_herself(office: Office) -> None:
    made = proposed(office)
    with pytest.raises(Refused):
        actions.adopt_rule_set(actor=office.lea, adoption_id=made.pk, step_up=step_up(office.lea))
    assert queries.active_rules().version == shipped_rules().version


def test_the_node_itself_neither_proposes_nor_adopts(office: Office) -> None:
    with pytest.raises(Refused):
        actions.propose_rule_set(actor=NODE, files=without("R46"), source="uploaded", reason="x")
    made = proposed(office)
    with pytest.raises(Refused):
        actions.adopt_rule_set(actor=NODE, adoption_id=made.pk, step_up=step_up(office.luc))


def test_another_officers_proof_of_presence_adopts_nothing(office: Office) -> None:
    made = proposed(office)
    with pytest.raises(BadInput):
        actions.adopt_rule_set(actor=office.dora, adoption_id=made.pk, step_up=step_up(office.luc))
    assert RuleSetAdoption.objects.get(pk=made.pk).state == "proposed"


def test_a_rejection_needs_a_reason_and_leaves_the_rules_as_they_are(office: Office) -> None:
    made = proposed(office)
    with pytest.raises(BadInput):
        actions.reject_rule_set(actor=office.dora, adoption_id=made.pk, reason=" ")
    actions.reject_rule_set(actor=office.dora, adoption_id=made.pk, reason="It forgets China (fictional).")
    assert queries.active_rules().version == shipped_rules().version
    with pytest.raises(BadInput):
        actions.adopt_rule_set(actor=office.luc, adoption_id=made.pk, step_up=step_up(office.luc))


def test_a_proposal_needs_a_reason_a_known_source_and_must_be_new(office: Office) -> None:
    for changed in ({"reason": " "}, {"source": "heaven"}, {"files": shipped_rules().files}):
        given: dict[str, Any] = {"files": without("R46"), "source": "uploaded", "reason": "x"} | changed
        with pytest.raises(BadInput):
            actions.propose_rule_set(actor=office.lea, **given)
    proposed(office)
    with pytest.raises(BadInput):
        proposed(office)


def test_there_are_never_two_sets_in_force(office: Office) -> None:
    adopted(office)
    assert RuleSetAdoption.objects.filter(state="in_force").count() == 1
    old = RuleSetAdoption.objects.get(state="superseded")
    assert old.superseded is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleSetAdoption.objects.filter(pk=old.pk).update(state="in_force")


def test_a_stored_set_whose_files_were_changed_is_not_used(office: Office) -> None:
    made = adopted(office)
    RuleSetAdoption.objects.filter(pk=made.pk).update(files=without("R46", "R20"))
    with pytest.raises(BrokenRules):
        queries.active_rules()
    assert queries.active_or_none() is None


@pytest.mark.parametrize("files", [{}, {"R01.cedar": "permit"}, {"R01.cedar": 7}, None, []])
def test_a_stored_set_that_cannot_be_read_is_not_used(office: Office, files: object) -> None:
    made = adopted(office)
    RuleSetAdoption.objects.filter(pk=made.pk).update(files=files if files is not None else "nothing")
    with pytest.raises(BrokenRules):
        queries.active_rules()


def test_without_any_set_in_force_no_rules_can_be_used(office: Office) -> None:
    RuleSetAdoption.objects.all().delete()
    with pytest.raises(BrokenRules):
        queries.active_rules()
    assert queries.shipped_differs()


def test_a_set_that_was_changed_after_it_was_proposed_cannot_be_adopted(office: Office) -> None:
    made = proposed(office)
    RuleSetAdoption.objects.filter(pk=made.pk).update(files=without("R46", "R20"))
    with pytest.raises(BadInput):
        actions.adopt_rule_set(actor=office.dora, adoption_id=made.pk, step_up=step_up(office.dora))
    assert queries.active_rules().version == shipped_rules().version


def test_where_the_rules_are_broken_a_decision_refuses_everything_and_says_so(world: World, office: Office) -> None:
    RuleSetAdoption.objects.update(files={})
    _loaded.cache_clear()
    decision = disclosure.decide(actor=world.anna, release_id=world.draft().pk)
    assert decision.outcome["letter"]["verdict"] == "refuse"
    assert [each["policy"] for each in decision.outcome["letter"]["reasons"]] == ["engine"]
    assert {each["verdict"] for each in decision.outcome["statements"]} == {"refuse"}
    assert RuleSetVersion.objects.get(pk=decision.ruleset_id).files == {}


def test_broken_rules_are_cured_by_two_persons_who_adopt_the_shipped_ones(office: Office) -> None:
    made = adopted(office)
    RuleSetAdoption.objects.filter(pk=made.pk).update(files={})
    _loaded.cache_clear()
    adopted(office, rule_files())
    assert queries.active_rules().version == shipped_rules().version


def test_a_decision_is_made_with_the_adopted_rules_and_an_older_one_must_be_decided_again(
    world: World, office: Office
) -> None:
    decision = disclosure.decide(actor=world.anna, release_id=world.draft().pk)
    made = adopted(office, without("R46"))
    role = next(iter(each["role"] for each in decision.outcome["missing"]))
    with pytest.raises(BadInput):
        disclosure.approve(
            actor=world.bernd, decision_id=decision.pk, role=role, reason="Fine.", step_up=step_up(world.bernd)
        )
    again = disclosure.decide(actor=world.anna, release_id=decision.release_id)
    assert again.ruleset.version == made.version


def test_the_nodes_own_list_of_penalties_decides_and_is_kept_with_the_decision(world: World, office: Office) -> None:
    before = disclosure.decide(actor=world.anna, release_id=world.draft().pk)
    assert "R23" in reasons(before)
    confirmed(office, "penalties_excluded", True, country="CN")
    after = disclosure.decide(actor=world.anna, release_id=before.release_id)
    assert "R23" not in reasons(after)
    assert after.ruleset.version != before.ruleset.version
    assert replay_decision(after.pk).state == replay_decision(before.pk).state == "same"
    Setting.objects.update(value="yes")
    assert "R23" in reasons(disclosure.decide(actor=world.anna, release_id=before.release_id))


def reasons(decision: Decision) -> set[str]:
    rulings = [decision.outcome["letter"], *decision.outcome["statements"]]
    return {reason["policy"][:3] for ruling in rulings for reason in ruling["reasons"]}


@pytest.mark.parametrize(
    ("change", "place", "cure"),
    [
        (lambda text: text.replace("context.person.protected", "context.person.protcted", 1), "R18a", "schema"),
        (lambda text: text.replace("when {", "wen {", 1), "line 15", "misspelt"),
        (lambda text: text.replace('@effect("SECOND")', '@effect("MAYBE")'), "R18b", "notes"),
    ],
)
def test_a_faulty_rule_is_refused_with_file_policy_line_and_cure(change: Any, place: str, cure: str) -> None:
    files = rule_files()
    changed = files | {"R18.cedar": change(files["R18.cedar"])}
    with pytest.raises(BadInput) as fault:
        queries.read_rule_set(changed, "text")
    assert "R18.cedar, line " in fault.value.problem
    assert place in fault.value.problem
    assert cure in fault.value.cure


@pytest.mark.parametrize(
    "broken", [{"penalties.yaml": "a: ["}, {"penalties.yaml": "a: 1"}, {"schema.cedarschema": "x"}]
)
def test_a_faulty_list_or_schema_is_refused_in_words(broken: dict[str, str]) -> None:
    with pytest.raises(BadInput) as fault:
        queries.read_rule_set(rule_files() | broken)
    assert "schema" in fault.value.problem
    assert ".cedar:" not in fault.value.problem
    assert fault.value.cure


def test_the_difference_tells_added_removed_and_changed_rules_by_their_sentences() -> None:
    files = without("R46")
    sentence = shipped_rules().policies["R18b"].sentence
    files["R18.cedar"] = files["R18.cedar"].replace(sentence, "A colleague must agree (fictional).")
    files["R17.cedar"] = files["R17.cedar"].replace('@version("1")', '@version("2")')
    files["X01.cedar"] = (
        '@id("X01")\n@title("New")\n@source("None")\n@mark("own")\n@version("1")\n@effect("REFUSE")\n'
        '@sentence("Never on a holiday (fictional).")\n'
        'forbid (principal, action == Action::"send", resource) when { context.transfer.use == "holiday" };\n'
    )
    found = queries.difference(shipped_rules(), queries.read_rule_set(files), "en")
    by_rule = {each.rule: each for each in found.rules}
    assert {rule: each.how for rule, each in by_rule.items()} == {
        "R17": "changed", "R18": "changed", "R46": "removed", "X01": "added",
    }  # fmt: skip
    (changed,) = by_rule["R18"].policies
    assert (changed.before, changed.after) == (sentence, "A colleague must agree (fictional).")
    assert by_rule["X01"].policies[0].after == "Never on a holiday (fictional)."
    assert all(each.after == "" for each in by_rule["R46"].policies)
    assert by_rule["R17"].text_only


def test_an_edited_sentence_is_shown_as_it_was_written_and_not_in_an_old_translation() -> None:
    files = rule_files()
    sentence = shipped_rules().policies["R18b"].sentence
    files["R18.cedar"] = files["R18.cedar"].replace(sentence, "Edited (fictional).")
    rules = queries.read_rule_set(files)
    assert queries.sentence_of(rules.policies["R18b"], rules, "de") == "Edited (fictional)."
    assert queries.sentence_of(rules.policies["R18a"], rules, "de") != rules.policies["R18a"].sentence


def test_the_desk_tells_whoever_may_act_and_nobody_else(office: Office) -> None:
    made = proposed(office)
    now = timezone.now()
    kinds = {
        name: [each.kind for each in queries.desk_items(officer=getattr(office, name), now=now)]
        for name in ("lea", "dora", "ina")
    }
    assert kinds == {"lea": [], "dora": ["rules.proposed"], "ina": []}
    actions.adopt_rule_set(actor=office.dora, adoption_id=made.pk, step_up=step_up(office.dora))
    assert [each.kind for each in queries.desk_items(officer=office.lea, now=now)] == ["rules.newer"]
    RuleSetAdoption.objects.filter(pk=made.pk).update(files={})
    _loaded.cache_clear()
    assert [each.kind for each in queries.desk_items(officer=office.lea, now=now)] == ["rules.broken"]
