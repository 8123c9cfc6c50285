"""Two nodes and a stick: each is driven by its own commands, no server runs and no line is there."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from django.db import IntegrityError

from clew.cli.letter import CURES, OUTCOMES, carry_in, write_new
from clew.exchange.cards import read_card
from clew.exchange.refusals import SENTENCES, Refusal
from clew.node.exchange.limits import TooMany
from tests.cli.nodes import Answer, clew, environment, make_node
from tests.resident import run_python

ENTER = """
import sys
import django
django.setup()
from django.utils import timezone
from clew.exchange.cards import read_card
from clew.node.partners.models import NodeCard, Party
now = timezone.now()
card = read_card(sys.stdin.buffer.read())
Party.objects.filter(uid=card.uid).update(status="active", confirmed=now)
NodeCard.objects.filter(party__uid=card.uid).update(confirmed=now)
"""
"""As after an officer compared the fingerprint; the card itself was added by the command."""
WRITE = """
import sys
import django
django.setup()
from django.conf import settings
from django.utils import timezone
from clew.exchange.sealing import read_outer
from clew.node import keys
from clew.node.exchange.actions.sending import queued
from clew.node.partners.queries import usable_keys
from tests.exchange.partner import Partner
now = timezone.now().replace(microsecond=0)
to = sys.argv[1]
own = Partner("Vienna", "AT", now=now)
own.uid = settings.NODE.node_id
own.sign_key, own.transport_key = keys.sign_key(), keys.transport_key()
for _letter in range(2):
    envelope = own.send(to, usable_keys(to, now).seal)
    queued(to, envelope, "request", None, now).save()
"""
"""Two questions that were decided, signed and sealed; how they are is the business of other tests."""
WORK = """
import random
import django
django.setup()
from django.utils import timezone
from clew.node.exchange.posting import NotHandedOver
from clew.node.exchange.worker import run_once
def post(destination, envelopes, *, secure):
    raise NotHandedOver("no-connection")
run_once(now=timezone.now(), rng=random.Random(1), post=post)
"""
LOOK = """
import json
import django
django.setup()
from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry, PairState, Receipt
print(json.dumps({
    "delivered": [one.delivered is not None for one in OutboxEntry.objects.order_by("pk")],
    "letters": list(Letter.objects.order_by("sequence").values_list("kind", "state", "sequence")),
    "stages": sorted(Receipt.objects.filter(envelope_digest__in=OutboxEntry.objects.values("envelope_digest"))
                     .values_list("stage", flat=True)),
    "missing": [one.missing for one in PairState.objects.filter(direction="in")],
}))
"""


@dataclass(frozen=True)
class Office:
    """A node's directory and its card."""

    home: Path
    uid: str
    card: Path

    def clew(self, *arguments: object) -> Answer:
        return clew(*arguments, home=self.home)

    def python(self, script: str, *arguments: str, typed: bytes = b"") -> str:
        """A step that is no command: what the worker or an officer would do."""
        known = environment(self.home) | {"DJANGO_SETTINGS_MODULE": "clew.node.settings"}
        done = run_python(["-c", script, *arguments], known, typed)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def knows(self, other: Office) -> None:
        added = self.clew("partner", "add", other.card)
        assert added.code == 0, added.err
        self.python(ENTER, typed=other.card.read_bytes())

    def look(self) -> dict[str, list[object]]:
        found: dict[str, list[object]] = json.loads(self.python(LOOK))
        return found


def office(directory: Path, name: str) -> Office:
    home, card = directory / "home", directory / "office.card"
    directory.mkdir()
    answer = make_node(home, "--name", name)
    assert answer.code == 0, answer.err
    assert clew("partner", "card", "--out", card, home=home).code == 0
    return Office(home, read_card(card.read_bytes(), dt.datetime.now(dt.UTC)).uid, card)


@pytest.fixture
def offices(tmp_path: Path) -> tuple[Office, Office]:
    """Vienna and Beijing, which know each other."""
    vienna, beijing = office(tmp_path / "vienna", "Vienna (fictional)"), office(tmp_path / "beijing", "B (fictional)")
    vienna.knows(beijing)
    beijing.knows(vienna)
    return vienna, beijing


def test_questions_travel_on_a_stick_and_their_receipts_come_back_on_one(
    offices: tuple[Office, Office], tmp_path: Path
) -> None:
    vienna, beijing = offices
    vienna.python(WRITE, beijing.uid)
    out = tmp_path / "out.clew"
    done = vienna.clew("letter", "carry", "out", "B (fictional)", out)
    assert done.code == 0, done.err
    assert "2 envelopes and 0 receipts for B (fictional)" in done.out
    assert out.stat().st_mode & 0o777 == 0o600
    assert vienna.look()["delivered"] == [False, False]

    over_it = vienna.clew("letter", "carry", "out", beijing.uid, out)
    assert (over_it.code, "exists already" in over_it.err) == (1, True)

    again = [beijing.clew("letter", "carry", "in", out, "--json").json for _time in range(2)]
    assert [[one["outcome"] for one in found["entries"]] for found in again] == [
        ["stored", "stored"],
        ["here-already", "here-already"],
    ]
    beijing.python(WORK)
    assert beijing.look()["letters"] == [["request", "quarantined", 1], ["request", "quarantined", 2]]
    assert beijing.look()["missing"] == [[]]

    back = tmp_path / "back.clew"
    made = beijing.clew("letter", "carry", "out", vienna.uid, back, "--json").json
    assert (len(made["envelopes"]), made["receipts"]) == (1, 2)
    told = vienna.clew("letter", "carry", "in", back)
    assert told.code == 0, told.err
    assert "from B (fictional): 3 of 3 entries taken." in told.out
    assert "0002-receipt.json: receipt noted." in told.out
    vienna.python(WORK)
    assert vienna.look()["delivered"] == [True, True]
    assert vienna.look()["stages"] == ["opened", "opened", "stored", "stored"]

    nothing = vienna.clew("letter", "carry", "in", out)
    assert nothing.code == 1
    assert f"{out}: nothing of it was taken. It is addressed to another party." in nothing.err
    cut = tmp_path / "cut.clew"
    cut.write_bytes(back.read_bytes()[:-1])
    refused = vienna.clew("letter", "carry", "in", cut)
    assert refused.code == 1
    assert "changed or cut off on its way. Copy it again" in refused.err
    for node in offices:
        assert node.clew("audit", "verify").code == 0


def test_what_cannot_be_carried_is_said_and_no_file_is_left(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "letters.clew"
    nobody = clew("letter", "carry", "out", "Nobody", file, home=home)
    assert (nobody.code, "There is no partner Nobody" in nobody.err) == (1, True)
    missing = clew("letter", "carry", "in", file, home=home)
    assert (missing.code, "There is no file" in missing.err) == (1, True)
    assert not file.exists()


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (Refusal("not-as-listed", "0002-envelope.json"), "signed index lists. (0002-envelope.json) Copy it again"),
        (Refusal("unknown-sender"), "add its card with: clew partner add"),
        (TooMany(7), "again in 7 seconds."),
        (IntegrityError("twice"), "The store could not be written. Carry it in again."),
    ],
)
def test_a_bundle_that_is_not_taken_is_told_with_file_entry_and_cure(
    problem: Exception,
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(**_arguments: object) -> None:
        raise problem

    monkeypatch.setattr("clew.cli.letter.set_up_node", lambda _home: None)
    monkeypatch.setattr("clew.node.exchange.unbundling.carry_in", refuse)
    file = tmp_path / "letters.clew"
    file.write_bytes(b"x")
    with pytest.raises(typer.Exit) as ended:
        carry_in(file)
    said = capsys.readouterr().err
    assert ended.value.exit_code == 1
    assert said.startswith(f"{file}: nothing of it was taken")
    assert told in said


def test_every_outcome_and_every_cure_has_words() -> None:
    from clew.node.exchange.unbundling import Outcome

    assert set(OUTCOMES) == {str(one) for one in Outcome}
    assert set(CURES) <= set(SENTENCES)


def test_a_file_is_written_whole_or_not_at_all_and_never_over_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "letters.clew"
    write_new(file, b"whole")
    assert file.read_bytes() == b"whole"
    with pytest.raises(typer.Exit):
        write_new(file, b"another")
    assert file.read_bytes() == b"whole"

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(typer.Exit):
        write_new(tmp_path / "second.clew", b"whole")
    assert [one.name for one in tmp_path.iterdir()] == ["letters.clew"]


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "link.clew").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(typer.Exit):
        write_new(tmp_path / "link.clew", b"whole")
    assert not (tmp_path / "elsewhere").exists()
