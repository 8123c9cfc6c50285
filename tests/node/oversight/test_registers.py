"""The register of disclosures, and the log of a period with proofs that anyone can check."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.acting import ACTIONS
from clew.node.accounts.actions import NODE, Officer, Refused
from clew.node.audit.actions import checkpoint
from clew.node.audit.merkle import leaf_hash, verify_consistency, verify_inclusion
from clew.node.audit.models import AuditEntry
from clew.node.oversight.actions import export_log, export_register
from clew.node.oversight.actions import registers as actions
from clew.node.oversight.queries import RegisterFilter, register
from clew.node.oversight.queries.registers import kinds_of_acts
from clew.node.types import BadInput
from clew.vocabulary import codelist
from tests.node.oversight.conftest import SUSPECT, Office

pytestmark = pytest.mark.django_db
ROLES = [code for code, _label in codelist("roles").choices("en")]
Signed = Callable[[Officer], Client]


def send(office: Office) -> int:
    """A letter that left; the decision's number."""
    return office.disclose(office.record(SUSPECT, "suspect"))


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
    answer = signed_in_client(office.protection).post("/oversight/register/file/")
    assert answer["Content-Disposition"].startswith("attachment")
    text = answer.content.decode("utf-8-sig")
    header, row = text.splitlines()
    assert header.startswith("decision,day,recipient")
    assert row.startswith(f"{decision},")
    for secret in ("Beispielmann", office.case.reference, "An agency"):
        assert secret not in text
    assert AuditEntry.objects.filter(act="oversight.export_register").count() == 1


def test_nothing_is_exported_where_nothing_fits(office: Office, signed_in_client: Signed) -> None:
    with pytest.raises(BadInput):
        export_register(actor=office.protection, wanted=RegisterFilter())
    assert signed_in_client(office.protection).post("/oversight/register/file/").status_code == 302
    assert signed_in_client(office.protection).get("/oversight/register/file/").status_code == 405


def test_each_entry_of_the_exported_log_is_proved_against_a_root_that_follows_from_the_checkpoint(
    office: Office,
) -> None:
    point = checkpoint(actor=NODE)
    decision = send(office)
    today = timezone.now().date()
    found = json.loads(export_log(actor=office.protection, since=today, until=today))
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
    export_log(actor=office.protection, since=today, until=today)
    again = json.loads(export_log(actor=office.protection, since=today, until=today))
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
            export_log(actor=office.protection, since=since, until=until)
        assert refused.value.field == field
    monkeypatch.setattr(actions, "MOST_ENTRIES", 1)
    with pytest.raises(BadInput) as long:
        export_log(actor=office.protection, since=today, until=today)
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
    assert client.post("/oversight/log/", {}).status_code == 422
    saved = client.post("/oversight/log/", day)
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
