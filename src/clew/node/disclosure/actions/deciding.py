"""Ask the rules about a release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from clew.disclosure.decision import Outcome
from clew.node.accounts.actions import NODE, Actor, action
from clew.node.audit.actions import record
from clew.node.cases.actions import add_task
from clew.node.disclosure.access import editable_release_for, officer_id
from clew.node.disclosure.deriving import Derived, derive, store, verdicts_of
from clew.node.disclosure.models import Decision, RaisedTask, Release, StatementOutcome
from clew.node.disclosure.wording import task_title
from clew.node.dossier.queries import letters_of_sources, sources_of_statements

ASKED_BY_LETTER = {"consent_request", "evidence_consent_request"}
"""Tasks of the rules (R04, R11, R33) to ask whoever gave something."""


@action("disclosure.decide", permission="release.decide")
def decide(*, actor: Actor, release_id: int) -> Decision:
    """Run the engine over what holds now and keep its answer, with the exact bytes that would leave.

    An earlier decision on the release becomes stale, and with it the approvals given to it.
    """
    release = editable_release_for(actor, release_id)
    now = timezone.now()
    derived = derive(release, (), now)
    release.decisions.filter(state=Decision.State.DECIDED).update(state=Decision.State.STALE)
    decision = Decision(release=release, decided=now, decided_by_id=officer_id(actor))
    keep(decision, derived)
    release.state, release.changed = Release.State.DECIDED, now
    release.save(update_fields=["state", "changed"])
    raise_tasks(release, derived.outcome)
    record_decision(actor, "disclosure.decide", decision)
    return decision


def keep(decision: Decision, derived: Derived) -> None:
    """Store what was derived, with one row per statement."""
    store(decision, derived)
    decision.statement_outcomes.all().delete()
    StatementOutcome.objects.bulk_create(
        StatementOutcome(decision=decision, statement_id=statement, verdict=verdict, policies=policies)
        for statement, verdict, policies in verdicts_of(derived.outcome, derived.rules)
    )


def raise_tasks(release: Release, outcome: Outcome) -> None:
    """Give the case's team what the rules ask a human to do, each thing once for a release."""
    for task in outcome.tasks:
        _raised, made = RaisedTask.objects.get_or_create(
            release=release, policy=task.policy, defaults={"raised": timezone.now()}
        )
        if made and release.case_id is not None:
            add_task(
                actor=NODE,
                case_id=release.case_id,
                title=task_title(task),
                kind=f"release.{task.task}",
                assigned_id=release.requested_by_id,
                url=_where(release, task.task),
            )


def _where(release: Release, task: str) -> str:
    """Where a task is done: leave for another use is asked for by letter, of whoever gave it in one."""
    if task in ASKED_BY_LETTER:
        sources = sources_of_statements([each["statement"] for each in release.chosen])
        letters = letters_of_sources(set(sources.values()))
        if letters:
            return f"/letters/letter/{letters[0]}/ask-consent?to={release.post or release.recipient}"
    return f"/releases/{release.pk}/"


def record_decision(actor: Actor, act: str, decision: Decision, more: Mapping[str, Any] | None = None) -> None:
    """The audit entry of anything done to a decision: digests and codes only; `more` adds codes or numbers."""
    record(
        actor=actor,
        act=act,
        object_kind="decision",
        object_id=decision.pk,
        details={
            "release": decision.release_id,
            "digest": decision.digest,
            "package": decision.package_digest,
            "ruleset": decision.ruleset.version,
            "verdict": str(decision.outcome["letter"]["verdict"]),
            **(more or {}),
        },
    )
