"""Files of a partner at this node's door, and files of this node at a partner's: what is taken, refused, stopped."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.exchange.evidence.asking import (
    PartAnswer,
    PartMethod,
    PartRequest,
    make_part_answer,
    make_part_request,
    read_part_answer,
    read_part_request,
    runs_of,
)
from clew.exchange.evidence.parts import Parts
from clew.exchange.evidence.sealing import SealedFile, new_key, open_file, seal_file
from clew.exchange.kinds.evidence import EvidenceClose, EvidenceFile, EvidenceReceipt, FileKey, manifest_digest
from clew.exchange.kinds.records import body_of, record_of
from clew.exchange.letters import Letter as SignedLetter
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.cases import actions as cases
from clew.node.cases.models import Case, Document, Task
from clew.node.disclosure.actions import decide
from clew.node.disclosure.models import Release
from clew.node.dossier.actions import record_source
from clew.node.exchange import actions
from clew.node.exchange.evidence_room import work_once
from clew.node.exchange.evidence_store import parts_home
from clew.node.exchange.inbound import PART_TYPE
from clew.node.exchange.limits import Limit
from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry, Transfer, TransferFile
from clew.node.exchange.part_carrying import carry_parts_in, parts_to_carry, write_parts
from clew.node.exchange.posting import Destination, NotHandedOver
from clew.node.exchange.queries import transfer_page
from clew.node.exchange.worker import run_once
from clew.node.home import load_home
from clew.node.partners.models import Party
from clew.node.types import BadInput
from tests.exchange.partner import body
from tests.node.exchange.conftest import Answer, Correspondent, approve_and_sign, post_inbound

pytestmark = pytest.mark.django_db(transaction=True)
PART = 64 * 1024
CONTENT = b"a recording (fictional) " * 9000
"""Some 216 kB: four parts of 64 KiB."""


@pytest.fixture(autouse=True)
def empty_directories() -> None:
    """All tests of a process share one node's directory."""
    for directory in (load_home().documents, parts_home()):
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(mode=0o700)


@dataclass
class Sent:
    """A file that the partner sealed for this node, and how it brings the parts of it."""

    beijing: Correspondent
    parts: Parts
    sealed: SealedFile
    key: str
    letter: str = ""
    closing: str = ""

    @property
    def file(self) -> EvidenceFile:
        told = self.sealed
        return EvidenceFile(
            n=1, entity="f1", name="recording.bin", size=told.size, sha256=told.sha256,
            sealed_size=told.sealed_size, parts=told.parts,
        )  # fmt: skip

    def announce(self) -> None:
        content = body(
            "evidence-announce", entities=[{"id": "f1", "schema": "Document"}], files=[_plain(self.file)],
            part_size=PART, seal="age-x25519",
            custody=[{"at": "2026-01-05T08:00:00Z", "act": "seized", "by": "Unit 4 (fictional)"}],
            statements=[{
                "n": 1, "entity": "f1", "prop": "fileName", "value": "recording.bin", "accuracy": 1, "reliability": "A",
                "nature": "fact", "handling": "H1",
            }],
        )  # fmt: skip
        content.pop("items", None)
        content.pop("answers", None)
        self.beijing.send(self.beijing.write(content, deadline=None))
        self.beijing.work()
        self.letter = Letter.objects.get(kind="evidence-announce", direction="in").uid

    def say(self, method: PartMethod, part: int = 0, content: bytes | None = None, **changes: Any) -> Answer:
        asked: dict[str, Any] = {
            "method": method, "sender": self.beijing.partner.uid, "recipient": settings.NODE.node_id,
            "letter": self.letter, "at": timezone.now().replace(microsecond=0), "file": 1 if part else 0, "part": part,
            **changes,
        }  # fmt: skip
        line = make_part_request(PartRequest(**asked), self.beijing.partner.transport_key)
        held = b"".join(self.parts.read(part)) if content is None and part else content or b""
        return about_parts(line + b"\n" + held)

    def missing(self, answer: Answer) -> list[tuple[int, int, int]]:
        read = read_part_answer(
            answer.lines[0], transport_key=self.beijing.node_keys.transport, issuer=settings.NODE.node_id,
            addressee=self.beijing.partner.uid, letter=self.letter,
        )  # fmt: skip
        return [(run.file, run.first, run.last) for run in read.missing]

    def bring_all(self) -> None:
        for part in range(1, len(self.sealed.parts) + 1):
            assert self.say(PartMethod.PUT, part).status == "200 OK"

    def close(self, key: str = "", manifest: str = "") -> None:
        told = EvidenceClose(manifest or manifest_digest([self.file]), (FileKey(1, key or self.key),))
        thread = Letter.objects.get(uid=self.letter).thread.uid
        self.beijing.send(
            self.beijing.write(
                json.loads(body_of(told)), thread=thread, in_reply_to=self.letter, decision=None, deadline=None
            )
        )
        self.beijing.work()

    def take_back(self, **more: Any) -> None:
        letter = Letter.objects.get(uid=self.letter)
        told = {"type": "recall", "digest": letter.digest, "action": "restrict", "reason": "unlawfully-sent", **more}
        named = {"thread": letter.thread.uid, "in_reply_to": letter.uid}
        self.beijing.send(self.beijing.write(told, **named, decision=None, deadline=None))
        self.beijing.work()


def _plain(file: EvidenceFile) -> dict[str, Any]:
    return {
        "n": file.n, "entity": file.entity, "name": file.name, "size": file.size, "sha256": file.sha256,
        "sealed_size": file.sealed_size, "parts": list(file.parts),
    }  # fmt: skip


def about_parts(content: bytes, **environ: Any) -> Answer:
    asked = {"PATH_INFO": "/v1/parts", "CONTENT_TYPE": PART_TYPE, "wsgi.input": io.BytesIO(content)}
    return post_inbound(content, **{**asked, **environ})


@pytest.fixture
def sent(beijing: Correspondent, tmp_path: Path) -> Sent:
    key, parts = new_key(), Parts(tmp_path / "sealed")
    return Sent(beijing, parts, seal_file([CONTENT], key, parts.writer, part_size=PART), key)


@pytest.fixture
def announced(sent: Sent, officer: Officer, case: Case) -> Sent:
    """The announcement was taken into a case."""
    sent.announce()
    actions.take_letter(actor=officer, letter_uid=sent.letter, case_id=case.pk)
    return sent


def state() -> str:
    return Transfer.objects.get().state


def receipt(beijing: Correspondent) -> EvidenceReceipt:
    (told,) = [one for one in beijing.letters() if one.header.type == "evidence-receipt"]
    found = record_of(told.body)
    assert isinstance(found, EvidenceReceipt)
    return found


def test_parts_are_taken_in_any_order_and_twice_without_effect_and_the_node_says_what_is_missing(
    announced: Sent,
) -> None:
    assert announced.missing(announced.say(PartMethod.ASK)) == [(1, 1, 4)]
    assert announced.missing(announced.say(PartMethod.PUT, 3)) == [(1, 1, 2), (1, 4, 4)]
    assert announced.missing(announced.say(PartMethod.PUT, 3)) == [(1, 1, 2), (1, 4, 4)]
    for part in (4, 1, 2):
        answer = announced.say(PartMethod.PUT, part)
    assert announced.missing(answer) == []
    assert state() == "receiving"


def test_the_keys_open_all_of_it_an_officer_takes_it_and_the_partner_is_told(
    announced: Sent, officer: Officer, case: Case
) -> None:
    announced.bring_all()
    announced.close()
    assert state() == "closing"
    work_once(timezone.now())
    assert state() == "opened"
    assert not Document.objects.exists()
    announced.beijing.work()
    assert receipt(announced.beijing).outcome == "complete"
    actions.take_files(actor=officer, transfer_id=Transfer.objects.get().pk)
    (document,) = Document.objects.filter(case=case)
    content = cases.read_document(actor=officer, document_id=document.pk)
    assert b"".join(content.pieces) == CONTENT
    assert (document.file_name, state()) == ("recording.bin", "taken")
    assert not any(parts_home().iterdir())
    with pytest.raises(BadInput, match="were taken already"):
        actions.take_files(actor=officer, transfer_id=Transfer.objects.get().pk)


def test_what_nobody_has_taken_gets_no_part_and_nothing_is_written(sent: Sent) -> None:
    sent.announce()
    for answer in (sent.say(PartMethod.ASK), sent.say(PartMethod.PUT, 1)):
        assert (answer.status, answer.code) == ("409 Conflict", "not-announced")
    assert not parts_home().exists() or not any(parts_home().rglob("*.part"))


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [(1, b"short", "cut-off"), (1, b"x" * PART, "not-as-announced"), (1, b"x" * (PART + 1), "too-large"),
     (5, b"x", "not-announced")],
)  # fmt: skip
def test_a_part_that_is_not_what_was_announced_is_refused_and_nothing_of_it_stays(
    announced: Sent, part: int, content: bytes, code: str
) -> None:
    answer = announced.say(PartMethod.PUT, part, content)
    assert (answer.status, answer.code) == ("400 Bad Request", code)
    assert [path for path in parts_home().rglob("*") if path.is_file()] == []


def test_a_stranger_an_old_request_and_one_for_another_node_are_turned_away(announced: Sent) -> None:
    stranger = announced.say(PartMethod.ASK, sender="f" * 32)
    assert (stranger.status, stranger.code) == ("400 Bad Request", "not-accepted")
    late = announced.say(PartMethod.ASK, at=timezone.now().replace(microsecond=0) - dt.timedelta(minutes=11))
    assert late.code == "stale"
    assert announced.say(PartMethod.ASK, recipient="e" * 32).code == "wrong-recipient"
    assert about_parts(b"nonsense\n").status == "400 Bad Request"


def test_a_suspended_partner_brings_nothing_more(announced: Sent) -> None:
    Party.objects.filter(uid=announced.beijing.partner.uid).update(status="suspended")
    assert announced.say(PartMethod.PUT, 1).code == "not-accepted"


def test_a_disk_that_is_too_full_is_said_and_takes_nothing(announced: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clew.node.exchange.evidence_store.KEPT_FREE", 1 << 60)
    for answer in (announced.say(PartMethod.ASK), announced.say(PartMethod.PUT, 1)):
        assert answer.status == "507 Insufficient Storage"
    assert not any(parts_home().rglob("*.part"))


def test_one_partner_may_not_ask_for_ever(announced: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clew.node.exchange.part_door.PARTS", Limit(rate=0.001, burst=2))
    assert [announced.say(PartMethod.ASK).status[:3] for _number in range(3)] == ["200", "200", "429"]


def test_a_request_without_a_length_or_longer_than_any_part_is_not_read(announced: Sent) -> None:
    for length in ("", "999999999999"):
        assert about_parts(b"{}\n", CONTENT_LENGTH=length).status.startswith("413")


@pytest.mark.parametrize("wrong", ["key", "manifest"])
def test_what_does_not_open_to_what_was_announced_is_kept_nowhere_and_both_sides_are_told(
    announced: Sent, wrong: str
) -> None:
    announced.bring_all()
    announced.close(**{wrong: new_key() if wrong == "key" else "a" * 64})
    work_once(timezone.now())
    announced.beijing.work()
    assert (state(), receipt(announced.beijing).outcome) == ("different", "different")
    assert not any(load_home().documents.iterdir())
    assert not any(path.is_file() for path in parts_home().rglob("*"))
    assert not TransferFile.objects.exclude(wrapped_key=b"").exists()
    assert Task.objects.filter(kind="evidence.stopped").count() == 1


def test_keys_that_come_before_the_letter_was_taken_wait_for_that(sent: Sent, officer: Officer, case: Case) -> None:
    sent.announce()
    sent.close()
    assert not Transfer.objects.exists()
    actions.take_letter(actor=officer, letter_uid=sent.letter, case_id=case.pk)
    assert state() == "closing"
    work_once(timezone.now())
    sent.beijing.work()
    assert [(one.file, one.part) for one in receipt(sent.beijing).parts] == [(1, 1), (1, 2), (1, 3), (1, 4)]
    sent.bring_all()
    work_once(timezone.now())
    assert state() == "opened"


def test_another_team_neither_sees_nor_takes_the_files(
    announced: Sent, officer_factory: Callable[..., Officer]
) -> None:
    other = officer_factory(roles=["investigator"], username="other")
    pk = Transfer.objects.get().pk
    assert transfer_page(officer=other, pk=pk) is None
    with pytest.raises(Refused):
        actions.take_files(actor=other, transfer_id=pk)


@dataclass
class Taking:
    """The partner's side of files that this node sends: its door, on a line that can be cut."""

    beijing: Correspondent
    directory: Path
    left: int = 1000
    answers: bool = True
    files: dict[int, EvidenceFile] = field(default_factory=dict)

    def knows(self, letter: SignedLetter) -> None:
        self.files = {one.n: one for one in record_of(letter.body).files}

    def post_part(self, destination: Destination, content: bytes, *, secure: bool) -> bytes:
        line, _newline, part = content.partition(b"\n")
        request = read_part_request(line)
        if not self.files:
            raise NotHandedOver("not-taken")
        if request.method is PartMethod.PUT:
            if not self.left:
                raise NotHandedOver("cut-off")
            self.left -= 1
            file = self.files[request.file]
            Parts(self.directory / str(file.n)).take(request.part, [part], self._sealed(file))
        missing = {n: Parts(self.directory / str(n)).missing(self._sealed(file)) for n, file in self.files.items()}
        partner = self.beijing.partner
        answer = PartAnswer(partner.uid, settings.NODE.node_id, request.letter, request.at, runs_of(missing))
        return make_part_answer(answer, partner.transport_key)

    def work(self) -> None:
        Transfer.objects.update(next_attempt=timezone.now())
        run_once(now=timezone.now(), rng=random.Random(1), post=self.beijing.post, post_part=self.post_part)

    @staticmethod
    def _sealed(file: EvidenceFile) -> SealedFile:
        return file.sealed(PART)


@pytest.fixture
def document(officer: Officer, case: Case) -> Document:
    return cases.add_document(
        actor=officer, case_id=case.pk, title="Recording (fictional)", file_name="recording.bin",
        media_type="audio/ogg; codecs=opus", content=[CONTENT],
    )  # fmt: skip


def grades(**changes: Any) -> actions.Grades:
    until = timezone.now().date() + dt.timedelta(days=300)
    return actions.Grades(**{
        "handling": "H0", "reliability": "A", "accuracy": 1, "purpose": "criminal_investigation",
        "retain_until": until, **changes,
    })  # fmt: skip


def say_nobody(officer: Officer, document: Document, **changes: Any) -> None:
    actions.say_whom_it_shows(
        actor=officer, document_id=document.pk,
        **{"name": "recording.bin", "persons": (), "nobody": True, "grades": grades(), **changes},
    )  # fmt: skip


@pytest.fixture
def leaving(
    beijing: Correspondent, officer: Officer, case: Case, document: Document, signed: Callable[..., int],
    officer_factory: Callable[..., Officer], code_of: Callable[[Officer], str], monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Taking:  # fmt: skip
    """A file is sealed, its announcement decided, signed and sent; the partner has not taken it yet."""
    monkeypatch.setattr("clew.node.exchange.actions.evidence.PART_SIZE", PART)
    second = officer_factory(roles=["approver", "legal_adviser", "prosecutor"], username="second")
    cases.add_to_team(actor=officer, case_id=case.pk, officer_id=second.pk)
    say_nobody(officer, document)
    transfer = actions.prepare_files(
        actor=officer, case_id=case.pk, recipient=beijing.partner.uid, document_ids=[document.pk]
    )
    work_once(timezone.now())
    release = announce(officer, transfer.pk)
    approve_and_sign(release, officer, second=second, code_of=code_of)
    taking = Taking(beijing, tmp_path / "theirs")
    taking.work()
    return taking


def announce(officer: Officer, transfer: int) -> int:
    release = actions.announce_files(
        actor=officer, transfer_id=transfer, instrument="FICTIONAL-ARRANGEMENT", purpose="criminal_investigation",
        subject="A recording (fictional)", necessity="They asked (fictional).", languages=["zh-Hans"],
        evidence_approval="Order 7 (fictional)",
    )  # fmt: skip
    decide(actor=officer, release_id=release.pk)
    return int(release.pk)


def announcement(taking: Taking) -> SignedLetter:
    return next(one for one in taking.beijing.letters() if one.header.type == "evidence-announce")


def test_a_file_leaves_sealed_after_its_announcement_and_opens_with_the_keys_that_come_last(leaving: Taking) -> None:
    assert (state(), Transfer.objects.get().last_problem) == ("sending", "not-taken")
    letter = announcement(leaving)
    assert letter.header.decision is not None
    (told,) = letter.body["statements"]
    assert (told["prop"], told["value"], told["entity"]) == (
        "fileName",
        "recording.bin",
        letter.body["files"][0]["entity"],
    )
    leaving.knows(letter)
    leaving.left = 2
    leaving.work()
    assert (state(), Transfer.objects.get().last_problem) == ("sending", "cut-off")
    leaving.left = 1000
    leaving.work()
    leaving.work()
    assert state() == "closed"
    (closing,) = [one for one in leaving.beijing.letters() if one.header.type == "evidence-close"]
    opened: list[bytes] = []
    sealed = leaving.files[1].sealed(PART)
    open_file(Parts(leaving.directory / "1").read_all(sealed), closing.body["keys"][0]["key"], sealed, opened.append)
    assert b"".join(opened) == CONTENT
    answered = EvidenceReceipt(closing.body["manifest"], "complete")
    leaving.beijing.send(
        leaving.beijing.write(
            json.loads(body_of(answered)), thread=closing.header.thread, in_reply_to=closing.header.id, decision=None,
            deadline=None,
        )
    )  # fmt: skip
    leaving.work()
    assert state() == "received"
    assert not TransferFile.objects.exclude(wrapped_key=b"").exists()
    assert not any(parts_home().iterdir())


def test_no_key_leaves_without_the_partners_own_word_that_everything_arrived(leaving: Taking) -> None:
    leaving.knows(announcement(leaving))
    leaving.left = 3
    for _number in range(3):
        leaving.work()
    assert state() == "sending"
    assert not Letter.objects.filter(kind="evidence-close").exists()


def test_a_decision_that_does_not_stand_any_more_gives_no_key_and_the_team_is_told(
    leaving: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving.knows(announcement(leaving))
    monkeypatch.setattr("clew.node.exchange.part_sending.close_arrived", lambda _now: 0)
    monkeypatch.setattr("clew.node.exchange.worker.close_arrived", lambda _now: 0)
    leaving.work()
    assert state() == "arrived"
    monkeypatch.undo()
    monkeypatch.setattr("clew.node.exchange.actions.evidence_travel.why_outdated", lambda **_arguments: "It ended.")
    leaving.work()
    assert state() == "outdated"
    assert not Letter.objects.filter(kind="evidence-close").exists()
    assert not TransferFile.objects.exclude(wrapped_key=b"").exists()
    assert Task.objects.filter(kind="evidence.stopped").count() == 1


def test_keys_that_wait_for_a_partner_do_not_leave_once_the_decision_has_ended(
    leaving: Taking, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaving.knows(announcement(leaving))
    leaving.beijing.cut = True
    leaving.work()
    leaving.work()
    waiting = OutboxEntry.objects.get(kind="evidence-close")
    assert waiting.attempts == 1
    leaving.beijing.cut = False
    OutboxEntry.objects.update(next_attempt=timezone.now())
    monkeypatch.setattr(
        "clew.node.exchange.outbox.outdated_among",
        lambda *, decision_ids, **_arguments: dict.fromkeys(decision_ids, "It ended."),
    )
    leaving.work()
    waiting.refresh_from_db()
    assert (waiting.delivered, waiting.last_problem) == (None, "outdated")


def test_taken_back_nothing_leaves_any_more_and_the_key_is_destroyed(leaving: Taking, officer: Officer) -> None:
    letter = announcement(leaving)
    leaving.knows(letter)
    leaving.left = 1
    leaving.work()
    actions.recall_letter(actor=officer, letter_uid=letter.header.id, what="erase", reason="unlawfully-sent")
    assert state() == "recalled"
    assert not TransferFile.objects.exclude(wrapped_key=b"").exists()
    before = leaving.left
    leaving.left = 10
    leaving.work()
    assert (leaving.left, before) == (10, 0)


def test_a_sealed_copy_that_is_gone_is_no_transfer_any_more(leaving: Taking) -> None:
    leaving.knows(announcement(leaving))
    next(parts_home().rglob("*.part")).unlink()
    leaving.work()
    assert state() == "lost"


def test_a_document_that_nobody_has_looked_at_is_not_prepared(
    beijing: Correspondent, officer: Officer, case: Case, document: Document
) -> None:
    def prepare() -> Transfer:
        return actions.prepare_files(
            actor=officer, case_id=case.pk, recipient=beijing.partner.uid, document_ids=[document.pk]
        )

    with pytest.raises(BadInput, match="Nobody has said whom"):
        prepare()
    with pytest.raises(BadInput, match="Nobody has said whom this document shows"):
        say_nobody(officer, document, nobody=False)
    with pytest.raises(BadInput, match="cannot show nobody"):
        say_nobody(officer, document, persons=(1,))
    for name in ("", "a/b", "a" * 201, ". "):
        with pytest.raises(BadInput, match="no name of a file"):
            say_nobody(officer, document, name=name)
    say_nobody(officer, document)
    assert prepare().state == "sealing"


def test_a_file_that_shows_a_victim_stays_and_its_announcement_cannot_be_signed(
    beijing: Correspondent, officer: Officer, case: Case, document: Document, signed: Callable[..., int],
    code_of: Callable[[Officer], str], officer_factory: Callable[..., Officer],
) -> None:  # fmt: skip
    draft = SourceDraft(
        kind="interview", title="Interview (fictional)", owner=settings.NODE.node_id, reliability="A", handling="H0",
        purpose="criminal_investigation", retain_until=timezone.now().date() + dt.timedelta(days=90),
        basis="intelligence", entities=(EntityDraft("her", "Person", category="victim"),),
        statements=(StatementDraft("her", "name", "Mei (fictional)", 1),),
    )  # fmt: skip
    source = record_source(actor=officer, compartment_id=case.compartment_id, draft=draft)
    say_nobody(officer, document, nobody=False, persons=(source.entity_numbers["her"],))
    transfer = actions.prepare_files(
        actor=officer, case_id=case.pk, recipient=beijing.partner.uid, document_ids=[document.pk]
    )
    work_once(timezone.now())
    second = officer_factory(roles=["approver", "legal_adviser", "prosecutor"], username="second")
    cases.add_to_team(actor=officer, case_id=case.pk, officer_id=second.pk)
    release = announce(officer, transfer.pk)
    with pytest.raises(BadInput, match=r"None of the files may leave|refuse this letter|approval is still missing"):
        approve_and_sign(release, officer, second=second, code_of=code_of)
    assert not InboxEntry.objects.exists()
    assert state() == "sealed"


def test_given_up_before_it_was_announced_its_copy_is_gone_and_its_draft_withdrawn(
    beijing: Correspondent, officer: Officer, case: Case, document: Document, signed: Callable[..., int]
) -> None:
    say_nobody(officer, document)
    transfer = actions.prepare_files(
        actor=officer, case_id=case.pk, recipient=beijing.partner.uid, document_ids=[document.pk]
    )
    work_once(timezone.now())
    release = announce(officer, transfer.pk)
    actions.give_up_files(actor=officer, transfer_id=transfer.pk, reason="The wrong file (fictional).")
    assert (state(), Release.objects.get(pk=release).state) == ("discarded", "withdrawn")
    assert not any(parts_home().iterdir())
    with pytest.raises(BadInput, match="has left, or this has ended"):
        actions.give_up_files(actor=officer, transfer_id=transfer.pk, reason="Again.")


def carry(directory: Path) -> list[tuple[str, str]]:
    return [(str(one.outcome), one.code) for one in carry_parts_in(directory, timezone.now())]


def test_parts_come_on_a_stick_in_any_number_of_goes_and_twice_without_effect(
    announced: Sent, tmp_path: Path, officer: Officer
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    for part, digest in enumerate(announced.sealed.parts, 1):
        (stick / f"{digest}.part").write_bytes(b"".join(announced.parts.read(part)))
    other = "c" * 64
    (stick / f"{other}.part").write_bytes(b"of nobody")
    (stick / "holiday.jpg").write_bytes(b"not ours")
    (stick / f"{'d' * 64}.part").symlink_to(stick / "holiday.jpg")
    assert sorted(carry(stick)) == [("refused", "not-announced"), *[("taken", "")] * 4]
    assert sorted(carry(stick)) == [("here-already", ""), *[("here-already", "")] * 3, ("refused", "not-announced")]
    carried = parts_to_carry(actor=NODE, party=announced.beijing.partner.uid, now=timezone.now())
    assert announced.missing(Answer("", [carried.answers[announced.letter]])) == []
    announced.close()
    work_once(timezone.now())
    assert state() == "opened"


def test_a_changed_part_on_a_stick_is_refused(announced: Sent, tmp_path: Path) -> None:
    (tmp_path / f"{announced.sealed.parts[0]}.part").write_bytes(b"x" * PART)
    assert carry(tmp_path) == [("refused", "not-as-announced")]


def test_the_parts_that_a_partner_lacks_are_carried_out_and_its_answer_lets_the_keys_go(
    leaving: Taking, tmp_path: Path
) -> None:
    letter = announcement(leaving)
    stick, partner = tmp_path / "stick", leaving.beijing.partner
    carried = parts_to_carry(actor=NODE, party=partner.uid, now=timezone.now())
    assert write_parts(carried, stick, most=PART)[:2] == (1, 3)
    assert write_parts(carried, stick)[:2] == (4, 0)
    assert write_parts(carried, stick) == (4, 0, 0)
    assert {path.name for path in stick.iterdir()} == {f"{one}.part" for one in letter.body["files"][0]["parts"]}
    at = timezone.now().replace(microsecond=0)
    told = PartAnswer(partner.uid, settings.NODE.node_id, letter.header.id, at, ())
    answer = stick / f"{letter.header.id}.answer"
    answer.write_bytes(make_part_answer(told, leaving.beijing.partner.sign_key))
    assert ("refused", "bad-signature") in carry(stick)
    answer.write_bytes(make_part_answer(told, partner.transport_key))
    assert ("noted", "") in carry(stick)
    assert ("here-already", "") in carry(stick)
    leaving.work()
    assert state() == "closed"
    assert [one.header.type for one in leaving.beijing.letters()][-1] == "evidence-close"
