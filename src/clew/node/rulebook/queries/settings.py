"""The node's settings as the rules read them, and as the pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from clew.node.rulebook.book import RuleBook, rule_book
from clew.node.rulebook.effective import Scope, all_taken, effective
from clew.node.rulebook.models import Setting
from clew.node.rulebook.schema import RETIRED, SettingKind, kind_of, schema
from clew.node.rulebook.wording import value_words


@dataclass(frozen=True, slots=True)
class AdequacyDecision:
    """A decision that a country protects police data well enough (R05)."""

    sector: str
    reference: str


@dataclass(frozen=True, slots=True)
class NodeSettings:
    """What the settings come to towards one country on one day.

    `approvers`: role that a rule names → further roles that count for it. `penalties_excluded`: ISO 3166-1 alpha-2
    codes in lower case. `dual_criminality_required`: not_required, may_decline or mandatory. `unreadable`: keys whose
    stored value could not be used, so that the strictest holds.
    """

    country: str
    on: dt.date
    risk_days: int
    retention_years_initial: int
    stale_days: int
    remedy_days: int
    request_limit_selectors: int
    request_limit_refuse: int
    derogation_repeat_days: int
    require_sign_off: str
    approvers: Mapping[str, tuple[str, ...]]
    adequacy: AdequacyDecision | None
    penalties_excluded: frozenset[str]
    dual_criminality_required: str
    unreadable: tuple[str, ...]

    def roles_for(self, role: str) -> frozenset[str]:
        """The roles whose approval counts where a rule names this role."""
        return frozenset({role, *self.approvers.get(role, ())})


def settings_for(country: str, on: dt.date, *, instrument: str = "", book: RuleBook | None = None) -> NodeSettings:
    """The settings towards a country on a day. What cannot be read, or is out of bounds, counts as its strictest value.

    Args:
        country: ISO 3166-1 alpha-2 in either case, "" where there is none. instrument: its short name, "" for any.
        book: what was read already; None = it is read now.
    """
    book = book or rule_book()
    rows, listed, scope = book.rows, book.without_death_penalty, Scope(country.upper(), instrument)
    found = {key: effective(kind, rows.get(key, ()), scope, on, listed) for key, kind in schema().items()}
    value: dict[str, Any] = {key: each for key, (each, _readable) in found.items()}
    adequacy, approvers = value.pop("adequacy"), value.pop("approvers")
    value.pop("penalties_excluded")
    penalties, penalties_readable = _penalties(rows.get("penalties_excluded", ()), on, listed)
    unreadable = {key for key, (_value, readable) in found.items() if not readable} | set(rows) - set(
        schema()
    ) - RETIRED
    return NodeSettings(
        country=country.upper(),
        on=on,
        approvers=MappingProxyType({role: tuple(more) for role, more in approvers.items()}),
        adequacy=AdequacyDecision(adequacy["sector"], adequacy["reference"]) if adequacy else None,
        penalties_excluded=penalties,
        unreadable=tuple(sorted(unreadable | (set() if penalties_readable else {"penalties_excluded"}))),
        **value,
    )


def _penalties(rows: Any, on: dt.date, listed: frozenset[str]) -> tuple[frozenset[str], bool]:
    kind = schema()["penalties_excluded"]
    said = {each.scope.country for each in rows}
    found = {country: effective(kind, rows, Scope(country), on, listed) for country in said}
    excluded = {each for each in listed if each.upper() not in said}
    excluded |= {country.lower() for country, (value, _readable) in found.items() if value}
    return frozenset(excluded), all(readable for _value, readable in found.values())


def sign_off_required(book: RuleBook | None = None) -> bool:
    """Whether nothing may leave on an unverified rule that no lawyer has signed for."""
    return settings_for("", timezone.now().date(), book=book).require_sign_off == "refuse"


@dataclass(frozen=True, slots=True)
class SettingView:
    """One setting on the list: what holds now for everywhere, and how many values there are for countries."""

    kind: SettingKind
    value: str
    readable: bool
    rows: int
    waiting: int


def setting_views() -> list[SettingView]:
    """Every setting with the value that holds today."""
    rows, today = all_taken(), timezone.now().date()
    waiting = list(settings_waiting().values_list("key", flat=True))
    found = []
    for key, kind in schema().items():
        value, readable = effective(kind, rows.get(key, ()), Scope(), today)
        said = "" if kind.country == "required" else value_words(kind, value)
        found.append(SettingView(kind, said, readable, len(rows.get(key, ())), waiting.count(key)))
    return found


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One entry of a setting's history, in words. `in_effect`: it holds today."""

    row: Setting
    value: str
    in_effect: bool
    waits: bool
    end_waits: bool


def setting_history(key: str) -> list[SettingRow]:
    """Every value of a setting that was ever proposed, the newest first; raises `BadInput` for an unknown key."""
    kind, today = kind_of(key), timezone.now().date()
    return [_row(kind, each, today) for each in _rows().filter(key=key)]


def setting_row(pk: int) -> SettingRow | None:
    """One entry, or None."""
    found = _rows().filter(pk=pk).first()
    if found is None or found.key not in schema():
        return None
    return _row(schema()[found.key], found, timezone.now().date())


def settings_waiting() -> QuerySet[Setting]:
    """Values and ends that wait for a second person."""
    ends = Q(state=Setting.State.TAKEN, ended_by=None) & ~Q(end_proposed_by=None)
    return _rows().filter(Q(state=Setting.State.PROPOSED) | ends).exclude(key__in=RETIRED)


def _rows() -> QuerySet[Setting]:
    people = ("proposed_by", "confirmed_by", "rejected_by", "end_proposed_by", "ended_by")
    return Setting.objects.select_related(*people).order_by("-proposed", "-pk")


def _row(kind: SettingKind, row: Setting, today: dt.date) -> SettingRow:
    holds = row.from_day <= today and (row.until_day is None or today <= row.until_day)
    return SettingRow(
        row,
        value_words(kind, row.value),
        in_effect=row.state == Setting.State.TAKEN and holds,
        waits=row.state == Setting.State.PROPOSED,
        end_waits=row.state == Setting.State.TAKEN and row.end_proposed_by_id is not None and row.ended_by_id is None,
    )
