"""The short campaign: five nodes, a thousand letters, and everything that can go wrong on the way."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.campaign.running import Found

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.sqlite, pytest.mark.xdist_group("campaign")]
SEED = "20261129"


@pytest.fixture(scope="module")
def found(request: pytest.FixtureRequest) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.campaign", "--seed", SEED], capture_output=True, text=True, check=False
    )
    assert done.stdout.endswith("}\n"), f"the campaign ended with {done.returncode}: {done.stdout}{done.stderr}"
    last: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return last


def test_no_acknowledged_letter_is_lost_and_none_is_there_twice(
    found: dict[str, Any], record_property: Callable[[str, object], None]
) -> None:
    record_property("summary", f"fault campaign: {json.dumps(found)}")
    assert (found["letters"], found["nodes"]) == (1_000, 5)
    assert found["kills"] >= 20
    assert (found["lost"], found["doubled"]) == (0, 0)


def test_in_the_end_every_letter_is_acknowledged(found: dict[str, Any]) -> None:
    assert found["unacknowledged"] == 0


def test_every_gap_is_found_by_the_recipient(found: dict[str, Any]) -> None:
    assert found["gaps_made"] >= 5
    assert found["gaps_found"] == found["gaps_made"]


def test_a_node_went_on_from_a_backup_and_every_recall_is_answered_or_listed(found: dict[str, Any]) -> None:
    assert found["restores"] >= 1
    assert found["recalls"] >= 30
    assert found["recalls_answered"] + found["recalls_listed"] == found["recalls"]
    assert found["recalls_answered"] > 0


def test_connections_were_cut_refused_slowed_and_blocked_and_bundles_carried(found: dict[str, Any]) -> None:
    assert {"cut request", "cut answer", "slow", "refuse", "block", "pass"} <= set(found["connections"])
    assert found["bundles"] > 0


@pytest.mark.parametrize(
    "fault",
    [{"lost": 1}, {"doubled": 1}, {"unacknowledged": 1}, {"gaps_made": 2, "gaps_found": 1},
     {"recalls": 2, "recalls_answered": 1}],
)  # fmt: skip
def test_a_campaign_with_a_fault_in_it_is_not_well(fault: dict[str, int]) -> None:
    assert Found(letters=10, nodes=5).well
    assert not Found(letters=10, nodes=5, **fault).well  # type: ignore[arg-type]
