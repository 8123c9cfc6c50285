"""Referrals for the team that answers and for the team that asked, and the comparison of services with a need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from clew import vocabulary
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import compartments_of, seen_by, standing_teams_of
from clew.node.consent.queries import standing_consents_by_number
from clew.node.dossier.queries import same_person
from clew.node.exchange.queries import LetterLine, letter_line
from clew.node.partners.queries import names_of
from clew.node.referral.covering import ITEMS
from clew.node.referral.models import Path, Referral, Service
from clew.node.referral.sealing import Sealed, open_all
from clew.node.referral.words import MATCH_REASONS
from clew.node.types import EarlierDisclosure
from clew.referral.services import Match, Need, Offer, Reason, compare_all, uncovered

State = Referral.State


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """A referral as a team may see it.

    Attributes:
        told: the minimum data set; empty where it is void, or no consent counts today.
        why: why it was refused. answers: whether the reader's team answers for it. asked: her team asked.
        way: the letter by which a partner's service is asked, with what is known of it; None where there is none.
    """

    referral: Referral
    told: Mapping[str, Any]
    why: str
    answers: bool
    asked: bool
    overdue: bool
    way: LetterLine | None = None


@dataclass(frozen=True, slots=True)
class MatchedService:
    """A service with how it compares to a need."""

    service: Service
    match: Match
    party_name: str


def services() -> QuerySet[Service]:
    """The directory, by name; the sealed addresses stay where they are. It holds no case."""
    return Service.objects.filter(ended=None).select_related("team").defer("sealed_address").order_by("name", "pk")


def service_for(*, pk: int) -> Service | None:
    """One service that stands in the directory, or None."""
    return services().filter(pk=pk).first()


def has_address(service: Service) -> bool:
    """Whether an address is kept for it, without reading it."""
    return Service.objects.filter(pk=service.pk).exclude(sealed_address=b"").exists()


def party_names(found: Sequence[Service]) -> Mapping[str, str]:
    """What the organisations of services are called, by uid."""
    return names_of({one.party for one in found})


def team_choices(*, officer: Officer) -> list[tuple[str, str]]:
    """The officer's standing teams, one of which may answer for a service; never the team of a case."""
    return [(str(each.pk), each.name) for each in standing_teams_of(officer)]


def matches(need: Need) -> tuple[list[MatchedService], tuple[str, ...]]:
    """Every service with its reasons, those that suit first; and the needs that none covers."""
    found = list(services())
    by_number, names = {one.pk: one for one in found}, party_names(found)
    compared = compare_all(need, [_offer(one) for one in found])
    listed = [MatchedService(by_number[each.id], each, names.get(by_number[each.id].party, "")) for each in compared]
    return listed, uncovered(need, compared)


def reasons_of(match: Match) -> list[tuple[str, str]]:
    """The points of a comparison as sentences, each with which way it speaks: for, against or open."""
    return [(str(MATCH_REASONS[each.code]) % {"about": _about(each)}, each.speaks) for each in match.reasons]


def visible_referrals(officer: Officer) -> QuerySet[Referral]:
    """Those of the officer's paths, and those that one of her teams answers."""
    mine = Q(seen_by(officer, "path__compartment_id")) | (
        Q(seen_by(officer, "service__team_id")) & ~Q(state=State.TOLD)
    )
    return Referral.objects.filter(mine).select_related("path", "service", "made_by", "answered_by")


def to_answer(*, officer: Officer) -> QuerySet[Referral]:
    """Referrals that wait for one of the officer's teams, the soonest due first."""
    waiting = visible_referrals(officer).filter(seen_by(officer, "service__team_id"), state=State.ASKED)
    return waiting.order_by("answer_by", "pk")


def helped_by(*, officer: Officer) -> QuerySet[Referral]:
    """Referrals that one of the officer's teams has answered, the newest first."""
    done = visible_referrals(officer).filter(seen_by(officer, "service__team_id")).exclude(state=State.ASKED)
    return done.order_by("-answered", "-pk")


def referral_page(*, officer: Officer, referral_id: int) -> ReferralPage | None:
    """A referral of the officer's teams, or None."""
    found = visible_referrals(officer).filter(pk=referral_id).first()
    if found is None:
        return None
    teams = {each.pk for each in compartments_of(officer)}
    told, why = open_all(
        [Sealed(found.sealed, "referral", found.uid), Sealed(found.sealed_answer, "answer", found.uid)]
    )
    team = found.service.team_id if found.state != State.TOLD else None
    asked = found.path.compartment_id in teams
    return ReferralPage(
        referral=found,
        told=told if asked or counts(found) else {},
        why=str(why.get("why", "")),
        answers=found.release is None and (team in teams if team is not None else asked),
        asked=asked,
        overdue=is_overdue(found, timezone.now()),
        way=letter_line(officer=officer, uid=found.letter) if found.letter else None,
    )


def counts(found: Referral) -> bool:
    """Whether what was handed on may still be read by whom it was handed to: its consent counts today."""
    if found.for_safety:
        return True
    return bool(standing_consents_by_number([found.consent_id or 0], timezone.now()))


def is_overdue(found: Referral, now: dt.datetime) -> bool:
    """Whether an answer should have come by now."""
    return found.state == State.ASKED and found.answer_by is not None and found.answer_by < now


def disclosures_of_person(*, officer: Officer, person_id: int, recipient: str = "") -> list[EarlierDisclosure]:
    """What of a person was handed on by a referral, by the officer's teams; the person's papers list it (guard 4)."""
    found = Referral.objects.filter(
        seen_by(officer, "path__compartment_id"), path__person_id__in=same_person(person_id)
    ).exclude(state=State.TOLD)
    # What leaves by letter is a release, and is told among those once it has left.
    found = found.filter(release=None)
    if recipient:
        found = found.filter(service__party=recipient)
    rows = list(found.select_related("service", "path"))
    names = names_of({one.service.party for one in rows})
    told = open_all([Sealed(one.sealed, "referral", one.uid) for one in rows])
    return [
        EarlierDisclosure(
            at=one.made, recipient=names.get(one.service.party, one.service.party), purpose="referral",
            title=one.service.name, url=reverse("referral:referral", args=[one.pk]), team=one.path.compartment_id,
            to=(one.service.party,), consent=one.consent_number, items=_items(said),
        )
        for one, said in zip(rows, told, strict=True)
    ]  # fmt: skip


def _items(told: Mapping[str, Any]) -> tuple[str, ...]:
    """What was handed on, by the items that a consent names; nothing where it is void."""
    return tuple(item for item in ("needs", *ITEMS) if told.get(item))


def need_of(path: Path, contact: Mapping[str, Any], kinds: Sequence[str], country: str) -> Need:
    """What she needs, as the newest contact says who she is and what she speaks."""
    return Need(kinds, str(contact.get("group") or ""), str(contact.get("language") or ""), country)


def _about(reason: Reason) -> str:
    language = get_language() or "en"
    if reason.code == "other_country":
        return ", ".join(vocabulary.country_label(each, language) for each in reason.about)
    lists = {"group": "service_groups", "language": "languages"}
    codelist = vocabulary.codelist(lists.get(reason.code.partition("_")[0], "service_kinds"))
    return ", ".join(codelist.label(each, language) for each in reason.about)


def _offer(service: Service) -> Offer:
    return Offer(
        service.pk, service.kinds, service.groups, service.languages, service.country, service.places
    )  # fmt: skip
