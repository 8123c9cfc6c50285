"""Each page of the rule book: happy, bad input, refused access."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.disclosure import texts
from clew.disclosure.ruleset import shipped_rules
from clew.node.accounts.models import Officer
from clew.node.rulebook import queries
from clew.node.rulebook.adopted import _loaded
from clew.node.rulebook.comparing import title_of
from clew.node.rulebook.models import RuleSetAdoption, RuleSignOff, Setting
from clew.node.types import BadInput
from tests.node.rulebook.conftest import Office, adopted, proposed, without
from tests.node.rulebook.test_settings import propose
from tests.node.rulebook.test_sign_offs import sign

pytestmark = pytest.mark.django_db
SignIn = Callable[[Officer], Client]
CodeOf = Callable[[Officer], str]


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    _loaded.cache_clear()
    yield
    _loaded.cache_clear()


def at(name: str, *args: object) -> str:
    return reverse(f"rulebook:{name}", args=args)


def text(client: Client, name: str, *args: object, status: int = 200) -> str:
    response = client.get(at(name, *args))
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


def archive(files: dict[str, str]) -> SimpleUploadedFile:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, content in files.items():
            target.writestr(f"rules/{name}", content)
    return SimpleUploadedFile("rules.zip", packed.getvalue())


@pytest.mark.parametrize("name", ["sets", "shipped", "upload", "sign_offs", "settings"])
def test_an_administrator_sees_none_of_it(
    name: str, officer_factory: Callable[..., Officer], signed_in_client: SignIn
) -> None:
    text(signed_in_client(officer_factory(["administrator"])), name, status=403)


def test_an_investigator_reads_and_changes_nothing(office: Office, signed_in_client: SignIn) -> None:
    client, made = signed_in_client(office.ina), proposed(office)
    for name, args in (("sets", ()), ("set", (made.pk,)), ("sign_offs", ()), ("sign_off", ("R18",)), ("settings", ())):
        text(client, name, *args)
    for name, args in (("shipped", ()), ("upload", ()), ("adopt", (made.pk,)), ("reject", (made.pk,))):
        text(client, name, *args, status=403)
    assert client.post(at("sign_off", "R18"), {}).status_code == 403
    assert client.post(at("setting", "risk_days"), {}).status_code == 403
    waiting = propose(office.lea, "risk_days", 60)
    assert client.post(at("setting_entry", waiting.pk), {"answer": "confirm"}).status_code == 403


def test_rules_are_called_by_their_titles_in_the_readers_language(office: Office, signed_in_client: SignIn) -> None:
    made, client = proposed(office, without("R46")), signed_in_client(office.ina)
    Officer.objects.filter(pk=office.ina.pk).update(language="bg")
    for rule, page in (("R18", text(client, "sign_offs")), ("R18", text(client, "sign_off", "R18")),
                       ("R46", text(client, "set", made.pk))):  # fmt: skip
        assert texts.title(rule, "bg", shipped_rules()) in page


def test_a_title_that_a_rule_set_gave_a_rule_itself_is_not_taken_for_the_translated_one() -> None:
    rule = replace(shipped_rules().rules["R18"], title="Another title (fictional)")
    assert title_of(rule, "bg") == "Another title (fictional)"


@pytest.mark.parametrize(
    ("name", "arg"),
    [("set", 99), ("adopt", 99), ("reject", 99), ("sign_off", "R99"), ("sign_off_withdraw", 99), ("setting", "x"),
     ("setting_entry", 99), ("setting_end", 99)],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(office: Office, signed_in_client: SignIn, name: str, arg: object) -> None:
    text(signed_in_client(office.lea), name, arg, status=404)


def test_a_set_is_proposed_from_an_archive_and_adopted_by_another_with_her_code(
    office: Office, signed_in_client: SignIn, code_of: CodeOf
) -> None:
    lea, dora = signed_in_client(office.lea), signed_in_client(office.dora)
    answer = lea.post(at("upload"), {"upload": [archive(without("R46"))], "reason": "Try (fictional)."})
    assert answer.status_code == 302
    made = RuleSetAdoption.objects.get(state="proposed")
    assert "R46" in text(dora, "set", made.pk)
    assert lea.get(at("adopt", made.pk)).status_code == 302
    assert "another officer must adopt" in text(lea, "set", made.pk)
    assert "You are about to change" in text(dora, "adopt", made.pk)
    assert dora.post(at("adopt", made.pk), {"code": "000000"}).status_code == 422
    assert dora.post(at("adopt", made.pk), {"code": code_of(office.dora)}).status_code == 302
    assert queries.active_rules().version == made.version
    assert "Clew came with other rules" in text(lea, "sets")
    assert "Clew came with other rules" in lea.get(reverse("disclosure:rules")).content.decode()


def test_rule_files_without_their_lists_take_those_in_force(office: Office, signed_in_client: SignIn) -> None:
    rules = [
        SimpleUploadedFile(name, content.encode())
        for name, content in without("R46").items()
        if name.endswith(".cedar")
    ]
    assert signed_in_client(office.lea).post(at("upload"), {"upload": rules, "reason": "x"}).status_code == 302
    assert RuleSetAdoption.objects.get(state="proposed").files == without("R46")


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("rules.zip", b"no archive"),
        SimpleUploadedFile("rules.txt", b"permit"),
        SimpleUploadedFile("R01.cedar", b"permit ("),
        SimpleUploadedFile("R01.cedar", b"\xff\xfe"),
    ],
)
def test_an_upload_that_is_no_rule_set_is_refused_in_words(
    office: Office, signed_in_client: SignIn, upload: SimpleUploadedFile
) -> None:
    upload.seek(0)
    answer = signed_in_client(office.lea).post(at("upload"), {"upload": [upload], "reason": "x"})
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.content.decode()
    assert not RuleSetAdoption.objects.filter(state="proposed").exists()


def test_an_upload_without_a_file_or_a_reason_says_so(office: Office, signed_in_client: SignIn) -> None:
    client = signed_in_client(office.lea)
    assert client.post(at("upload"), {"reason": "x"}).status_code == 422
    assert client.post(at("upload"), {"upload": [archive(without("R46"))], "reason": ""}).status_code == 422


def test_the_shipped_set_is_compared_and_proposed_where_another_is_in_force(
    office: Office, signed_in_client: SignIn
) -> None:
    client = signed_in_client(office.lea)
    assert "There is nothing to adopt" in text(client, "shipped")
    adopted(office)
    said = text(client, "shipped")
    assert "R46" in said
    assert "Added" in said
    assert client.post(at("shipped"), {"reason": ""}).status_code == 422
    assert client.post(at("shipped"), {"reason": "Back to what came."}).status_code == 302
    assert RuleSetAdoption.objects.get(state="proposed").version == shipped_rules().version
    assert "wait for a second person" in text(client, "shipped")


def test_a_set_is_rejected_with_a_reason(office: Office, signed_in_client: SignIn) -> None:
    made, client = proposed(office), signed_in_client(office.dora)
    assert client.post(at("reject", made.pk), {"reason": ""}).status_code == 422
    assert client.post(at("reject", made.pk), {"reason": "It forgets China."}).status_code == 302
    assert "It forgets China." in text(client, "set", made.pk)
    assert client.get(at("reject", made.pk)).status_code == 302


def test_broken_rules_are_said_on_every_page_and_none_of_them_fails(office: Office, signed_in_client: SignIn) -> None:
    made = adopted(office)
    RuleSetAdoption.objects.filter(pk=made.pk).update(files={})
    _loaded.cache_clear()
    client = signed_in_client(office.lea)
    for name in ("sets", "shipped", "sign_offs"):
        assert "cannot be used" in text(client, name)
    assert "cannot be used" in text(client, "set", made.pk)
    text(client, "settings")
    text(client, "sign_off", "R18", status=404)
    assert "cannot be used" in client.get(reverse("disclosure:rules")).content.decode()
    assert client.get(reverse("disclosure:rule", args=["R18"])).status_code == 200
    assert client.get("/").status_code == 200


def test_a_lawyer_signs_for_a_rule_with_her_code_and_it_shows_wherever_the_rule_does(
    office: Office, signed_in_client: SignIn, code_of: CodeOf
) -> None:
    client, now = signed_in_client(office.lea), timezone.now()
    given: dict[str, Any] = {
        "jurisdiction": "Austria (fictional)", "sources": "BGBl. 1 (fictional)",
        "checked_day": "1", "checked_month": "1", "checked_year": str(now.year),
        "expires_day": "1", "expires_month": "1", "expires_year": str(now.year + 2),
    }  # fmt: skip
    assert "Awaits sign-off" in text(client, "sign_offs")
    assert client.post(at("sign_off", "R18"), given | {"code": "000000"}).status_code == 422
    answer = client.post(at("sign_off", "R18"), given | {"jurisdiction": "", "code": code_of(office.lea)})
    assert answer.status_code == 422
    assert client.post(at("sign_off", "R18"), given | {"code": code_of(office.lea)}).status_code == 302
    assert RuleSignOff.objects.get().officer == office.lea
    assert "Austria (fictional)" in text(client, "sign_off", "R18")
    assert "Austria (fictional)" in client.get(reverse("disclosure:rule", args=["R18"])).content.decode()
    assert "Unverified" in text(client, "sign_off", "R18")


def test_a_sign_off_is_withdrawn_with_a_reason(office: Office, signed_in_client: SignIn) -> None:
    made, client = sign(office.lea), signed_in_client(office.luc)
    assert client.post(at("sign_off_withdraw", made.pk), {"reason": ""}).status_code == 422
    assert client.post(at("sign_off_withdraw", made.pk), {"reason": "The law changed."}).status_code == 302
    assert "The law changed." in text(client, "sign_off", "R18")
    text(signed_in_client(office.ina), "sign_off_withdraw", made.pk, status=403)


def day(name: str, value: Any) -> dict[str, str]:
    return {f"{name}_day": str(value.day), f"{name}_month": str(value.month), f"{name}_year": str(value.year)}


def test_a_setting_is_proposed_confirmed_by_another_and_ended(
    office: Office, signed_in_client: SignIn, code_of: Callable[[Officer], str]
) -> None:
    lea, dora, now = signed_in_client(office.lea), signed_in_client(office.dora), timezone.now().date()
    given = {"country": "CN", "value": "60", "source": "Order (fictional)", "reason": "Far."} | day("from_day", now)
    answer = lea.post(at("setting", "risk_days"), given, follow=True)
    assert "waits for another officer" in answer.content.decode()
    row = Setting.objects.get()
    assert "another officer must confirm" in text(lea, "setting_entry", row.pk)
    assert lea.post(at("setting_entry", row.pk), {"code": code_of(office.lea)}).status_code == 403
    assert "is wrong" in dora.post(at("setting_entry", row.pk), {"code": "1"}, follow=True).content.decode()
    assert Setting.objects.get().state == "proposed"
    assert dora.post(at("setting_entry", row.pk), {"code": code_of(office.dora)}).status_code == 302
    assert queries.settings_for("CN", now).risk_days == 60
    assert "60 days" in text(dora, "setting", "risk_days")
    ended = lea.post(at("setting_end", row.pk), {"reason": "No longer."} | day("last_day", now), follow=True)
    assert "It ends on that day." in ended.content.decode()
    assert lea.post(at("setting_end", row.pk), {"reason": ""} | day("last_day", now)).status_code == 422


def test_a_stricter_setting_takes_effect_and_a_faulty_one_is_refused(office: Office, signed_in_client: SignIn) -> None:
    client, now = signed_in_client(office.lea), timezone.now().date()
    given = {"value": "91", "source": "s", "reason": "r"} | day("from_day", now)
    assert client.post(at("setting", "risk_days"), given).status_code == 422
    answer = client.post(at("setting", "risk_days"), given | {"value": "10"}, follow=True)
    assert "makes nothing looser" in answer.content.decode()


def test_a_waiting_setting_is_rejected_with_a_reason(
    office: Office, signed_in_client: SignIn, code_of: Callable[[Officer], str]
) -> None:
    row, client = propose(office.lea, "risk_days", 60), signed_in_client(office.dora)
    assert client.post(at("setting_entry", row.pk), {"answer": "reject", "reason": ""}).status_code == 422
    assert client.post(at("setting_entry", row.pk), {"answer": "reject", "reason": "No."}).status_code == 302
    assert Setting.objects.get().state == "rejected"
    again = client.post(at("setting_entry", row.pk), {"code": code_of(office.dora)}, follow=True)
    assert "Nothing waits here." in again.content.decode()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("adequacy", {"country": "GB", "sector": "police", "reference": "C(2021) 1 (fictional)"}),
        ("approvers", {"role_approver": ["prosecutor"]}),
        ("penalties_excluded", {"country": "CN", "value": "yes"}),
        ("dual_criminality_required", {"country": "CN", "instrument": "AT-CN", "value": "not_required"}),
        ("require_sign_off", {"value": "none"}),
    ],
)
def test_every_kind_of_setting_has_a_form_that_works(
    office: Office, signed_in_client: SignIn, key: str, value: dict[str, Any]
) -> None:
    client = signed_in_client(office.lea)
    text(client, "setting", key)
    given = value | {"source": "s", "reason": "r"} | day("from_day", timezone.now().date())
    assert client.post(at("setting", key), given).status_code == 302
    row = Setting.objects.get()
    text(client, "setting_entry", row.pk)
    text(client, "setting", key)


def test_a_value_that_cannot_be_read_is_said_on_its_pages(office: Office, signed_in_client: SignIn) -> None:
    row, client = propose(office.lea, "risk_days", 10), signed_in_client(office.lea)
    Setting.objects.filter(pk=row.pk).update(value="ten")
    assert "Cannot be read" in text(client, "settings")
    assert "so the strictest holds" in text(client, "setting", "risk_days")
    assert "Cannot be read" in text(client, "setting_entry", row.pk)


def test_two_files_of_one_name_or_too_many_are_no_rule_set() -> None:
    with pytest.raises(BadInput):
        queries.files_of_upload([("a/R01.cedar", b"x"), ("b/R01.cedar", b"y")])
    with pytest.raises(BadInput):
        queries.files_of_upload([(f"R{n}.cedar", b"x") for n in range(201)])
