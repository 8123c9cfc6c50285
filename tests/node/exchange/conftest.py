"""One node, and a partner made of the library alone that writes to it and is written to (all fictional)."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.exchange.cards import read_card
from clew.exchange.keys import PublicKeys
from clew.exchange.letters import Letter
from clew.exchange.receipts import Receipt, Stage
from clew.exchange.sealing import Envelope, read_outer
from clew.node.accounts.actions import NODE, Officer, verify_step_up
from clew.node.cases import actions as cases
from clew.node.cases.models import Case
from clew.node.disclosure import actions as disclosure
from clew.node.disclosure.models import Decision
from clew.node.dossier.actions import record_source
from clew.node.exchange.inbound import CONTENT_TYPE, application
from clew.node.exchange.posting import Destination, NotHandedOver
from clew.node.exchange.worker import Round, run_once
from clew.node.keys import seal_key, sign_key, transport_key
from clew.node.partners.models import Instrument, NodeCard, Party
from tests.exchange.partner import Partner


@dataclass(frozen=True)
class Answer:
    """What inbound answered."""

    status: str
    lines: list[bytes]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return str(json.loads(self.lines[0]).get("code", ""))


@pytest.fixture
def long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow machine must not make the pause before the next attempt run out by itself."""
    monkeypatch.setattr("clew.node.exchange.outbox.FIRST_PAUSE", dt.timedelta(seconds=30))


@dataclass
class Correspondent:
    """The partner as this node sees it: a directory entry, a mailbox, and a line that can be cut."""

    partner: Partner
    got: list[bytes] = field(default_factory=list)
    cut: bool = False
    lose_answers: bool = False

    @property
    def node_keys(self) -> PublicKeys:
        return PublicKeys(
            sign_key().public_key().public_bytes_raw(),
            seal_key().public_key().public_bytes_raw(),
            transport_key().public_key().public_bytes_raw(),
        )

    def post(self, destination: Destination, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
        """Stands where `posting.post` stands: takes envelopes and answers with stored receipts."""
        if self.cut:
            raise NotHandedOver("no-connection")
        self.got.extend(raw for raw in envelopes if raw not in self.got)
        if self.lose_answers:
            raise NotHandedOver("cut-off")
        return [self.partner.receipt(read_outer(raw), Stage.STORED) for raw in envelopes]

    def work(self, after: dt.timedelta = dt.timedelta()) -> Round:
        """One round of this node's worker."""
        now = timezone.now() + after
        self.partner.now = now.replace(microsecond=0)
        return run_once(now=now, rng=random.Random(1), post=self.post)

    def letters(self) -> list[Letter]:
        """What the partner got and could open, receipts left out."""
        opened = [self.partner.open(raw, self.node_keys) for raw in self.got]
        return [letter for letter in opened if letter.header.type != "receipt"]

    def receipts(self) -> list[Receipt]:
        """The receipts that came to the partner in letters, each verified."""
        bodies = [self.partner.open(raw, self.node_keys).body for raw in self.got]
        raw = [one for body in bodies for one in body.get("receipts", ())]
        return [
            self.partner.read_receipt(
                json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(),
                settings.NODE.node_id,
                self.node_keys,
            )
            for one in raw
        ]

    def write(self, content: dict[str, Any] | None = None, **changes: Any) -> Envelope:
        """The partner's next letter to this node, sealed but not sent."""
        self.partner.now = timezone.now().replace(microsecond=0)
        return self.partner.send(settings.NODE.node_id, self.node_keys.seal, content, **changes)

    def send(self, *envelopes: Envelope | bytes) -> Answer:
        """Post envelopes to this node's inbound."""
        return post_inbound(b"\n".join(one if isinstance(one, bytes) else one.raw for one in envelopes))


def post_inbound(body: bytes, **environ: Any) -> Answer:
    """A request to the inbound application."""
    seen: list[tuple[str, dict[str, str]]] = []
    asked = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/v1/letters",
        "CONTENT_TYPE": CONTENT_TYPE,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    answer = b"".join(
        application({**asked, **environ}, lambda status, headers, exc=None: seen.append((status, dict(headers))))
    )  # type: ignore[arg-type]
    status, headers = seen[0]
    return Answer(status, answer.removesuffix(b"\n").split(b"\n"), headers)


def enter(partner: Partner, **changes: Any) -> Party:
    """Put a partner with its confirmed card into this node's directory."""
    now = timezone.now()
    partner.now = now
    raw = partner.card()
    card = read_card(raw)
    values: dict[str, Any] = {
        "name": card.name, "country": card.country, "kind": card.kind, "status": "active", "added": now,
        "confirmed": now, "inbound_url": card.inbound_url,
    }  # fmt: skip
    party = Party.objects.create(uid=partner.uid, **{**values, **changes})
    NodeCard.objects.create(
        party=party, raw=raw, fingerprint=card.fingerprint, sign_key=card.keys.sign, seal_key=card.keys.seal,
        transport_key=card.keys.transport, valid_from=card.valid_from, valid_until=card.valid_until, received=now,
        confirmed=now,
    )  # fmt: skip
    return party


@pytest.fixture
def beijing(db: None) -> Correspondent:
    now = timezone.now()
    Party.objects.create(
        uid=settings.NODE.node_id, name="Office Vienna (fictional)", country="AT", kind="police", status="active",
        is_own=True, added=now,
    )  # fmt: skip
    partner = Partner("Beijing")
    enter(partner)
    Instrument.objects.create(
        code="FICTIONAL-ARRANGEMENT", title="Arrangement (fictional)", kind="police_arrangement",
        parties=[settings.NODE.node_id, partner.uid], in_force_from=dt.date(2025, 1, 1), fictional=True,
        registered=now, translations=["zh"],
        enables=[{"letter": kind, "purposes": ["criminal_investigation"]} for kind in ("request", "reply", "notify")],
        clocks={"urgent-8h": {"hours": 8}, "routine-7d": {"calendar_days": 7}},
    )  # fmt: skip
    return Correspondent(partner)


@pytest.fixture
def officer(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["investigator"], username="anna")


@pytest.fixture
def case(officer: Officer) -> Case:
    return cases.open_case(actor=officer, title="Agencies (fictional)", kind="investigation", offence_codes=["at_104a"])


def approve_and_sign(
    release_id: int, officer: Officer, *, second: Officer, code_of: Callable[[Officer], str]
) -> Decision:
    """One person gives every approval that a decided release lacks, and the officer signs it."""
    decision = Decision.objects.filter(release=release_id).latest("pk")
    for missing in decision.outcome["missing"]:
        proof = verify_step_up(officer=second, code=code_of(second))
        decision = disclosure.approve(
            actor=second, decision_id=decision.pk, role=missing["role"], reason="Necessary (fictional).", step_up=proof
        )
    proof = verify_step_up(officer=officer, code=code_of(officer))
    return disclosure.sign(actor=officer, decision_id=decision.pk, step_up=proof)


@dataclass
class Signing:
    """Called, it makes a request that is decided and signed through the real actions; returns the decision's number."""

    officer: Officer
    approver: Officer
    case: Case
    recipient: str
    statements: list[int]
    code_of: Callable[[Officer], str]

    def __call__(self, **changes: Any) -> int:
        values: dict[str, Any] = {
            "kind": "request", "case_id": self.case.pk, "recipient": self.recipient,
            "instrument": "FICTIONAL-ARRANGEMENT", "purpose": "criminal_investigation",
            "subject": "An agency (fictional)", "facts": "We follow an agency.",
            "necessity": "Only your office can say who owns it.", "languages": ["zh-Hans"],
            "statements": self.statements, "items": [disclosure.Question("Who owns it?", None)],
        }  # fmt: skip
        release = disclosure.draft_release(actor=self.officer, **{**values, **changes})
        disclosure.decide(actor=self.officer, release_id=release.pk)
        return int(approve_and_sign(release.pk, self.officer, second=self.approver, code_of=self.code_of).pk)


@pytest.fixture
def signed(
    beijing: Correspondent,
    officer: Officer,
    case: Case,
    officer_factory: Callable[..., Officer],
    code_of: Callable[[Officer], str],
) -> Signing:
    """Beside the officer, one who approves; and of the case, what a request can be about."""
    approver = officer_factory(roles=["approver", "legal_adviser"], username="bernd")
    today = timezone.now().date()
    for kind in ("assurance", "pledge"):
        disclosure.record_assurance(
            actor=approver, party=beijing.partner.uid, kind=kind, text="Not towards any such penalty (fictional).",
            issuer="Office Beijing (fictional)", issued=today - dt.timedelta(days=10),
            expires=today + dt.timedelta(days=100), translations=["zh"],
        )  # fmt: skip
    draft = SourceDraft(
        kind="document", title="Register extract (fictional)", owner=settings.NODE.node_id, reliability="B",
        handling="H0", purpose="criminal_investigation", retain_until=today + dt.timedelta(days=300),
        basis="intelligence", entities=(EntityDraft("firm", "Company"),),
        statements=(StatementDraft("firm", "name", "Goldweg GmbH (fictional)", 1),),
    )  # fmt: skip
    source = record_source(actor=officer, compartment_id=case.compartment_id, draft=draft)
    cases.add_to_team(actor=officer, case_id=case.pk, officer_id=approver.pk)
    statements = [one.pk for one in source.statements.all()]
    return Signing(officer, approver, case, beijing.partner.uid, statements, code_of)


__all__ = ["NODE", "Answer", "Correspondent", "enter", "post_inbound"]
