"""The nine steps from a first contact to the end of accompaniment: what is done, what is due, and what is held back.

Nothing is decided here. A step that is held back says why by codes, so that a page can say it in the reader's language.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

Step = Literal[
    "contact", "screening", "identification", "consent", "referral", "assistance", "justice", "residence", "closing"
]
STEPS: Final[tuple[Step, ...]] = (
    "contact", "screening", "identification", "consent", "referral", "assistance", "justice", "residence", "closing",
)  # fmt: skip
Standing = Literal["done", "due", "held"]

AGES: Final = ("adult", "child", "doubt", "unknown")
"""What was said of a person's age. Only `adult` takes the presumption of minority away."""

NEEDS_GUARDIAN: Final[frozenset[Step]] = frozenset({"screening", "referral", "assistance", "justice", "residence"})
"""Steps that go beyond a child's safety. A first contact is safety; presuming that she is a victim protects her."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a person's path.

    Args:
        age: one of `AGES`.
        guardian: good, conflict, unknown or none.
        done: the steps for which something was recorded.
    """

    age: str
    guardian: str
    done: Collection[Step]


@dataclass(frozen=True, slots=True)
class StepStanding:
    """Where one step stands. `reasons`: codes of why it is held back, empty where it is not."""

    step: Step
    standing: Standing
    reasons: tuple[str, ...] = ()


def may_be_child(age: str) -> bool:
    """Whether she is treated as a child: in doubt, and where nobody has said, she is."""
    return age != "adult"


def guardian_reasons(age: str, guardian: str) -> tuple[str, ...]:
    """Why a child cannot go beyond safety now: no guardian, one with a conflict, or one into whom nobody looked."""
    if not may_be_child(age) or guardian == "good":
        return ()
    return (f"guardian_{guardian if guardian in {'conflict', 'unknown'} else 'none'}",)


def standings(known: Known) -> tuple[StepStanding, ...]:
    """All nine steps in their order. What was done stays done, whatever holds the step back now."""
    reasons = guardian_reasons(known.age, known.guardian)
    found = []
    for step in STEPS:
        if step in known.done:
            found.append(StepStanding(step, "done"))
        elif reasons and step in NEEDS_GUARDIAN:
            found.append(StepStanding(step, "held", reasons))
        else:
            found.append(StepStanding(step, "due"))
    return tuple(found)


def present_step(known: Known) -> Step:
    """The step that is shown: the first that is due. Where all are done it is the last one."""
    return next((one.step for one in standings(known) if one.standing == "due"), STEPS[-1])


@dataclass(frozen=True, slots=True)
class ReturnFacts:
    """What is known when somebody is to return.

    Args:
        wish: "return" where she herself said so, else anything.
        consent: a consent of hers (for a child: her guardian's, with her assent) for the purpose `return` counts today.
        risk: favourable, against, old or none; of an assessment for this very state.
        best_interests: a determination was made and a second person agreed.
    """

    age: str
    guardian: str
    wish: str
    consent: bool
    risk: str
    best_interests: bool


def return_obstacles(facts: ReturnFacts) -> tuple[str, ...]:
    """Why she does not return now (guards 1 and 3); empty where nothing stands against it.

    Nobody overrides one of these: each goes away only when what it names is there.
    """
    found = [] if facts.wish == "return" else ["no_wish"]
    if not facts.consent:
        found.append("no_return_consent")
    if facts.risk != "favourable":
        found.append(f"risk_{facts.risk if facts.risk in {'against', 'old'} else 'none'}")
    found += guardian_reasons(facts.age, facts.guardian)
    if may_be_child(facts.age) and not facts.best_interests:
        found.append("no_best_interests")
    return tuple(found)
