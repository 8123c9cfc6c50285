"""Releases and decisions by who may know their case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet

from clew.disclosure.particulars import CORRECT
from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.disclosure.access import asked_decisions
from clew.node.disclosure.models import Decision, LetterEntity, Release, StatementOutcome
from clew.node.disclosure.particulars import particulars_of


def releases(*, officer: Officer, state: str = "") -> QuerySet[Release]:
    """The releases the officer may see, the last changed first."""
    found = visible_releases(officer).select_related("case", "requested_by").order_by("-changed", "-pk")
    return found.filter(state=state) if state else found


def releases_of_case(*, officer: Officer, case_id: int) -> QuerySet[Release]:
    """The releases of one case, the last changed first."""
    return releases(officer=officer).filter(case_id=case_id)


def release(*, officer: Officer, pk: int) -> Release | None:
    """One release, or None."""
    return visible_releases(officer).select_related("case", "requested_by").filter(pk=pk).first()


def decision(*, officer: Officer, pk: int) -> Decision | None:
    """One decision with its release, or None: of the officer's team, or one on which she was asked by name."""
    found = visible_decisions(officer).filter(pk=pk)
    return found.select_related("release", "release__case", "ruleset", "decided_by").first()


def latest_decision(found: Release) -> Decision | None:
    """The newest decision on a release, stale or not."""
    return found.decisions.order_by("-pk").first()


def signed_undispatched(now: dt.datetime) -> QuerySet[Decision]:
    """Signed decisions whose letters may leave by now, oldest first: the worker sends these, and no others."""
    due = Q(not_before=None) | Q(not_before__lte=now)
    found = Decision.objects.filter(due, state=Decision.State.SIGNED)
    return found.select_related("release", "release__case", "signature").order_by("signature__at", "pk")


def missing_approvals(found: Decision) -> list[dict[str, object]]:
    """What a decision still waits for: {"role", "whole_letter", "statements", "policies"}."""
    return list(found.outcome["missing"]) if found.state == Decision.State.DECIDED else []


def open_corrections(letters: Collection[str]) -> set[tuple[str, int]]:
    """Corrections in preparation: the letter that each corrects, and the number of the statement in it."""
    states = (Release.State.DRAFT, Release.State.DECIDED, Release.State.SIGNED)
    rows = Release.objects.filter(kind=CORRECT, in_reply_to__in=letters, state__in=states)
    return {
        (letter, each.number)
        for letter, stored in rows.values_list("in_reply_to", "particulars")
        for each in particulars_of(stored).replaces
    }


def shared_with(statement_ids: Collection[int]) -> dict[int, list[str]]:
    """The uids of the parties each statement has left to, oldest first; a statement that has not left is missing."""
    left = StatementOutcome.objects.filter(
        statement_id__in=statement_ids, verdict="permit", decision__state=Decision.State.DISPATCHED
    ).order_by("decision__dispatched", "pk")
    shared: dict[int, list[str]] = {}
    for statement, post, recipient in left.values_list(
        "statement_id", "decision__release__post", "decision__release__recipient"
    ):
        parties = shared.setdefault(statement, [])
        if (post or recipient) not in parties:
            parties.append(post or recipient)
    return shared


def entity_of_letter(thread: str, name: str) -> int | None:
    """The entity that a letter of this thread calls by that name, or None."""
    found = LetterEntity.objects.filter(thread=thread, name=name).values_list("entity_id", flat=True)
    return found.first()


def visible_decisions(officer: Officer) -> QuerySet[Decision]:
    """The decisions of the officer's teams, and the open ones on which she was asked by name for an approval."""
    asked = asked_decisions(officer).filter(pk=OuterRef("pk"))
    return Decision.objects.filter(Q(of_team(officer)) | Q(Exists(asked)))


def in_team(officer: Officer, found: Decision) -> bool:
    """Whether the officer sees the decision because she may know its case, and not only because she was asked."""
    return Decision.objects.filter(of_team(officer), pk=found.pk).exists()


def of_team(officer: Officer) -> Exists:
    """A condition for decisions: whether the officer may know the case."""
    return Exists(visible_releases(officer).filter(pk=OuterRef("release_id")))


def visible_releases(officer: Officer) -> QuerySet[Release]:
    """Those of the officer's compartments; one without a case (an introduction) is seen by whoever may see releases."""
    seen = Q(seen_by(officer))
    if "release.see" in permissions_of(officer):
        seen |= Q(compartment_id=None)
    return Release.objects.filter(seen)
