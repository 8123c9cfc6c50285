"""Families, found children, laboratories, profiles and searches, as the pages list them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils import timezone

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import compartments_of, seen_by
from clew.node.kinship.models import Family, FoundChild, Laboratory, Profile, Search, Session, WideSearch
from clew.node.partners.queries import names_of

STANDING = Q(profiles__destroyed=None, profiles__isnull=False)


def families_of(*, officer: Officer) -> QuerySet[Family]:
    """Families of the officer's units, those that are looked for first, the newest of them first."""
    found = Family.objects.filter(seen_by(officer)).select_related("compartment")
    return found.annotate(typed=Count("profiles", filter=STANDING)).order_by("closed", "-registered", "-pk")


def children_of(*, officer: Officer) -> QuerySet[FoundChild]:
    """Found children of the officer's units, as `families_of`."""
    found = FoundChild.objects.filter(seen_by(officer)).select_related("compartment")
    return found.annotate(typed=Count("profiles", filter=STANDING)).order_by("closed", "-registered", "-pk")


def family_for(*, officer: Officer, pk: int) -> Family | None:
    """A family of the officer's units, or None."""
    return families_of(officer=officer).filter(pk=pk).first()


def child_for(*, officer: Officer, pk: int) -> FoundChild | None:
    """A found child of the officer's units, or None."""
    return children_of(officer=officer).filter(pk=pk).first()


def search_for(*, officer: Officer, pk: int) -> Search | None:
    """A search of the officer's units, or None."""
    found = Search.objects.select_related("family", "session", "made_by", "wide")
    return found.filter(seen_by(officer, "family__compartment_id"), pk=pk).first()


def wide_search_for(*, officer: Officer, pk: int) -> WideSearch | None:
    """A wide search of the officer's units, or None."""
    found = WideSearch.objects.select_related("child", "compartment", "made_by")
    return found.filter(seen_by(officer), pk=pk).first()


def newest_wide_searches(*, officer: Officer) -> dict[int, WideSearch]:
    """For each of her units the newest search of all families among all children."""
    found = WideSearch.objects.filter(seen_by(officer), child=None).order_by("pk")
    newest = found.order_by().values("compartment_id").annotate(newest=Max("pk")).values("newest")
    return {each.compartment_id: each for each in found.filter(pk__in=newest)}


def profile_for(*, officer: Officer, pk: int) -> Profile | None:
    """A profile of the officer's units, or one whose consent her team recorded; None for all others."""
    return register(officer=officer).filter(pk=pk).first()


def register(*, officer: Officer) -> QuerySet[Profile]:
    """Every profile that the officer's units work on or her teams recorded the consent for, the newest first."""
    mine = (
        Q(seen_by(officer, "family__compartment_id"))
        | Q(seen_by(officer, "child__compartment_id"))
        | Q(seen_by(officer, "team_id"))
    )
    found = Profile.objects.select_related("family", "child", "laboratory", "destroyed_by")
    return found.filter(mine).order_by("-recorded", "-pk")


def unit_choices(*, officer: Officer) -> list[tuple[str, str]]:
    """The officer's compartments, one of which a new record belongs to."""
    return [(str(each.pk), each.name) for each in compartments_of(officer)]


def units_with_children(*, officer: Officer) -> list[tuple[int, str]]:
    """Those of her compartments in which a found child is typed, and which can therefore be opened and searched."""
    typed = Profile.objects.filter(child__compartment_id=OuterRef("pk"), destroyed=None)
    return [(each.pk, each.name) for each in compartments_of(officer).filter(Exists(typed))]


def open_sessions(*, officer: Officer) -> dict[int, Session]:
    """The open stores of her units, by unit."""
    found = Session.objects.filter(seen_by(officer), closed=None, ends__gt=timezone.now())
    return {each.compartment_id: each for each in found.select_related("opened_by")}


def laboratories(*, today: dt.date) -> list[tuple[Laboratory, str, bool]]:
    """Every laboratory with its name and whether its accreditation counts today, those that count first."""
    rows = list(Laboratory.objects.select_related("registered_by").order_by("-valid_until", "-pk"))
    names = names_of({each.party for each in rows})
    said = [
        (each, names.get(each.party, each.party), each.ended is None and each.valid_from <= today <= each.valid_until)
        for each in rows
    ]
    return sorted(said, key=lambda each: not each[2])


def laboratory_choices(*, today: dt.date) -> list[tuple[str, str]]:
    """Those whose accreditation counts today."""
    return [(str(row.pk), name) for row, name, counts in laboratories(today=today) if counts]


def laboratory_names(rows: Iterable[Laboratory]) -> dict[int, str]:
    """The names of laboratories, by number."""
    listed = list(rows)
    names = names_of({each.party for each in listed})
    return {each.pk: names.get(each.party, each.party) for each in listed}
