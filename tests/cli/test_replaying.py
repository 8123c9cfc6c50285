"""`clew disclosure replay` and `clew disclosure rules`, on a node that has decided and signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.actions import NODE
from clew.node.disclosure.models import Decision
from clew.node.rulebook.actions import record_first_rules
from clew.node.rulebook.adopted import _loaded
from clew.node.rulebook.models import RuleSetAdoption
from tests.cli.test_explaining import answer, run
from tests.node.conftest import code_of, no_attempts_yet, officer_factory
from tests.node.exchange.conftest import beijing, case, officer, signed

__all__ = ["beijing", "case", "code_of", "no_attempts_yet", "officer", "officer_factory", "signed"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    _loaded.cache_clear()
    yield
    _loaded.cache_clear()


def test_all_decisions_come_out_again_and_the_exit_code_says_so(signed: Callable[..., int]) -> None:
    signed()
    code, found = answer("disclosure", "replay")
    assert code == 0
    assert found == {"ok": True, "decisions": 1, "same": 1, "different": [], "not_replayable": []}
    tomorrow = (timezone.now() + dt.timedelta(days=1)).date().isoformat()
    assert answer("disclosure", "replay", "--since", tomorrow)[1]["decisions"] == 0
    assert run("disclosure", "replay")[1] == "1 of 1 decisions come out the same.\n"


def test_a_decision_that_was_changed_is_named_and_the_exit_code_is_one(signed: Callable[..., int]) -> None:
    decision = Decision.objects.get(pk=signed())
    decision.outcome = {**decision.outcome, "letter": {**decision.outcome["letter"], "verdict": "refuse"}}
    decision.save(update_fields=["sealed_outcome"])
    code, found = answer("disclosure", "replay")
    assert code == 1
    assert [each["decision"] for each in found["different"]] == [decision.pk]
    code, text = run("disclosure", "replay")
    assert code == 1
    assert f"Decision {decision.pk} differs" in text


def test_the_rules_in_force_are_listed_with_mark_version_effect_sentence_and_source() -> None:
    code, found = answer("disclosure", "rules")
    assert code == 0
    assert found["version"] == shipped_rules().version
    assert found["shipped_differs"] is False
    by_id = {each["id"]: each for each in found["rules"]}
    assert set(by_id) == set(shipped_rules().rules)
    rule = by_id["R18"]
    assert set(rule) == {
        "id", "title", "mark", "version", "source", "awaits_sign_off", "inputs", "tests", "policies",
    }  # fmt: skip
    assert (rule["mark"], rule["awaits_sign_off"]) == ("unverified", True)
    assert rule["policies"][0] == {
        "id": "R18a", "effect": "REDACT", "role": "", "sentence": shipped_rules().policies["R18a"].sentence,
        "cure": shipped_rules().policies["R18a"].cure,
        "inputs": ["person.protected", "statement.class", "statement.strictly_needed"],
    }  # fmt: skip
    assert rule["inputs"] == [
        "person.protected", "statement.class", "statement.strictly_needed", "transfer.approvals",
    ]  # fmt: skip
    assert rule["tests"]["cases"] > 10
    assert "police-01" in rule["tests"]["scenarios"]
    code, text = run("disclosure", "rules")
    assert code == 0
    version = shipped_rules().rules["R18"].version
    assert f"R18 A victim's identity and privacy (unverified, version {version}, awaits sign-off)" in text
    assert "  Looks at: person.protected, statement.class, statement.strictly_needed, transfer.approvals" in text


def test_rules_that_cannot_be_used_are_an_error() -> None:
    RuleSetAdoption.objects.update(files={})
    code, text = run("disclosure", "rules")
    assert (code, text) == (1, "")


def test_the_first_rules_of_a_node_are_recorded_once_it_is_made() -> None:
    assert record_first_rules(actor=NODE).version == shipped_rules().version
