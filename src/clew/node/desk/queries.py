"""Gathers what every room has for an officer, and puts it into an order of urgency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clew.node.accounts.actions import Officer
from clew.node.discovery import offers
from clew.node.types import DeskItem

SHOWN: Final = 25
"""Items of one group on the page; the group says how many there are in all."""

GROUPS: Final[tuple[tuple[str, str | Promise, tuple[str, ...]], ...]] = (
    ("letters", _("Letters to take"), ("letter.", "thread.")),
    ("approvals", _("Approvals and signatures asked of you"), ("approval.", "release.", "export.")),
    ("clocks", _("Clocks running"), ("clock.", "deadline.")),
    ("tasks", _("Tasks"), ("task.",)),
    ("partners", _("Partners"), ("party.", "introduction.", "instrument.")),
    ("other", _("Also waiting"), ("",)),
)
"""Name, title, and the beginnings of the item kinds that belong there; the first that fits takes the item."""


@dataclass(frozen=True, slots=True)
class DeskGroup:
    """Items of one kind, soonest first; `more` counts those that are not shown."""

    name: str
    title: str | Promise
    items: Sequence[DeskItem]
    more: int


@dataclass(frozen=True, slots=True)
class FirstStep:
    """What to do first on a new node, and where."""

    text: str | Promise
    url: str


def desk_of(*, officer: Officer, now: dt.datetime) -> list[DeskGroup]:
    """Everything that waits for the officer, in groups; groups without items are left out."""
    gathered: dict[str, list[DeskItem]] = {name: [] for name, _title, _kinds in GROUPS}
    for offer in offers("desk_items"):
        for item in offer(officer=officer, now=now):
            gathered[_group_of(item)].append(item)
    return [
        DeskGroup(name, title, sorted(gathered[name], key=_urgency)[:SHOWN], max(0, len(gathered[name]) - SHOWN))
        for name, title, _kinds in GROUPS
        if gathered[name]
    ]


def first_steps(held: Collection[str]) -> list[FirstStep]:
    """What the officer's permissions let her do first where nothing waits."""
    steps: tuple[tuple[str, str | Promise, str], ...] = (
        ("case.open", _("Open a case; only its team will see it."), "cases:new"),
        ("case.see", _("Look at the cases you are in the team of."), "cases:list"),
        ("partner.import", _("Add a partner by its card, then compare the fingerprint."), "partners:add"),
        ("instrument.register", _("Register the instruments that make a transfer lawful."), "partners:instrument_new"),
        ("partner.see", _("Look at your own card and hand it to a partner."), "partners:own_card"),
    )
    return [FirstStep(text, reverse(name)) for permission, text, name in steps if permission in held]


def _group_of(item: DeskItem) -> str:
    return next(name for name, _title, kinds in GROUPS if item.kind.startswith(kinds))


def _urgency(item: DeskItem) -> tuple[bool, bool, float]:
    return (not item.urgent, item.due is None, item.due.timestamp() if item.due else 0.0)
