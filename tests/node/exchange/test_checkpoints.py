"""Partners keep each other's checkpoints: who edits, truncates or forks a log is found out, and stays found out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from clew.exchange.checkpoints import (
    Answer,
    Offer,
    Verdict,
    answer_package,
    cosign,
    judge,
    note_digest,
    offer_package,
    origin_of,
    read_answer,
    read_note,
    read_offer,
)
from clew.exchange.letters import Letter
from clew.exchange.merkle import consistency_proof, leaf_hash, root
from clew.exchange.notes import NoteContent, signed_note
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.actions import record
from clew.node.audit.models import AuditEntry, Checkpoint
from clew.node.audit.queries import size_and_root, verify
from clew.node.exchange import actions, queries
from clew.node.exchange.models import (
    CosignedCheckpoint,
    InboxEntry,
    LogContradiction,
    OutboxEntry,
    PairState,
    PartnerLog,
)
from clew.node.partners.actions import suspend_party
from clew.node.types import BadInput
from tests.node.exchange import rewriting
from tests.node.exchange.conftest import Correspondent

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1, minutes=1)
WITHOUT_CONTENT = {"thread": "", "deadline": None, "decision": None}


@dataclass
class Witness:
    """The partner's node: its own log, what it keeps of this node's, and the days on which both meet."""

    beijing: Correspondent
    leaves: list[bytes] = field(default_factory=lambda: [leaf_hash(str(one).encode()) for one in range(9)])
    base: int = 0
    held: str = ""
    day: int = 0

    @property
    def uid(self) -> str:
        return self.beijing.partner.uid

    @property
    def own_keys(self) -> tuple[bytes, ...]:
        return (self.beijing.node_keys.transport,)

    def came(self, kind: str) -> list[Letter]:
        opened = [self.beijing.partner.open(raw, self.beijing.node_keys) for raw in self.beijing.got]
        return [letter for letter in opened if letter.header.type == kind]

    def offers(self) -> list[Offer]:
        node = settings.NODE.node_id
        return [read_offer(one.body, owner=node, keys=self.own_keys) for one in self.came("checkpoint")]

    def answers(self) -> list[Answer]:
        return [read_answer(letter.body) for letter in self.came("cosignature")]

    def work(self) -> None:
        self.beijing.work(self.day * DAY)

    def write(self, package: bytes) -> None:
        self.beijing.send(self.beijing.write(json.loads(package), **WITHOUT_CONTENT))
        self.work()

    def answer(self) -> Verdict:
        """Hold the newest checkpoint of this node against the one that is kept, and answer as a node would."""
        offer = self.offers()[-1]
        held = read_note(self.held, owner=settings.NODE.node_id, keys=self.own_keys)[0] if self.held else None
        verdict = judge(offer, held)
        answer = Answer(note_digest(offer.note), verdict=verdict, held=self.held)
        if verdict.accepted:
            key = self.beijing.partner.transport_key
            answer = Answer(note_digest(offer.note), cosign(offer.note, cosigner=self.uid, key=key, at=timezone.now()))
            self.held = offer.note
        self.write(answer_package(answer))
        return verdict

    def note(self, leaves: Sequence[bytes] | None = None) -> str:
        found = self.leaves if leaves is None else leaves
        content = NoteContent(origin_of(self.uid), len(found), root(found))
        return signed_note(content, self.beijing.partner.transport_key)

    def show(self, leaves: Sequence[bytes] | None = None, since: int | None = None) -> None:
        """Show a log to this node, the partner's own unless another is given."""
        found = list(self.leaves if leaves is None else leaves)
        start = self.base if since is None else since
        proof = consistency_proof(found, start) if 0 < start < len(found) else []
        self.write(offer_package(self.note(found), start, proof))

    def next_day(self) -> Verdict:
        """Both nodes show their logs and answer."""
        self.day += 1
        self.work()
        verdict = self.answer()
        self.leaves.append(leaf_hash(str(len(self.leaves)).encode()))
        self.show()
        self.work()
        self.base = len(self.leaves)
        return verdict

    def report(self) -> queries.PartnerReport:
        return queries.verify_with(officer=NODE, party_uid=self.uid, now=timezone.now())


@pytest.fixture
def witness(beijing: Correspondent) -> Witness:
    for number in range(12):
        act(number)
    return Witness(beijing)


@pytest.fixture
def guardian(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["data_protection_officer"], username="dora")


def act(number: int) -> None:
    record(actor=NODE, act="cases.note", object_kind="case", object_id=number)


def cosigned(whose: str) -> list[int]:
    return list(CosignedCheckpoint.objects.filter(whose=whose).order_by("pk").values_list("size", flat=True))


def test_a_day_after_its_confirmation_a_partner_is_shown_the_log_and_what_it_cosigned_is_kept(witness: Witness) -> None:
    witness.work()
    assert witness.offers() == []
    witness.day = 1
    witness.work()
    (offer,) = witness.offers()
    assert (offer.since, offer.proof) == (0, ())
    assert offer.content.root == Checkpoint.objects.get().root
    assert witness.answer() is Verdict.FIRST
    assert cosigned("ours") == [offer.content.size]
    row = CosignedCheckpoint.objects.get()
    assert (row.note, bytes(row.signed_with)) == (offer.note, witness.beijing.partner.keys.transport)


def test_the_next_days_proof_starts_from_what_was_cosigned_last(witness: Witness) -> None:
    assert [witness.next_day() for _ in range(3)] == [Verdict.FIRST, Verdict.EXTENDS, Verdict.EXTENDS]
    first, second, third = witness.offers()
    assert (second.since, third.since) == (first.content.size, second.content.size)
    assert cosigned("ours") == [offer.content.size for offer in witness.offers()]
    assert cosigned("theirs") == [10, 11, 12]
    assert all(answer.cosignature for answer in witness.answers())
    report = witness.report()
    assert (report.ok, report.problems) == (True, ())
    assert (report.cosigned, report.kept) == (3, 3)


def test_checkpoints_make_no_receipts_and_no_checkpoints_of_their_own(witness: Witness) -> None:
    witness.next_day()
    before = (AuditEntry.objects.count(), OutboxEntry.objects.count(), Checkpoint.objects.count())
    for _ in range(5):
        witness.work()
    assert (AuditEntry.objects.count(), OutboxEntry.objects.count(), Checkpoint.objects.count()) == before
    assert sorted(OutboxEntry.objects.values_list("kind", flat=True)) == ["checkpoint", "cosignature"]
    assert witness.beijing.receipts() == []


def test_while_one_checkpoint_is_on_its_way_no_other_follows_it(witness: Witness) -> None:
    witness.beijing.cut = True
    for day in range(1, 6):
        witness.day = day
        witness.work()
    assert OutboxEntry.objects.filter(kind="checkpoint").count() == 1


def test_a_partner_that_shows_its_log_in_a_loop_is_answered_once_an_hour(witness: Witness) -> None:
    for _ in range(4):
        witness.leaves.append(leaf_hash(b"more"))
        witness.show(since=9)
        witness.work()
    assert len(witness.answers()) == 1
    assert cosigned("theirs") == [10]


def test_the_same_checkpoint_again_gets_the_same_answer(witness: Witness) -> None:
    witness.show()
    witness.work()
    witness.day = 1
    witness.show()
    witness.work()
    first, second = witness.answers()
    assert first == second
    assert cosigned("theirs") == [9]


def test_an_answer_that_was_lost_is_made_up_for(witness: Witness) -> None:
    witness.next_day()
    witness.day += 1
    witness.work()
    witness.held = witness.offers()[-1].note  # cosigned, and the answer never came
    witness.day += 1
    witness.work()
    assert witness.answer() is Verdict.OTHER_START
    assert not LogContradiction.objects.exists()
    assert not witness.report().ok
    assert witness.next_day() is Verdict.EXTENDS
    assert witness.report().ok


def test_a_restored_partner_that_keeps_an_older_checkpoint_is_shown_the_log_from_there(
    witness: Witness,
) -> None:
    witness.next_day()
    older = witness.held
    witness.next_day()
    witness.held = older
    witness.day += 1
    witness.work()
    assert witness.answer() is Verdict.OTHER_START
    assert witness.next_day() is Verdict.EXTENDS
    assert not LogContradiction.objects.exists()


def test_a_partner_that_is_told_where_to_start_and_starts_elsewhere_again_is_found(witness: Witness) -> None:
    witness.next_day()
    fork = [*witness.leaves[:4], *(leaf_hash(b"fork") for _ in range(20))]
    for found in (0, 1):
        witness.day += 1
        witness.show(fork, since=4)
        witness.work()
        assert LogContradiction.objects.count() == found
    assert LogContradiction.objects.get().code == "not-shown"
    assert [one.verdict for one in witness.answers()[-2:]] == [Verdict.OTHER_START] * 2
    witness.day += 1
    witness.leaves.append(leaf_hash(b"more"))
    witness.show()
    witness.work()
    assert cosigned("theirs") == [10], "an honest face afterwards is not believed"


def test_a_partner_that_never_got_the_answer_is_not_accused(witness: Witness) -> None:
    witness.next_day()
    witness.beijing.cut = True
    witness.leaves += [leaf_hash(b"more"), leaf_hash(b"more")]
    for _ in range(3):
        witness.day += 1
        witness.show(since=4)
        witness.work()
    assert not LogContradiction.objects.exists()
    assert not witness.report().ok


# The administrator of this node rewrites it; the partner finds it, and so does this node itself.


def edit(witness: Witness) -> None:
    rewriting.edit(3)


def truncate(witness: Witness) -> None:
    rewriting.truncate(8)


def fork(witness: Witness) -> None:
    """An old copy is put back, and the node goes on from there as if nothing had been, past where it was."""
    rewriting.truncate(8)
    for number in range(60):
        act(number)


ATTACKS: dict[Callable[[Witness], None], tuple[Verdict, str]] = {
    edit: (Verdict.DOES_NOT_EXTEND, "entries were changed"),
    truncate: (Verdict.SMALLER, "cut off"),
    fork: (Verdict.DOES_NOT_EXTEND, "entries were changed"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_who_rewrites_the_log_is_found_by_verifying_with_the_partner_and_by_nothing_else(
    witness: Witness, attack: Callable[[Witness], None]
) -> None:
    witness.next_day()
    attack(witness)
    assert verify().ok, "the whole store fits together: alone, the node can see nothing"
    report = witness.report()
    assert not report.ok
    assert any(ATTACKS[attack][1] in problem for problem in report.problems)


@pytest.mark.parametrize("attack", ATTACKS)
def test_who_rewrites_the_log_and_all_that_was_cosigned_is_found_by_the_partner(
    witness: Witness, attack: Callable[[Witness], None]
) -> None:
    witness.next_day()
    witness.next_day()
    kept = witness.held
    attack(witness)
    CosignedCheckpoint.objects.all().delete()
    PartnerLog.objects.update(base=0)
    assert not witness.report().ok, "nothing cosigned is not verified"
    witness.day += 1
    witness.work()
    offer = witness.offers()[-1]
    found = witness.answer()
    if found is Verdict.OTHER_START:
        # It hides what it once showed by starting from nothing; the next proof has to start from what is kept.
        assert attack is not truncate
        assert witness.beijing.got
        assert LogContradiction.objects.get().kept_note == kept
    else:
        assert found is ATTACKS[attack][0]
        evidence = LogContradiction.objects.get()
        assert (evidence.whose, evidence.kept_note, evidence.shown_note) == ("ours", kept, offer.note)
    assert not witness.report().ok


def test_what_was_found_stays_until_a_human_settles_it_whatever_is_shown_later(
    witness: Witness, guardian: Officer, officer_factory: Callable[..., Officer]
) -> None:
    witness.next_day()
    good = list(witness.leaves)
    witness.day += 1
    witness.show(good[:5], since=0)
    evidence = LogContradiction.objects.get()
    assert (evidence.whose, evidence.code) == ("theirs", "smaller")
    assert (evidence.kept_note, evidence.shown_note) == (witness.note(good), witness.note(good[:5]))
    for _ in range(2):
        witness.day += 1
        good.append(leaf_hash(b"more"))
        witness.show(good, since=10)
        witness.work()
    assert LogContradiction.objects.get().shown_note == evidence.shown_note
    assert cosigned("theirs") == [10]
    assert [(one.verdict, one.held) for one in witness.answers()[-2:]] == [(Verdict.SMALLER, evidence.kept_note)] * 2
    assert not witness.report().ok
    administrator = officer_factory(roles=["administrator"])
    for actor, refusal in ((administrator, Refused), (NODE, Refused)):
        with pytest.raises(refusal):
            actions.settle_contradiction(actor=actor, contradiction_id=evidence.pk, cause="restored")
    with pytest.raises(BadInput):
        actions.settle_contradiction(actor=guardian, contradiction_id=evidence.pk, cause="because")
    actions.settle_contradiction(actor=guardian, contradiction_id=evidence.pk, cause="restored")
    with pytest.raises(BadInput):
        actions.settle_contradiction(actor=guardian, contradiction_id=evidence.pk, cause="restored")
    witness.day += 1
    witness.show(good[:5], since=0)
    assert cosigned("theirs") == [10, 5]
    assert LogContradiction.objects.get().shown_note == evidence.shown_note


@pytest.mark.parametrize(
    ("leaves", "since", "code"),
    [
        (lambda good: good[:4], 0, "smaller"),
        (lambda good: [leaf_hash(b"edited"), *good[1:]], 10, "other-root"),
        (lambda good: [leaf_hash(b"edited"), *good[1:], leaf_hash(b"more")], 10, "does-not-extend"),
        (lambda good: [*good[:6], *(leaf_hash(b"fork") for _ in range(9))], 10, "does-not-extend"),
    ],
)
def test_a_partner_that_rewrites_its_log_is_found_here(
    witness: Witness, leaves: Callable[[list[bytes]], list[bytes]], since: int, code: str
) -> None:
    witness.next_day()
    witness.day += 1
    witness.show(leaves(witness.leaves), since)
    witness.work()
    evidence = LogContradiction.objects.get()
    assert (evidence.whose, evidence.code, evidence.kept_note) == ("theirs", code, witness.note())
    assert witness.answers()[-1].held == witness.note()
    assert AuditEntry.objects.filter(act="exchange.log_contradiction", object_id=witness.uid).count() == 1
    report = witness.report()
    assert not report.ok
    assert any("is not the one that it showed before" in problem for problem in report.problems)


def test_a_node_set_back_to_an_old_copy_is_found_although_its_letters_repeat_old_numbers(witness: Witness) -> None:
    witness.next_day()
    witness.next_day()
    partner = witness.beijing.partner
    partner.sent, partner.previous = 1, "a" * 64
    witness.day += 1
    witness.show(witness.leaves[:10], since=0)
    assert InboxEntry.objects.latest("pk").code in {"fork", "history"}
    assert LogContradiction.objects.get().code == "smaller"
    assert PairState.objects.get(direction="in").sequence == 4


def test_a_checkpoint_that_was_overtaken_on_the_way_is_no_contradiction(witness: Witness) -> None:
    witness.day = 1
    slow = witness.beijing.write(json.loads(offer_package(witness.note(witness.leaves[:4]), 0, [])), **WITHOUT_CONTENT)
    witness.show()
    witness.beijing.send(slow)
    witness.work()
    assert InboxEntry.objects.latest("pk").state == "done"
    assert not LogContradiction.objects.exists()
    assert cosigned("theirs") == [9]


def test_a_checkpoint_signed_by_another_is_refused_and_nothing_is_kept(witness: Witness) -> None:
    other = NoteContent(origin_of("9" * 32), 9, root(witness.leaves))
    witness.write(offer_package(signed_note(other, witness.beijing.partner.transport_key), 0, []))
    assert InboxEntry.objects.latest("pk").code == "wrong-sender"
    assert not PartnerLog.objects.exists()
    assert not CosignedCheckpoint.objects.exists()


def test_a_cosignature_that_does_not_hold_verifies_nothing(witness: Witness) -> None:
    witness.day = 1
    witness.work()
    note = witness.offers()[-1].note
    line = cosign(note, cosigner=witness.uid, key=witness.beijing.partner.sign_key, at=timezone.now())
    witness.write(answer_package(Answer(note_digest(note), line)))
    assert PartnerLog.objects.get().answer == "unfounded"
    assert cosigned("ours") == []
    assert not witness.report().ok


def test_a_refusal_without_our_own_signed_note_is_no_evidence(witness: Witness) -> None:
    witness.day = 1
    witness.work()
    digest = note_digest(witness.offers()[-1].note)
    witness.write(answer_package(Answer(digest, verdict=Verdict.SMALLER, held=witness.note())))
    assert PartnerLog.objects.get().answer == "unfounded"
    assert not LogContradiction.objects.exists()


def test_a_partner_that_is_not_confirmed_or_is_suspended_is_shown_nothing(
    witness: Witness, officer_factory: Callable[..., Officer]
) -> None:
    legal = officer_factory(roles=["legal_adviser"])
    suspend_party(actor=legal, party_uid=witness.uid, reason="Doubts (fictional).")
    witness.day = 2
    witness.work()
    assert witness.offers() == []


def test_a_partner_that_has_cosigned_nothing_or_nothing_for_a_week_is_not_verified(witness: Witness) -> None:
    report = witness.report()
    assert not report.ok
    assert any("cosigned no checkpoint of this node yet" in one for one in report.problems)
    assert any("shown no checkpoint of its own log yet" in one for one in report.problems)
    witness.next_day()
    assert witness.report().ok
    later = queries.verify_with(officer=NODE, party_uid=witness.uid, now=timezone.now() + dt.timedelta(days=9))
    assert not later.ok
    assert any("for more than a week" in one for one in later.problems)


@pytest.mark.parametrize("whose", ["ours", "theirs"])
@pytest.mark.parametrize("column", ["note", "cosignature", "root"])
def test_a_kept_checkpoint_that_was_changed_is_found(witness: Witness, whose: str, column: str) -> None:
    witness.next_day()
    witness.next_day()
    row = CosignedCheckpoint.objects.filter(whose=whose).latest("pk")
    other = CosignedCheckpoint.objects.exclude(whose=whose).latest("pk")
    setattr(row, column, getattr(other, column))
    row.save()
    assert not witness.report().ok


def test_verifying_with_a_partner_is_refused_to_who_may_not_verify_the_log(
    witness: Witness, officer: Officer, guardian: Officer
) -> None:
    with pytest.raises(Refused):
        queries.verify_with(officer=officer, party_uid=witness.uid, now=timezone.now())
    assert not queries.verify_with(officer=guardian, party_uid=witness.uid, now=timezone.now()).ok


def found_out(witness: Witness) -> LogContradiction:
    witness.next_day()
    witness.day += 1
    witness.show(witness.leaves[:4], since=0)
    return LogContradiction.objects.get()


def test_a_contradiction_is_on_the_desk_of_administrator_and_data_protection_officer(
    witness: Witness, guardian: Officer, officer: Officer, officer_factory: Callable[..., Officer]
) -> None:
    evidence = found_out(witness)
    administrator = officer_factory(roles=["administrator"])
    for person in (guardian, administrator):
        (item,) = [one for one in queries.desk_items(officer=person, now=timezone.now()) if "log." in one.kind]
        assert (item.kind, item.urgent, item.url) == ("log.contradiction", True, f"/letters/logs/{evidence.pk}/")
    assert not [one for one in queries.desk_items(officer=officer, now=timezone.now()) if "log." in one.kind]
    actions.settle_contradiction(actor=guardian, contradiction_id=evidence.pk, cause="explained")
    assert not [one for one in queries.desk_items(officer=guardian, now=timezone.now()) if "log." in one.kind]


def test_a_partner_not_heard_of_for_a_week_is_on_the_desk(witness: Witness, guardian: Officer) -> None:
    later = timezone.now() + dt.timedelta(days=9)
    assert [one.kind for one in queries.desk_items(officer=guardian, now=later)] == ["log.unverified"]
    assert queries.desk_items(officer=guardian, now=timezone.now()) == []


def test_the_pages_say_verified_not_verified_and_contradiction(
    witness: Witness, guardian: Officer, signed_in_client: Callable[[Officer], Client]
) -> None:
    pages = ("/audit/", f"/partners/{witness.uid}/")
    client = signed_in_client(guardian)
    assert all("Not verified" in client.get(page).content.decode() for page in pages)
    witness.next_day()
    for page in pages:
        said = client.get(page).content.decode()
        assert "Verified" in said
        assert "Not verified" not in said
    evidence = found_out(witness)
    for page in pages:
        said = client.get(page).content.decode()
        assert "Contradiction" in said
        assert f"/letters/logs/{evidence.pk}/" in said


def test_the_page_of_a_contradiction_says_what_to_do_and_only_the_data_protection_officer_settles_it(
    witness: Witness, guardian: Officer, officer: Officer, officer_factory: Callable[..., Officer],
    signed_in_client: Callable[[Officer], Client],
) -> None:  # fmt: skip
    evidence = found_out(witness)
    page = f"/letters/logs/{evidence.pk}/"
    assert signed_in_client(officer).get(page).status_code == 403
    administrator = signed_in_client(officer_factory(roles=["administrator"]))
    said = administrator.get(page).content.decode()
    assert evidence.kept_note.partition("\n")[0] in said
    assert "restored its node from a backup" in said
    assert "Only the data-protection officer can settle this." in said
    assert administrator.post(page, {"cause": "restored"}).status_code == 403
    client = signed_in_client(guardian)
    assert client.get("/letters/logs/999999/").status_code == 404
    assert "brought back here" not in said
    assert client.post(page, {"cause": ""}).status_code == 422
    assert client.post(page, {"cause": "restored"}).status_code == 302
    evidence.refresh_from_db()
    assert (evidence.settled_by, evidence.cause) == (guardian, "restored")
    assert "was restored from a backup" in client.get(page).content.decode()


def test_after_an_honest_restore_both_sides_settle_it_and_the_log_is_verified_again(
    witness: Witness, guardian: Officer, signed_in_client: Callable[[Officer], Client]
) -> None:
    witness.next_day()
    truncate(witness)
    assert witness.next_day() is Verdict.SMALLER
    evidence = LogContradiction.objects.get()
    assert (evidence.whose, evidence.code) == ("ours", "smaller")
    page, client = f"/letters/logs/{evidence.pk}/", signed_in_client(guardian)
    assert "The log holds no such entry" in client.get(page).content.decode()
    record(actor=NODE, act="node.restore_backup", object_kind="node", object_id="backup")
    assert "The log holds no such entry" not in client.get(page).content.decode()
    actions.settle_contradiction(actor=guardian, contradiction_id=evidence.pk, cause="restored")
    witness.held = ""  # the partner's data-protection officer settled it there
    assert witness.next_day() is Verdict.FIRST
    assert witness.report().problems == ()


def test_the_size_and_root_that_are_shown_are_those_of_a_signed_checkpoint(witness: Witness) -> None:
    witness.day = 1
    witness.work()
    offer = witness.offers()[-1]
    point = Checkpoint.objects.get()
    assert (offer.note, offer.content.size, offer.content.root) == (point.note, point.size, bytes(point.root))
    assert size_and_root()[0] > point.size
