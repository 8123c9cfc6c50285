"""What partners asked about requests, and nobody has answered yet."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer
from clew.node.exchange.models import ControlOrder, Letter
from clew.node.exchange.queries.correspondence import first_subjects, letter_lines
from clew.node.exchange.queries.visibility import visible_letters
from clew.node.types import DeskItem

LISTED = 30


def items_to_explain(officer: Officer) -> list[DeskItem]:
    """Questions about our requests that were taken: the partner works on nothing until they are answered."""
    answered = Letter.objects.filter(direction="out", kind="clarified", in_reply_to=OuterRef("uid"))
    asked = visible_letters(officer).filter(~Exists(answered), direction="in", kind="clarify", state="accepted")
    rows = list(asked.select_related("thread__case").order_by("recorded", "pk")[:LISTED])
    return [
        DeskItem(
            kind="letter.asked_about",
            title=_("Answer what they asked: %(subject)s") % {"subject": line.subject},
            url=reverse("exchange:letter", args=[line.row.uid]),
            detail=_("%(party)s · the clock stands until you answer") % {"party": line.party},
            case_reference=line.row.thread.case.reference if line.row.thread.case else "",
            urgent=line.row.thread.urgency in {"urgent-8h", "urgent-3d"},
        )
        for line in letter_lines(rows)
    ]


def items_to_allow(officer: Officer) -> list[DeskItem]:
    """Uses that partners asked for, in letters that were taken: nobody has said yes or no."""
    answered = Letter.objects.filter(direction="out", in_reply_to=OuterRef("uid"))
    denied = ControlOrder.objects.filter(about=OuterRef("pk"), kind="consent-deny")
    asked = visible_letters(officer).filter(direction="in", kind="consent-request", state="accepted")
    waiting = asked.filter(~Exists(answered), ~Exists(denied))
    return _to_answer(waiting, "letter.use_asked_for", _("Allow it or not: %(subject)s"))


def offers_to_answer(officer: Officer) -> list[DeskItem]:
    """Offers of partners that were taken: nobody has accepted or declined their conditions."""
    answered = ControlOrder.objects.filter(about=OuterRef("pk"), kind__in=["accept-conditions", "decline-conditions"])
    offered = visible_letters(officer).filter(~Exists(answered), direction="in", kind="offer", state="accepted")
    return _to_answer(offered, "letter.offered", _("Accept the conditions or not: %(subject)s"))


def _to_answer(letters: QuerySet[Letter], kind: str, title: str) -> list[DeskItem]:
    """Letters of partners that wait for a yes or no, oldest first; `title` has room for the `subject`."""
    rows = list(letters.select_related("thread__case").order_by("recorded", "pk")[:LISTED])
    return [
        DeskItem(
            kind=kind,
            title=title % {"subject": line.subject},
            url=reverse("exchange:letter", args=[line.row.uid]),
            detail=_("From %(party)s") % {"party": line.party},
            case_reference=line.row.thread.case.reference if line.row.thread.case else "",
        )
        for line in letter_lines(rows)
    ]


def items_to_tell(officer: Officer) -> list[DeskItem]:
    """Questions how far a partner's request is, to which nobody has said anything."""
    told = ControlOrder.objects.filter(about=OuterRef("pk"), kind="status")
    asked = visible_letters(officer).filter(~Exists(told), direction="in", kind="status-query")
    rows = list(asked.exclude(thread__case=None).select_related("thread__case").order_by("recorded", "pk")[:LISTED])
    subjects = first_subjects([row.thread_id for row in rows])
    return [
        DeskItem(
            kind="letter.progress_asked",
            title=_("Say how far it is: %(subject)s") % {"subject": subjects.get(line.row.thread_id, "")},
            url=reverse("exchange:letter", args=[line.row.uid]),
            detail=_("From %(party)s") % {"party": line.party},
            case_reference=line.row.thread.case.reference if line.row.thread.case else "",
        )
        for line in letter_lines(rows)
    ]
