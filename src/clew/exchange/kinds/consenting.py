"""The two-step offer with conditions (R12), and consent to another use of what was given (R04, R10, R11, R33)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from clew.exchange.kinds.converting import to_content
from clew.exchange.kinds.telling import Condition, Released
from clew.exchange.strict_json import canonical, digest

Use = Literal["other-purpose", "evidence", "pass-on"]


def conditions_digest(conditions: Iterable[Condition]) -> str:
    """What an acceptance names: SHA-256 (hex) over the canonical form of an offer's conditions, in their order."""
    return digest(canonical([to_content(one) for one in conditions]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Released):
    """Says under which conditions something would be given. The thing itself comes only after they are accepted."""

    answer_by: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class AcceptConditions:
    """Accepts exactly these conditions."""

    conditions_sha256: str


@dataclass(frozen=True, slots=True)
class DeclineConditions:
    """Does not accept these conditions."""

    conditions_sha256: str
    reason: Literal["cannot-comply", "not-needed", "not-competent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRequest(Released):
    """Asks for another use; `purpose` is the new one. Without numbers all of the letter is meant."""

    use: Use
    statement_numbers: tuple[int, ...] = ()
    pass_on_to: tuple[str, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGrant(Released):
    """Allows what was asked for, or less, under the conditions named."""

    use: Use
    statement_numbers: tuple[int, ...] = ()
    pass_on_to: tuple[str, ...] = ()
    until: str = ""


@dataclass(frozen=True, slots=True)
class ConsentDeny:
    """Does not allow it. The code is left out where every code would tell too much."""

    code: str = ""
