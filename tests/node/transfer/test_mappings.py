"""A mapping is kept from the page on which columns are matched, used again, renamed and deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.cases.models import Case
from clew.node.transfer import actions, queries
from clew.node.transfer.models import ImportBatch, Mapping, StatisticalDataset
from clew.node.transfer.opening import rules_of
from clew.node.types import BadInput
from tests.node.transfer import files
from tests.node.transfer.test_views import _matched, administrator, client, send

pytestmark = pytest.mark.django_db
__all__ = ["administrator", "client"]

FOREIGN = "Firma;Register;Land;Bemerkung\nAgentur 1 (fiktiv);FN 000001x;AT;egal\nAgentur 2 (fiktiv);FN 000002x;BG;\n"
MATCHED = {"agency_name": "Firma", "registration_number": "Register", "jurisdiction": "Land"}


def answers(client: Client, columns: str, matched: dict[str, str], **more: str) -> dict[str, str]:
    """What is sent by who matches these columns and says that the other columns do not count."""
    names = client.get(columns).context["form"].columns
    chosen = {key: matched.get(name, "") for key, name in names.items()}
    return _matched(client, columns) | chosen | {"leave_out_unknown": "on"} | more


@pytest.fixture
def columns(client: Client, case: Case) -> str:
    return reverse("transfer:columns", args=[send(client, case, FOREIGN.encode()).pk, "agencies"])


def test_a_matching_is_kept_and_reads_the_next_file_without_matching(client: Client, case: Case, columns: str) -> None:
    sent = answers(client, columns, MATCHED, title="Handelsregister (fiktiv)", accuracy="1", retain_days="77")
    kept = client.post(columns, sent | {"keep": "1"})
    assert kept.status_code == 302
    assert not ImportBatch.objects.get().mapping
    saved = Mapping.objects.get()
    assert (saved.name, saved.title) == ("handelsregister-fiktiv", "Handelsregister (fiktiv)")
    batch = send(client, case, FOREIGN.replace("1x", "7x").replace("2x", "8x").encode())
    again = reverse("transfer:columns", args=[batch.pk, saved.name])
    assert client.post(again, _matched(client, again)).status_code == 302
    batch.refresh_from_db()
    assert (batch.state, batch.rows, batch.rejected, batch.refusal) == ("checked", 2, 0, None)
    assert batch.options["retain_days"] == 77
    client.post(reverse("transfer:start", args=[batch.pk]))
    actions.run_pending()
    batch.refresh_from_db()
    assert (batch.state, batch.imported) == ("done", 2)


def test_a_kept_mapping_serves_the_command_line_too(
    client: Client, columns: str, bring: Callable[..., ImportBatch]
) -> None:
    client.post(columns, answers(client, columns, MATCHED, title="Register") | {"keep": "1"})
    done = bring(FOREIGN, "register")
    assert (done.state, done.imported, done.rejected) == ("done", 2, 0)


def test_checking_with_a_name_keeps_the_mapping_as_well(client: Client, columns: str) -> None:
    assert client.post(columns, answers(client, columns, MATCHED, title="Register")).status_code == 302
    batch = ImportBatch.objects.get()
    assert (batch.mapping, batch.state, batch.rejected) == ("register", "checked", 0)


def test_a_column_that_the_file_lacks_is_not_mistaken_for_another_of_its_name(client: Client, case: Case) -> None:
    odd = "agency_name,website\nFN 000001x,Agency (fictional)\n"
    columns = reverse("transfer:columns", args=[send(client, case, odd.encode()).pk, "agencies"])
    sent = answers(client, columns, {"agency_name": "website", "registration_number": "agency_name"}, title="Odd")
    client.post(columns, sent | {"keep": "1"})
    rules = rules_of("odd")
    assert "website (other)" in rules.columns
    assert rules.required_columns
    assert set(rules.required_columns) <= {"website", "agency_name"}


def test_a_mapping_needs_a_name_of_its_own_in_any_script(client: Client, columns: str) -> None:
    sent = answers(client, columns, MATCHED)
    for title in ("", "  ", "Phones", "Телефони"):
        answer = client.post(columns, sent | {"title": title, "keep": "1"})
        assert answer.status_code == 422, title
        assert b"govuk-error-summary" in answer.content
    for title in ("登记册摘录", "登记册"):
        assert client.post(columns, sent | {"title": title, "keep": "1"}).status_code == 302
    assert client.post(columns, sent | {"title": "登记册", "keep": "1"}).status_code == 422
    assert sorted(Mapping.objects.values_list("name", flat=True)) == ["mapping", "mapping-2"]


def test_nothing_is_kept_while_the_form_has_faults(client: Client, columns: str) -> None:
    sent = answers(client, columns, MATCHED, title="Register", handling="H9")
    assert client.post(columns, sent | {"keep": "1"}).status_code == 422
    assert not Mapping.objects.exists()


def test_a_mapping_is_listed_renamed_and_deleted_and_each_is_recorded(
    client: Client, officer: Officer, columns: str
) -> None:
    client.post(columns, answers(client, columns, MATCHED, title="Register") | {"keep": "1"})
    listed = client.get(reverse("transfer:mappings")).content.decode()
    assert str(officer) in listed
    assert "Firma" in listed
    rename = reverse("transfer:mapping_rename", args=["register"])
    assert client.get(rename).status_code == 200
    assert client.post(rename, {"title": ""}).status_code == 422
    assert client.post(rename, {"title": "phones"}).status_code == 422
    assert client.post(rename, {"title": "Register of firms"}).status_code == 302
    assert "Register of firms" in [one.title for one in queries.mapping_choices()]
    assert (
        client.get(reverse("transfer:mapping_new"), {"from": "register"}).context["form"]["name"].value() == "register"
    )
    delete = reverse("transfer:mapping_delete", args=["register"])
    assert client.get(delete).status_code == 200
    assert client.post(delete).status_code == 302
    assert not Mapping.objects.exists()
    assert client.get(delete).status_code == client.get(rename).status_code == 404
    acts = set(AuditEntry.objects.filter(object_kind="mapping").values_list("act", flat=True))
    assert {"transfer.rename_mapping", "transfer.delete_mapping", "transfer.save_mapping"} <= acts


def test_a_mapping_stays_while_an_import_waits_that_was_checked_with_it(client: Client, columns: str) -> None:
    client.post(columns, answers(client, columns, MATCHED, title="Register"))
    refused = client.post(reverse("transfer:mapping_delete", args=["register"]))
    assert refused.status_code == 422
    assert "was checked with this mapping" in refused.content.decode()
    changed = {"name": "register", "definition": Mapping.objects.get().definition}
    assert client.post(reverse("transfer:mapping_new"), changed).status_code == 422
    client.post(reverse("transfer:cancel", args=[ImportBatch.objects.get().pk]))
    assert client.post(reverse("transfer:mapping_delete", args=["register"])).status_code == 302


def test_a_mapping_by_which_statistics_are_read_is_not_deleted(
    client: Client, officer: Officer, bring: Callable[..., ImportBatch]
) -> None:
    actions.save_matching(actor=officer, title="Counted", mapping="ctdc", options={})
    assert bring(files.ctdc_rows(gender=["Female"]), "ctdc").state == "done"
    batch = bring(files.ctdc_rows(gender=["Male"]), "counted", compartment_id=None, case_id=None)
    assert batch.state == "done"
    with pytest.raises(BadInput, match="can be counted"):
        actions.delete_mapping(actor=officer, name="counted")


@pytest.mark.parametrize(
    ("column", "taken"),
    [
        ("{name: fullName, kind: text}", False),
        ("{name: fullName, kind: multiple, separator: ';'}", False),
        ("{name: fullName, kind: choice}", False),
        ("{name: age, kind: band}", True),
        ("{name: sex, kind: choice, values: [f, m]}", True),
    ],
)
def test_statistics_have_no_column_in_which_a_name_could_stand(
    officer: Officer, bring: Callable[..., ImportBatch], column: str, *, taken: bool
) -> None:
    text = f"{{id: own, kind: statistics, title: Own, description: Own, statistics: [{column}]}}"
    if taken:
        assert actions.save_mapping(actor=officer, name="own", definition=text).name == "own"
        return
    with pytest.raises(BadInput, match="de-identified records only"):
        actions.save_mapping(actor=officer, name="own", definition=text)
    Mapping.objects.create(name="own", title="Own", definition=text, saved=timezone.now())
    with pytest.raises(BadInput, match="de-identified records only"):
        bring("fullName\nMei Kanarienvogel\n", "own", compartment_id=None, case_id=None)
    assert not StatisticalDataset.objects.exists()


def test_who_may_not_import_keeps_renames_and_deletes_nothing(
    client: Client, administrator: Client, columns: str
) -> None:
    client.post(columns, answers(client, columns, MATCHED, title="Register") | {"keep": "1"})
    for name in ("mapping_rename", "mapping_delete"):
        address = reverse(f"transfer:{name}", args=["register"])
        assert administrator.get(address).status_code == 403
        assert administrator.post(address, {"title": "x"}).status_code == 403
    assert Mapping.objects.count() == 1
