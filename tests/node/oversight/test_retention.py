"""What is kept too long: prolonged with a reason, or deleted so that nothing of it is left anywhere in the node."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.audit.queries import entry_with_proof
from clew.node.cases.actions import add_document, note, rename_case
from clew.node.cases.models import Document, Event
from clew.node.consent.models import Consent
from clew.node.consent.texts import seal_texts
from clew.node.disclosure.actions import record_safeguard
from clew.node.disclosure.models import Decision, Safeguard
from clew.node.disclosure.queries import disclosures_about
from clew.node.dossier.actions import record_source
from clew.node.dossier.models import EntityRow, PersonKey, Source, Statement
from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry
from clew.node.home import load_home
from clew.node.oversight.actions import delete_and_prove, delete_overdue, mark_overdue, prolong
from clew.node.oversight.digests import digest_of
from clew.node.oversight.gone import Needles, in_file
from clew.node.oversight.models import DeletionProof, DocumentReview, ReviewMark
from clew.node.oversight.queries import desk_items, due_count, due_thing, due_things
from clew.node.types import BadInput
from clew.vocabulary import codelist
from tests.exchange.partner import body
from tests.node.oversight.conftest import SUSPECT, VICTIM, Office, person_of

pytestmark = pytest.mark.django_db
ROLES = [code for code, _label in codelist("roles").choices("en")]
Signed = Callable[[Officer], Client]


def overdue(office: Office, name: str = SUSPECT, category: str = "suspect", title: str = "Talk (fictional)") -> Source:
    """A source whose day was yesterday."""
    source = office.record(name, category, title=title)
    Source.objects.filter(pk=source.pk).update(retain_until=yesterday())
    return Source.objects.get(pk=source.pk)


def yesterday() -> dt.date:
    return timezone.localdate() - dt.timedelta(days=1)


def delete(office: Office, source: Source) -> DeletionProof:
    return delete_and_prove(actor=office.protection, kind="source", pk=source.pk, reason="Its time is over.")


def everything() -> str:
    """All that the store holds, in one text, the log included."""
    said: list[str] = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            said += [
                bytes(cell).decode(errors="replace") if isinstance(cell, bytes | memoryview) else str(cell)
                for row in cursor.fetchall()
                for cell in row
            ]
    return "\n".join(said)


def test_what_is_due_within_thirty_days_is_listed_and_what_is_due_later_is_not(office: Office) -> None:
    for days in (-1, 0, 29, 31):
        source = office.record(f"Somebody {days} (fictional)", "suspect")
        Source.objects.filter(pk=source.pk).update(retain_until=timezone.localdate() + dt.timedelta(days=days))
    assert due_count(officer=office.protection, today=timezone.localdate())["source"] == 3


def test_the_list_shows_no_title_and_no_name(office: Office, signed_in_client: Signed) -> None:
    overdue(office, title="Talk with Otto Beispielmann (fictional)")
    answer = signed_in_client(office.protection).get("/oversight/retention/")
    assert "Overdue" in answer.text
    assert "Beispielmann" not in answer.text
    assert office.case.reference not in answer.text


def test_a_source_is_kept_longer_with_a_reason_and_never_beyond_the_ceiling(office: Office, settings: Settings) -> None:
    source, today = overdue(office), timezone.localdate()
    settings.NODE = replace(settings.NODE, retention_days=100)
    for until, reason, field in (
        (today + dt.timedelta(days=101), "The trial goes on.", "until"),
        (today, "The trial goes on.", "until"),
        (today + dt.timedelta(days=50), " ", "reason"),
    ):
        with pytest.raises(BadInput) as refused:
            prolong(actor=office.protection, kind="source", pk=source.pk, until=until, reason=reason)
        assert refused.value.field == field
    until = today + dt.timedelta(days=100)
    prolong(actor=office.protection, kind="source", pk=source.pk, until=until, reason="The trial goes on.")
    source.refresh_from_db()
    assert source.retain_until == until
    assert due_thing(officer=office.protection, kind="source", pk=source.pk, today=today) is None


def test_the_default_ceiling_is_five_years(office: Office) -> None:
    source, today = overdue(office), timezone.localdate()
    with pytest.raises(BadInput):
        prolong(actor=office.protection, kind="source", pk=source.pk, until=today + dt.timedelta(days=5 * 365 + 1),
                reason="Long.")  # fmt: skip
    prolong(actor=office.protection, kind="source", pk=source.pk, until=today + dt.timedelta(days=5 * 365), reason="x")


def test_a_day_that_the_sender_of_a_letter_set_binds(office: Office) -> None:
    source = overdue(office)
    Source.objects.filter(pk=source.pk).update(received_letter="f" * 32)
    with pytest.raises(BadInput) as refused:
        prolong(actor=office.protection, kind="source", pk=source.pk,
                until=timezone.localdate() + dt.timedelta(days=5), reason="x")  # fmt: skip
    assert "sender" in refused.value.problem


def test_deleting_leaves_nothing_of_a_plain_value_in_the_whole_store(office: Office) -> None:
    source = overdue(office)
    assert "Beispielmann" in everything()
    proof = delete(office, source)
    said = everything()
    for word in ("Beispielmann", "beispielmann", "Talk (fictional)"):
        assert word not in said
    assert proof.holds
    assert proof.counts["statements"] == 1
    assert not EntityRow.objects.filter(entity_id=person_of(source)).exists()


def test_deleting_destroys_the_key_of_a_person_of_whom_nothing_is_left(office: Office) -> None:
    source = overdue(office, VICTIM, "victim")
    person = person_of(source)
    sealed = bytes(Statement.objects.get(source=source).sealed or b"")
    assert sealed
    proof = delete(office, source)
    assert PersonKey.objects.get(person_id=person).wrapped is None
    assert Statement.objects.get(source=source).sealed is None
    assert proof.digests.count(digest_of(VICTIM)) == 1


def test_a_person_of_whom_another_source_speaks_keeps_her_key(office: Office) -> None:
    source = overdue(office, VICTIM, "victim")
    person = person_of(source)
    more = SourceDraft(
        kind="interview", title="Second (fictional)", owner=source.owner, reliability="B", handling="H0",
        purpose="assistance", retain_until=timezone.localdate() + dt.timedelta(days=99), basis="intelligence",
        entities=(EntityDraft("her", "Person", existing_id=person),),
        statements=(StatementDraft("her", "birthPlace", "Musterhausen an der Probe", 2),),
    )  # fmt: skip
    record_source(actor=office.officer, compartment_id=office.case.compartment_id, draft=more)
    delete(office, source)
    assert PersonKey.objects.get(person_id=person).wrapped is not None


def test_the_proof_holds_keyed_digests_and_a_leaf_that_is_in_the_log(office: Office) -> None:
    proof = delete(office, overdue(office))
    assert digest_of(SUSPECT) in proof.digests
    assert SUSPECT not in json.dumps([proof.digests, proof.counts, proof.checked, proof.reason])
    leaf = entry_with_proof(officer=office.protection, index=proof.audit_index)
    assert leaf is not None
    assert leaf.holds
    assert proof.digest in bytes(leaf.entry.leaf).decode()


def test_a_letter_that_carried_it_and_the_decision_lose_their_contents_and_stay_in_the_register(
    office: Office,
) -> None:
    source = overdue(office)
    Source.objects.filter(pk=source.pk).update(retain_until=timezone.localdate() + dt.timedelta(days=9))
    decision = office.disclose(source)
    Source.objects.filter(pk=source.pk).update(retain_until=yesterday())
    proof = delete(office, source)
    row = Decision.objects.get(pk=decision)
    assert (bytes(row.sealed_inputs), bytes(row.sealed_package)) == (b"", b"")
    letter = Letter.objects.get(decision=decision)
    assert (bytes(letter.sealed), bytes(letter.wrapped_key)) == (b"", b"")
    assert not OutboxEntry.objects.filter(letter=letter).exclude(envelope=b"").exists()
    assert [one.pk for one in disclosures_about(person_of(source))] == [decision]
    assert row.release.subject == "Deleted"
    assert [each["text"] for each in row.release.items] == [""]
    assert proof.shared_with == [office.beijing.partner.uid]


def test_the_pages_of_a_decision_and_a_letter_whose_content_is_gone_still_open_or_say_so(
    office: Office, signed_in_client: Signed
) -> None:
    source = office.record(SUSPECT, "suspect")
    decision = office.disclose(source)
    Source.objects.filter(pk=source.pk).update(retain_until=yesterday())
    delete(office, source)
    client = signed_in_client(office.officer)
    answer = client.get(f"/releases/decisions/{decision}/")
    assert answer.status_code == 403
    assert "the time to keep it was over" in answer.text
    letter = Letter.objects.get(decision=decision)
    assert client.get(f"/letters/letter/{letter.uid}/").status_code in {200, 404}
    assert client.get(f"/letters/{letter.thread.uid}/").status_code == 200
    assert client.get(f"/consent/person/{person_of(source)}/").status_code in {200, 404}


def test_a_received_letter_loses_its_bytes_with_its_source(office: Office) -> None:
    content: dict[str, Any] = {
        "items": [{"n": 1, "entity": "p1", "text": "Who is this?"}],
        "entities": [{"id": "p1", "schema": "Person"}],
        "statements": [{"n": 1, "entity": "p1", "prop": "name", "value": SUSPECT, "accuracy": 2, "reliability": "B",
                        "nature": "fact", "handling": "H1"}],
    }  # fmt: skip
    office.beijing.send(office.beijing.write(body(**content)))
    office.beijing.work()
    letter = Letter.objects.filter(direction="in").latest("pk")
    office.take(letter)
    source = Source.objects.get(received_letter=letter.uid)
    Source.objects.filter(pk=source.pk).update(retain_until=yesterday())
    proof = delete(office, source)
    letter.refresh_from_db()
    assert bytes(letter.sealed) == b""
    assert bytes(InboxEntry.objects.get(letter=letter).envelope) == b""
    assert (proof.counts["letters"], proof.counts["envelopes"]) == (1, 1)
    assert "Beispielmann" not in everything()


def test_a_letter_on_its_way_stops_the_deletion_and_nothing_is_lost(office: Office) -> None:
    source = office.record(SUSPECT, "suspect")
    decision = office.signed(statements=[one.pk for one in source.statements.all()])
    Source.objects.filter(pk=source.pk).update(retain_until=yesterday())
    with pytest.raises(BadInput):
        delete(office, source)
    office.beijing.cut = True
    office.beijing.work()
    with pytest.raises(BadInput):
        delete(office, source)
    assert Statement.objects.get(source=source).value == SUSPECT
    assert Decision.objects.get(pk=decision).package
    assert not DeletionProof.objects.exists()


def test_lines_of_the_timeline_that_say_it_are_blanked(office: Office) -> None:
    source = overdue(office)
    note(actor=office.officer, case_id=office.case.pk, text=f"Spoke with {SUSPECT} today.")
    note(actor=office.officer, case_id=office.case.pk, text="Called the office.")
    proof = delete(office, source)
    assert proof.counts["lines"] == 1
    said = json.dumps(list(Event.objects.values_list("parameters", flat=True)))
    assert "Called the office." in said
    assert "Beispielmann" not in said


def test_a_value_that_is_still_said_elsewhere_stops_the_deletion_and_says_where(office: Office) -> None:
    source = overdue(office)
    rename_case(actor=office.officer, case_id=office.case.pk, title=f"The case of {SUSPECT.upper()}", summary="",
                kind="investigation", offence_codes=[], waiting=False)  # fmt: skip
    with pytest.raises(BadInput) as refused:
        delete(office, source)
    assert "cases_case, title" in refused.value.problem
    assert Statement.objects.get(source=source).value == SUSPECT
    assert not DeletionProof.objects.exists()


def test_a_value_that_another_source_states_too_is_counted_and_left_there(office: Office) -> None:
    source, other = overdue(office), office.record(SUSPECT, "suspect")
    proof = delete(office, source)
    assert proof.counts["said_elsewhere"] == 1
    assert Statement.objects.get(source=other).value == SUSPECT
    assert Statement.objects.get(source=source).value == ""


def test_what_is_not_overdue_or_was_deleted_is_not_deleted(office: Office) -> None:
    source = office.record(SUSPECT, "suspect")
    with pytest.raises(BadInput):
        delete(office, source)
    Source.objects.filter(pk=source.pk).update(retain_until=timezone.localdate())
    with pytest.raises(BadInput) as early:
        delete(office, source)
    assert "not come yet" in early.value.problem
    Source.objects.filter(pk=source.pk).update(retain_until=yesterday())
    delete(office, source)
    with pytest.raises(BadInput):
        delete(office, source)


def test_a_document_is_deleted_with_its_file_and_its_title(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **_more: act())
    document = add_document(
        actor=office.officer, case_id=office.case.pk, title="Photograph of Beispielmann", file_name="beispielmann.jpg",
        media_type="image/jpeg", content=iter([b"a face"]),
    )  # fmt: skip
    path = load_home().documents / document.stored_as
    assert path.exists()
    with pytest.raises(BadInput):
        delete_and_prove(actor=office.protection, kind="document", pk=document.pk, reason="Over.")
    old = timezone.now() - dt.timedelta(days=5 * 365 + 2)
    Document.objects.filter(pk=document.pk).update(added=old)
    proof = delete_and_prove(actor=office.protection, kind="document", pk=document.pk, reason="Over.")
    assert proof.holds
    assert not path.exists()
    assert not Document.objects.exists()
    assert "eispielmann" not in everything()


def test_a_file_that_is_still_there_after_the_commit_is_not_proved(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = add_document(
        actor=office.officer, case_id=office.case.pk, title="Photograph", file_name="photograph.jpg",
        media_type="image/jpeg", content=iter([b"a face"]),
    )  # fmt: skip
    Document.objects.update(added=timezone.now() - dt.timedelta(days=5 * 365 + 2))
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **_more: None)
    proof = delete_and_prove(actor=office.protection, kind="document", pk=document.pk, reason="Over.")
    assert proof.checked["store"] == "found"
    assert not proof.holds


def test_a_document_that_was_reviewed_comes_up_again_on_its_new_day(office: Office) -> None:
    document = add_document(
        actor=office.officer, case_id=office.case.pk, title="Photograph", file_name="photograph.jpg",
        media_type="image/jpeg", content=iter([b"a face"]),
    )  # fmt: skip
    Document.objects.update(added=timezone.now() - dt.timedelta(days=5 * 365 + 2))
    today = timezone.localdate()
    until = today + dt.timedelta(days=100)
    prolong(actor=office.protection, kind="document", pk=document.pk, until=until, reason="The trial goes on.")
    assert due_count(officer=office.protection, today=today)["document"] == 0
    _page, (thing,) = due_things(officer=office.protection, kind="document", today=until)
    assert thing.due == until == DocumentReview.objects.get().keep_until


def test_an_ended_consent_and_an_expired_safeguard_are_deleted_and_living_ones_are_not(office: Office) -> None:
    person = person_of(office.record(VICTIM, "victim"))
    today = timezone.localdate()
    consent = Consent.objects.create(
        person_id=person, compartment=office.case.compartment, purpose="assistance", recipient="x", items=["identity"],
        given_by="self", language="en", method="written", given=yesterday(),
        expires=today, recorded=timezone.now(), recorded_by=office.officer,
        sealed=seal_texts(person, {"witness": "Wanda Zeugin (fictional)"}, "given"),
    )  # fmt: skip
    guard = record_safeguard(actor=office.officer, person_id=person, kind="sheltered", answer=["yes"],
                             expires=today + dt.timedelta(days=5))  # fmt: skip
    for kind, pk in (("consent", consent.pk), ("safeguard", guard.pk)):
        with pytest.raises(BadInput):
            delete_and_prove(actor=office.protection, kind=kind, pk=pk, reason="Over.")
    Consent.objects.update(expires=yesterday())
    Safeguard.objects.update(expires=yesterday())
    for kind, pk in (("consent", consent.pk), ("safeguard", guard.pk)):
        assert delete_and_prove(actor=office.protection, kind=kind, pk=pk, reason="Over.").holds
    assert not Consent.objects.exists()
    assert not Safeguard.objects.exists()
    assert "Zeugin" not in everything()
    with pytest.raises(BadInput):
        prolong(actor=office.protection, kind="assurance", pk=1, until=today, reason="x")


def test_the_upkeep_marks_what_is_overdue_and_the_desk_shows_it_until_it_is_reviewed(office: Office) -> None:
    source = overdue(office)
    assert desk_items(officer=office.protection, now=timezone.now()) == []
    assert mark_overdue(actor=NODE) == 1
    assert mark_overdue(actor=NODE) == 0
    (item,) = desk_items(officer=office.protection, now=timezone.now())
    assert (item.kind, item.url) == ("review.overdue", "/oversight/retention/?kind=source")
    assert desk_items(officer=office.officer, now=timezone.now()) == []
    delete(office, source)
    assert not ReviewMark.objects.exists()
    assert desk_items(officer=office.protection, now=timezone.now()) == []


def test_a_mark_goes_when_its_day_was_moved_by_other_means(office: Office) -> None:
    source = overdue(office)
    mark_overdue(actor=NODE)
    Source.objects.filter(pk=source.pk).update(retain_until=timezone.localdate() + dt.timedelta(days=99))
    mark_overdue(actor=NODE)
    assert not ReviewMark.objects.exists()


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Łódź Straße 5", True),
        ('{"a": "lodz-STRASSE (5)"}', True),
        (json.dumps({"a": "Łódź, Straße 5"}), True),
        ("Straße 5, Łódź", False),
        ("Lodzer Straße 5", False),
        (b"in Lodz, strasse 5, second floor", True),
        (None, False),
        (7, False),
    ],
)
def test_a_value_is_found_in_a_cell_however_it_is_spelt_or_escaped(cell: object, found: bool) -> None:
    assert Needles(["Łódź, Straße 5"]).in_cell(cell) is found


def test_a_value_too_short_to_mean_anything_is_counted_and_not_looked_for() -> None:
    needles = Needles(["Anna", "DE", "Annabella"])
    assert (needles.values, needles.too_short) == (["Annabella"], 2)


def test_a_value_is_found_in_a_file_across_the_pieces_it_is_read_in(tmp_path: Path) -> None:
    path = tmp_path / "store"
    path.write_bytes(b"x" * 13 + SUSPECT.encode() + b"y" * 50)
    assert in_file(path, Needles([SUSPECT]), piece=16)
    path.write_bytes(b"x" * 100)
    assert not in_file(path, Needles([SUSPECT]), piece=16)


@pytest.mark.sqlite
@pytest.mark.slow
def test_a_store_that_is_a_file_holds_no_byte_of_what_was_deleted() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "CLEW_TEST_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.node.oversight.real_store"], capture_output=True, check=False, env=environment,
        cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["was_there"], "the word must have been in the file, or its absence proves nothing"
    assert (found["held"], found["folded"]) == ([], [])
    assert found["checked"]["store"] == "clean"
    assert found["checked"]["tables"] > 30


def test_a_source_is_reviewed_on_its_pages(office: Office, signed_in_client: Signed) -> None:
    source, client = overdue(office), signed_in_client(office.protection)
    at = f"/oversight/retention/source/{source.pk}/"
    later = timezone.localdate() + dt.timedelta(days=10)
    day = {"until_day": later.day, "until_month": later.month, "until_year": later.year}
    assert client.post(f"{at}prolong/", day).status_code == 422
    assert client.post(f"{at}delete/", {"reason": "Over."}).status_code == 422
    answer = client.post(f"{at}delete/", {"reason": "Over.", "sure": "on"})
    proof = DeletionProof.objects.get()
    assert answer["Location"] == f"/oversight/retention/proofs/{proof.pk}/"
    shown = client.get(answer["Location"]).text
    assert "Backups made before the deletion still hold it" in shown
    assert proof.digest in shown
    assert "Yes, it was among" in client.post(answer["Location"], {"value": SUSPECT}).text
    assert "No, it was not among" in client.post(answer["Location"], {"value": VICTIM}).text
    assert str(proof.pk) in client.get("/oversight/retention/proofs/").text
    assert client.get(f"{at}delete/").status_code == 404
    assert client.get("/oversight/retention/proofs/999/").status_code == 404


def test_a_source_is_kept_longer_on_its_page(office: Office, signed_in_client: Signed) -> None:
    source, client = overdue(office), signed_in_client(office.protection)
    later = timezone.localdate() + dt.timedelta(days=10)
    posted = {"until_day": later.day, "until_month": later.month, "until_year": later.year, "reason": "The trial."}
    answer = client.post(f"/oversight/retention/source/{source.pk}/prolong/", posted)
    assert answer["Location"] == "/oversight/retention/?kind=source"
    source.refresh_from_db()
    assert source.retain_until == later


@pytest.mark.parametrize("kind", ["source", "document", "consent", "safeguard", "assurance", "nonsense"])
def test_a_kind_of_which_nothing_is_due_says_so(kind: str, office: Office, signed_in_client: Signed) -> None:
    answer = signed_in_client(office.protection).get(f"/oversight/retention/?kind={kind}")
    assert "Nothing is due" in answer.text


@pytest.mark.parametrize("role", [role for role in ROLES if role != "data_protection_officer"])
def test_no_other_role_reviews(
    role: str, office: Office, officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    source, other = overdue(office), officer_factory(roles=[role])
    client = signed_in_client(other)
    for path in ("", "proofs/", "proofs/1/", f"source/{source.pk}/prolong/", f"source/{source.pk}/delete/"):
        assert client.get(f"/oversight/retention/{path}").status_code == 403, path
    with pytest.raises(Refused):
        delete_overdue(actor=other, kind="source", pk=source.pk, reason="x")
    with pytest.raises(Refused):
        due_count(officer=other, today=timezone.localdate())
    assert not AuditEntry.objects.filter(act="oversight.delete_overdue").exists()
