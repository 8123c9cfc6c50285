from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db import connection
from django.utils import timezone

from clew.dossier.types import EntityDraft
from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Compartment, Officer
from clew.node.audit.models import AuditEntry
from clew.node.dossier.actions import (
    erase_person,
    merge_entities,
    protect_expired,
    record_source,
    set_person_category,
    split_entity,
)
from clew.node.dossier.models import EntityRow, PersonCategory, PersonKey, Source, Statement
from clew.node.dossier.queries import (
    entity_list,
    person_categories,
    protected_texts,
    release_facts,
    search_hits,
)
from clew.node.dossier.queries.viewing import dossier
from clew.node.types import BadInput, BadInputs
from tests.node.dossier.conftest import AGENCY, MAN, PHONE, WOMAN, MakeOfficer, draft, says

CANARY = "Zdravkaquux"
NUMBER = "+359881234567"


def soon() -> dt.date:
    """Counted when a test asks: tests that are collected before midnight run after it too."""
    return timezone.localdate() + dt.timedelta(days=30)


def record_woman(officer: Officer, team: Compartment, woman: EntityDraft = WOMAN) -> Source:
    return record_source(
        actor=officer,
        compartment_id=team.pk,
        draft=draft(
            [woman, PHONE, AGENCY],
            [
                says("woman", "name", f"{CANARY} Fictional", original=f"Здравка {CANARY}"),
                says("woman", "gender", "female"),
                says("phone", "number", NUMBER),
                says("agency", "name", "Golden Gate (fictional)"),
            ],
        ),
    )


def values(officer: Officer, entity: int, prop: str) -> list[str | None]:
    view = dossier(officer=officer, entity_id=entity)
    assert view is not None
    return [fact.value for fact in view.view.facts(prop)]


def store_bytes() -> bytes:
    """Every page of the store, free ones included."""
    connection.ensure_connection()
    return bytes(connection.connection.serialize())


def test_what_identifies_a_victim_is_sealed_and_shown_to_those_who_may_see_her(
    officer: Officer, team: Compartment, make_officer: MakeOfficer
) -> None:
    numbers = record_woman(officer, team).entity_numbers
    sealed = {row.prop.name: (row.value, row.original) for row in Statement.objects.filter(sealed__isnull=False)}
    assert sealed == {"name": ("", None), "number": ("", None)}
    assert values(officer, numbers["woman"], "name") == [f"{CANARY} Fictional"]
    analyst = make_officer("analyst", team, roles=("analyst",))
    assert values(analyst, numbers["woman"], "name") == [None]
    assert values(analyst, numbers["woman"], "gender") == ["female"]


def test_a_person_whose_category_nobody_said_is_protected(officer: Officer, team: Compartment) -> None:
    numbers = record_woman(officer, team, EntityDraft("woman", "Person")).entity_numbers
    assert Statement.objects.filter(sealed__isnull=False).count() == 2
    assert person_categories([numbers["woman"]], timezone.now()) == {numbers["woman"]: "unknown"}


def test_a_suspects_name_is_not_sealed(officer: Officer, team: Compartment) -> None:
    record_source(actor=officer, compartment_id=team.pk, draft=draft([MAN], [says("man", "name", "Marko Fictional")]))
    assert entity_list(officer=officer).entities[0].caption == "Marko Fictional"


def test_lists_and_search_call_her_by_a_pseudonym(officer: Officer, team: Compartment) -> None:
    number = record_woman(officer, team).entity_numbers["woman"]
    row = EntityRow.objects.get(entity_id=number)
    assert row.protected
    assert CANARY.lower() not in (row.caption + row.text + row.sort_key).lower()
    assert search_hits(officer=officer, text=CANARY[:5], limit=9) == []


def test_a_whole_name_or_number_finds_her_for_those_who_may_see_her_only(
    officer: Officer, team: Compartment, make_officer: MakeOfficer
) -> None:
    numbers = record_woman(officer, team).entity_numbers
    (by_number,) = search_hits(officer=officer, text="+359 88 123-4567", limit=9)
    assert by_number.url.endswith(f"/{numbers['phone']}/")
    (by_name,) = search_hits(officer=officer, text=f"{CANARY} fictional", limit=9)
    assert by_name.url.endswith(f"/{numbers['woman']}/")
    assert CANARY not in by_name.title
    analyst = make_officer("analyst", team, roles=("analyst",))
    assert search_hits(officer=analyst, text=NUMBER, limit=9) == []
    outsider = make_officer("outsider")
    assert search_hits(officer=outsider, text=NUMBER, limit=9) == []


def test_a_category_seals_and_unseals_without_renumbering(officer: Officer, team: Compartment) -> None:
    numbers = record_woman(officer, team, EntityDraft("woman", "Person", category="other")).entity_numbers
    before = list(Statement.objects.order_by("id").values_list("id", "value"))
    assert any(CANARY in value for _id, value in before)
    entries = AuditEntry.objects.count()
    set_person_category(
        actor=officer, entity_id=numbers["woman"], category="victim", expires=soon(), reason="new facts"
    )
    assert AuditEntry.objects.count() == entries + 1
    assert not Statement.objects.filter(value__contains=CANARY).exists()
    assert values(officer, numbers["woman"], "name") == [f"{CANARY} Fictional"]
    set_person_category(actor=officer, entity_id=numbers["woman"], category="other", expires=soon(), reason="not so")
    assert list(Statement.objects.order_by("id").values_list("id", "value")) == before


def test_a_category_that_expired_protects_again(officer: Officer, team: Compartment) -> None:
    numbers = record_woman(officer, team, EntityDraft("woman", "Person", category="other")).entity_numbers
    PersonCategory.objects.update(expires=timezone.now().date() - dt.timedelta(days=1))
    assert person_categories([numbers["woman"]], timezone.now()) == {numbers["woman"]: "unknown"}
    assert protect_expired(actor=NODE) == 1
    assert not Statement.objects.filter(value__contains=CANARY).exists()


def until(number: int) -> dt.date:
    return PersonCategory.objects.get(person_id=number).expires


def test_a_category_that_names_no_day_holds_a_year_and_no_longer_than_its_source_is_kept(
    officer: Officer, team: Compartment
) -> None:
    today = timezone.now().date()
    numbers = record_woman(officer, team).entity_numbers
    kept = Source.objects.get().retain_until
    assert until(numbers["woman"]) == min(kept, today + dt.timedelta(days=365))
    short = replace(draft([MAN], [says("man", "name", "Marko Fictional")]), retain_until=soon())
    him = record_source(actor=officer, compartment_id=team.pk, draft=short).entity_numbers
    assert until(him["man"]) == soon()


def test_a_category_holds_until_the_day_that_was_named(officer: Officer, team: Compartment) -> None:
    numbers = record_woman(officer, team, replace(WOMAN, category_until=soon())).entity_numbers
    assert until(numbers["woman"]) == soon()


@pytest.mark.parametrize("days", [-1, 366])
def test_a_last_day_that_has_passed_or_is_more_than_a_year_away_is_refused(
    officer: Officer, team: Compartment, days: int
) -> None:
    day = timezone.now().date() + dt.timedelta(days=days)
    with pytest.raises(BadInputs) as fault:
        record_woman(officer, team, replace(WOMAN, category_until=day))
    assert [each.field for each in fault.value.problems] == ["woman.category_until"]
    assert not Source.objects.exists()


@pytest.mark.parametrize("days", [None, -1, 366])
def test_a_category_is_not_changed_without_a_last_day_within_a_year(
    officer: Officer, team: Compartment, days: int | None
) -> None:
    numbers = record_woman(officer, team).entity_numbers
    day = None if days is None else timezone.now().date() + dt.timedelta(days=days)
    with pytest.raises(BadInput) as fault:
        set_person_category(actor=officer, entity_id=numbers["woman"], category="other", expires=day, reason="x")  # type: ignore[arg-type]
    assert (fault.value.field, bool(fault.value.cure)) == ("expires", True)
    assert person_categories([numbers["woman"]], timezone.now()) == {numbers["woman"]: "victim"}


def test_a_value_that_concerns_two_protected_persons_needs_the_keys_of_both(
    officer: Officer, team: Compartment, make_officer: MakeOfficer
) -> None:
    other = EntityDraft("other", "Person", category="witness")
    numbers = record_source(
        actor=officer,
        compartment_id=team.pk,
        draft=draft([WOMAN, other, PHONE], [says("phone", "number", NUMBER), says("woman", "name", "Ana Fictional")]),
    ).entity_numbers
    assert values(officer, numbers["phone"], "number") == [NUMBER]
    dpo = make_officer("dpo", team, roles=("data_protection_officer",))
    erase_person(actor=dpo, entity_id=numbers["other"], reason="asked for it")
    assert values(officer, numbers["phone"], "number") == [None]


def test_destroying_the_key_makes_every_identifying_value_unreadable(
    officer: Officer, team: Compartment, make_officer: MakeOfficer
) -> None:
    numbers = record_woman(officer, team).entity_numbers
    dpo = make_officer("dpo", team, roles=("data_protection_officer",))
    erase_person(actor=dpo, entity_id=numbers["woman"], reason="asked for it")
    assert PersonKey.objects.get().wrapped is None
    assert values(officer, numbers["woman"], "name") == [None]
    assert search_hits(officer=officer, text=NUMBER, limit=9) == []
    known = EntityDraft("woman", "Person", existing_id=numbers["woman"])
    with pytest.raises(Exception, match="erased"):
        record_source(
            actor=officer, compartment_id=team.pk, draft=draft([known], [says("woman", "name", "New Fictional")])
        )
    with pytest.raises(BadInput, match="erased"):
        erase_person(actor=dpo, entity_id=numbers["woman"], reason="again")


def test_erasing_is_refused_to_an_investigator(officer: Officer, team: Compartment) -> None:
    numbers = record_woman(officer, team).entity_numbers
    with pytest.raises(Refused):
        erase_person(actor=officer, entity_id=numbers["woman"], reason="no")


def test_merging_protects_both_and_splitting_gives_the_former_state_back(officer: Officer, team: Compartment) -> None:
    woman = record_woman(officer, team).entity_numbers["woman"]
    man = record_source(
        actor=officer, compartment_id=team.pk, draft=draft([MAN], [says("man", "name", "Marko Fictional")])
    ).entity_numbers["man"]
    before = list(EntityRow.objects.order_by("entity_id").values_list("entity_id", "caption", "text", "protected"))
    merge_entities(actor=officer, keep_id=man, other_id=woman, reason="same passport")
    assert not Statement.objects.filter(value="Marko Fictional").exists()
    assert set(values(officer, man, "name")) == {f"{CANARY} Fictional", "Marko Fictional"}
    assert person_categories([man], timezone.now()) == {man: "victim"}
    split_entity(actor=officer, entity_id=woman, reason="different persons")
    assert values(officer, man, "name") == ["Marko Fictional"]
    after = list(EntityRow.objects.order_by("entity_id").values_list("entity_id", "caption", "text", "protected"))
    assert after == before


def test_the_release_engine_gets_decrypted_values_and_whom_they_concern(officer: Officer, team: Compartment) -> None:
    numbers = record_woman(officer, team).entity_numbers
    ids = list(Statement.objects.order_by("id").values_list("id", flat=True))
    facts = {
        fact.prop: fact
        for fact in release_facts(officer=officer, statement_ids=ids)
        if fact.schema != "RecruitmentAgency"
    }
    assert facts["number"].value == NUMBER
    (concerned,) = facts["number"].concerns
    assert (concerned.entity_id, concerned.category, concerned.protected) == (numbers["woman"], "victim", True)
    assert facts["number"].handling == "H1"


def test_a_statement_outside_the_officers_team_is_not_given_to_the_engine(
    officer: Officer, other_team: Compartment
) -> None:
    record_woman(NODE, other_team)  # type: ignore[arg-type]
    ids = list(Statement.objects.values_list("id", flat=True))
    assert release_facts(officer=officer, statement_ids=ids) == []


def test_the_words_that_name_her_are_known_for_checking_free_text(officer: Officer, team: Compartment) -> None:
    numbers = record_woman(officer, team).entity_numbers
    texts = {text.folded for text in protected_texts(case_entity_ids=[numbers["agency"]])}
    assert f"{CANARY.lower()} fictional" in texts
    assert "359881234567" in texts
    assert "golden gate fictional" not in texts


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_no_identifying_value_of_a_protected_person_is_anywhere_in_the_store(
    officer: Officer, team: Compartment
) -> None:
    numbers = record_woman(officer, team).entity_numbers
    assert CANARY.encode() not in store_bytes()
    assert NUMBER.encode() not in store_bytes()
    assert CANARY.lower().encode() not in store_bytes()
    set_person_category(actor=officer, entity_id=numbers["woman"], category="suspect", expires=soon(), reason="changed")
    assert CANARY.encode() in store_bytes()
    assert CANARY.lower().encode() in store_bytes()
    set_person_category(
        actor=officer, entity_id=numbers["woman"], category="victim", expires=soon(), reason="changed back"
    )
    assert CANARY.encode() not in store_bytes()
    assert CANARY.lower().encode() not in store_bytes()
