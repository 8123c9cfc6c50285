"""Which recorded approvals count (release-rules.md 1; R18, R19, R23: a second person, in the named role)."""

from collections.abc import Iterable

from clew.disclosure.facts import ApprovalFacts


def counted_roles(approvals: Iterable[ApprovalFacts], requester: str) -> frozenset[str]:
    """The roles in which somebody else has approved, and nobody refused.

    One person counts once, for the first role she approved in.
    """
    recorded = tuple(approvals)
    return frozenset(_first_roles((each for each in recorded if each.granted), requester)) - refused_roles(
        recorded, requester
    )


def refused_roles(approvals: Iterable[ApprovalFacts], requester: str) -> frozenset[str]:
    """The roles in which somebody refused; a refusal by anyone but the requester stands against any approval."""
    return frozenset(each.role for each in approvals if not each.granted and each.officer != requester)


def _first_roles(granted: Iterable[ApprovalFacts], requester: str) -> Iterable[str]:
    seen: set[str] = {requester, ""}
    for each in granted:
        if each.officer not in seen and each.role:
            seen.add(each.officer)
            yield each.role
