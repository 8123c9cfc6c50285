"""What a named officer finds and states about a letter for the rules alone; none of it travels.

Whatever she has not said is what nobody has said, and the rules say what follows from that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clew import vocabulary
from clew.node.types import BadInput

CHOICES: Final[dict[str, dict[str, Promise]]] = {
    "danger": {
        "life": gettext_lazy("To life"),
        "freedom": gettext_lazy("To freedom"),
        "physical_integrity": gettext_lazy("To physical integrity"),
    },
    "nature": {
        "ordinary": gettext_lazy("An ordinary offence"),
        "political": gettext_lazy("Predominantly political"),
        "military": gettext_lazy("Predominantly military"),
        "religious": gettext_lazy("Predominantly religious"),
        "racial": gettext_lazy("Predominantly racial"),
    },
    "discrimination": {
        "none": gettext_lazy("Looked for, none found"),
        "indicators": gettext_lazy("Some signs"),
        "substantial": gettext_lazy("Substantial grounds"),
    },
    "dual_criminality": {
        "met": gettext_lazy("An offence under both laws"),
        "not_met": gettext_lazy("Not an offence under both laws"),
    },
    "refusal_ground": {
        "sovereignty": gettext_lazy("Sovereignty"),
        "security": gettext_lazy("Security"),
        "ordre_public": gettext_lazy("Public order"),
        "prohibited_by_law": gettext_lazy("Prohibited by own law"),
        "contrary_to_legal_system": gettext_lazy("Contrary to the own legal system"),
        "fiscal": gettext_lazy("Fiscal nature"),
        "bank_secrecy": gettext_lazy("Bank secrecy"),
    },
    "jeopardy": {"no": gettext_lazy("No"), "yes": gettext_lazy("Yes")},
    "conditions_state": {
        "none": gettext_lazy("Not announced"),
        "announced": gettext_lazy("Announced, no answer yet"),
        "accepted": gettext_lazy("Accepted"),
        "declined": gettext_lazy("Declined"),
    },
}
"""The answers to each question; an empty answer means that nobody has said."""
LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings on one letter; texts are empty and dates `None` where nothing was said (rules in brackets).

    `danger`, `danger_state` (R09); `authorisation_not_in_time` (R04); `confidential` (R14); `to_accused`,
    `provider_notified` (R13); `strict_necessity`, `rights_balanced`, `authority_route_fails`, `purpose_told`,
    `authority_not_informed` (R15); `nature` (R21), `discrimination` (R22), `dual_criminality` (R24); `refusal_ground`,
    `refusal_reason`, `consulted` (R25, R27); `jeopardy`, `review` (R26); `conditions_first`, `conditions_state`,
    `conditions_reference` (R12).
    """

    danger: str = ""
    danger_state: str = ""
    authorisation_not_in_time: str = ""
    confidential: bool = False
    to_accused: bool = False
    provider_notified: bool = False
    strict_necessity: str = ""
    rights_balanced: str = ""
    authority_route_fails: str = ""
    purpose_told: str = ""
    authority_not_informed: str = ""
    nature: str = ""
    discrimination: str = ""
    dual_criminality: str = ""
    refusal_ground: str = ""
    refusal_reason: str = ""
    consulted: str = ""
    jeopardy: str = ""
    review: dt.date | None = None
    conditions_first: bool = False
    conditions_state: str = ""
    conditions_reference: str = ""

    def stored(self) -> dict[str, Any]:
        """As a plain value, without what was not said."""
        plain = {name: value for name, value in asdict(self).items() if value not in ("", None, False)}
        return plain | ({"review": self.review.isoformat()} if self.review else {})


def findings_of(stored: Mapping[str, Any]) -> Findings:
    """The findings of a release's row."""
    review = stored.get("review")
    return Findings(**{**stored, "review": dt.date.fromisoformat(review) if review else None})


def problems_of(findings: Findings) -> list[BadInput]:
    """Every answer that is no answer, with its cure."""
    problems = []
    for name, choices in CHOICES.items():
        if getattr(findings, name) not in {"", *choices}:
            problems.append(BadInput(name, _("This answer is unknown."), _("Choose one from the list.")))
    if findings.danger_state and findings.danger_state.upper() not in vocabulary.country_codes():
        problems.append(BadInput("danger_state", _("This country is unknown."), _("Choose one from the list.")))
    if bool(findings.danger) != bool(findings.danger_state):
        missing = "danger_state" if findings.danger else "danger"
        problems.append(BadInput(missing, _("A danger needs its kind and its place."), _("Choose both, or neither.")))
    for name, value in asdict(findings).items():
        if isinstance(value, str) and len(value) > LONGEST:
            cure = _("Shorten it to %(longest)d characters.") % {"longest": LONGEST}
            problems.append(BadInput(name, _("The text is too long."), cure))
    return problems
