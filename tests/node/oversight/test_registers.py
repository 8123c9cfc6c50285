"""The register of disclosures, and the log of a period with proofs that anyone can check."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.exchange.merkle import leaf_hash, verify_consistency, verify_inclusion
from clew.node.accounts.acting import ACTIONS
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.actions import checkpoint
from clew.node.audit.models import AuditEntry
from clew.node.oversight.actions import Recipient, export_log, export_register
from clew.node.oversight.actions import registers as actions
from clew.node.oversight.queries import RegisterFilter, register
from clew.node.oversight.queries.registers import kinds_of_acts
from clew.node.transfer.models import Export
from clew.node.types import BadInput
from clew.vocabulary import codelist
from tests.node.oversight.conftest import SUSPECT, Office

pytestmark = pytest.mark.django_db
AUTHORITY = Recipient("authority", "lawfulness", "Datenschutzbehörde Musterland (fictional)")
SELF = Recipient("own", "self_monitoring")
ROLES = [code for code, _label in codelist("roles").choices("en")]
Signed = Callable[[Officer], Client]


def send(office: Office) -> int:
    """A letter that left; the decision's number."""
    return office.disclose(office.record(SUSPECT, "suspect"))


def log_of(office: Office, day: dt.date) -> dict[str, Any]:
    """The log of one day, as the authority reads it."""
    found: dict[str, Any] = json.loads(
        export_log(actor=office.protection, since=day, until=day, to_whom=AUTHORITY)[1]
    )  # fmt: skip
    return found


def count(office: Office, **wanted: object) -> int:
    return register(officer=office.protection, wanted=RegisterFilter(**wanted)).total  # type: ignore[arg-type]


def test_a_letter_that_left_stands_in_the_register_by_partner_purpose_instrument_and_outcome(office: Office) -> None:
    assert count(office) == 0
    send(office)
    found = register(officer=office.protection, wanted=RegisterFilter())
    assert found.counts == {
        "recipient": [(office.beijing.partner.uid, 1)],
        "purpose": [("criminal_investigation", 1)],
        "instrument": [("FICTIONAL-ARRANGEMENT", 1)],
        "outcome": [("whole", 1)],
    }


def test_a_signed_letter_that_has_not_left_is_no_disclosure(office: Office) -> None:
    office.signed()
    assert count(office) == 0


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({"recipient": "nobody"}, 0),
        ({"purpose": "criminal_investigation"}, 1),
        ({"purpose": "court"}, 0),
        ({"instrument": "FICTIONAL-ARRANGEMENT"}, 1),
        ({"instrument": "OTHER"}, 0),
        ({"outcome": "whole"}, 1),
        ({"outcome": "nothing"}, 0),
        ({"since": dt.date(2099, 1, 1)}, 0),
        ({"until": dt.date(2020, 1, 1)}, 0),
        ({"since": dt.date(2020, 1, 1), "until": dt.date(2099, 1, 1)}, 1),
    ],
)
def test_the_register_shows_what_is_asked_for(office: Office, wanted: dict[str, object], number: int) -> None:
    send(office)
    assert count(office, **wanted) == number


def test_today_is_inside_a_period_that_ends_today(office: Office) -> None:
    send(office)
    today = timezone.now().date()
    assert count(office, since=today, until=today) == 1


def test_the_file_holds_codes_and_no_person_and_that_it_was_taken_is_recorded(
    office: Office, signed_in_client: Signed
) -> None:
    decision = send(office)
    asked = {"recipient": "own", "purpose": "self_monitoring"}
    answer = signed_in_client(office.protection).post("/oversight/register/file/", asked)
    assert answer["Content-Disposition"].startswith("attachment")
    text = answer.content.decode("utf-8-sig")
    header, row = [line for line in text.splitlines() if not line.startswith("# ")]
    assert header.startswith("decision,day,recipient")
    assert row.startswith(f"{decision},")
    for secret in ("Beispielmann", office.case.reference, "An agency"):
        assert secret not in text
    assert AuditEntry.objects.filter(act="oversight.export_register").count() == 1


def test_nothing_is_exported_where_nothing_fits(office: Office, signed_in_client: Signed) -> None:
    with pytest.raises(BadInput):
        export_register(actor=office.protection, wanted=RegisterFilter(), to_whom=SELF)
    client, asked = signed_in_client(office.protection), {"recipient": "own", "purpose": "self_monitoring"}
    assert client.post("/oversight/register/file/", asked).status_code == 422
    assert client.get("/oversight/register/file/").status_code == 200
    assert not Export.objects.exists()


def test_the_head_of_the_register_names_recipient_purpose_classification_and_number(office: Office) -> None:
    send(office)
    to_whom = replace(AUTHORITY, authority="Board, =1+1 (fictional)")
    export, content = export_register(actor=office.protection, wanted=RegisterFilter(), to_whom=to_whom)
    lines = content.decode("utf-8-sig").splitlines()
    head = dict(line.removeprefix("# ").split(": ", 1) for line in lines if line.startswith("# "))
    assert head["Clew export"] == export.number
    assert head["Recipient"] == "Board, '=1+1 (fictional)"
    assert head["Purpose"].startswith("lawfulness ")
    assert head["Handling code"].startswith("H2 ")
    assert head["SHA-256 of the data"] == export.content_sha256


def test_the_head_of_the_log_names_recipient_purpose_classification_and_number(office: Office) -> None:
    send(office)
    today = timezone.now().date()
    export, content = export_log(actor=office.protection, since=today, until=today, to_whom=AUTHORITY)
    assert next(iter(json.loads(content))) == "mark"
    mark = json.loads(content)["mark"]
    assert (mark["number"], mark["recipient"], mark["purpose"], mark["classification"]) == (
        export.number, AUTHORITY.authority, "lawfulness", "H2",
    )  # fmt: skip


def test_register_and_log_are_exports_among_the_others_and_name_nobody_in_the_log(
    office: Office, signed_in_client: Signed
) -> None:
    send(office)
    today = timezone.now().date()
    register_of, _file = export_register(actor=office.protection, wanted=RegisterFilter(), to_whom=SELF)
    log_export, content = export_log(actor=office.protection, since=today, until=today, to_whom=AUTHORITY)
    assert int(log_export.number[-4:]) == int(register_of.number[-4:]) + 1
    assert (log_export.recipient, log_export.decision["outcome"], log_export.rows) == (
        "authority", "permit", len(json.loads(content)["entries"]),
    )  # fmt: skip
    details = json.loads(bytes(AuditEntry.objects.get(act="oversight.export_log").leaf))["details"]
    assert (details["recipient"], details["purpose"], details["number"], details["classification"]) == (
        "authority", "lawfulness", log_export.number, "H2",
    )  # fmt: skip
    assert details["sha256"] == hashlib.sha256(content).hexdigest()
    assert AUTHORITY.authority not in str(details)
    client = signed_in_client(office.protection)
    assert log_export.number in client.get(reverse("transfer:exports")).text
    assert AUTHORITY.authority in client.get(reverse("transfer:export", args=[log_export.pk])).text


@pytest.mark.parametrize(
    ("to_whom", "field"),
    [
        (Recipient("", "lawfulness"), "recipient"),
        (Recipient("beijing", "lawfulness"), "recipient"),
        (Recipient("own", ""), "purpose"),
        (Recipient("own", "criminal_investigation"), "purpose"),
        (Recipient("authority", "lawfulness", "  "), "authority"),
        (Recipient("authority", "criminal_proceedings", "Board (fictional)"), "purpose"),
    ],
)
def test_without_a_recipient_and_a_purpose_it_may_have_nothing_is_taken_out(
    office: Office, to_whom: Recipient, field: str
) -> None:
    send(office)
    today = timezone.now().date()
    to_whom = replace(to_whom, recipient=to_whom.recipient.replace("beijing", office.beijing.partner.uid))
    with pytest.raises(BadInput) as register_refused:
        export_register(actor=office.protection, wanted=RegisterFilter(), to_whom=to_whom)
    with pytest.raises(BadInput) as log_refused:
        export_log(actor=office.protection, since=today, until=today, to_whom=to_whom)
    assert (register_refused.value.field, log_refused.value.field) == (field, field)
    assert not Export.objects.exists()


def test_each_entry_of_the_exported_log_is_proved_against_a_root_that_follows_from_the_checkpoint(
    office: Office,
) -> None:
    point = checkpoint(actor=NODE)
    decision = send(office)
    today = timezone.now().date()
    found = log_of(office, today)
    root = bytes.fromhex(found["root"])
    assert found["checkpoint"] == point.note
    consistency = [bytes.fromhex(one) for one in found["consistency"]]
    assert verify_consistency(point.size, found["size"], consistency, bytes(point.root), root)
    assert found["entries"]
    for entry in found["entries"]:
        path = [bytes.fromhex(one) for one in entry["proof"]]
        assert verify_inclusion(leaf_hash(entry["leaf"].encode()), entry["index"], found["size"], path, root)
    (left,) = [one for one in found["entries"] if one["act"] == "disclosure.sign"]
    assert left["object"] == f"decision {decision}"
    assert (left["kind"], left["to_whom"], left["why"]) == (
        "disclosure", office.beijing.partner.uid, "criminal_investigation",
    )  # fmt: skip
    assert left["who"] == str(office.officer)
    assert base64.b64decode(point.note.split("\n")[2])


def test_exporting_the_log_is_itself_an_entry_of_the_next_one(office: Office) -> None:
    send(office)
    today = timezone.now().date()
    log_of(office, today)
    again = log_of(office, today)
    assert [one["kind"] for one in again["entries"] if one["act"] == "oversight.export_log"] == ["consultation"]


def test_a_period_that_is_empty_reversed_or_too_long_is_refused(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(office)
    today = timezone.now().date()
    for since, until, field in (
        (today, today - dt.timedelta(days=1), "until"),
        (dt.date(2020, 1, 1), dt.date(2020, 1, 2), "since"),
    ):
        with pytest.raises(BadInput) as refused:
            export_log(actor=office.protection, since=since, until=until, to_whom=AUTHORITY)
        assert refused.value.field == field
    monkeypatch.setattr(actions, "MOST_ENTRIES", 1)
    with pytest.raises(BadInput) as long:
        log_of(office, today)
    assert "shorter periods" in long.value.cure


def test_every_act_of_the_authoritys_register_is_an_act_of_the_node() -> None:
    recorded_without_action = {"exchange.dispatch_decision", "transfer.discard_export"}
    assert set(kinds_of_acts()) - set(ACTIONS) == recorded_without_action


def test_the_pages_open_filter_and_refuse(office: Office, signed_in_client: Signed) -> None:
    client = signed_in_client(office.protection)
    assert "They stand here once a signed letter has left." in client.get("/oversight/register/").text
    send(office)
    shown = client.get("/oversight/register/").text
    assert "FICTIONAL-ARRANGEMENT" in shown
    assert office.case.reference not in shown
    assert "None fits" in client.get("/oversight/register/?purpose=court").text
    today = timezone.now().date()
    day = {f"{name}_{part}": getattr(today, part) for name in ("since", "until") for part in ("day", "month", "year")}
    asked = {"recipient": "authority", "purpose": "lawfulness", "authority": "Datenschutzbehörde (fictional)"}
    assert client.post("/oversight/log/", day).status_code == 422
    saved = client.post("/oversight/log/", {**day, **asked})
    assert saved["Content-Type"] == "application/json"
    assert json.loads(saved.content)["entries"]


@pytest.mark.parametrize("role", [role for role in ROLES if role not in {"data_protection_officer", "auditor"}])
def test_no_other_role_sees_the_register(
    role: str, officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    other = officer_factory(roles=[role])
    client = signed_in_client(other)
    assert client.get("/oversight/register/").status_code == 403
    assert client.get("/oversight/log/").status_code == 403
    assert client.post("/oversight/register/file/").status_code == 403
    with pytest.raises(Refused):
        register(officer=other, wanted=RegisterFilter())


def test_an_auditor_sees_the_register_and_takes_nothing_out(
    office: Office, officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    send(office)
    client = signed_in_client(officer_factory(roles=["auditor"]))
    assert client.get("/oversight/register/").status_code == 200
    assert client.post("/oversight/register/file/").status_code == 403
    assert client.get("/oversight/log/").status_code == 403
