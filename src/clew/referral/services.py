"""Which services suit what somebody needs, each with its reasons; nothing is chosen, and nothing is left out silently.

What a service did not say of itself is neither for nor against it: it is open, and named as something to ask.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, Literal

Fit = Literal["suits", "ask", "does_not"]
ORDER: Final[tuple[Fit, ...]] = ("suits", "ask", "does_not")


@dataclass(frozen=True, slots=True)
class Need:
    """What is needed, by whom.

    Args:
        kinds: what is asked for (codes of the list `service_kinds`).
        group: who she is (a code of `service_groups`), "" where it is not said.
        language: BCP 47 tag in which she can be spoken to, "" where it is not said.
        country: where help is needed (ISO 3166-1 alpha-2), "" where it does not matter.
    """

    kinds: Collection[str]
    group: str = ""
    language: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a service says of itself. An empty list of groups or languages: it has not said. `places`: free ones."""

    id: int
    kinds: Collection[str]
    groups: Collection[str]
    languages: Collection[str]
    country: str
    places: int | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One point of the comparison: a code, which way it speaks, and the codes it is about."""

    code: str
    speaks: Literal["for", "against", "open"]
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """How one service compares. `missing`: needs that it does not cover."""

    id: int
    fit: Fit
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]


def compare(need: Need, offer: Offer) -> Match:
    """One service against a need, point by point."""
    covered = tuple(sorted(set(need.kinds) & set(offer.kinds)))
    missing = tuple(sorted(set(need.kinds) - set(offer.kinds)))
    reasons = [Reason("covers", "for", covered) if covered else Reason("covers_nothing", "against", missing)]
    if covered and missing:
        reasons.append(Reason("covers_not", "open", missing))
    reasons += [
        *_named("group", need.group, offer.groups),
        *_named("language", need.language, offer.languages),
    ]
    if need.country and offer.country != need.country:
        reasons.append(Reason("other_country", "against", (offer.country,)))
    if offer.places is not None:
        reasons.append(Reason("places" if offer.places > 0 else "full", "for" if offer.places > 0 else "open"))
    return Match(offer.id, _fit(reasons), tuple(reasons), missing)


def compare_all(need: Need, offers: Iterable[Offer]) -> list[Match]:
    """Every service, those that suit first, then those to ask, then those that do not; none is left out.

    Within a group in the order in which they were given: the directory's, and no ranking of who is better.
    """
    found = [compare(need, offer) for offer in offers]
    return sorted(found, key=lambda match: ORDER.index(match.fit))


def uncovered(need: Need, matches: Iterable[Match]) -> tuple[str, ...]:
    """Needs that no service which suits or may be asked covers: for these a person has to look further."""
    within = [match for match in matches if match.fit != "does_not"]
    return tuple(sorted(kind for kind in need.kinds if all(kind in match.missing for match in within)))


def _named(what: str, wanted: str, said: Collection[str]) -> list[Reason]:
    if not wanted:
        return [Reason(f"{what}_not_asked", "open")]
    if not said:
        return [Reason(f"{what}_not_said", "open", (wanted,))]
    if wanted in said:
        return [Reason(what, "for", (wanted,))]
    # A language can be interpreted; for whom a service is there is its own decision.
    return [Reason(f"{what}_not", "open" if what == "language" else "against", (wanted,))]


def _fit(reasons: Iterable[Reason]) -> Fit:
    speak = {reason.speaks for reason in reasons}
    return "does_not" if "against" in speak else "ask" if "open" in speak else "suits"
