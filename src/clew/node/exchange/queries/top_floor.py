"""What letters offer to the desk, to the search and to the case page."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from clew.dossier.folding import phrases
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.cases.queries import running_deadlines
from clew.node.disclosure.queries import left_of_statements
from clew.node.dossier.queries import ended_statement
from clew.node.exchange.controlling import ENDED
from clew.node.exchange.models import Letter, Thread
from clew.node.exchange.queries.asked import items_to_allow, items_to_explain, items_to_tell, offers_to_answer
from clew.node.exchange.queries.comparing import private_section, questions_to_answer
from clew.node.exchange.queries.correspondence import first_subjects, quarantine, thread_lines, threads_of_case
from clew.node.exchange.queries.evidence import evidence_items, evidence_section
from clew.node.exchange.queries.logs import log_items
from clew.node.exchange.queries.post_room import outbox, rejected, unsent
from clew.node.exchange.queries.recalls import correction_items, recall_items
from clew.node.exchange.queries.restored import restored_items
from clew.node.exchange.queries.silence import silence_items
from clew.node.exchange.queries.visibility import visible_threads
from clew.node.folded import holds_words
from clew.node.types import CaseSection, DeskItem, SearchHit

LISTED = 30
SEARCHED = 1_000
"""Correspondences looked through: subjects are encrypted at rest, so the newest are opened one by one."""


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """Letters to take, questions to answer, running clocks, what does not leave or was refused, logs that lie."""
    logs = [*restored_items(officer=officer), *log_items(officer=officer, now=now)]
    if "letter.see" not in permissions_of(officer):
        return logs
    return [
        *logs,
        *recall_items(officer=officer, now=now),
        *correction_items(officer),
        *_to_take(officer),
        *evidence_items(officer),
        *items_to_explain(officer),
        *items_to_tell(officer),
        *items_to_allow(officer),
        *offers_to_answer(officer),
        *questions_to_answer(officer),
        *_clocks(officer, now),
        *silence_items(officer, now),
        *_undelivered(officer),
        *_unsent(officer),
        *_to_review(officer),
    ]


def statement_links(*, officer: Officer, source_id: int, statement_id: int) -> list[tuple[str, str]]:
    """From the page that shows why a statement is believed: where copies are, and telling whoever has it of its end."""
    if "letter.see" not in permissions_of(officer):
        return []
    links = [(_("Where copies of it are"), reverse("exchange:copies", args=[source_id]))]
    has_ended = "letter.recall" in permissions_of(officer) and ended_statement(statement_id) is not None
    if has_ended and left_of_statements([statement_id]):
        links.append((_("Tell whoever has it that it was wrong"), reverse("exchange:correct", args=[statement_id])))
    return links


def search_hits(*, officer: Officer, text: str, limit: int) -> list[SearchHit]:
    """The newest correspondences of the officer's cases whose subject holds every word."""
    words = phrases(text)
    if not words:
        return []
    subjects = first_subjects(list(_newest(officer)[:SEARCHED]))
    found = [thread for thread, subject in subjects.items() if holds_words(subject, words)][:limit]
    rows = Thread.objects.filter(pk__in=found).select_related("case").order_by("-changed", "-pk")
    return [
        SearchHit(
            "letter",
            line.subject,
            reverse("exchange:thread", args=[line.row.uid]),
            f"{line.party} · {line.state}",
            1.0,
        )
        for line in thread_lines(list(rows))
    ]


def search_limits(*, officer: Officer) -> str:
    """What a search of letters does not look through, in a sentence; "" where it looks through all of them."""
    if not _newest(officer)[SEARCHED : SEARCHED + 1]:
        return ""
    return _(
        "Of the letters, only the newest %(count)s correspondences were looked through. "
        "Older ones stand on the page of their case."
    ) % {"count": number_format(SEARCHED, force_grouping=True)}


def _newest(officer: Officer) -> QuerySet[Thread, int]:
    threads = visible_threads(officer).exclude(case=None).order_by("-changed", "-pk")
    return threads.values_list("pk", flat=True)


def case_sections(*, officer: Officer, case_id: int) -> list[CaseSection]:
    """The case's correspondences, and its files that travel."""
    files = [*evidence_section(officer=officer, case_id=case_id), *private_section(officer=officer, case_id=case_id)]
    lines = threads_of_case(officer=officer, case_id=case_id)
    if not lines:
        return files
    shown = {"lines": lines, "now": timezone.now()}
    return [*files, CaseSection(_("Letters"), "exchange/_case_threads.html", shown, order=30)]


def _to_take(officer: Officer) -> list[DeskItem]:
    if "letter.take" not in permissions_of(officer):
        return []
    return [
        DeskItem(
            kind="letter.quarantined",
            title=_("Take the letter: %(subject)s") % {"subject": line.subject},
            url=reverse("exchange:letter", args=[line.row.uid]),
            due=line.row.due,
            detail=_("From %(party)s") % {"party": line.party},
            case_reference=line.row.thread.case.reference if line.row.thread.case else "",
            urgent=line.row.thread.urgency in {"urgent-8h", "urgent-3d"},
        )
        for line in quarantine(officer=officer)
    ]


def _clocks(officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """The clocks of letters, without those that stand in a case: that case's team reads them among its deadlines."""
    letters = Letter.objects.filter(thread=OuterRef(OuterRef("pk"))).values("uid")
    in_case = running_deadlines().filter(case=OuterRef("case"), due=OuterRef("due"), letter__in=letters)
    running = (
        visible_threads(officer)
        .filter(~Exists(in_case), due__isnull=False, answered=None)
        .exclude(state__in=ENDED)
        .select_related("case")
        .order_by("due")
    )
    rows: list[Thread] = list(running[:LISTED])
    return [
        DeskItem(
            kind="clock.running",
            title=_("Answer is due: %(subject)s") % {"subject": line.subject},
            url=reverse("exchange:thread", args=[line.row.uid]),
            due=line.row.due,
            detail=_("%(party)s · %(instrument)s") % {"party": line.party, "instrument": line.row.instrument},
            case_reference=line.row.case.reference if line.row.case else "",
            urgent=line.row.due is not None and line.row.due - now < dt.timedelta(days=1),
        )
        for line in thread_lines(rows)
    ]


def _undelivered(officer: Officer) -> list[DeskItem]:
    return [
        DeskItem(
            kind="letter.undeliverable",
            title=_("A letter to %(party)s could not be delivered") % {"party": line.party},
            url=reverse("exchange:thread", args=[line.link]),
            detail=line.problem,
            urgent=True,
        )
        for line in outbox(officer=officer)
        if line.link and line.row.failed is not None
    ]


def _unsent(officer: Officer) -> list[DeskItem]:
    return [
        DeskItem(
            kind="letter.unsent",
            title=_("A signed letter could not be sent: withdraw its release and decide again"),
            url=reverse("disclosure:decision", args=[line.row.decision]),
            detail=line.problem,
            case_reference=line.row.case.reference if line.row.case else "",
            urgent=True,
        )
        for line in unsent(officer=officer)[:LISTED]
    ]


def _to_review(officer: Officer) -> list[DeskItem]:
    count = len(rejected(officer=officer))
    if not count:
        return []
    return [
        DeskItem(
            kind="letter.rejected",
            title=_("Envelopes were refused and are kept for review"),
            url=reverse("exchange:rejected"),
            detail=str(count),
        )
    ]
