"""Two nodes before the story: officers, each other's confirmed cards, the arrangement, the assurance; no case, no fact.

Started as `python -m tests.browser.bare_nodes` with CLEW_DEMO_HOME and CLEW_DEMO_PORT; `clew demo stop` ends the nodes.
"""

from __future__ import annotations

from clew.demo.places import Place, place
from clew.demo.playing import make_node
from clew.demo.processes import start, wait_until_ready
from clew.demo.stages import Stages
from clew.demo.story import Step, step, tell


def main() -> None:
    """Make and start both nodes, and let their officers do what comes before the first case."""
    both = (place("vienna"), place("beijing"))
    for one in both:
        make_node(one)
        start(one)
    for one in both:
        wait_until_ready(one)
    play(both)


def play(both: tuple[Place, ...]) -> None:
    """The setting, through the demonstration's own acts."""
    with Stages(both) as stages:
        for _told in tell(stages, setting()):
            pass


def setting() -> tuple[Step, ...]:
    """What must be there before a case: people, partners, an instrument, the assurance and the pledge."""
    sides = (("vienna", "anna", "bernd", "beijing"), ("beijing", "lin", "zhao", "vienna"))
    people = tuple(step(node, "setting.people", "officers", node=node) for node, *_rest in sides)
    partners = tuple(
        step(node, "setting.add_partner", "card", node=node, by=officer, card=f"card of {other}")
        for node, officer, _lawyer, other in sides
    )
    instruments = tuple(
        Step(node, "setting.register", "arrangement", tuple({
            "node": node, "by": lawyer, "key": "police-arrangement", f"{other}_card": f"card of {other}",
        }.items()))
        for node, _officer, lawyer, other in sides
    )  # fmt: skip
    assurance = step("vienna", "setting.assurance", "assurance", node="vienna", by="bernd", partner="card of beijing")
    return (*people, *partners, *instruments, assurance)


if __name__ == "__main__":
    main()
