"""The register of disclosures, and the log that a data-protection authority may ask for."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.core.paginator import Page, Paginator

from clew.node.accounts.actions import Officer, require
from clew.node.accounts.queries import names_of as officers_called
from clew.node.audit.queries import (
    checkpoints,
    consistency_proof,
    entries_of_acts,
    inclusion_proof,
    size_and_root,
)
from clew.node.disclosure.queries import DisclosureLine, disclosure_lines, disclosures
from clew.node.partners.queries import names_of

ROWS = 50
MOST_COUNTED = 20_000
"""Disclosures counted in one table; more means: choose a shorter period."""


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """Which disclosures are asked for; "" and None ask for all. Days are whole days, `until` included."""

    since: dt.date | None = None
    until: dt.date | None = None
    recipient: str = ""
    purpose: str = ""
    instrument: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """Disclosures, counted in four ways and listed page by page; `names` are those of their recipients."""

    page: Page[DisclosureLine]
    names: Mapping[str, str]
    counts: Mapping[str, Sequence[tuple[str, int]]]
    total: int


def register_lines(*, officer: Officer, wanted: RegisterFilter) -> list[DisclosureLine]:
    """The disclosures of all teams that fit, the newest first, `MOST_COUNTED` at most; digest level only."""
    require(officer, "register.see")
    found = disclosures(
        since=day_start(wanted.since), until=day_start(wanted.until, 1), recipient=wanted.recipient,
        purpose=wanted.purpose, instrument=wanted.instrument,
    )  # fmt: skip
    lines = disclosure_lines(found[:MOST_COUNTED])
    return [one for one in lines if wanted.outcome in {"", one.outcome}]


def register(*, officer: Officer, wanted: RegisterFilter, page: str = "1") -> Register:
    """The register's page."""
    lines = register_lines(officer=officer, wanted=wanted)
    shown = Paginator(lines, ROWS).get_page(page)
    names = names_of({one.recipient for one in lines})
    counts = {
        field: Counter(getattr(one, field) for one in lines).most_common()
        for field in ("recipient", "purpose", "instrument", "outcome")
    }
    return Register(shown, names, counts, len(lines))


def kinds_of_acts() -> dict[str, str]:
    """The kind of each act of the authority's register."""
    return {act: kind for kind, acts in _acts().items() for act in acts}


def log_content(*, officer: Officer, since: dt.date, until: dt.date) -> dict[str, Any]:
    """The log of a period for a data-protection authority: each entry with its leaf and its proof of inclusion.

    The proof is against the present root; where a signed checkpoint exists, a consistency proof leads from it there.
    """
    require(officer, "audit.see")
    kinds = kinds_of_acts()
    found = list(entries_of_acts(officer=officer, acts=kinds, since=_moment(since), until=_moment(until, 1)))
    names = officers_called(entry.actor_id for entry in found)
    decided = [int(entry.object_id) for entry in found if _is_decision(entry)]
    left = {one.decision: one for one in disclosure_lines(disclosures().filter(pk__in=decided))}
    size, root = size_and_root()
    signed = checkpoints(officer=officer).first()
    return {
        "format": "clew-log-1",
        "since": since.isoformat(),
        "until": until.isoformat(),
        "size": size,
        "root": root.hex(),
        "checkpoint": signed.note if signed else "",
        "consistency": [one.hex() for one in consistency_proof(signed.size)] if signed and signed.size else [],
        "entries": [_entry(one, kinds[one.act], names, left) for one in found],
    }


def count_of_log(*, officer: Officer, since: dt.date, until: dt.date) -> int:
    """How many entries a period has."""
    acts = kinds_of_acts()
    return entries_of_acts(officer=officer, acts=acts, since=_moment(since), until=_moment(until, 1)).count()


def _entry(entry: Any, kind: str, names: Mapping[int, str], left: Mapping[int, DisclosureLine]) -> dict[str, Any]:
    details = json.loads(bytes(entry.leaf))["details"]
    line = left.get(int(entry.object_id)) if _is_decision(entry) else None
    return {
        "index": entry.index,
        "at": entry.at.isoformat(),
        "kind": kind,
        "act": entry.act,
        "who": names.get(entry.actor_id, f"officer {entry.actor_id}") if entry.actor_id else "node",
        "object": f"{entry.object_kind} {entry.object_id}",
        "to_whom": line.recipient if line else details.get("recipient", details.get("to", details.get("from", ""))),
        "why": line.purpose if line else details.get("purpose", ""),
        "details": details,
        "leaf": bytes(entry.leaf).decode(),
        "proof": [step.hex() for step in inclusion_proof(entry.index)],
    }


def _is_decision(entry: Any) -> bool:
    return bool(entry.object_kind == "decision" and entry.act != "disclosure.forget_contents")


def day_start(day: dt.date | None, after: int = 0) -> dt.datetime | None:
    """The first moment (UTC) of a day, or of one so many days after it; no day, no moment."""
    return _moment(day, after) if day is not None else None


def _moment(day: dt.date, after: int = 0) -> dt.datetime:
    return dt.datetime.combine(day + dt.timedelta(days=after), dt.time(), dt.UTC)


@cache
def _acts() -> dict[str, list[str]]:
    text = files("clew.node.oversight").joinpath("acts.yaml").read_text(encoding="utf-8")
    found: dict[str, list[str]] = yaml.safe_load(text)
    return found
