"""Four nodes before the story: officers, cards compared on the phone, two registered protocols; no case, no fact.

Started as `python -m tests.browser.bare_nodes` with CLEW_DEMO_HOME and CLEW_DEMO_PORT; `clew demo stop` ends the nodes.
With `arrangement` behind it, the lawyers of Vienna and Beijing, who know each other by then, register what the two
have agreed, and the assurance and pledge that came with it.
"""

from __future__ import annotations

import sys

from clew.demo.places import places
from clew.demo.playing import make_nodes
from clew.demo.processes import start, wait_until_ready
from clew.demo.stages import Stages
from clew.demo.story import Step, step, tell

NODES = ("vienna", "beijing", "shelter", "bridge")
PARTNERS = (
    ("shelter", "clara", "vienna"), ("vienna", "anna", "shelter"), ("vienna", "anna", "bridge"),
    ("beijing", "lin", "bridge"), ("bridge", "emil", "vienna"), ("bridge", "emil", "beijing"),
)  # fmt: skip


def main(what: str) -> None:
    """Make and start the nodes, and let their officers do what comes before the first letter; or the arrangement."""
    if what != "arrangement":
        make_nodes()
        for one in places():
            start(one)
        for one in places():
            wait_until_ready(one)
    steps = arrangement() if what == "arrangement" else setting()
    acting = {one.node for one in steps} | {"beijing", "vienna"}
    with Stages(tuple(one for one in places() if one.key in acting)) as stages:
        for _told in tell(stages, steps):
            pass


def setting() -> tuple[Step, ...]:
    """People, partners, and what obliges the shelter and the facilitator."""
    return (
        *(step(node, "setting.people", "officers", node=node) for node in NODES),
        *(
            step(node, "setting.add_partner", "card", node=node, by=by, card=f"card of {other}")
            for node, by, other in PARTNERS
        ),
        _registered("bridge", "emil", "facilitation", "vienna", "beijing"),
        _registered("shelter", "doris", "domestic-referral", "vienna"),
        _registered("vienna", "bernd", "domestic-referral", "shelter"),
    )


def arrangement() -> tuple[Step, ...]:
    """What makes a letter between Vienna and Beijing lawful."""
    return (
        _registered("vienna", "bernd", "police-arrangement", "beijing"),
        _registered("beijing", "zhao", "police-arrangement", "vienna"),
        step("vienna", "setting.assurance", "assurance", node="vienna", by="bernd", partner="card of beijing"),
    )


def _registered(node: str, by: str, key: str, *others: str) -> Step:
    cards = {f"{other}_card": f"card of {other}" for other in others}
    return step(node, "setting.register", key, **{"node": node, "by": by, "key": key, **cards})


if __name__ == "__main__":
    main(*sys.argv[1:] or [""])
