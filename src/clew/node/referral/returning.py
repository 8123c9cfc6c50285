"""Whether she may return now, and what stands against it (guards 1 and 3)."""

from __future__ import annotations

from django.utils import timezone

from clew.node.consent.queries import consents_of
from clew.node.disclosure.queries import risk_standing_of
from clew.node.referral.access import age_of, guardian_of, newest, said_in, said_last
from clew.node.referral.models import Entry, Path
from clew.node.referral.words import HELD
from clew.node.types import BadInput, BadInputs
from clew.referral.pathway import ReturnFacts, return_obstacles

PURPOSE = "return"


def obstacles_to_return(path: Path) -> tuple[str, ...]:
    """Codes of what stands against her return to the state that she named; empty where nothing does."""
    wish = said_last(path, Entry.Kind.RESIDENCE)
    now, state = timezone.now(), str(wish.get("state") or "")
    facts = ReturnFacts(
        age=age_of(path),
        guardian=guardian_of(path),
        wish=str(wish.get("wish") or ""),
        consent=any(one.purpose == PURPOSE for one in consents_of({path.person_id}, now)),
        risk=risk_standing_of(person_id=path.person_id, state=state, on=now.date()) if state else "none",
        best_interests=_is_determined(path),
    )
    return return_obstacles(facts)


def require_return_possible(path: Path) -> None:
    """Raise `BadInputs` with each thing that stands against a return."""
    found = obstacles_to_return(path)
    if found:
        raise BadInputs([BadInput("outcome", *(str(each) for each in HELD[one])) for one in found])


def _is_determined(path: Path) -> bool:
    entry = newest(path, Entry.Kind.BEST_INTERESTS)
    return entry is not None and said_in([entry])[0].get("kind") == "determination"
