"""What the desk, the case page and the consent page show of releases."""

from __future__ import annotations

import datetime as dt
import json

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer, Refused
from clew.node.accounts.queries import permissions_of
from clew.node.consent.queries import groups_of
from clew.node.disclosure.approvers import Answers
from clew.node.disclosure.models import Approval, Decision, Release, StatementOutcome
from clew.node.disclosure.queries.history import disclosures_about
from clew.node.disclosure.queries.releases import of_team, releases_of_case, visible_decisions
from clew.node.partners.queries import names_of
from clew.node.types import CaseSection, DeskItem, EarlierDisclosure

SHOWN = 50
SHOWN_OF_RELEASE = (
    "release__subject", "release__recipient", "release__post", "release__deadline",
    "release__urgency", "release__requested_by", "release__case__reference",
)  # fmt: skip


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """Approvals asked of the officer's roles, and her own releases that are ready to sign."""
    if "release.see" not in permissions_of(officer):
        return []
    found = visible_decisions(officer).filter(state=Decision.State.DECIDED)
    answered = Approval.objects.filter(decision=OuterRef("pk"), officer=officer)
    open_ones = (
        found.annotate(answered=Exists(answered), of_team=of_team(officer))
        .select_related("release", "release__case")
        .only("sealed_outcome", *SHOWN_OF_RELEASE)
        .order_by("decided")[: SHOWN * 4]
    )
    answers = Answers(officer)
    items: list[DeskItem] = []
    for decision in open_ones.iterator(chunk_size=SHOWN):
        if len(items) == SHOWN:
            break
        recipient = decision.release.post or decision.release.recipient
        # It is unsealed each time it is asked for.
        outcome = decision.outcome
        asked = [each["role"] for each in outcome["missing"] if answers.may(each["role"], recipient)]
        mine = decision.release.requested_by_id == officer.pk
        if asked and not mine and not decision.answered:
            sentence = _("Approve or refuse: %(subject)s")
            items.append(_item(decision, "approval.asked", sentence, of_team=decision.of_team))
        elif mine and outcome["letter"]["verdict"] == "permit" and not outcome["missing"]:
            items.append(_item(decision, "release.ready", _("Ready to sign: %(subject)s")))
    return items


def _item(decision: Decision, kind: str, sentence: str, *, of_team: bool = True) -> DeskItem:
    release = decision.release
    return DeskItem(
        kind=kind,
        title=sentence % {"subject": release.subject},
        url=reverse("disclosure:decision", args=[decision.pk]),
        due=release.deadline,
        # Who was asked from outside the team learns of this decision, and nothing of the case.
        case_reference=release.case.reference if release.case and of_team else "",
        urgent=release.urgency.startswith("urgent"),
    )


def case_sections(*, officer: Officer, case_id: int) -> list[CaseSection]:
    """The releases of a case, on its page."""
    if "release.see" not in permissions_of(officer):
        return []
    found: list[Release] = list(releases_of_case(officer=officer, case_id=case_id)[:20])
    names = names_of({each.recipient for each in found})
    rows = [(each, names.get(each.recipient, each.recipient)) for each in found]
    may_draft = "release.draft" in permissions_of(officer)
    context = {"rows": rows, "case_id": case_id, "may_draft": may_draft}
    return [CaseSection(_("Releases"), "disclosure/case_section.html", context, order=40)]


def disclosures_of_person(*, officer: Officer, person_id: int, recipient: str = "") -> list[EarlierDisclosure]:
    """What has left about a person, newest first: letters that carried a statement which concerns her."""
    left = visible_decisions(officer).filter(state=Decision.State.DISPATCHED)
    if recipient:
        left = left.filter(release__recipient=recipient) | left.filter(release__post=recipient)
    about = [
        (each, items)
        for each in left.select_related("release").order_by("-dispatched")
        if (items := _carried(each, person_id)) is not None
    ]
    names = names_of({each.release.post or each.release.recipient for each, _items in about})
    return [
        EarlierDisclosure(
            at=each.dispatched or each.decided,
            recipient=names.get(each.release.post or each.release.recipient, each.release.recipient),
            purpose=each.release.purpose,
            title=each.release.subject,
            url=reverse("disclosure:decision", args=[each.pk]),
            team=each.release.compartment_id or 0,
            to=tuple(filter(None, (each.release.recipient, each.release.post))),
            items=items,
        )
        for each, items in about
    ]


def _carried(decision: Decision, person_id: int) -> tuple[str, ...] | None:
    """What of her a letter carried, as groups of consent items; None where it carried nothing of her."""
    permitted = {each["statement"] for each in decision.outcome["statements"] if each["verdict"] == "permit"}
    try:
        statements = json.loads(decision.inputs)["inputs"]["statements"]
    except Refused:
        # It can no longer be read: someone it concerns was erased. What was kept of each statement still says.
        return () if disclosures_about(person_id).filter(pk=decision.pk).exists() else None
    carried = {
        (each["schema"], each["prop"])
        for each in statements
        if each["id"] in permitted and person_id in {each["entity"], each["refers_to"], *(each["concerns"] or ())}
    }
    return groups_of(carried) if carried else None


def undo_obstacles(*, source_id: int) -> list[str]:
    """Why a source must not simply be undone: what of it has left the node."""
    left = StatementOutcome.objects.filter(
        statement__source_id=source_id, verdict="permit", decision__state=Decision.State.DISPATCHED
    )
    number = left.values("statement").distinct().count()
    return [_("Statements of it that have already left this node: %(number)d.") % {"number": number}] if number else []


def statement_links(*, officer: Officer, source_id: int, statement_id: int) -> list[tuple[str, str]]:
    """What can be said for the rules of a statement and its source, from the page that shows why it is believed."""
    may = permissions_of(officer)
    links = []
    if "mark.set" in may:
        marks = reverse("disclosure:marks", args=[source_id])
        links.append((_("Marks on its source"), marks))
        links.append((_("Mark this statement"), f"{marks}?statement={statement_id}"))
    if "assurance.record" in may:
        links.append(
            (_("Record a permission to pass it on"), reverse("disclosure:authorisation_new", args=[source_id]))
        )
    return links


def entity_links(*, officer: Officer, entity_id: int, schema: str) -> list[tuple[str, str]]:
    """What the rules need to know of a person is recorded from her page."""
    may = permissions_of(officer)
    links = []
    if schema == "Person" and "safeguard.record" in may:
        links.append((_("Protected circumstances"), reverse("disclosure:safeguards", args=[entity_id])))
    if schema == "Person" and "risk.record" in may:
        links.append((_("Risk assessments"), reverse("disclosure:risk", args=[entity_id])))
    return links
