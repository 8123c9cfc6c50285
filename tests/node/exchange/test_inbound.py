"""The door: what partners reach takes letters durably, refuses with a reason, and knows nothing of their content."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clew.exchange.keys import sign_in_context
from clew.exchange.receipts import Stage
from clew.exchange.sealing import ENVELOPE_CONTEXT, MAX_ENVELOPE
from clew.exchange.strict_json import canonical
from clew.node.audit.models import AuditEntry
from clew.node.exchange.models import Attempt, InboxEntry, Letter
from clew.node.keys import KeyRefused, seal_key
from tests.exchange.partner import Partner
from tests.node.exchange.conftest import Correspondent, enter, post_inbound

pytestmark = pytest.mark.django_db


def signed_again(beijing: Correspondent, raw: bytes, **changes: Any) -> bytes:
    content = json.loads(raw)
    del content["signature"]
    content.update(changes)
    signature = sign_in_context(beijing.partner.transport_key, ENVELOPE_CONTEXT, canonical(content))
    return canonical({**content, "signature": signature})


def test_a_letter_is_stored_and_answered_with_a_signed_receipt(beijing: Correspondent) -> None:
    envelope = beijing.write()
    answer = beijing.send(envelope)
    assert answer.status == "200 OK"
    receipt = beijing.partner.read_receipt(answer.lines[0], settings.NODE.node_id, beijing.node_keys)
    assert (receipt.stage, receipt.positive, receipt.digest) == (Stage.STORED, True, envelope.digest)
    entry = InboxEntry.objects.get()
    assert bytes(entry.envelope) == envelope.raw
    assert AuditEntry.objects.filter(act="exchange.store_envelope", object_id=envelope.id).count() == 1
    assert not Letter.objects.exists()


def test_the_same_envelope_again_gets_the_same_receipt_and_no_second_effect(beijing: Correspondent) -> None:
    envelope = beijing.write()
    first, second = beijing.send(envelope), beijing.send(envelope)
    assert first.lines == second.lines
    assert InboxEntry.objects.count() == 1


def test_several_envelopes_in_one_request_get_their_receipts_in_order(beijing: Correspondent) -> None:
    envelopes = [beijing.write() for _number in range(5)]
    answer = beijing.send(*envelopes)
    read = [beijing.partner.read_receipt(line, settings.NODE.node_id, beijing.node_keys) for line in answer.lines]
    assert [one.envelope for one in read] == [one.id for one in envelopes]


def test_a_bad_envelope_among_good_ones_stops_none_of_them(beijing: Correspondent) -> None:
    good = beijing.write()
    answer = beijing.send(b"{}", good)
    assert json.loads(answer.lines[0])["code"] == "unknown-version"
    assert InboxEntry.objects.get(state="stored").envelope_id == good.id


def test_the_process_that_partners_reach_cannot_open_a_letter(
    beijing: Correspondent, monkeypatch: pytest.MonkeyPatch
) -> None:
    envelope = beijing.write()
    monkeypatch.setenv("CLEW_PROCESS", "inbound")
    with pytest.raises(KeyRefused):
        seal_key()
    assert beijing.send(envelope).status == "200 OK"


def test_a_stranger_is_turned_away_without_a_signature_and_only_counted(beijing: Correspondent) -> None:
    stranger = Partner("Stranger")
    stranger.now = timezone.now()
    raw = stranger.send(settings.NODE.node_id, beijing.node_keys.seal).raw
    for _time in range(3):
        answer = post_inbound(raw)
        assert answer.code == "not-accepted"
        assert "signature" not in json.loads(answer.lines[0])
    assert not InboxEntry.objects.exists()
    assert Attempt.objects.get().code == "unknown-sender"


@pytest.mark.parametrize("status", ["unconfirmed", "suspended", "left"])
def test_a_party_whose_keys_may_not_be_used_is_turned_away(beijing: Correspondent, status: str) -> None:
    other = Partner("Sofia")
    enter(other, status=status)
    other.now = timezone.now()
    raw = other.send(settings.NODE.node_id, beijing.node_keys.seal).raw
    assert post_inbound(raw).code == "not-accepted"
    assert Attempt.objects.get().code == "sender-not-usable"
    assert not InboxEntry.objects.exists()


def test_nobody_can_ask_the_door_with_forged_envelopes_whom_it_knows_or_has_suspended(beijing: Correspondent) -> None:
    suspended, stranger = Partner("Sofia"), Partner("Stranger")
    enter(suspended, status="suspended")
    content = json.loads(beijing.write().raw)
    del content["signature"]
    answers = set()
    for claimed in (beijing.partner.uid, suspended.uid, stranger.uid):
        forged = {**content, "from": claimed}
        signature = sign_in_context(stranger.transport_key, ENVELOPE_CONTEXT, canonical(forged))
        answers.add(post_inbound(canonical({**forged, "signature": signature})).lines[0])
    assert len(answers) == 1
    assert set(Attempt.objects.values_list("code", flat=True)) == {
        "unknown-sender", "sender-not-usable", "bad-signature",
    }  # fmt: skip


def test_a_forged_outer_signature_is_turned_away_and_not_kept(beijing: Correspondent) -> None:
    mallory = Partner("Mallory")
    mallory.now = timezone.now()
    content = json.loads(mallory.send(settings.NODE.node_id, beijing.node_keys.seal).raw)
    content["from"] = beijing.partner.uid
    assert post_inbound(canonical(content)).code == "not-accepted"
    assert Attempt.objects.get().code == "bad-signature"
    assert not InboxEntry.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": "f" * 32}, "wrong-recipient"),
        ({"expires": "2020-01-01T00:00:00Z"}, "expired"),
        ({"expires": "2090-01-01T00:00:00Z"}, "expires-too-late"),
    ],
)
def test_what_a_partner_signed_wrongly_is_refused_signed_and_kept_for_review(
    beijing: Correspondent, changes: dict[str, str], code: str
) -> None:
    raw = signed_again(beijing, beijing.write().raw, **changes)
    first, second = beijing.send(raw), beijing.send(raw)
    receipt = beijing.partner.read_receipt(first.lines[0], settings.NODE.node_id, beijing.node_keys)
    assert (receipt.code, receipt.positive) == (code, False)
    assert receipt.sentence
    assert first.lines == second.lines
    assert InboxEntry.objects.get().state == "rejected"
    beijing.work()
    assert not Letter.objects.exists()


def test_the_same_bytes_twice_in_one_request_get_one_receipt_and_one_effect(beijing: Correspondent) -> None:
    good = beijing.write()
    refused = signed_again(beijing, beijing.write().raw, to="f" * 32)
    answer = beijing.send(good, refused, good, refused)
    assert answer.lines[:2] == answer.lines[2:]
    assert sorted(InboxEntry.objects.values_list("state", flat=True)) == ["rejected", "stored"]


def test_ten_envelopes_cost_as_many_statements_as_one(beijing: Correspondent) -> None:
    def statements(number: int) -> int:
        envelopes = [beijing.write() for _number in range(number)]
        with CaptureQueriesContext(connection) as asked:
            assert beijing.send(*envelopes).status == "200 OK"
        return len(asked)

    statements(1)
    assert statements(1) == statements(10)


def test_another_envelope_with_a_used_number_is_a_replay(beijing: Correspondent) -> None:
    envelope = beijing.write()
    beijing.send(envelope)
    other = signed_again(beijing, beijing.write().raw, id=envelope.id)
    receipt = beijing.partner.read_receipt(beijing.send(other).lines[0], settings.NODE.node_id, beijing.node_keys)
    assert receipt.code == "replay"
    assert InboxEntry.objects.filter(state="stored").count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"suite": 9}, "unknown-suite"),
        ({"clew": 2}, "unknown-version"),
        ({"note": "x"}, "unknown-field"),
    ],
)
def test_what_cannot_be_read_outside_is_refused_with_a_code(
    beijing: Correspondent, changes: dict[str, Any], code: str
) -> None:
    assert beijing.send(signed_again(beijing, beijing.write().raw, **changes)).code == code
    assert not InboxEntry.objects.exists()


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"PATH_INFO": "/"}, "404"),
        ({"PATH_INFO": "/v1/letters/1"}, "404"),
        ({"REQUEST_METHOD": "GET"}, "405"),
        ({"CONTENT_TYPE": "application/json"}, "415"),
        ({"CONTENT_LENGTH": str(MAX_ENVELOPE * 2)}, "413"),
        ({"CONTENT_LENGTH": "-1"}, "413"),
        ({"CONTENT_LENGTH": "9"}, "400"),
    ],
)
def test_every_other_request_is_refused_with_its_status(environ: dict[str, str], status: str) -> None:
    answer = post_inbound(b"x", **environ)
    assert answer.status.startswith(status)
    assert json.loads(answer.lines[0])["sentence"].endswith(".")


def test_health_says_nothing_but_that_it_runs() -> None:
    answer = post_inbound(b"", PATH_INFO="/v1/health", REQUEST_METHOD="GET")
    assert (answer.status, answer.lines) == ("200 OK", [b""])


def test_ready_says_in_a_status_whether_letters_could_be_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    assert post_inbound(b"", PATH_INFO="/v1/ready", REQUEST_METHOD="GET").status == "200 OK"

    def fail() -> None:
        raise OperationalError("no such host db.example")

    monkeypatch.setattr("clew.node.exchange.inbound.connection.cursor", fail)
    answer = post_inbound(b"", PATH_INFO="/v1/ready", REQUEST_METHOD="GET")
    assert (answer.status, answer.code) == ("503 Service Unavailable", "unavailable")
    assert b"db.example" not in answer.lines[0]
    assert post_inbound(b"", PATH_INFO="/v1/ready").status == "404 Not Found"


def test_a_flood_of_strangers_writes_little(beijing: Correspondent) -> None:
    for number in range(60):
        post_inbound(canonical({"clew": number}))
        stranger = Partner(f"Stranger {number}")
        stranger.now = timezone.now() + dt.timedelta(seconds=1)
        post_inbound(stranger.send(settings.NODE.node_id, beijing.node_keys.seal).raw)
    assert Attempt.objects.count() <= 21
