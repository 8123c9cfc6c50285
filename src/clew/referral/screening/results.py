"""What the answers of a screening come to, with the reasons. It is no legal finding, and it closes nothing.

The rule for a dimension and the results are those of the operational indicators of ILO and European Commission
(2009), as a secondary source gives them (docs/methods/screening.md).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from clew.referral.screening.sets import Group, IndicatorSet

Said = Literal["yes", "no", "unknown", "not_asked"]
Basis = Literal["observed", "stated"]
Standing = Literal["positive", "open", "not_positive"]
NO_FINDING = "Screening, not a legal finding."
NEVER_CLOSES = (
    "What was not found here closes no case: signs may be hidden, and an officer may go on with a written reason."
)
UNVERIFIED = "unverified; nobody has compared this set with the official text."
RECRUITMENT = ("deceptive_recruitment", "coercive_recruitment", "vulnerability_recruitment")


class ScreeningRefused(ValueError):
    """An answer or a screening that cannot be taken: what is wrong, and what to do."""

    def __init__(self, problem: str, cure: str) -> None:
        self.problem, self.cure = problem, cure
        super().__init__(f"{problem} {cure}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found about one sign, by whom: seen by her, or told to her. Only a yes and a no have a basis."""

    said: Said
    by: str
    at: dt.datetime
    basis: Basis | None = None


@dataclass(frozen=True, slots=True)
class Screening:
    """The answers of one conversation, and the very version of the set they were given to.

    Args:
        age: in doubt she is screened as a child.
        act: whether she was recruited, moved, harboured or received for it; asked of children, for whom no means is
            needed.
    """

    digest: str
    age: Literal["adult", "child", "doubt"]
    answers: Mapping[str, Answer]
    act: Said = "not_asked"

    @property
    def group(self) -> Group:
        """Whose list is asked."""
        return "adult" if self.age == "adult" else "child"


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """One dimension: where it stands, the signs found by weight, and the questions still open."""

    id: str
    title: str
    standing: Standing
    found: Mapping[str, int]
    open_questions: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """What it comes to. `code` is stable; `reasons` are sentences; `open`: answers still missing could change it."""

    code: str
    dimensions: tuple[DimensionResult, ...]
    reasons: tuple[str, ...]
    open: bool


def evaluate(indicators: IndicatorSet, screening: Screening) -> Result:
    """What the answers come to under the set's rule.

    Raises:
        ScreeningRefused: the answers were given to another version, to no question of it, or lack who and how.
    """
    _check(indicators, screening)
    dimensions = tuple(_dimension(indicators, screening, one.id, one.title) for one in indicators.dimensions)
    if indicators.rule == "presence":
        code, why = _by_presence(dimensions)
    else:
        code, why = _by_dimensions(dimensions, screening)
    doubt = (
        ("Her age is in doubt: she is screened as a child until it is assessed.",) if screening.age == "doubt" else ()
    )
    unverified = (f"{indicators.title}: {UNVERIFIED}",) if indicators.mark == "unverified" else ()
    reasons = (NO_FINDING, why, *unverified, *doubt, *(one.reason for one in dimensions), NEVER_CLOSES)
    return Result(code, dimensions, reasons, any(one.standing == "open" for one in dimensions))


def _check(indicators: IndicatorSet, screening: Screening) -> None:
    if screening.digest != indicators.digest:
        raise ScreeningRefused(
            "These answers were given to another version of the set.", "Read them with the version they name."
        )
    asked = indicators.asked(screening.group)
    for question, answer in screening.answers.items():
        if question not in asked:
            raise ScreeningRefused(f"{question} is no question of this set for this person.", "Leave the answer out.")
        if not answer.by.strip():
            raise ScreeningRefused(f"{question}: it is not said who answers for it.", "Name the officer.")
        if (answer.said in ("yes", "no")) != (answer.basis is not None):
            raise ScreeningRefused(
                f"{question}: a yes or no is observed or stated, and nothing else is.", "Say which of the two it was."
            )


def _dimension(indicators: IndicatorSet, screening: Screening, name: str, title: str) -> DimensionResult:
    found: Counter[str] = Counter()
    possible: Counter[str] = Counter()
    missing = []
    for question, (dimension, indicator) in indicators.asked(screening.group).items():
        if dimension != name:
            continue
        weight = indicator.weights.get(screening.group, "sign")
        answer = screening.answers.get(question)
        said = answer.said if answer else "not_asked"
        found[weight] += said == "yes"
        possible[weight] += said != "no"
        if said in ("unknown", "not_asked"):
            missing.append(question)
    holds = _is_positive if indicators.rule == "ilo_dimensions" else _is_present
    standing: Standing = "positive" if holds(found) else "open" if holds(possible) else "not_positive"
    found = +found
    told = ", ".join(f"{number} {weight}" for weight, number in found.items()) or "no sign"
    words = {"positive": "positive", "open": "open, since answers are missing", "not_positive": "not positive"}
    reason = f"{title}: {words[standing]}; {told} found, {len(missing)} not answered."
    return DimensionResult(name, title, standing, dict(found), tuple(missing), reason)


def _is_positive(found: Mapping[str, int]) -> bool:
    """Two strong; one strong and one other; three medium; or two medium and one weak. More than that as well."""
    strong, medium, weak = (found.get(weight, 0) for weight in ("strong", "medium", "weak"))
    return strong >= 2 or (strong >= 1 and medium + weak >= 1) or medium >= 3 or (medium >= 2 and weak >= 1)


def _is_present(found: Mapping[str, int]) -> bool:
    return found.get("sign", 0) > 0


def _by_presence(dimensions: tuple[DimensionResult, ...]) -> tuple[str, str]:
    if any(one.standing == "positive" for one in dimensions):
        return "signs_present", "There are signs. They prove nothing and call for inquiry; many also fit free workers."
    return "no_signs_found", "No sign was found. That proves nothing."


def _by_dimensions(dimensions: tuple[DimensionResult, ...], screening: Screening) -> tuple[str, str]:
    positive = {one.id for one in dimensions if one.standing == "positive"}
    exploited = "exploitation" in positive
    if exploited and screening.group == "child":
        if screening.act == "yes":
            return (
                "trafficking_signs",
                "A child recruited, moved, harboured or received, and exploited: no means is needed.",
            )
        return "child_exploited", (
            "A child is exploited. If she was recruited, moved, harboured or received for it, these are signs of "
            "trafficking; no means is needed."
        )
    means = positive & {*RECRUITMENT, "vulnerability_destination"}
    if exploited and means and "coercion_destination" in positive:
        return (
            "trafficking_signs",
            "Deceit, coercion or abuse of vulnerability, exploitation, and coercion at destination.",
        )
    if exploited and "deceptive_recruitment" in positive:
        return "deceived_and_exploited", "Deceived when recruited, and exploited."
    if exploited:
        return "labour_rights", "Exploitation: a case of labour rights, unless more is found."
    if positive:
        return "some_signs", "Some dimensions are positive; the rule names no result for these alone."
    return "no_signs_found", "No dimension is positive."
