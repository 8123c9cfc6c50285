"""Fills a throw-away node with fictional work, large enough for figures to mean something.

Facts go in through `dossier.actions.record_source`, one source for each case. What has no bulk path of its own, because
people make it one at a time (cases, teams, tasks, deadlines, timeline, correspondences, releases), is written in bulk
in the form in which its actions leave it.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from itertools import islice
from typing import Any

ENTITIES_PER_CASE = 5
STATEMENTS_PER_ENTITY = 8
CASES_PER_LETTER = 10
TEAMS_OF_SOME = 200
PARTY = "b" * 32
NAMES = ("Golden Bridge", "Harbour Trading", "Łódź Logistics", "Sunrise Staffing", "Kestrel Agency", "Отель Заря")
AGENCIES = ("金桥劳务公司", "海港贸易有限公司", "东方人力资源")
PLACES = ("Vienna", "Sofia", "Plovdiv", "Graz", "Fuzhou", "Łódź")


@dataclass(frozen=True, slots=True)
class Size:
    """How much work a node holds."""

    cases: int

    @property
    def entities(self) -> int:
        """Entities, of which each case looks at its own."""
        return self.cases * ENTITIES_PER_CASE

    @property
    def statements(self) -> int:
        """Statements about them."""
        return self.entities * STATEMENTS_PER_ENTITY

    @property
    def letters(self) -> int:
        """Correspondences with one letter each, and as many releases."""
        return self.cases // CASES_PER_LETTER


def fill(size: Size) -> dict[str, Any]:
    """Fill an empty, migrated store; returns the officers `everywhere` (all teams) and `some` (200 of them)."""
    from django.db import transaction

    with transaction.atomic():
        officers = {"everywhere": _officer("everywhere"), "some": _officer("some")}
        cases = _cases(size, officers)
        _work(cases, officers["some"])
        _correspondence(cases[::CASES_PER_LETTER], officers["some"])
    _dossiers(cases)
    return officers


def _officer(name: str) -> Any:
    from allauth.mfa.totp.internal.auth import TOTP

    from clew.node.accounts.actions import NODE, create_officer

    roles = ["investigator", "approver", "liaison_officer"]
    officer = create_officer(actor=NODE, username=name, full_name=f"{name} (fictional)", roles=roles)
    TOTP.activate(officer, "JBSWY3DPEHPK3PXP")
    return officer


def _cases(size: Size, officers: dict[str, Any]) -> list[Any]:
    from django.utils import timezone

    from clew.node.accounts.models import Compartment, CompartmentMember
    from clew.node.cases.models import Case

    now = timezone.now()
    titles = [f"{NAMES[n % len(NAMES)]} {n} (fictional)" for n in range(size.cases)]
    teams = Compartment.objects.bulk_create(
        [Compartment(name=title, kind="case_team") for title in titles], batch_size=1_000
    )
    every = max(1, size.cases // TEAMS_OF_SOME)
    members = [(team, officers["everywhere"]) for team in teams] + [(team, officers["some"]) for team in teams[::every]]
    CompartmentMember.objects.bulk_create(
        [CompartmentMember(compartment=team, officer=officer) for team, officer in members], batch_size=1_000
    )
    return Case.objects.bulk_create(
        [
            Case(
                reference=f"AT-2026-{n:06d}", title=title, kind="investigation",
                status=("open", "waiting", "closed")[n % 3], compartment=team, opened=now - dt.timedelta(minutes=n),
                changed=now - dt.timedelta(minutes=n), closed=now if n % 3 == 2 else None,
            )
            for n, (title, team) in enumerate(zip(titles, teams, strict=True))
        ],
        batch_size=1_000,
    )  # fmt: skip


def _work(cases: list[Any], officer: Any) -> None:
    from django.utils import timezone

    from clew.node.cases.models import Deadline, Event, Task

    now = timezone.now()
    every = max(1, len(cases) // TEAMS_OF_SOME)
    Task.objects.bulk_create(
        [
            Task(
                case=case, kind="task", title=f"Call back {n} (fictional)",
                assigned=officer if n % (2 * every) == 0 else None,
                due=now + dt.timedelta(minutes=n) if n % 4 else None, created=now,
            )
            for n, case in enumerate(cases)
        ],
        batch_size=1_000,
    )  # fmt: skip
    Deadline.objects.bulk_create(
        [
            Deadline(
                case=case, title="Answer the court", due=now + dt.timedelta(minutes=n), set_by="Court", started=now
            )
            for n, case in enumerate(cases)
        ],
        batch_size=1_000,
    )
    Event.objects.bulk_create(
        [
            Event(case=case, at=now, by=officer, kind="note", parameters={"text": f"Called {n}"})
            for n in range(10)
            for case in cases
        ],
        batch_size=1_000,
    )


def _correspondence(cases: list[Any], officer: Any) -> None:
    from django.utils import timezone

    from clew.node.disclosure.models import Decision, Release, RuleSetVersion
    from clew.node.exchange.at_rest import put_to_rest
    from clew.node.exchange.models import Letter, Thread
    from clew.node.partners.models import Party

    now = timezone.now()
    Party.objects.create(uid=PARTY, name="Partner (fictional)", country="CN", kind="police", status="active", added=now)
    threads = Thread.objects.bulk_create(
        [
            Thread(
                uid=f"{n:032d}", party=PARTY, case=case, kind="request", state="sent", opened=now,
                due=now + dt.timedelta(minutes=n), changed=now - dt.timedelta(minutes=n),
            )
            for n, case in enumerate(cases)
        ],
        batch_size=1_000,
    )  # fmt: skip
    body = json.dumps({"facts": "f" * 3_000})
    letters = []
    for n, thread in enumerate(threads):
        rest = put_to_rest(f"{n:032d}", body, f"Recruitment agency {n} (fictional)")
        letters.append(
            Letter(
                uid=f"{n:032d}", thread=thread, direction="out", state="sent", kind="request", party=PARTY, sequence=n,
                previous="0" * 64, digest=f"{n:064d}", envelope=f"{n:032d}", envelope_digest=f"{n:064d}",
                signed_with=b"", header={}, wrapped_key=rest.wrapped_key, sealed=rest.sealed,
                sealed_subject=rest.sealed_subject, created=now, recorded=now,
            )
        )  # fmt: skip
    Letter.objects.bulk_create(letters, batch_size=500)
    rules = RuleSetVersion.objects.create(version="bench", files={}, first_used=now)
    releases = Release.objects.bulk_create(
        [
            Release(
                kind="request", case=case, compartment=case.compartment, recipient=PARTY, thread=f"r{n:031d}",
                instrument="i", purpose="criminal_investigation", urgency="routine", subject=f"Draft {n} (fictional)",
                requested_by=officer, state="decided", created=now, changed=now - dt.timedelta(minutes=n),
            )
            for n, case in enumerate(cases)
        ],
        batch_size=1_000,
    )  # fmt: skip
    outcome = {"letter": {"verdict": "permit"}, "missing": [{"role": "approver"}]}
    decisions = [
        Decision(
            release=release, ruleset=rules, basis="0" * 64, digest=f"{n:064d}",
            package_digest="0" * 64, state="decided", decided=now, decided_by=officer,
        )
        for n, release in enumerate(releases)
    ]  # fmt: skip
    for decision in decisions:
        decision.outcome = outcome
        decision.inputs, decision.package = b"i" * 4_000, b"p" * 4_000
    Decision.objects.bulk_create(decisions, batch_size=1_000)


def _dossiers(cases: list[Any]) -> None:
    """One source for each case, five entities, eight statements about each; and the case looks at them."""
    from django.db import transaction
    from django.utils import timezone

    from clew.node.accounts.actions import NODE
    from clew.node.cases.models import CaseEntity
    from clew.node.dossier.actions import record_source

    now = timezone.now()
    numbered = iter(enumerate(cases))
    while portion := list(islice(numbered, 1_000)):
        # One transaction for many sources: what is measured here is reading.
        with transaction.atomic():
            links = []
            for n, case in portion:
                source = record_source(actor=NODE, compartment_id=case.compartment_id, draft=_draft(n))
                links += [CaseEntity(case=case, entity_id=pk, linked=now) for pk in source.entity_numbers.values()]
            CaseEntity.objects.bulk_create(links, batch_size=1_000)


def _draft(n: int) -> Any:
    from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft

    entities, statements = [], []
    for m in range(ENTITIES_PER_CASE):
        entity, values = _person(n, m) if m == 1 else _company(n, m)
        entities.append(EntityDraft(f"e{m}", entity))
        statements += [StatementDraft(f"e{m}", prop, value, accuracy=2, concerns=()) for prop, value in values]
    return SourceDraft(
        kind="document", title=f"Report {n} (fictional)", owner="own", reliability="B", handling="H1",
        purpose="criminal_investigation", retain_until=dt.date(2031, 1, 1), basis="intelligence",
        entities=tuple(entities), statements=tuple(statements),
    )  # fmt: skip


def _company(n: int, m: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    one = n * ENTITIES_PER_CASE + m
    name = AGENCIES[n % len(AGENCIES)] if m == 2 else NAMES[one % len(NAMES)]
    return "Company", (
        ("name", f"{name} {one} (fictional)"), ("registrationNumber", f"FN {one:07d}a"), ("country", "at"),
        ("incorporationDate", f"20{one % 20:02d}-03-{one % 28 + 1:02d}"),
        ("address", f"Fictional Street {one % 900}, {PLACES[one % len(PLACES)]}"),
        ("phone", f"+4366012{one % 100000:05d}"), ("email", f"office{one}@example.org"),
        ("status", "active"),
    )  # fmt: skip


def _person(n: int, m: int) -> tuple[str, tuple[tuple[str, str], ...]]:
    one = n * ENTITIES_PER_CASE + m
    return "Person", (
        ("name", f"Petrova Ivanka {one} (fictional)"), ("birthDate", f"19{one % 99:02d}-04-{one % 28 + 1:02d}"),
        ("nationality", "bg"), ("passportNumber", f"P{one:07d}"),
        ("address", f"Fictional Street {one % 900}, {PLACES[one % len(PLACES)]}"),
        ("phone", f"+3598812{one % 100000:05d}"), ("email", f"person{one}@example.org"),
        ("gender", "female"),
    )  # fmt: skip
