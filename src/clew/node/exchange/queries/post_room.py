"""What is on its way out, and what was refused and waits for review."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of, seen_by
from clew.node.exchange.identity import own_uid
from clew.node.exchange.models import Attempt, DispatchProblem, InboxEntry, OutboxEntry, Receipt, Transit
from clew.node.exchange.queries.condition import STUCK_AFTER
from clew.node.exchange.queries.visibility import visible_letters
from clew.node.exchange.words import advice, declined_in_words, problem_in_words
from clew.node.partners.queries import names_of

ROWS = 100


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """An envelope that is not confirmed; `link` is the correspondence, empty for receipts.

    `advice`: what can be done. `stuck`: it waits longer than letters do. `expired`: its bytes are refused everywhere.
    """

    row: OutboxEntry
    party: str
    problem: str
    link: str
    advice: str
    stuck: bool
    expired: bool


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A letter of this node that the partner refused, by its signed receipt: it arrived, and nobody acts on it."""

    row: Receipt
    party: str
    problem: str
    reason: str
    advice: str
    link: str


@dataclass(frozen=True, slots=True)
class UnsentLine:
    """A signed decision that could not become a letter."""

    row: DispatchProblem
    problem: str


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """An envelope that was refused and is kept."""

    row: InboxEntry
    party: str
    problem: str


@dataclass(frozen=True, slots=True)
class TransitLine:
    """A letter that this node carries for others: the outside of its envelope."""

    row: Transit
    sender: str
    recipient: str
    problem: str


def outbox(*, officer: Officer, now: dt.datetime | None = None) -> list[OutboxLine]:
    """Envelopes without a `stored` receipt: the officer's letters, and receipts, which say nothing of a case."""
    if "letter.see" not in permissions_of(officer):
        return []
    seen = Q(letter=None) | Q(Exists(visible_letters(officer).filter(pk=OuterRef("letter_id"))))
    found = (
        OutboxEntry.objects.filter(seen, delivered=None)
        .select_related("letter__thread")
        .defer("envelope")
        .order_by("-failed", "pk")
    )
    rows = list(found[:ROWS])
    names = names_of({uid for row in rows for uid in (row.party, row.carrier)})
    now = now or timezone.now()
    return [
        OutboxLine(
            row,
            names.get(row.party, row.party),
            _on_the_way(row, names),
            row.letter.thread.uid if row.letter is not None else "",
            advice(row.last_problem),
            row.failed is None and now - row.created > STUCK_AFTER,
            row.expires <= now,
        )
        for row in rows
    ]


def refused_by_partners(*, officer: Officer) -> list[RefusedLine]:
    """The officer's letters that a partner refused, newest first: its node for a fault, or its officer by a reason."""
    refusals = Receipt.objects.exclude(issuer=own_uid()).exclude(code="").filter(stage__in=("opened", "accepted"))
    seen = refusals.filter(Exists(visible_letters(officer).filter(pk=OuterRef("letter_id"))))
    rows = list(seen.select_related("letter__thread").order_by("-recorded", "-pk")[:ROWS])
    names = names_of({row.issuer for row in rows})
    return [
        RefusedLine(
            row,
            names.get(row.issuer, row.issuer),
            problem_in_words(row.code),
            declined_in_words(row.reason) if row.reason else "",
            advice(row.code),
            row.letter.thread.uid if row.letter is not None else "",
        )
        for row in rows
    ]


def unsent(*, officer: Officer) -> list[UnsentLine]:
    """Signed decisions of the officer's cases that became no letter, newest first."""
    rows = DispatchProblem.objects.filter(seen_by(officer, "case__compartment_id")).select_related("case")
    return [UnsentLine(row, problem_in_words(row.code)) for row in rows.order_by("-at", "-pk")[:ROWS]]


def _on_the_way(row: OutboxEntry, names: Mapping[str, str]) -> str:
    if row.carrier and row.carried and not row.last_problem:
        carried = _("%(post)s carries it. Whether it has arrived is unknown yet.")
        return carried % {"post": names.get(row.carrier, row.carrier)}
    if row.carried and not row.last_problem:
        return problem_in_words("at-relay")
    return problem_in_words(row.last_problem)


def in_transit(*, officer: Officer) -> list[TransitLine]:
    """Letters that this node carries for others, newest first: who, for whom, when, how large. It knows no more."""
    if "letter.see" not in permissions_of(officer):
        return []
    rows = list(Transit.objects.defer("envelope", "receipt", "answer").order_by("-pk")[:ROWS])
    names = names_of({uid for row in rows for uid in (row.sender, row.recipient)})
    return [
        TransitLine(
            row,
            names.get(row.sender, row.sender),
            names.get(row.recipient, row.recipient),
            problem_in_words(row.last_problem) if row.last_problem else "",
        )
        for row in rows
    ]


def rejected(*, officer: Officer) -> list[RejectedLine]:
    """Envelopes that a known partner sent and that were refused, newest first; nothing of their content is shown."""
    if "letter.refuse" not in permissions_of(officer):
        return []
    rows = list(InboxEntry.objects.filter(state="rejected").defer("envelope").order_by("-pk")[:ROWS])
    names = names_of({row.sender for row in rows})
    return [RejectedLine(row, names.get(row.sender, row.sender), problem_in_words(row.code)) for row in rows]


def attempts(*, officer: Officer) -> list[tuple[Attempt, str]]:
    """Who knocked without being known, with the reason why it was turned away."""
    if "letter.refuse" not in permissions_of(officer):
        return []
    return [(row, problem_in_words(row.code)) for row in Attempt.objects.order_by("-last")[:ROWS]]
