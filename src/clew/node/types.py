"""Small types that every room of the node may use: bad input, desk items, search hits, navigation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.functional import Promise

OnProgress = Callable[[int, int], None]
"""Is told how much of a long work is done, and how much there is."""

OnStep = Callable[[str, int, int], None]
"""As `OnProgress`, of a work of several steps: the step first; how much there is may be 0, where nobody knows."""


class BadInput(Exception):
    """One input that a person can cure.

    Args:
        field: name of the form field, column or key that is wrong; "" for the whole.
        problem: what is wrong, a full sentence.
        cure: what to do about it, a full sentence.
    """

    def __init__(self, field: str, problem: str, cure: str) -> None:
        super().__init__(f"{field}: {problem} {cure}" if field else f"{problem} {cure}")
        self.field = field
        self.problem = problem
        self.cure = cure


class BadInputs(Exception):
    """Several inputs that a person can cure, reported together."""

    def __init__(self, problems: Sequence[BadInput]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class DeskItem:
    """One thing that needs a human now.

    `kind` is a stable code (`letter.quarantined`, `approval.asked`, `clock.running`, `task.due`, …);
    `due` is in UTC and None where nothing runs out.
    """

    kind: str
    title: str
    url: str
    due: dt.datetime | None = None
    detail: str = ""
    case_reference: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One thing found among what the officer may see; `kind` is a stable code (`case`, `entity`, `party`, `letter`)."""

    kind: str
    title: str
    url: str
    detail: str = ""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class NavItem:
    """An entry of the main navigation; shown only to actors who hold `permission` ("" = everyone)."""

    label: str | Promise
    url_name: str
    permission: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class CaseSection:
    """A part of the case page that another app contributes (`queries.case_sections`).

    `template` is rendered with `context` below the heading `title`; it starts at heading level 3.
    """

    title: str
    template: str
    context: Mapping[str, object] = field(default_factory=dict)
    order: int = 100


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part that another app contributes to a page about entities (`queries.parts_about`).

    `template` is included with `context` as `part`; it starts at heading level 2.
    """

    template: str
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PartnerLogLine:
    """How this node and a partner stand with each other's audit logs (`queries.partner_logs`).

    `tone` is good, attention or danger. `ours`: when the partner last cosigned this node's log; `theirs`: when this
    node last did its. `url`: the page of a contradiction, "" where there is none or the reader may not open it.
    """

    party: str
    party_url: str
    words: str
    tone: str
    ours: dt.datetime | None
    theirs: dt.datetime | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class EarlierDisclosure:
    """Something about a person that has already left the node (`queries.disclosures_of_person`).

    `team`: number of the compartment that shared it, 0 where it has none. `to`: uids of who holds it. `consent`: number
    of the consent it was shared under, where the room keeps that itself. `items`: what it was, as groups of consent
    items, with `needs` and `other` for what is in none of them; empty where it can no longer be read.
    """

    at: dt.datetime
    recipient: str
    purpose: str
    title: str
    url: str = ""
    team: int = 0
    to: tuple[str, ...] = ()
    consent: int | None = None
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at one part of the node found (`queries.health_findings`), in English, for the command line.

    Attributes:
        check: what was looked at; stable, unique.
        state: `well`, `wrong`, or `unknown` where nobody can know it at present. Unknown is never called well.
        says: what is known, wrong or unknown, a full sentence; may be "" where all is well.
        cure: what to do about it, a full sentence; "" where there is nothing to do.
        since: since when, where that is known.
    """

    check: str
    state: Literal["well", "wrong", "unknown"]
    says: str = ""
    cure: str = ""
    since: dt.datetime | None = None

    def __str__(self) -> str:
        said = f"{self.says} {self.cure}".strip()
        return said if self.state == "wrong" else f"{self.state}{f': {said}' if said else ''}"


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure; labels are codes and, where the settings say so, ids of partners."""

    value: int | float
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MetricFamily:
    """Figures of one name (`queries.metric_families`); `kind` is gauge, counter or info of OpenMetrics."""

    name: str
    kind: Literal["gauge", "counter", "info"]
    says: str
    samples: Sequence[Sample]
