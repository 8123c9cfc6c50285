"""What this room offers to the desk, to a case's page and to a person's: codes and days, never a word about her."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.cases.queries import case_head, entities_of_case
from clew.node.referral.models import Entry, IncomingReferral, Path, Referral
from clew.node.referral.queries.following import follow_ups_due
from clew.node.referral.queries.incoming import incoming_to_answer, is_late
from clew.node.referral.queries.path_page import visible_paths
from clew.node.referral.queries.referrals import to_answer
from clew.node.types import CaseSection, DeskItem

AT_MOST = 25
AHEAD = dt.timedelta(days=7)


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """Referrals to answer and those overdue, what waits for a second person, periods that end, follow-ups to make."""
    held = permissions_of(officer)
    items: list[DeskItem] = []
    if "referral.answer" in held:
        items += [_to_answer(each, now) for each in to_answer(officer=officer)[:AT_MOST]]
        items += [_incoming(each, now) for each in incoming_to_answer(officer=officer)[:AT_MOST]]
    if "referral.make" in held:
        items += [_overdue(each) for each in _unanswered(officer, now)[:AT_MOST]]
    if "pathway.decide" in held:
        items += [_second(each) for each in _waiting(officer)[:AT_MOST]]
    if "pathway.see" in held:
        items += [_period(each, now) for each in _ending(officer, now.date())[:AT_MOST]]
    if "pathway.work" in held:
        due = follow_ups_due(officer=officer, today=now.date(), at_most=AT_MOST)
        items += [_follow_up(path, day, now) for path, day in due]
    return items


def case_sections(*, officer: Officer, case_id: int) -> list[CaseSection]:
    """The persons of a case with whom a path is walked, and those with whom one can be begun."""
    held = permissions_of(officer)
    head = case_head(officer=officer, pk=case_id) if "pathway.see" in held else None
    if head is None:
        return []
    paths = {each.person_id: each for each in visible_paths(officer).filter(case_id=case_id)}
    persons = [each for each in entities_of_case(officer=officer, case_id=case_id) if each.schema == "Person"]
    if not persons:
        return []
    context = {
        "persons": [(each, paths.get(each.entity_id)) for each in persons],
        "may_open": "pathway.work" in held and head.closed is None,
        "case_id": case_id,
    }
    return [CaseSection(_("Persons we walk with"), "referral/case_section.html", context, order=40)]


def entity_links(*, officer: Officer, entity_id: int, schema: str) -> list[tuple[str, str]]:
    """A person's paths are reached from her page."""
    if schema != "Person" or "pathway.see" not in permissions_of(officer):
        return []
    found = visible_paths(officer).filter(person_id=entity_id).order_by("-pk")
    return [
        (_("Path in %(case)s") % {"case": each.case.reference}, reverse("referral:path", args=[each.pk]))
        for each in found[:5]
    ]


def _unanswered(officer: Officer, now: dt.datetime) -> list[Referral]:
    found = Referral.objects.filter(
        seen_by(officer, "path__compartment_id"), state=Referral.State.ASKED, answer_by__lt=now
    )
    return list(found.select_related("service", "path__case").order_by("answer_by", "pk")[:AT_MOST])


def _waiting(officer: Officer) -> list[Entry]:
    found = Entry.objects.filter(seen_by(officer, "path__compartment_id"), needs_second=True, approved=None)
    return list(found.exclude(recorded_by=officer).select_related("path__case").order_by("pk")[:AT_MOST])


def _ending(officer: Officer, today: dt.date) -> list[Path]:
    found = visible_paths(officer).filter(closed=None, reflection_ends__gte=today, reflection_ends__lte=today + AHEAD)
    return list(found.order_by("reflection_ends", "pk")[:AT_MOST])


def _to_answer(found: Referral, now: dt.datetime) -> DeskItem:
    return DeskItem(
        kind="referral.to_answer",
        title=_("Answer a referral to %(service)s") % {"service": found.service.name},
        url=reverse("referral:referral", args=[found.pk]),
        due=found.answer_by,
        urgent=found.urgency == "urgent-8h" or (found.answer_by is not None and found.answer_by < now),
    )


def _incoming(found: IncomingReferral, now: dt.datetime) -> DeskItem:
    return DeskItem(
        kind="referral.incoming",
        title=_("Answer a partner's referral"),
        url=reverse("referral:incoming", args=[found.pk]),
        due=found.answer_by,
        urgent=found.urgency == "urgent-8h" or is_late(found, now),
    )


def _overdue(found: Referral) -> DeskItem:
    return DeskItem(
        kind="referral.overdue",
        title=_("No answer from %(service)s: ask again, or another one") % {"service": found.service.name},
        url=reverse("referral:referral", args=[found.pk]),
        due=found.answer_by,
        case_reference=found.path.case.reference,
        urgent=True,
    )


def _second(entry: Entry) -> DeskItem:
    return DeskItem(
        kind="approval.pathway",
        title=_("A second person is asked on somebody's path"),
        url=reverse("referral:path", args=[entry.path_id]),
        case_reference=entry.path.case.reference,
    )


def _period(path: Path, now: dt.datetime) -> DeskItem:
    ends = path.reflection_ends or now.date()
    return DeskItem(
        kind="referral.reflection",
        title=_("A recovery and reflection period ends"),
        url=reverse("referral:path", args=[path.pk]),
        due=dt.datetime.combine(ends + dt.timedelta(days=1), dt.time(), dt.UTC),
        case_reference=path.case.reference,
        urgent=ends - now.date() <= dt.timedelta(days=2),
    )


def _follow_up(path: Path, day: dt.date, now: dt.datetime) -> DeskItem:
    return DeskItem(
        kind="referral.follow_up",
        title=_("Ask how she is after her return"),
        url=reverse("referral:follow_up", args=[path.pk]),
        due=dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), dt.UTC),
        case_reference=path.case.reference,
        urgent=day < now.date(),
    )
