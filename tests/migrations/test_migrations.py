"""Each app's migrations run from an empty store, and each later one over rows that are there already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps as present
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.migrations.loader import MigrationLoader

from clew.node.backup import silent
from clew.node.backup_postgres import SHAPE, fill_tables, refuse_newer, write_tables
from clew.node.backup_problem import BackupProblem
from clew.node.tables import Step, make_at_once, migrate_to
from tests.migrations.conftest import ALIAS, Stages, Store, whole_plan

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)
OURS = sorted(config.label for config in present.get_app_configs() if config.name.startswith("clew.node."))


def later_migrations() -> list[Step]:
    """Every migration of the node's apps that can meet rows: all but each app's first."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return [step for step in whole_plan() if step[0] in OURS and not known[step].initial]


def rows(apps: Apps, app: str, model: str) -> Any:
    """The rows of a model as it is at one migration."""
    return apps.get_model(app, model)._default_manager.using(ALIAS)


def replaced() -> dict[str, list[str]]:
    """What each app's first migration stands for, by app."""
    found = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return {
        app: [name for _, name in found[app, "0001_store"].replaces] for app in OURS if (app, "0001_store") in found
    }


class SearchIndex:
    """dossier 0002: rows that are there already are found, and the index follows them from then on."""

    TEXT = "golden bridge staffing"

    def plant(self, apps: Apps, store: Store) -> None:
        team = rows(apps, "accounts", "Compartment").create(name="Team (fictional)", kind="unit", created=NOW)
        entity = rows(apps, "dossier", "Entity").create(schema="RecruitmentAgency")
        rows(apps, "dossier", "EntityRow").create(
            entity=entity, compartment_id=team.pk, schema="RecruitmentAgency", caption="Golden Bridge (fictional)",
            sort_key="golden bridge", text=self.TEXT, statements=1,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        row = rows(apps, "dossier", "EntityRow").get()
        assert row.text == self.TEXT
        assert self.found(store, "bridge") == [row.pk]
        rows(apps, "dossier", "EntityRow").update(text="harbour jobs")
        assert self.found(store, "harbour") == [row.pk]
        assert self.found(store, "bridge") == []
        rows(apps, "dossier", "EntityRow").all().delete()
        assert self.found(store, "harbour") == []

    def found(self, store: Store, word: str) -> list[int]:
        if store.connection.vendor == "sqlite":
            return [
                row[0] for row in store.execute("SELECT rowid FROM dossier_search WHERE dossier_search MATCH %s", word)
            ]
        statement = "SELECT id FROM dossier_entityrow WHERE to_tsvector('simple', text) @@ to_tsquery('simple', %s)"
        return [row[0] for row in store.execute(statement, word)]


class AppendOnly:
    """audit 0002: entries that are there already stay as they were, and can be neither changed nor removed."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "audit", "AuditEntry").create(
            index=0, at=NOW, actor_id=None, act="cases.open_case", object_kind="case", object_id="1",
            leaf=b"leaf", leaf_hash=b"\x01" * 32,
        )  # fmt: skip
        rows(apps, "audit", "Checkpoint").create(size=1, root=b"\x02" * 32, at=NOW, note="note", origin="node")

    def check(self, apps: Apps, store: Store) -> None:
        entries, checkpoints = rows(apps, "audit", "AuditEntry"), rows(apps, "audit", "Checkpoint")
        assert bytes(entries.get().leaf) == b"leaf"
        assert bytes(checkpoints.get().root) == b"\x02" * 32
        for act in (
            lambda: entries.update(act="nothing"),
            lambda: entries.all().delete(),
            lambda: checkpoints.update(size=0),
            lambda: checkpoints.all().delete(),
        ):
            self.refused(act)
        entries.create(
            index=1, at=NOW, actor_id=None, act="cases.note", object_kind="case", object_id="1", leaf=b"x",
            leaf_hash=b"\x03" * 32,
        )  # fmt: skip
        assert entries.count() == 2

    def refused(self, act: Callable[[], object]) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(using=ALIAS):
            act()


class CarriedIn:
    """exchange 0002: letters that came before are not touched, and a receipt can be owed by hand for them."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "exchange", "InboxEntry").create(
            sender="b" * 32, envelope_id="1" * 32, digest="2" * 64, envelope=b"envelope", stored_receipt=b"receipt",
            received=NOW, expires=NOW,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        entry = rows(apps, "exchange", "InboxEntry").get()
        assert (bytes(entry.envelope), bytes(entry.stored_receipt), entry.state) == (b"envelope", b"receipt", "stored")
        owed = rows(apps, "exchange", "CarriedIn")
        owed.create(party=entry.sender, digest=entry.digest, receipt=entry.stored_receipt, at=NOW)
        with pytest.raises(DatabaseError), transaction.atomic(using=ALIAS):
            owed.create(party=entry.sender, digest=entry.digest, receipt=b"another", at=NOW)


class Checkpoints:
    """exchange 0003: what waits for its receipt goes on waiting; partners begin without any checkpoint."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "exchange", "OutboxEntry").create(
            party="1" * 32, kind="receipt", envelope_id="2" * 32, envelope_digest="3" * 64, envelope=b"envelope",
            created=NOW, expires=NOW + dt.timedelta(days=30), next_attempt=NOW,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        assert bytes(rows(apps, "exchange", "OutboxEntry").get(delivered=None).envelope) == b"envelope"
        assert not rows(apps, "exchange", "PartnerLog").exists()
        found = rows(apps, "exchange", "LogContradiction")
        said = {"party": "1" * 32, "code": "smaller", "kept_note": "a", "shown_note": "b", "at": NOW}
        found.create(**said, whose="theirs")
        found.create(**said, whose="ours")
        with pytest.raises(DatabaseError), transaction.atomic(using=ALIAS):
            found.create(**said, whose="theirs")
        found.update(settled=NOW)
        found.create(**said, whose="theirs")


class HybridKeys:
    """Cards that partners handed over before there was a second suite list none."""

    def plant(self, apps: Apps, store: Store) -> None:
        party = rows(apps, "partners", "Party").create(
            uid="4" * 32, name="Office (fictional)", country="BG", kind="police", status="active", added=NOW
        )
        rows(apps, "partners", "NodeCard").create(
            party=party, raw=b"card", fingerprint="1", sign_key=b"s", seal_key=b"o", transport_key=b"t", valid_from=NOW,
            valid_until=NOW + dt.timedelta(days=1), received=NOW,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        card = rows(apps, "partners", "NodeCard").get()
        assert (bytes(card.hybrid_key), bytes(card.seal_key), bytes(card.raw)) == (b"", b"o", b"card")


class Integrations:
    """accounts 0002: every officer who is there already is a person."""

    def plant(self, apps: Apps, store: Store) -> None:
        anna = rows(apps, "accounts", "Officer").create(username="anna", full_name="Anna (fictional)", created=NOW)
        rows(apps, "accounts", "RoleAssignment").create(officer=anna, role="investigator", given=NOW)

    def check(self, apps: Apps, store: Store) -> None:
        officer = rows(apps, "accounts", "Officer").get()
        assert (officer.username, officer.is_integration) == ("anna", False)
        assert rows(apps, "accounts", "RoleAssignment").get().officer_id == officer.pk


class Recalls:
    """exchange 0004: a correspondence that is there already can have a letter of it taken back, once by each recall."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "exchange", "Thread").create(uid="4" * 32, party="1" * 32, kind="notify", opened=NOW, changed=NOW)

    def check(self, apps: Apps, store: Store) -> None:
        thread = rows(apps, "exchange", "Thread").get()
        found = rows(apps, "exchange", "Recall")
        assert not found.exists()
        said = {
            "uid": "5" * 32, "direction": "in", "thread": thread, "party": thread.party, "recalled": "6" * 32,
            "digest": "7" * 64, "action": "erase", "reason": "wrong", "asked": NOW,
        }  # fmt: skip
        assert found.create(**said).numbers == []
        with pytest.raises(DatabaseError), transaction.atomic(using=ALIAS):
            found.create(**said)


def case_of_a_team(apps: Apps) -> Any:
    team = rows(apps, "accounts", "Compartment").create(name="Team (fictional)", kind="case", created=NOW)
    return rows(apps, "cases", "Case").create(
        reference="AT-2026-1", title="Case (fictional)", kind="trafficking", status="open", compartment=team,
        opened=NOW, changed=NOW,
    )  # fmt: skip


class StandingDeadlines:
    """cases 0002: a deadline that runs already goes on running."""

    def plant(self, apps: Apps, store: Store) -> None:
        case = case_of_a_team(apps)
        rows(apps, "cases", "Deadline").create(case=case, title="Due (fictional)", due=NOW, set_by="x", started=NOW)

    def check(self, apps: Apps, store: Store) -> None:
        deadline = rows(apps, "cases", "Deadline").get()
        assert (deadline.title, deadline.due, deadline.stands_since) == ("Due (fictional)", NOW, None)


class Particulars:
    """disclosure 0002: a letter in the making has nothing that only another type has."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "disclosure", "Release").create(
            kind="request", case=case_of_a_team(apps), recipient="1" * 32, thread="2" * 32, instrument="X",
            purpose="criminal_investigation", urgency="routine-7d", subject="Agency (fictional)", created=NOW,
            changed=NOW,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        release = rows(apps, "disclosure", "Release").get()
        assert (release.subject, release.particulars) == ("Agency (fictional)", {})


class Clarifying:
    """exchange 0005: of a letter that is there already one status may be ordered at a time."""

    def plant(self, apps: Apps, store: Store) -> None:
        thread = rows(apps, "exchange", "Thread").create(
            uid="4" * 32, party="1" * 32, kind="request", opened=NOW, changed=NOW
        )
        rows(apps, "exchange", "Letter").create(
            uid="5" * 32, thread=thread, direction="in", state="accepted", kind="request", party="1" * 32, sequence=1,
            previous="0" * 64, digest="6" * 64, envelope="7" * 32, envelope_digest="8" * 64, signed_with=b"s",
            header={}, wrapped_key=b"k", sealed=b"s", sealed_subject=b"s", created=NOW, recorded=NOW,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        letter = rows(apps, "exchange", "Letter").get()
        orders = rows(apps, "exchange", "ControlOrder")
        ordered = {"about": letter, "kind": "status", "package": b"{}", "ordered": NOW}
        orders.create(**ordered)
        with pytest.raises(DatabaseError), transaction.atomic(using=ALIAS):
            orders.create(**ordered)
        assert not rows(apps, "exchange", "DelayReason").exists()


class ContactTests:
    """partners 0003: a party that is there keeps its contact points, and nobody has tried them."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "partners", "Party").create(
            uid="1" * 32, name="Office (fictional)", country="AT", kind="police", status="active", added=NOW,
            contacts=[{"kind": "phone", "value": "1", "note": ""}],
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        party = rows(apps, "partners", "Party").get()
        assert party.contacts == [{"kind": "phone", "value": "1", "note": ""}]
        assert not party.contact_tests.exists()


class PublishedTables:
    """transfer 0002: records that are there already stay, and a table of them can be entered as published."""

    def plant(self, apps: Apps, store: Store) -> None:
        batch = rows(apps, "transfer", "ImportBatch").create(
            title="Records (fictional)", file_name="records.csv", size=1, sha256="9" * 64, made=NOW, changed=NOW
        )
        rows(apps, "transfer", "StatisticalDataset").create(
            batch=batch, mapping="ctdc", title="Records (fictional)", columns=["gender"], handling="H1", recorded=NOW
        )

    def check(self, apps: Apps, store: Store) -> None:
        assert rows(apps, "transfer", "StatisticalDataset").get().title == "Records (fictional)"
        anna = rows(apps, "accounts", "Officer").create(username="anna", full_name="Anna (fictional)", created=NOW)
        rows(apps, "transfer", "PublishedTable").create(
            series="ctdc", population="9:1", title="Records (fictional)", document={}, sha256="0" * 64, published=NOW,
            published_by=anna,
        )  # fmt: skip


class RestoredPartners:
    """exchange 0006: nothing of a node that was never brought back is held; each partner can be, once."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "exchange", "PairState").create(party="1" * 32, direction="out", sequence=3, digest="a" * 64)

    def check(self, apps: Apps, store: Store) -> None:
        assert rows(apps, "exchange", "PairState").get().sequence == 3
        held = rows(apps, "exchange", "Restored")
        assert not held.exists()
        held.create(party="1" * 32, restored=NOW)
        with pytest.raises(DatabaseError), transaction.atomic(using=ALIAS):
            held.create(party="1" * 32, restored=NOW)


class Resending:
    """exchange 0010: a question that was answered before lists nothing that is still on its way."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "exchange", "ResyncQuestion").create(
            party="1" * 32, nonce="2" * 32, created=NOW, came=NOW, sent_sequence=3, sent_digest="3" * 64,
            known_sequence=4, missing=[[1, 2]], answered=NOW,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        found = rows(apps, "exchange", "ResyncQuestion").get()
        assert (found.missing, found.resent_to, found.coming, found.resent) == ([[1, 2]], 0, [], 0)


class NumberedEnvelopes:
    """exchange 0007: what is sealed already has the number and digest of its letter; receipts have none."""

    def plant(self, apps: Apps, store: Store) -> None:
        thread = rows(apps, "exchange", "Thread").create(
            uid="4" * 32, party="1" * 32, kind="request", opened=NOW, changed=NOW
        )
        letter = rows(apps, "exchange", "Letter").create(
            uid="5" * 32, thread=thread, direction="out", state="sent", kind="request", party="1" * 32, sequence=7,
            previous="0" * 64, digest="6" * 64, envelope="7" * 32, envelope_digest="8" * 64, signed_with=b"s",
            header={}, wrapped_key=b"k", sealed=b"s", sealed_subject=b"s", created=NOW, recorded=NOW,
        )  # fmt: skip
        for number, of in enumerate((letter, None)):
            rows(apps, "exchange", "OutboxEntry").create(
                party="1" * 32, letter=of, kind="request" if of else "receipt", envelope_id=f"{number}" * 32,
                envelope_digest=f"{number}" * 64, envelope=b"e", created=NOW, expires=NOW, next_attempt=NOW,
            )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        found = rows(apps, "exchange", "OutboxEntry").order_by("pk").values_list("sequence", "letter_digest")
        assert list(found) == [(7, "6" * 64), (None, "")]
        before = rows(apps, "exchange", "SentBefore")
        before.create(party="1" * 32, sequence=8, digest="9" * 64, told=NOW)
        with pytest.raises(DatabaseError), transaction.atomic(using=ALIAS):
            before.create(party="1" * 32, sequence=8, digest="a" * 64, told=NOW)


class SearchingWidely:
    """kinship 0002: a search that is there already is none of a wide one, and stays as far as it was."""

    def plant(self, apps: Apps, store: Store) -> None:
        team = rows(apps, "accounts", "Compartment").create(name="Unit (fictional)", kind="unit", created=NOW)
        officer = rows(apps, "accounts", "Officer").create(username="gina", full_name="Gina Genbeispiel (fictional)")
        family = rows(apps, "kinship", "Family").create(
            reference="FAM-1", compartment_id=team.pk, pedigree=[], missing="MP", table="norstr_norway", unseen=0.001,
            registered_by_id=officer.pk, registered=NOW,
        )  # fmt: skip
        rows(apps, "kinship", "Search").create(
            family=family, state="weighed", size=7, can_answer=True, power={"found": 0.9}, made_by_id=officer.pk,
            made=NOW,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        search = rows(apps, "kinship", "Search").get()
        assert (search.state, search.size, search.can_answer, search.wide_id) == ("weighed", 7, True, None)
        wide = rows(apps, "kinship", "WideSearch").create(
            compartment_id=search.family.compartment_id, size=10**12, made_by_id=search.made_by_id, made=NOW
        )
        search.wide, search.state, search.size = wide, "left_out", 10**12
        search.save()
        assert rows(apps, "kinship", "Search").get(wide=wide).size == 10**12


class SignedOpenings:
    """kinship 0003: a store that was opened, and a telling that was proposed, before they were signed."""

    def plant(self, apps: Apps, store: Store) -> None:
        team = rows(apps, "accounts", "Compartment").create(name="Unit (fictional)", kind="unit", created=NOW)
        officer = rows(apps, "accounts", "Officer").create(username="gina", full_name="Gina Genbeispiel (fictional)")
        rows(apps, "kinship", "Session").create(
            compartment_id=team.pk, opened_by_id=officer.pk, opened=NOW, ends=NOW + dt.timedelta(minutes=30)
        )

    def check(self, apps: Apps, store: Store) -> None:
        session = rows(apps, "kinship", "Session").get()
        assert (session.opened, session.proof) == (NOW, None)


class FollowUps:
    """referral 0002: what was recorded on a path stays of its kind, and how she is can be recorded beside it."""

    def plant(self, apps: Apps, store: Store) -> None:
        team = rows(apps, "accounts", "Compartment").create(name="Team (fictional)", kind="case", created=NOW)
        officer = rows(apps, "accounts", "Officer").create(username="mara", full_name="Mara Muster (fictional)")
        case = rows(apps, "cases", "Case").create(
            reference="AT-2026-1", title="Case (fictional)", kind="assistance", status="open", compartment_id=team.pk,
            opened=NOW, changed=NOW,
        )  # fmt: skip
        person = rows(apps, "dossier", "Entity").create(schema="Person")
        path = rows(apps, "referral", "Path").create(
            case_id=case.pk, person_id=person.pk, compartment_id=team.pk, status="returned", opened=NOW,
            opened_by_id=officer.pk, closed=NOW,
        )  # fmt: skip
        rows(apps, "referral", "Entry").create(
            path=path, kind="closing", outcome="returned", sealed=b"", recorded_by_id=officer.pk, recorded=NOW
        )

    def check(self, apps: Apps, store: Store) -> None:
        entry = rows(apps, "referral", "Entry").get()
        assert (entry.kind, entry.outcome) == ("closing", "returned")
        entry._meta.get_field("kind").validate("follow_up", entry)


class Comparisons:
    """exchange 0011: letters of before stay as they are; each round with a partner is kept once."""

    def plant(self, apps: Apps, store: Store) -> None:
        NumberedEnvelopes().plant(apps, store)
        case_of_a_team(apps)

    def check(self, apps: Apps, store: Store) -> None:
        assert rows(apps, "exchange", "Letter").get().sequence == 7
        kept = rows(apps, "exchange", "Comparison")
        said = {
            "party": "1" * 32, "number": "9" * 32, "release": 1, "points": 20, "at": NOW,
            "case": rows(apps, "cases", "Case").get(),
        }  # fmt: skip
        for direction in ("out", "in"):
            kept.create(direction=direction, **said)
        with pytest.raises(DatabaseError), transaction.atomic(using=ALIAS):
            kept.create(direction="in", **said)
        assert kept.count() == 2


class ByLetter:
    """referral 0003: a referral of before was asked by no letter, and stays as it is; two of them do not clash."""

    def plant(self, apps: Apps, store: Store) -> None:
        FollowUps().plant(apps, store)
        path, officer = rows(apps, "referral", "Path").get(), rows(apps, "accounts", "Officer").get()
        for name in ("House (fictional)", "Doctor (fictional)"):
            service = rows(apps, "referral", "Service").create(
                uid=name[:5].lower(), name=name, party="1" * 32, kinds=["shelter"], country="AT",
                registered_by_id=officer.pk, registered=NOW,
            )  # fmt: skip
            rows(apps, "referral", "Referral").create(
                uid=name[:5], path=path, service=service, state="asked", consent_number=1, answer_by=NOW,
                made_by_id=officer.pk, made=NOW,
            )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        found = list(rows(apps, "referral", "Referral").order_by("pk"))
        assert [(one.state, one.release, one.letter, one.code) for one in found] == [("asked", None, "", "")] * 2
        found[0]._meta.get_field("state").validate("prepared", found[0])
        assert not rows(apps, "referral", "IncomingReferral").exists()


class DestroyedAfterABackup:
    """kinship 0004: a profile that was destroyed before keeps its reason, and another can have the new one."""

    def plant(self, apps: Apps, store: Store) -> None:
        team = rows(apps, "accounts", "Compartment").create(name="Unit (fictional)", kind="unit", created=NOW)
        officer = rows(apps, "accounts", "Officer").create(username="gina", full_name="Gina Genbeispiel (fictional)")
        child = rows(apps, "kinship", "FoundChild").create(
            reference="C-1", compartment_id=team.pk, sex="unknown", registered_by_id=officer.pk, registered=NOW
        )
        laboratory = rows(apps, "kinship", "Laboratory").create(
            party="1" * 32, accreditation="ISO/IEC 17025 (fictional)", valid_from=NOW.date(), valid_until=NOW.date(),
            registered_by_id=officer.pk, registered=NOW,
        )  # fmt: skip
        rows(apps, "kinship", "Profile").create(
            child=child, laboratory=laboratory, sample="S-1", taken=NOW.date(), loci=23, consent_number=1,
            team_id=team.pk, sealed=b"", recorded_by_id=officer.pk, recorded=NOW, destroyed=NOW, reason="withdrawn",
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        profile = rows(apps, "kinship", "Profile").get()
        assert profile.reason == "withdrawn"
        profile._meta.get_field("reason").validate("erased", profile)


class Evidence:
    """exchange 0008: a letter that is there announces no file."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "exchange", "Thread").create(uid="4" * 32, party="1" * 32, kind="request", opened=NOW, changed=NOW)

    def check(self, apps: Apps, store: Store) -> None:
        assert rows(apps, "exchange", "Thread").get().uid == "4" * 32
        assert not rows(apps, "exchange", "Transfer").exists()
        assert not rows(apps, "exchange", "TransferFile").exists()


class OwnWords:
    """partners 0004: a party that is there has said nothing of itself, whatever its status."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "partners", "Party").create(
            uid="1" * 32, name="Office (fictional)", country="AT", kind="police", status="suspended", added=NOW
        )

    def check(self, apps: Apps, store: Store) -> None:
        party = rows(apps, "partners", "Party").get()
        assert party.status == "suspended"
        assert not party.own_words.exists()


class Granted:
    """disclosure 0003: a permission that an officer recorded is of all of its source, unconditional, and stands."""

    def plant(self, apps: Apps, store: Store) -> None:
        team = case_of_a_team(apps).compartment
        source = rows(apps, "dossier", "Source").create(
            kind="letter", title="Letter (fictional)", owner="1" * 32, reliability="B", handling="H2",
            purpose="criminal_investigation", retain_until=NOW.date(), basis="intelligence", compartment=team,
            recorded=NOW,
        )  # fmt: skip
        rows(apps, "disclosure", "Authorisation").create(
            source=source, by="1" * 32, recipient="2" * 32, reference="Mail (fictional)", given=NOW.date(),
            expires=NOW.date(), recorded=NOW,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        row = rows(apps, "disclosure", "Authorisation").get()
        assert (row.letter, row.statements, row.conditions, row.withdrawn) == ("", [], [], None)


class Announcements:
    """exchange 0009: a correspondence that is there stays, and nothing was announced."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "exchange", "Thread").create(uid="4" * 32, party="1" * 32, kind="request", opened=NOW, changed=NOW)

    def check(self, apps: Apps, store: Store) -> None:
        assert rows(apps, "exchange", "Thread").get().uid == "4" * 32
        assert not rows(apps, "exchange", "Announcement").exists()


DATA: dict[Step, Any] = {
    ("partners", "0004_own_words"): OwnWords(),
    ("disclosure", "0003_granted"): Granted(),
    ("exchange", "0009_announcements"): Announcements(),
    ("exchange", "0008_evidence"): Evidence(),
    ("kinship", "0004_destroyed_after_a_backup"): DestroyedAfterABackup(),
    ("kinship", "0003_signed"): SignedOpenings(),
    ("kinship", "0002_searching_widely"): SearchingWidely(),
    ("referral", "0002_follow_ups"): FollowUps(),
    ("referral", "0003_by_letter"): ByLetter(),
    ("partners", "0003_contact_tests"): ContactTests(),
    ("transfer", "0002_published_tables"): PublishedTables(),
    ("cases", "0002_standing_deadlines"): StandingDeadlines(),
    ("disclosure", "0002_particulars"): Particulars(),
    ("exchange", "0005_clarifying"): Clarifying(),
    ("accounts", "0002_integrations"): Integrations(),
    ("partners", "0002_hybrid_key"): HybridKeys(),
    ("exchange", "0002_carried_in"): CarriedIn(),
    ("dossier", "0002_search_index"): SearchIndex(),
    ("audit", "0002_append_only"): AppendOnly(),
    ("exchange", "0003_checkpoints"): Checkpoints(),
    ("exchange", "0004_recalls"): Recalls(),
    ("exchange", "0006_restored"): RestoredPartners(),
    ("exchange", "0007_resync"): NumberedEnvelopes(),
    ("exchange", "0010_resending"): Resending(),
    ("exchange", "0011_comparisons"): Comparisons(),
}
"""What each later migration is tested with: rows planted before it, and what must hold of them afterwards."""


@pytest.mark.xdist_group("stages")
@pytest.mark.parametrize("step", later_migrations(), ids="/".join)
def test_a_later_migration_keeps_the_rows_it_meets(step: Step, stages: Stages) -> None:
    assert step in DATA, f"write what rows {'/'.join(step)} meets and what must hold afterwards, into DATA of this file"
    with stages.before(step) as store:
        assert f"{step[0]}.{step[1]}" in store.pending()
        DATA[step].plant(store.models(), store)
        DATA[step].check(store.migrate(step), store)
        if store.connection.vendor == "sqlite":  # the same steps follow on PostgreSQL, at four times the price
            store.migrate()


def test_no_data_is_kept_for_a_migration_that_is_gone() -> None:
    assert set(DATA) - set(later_migrations()) == set()


@pytest.mark.sqlite  # on PostgreSQL the whole store is made from nothing below
@pytest.mark.parametrize("app", OURS)
def test_an_apps_migrations_run_from_an_empty_store_and_make_every_table(app: str, store: Store) -> None:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    steps = [step for step in loader.graph.leaf_nodes() if step[0] == app]
    store.migrate(*steps)
    made = set(store.connection.introspection.table_names())
    wanted = {model._meta.db_table for model in present.get_app_config(app).get_models(include_auto_created=True)}
    assert wanted <= made
    assert bool(wanted) == bool(steps)


def test_the_whole_store_is_made_from_nothing_and_a_second_time_changes_nothing(store: Store) -> None:
    store.migrate()
    before = store.connection.introspection.table_names()
    store.migrate()
    assert store.connection.introspection.table_names() == before


def test_a_store_made_at_once_is_the_same_as_one_made_step_by_step(store: Store, second_store: Store) -> None:
    store.migrate()
    make_at_once(second_store.connection)
    assert second_store.pending() == []
    one, other = store.schema(), second_store.schema()
    assert one.keys() == other.keys()
    assert len(one) > 500
    # Django itself gives this table of its own, which stays empty, a wider number in a migration than in its model.
    differing = {name for name in one if one[name] != other[name]} - {"columns auth_group_permissions id"}
    assert differing == set()
    statement = "SELECT app, name FROM django_migrations ORDER BY app, name"
    assert second_store.execute(statement) == store.execute(statement)


def test_a_store_that_cannot_be_made_whole_is_not_made_at_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_migration: object, _editor: object) -> None:
        raise OSError

    monkeypatch.setattr("clew.node.tables._run_what_no_model_says", fails)
    with pytest.raises(OSError):  # noqa: PT011  # the very one from above
        make_at_once(store.connection)
    assert store.connection.introspection.table_names() == []


@pytest.mark.postgres
@pytest.mark.parametrize("noted", [True, False], ids=["its columns noted", "before columns were noted"])
def test_a_backup_of_an_older_store_is_brought_back_as_that_store_was(
    noted: bool, store: Store, second_store: Store, tmp_path: Path
) -> None:
    migrate_to(
        store.connection, [step for step in whole_plan() if step < ("exchange", "0010") or step[0] != "exchange"]
    )
    apps = store.models()
    rows(apps, "accounts", "Compartment").create(name="Team (fictional)", kind="unit", created=NOW)
    Resending().plant(apps, store)
    write_tables(tmp_path / "tables", store.connection)
    if not noted:
        (tmp_path / "tables" / SHAPE).unlink()
    fill_tables(tmp_path / "tables", silent, second_store.connection)
    assert second_store.pending() == store.pending() != []
    for name in ("accounts_compartment", "exchange_resyncquestion", "django_migrations"):
        assert second_store.execute(f"SELECT * FROM {name}") == store.execute(f"SELECT * FROM {name}")
    second_store.migrate()
    assert second_store.pending() == []
    now = second_store.models().get_model("accounts", "Compartment")._default_manager.using("second")
    assert now.create(name="Another (fictional)", kind="unit", created=NOW).pk == 2


@pytest.mark.parametrize("seen", [[("dossier", "9999_later")], [("weather", "0001_store")]])
def test_a_backup_of_a_newer_program_is_refused_by_name(seen: list[Step]) -> None:
    with pytest.raises(BackupProblem, match=f"A newer Clew made this backup .{seen[0][0]} {seen[0][1]}"):
        refuse_newer([("dossier", "0001_store"), *seen])
    refuse_newer([("dossier", "0001_store")])


def test_a_store_made_step_by_step_before_0001_store_is_taken_as_it_is(store: Store) -> None:
    store.migrate()
    before = store.shape()
    store.execute("DELETE FROM django_migrations WHERE name = '0001_store'")
    for app, names in replaced().items():
        for name in names:
            store.execute("INSERT INTO django_migrations(app, name, applied) VALUES (%s, %s, '2026-11-28')", app, name)
    assert store.pending() == []
    store.migrate()
    assert store.pending() == []
    assert store.shape() == before
    recorded = store.execute("SELECT app FROM django_migrations WHERE name = '0001_store' ORDER BY app")
    assert [app for (app,) in recorded] == sorted(replaced())


@pytest.mark.django_db
def test_the_models_say_nothing_that_no_migration_says() -> None:
    told = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=told, stderr=told)
    assert "No changes detected" in told.getvalue()
