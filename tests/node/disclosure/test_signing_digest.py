"""The digests of a decision's inputs and outcome travel in the letter; a recipient must not learn from them."""

from __future__ import annotations

import json

from django.utils import timezone

from clew.node.disclosure import actions
from clew.node.disclosure.deriving import decision_digest, derive, store
from tests.node.disclosure.conftest import World


def test_the_same_decision_stored_twice_has_two_digests_that_cannot_be_guessed(world: World) -> None:
    decision = actions.decide(actor=world.anna, release_id=world.draft().pk)
    first = decision.digest
    assert first == decision_digest(bytes(decision.inputs), decision.outcome, decision.package_digest)
    store(decision, derive(decision.release, decision.approvals.all(), timezone.now()))
    assert decision.digest != first
    inputs = json.loads(bytes(decision.inputs))
    assert len(inputs["salt"]) == len(decision.outcome["salt"]) == 32
    assert inputs["salt"] != decision.outcome["salt"]
