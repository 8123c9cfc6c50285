"""The pages: what they show, what they refuse, and who may not see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from clew.node.accounts.models import Officer
from clew.node.cases.models import Case
from clew.node.transfer import actions
from clew.node.transfer.models import Export, ImportBatch, Mapping
from tests.node.transfer import files

pytestmark = pytest.mark.django_db
Bring = Callable[..., ImportBatch]


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


@pytest.fixture
def stranger(officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer_factory(roles=["investigator"]))


@pytest.fixture
def administrator(officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer_factory(roles=["administrator"]))


def send(client: Client, case: Case | None, content: bytes, name: str = "register.csv") -> ImportBatch:
    answer = client.post(
        reverse("transfer:upload"),
        {"file": SimpleUploadedFile(name, content), "title": "Register (fictional)", "case": case.pk if case else ""},
    )
    assert answer.status_code == 302, answer.content
    return ImportBatch.objects.latest("pk")


def source_answers(**more: str) -> dict[str, str]:
    return {
        "encoding": "", "reliability": "A", "accuracy": "2", "handling": "H1", "handling_text": "",
        "purpose": "criminal_investigation", "basis": "intelligence", "category": "", "retain_days": "100",
        "column_0": "registration_number", "column_1": "agency_name", "column_2": "jurisdiction", "column_3": "address",
        "column_4": "website", "column_5": "phone", "column_6": "iban",
    } | more  # fmt: skip


def test_a_file_goes_from_upload_to_done_and_back(client: Client, case: Case) -> None:
    batch = send(client, case, files.csv_of([files.agency(1), files.agency(2)]).encode())
    assert client.get(reverse("transfer:mapping", args=[batch.pk])).status_code == 200
    columns = reverse("transfer:columns", args=[batch.pk, "agencies"])
    answer = client.post(reverse("transfer:mapping", args=[batch.pk]), {"mapping": "agencies"})
    assert answer["Location"] == columns
    shown = client.get(columns).content.decode()
    assert "Agency 1 (fictional)" in shown
    rows = {name.removeprefix("column_"): text for name, text in source_answers().items() if name.startswith("column")}
    assert all(text in shown for text in rows.values())
    assert client.post(columns, _matched(client, columns)).status_code == 302
    page = client.get(reverse("transfer:import", args=[batch.pk])).content.decode()
    assert "Import now" in page
    assert client.post(reverse("transfer:start", args=[batch.pk])).status_code == 302
    assert "import-progress" in client.get(reverse("transfer:import", args=[batch.pk])).content.decode()
    actions.run_pending()
    assert "The import is done" in client.get(reverse("transfer:import", args=[batch.pk])).content.decode()
    assert "Register (fictional)" in client.get(reverse("transfer:imports")).content.decode()
    assert client.get(reverse("transfer:undo", args=[batch.pk])).status_code == 200
    assert client.post(reverse("transfer:undo", args=[batch.pk]), {"reason": ""}).status_code == 422
    assert client.post(reverse("transfer:undo", args=[batch.pk]), {"reason": "Wrong file"}).status_code == 302
    assert ImportBatch.objects.get(pk=batch.pk).state == "undone"


def _matched(client: Client, columns: str) -> dict[str, str]:
    """What a person sends who changes nothing of what the page proposes."""
    context = client.get(columns).context
    answers: dict[str, str] = {}
    for form in (context["form"], context["source"]):
        for field in form or ():
            value = field.value()
            answers[field.html_name] = "" if value in (None, False) else str(value)
    return {name: value for name, value in answers.items() if value}


def test_errors_are_shown_and_fetched_as_csv_with_safe_headers(client: Client, case: Case) -> None:
    batch = send(client, case, files.csv_of([files.agency(1), files.agency(2, website="=no(address)")]).encode())
    columns = reverse("transfer:columns", args=[batch.pk, "agencies"])
    client.post(columns, _matched(client, columns))
    page = client.get(reverse("transfer:import", args=[batch.pk])).content.decode()
    assert "=no(address)" in page
    answer = client.get(reverse("transfer:problems", args=[batch.pk]))
    assert "'=no(address)" in answer.content.decode()
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert client.post(reverse("transfer:start", args=[batch.pk])).status_code == 422
    assert client.post(reverse("transfer:start", args=[batch.pk]), {"good_rows_only": "1"}).status_code == 302


def test_a_file_that_cannot_be_read_says_why_and_can_be_discarded(client: Client, case: Case) -> None:
    batch = send(client, case, files.gzip_bomb(), "bomb.csv.gz")
    page = client.get(reverse("transfer:columns", args=[batch.pk, "agencies"])).content.decode()
    assert "grows to more than" in page
    assert client.post(reverse("transfer:cancel", args=[batch.pk])).status_code == 302
    assert ImportBatch.objects.get(pk=batch.pk).state == "cancelled"


def test_an_upload_without_a_file_or_title_is_shown_again(client: Client) -> None:
    assert client.get(reverse("transfer:upload")).status_code == 200
    assert client.post(reverse("transfer:upload"), {"title": ""}).status_code == 422
    assert not ImportBatch.objects.exists()


def test_a_file_without_a_case_can_only_be_statistics(client: Client) -> None:
    batch = send(client, None, files.ctdc_rows(gender=["Female"]).encode())
    page = client.get(reverse("transfer:mapping", args=[batch.pk])).content.decode()
    assert "ctdc" in page
    assert 'value="agencies"' not in page
    columns = reverse("transfer:columns", args=[batch.pk, "agencies"])
    assert client.post(columns, source_answers()).status_code == 422


def test_the_page_of_counts_hides_small_cells_and_says_what_the_numbers_are_not(client: Client, bring: Bring) -> None:
    empty = client.get(reverse("transfer:counts")).content.decode()
    assert "No statistical tables yet" in empty
    bring(files.ctdc_rows(gender=["Female"] * 12 + ["Male"] * 3), "ctdc")
    page = client.get(reverse("transfer:counts"), {"by": "gender"}).content.decode()
    assert "not a random sample" in page
    assert "12" in page
    assert "fewer than 10" in page
    assert client.get(reverse("transfer:counts"), {"by": "nonsense", "dataset": "x"}).status_code == 200


def test_a_mapping_of_ones_own_is_saved_and_a_wrong_one_is_not(client: Client) -> None:
    address = reverse("transfer:mapping_new")
    begun = client.get(address, {"from": "phones"}).context["form"]["definition"].value()
    assert client.post(address, {"name": "hotline", "definition": begun}).status_code == 302
    assert "hotline" in str(Mapping.objects.get().name)
    assert client.get(reverse("transfer:mappings")).status_code == 200
    misspelt = (begun.replace("Phone", "Telephone"), begun.replace("imei", "shoe"))
    for wrong in ("{", "a: &x [*x]", "kind: nonsense", *misspelt):
        assert client.post(address, {"name": "other", "definition": wrong}).status_code == 422
    assert client.post(address, {"name": "ctdc", "definition": begun}).status_code == 422
    assert Mapping.objects.count() == 1


def test_an_export_is_asked_for_shown_and_fetched(client: Client, case: Case, bring: Bring) -> None:
    assert "No exports yet" in client.get(reverse("transfer:exports")).content.decode()
    bring(files.csv_of([files.agency(1)]))
    assert client.get(reverse("transfer:export_new")).status_code == 200
    asked = {
        "recipient": "own", "what": "case", "case_id": case.pk, "purpose": "own_use", "file_format": "csv",
        "reason": "Print",
    }  # fmt: skip
    assert client.post(reverse("transfer:export_new"), asked).status_code == 302
    export = Export.objects.get()
    assert export.number in client.get(reverse("transfer:export", args=[export.pk])).content.decode()
    answer = client.get(reverse("transfer:export_file", args=[export.pk]))
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "Agency 1 (fictional)" in answer.content.decode()
    for wrong in ({"purpose": ""}, {"recipient": ""}, {"case_id": ""}, {"reason": ""}):
        assert client.post(reverse("transfer:export_new"), asked | wrong).status_code == 422
    assert Export.objects.count() == 1


@pytest.mark.parametrize("name", ["imports", "upload", "mappings", "mapping_new", "counts", "exports", "export_new"])
def test_an_administrator_sees_none_of_these_pages(administrator: Client, name: str) -> None:
    assert administrator.get(reverse(f"transfer:{name}")).status_code == 403


@pytest.mark.parametrize("name", ["import", "mapping", "undo", "problems"])
def test_the_import_of_another_team_is_not_found(bring: Bring, stranger: Client, name: str) -> None:
    batch = bring(files.csv_of([files.agency(1)]))
    assert stranger.get(reverse(f"transfer:{name}", args=[batch.pk])).status_code == 404


@pytest.mark.parametrize("name", ["start", "cancel"])
def test_another_team_can_neither_start_nor_stop_it(bring: Bring, stranger: Client, name: str) -> None:
    batch = bring(files.csv_of([files.agency(1)]))
    assert stranger.post(reverse(f"transfer:{name}", args=[batch.pk])).status_code == 404


def test_the_export_of_another_officer_is_not_found(
    client: Client, officer: Officer, case: Case, bring: Bring, stranger: Client
) -> None:
    bring(files.csv_of([files.agency(1)]))
    export = actions.request_export(actor=officer, what="case", case_id=case.pk, file_format="csv", purpose="own_use")
    assert stranger.get(reverse("transfer:export", args=[export.pk])).status_code == 404
    assert stranger.get(reverse("transfer:export_file", args=[export.pk])).status_code == 404
