"""Each app's migrations run from an empty store, and each later one over rows that are there already."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from io import StringIO
from typing import Any, ClassVar

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps as present
from django.apps.registry import Apps
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.migrations.loader import MigrationLoader

from clew.node.disclosure.models import Decision
from clew.node.dossier.keyring import derive
from clew.node.keys import rest_key
from tests.migrations.conftest import ALIAS, Step, Store

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)
OURS = sorted(config.label for config in present.get_app_configs() if config.name.startswith("clew.node."))


def later_migrations() -> list[Step]:
    """Every migration of the node's apps that can meet rows: all but each app's first."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return sorted(key for key, found in loader.disk_migrations.items() if key[0] in OURS and not found.initial)


def rows(apps: Apps, app: str, model: str) -> Any:
    """The rows of a model as it is at one migration."""
    return apps.get_model(app, model)._default_manager.using(ALIAS)


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


def plant_source(apps: Apps) -> Any:
    """A source of a partner's, as it is at that migration."""
    team = rows(apps, "accounts", "Compartment").create(name="Team (fictional)", kind="unit", created=NOW)
    return rows(apps, "dossier", "Source").create(
        compartment_id=team.pk, kind="letter", title="Letter (fictional)", owner="partner", reliability="B",
        handling="H1", purpose="referral", basis="intelligence", retain_until=NOW.date(), recorded=NOW,
    )  # fmt: skip


class SourceChain:
    """dossier 0003: a source that is there already passed through nobody's hands but its owner's."""

    def plant(self, apps: Apps, store: Store) -> None:
        plant_source(apps)

    def check(self, apps: Apps, store: Store) -> None:
        source = rows(apps, "dossier", "Source").get()
        assert (source.owner, source.chain) == ("partner", [])


class FindingsAndMarks:
    """disclosure 0002: a permission that is there already is its owner's, for what the source was given for."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "disclosure", "Authorisation").create(
            source_id=plant_source(apps).pk, recipient="another", reference="R-1", given=NOW.date(),
            expires=NOW.date(), recorded=NOW,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        found = rows(apps, "disclosure", "Authorisation").get()
        assert (found.by, found.recipient, found.purpose, found.evidence) == ("partner", "another", "", False)


class ProofOfLifting:
    """disclosure 0004: a mark that is there already stands or is lifted as it was; nobody signed that."""

    def plant(self, apps: Apps, store: Store) -> None:
        for lifted in (None, NOW):
            rows(apps, "disclosure", "Mark").create(
                source_id=plant_source(apps).pk, kind="restricted", reason="Wrong (fictional)", recorded=NOW,
                lifted=lifted,
            )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        found = rows(apps, "disclosure", "Mark").order_by("pk")
        assert [(one.lifted, one.lifted_proof) for one in found] == [(None, {}), (NOW, {})]


class ProofOfConfirming:
    """rulebook 0002: a value that holds already goes on holding, without a signature."""

    def plant(self, apps: Apps, store: Store) -> None:
        officer = rows(apps, "accounts", "Officer").create(username="lea", full_name="Lea Recht (fictional)")
        rows(apps, "rulebook", "Setting").create(
            key="risk_days", value=60, reason="Far.", source="Order (fictional)", state="taken", proposed=NOW,
            proposed_by_id=officer.pk, taken=NOW, from_day=NOW.date(),
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        found = rows(apps, "rulebook", "Setting").get()
        assert (found.state, found.value, found.proofs) == ("taken", 60, {})


class SimulationsOfOlderDecisions:
    """rulebook 0003: a simulation that is done already read no decision of an earlier form."""

    def plant(self, apps: Apps, store: Store) -> None:
        officer = rows(apps, "accounts", "Officer").create(username="lea", full_name="Lea Recht (fictional)")
        rows(apps, "rulebook", "Simulation").create(
            made_by_id=officer.pk, made=NOW, sandbox={"kind": "shipped"}, files={}, version="1", chosen=[1], done=1,
            counts={"letter permit permit": 1}, state="done", finished=NOW,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        found = rows(apps, "rulebook", "Simulation").get()
        assert (found.state, found.counts, found.read_older) == ("done", {"letter permit permit": 1}, [])


class RenewedCards:
    """partners 0002: parties and cards that are there already keep their keys, and nothing is confirmed by itself."""

    def plant(self, apps: Apps, store: Store) -> None:
        party = rows(apps, "partners", "Party").create(
            uid="a" * 32, name="Office (fictional)", country="CN", kind="police", status="active", added=NOW,
            confirmed=NOW, competences=["criminal_investigation"],
        )  # fmt: skip
        rows(apps, "partners", "NodeCard").create(
            party=party, raw=b"card", fingerprint="1", sign_key=b"\x01" * 32, seal_key=b"\x02" * 32,
            transport_key=b"\x03" * 32, valid_from=NOW, valid_until=NOW + dt.timedelta(days=1), received=NOW,
            confirmed=NOW,
        )  # fmt: skip
        rows(apps, "partners", "Instrument").create(
            code="I-1", title="Arrangement (fictional)", kind="police_arrangement", parties=["AT", "CN"],
            in_force_from=NOW.date(), registered=NOW,
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        party, card = rows(apps, "partners", "Party").get(), rows(apps, "partners", "NodeCard").get()
        assert (bytes(card.raw), bytes(card.sign_key), card.confirmed) == (b"card", b"\x01" * 32, NOW)
        assert (bytes(card.renews), card.opens_until, card.retired) == (b"", None, None)
        assert (party.competence_confirmed, party.competence_basis) == (None, "")
        assert party.competences == ["criminal_investigation"]
        assert rows(apps, "partners", "Instrument").get().code == "I-1"
        assert not rows(apps, "partners", "JointAgreement").exists()


class SealedConsents:
    """consent 0002: what stood in the clear opens sealed afterwards; assent keeps its meaning."""

    WITNESS, REASON = "Wanda Canary (fictional)", "She is afraid (fictional)."

    def plant(self, apps: Apps, store: Store) -> None:
        team = rows(apps, "accounts", "Compartment").create(name="Team (fictional)", kind="unit", created=NOW)
        officer = rows(apps, "accounts", "Officer").create(username="clara", full_name="Clara (fictional)")
        for assent, withdrawn in ((None, NOW), (True, None), (False, None)):
            person = rows(apps, "dossier", "Entity").create(schema="Person")
            if assent is not False:
                self.key(apps, person.pk)
            rows(apps, "consent", "Consent").create(
                person=person, compartment_id=team.pk, purpose="court", recipient="p" * 32, items=["situation"],
                given_by="self" if assent is None else "guardian", assent=assent, language="en",
                method="oral_witnessed", witness=self.WITNESS if assent is not True else "",
                withdrawal_reason=self.REASON if withdrawn else "", given=NOW.date(), expires=NOW.date(),
                withdrawn=withdrawn, recorded_by_id=officer.pk, recorded=NOW,
            )  # fmt: skip

    def key(self, apps: Apps, person: int) -> None:
        wrapping, nonce = AESGCM(derive(rest_key(), b"person key wrap 1")), b"n" * 12
        wrapped = nonce + wrapping.encrypt(nonce, self.person_key(person), b"dossier_personkey:%d" % person)
        rows(apps, "dossier", "PersonKey").create(person_id=person, wrapped=wrapped, in_use=True, created=NOW)

    def person_key(self, person: int) -> bytes:
        return bytes([person % 256]) * 32

    def check(self, apps: Apps, store: Store) -> None:
        adult, child, refused = rows(apps, "consent", "Consent").order_by("pk")
        assert [one.child_assent for one in (adult, child, refused)] == ["", "yes", "no"]
        assert [one.guardian_id for one in (adult, child, refused)] == [None, None, None]
        assert bytes(child.sealed) == b""
        assert self.opened(adult, adult.sealed, "given") == {"witness": self.WITNESS}
        assert self.opened(adult, adult.sealed_withdrawal, "withdrawn") == {"reason": self.REASON}
        assert self.opened(refused, refused.sealed, "given") == {"witness": self.WITNESS}
        columns = {row[1] for row in store.execute("PRAGMA table_info(consent_consent)")} if _sqlite(store) else set()
        assert not {"witness", "withdrawal_reason", "assent"} & columns

    def opened(self, consent: Any, sealed: bytes, what: str) -> dict[str, str]:
        """As `clew.node.consent.texts` opens it, with the keys of this store."""
        head, _newline, content = bytes(sealed).partition(b"\n")
        persons = json.loads(head)
        material = rest_key() + b"".join(self.person_key(person) for person in persons)
        assert persons in ([], [consent.person_id])
        assert b"Canary" not in content
        bound_to = f"consent texts {consent.person_id} {what} {consent.recorded.isoformat()}".encode()
        plain = AESGCM(derive(material, b"safekeeping 1")).decrypt(content[:12], content[12:], bound_to)
        found: dict[str, str] = json.loads(plain)
        return found


def _sqlite(store: Store) -> bool:
    return store.connection.vendor == "sqlite"


class NeutralPolicies:
    """disclosure 0003: what decided neutrally loses its name in the register; every other row stays as it was."""

    def plant(self, apps: Apps, store: Store) -> None:
        team = rows(apps, "accounts", "Compartment").create(name="Team (fictional)", kind="unit", created=NOW)
        source = rows(apps, "dossier", "Source").create(
            compartment_id=team.pk, kind="document", title="Extract (fictional)", owner="at", reliability="B",
            handling="H0", purpose="criminal_investigation", retain_until=NOW.date(), basis="intelligence",
            recorded=NOW,
        )  # fmt: skip
        self.statements(apps, source)
        release = rows(apps, "disclosure", "Release").create(
            kind="request", recipient="p", thread="t", instrument="i", purpose="criminal_investigation",
            urgency="routine-7d", subject="x", created=NOW, changed=NOW,
        )  # fmt: skip
        version = rows(apps, "disclosure", "RuleSetVersion").create(version="v", files={}, first_used=NOW)
        decision = rows(apps, "disclosure", "Decision").create(
            release=release, ruleset=version, sealed_inputs=b"in", outcome={}, basis="", digest="", sealed_package=b"",
            package_digest="", decided=NOW,
        )  # fmt: skip
        for statement, policies in zip(self.ids, (["R01", "R20a", "G1d"], ["R16a"]), strict=True):
            rows(apps, "disclosure", "StatementOutcome").create(
                decision=decision, statement_id=statement, verdict="refuse", policies=policies
            )

    def statements(self, apps: Apps, source: Any) -> None:
        entity = rows(apps, "dossier", "Entity").create(schema="Company")
        prop = rows(apps, "dossier", "Property").create(name="name")
        made = [
            rows(apps, "dossier", "Statement").create(
                entity=entity, prop=prop, source=source, accuracy=1, nature=0, value=f"Firm {number} (fictional)"
            )
            for number in (1, 2)
        ]
        self.ids = [each.pk for each in made]

    def check(self, apps: Apps, store: Store) -> None:
        found = dict(rows(apps, "disclosure", "StatementOutcome").values_list("statement_id", "policies"))
        assert found == dict(zip(self.ids, (["R01", "neutral"], ["R16a"]), strict=True))
        decision = rows(apps, "disclosure", "Decision").get()
        assert (bytes(decision.sealed_after), bytes(decision.sealed_inputs)) == (b"", b"in")
        assert rows(apps, "disclosure", "Release").get().recognition == {}
        assert not rows(apps, "disclosure", "ApprovalAsk").exists()


class CarriedLetters:
    """exchange 0002: what waits in the outbox goes on directly, carried by nobody."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "exchange", "OutboxEntry").create(
            party="b" * 32, kind="receipt", envelope_id="e" * 32, envelope_digest="0" * 64, envelope=b"sealed",
            created=NOW, expires=NOW, attempts=3, next_attempt=NOW, last_problem="timeout",
        )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        entry = rows(apps, "exchange", "OutboxEntry").get()
        assert (entry.carrier, entry.carried, entry.delivered, entry.failed) == ("", None, None, None)
        assert (bytes(entry.envelope), entry.attempts, entry.last_problem) == (b"sealed", 3, "timeout")
        assert not rows(apps, "exchange", "Transit").exists()


class SealedOutcomes:
    """disclosure 0005: what was decided is read as before, and stands nowhere in clear."""

    OUTCOME: ClassVar = {"letter": {"verdict": "refuse", "reasons": [{"policy": "R20a"}]}, "missing": []}

    def plant(self, apps: Apps, store: Store) -> None:
        version = rows(apps, "disclosure", "RuleSetVersion").create(version="v", files={}, first_used=NOW)
        for number in (1, 2):
            release = rows(apps, "disclosure", "Release").create(
                kind="request", recipient="p", thread=f"t{number}", instrument="i", purpose="criminal_investigation",
                urgency="routine-7d", subject="x", created=NOW, changed=NOW,
            )  # fmt: skip
            rows(apps, "disclosure", "Decision").create(
                release=release, ruleset=version, sealed_inputs=b"in", outcome={**self.OUTCOME, "number": number},
                basis="", digest="", sealed_package=b"", package_digest="", decided=NOW,
            )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        for number, row in enumerate(rows(apps, "disclosure", "Decision").order_by("pk"), start=1):
            assert b"R20a" not in bytes(row.sealed_outcome)
            read = Decision(release_id=row.release_id, sealed_outcome=bytes(row.sealed_outcome))
            assert read.outcome == {**self.OUTCOME, "number": number}


class CategoriesExpire:
    """dossier 0004: a category said for ever is kept, and held no longer than the day it was said; others stay."""

    def plant(self, apps: Apps, store: Store) -> None:
        person = rows(apps, "dossier", "Entity").create(schema="Person")
        for category, expires in (("suspect", None), ("victim", dt.date(2027, 1, 31))):
            rows(apps, "dossier", "PersonCategory").create(
                person=person, category=category, entered=NOW, expires=expires, reason="kept"
            )

    def check(self, apps: Apps, store: Store) -> None:
        said = rows(apps, "dossier", "PersonCategory").order_by("pk").values_list("category", "expires", "reason")
        assert list(said) == [("suspect", NOW.date(), "kept"), ("victim", dt.date(2027, 1, 31), "kept")]


class HandlingOfStatistics:
    """transfer 0002: a table has the code that was chosen for its import, else the one that passes it on to nobody."""

    def plant(self, apps: Apps, store: Store) -> None:
        chosen: tuple[dict[str, str], ...] = ({"handling": "H3", "handling_text": "Not before May (fictional)"}, {})
        for options in chosen:
            batch = rows(apps, "transfer", "ImportBatch").create(
                title="Table (fictional)", file_name="t.csv", size=1, sha256="", options=options, made=NOW, changed=NOW
            )
            rows(apps, "transfer", "StatisticalDataset").create(
                batch=batch, mapping="ctdc", title="Table (fictional)", columns=["gender"], recorded=NOW
            )

    def check(self, apps: Apps, store: Store) -> None:
        kept = rows(apps, "transfer", "StatisticalDataset").order_by("pk").values_list("handling", "handling_text")
        assert list(kept) == [("H3", "Not before May (fictional)"), ("H2", "")]


class FoldedCases:
    """cases 0002: a case that is there already is found by its title without marks and by its reference."""

    def plant(self, apps: Apps, store: Store) -> None:
        team = rows(apps, "accounts", "Compartment").create(name="Team (fictional)", kind="unit", created=NOW)
        for number, title in enumerate(("Дело Златен път (fictional)", "Müller Straße (fictional)"), start=1):
            rows(apps, "cases", "Case").create(
                reference=f"BG-2026-{number}", title=title, kind="investigation", status="open", compartment=team,
                opened=NOW, changed=NOW,
            )  # fmt: skip

    def check(self, apps: Apps, store: Store) -> None:
        found = dict(rows(apps, "cases", "Case").values_list("reference", "folded"))
        assert found == {
            "BG-2026-1": "bg 2026 1 ꙮ дело златен път fictional",
            "BG-2026-2": "bg 2026 2 ꙮ muller strasse fictional",
        }


class WhatATaskAsks:
    """cases 0003: a task that is there already reads as it did."""

    def plant(self, apps: Apps, store: Store) -> None:
        rows(apps, "cases", "Task").create(kind="clock.running", title="Answer (fictional)", role="x", created=NOW)

    def check(self, apps: Apps, store: Store) -> None:
        assert list(rows(apps, "cases", "Task").values_list("title", "asked")) == [("Answer (fictional)", {})]


class FoldedParties:
    """partners 0003: a party and a post that are there already are found in any spelling."""

    def plant(self, apps: Apps, store: Store) -> None:
        given = {"country": "CH", "kind": "police", "status": "active", "added": NOW}
        parent = rows(apps, "partners", "Party").create(uid="a" * 32, name="Genève (fictional)", **given)
        rows(apps, "partners", "Party").create(uid="b" * 32, name="拐卖案 София", parent=parent, **given)

    def check(self, apps: Apps, store: Store) -> None:
        found = rows(apps, "partners", "Party").order_by("uid").values_list("folded", flat=True)
        assert list(found) == ["geneve fictional", "拐 卖 案 софия"]


DATA: dict[Step, Any] = {
    ("partners", "0003_folded_text"): FoldedParties(),
    ("cases", "0002_folded_text"): FoldedCases(),
    ("cases", "0003_what_a_task_asks"): WhatATaskAsks(),
    ("disclosure", "0005_sealed_outcome"): SealedOutcomes(),
    ("disclosure", "0004_proof_of_lifting"): ProofOfLifting(),
    ("rulebook", "0002_proof_of_confirming"): ProofOfConfirming(),
    ("rulebook", "0003_simulations_of_older_decisions"): SimulationsOfOlderDecisions(),
    ("disclosure", "0003_preview"): NeutralPolicies(),
    ("dossier", "0004_categories_expire"): CategoriesExpire(),
    ("transfer", "0002_handling_of_statistics"): HandlingOfStatistics(),
    ("dossier", "0003_source_chain"): SourceChain(),
    ("disclosure", "0002_findings_and_marks"): FindingsAndMarks(),
    ("consent", "0002_guardians_and_refusals"): SealedConsents(),
    ("exchange", "0002_carried_letters"): CarriedLetters(),
    ("dossier", "0002_search_index"): SearchIndex(),
    ("audit", "0002_append_only"): AppendOnly(),
    ("partners", "0002_joint_agreements_and_renewal"): RenewedCards(),
}
"""What each later migration is tested with: rows planted before it, and what must hold of them afterwards."""


@pytest.mark.parametrize("step", later_migrations(), ids="/".join)
def test_a_later_migration_keeps_the_rows_it_meets(step: Step, store: Store) -> None:
    assert step in DATA, f"write what rows {'/'.join(step)} meets and what must hold afterwards, into DATA of this file"
    DATA[step].plant(store.before(step), store)
    DATA[step].check(store.migrate(step), store)
    store.migrate()


def test_no_data_is_kept_for_a_migration_that_is_gone() -> None:
    assert set(DATA) - set(later_migrations()) == set()


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


@pytest.mark.django_db
def test_the_models_say_nothing_that_no_migration_says() -> None:
    told = StringIO()
    call_command("makemigrations", "--check", "--dry-run", stdout=told, stderr=told)
    assert "No changes detected" in told.getvalue()
