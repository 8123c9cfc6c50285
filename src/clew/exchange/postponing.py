"""A postponed answer: the one letter with answers that needs no decision, because it is made of the request alone.

It names the items that have no answer yet, and the day until which they wait. Whoever reads it learns nothing about
what is known, sought, or withheld: with the same request and the same moment every node would write the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, Final

from clew.exchange.strict_json import canonical

POSTPONED: Final = "postponed"
SUBJECT: Final = "Postponed"
HANDLING: Final = {"code": "H0"}
NAMES: Final = frozenset({"type", "subject", "purpose", "legal_basis", "handling", "answers"})


def postponed_package(request: Mapping[str, Any], items: Collection[int], until: dt.date) -> bytes:
    """The body of the letter that postpones these items of a request.

    Args:
        request: the body of the request; of it only the codes of purpose and legal basis are repeated.
        until: the day of the next slot, at which an answer leaves or is postponed again.
    """
    answers = [{"item": one, "outcome": POSTPONED, "until": until.isoformat()} for one in sorted(items)]
    return canonical(
        {
            "type": "reply",
            "subject": SUBJECT,
            "purpose": request["purpose"],
            "legal_basis": {"code": request["legal_basis"]["code"]},
            "handling": dict(HANDLING),
            "answers": answers,
        }
    )


def only_postpones(body: Mapping[str, Any]) -> bool:
    """Whether a letter's body says nothing but that items are postponed, and until when; no word is anybody's own."""
    return (
        body.keys() == NAMES
        and body["type"] == "reply"
        and body["subject"] == SUBJECT
        and body["legal_basis"].keys() == {"code"}
        and body["handling"] == HANDLING
        and all(one.keys() == {"item", "outcome", "until"} and one["outcome"] == POSTPONED for one in body["answers"])
    )
