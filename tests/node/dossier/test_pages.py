from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import override

from clew.dossier.types import EntityDraft
from clew.node.accounts.models import Compartment, Officer
from clew.node.dossier.actions import record_source
from clew.node.dossier.forms import schema_choices
from clew.node.dossier.models import PersonCategory, PersonKey, Source, Statement
from clew.vocabulary import codelist
from tests.node.design.markup import parse
from tests.node.dossier.conftest import AGENCY, MAN, PHONE, WOMAN, MakeOfficer, draft, says

SignedIn = Callable[[Officer], Client]


@pytest.fixture
def known(officer: Officer, team: Compartment) -> dict[str, int]:
    source = record_source(
        actor=officer,
        compartment_id=team.pk,
        draft=draft(
            [AGENCY, WOMAN, MAN, PHONE],
            [
                says("agency", "name", "Golden Gate (fictional)"),
                says("woman", "name", "Ana Fictional", original="Ана", lang="bg"),
                says("man", "name", "Marko Fictional", concerns=("man",)),
                says("phone", "number", "+436601234567", concerns=()),
            ],
        ),
    )
    return dict(source.entity_numbers)


def form(team: Compartment, **changes: Any) -> dict[str, Any]:
    known = {
        "title": "Interview (fictional)", "compartment": team.pk, "kind": "interview", "reliability": "B",
        "accuracy": "2",
        "nature": "fact", "handling": "H1", "handling_text": "", "purpose": "criminal_investigation",
        "basis": "intelligence", "retain_until_day": "1", "retain_until_month": "1", "retain_until_year": "2031",
        "concerns": "",
    }  # fmt: skip
    return known | changes


def test_the_list_shows_names_and_a_pseudonym(
    officer: Officer, known: dict[str, int], signed_in_client: SignedIn
) -> None:
    page = signed_in_client(officer).get("/dossier/").content.decode()
    assert "Golden Gate (fictional)" in page
    assert "Ana Fictional" not in page
    assert f"-{known['woman']}" in page


def test_the_list_is_filtered_by_words_and_kind(
    officer: Officer, known: dict[str, int], signed_in_client: SignedIn
) -> None:
    client = signed_in_client(officer)
    assert "Golden Gate" in client.get("/dossier/?text=golden&schema=").content.decode()
    assert "Golden Gate" not in client.get("/dossier/?text=&schema=Phone").content.decode()


def test_a_thing_of_a_kind_that_is_not_offered_is_shown_all_the_same(
    officer: Officer, team: Compartment, signed_in_client: SignedIn
) -> None:
    brought = record_source(
        actor=officer,
        compartment_id=team.pk,
        draft=draft([EntityDraft("shore", "Territory")], [says("shore", "name", "Salt Shore (fictional)")]),
    )
    client = signed_in_client(officer)
    assert 'value="Territory"' not in client.get("/dossier/record/").content.decode()
    listed = client.get("/dossier/").content.decode()
    assert 'value="Territory"' not in listed
    assert "Salt Shore (fictional)" in listed
    page = client.get(f"/dossier/{brought.entity_numbers['shore']}/").content.decode()
    assert "Salt Shore (fictional)" in page
    assert client.get(f"/dossier/record/?entity={brought.entity_numbers['shore']}").status_code == 200


def test_the_kinds_on_offer_are_named_in_the_readers_language(officer: Officer, signed_in_client: SignedIn) -> None:
    with override("bg"):
        choices = schema_choices()
    page = signed_in_client(officer).get("/dossier/record/", headers={"accept-language": "bg"}).content.decode()
    offered = re.findall(r'<option value="(\w+)"[^>]*>([^<]+)</option>', page)
    assert [(name, label.strip()) for name, label in offered if name in dict(choices)] == choices
    assert all(re.search("[а-я]", label) for _name, label in choices)


def test_an_entity_page_shows_facts_and_why(
    officer: Officer, known: dict[str, int], signed_in_client: SignedIn
) -> None:
    client = signed_in_client(officer)
    page = client.get(f"/dossier/{known['woman']}/").content.decode()
    assert "Ana Fictional" in page
    assert "Ана" in page
    statement = Statement.objects.get(entity_id=known["woman"])
    assert f"/dossier/statement/{statement.pk}/" in page
    why = client.get(f"/dossier/statement/{statement.pk}/").content.decode()
    assert "Observation (fictional)" in why


def test_an_entity_page_names_and_explains_every_grade_and_handling_code(
    officer: Officer, known: dict[str, int], signed_in_client: SignedIn
) -> None:
    page = signed_in_client(officer).get(f"/dossier/{known['agency']}/").content.decode()
    shown = parse(page).one("table").text
    for list_id, code in (("source_reliability", "B"), ("information_accuracy", "2"), ("handling_codes", "H1")):
        assert codelist(list_id).label(code, "en") in shown
        assert codelist(list_id).help(code, "en") in shown


def test_the_form_explains_every_code_that_can_be_chosen(officer: Officer, signed_in_client: SignedIn) -> None:
    page = signed_in_client(officer).get("/dossier/record/?schema=Offer").content.decode()
    folded = {
        each["data-clew-codes"]: each.text for each in parse(page).every("details") if "data-clew-codes" in each.attrs
    }
    assert {
        "source_kinds", "source_reliability", "information_accuracy", "statement_nature", "handling_codes", "purposes",
        "evidence_basis", "work_sectors", "recruitment_methods",
    } <= set(folded)  # fmt: skip
    for list_id, text in folded.items():
        assert all(codelist(list_id).help(code, "en") in text for code in codelist(list_id).codes), list_id


def test_an_analyst_reads_hidden_instead_of_the_name(
    team: Compartment, known: dict[str, int], make_officer: MakeOfficer, signed_in_client: SignedIn
) -> None:
    analyst = make_officer("analyst", team, roles=("analyst",))
    page = signed_in_client(analyst).get(f"/dossier/{known['woman']}/").content.decode()
    assert "Ana Fictional" not in page
    assert "Hidden" in page


@pytest.mark.parametrize("path", ["", "merge/", "category/", "split/"])
def test_a_dossier_of_another_team_is_not_there(
    known: dict[str, int], path: str, make_officer: MakeOfficer, signed_in_client: SignedIn
) -> None:
    outsider = make_officer("outsider")
    assert signed_in_client(outsider).get(f"/dossier/{known['woman']}/{path}").status_code == 404


def test_the_page_of_a_past_day_shows_nothing_that_came_later(
    officer: Officer, known: dict[str, int], signed_in_client: SignedIn
) -> None:
    client = signed_in_client(officer)
    assert (
        "Golden Gate"
        not in client.get(f"/dossier/{known['agency']}/?as_of=2020-01-01")
        .content.decode()
        .split("What is said")[1]
        .split("Sources")[0]
    )
    assert "is not a day" in client.get(f"/dossier/{known['agency']}/?as_of=gestern").content.decode()


def test_facts_about_a_new_person_are_recorded(officer: Officer, team: Compartment, signed_in_client: SignedIn) -> None:
    client = signed_in_client(officer)
    assert client.get("/dossier/record/").status_code == 200
    assert client.get("/dossier/record/?schema=Person").status_code == 200
    data = form(team, category="victim", prop_name="Mira Fictional")
    assert client.post("/dossier/record/?schema=Person", data).status_code == 422, "until when it holds is not said"
    soon = timezone.now().date() + dt.timedelta(days=30)
    until = {f"category_until_{part}": getattr(soon, part) for part in ("day", "month", "year")}
    answer = client.post("/dossier/record/?schema=Person", data | until)
    assert answer.status_code == 302
    assert PersonCategory.objects.get().expires == soon
    page = client.get(answer["Location"]).content.decode()
    assert "Mira Fictional" in page
    assert PersonKey.objects.count() == 1


def test_a_person_needs_a_category_and_a_wrong_value_is_named(
    officer: Officer, team: Compartment, signed_in_client: SignedIn
) -> None:
    client = signed_in_client(officer)
    without = client.post("/dossier/record/?schema=Person", form(team, prop_name="Mira Fictional"))
    assert without.status_code == 422
    wrong = client.post("/dossier/record/?schema=Person", form(team, category="victim", prop_birthDate="yesterday"))
    assert wrong.status_code == 422
    assert not Source.objects.exists()


def test_more_is_recorded_about_a_known_thing_and_concerns_a_person(
    officer: Officer, team: Compartment, known: dict[str, int], signed_in_client: SignedIn
) -> None:
    client = signed_in_client(officer)
    url = f"/dossier/record/?entity={known['phone']}"
    assert client.get(url).status_code == 200
    answer = client.post(url, form(team, prop_imei="490154203237518", concerns=str(known["woman"])))
    assert answer.status_code == 302
    assert Statement.objects.get(prop__name="imei").sealed is not None


def test_recording_is_refused_without_the_permission(
    team: Compartment, make_officer: MakeOfficer, signed_in_client: SignedIn
) -> None:
    approver = make_officer("approver", team, roles=("approver",))
    assert signed_in_client(approver).get("/dossier/record/").status_code == 403


def test_a_fact_is_corrected_and_retracted_and_its_source_undone(
    officer: Officer, known: dict[str, int], signed_in_client: SignedIn
) -> None:
    client = signed_in_client(officer)
    pk = Statement.objects.get(entity_id=known["agency"]).pk
    assert client.get(f"/dossier/statement/{pk}/correct/").status_code == 200
    empty = client.post(f"/dossier/statement/{pk}/correct/", {"value": "Silver Gate (fictional)", "reason": ""})
    assert empty.status_code == 422
    done = client.post(f"/dossier/statement/{pk}/correct/", {"value": "Silver Gate (fictional)", "reason": "misread"})
    assert done.status_code == 302
    new = Statement.objects.get(value="Silver Gate (fictional)").pk
    assert client.post(f"/dossier/statement/{new}/retract/", {"reason": "not theirs"}).status_code == 302
    source = Source.objects.get().pk
    assert client.get(f"/dossier/source/{source}/undo/").status_code == 200
    assert client.post(f"/dossier/source/{source}/undo/", {"reason": "wrong file"}).status_code == 302
    assert Source.objects.get().undone is not None


def test_entities_are_merged_and_split(
    officer: Officer, team: Compartment, known: dict[str, int], signed_in_client: SignedIn
) -> None:
    client = signed_in_client(officer)
    bad = client.post(f"/dossier/{known['man']}/merge/", {"other": "not a number", "reason": "same"})
    assert bad.status_code == 422
    merged = client.post(f"/dossier/{known['man']}/merge/", {"other": str(known["woman"]), "reason": "same"})
    assert merged.status_code == 302
    assert "These are not the same" in client.get(f"/dossier/{known['man']}/").content.decode()
    assert client.post(f"/dossier/{known['man']}/split/", {"reason": "not so"}).status_code == 302


def test_the_category_is_changed_with_a_reason(
    officer: Officer, known: dict[str, int], signed_in_client: SignedIn
) -> None:
    client = signed_in_client(officer)
    assert client.get(f"/dossier/{known['man']}/category/").status_code == 200
    page = f"/dossier/{known['man']}/category/"
    soon = timezone.now().date() + dt.timedelta(days=30)
    until = {"expires_day": soon.day, "expires_month": soon.month, "expires_year": soon.year}
    assert client.post(page, {"category": "witness", "reason": "", **until}).status_code == 422
    assert client.post(page, {"category": "witness", "reason": "testifies"}).status_code == 422
    late = client.post(page, {"category": "witness", "reason": "testifies", **until, "expires_year": soon.year + 2})
    assert (late.status_code, "This is longer than a year." in late.content.decode()) == (422, True)
    done = client.post(page, {"category": "witness", "reason": "testifies", **until})
    assert done.status_code == 302
    assert not Statement.objects.filter(value="Marko Fictional").exists()


@pytest.mark.parametrize(("days", "said"), [(30, "It holds until"), (-1, "What was said last held until")])
def test_a_persons_page_tells_until_when_the_category_holds_or_held(
    officer: Officer, known: dict[str, int], signed_in_client: SignedIn, days: int, said: str
) -> None:
    woman = known["woman"]
    day = timezone.now().date() + dt.timedelta(days=days)
    PersonCategory.objects.filter(person_id=woman).update(expires=day)
    page = signed_in_client(officer).get(f"/dossier/{woman}/").content.decode()
    assert f"{said} {date_format(day, 'SHORT_DATE_FORMAT')}" in page


def test_erasing_is_interrupted_and_refused_to_others(
    officer: Officer, team: Compartment, known: dict[str, int], make_officer: MakeOfficer, signed_in_client: SignedIn
) -> None:
    url = f"/dossier/{known['woman']}/erase/"
    assert signed_in_client(officer).get(url).status_code == 403
    client = signed_in_client(make_officer("dpo", team, roles=("data_protection_officer",)))
    assert "cannot be undone" in client.get(url).content.decode()
    assert client.post(url, {"reason": "asked for it"}).status_code == 302
    assert "has been erased" in client.get(f"/dossier/{known['woman']}/").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_dossier(
    officer: Officer,
    team: Compartment,
    known: dict[str, int],
    signed_in_client: SignedIn,
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in_client(officer)
    # The first page of each minute notes that its reader is there, and the first of each hour what she reads.
    client.get(f"/dossier/{known['woman']}/")
    counts = []
    for _round in range(2):
        for url in ("/dossier/", f"/dossier/{known['woman']}/"):
            with django_assert_max_num_queries(40) as seen:
                client.get(url)
            counts.append(len(seen))
        more = [EntityDraft(f"a{n}", "RecruitmentAgency") for n in range(20)]
        woman = EntityDraft("woman", "Person", existing_id=known["woman"])
        record_source(
            actor=officer,
            compartment_id=team.pk,
            draft=draft(
                [woman, *more],
                [
                    *(says(f"a{n}", "name", f"Agency {n} (fictional)") for n in range(20)),
                    says("woman", "alias", "A (fictional)"),
                ],
            ),
        )
    assert counts[:2] == counts[2:]
