"""A decision that an earlier Clew stored is tried in a sandbox where what it did not store makes no difference."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.disclosure.formats import ADDED, Lacking
from clew.disclosure.ruleset import RuleSet, rule_files
from clew.node.accounts.actions import Officer
from clew.node.disclosure import sandbox
from clew.node.disclosure.models import Decision, RuleSetVersion
from clew.node.disclosure.queries.simulating import left_out_of
from tests.disclosure.test_formats import stored
from tests.node.disclosure.conftest import World
from tests.node.disclosure.test_simulating import decided, simulated

pytestmark = pytest.mark.django_db
FLAG = "transfer.requester_flagged"
WORDS = "transfer.words_repeating"
SINCE_THEN = [
    "transfer.authorisation_not_in_time", "transfer.recipient.organisation", "transfer.reply.held_back",
    "transfer.settings.stale_days", WORDS,
]  # fmt: skip
"""What formats 4 and 5 began with."""
OF_CONSENTS = [f"persons.consents.{each}" for each in ("organisation", "recorded_at", "withdrawn_at")]
OF_FORMAT_2 = sorted([*SINCE_THEN, FLAG])


def without_g2c() -> dict[str, str]:
    """The rules of today without the one that every letter has to answer and no earlier Clew recorded anything for."""
    files = rule_files()
    return {**files, "G2.cedar": files["G2.cedar"].partition('@id("G2c")')[0]}


def kept_by_an_earlier_clew(world: World, number: int, **transfer: object) -> Decision:
    """A decision as the Clew that wrote that format stored it, with the rules of then."""
    record, decision = stored(number), decided(world)
    record["inputs"]["transfer"] |= transfer
    version = RuleSetVersion.objects.create(version=record["ruleset"], files=record["files"], first_used=timezone.now())
    decision.ruleset = version
    form = {"format": number} if number > 1 else {}
    decision.inputs = json.dumps({**form, "inputs": record["inputs"], "draft": {}, "salt": "0"}).encode()
    decision.outcome = {**record["outcome"], "salt": "0"}
    decision.save()
    return decision


def test_the_rules_of_today_are_tried_on_it_and_the_page_says_what_it_was_read_without(
    world: World, signed_in_client: Callable[[Officer], Client]
) -> None:
    """Nobody recorded whether the requester was flagged (R21d); within one state no other rule asks."""
    at_home = stored(1)["inputs"]["transfer"]["recipient"] | {"country": "at", "states": ["at"]}
    decision = kept_by_an_earlier_clew(world, 1, recipient=at_home)
    found = simulated(world, {"kind": "uploaded"}, without_g2c())
    assert found.not_replayable == []
    assert found.read_older == [{"decision": decision.pk, "lacks": OF_FORMAT_2}]
    assert sum(number for key, number in found.counts.items() if key.startswith("letter")) == 1
    said = signed_in_client(world.bernd).get(reverse("disclosure:simulation", args=[found.pk])).content.decode()
    assert f"1 decision without {', '.join(OF_FORMAT_2)}: {decision.pk}" in " ".join(said.split())


def test_where_what_nobody_recorded_decides_it_is_left_out_and_never_taken_for_the_milder(world: World) -> None:
    decision = kept_by_an_earlier_clew(world, 1)
    found = simulated(world, {"kind": "shipped"})
    assert (found.counts, found.changes, found.read_older) == ({}, [], [])
    assert found.not_replayable == [{"decision": decision.pk, "code": "lacks", "lacks": OF_FORMAT_2}]
    assert f"lacks {OF_FORMAT_2[0]}" in left_out_of(found)[0].reason


def test_what_an_earlier_clew_did_store_and_is_gone_is_not_read(world: World) -> None:
    decision = kept_by_an_earlier_clew(world, 1)
    plain = json.loads(decision.inputs)
    del plain["inputs"]["transfer"]["letter"]
    decision.inputs = json.dumps(plain).encode()
    decision.save()
    assert simulated(world, {"kind": "shipped"}).not_replayable[0]["lacks"] == ["transfer.letter"]


@pytest.mark.parametrize("number", [1, 2])
def test_an_instrument_or_a_setting_is_tried_with_the_rules_of_then(world: World, number: int) -> None:
    decision = kept_by_an_earlier_clew(world, number)
    code = stored(number)["inputs"]["transfer"]["instrument"]["code"]
    ended = simulated(world, {"kind": "instrument_ended", "instrument": code})
    assert ended.not_replayable == []
    assert [each["decision"] for each in ended.changes] == [decision.pk]
    assert "R01" in {policy for each in ended.changes[0]["statements"] for policy in each["appear"]}
    other = simulated(world, {"kind": "instrument_ended", "instrument": "ANOTHER"})
    assert (other.changes, other.not_replayable) == ([], [])
    assert other.read_older == [
        {"decision": decision.pk, "lacks": OF_FORMAT_2 if number == 1 else [*OF_CONSENTS, *SINCE_THEN]}
    ]
    listed = {"kind": "setting", "key": "penalties_excluded", "country": "CN", "value": True}
    assert simulated(world, listed).not_replayable == []


@pytest.mark.parametrize(
    ("what", "path"),
    [
        ({"kind": "setting", "key": "risk_days", "country": "", "value": 10}, ("settings", "risk_days")),
        ({"kind": "setting", "key": "risk_days", "country": "", "value": 10}, ("settings",)),
        ({"kind": "setting", "key": "risk_days", "country": "CN", "value": 10}, ("recipient", "country")),
        ({"kind": "instrument_ended", "instrument": "X-1"}, ("instrument", "code")),
        ({"kind": "instrument_changed", "instrument": "X-1", "letters": [], "purposes": []}, ("letter",)),
    ],
)
def test_what_the_sandbox_itself_looks_at_or_changes_is_never_supplied(
    what: dict[str, Any], path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = ".".join(("transfer", *path))
    monkeypatch.setitem(ADDED, name, 2)  # type: ignore[misc]
    record = stored(1)
    place = record["inputs"]["transfer"]
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    with pytest.raises(Lacking) as fault:
        sandbox.replay_in(what, RuleSet(record["files"]), record["inputs"], record["outcome"], written=1)
    assert fault.value.names == (name,)


def test_a_rule_set_that_does_not_know_a_name_of_today_is_not_tried_as_if_it_did(world: World) -> None:
    """Adopted, it would refuse everything; a simulation does not paint it milder."""
    kept_by_an_earlier_clew(world, 2)
    found = simulated(world, {"kind": "uploaded"}, stored(2)["files"])
    assert "may_be_child" in found.not_replayable[0]["lacks"]
