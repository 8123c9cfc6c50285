"""What kinship offers to the desk and to a case's page: codes and states, never a locus."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.cases.queries import case_head
from clew.node.kinship.models import Hit, Profile, Telling
from clew.node.kinship.queries.hits import visible_hits
from clew.node.types import CaseSection, DeskItem

AT_MOST = 25


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """Leads that nobody followed up, confirmed hits that wait for a decision, and tellings for a second person."""
    held = permissions_of(officer)
    items: list[DeskItem] = []
    if "kinship.review" in held:
        found = visible_hits(officer).filter(seen_by(officer, "family__compartment_id"), state=Hit.State.LEAD)
        items += [_item("kinship.lead", _("A lead to follow up"), each) for each in found.order_by("pk")[:AT_MOST]]
    if "kinship.protect" in held:
        found = visible_hits(officer).filter(state=Hit.State.CONFIRMED, decision="")
        title = _("Decide for a child whether anybody may be told")
        items += [_item("kinship.protect", title, each, urgent=True) for each in found.order_by("pk")[:AT_MOST]]
    if "kinship.tell" in held:
        open_ones = Telling.objects.filter(approved=None, hit__in=visible_hits(officer)).exclude(proposed_by=officer)
        told = open_ones.select_related("hit__family", "hit__profile__child").order_by("pk")[:AT_MOST]
        items += [_item("approval.kinship", _("A second person is asked: tell of a hit"), each.hit) for each in told]
    return items


def case_sections(*, officer: Officer, case_id: int) -> list[CaseSection]:
    """The samples for which the case's team recorded a consent, and what came of them."""
    if "kinship.status" not in permissions_of(officer):
        return []
    head = case_head(officer=officer, pk=case_id)
    if head is None:
        return []
    samples = list(Profile.objects.filter(team_id=head.compartment_id).order_by("-pk")[:50])
    if not samples:
        return []
    hits = visible_hits(officer).filter(profile__in=samples) | visible_hits(officer).filter(relatives__in=samples)
    context = {"samples": samples, "hits": list(hits.distinct().order_by("-pk")[:50])}
    return [CaseSection(_("Search for relatives by DNA"), "kinship/case_section.html", context, order=70)]


def _item(kind: str, title: str, hit: Hit, *, urgent: bool = False) -> DeskItem:
    child = hit.profile.child
    return DeskItem(
        kind=kind,
        title=title,
        url=reverse("kinship:hit", args=[hit.pk]),
        detail=f"{hit.family.reference} – {child.reference if child is not None else ''}",
        urgent=urgent,
    )
