"""What the desk shows of rules and settings."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Officer
from clew.node.accounts.queries import permissions_of
from clew.node.rulebook.adopted import broken_sentence
from clew.node.rulebook.queries.rule_sets import active_or_none, rule_sets_waiting, shipped_differs, shipped_proposed
from clew.node.rulebook.queries.settings import settings_waiting
from clew.node.types import DeskItem

AT_MOST = 20


def desk_items(*, officer: Officer, now: dt.datetime) -> list[DeskItem]:
    """Rule sets and settings that wait for a second person, newer rules of the program, and rules that are broken."""
    held = permissions_of(officer)
    items = []
    if "rules.propose" in held:
        items += _of_the_set()
    if "rules.adopt" in held:
        items += [
            DeskItem("rules.proposed", _("A rule set waits for a second person"), _address("set", each.pk))
            for each in rule_sets_waiting().exclude(proposed_by=officer)[:AT_MOST]
        ]
    if "setting.confirm" in held:
        waiting = settings_waiting().exclude(proposed_by=officer, end_proposed_by=None).exclude(end_proposed_by=officer)
        items += [
            DeskItem("setting.proposed", _("A setting waits for a second person"), _address("setting_entry", each.pk))
            for each in waiting[:AT_MOST]
        ]
    return items


def _of_the_set() -> list[DeskItem]:
    if active_or_none() is None:
        return [DeskItem("rules.broken", broken_sentence(), reverse("rulebook:sets"), urgent=True)]
    if shipped_differs() and not shipped_proposed():
        return [
            DeskItem("rules.newer", _("Clew came with other rules than those in force"), reverse("rulebook:shipped"))
        ]
    return []


def _address(page: str, pk: int) -> str:
    return reverse(f"rulebook:{page}", args=[pk])
