"""By hand one can enter what the story's acts can: several values, the original spelling, the day seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.models import Compartment, Officer
from clew.node.dossier.actions import correct_statement, read_statement, record_source
from clew.node.dossier.entering import MOST_VALUES
from clew.node.dossier.models import Source, Statement
from clew.node.types import BadInputs
from tests.node.design.markup import parse
from tests.node.dossier.conftest import AGENCY, WOMAN, draft, says
from tests.node.dossier.test_pages import form

SignedIn = Callable[[Officer], Client]
AGENCIES = "/dossier/record/?schema=RecruitmentAgency"
SITUATIONS = "/dossier/record/?schema=ExploitationSituation"
LATIN, CHINESE = "Golden Road (fictional)", "金路（虚构）"
SEEN = dt.date(2026, 3, 1)


@pytest.fixture
def client(officer: Officer, signed_in_client: SignedIn) -> Client:
    return signed_in_client(officer)


def agency(officer: Officer, team: Compartment, **more: object) -> Statement:
    said = says("agency", "name", LATIN, **({"original": CHINESE, "lang": "zh-Hans", "seen_on": SEEN} | more))
    source = record_source(actor=officer, compartment_id=team.pk, draft=draft([AGENCY], [said]))
    return Statement.objects.get(source=source)


def corrected(client: Client, said: Statement, **sent: str) -> Any:
    return client.post(f"/dossier/statement/{said.pk}/correct/", {"reason": "misread", **sent})


def test_a_name_is_recorded_with_its_original_spelling_its_language_and_the_day_seen(
    client: Client, team: Compartment
) -> None:
    day = {"seen_on_day": "1", "seen_on_month": "3", "seen_on_year": "2026"}
    said = {"prop_name": LATIN, "original_name": CHINESE, "lang_name": "zh-Hans"}
    answer = client.post(AGENCIES, form(team, **said, **day))
    assert answer.status_code == 302
    recorded = Statement.objects.get()
    assert (recorded.value, recorded.original, recorded.lang) == (LATIN, CHINESE, "zh-Hans")
    assert recorded.seen_on == SEEN
    assert f'lang="zh-Hans">{CHINESE}' in client.get(answer["Location"]).content.decode()


def test_several_values_of_one_property_come_from_one_source(client: Client, team: Compartment) -> None:
    control = dict(zip(("prop_meansOfControl", "prop_meansOfControl_2"), means_of_control(client), strict=False))
    assert client.post(SITUATIONS, form(team, **control)).status_code == 302
    recorded = Statement.objects.filter(prop__name="meansOfControl")
    assert set(recorded.values_list("value", flat=True)) == set(control.values())
    assert Source.objects.count() == 1


def means_of_control(client: Client) -> list[str]:
    page = parse(client.get(SITUATIONS).content.decode())
    chosen = page.one("select", name="prop_meansOfControl")
    return [option["value"] for option in chosen.every("option") if option["value"]]


def test_another_value_gives_room_for_one_more_keeps_what_was_typed_and_judges_nothing(
    client: Client, team: Compartment
) -> None:
    sent = form(team, title="", prop_name=LATIN, original_name=CHINESE, another="prop_name")
    answer = client.post(AGENCIES, sent)
    assert answer.status_code == 200
    page = parse(answer.content.decode())
    assert page.one("input", name="prop_name")["value"] == LATIN
    assert page.one("input", name="original_name")["value"] == CHINESE
    assert "autofocus" in page.one("input", name="prop_name_2").attrs
    assert page.one("select", name="lang_name_2")
    assert page.every("input", name="prop_alias_2") == []
    assert not Source.objects.exists()


def test_the_other_properties_are_unfolded_where_one_of_them_was_given_room(client: Client, team: Compartment) -> None:
    page = parse(client.post(AGENCIES, form(team, another="prop_weakAlias")).content.decode())
    assert any("open" in each.attrs and each.every("input", name="prop_weakAlias_2") for each in page.every("details"))


def test_a_thing_that_is_picked_can_be_named_twice(client: Client, team: Compartment) -> None:
    page = parse(client.post(SITUATIONS, form(team, another="prop_controller")).content.decode())
    assert page.every("input", name="prop_controller_2_q")


def test_there_is_room_for_so_many_values_and_no_more(client: Client, team: Compartment) -> None:
    many = {f"prop_name_{place}": f"Name {place} (fictional)" for place in range(2, MOST_VALUES + 5)}
    page = parse(client.post(AGENCIES, form(team, prop_name=LATIN, another="prop_name", **many)).content.decode())
    assert page.every("input", name=f"prop_name_{MOST_VALUES}")
    assert page.every("input", name=f"prop_name_{MOST_VALUES + 1}") == []
    assert page.every("button", name="another", value="prop_name") == []


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({"prop_alias": "Road", "original_name": CHINESE}, "There is an original spelling and no value"),
        ({"prop_name": LATIN, "lang_name": "zh-Hans"}, "A language was chosen and no original spelling"),
        ({"prop_name": LATIN, "original_name": CHINESE, "lang_name": "klingon"}, "klingon"),
        ({"prop_name": LATIN, "seen_on_day": "31", "seen_on_month": "2", "seen_on_year": "2026"}, "a real date"),
        ({"prop_name": LATIN, "seen_on_day": "1", "seen_on_month": "1", "seen_on_year": "2199"}, "in the future"),
        ({"prop_incorporationDate": "2020", "prop_incorporationDate_2": "yesterday"}, "yesterday"),
    ],
)
def test_what_does_not_fit_together_is_named_and_nothing_is_recorded(
    client: Client, team: Compartment, sent: dict[str, str], fault: str
) -> None:
    answer = client.post(AGENCIES, form(team, **sent))
    assert answer.status_code == 422
    assert fault in answer.content.decode()
    assert not Source.objects.exists()


def test_a_correction_keeps_original_language_and_day_unless_it_says_otherwise(
    officer: Officer, team: Compartment
) -> None:
    said = agency(officer, team)
    new = correct_statement(actor=officer, statement_id=said.pk, value="Gold Road (fictional)", reason="misread")
    assert (new.original, new.lang, new.seen_on) == (CHINESE, "zh-Hans", SEEN)
    bare = correct_statement(
        actor=officer, statement_id=new.pk, value=new.value, reason="not theirs", original="", lang="", seen_on=None
    )
    assert (bare.value, bare.original, bare.lang, bare.seen_on) == (new.value, None, None, None)


def test_the_page_of_a_correction_shows_what_stands_and_takes_a_better_spelling(
    client: Client, officer: Officer, team: Compartment
) -> None:
    said = agency(officer, team)
    page = parse(client.get(f"/dossier/statement/{said.pk}/correct/").content.decode())
    assert page.one("input", name="original")["value"] == CHINESE
    assert "selected" in page.one("option", value="zh-Hans").attrs
    answer = corrected(client, said, value=LATIN, original="金之路（虚构）", lang="zh-Hans")
    assert answer.status_code == 302
    new = Statement.objects.latest("pk")
    assert (new.value, new.original, new.lang, new.seen_on) == (LATIN, "金之路（虚构）", "zh-Hans", None)


def test_a_language_that_is_not_on_the_list_is_kept_by_a_correction(
    client: Client, officer: Officer, team: Compartment
) -> None:
    said = agency(officer, team, lang="bo")
    assert corrected(client, said, value="Gold (fictional)", original=CHINESE, lang="bo").status_code == 302
    assert Statement.objects.latest("pk").lang == "bo"


@pytest.mark.parametrize(
    "sent",
    [
        {"value": LATIN, "original": "", "lang": "zh-Hans"},
        {"value": LATIN, "original": CHINESE, "lang": "klingon"},
        {"value": LATIN, "original": CHINESE, "lang": "zh-Hans", "seen_on_day": "1", "seen_on_month": "3",
         "seen_on_year": "2026"},
        {"value": LATIN, "original": CHINESE, "lang": "zh-Hans", "seen_on_day": "1", "seen_on_month": "1",
         "seen_on_year": "2199"},
    ],
    ids=["a language of nothing", "no language", "nothing changed", "a day to come"],
)  # fmt: skip
def test_a_correction_that_does_not_hold_together_is_refused(
    client: Client, officer: Officer, team: Compartment, sent: dict[str, str]
) -> None:
    said = agency(officer, team)
    assert corrected(client, said, **sent).status_code == 422
    assert Statement.objects.count() == 1


def test_a_day_to_come_is_refused_by_the_acts_themselves(officer: Officer, team: Compartment) -> None:
    tomorrow = timezone.now().date() + dt.timedelta(days=2)
    with pytest.raises(BadInputs, match="in the future"):
        agency(officer, team, seen_on=tomorrow)
    said = agency(officer, team)
    with pytest.raises(BadInputs, match="in the future"):
        correct_statement(actor=officer, statement_id=said.pk, value="X", reason="misread", seen_on=tomorrow)


def test_the_sealed_original_of_a_protected_person_outlives_a_correction(officer: Officer, team: Compartment) -> None:
    said = says("woman", "name", "Ana Fictional", original="Ана", lang="bg")
    record_source(actor=officer, compartment_id=team.pk, draft=draft([WOMAN], [said]))
    old = Statement.objects.get()
    new = correct_statement(actor=officer, statement_id=old.pk, value="Anna Fictional", reason="misread")
    assert new.sealed is not None
    assert new.original is None
    read = read_statement(actor=officer, statement_id=new.pk)
    assert read is not None
    assert (read.statement.value, read.statement.original, read.statement.lang) == ("Anna Fictional", "Ана", "bg")
