"""The first rules of a node: those that came with the program that made its store, adopted by the node itself."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.actions import NODE
from clew.node.audit.actions import record
from clew.node.audit.queries import size_and_root
from clew.node.rulebook.models import RuleSetAdoption

FIRST = "rulebook.adopt_first"


def begin() -> None:
    """Adopt the shipped rules where no rule set was ever proposed or adopted; does nothing on any other node.

    On a node whose log has begun (one that is older than rule books) the log says so; `clew init` says it otherwise.
    """
    with transaction.atomic():
        if RuleSetAdoption.objects.exists():
            return
        rules = shipped_rules()
        made = RuleSetAdoption.objects.create(
            version=rules.version,
            files=rules.files,
            source=RuleSetAdoption.Source.SHIPPED,
            state=RuleSetAdoption.State.IN_FORCE,
            proposed=timezone.now(),
            adopted=timezone.now(),
        )
        if size_and_root()[0]:
            record_first(made)


def record_first(adoption: RuleSetAdoption) -> None:
    """Write the first adoption into the log. In the caller's transaction."""
    record(
        actor=NODE,
        act=FIRST,
        object_kind="rule_set",
        object_id=adoption.pk,
        details={"version": adoption.version},
    )
