"""A node between Beijing, whose letter it took, and Sofia, to whom it passed something of it on (all fictional)."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from clew.exchange.letters import Letter as SignedLetter
from clew.exchange.receipts import Stage
from clew.exchange.sealing import read_outer
from clew.node.accounts.actions import Officer
from clew.node.cases import actions as cases
from clew.node.cases.models import Case
from clew.node.disclosure import actions as disclosure
from clew.node.dossier.models import Source, Statement
from clew.node.exchange.actions import take_letter
from clew.node.exchange.models import Letter
from clew.node.exchange.posting import Destination, NotHandedOver
from clew.node.exchange.worker import run_once
from clew.node.partners.models import Instrument
from tests.exchange.partner import Partner, body
from tests.node.exchange.conftest import Correspondent, enter

DAY = dt.timedelta(days=1)


def fact(number: int, value: str) -> dict[str, Any]:
    """A statement of a letter, as free as one can be."""
    return {
        "n": number, "entity": "e1", "prop": "name", "value": value, "accuracy": 1, "reliability": "B",
        "nature": "fact", "handling": "H0",
    }  # fmt: skip


@dataclass
class Between:
    """The node, the case it works on, and who is on its two sides."""

    beijing: Correspondent
    officer: Officer
    approver: Officer
    case: Case
    signed: Callable[..., int]
    sofia: Correspondent = field(default_factory=lambda: Correspondent(Partner("Sofia", country="BG")))

    def __post_init__(self) -> None:
        enter(self.sofia.partner)
        Instrument.objects.update(parties=[settings.NODE.node_id, self.beijing.partner.uid, self.sofia.partner.uid])
        today = timezone.now().date()
        for kind in ("assurance", "pledge"):
            disclosure.record_assurance(
                actor=self.approver, party=self.sofia.partner.uid, kind=kind, text="Not towards it (fictional).",
                issuer="Office Sofia (fictional)", issued=today - 10 * DAY, expires=today + 100 * DAY,
                translations=["zh"],
            )  # fmt: skip

    def post(self, destination: Destination, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
        """Hand each envelope to whom it is for."""
        sides = {one.partner.uid: one for one in (self.beijing, self.sofia)}
        (side,) = (sides[uid] for uid in {read_outer(raw).recipient for raw in envelopes})
        if side.cut:
            raise NotHandedOver("no-connection")
        side.got.extend(raw for raw in envelopes if raw not in side.got)
        return [side.partner.receipt(read_outer(raw), Stage.STORED) for raw in envelopes]

    def work(self, after: dt.timedelta = dt.timedelta()) -> None:
        """A few rounds of the worker, so that what one brings leaves in the next."""
        now = timezone.now() + after
        for side in (self.beijing, self.sofia):
            side.partner.now = now.replace(microsecond=0)
        for _round in range(3):
            run_once(now=now, rng=random.Random(1), post=self.post)

    def receive(self, **changes: Any) -> Letter:
        """Beijing writes a letter with two facts; it waits in quarantine."""
        content = body(
            "notify", handling={"code": "H0"},
            statements=[fact(1, "Goldener Weg (fictional)"), fact(2, "Jin Lu (fictional)")], **changes,
        )  # fmt: skip
        self.beijing.send(self.beijing.write(content))
        self.work()
        return Letter.objects.filter(direction="in", kind="notify").latest("pk")

    def take(self, letter: Letter) -> Source:
        """The officer takes it into the case."""
        take_letter(actor=self.officer, letter_uid=letter.uid, case_id=self.case.pk)
        return Source.objects.get(received_letter=letter.uid)

    def pass_on(self, source: Source, *numbers: int) -> int:
        """With Beijing's leave, statements of the source go on to Sofia in a signed letter; returns the decision."""
        today = timezone.now().date()
        disclosure.record_authorisation(
            actor=self.approver, source_id=source.pk, recipient=self.sofia.partner.uid, reference="Mail (fictional)",
            given=today - DAY, expires=today + 30 * DAY,
        )  # fmt: skip
        rows = list(Statement.objects.filter(source=source).order_by("pk").values_list("pk", flat=True))
        return self.signed(
            recipient=self.sofia.partner.uid, statements=[rows[n - 1] for n in numbers], languages=["en"]
        )  # fmt: skip

    def recall(self, letter: Letter, **changes: Any) -> None:
        """Beijing takes its letter back."""
        content = {"type": "recall", "digest": letter.digest, "action": "erase", "reason": "wrong", **changes}
        self.answer_from(self.beijing, letter, content)

    def answer_from(self, side: Correspondent, letter: Letter, content: dict[str, Any]) -> None:
        """A partner's control letter about a letter of the correspondence."""
        side.send(
            side.write(content, thread=letter.thread.uid, in_reply_to=letter.uid, decision=None, deadline=None)
        )  # fmt: skip
        self.work()


def of_kind(side: Correspondent, kind: str) -> list[SignedLetter]:
    """The letters of one type that a partner got."""
    return [one for one in side.letters() if one.header.type == kind]


@pytest.fixture
def between(
    beijing: Correspondent, officer: Officer, case: Case, signed: Callable[..., int],
    officer_factory: Callable[..., Officer],
) -> Between:  # fmt: skip
    lena = officer_factory(roles=["legal_adviser", "liaison_officer", "prosecutor"], username="lena")
    cases.add_to_team(actor=officer, case_id=case.pk, officer_id=lena.pk)
    return Between(beijing, officer, lena, case, signed)
