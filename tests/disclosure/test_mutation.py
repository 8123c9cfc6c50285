"""Mutation testing itself, in part, so that it does not rot. The whole: tests/disclosure/mutation/run.py."""

from __future__ import annotations

import pytest

from tests.disclosure.mutation import cedar, python
from tests.disclosure.mutation.judges import judges
from tests.disclosure.mutation.run import explanations, named


@pytest.fixture(scope="module")
def rules_trial() -> cedar.Trial:
    return cedar.Trial(judges())


def test_the_evaluator_answers_as_cedar_does(rules_trial: cedar.Trial) -> None:
    rules_trial.check_evaluator(every=max(1, len(rules_trial.questions) // 150))


def test_a_policy_taken_out_is_missed(rules_trial: cedar.Trial) -> None:
    """The whole of the rules' hard guards: each one deleted is noticed."""
    guards = {each for each in rules_trial.rules.policies if each.startswith("G")}
    deleted = [each for each in cedar.mutants(guards) if each.tree is None]
    assert len(deleted) == len({each.policy for each in deleted}) >= 11
    assert all(rules_trial.killer(each) for each in deleted)


def test_every_survivor_that_is_explained_is_a_mutant_that_exists() -> None:
    explained = explanations()
    places = {each.split(" | ")[0] for each in explained}
    assert set(explained) <= set(named([*cedar.mutants(places), *python.mutants(places)]))
    assert all(len(each.split()) >= 8 and each.endswith(".") for each in explained.values())
