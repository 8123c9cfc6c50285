"""What is compared, when, and what is kept of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clew.matching.entities.blocking import VERSION
from clew.node.accounts.actions import NODE
from clew.node.audit.models import AuditEntry
from clew.node.dossier.actions import (
    correct_statement,
    destroy_source,
    erase_person,
    merge_entities,
    rebuild_rows,
    retract_statement,
    set_person_category,
    split_entity,
    undo_source,
)
from clew.node.dossier.models import Source, Statement
from clew.node.matching import queueing
from clew.node.matching.actions import compare_waiting
from clew.node.matching.actions import comparing as comparing_action
from clew.node.matching.looking import look_at
from clew.node.matching.models import Finding, IndexState, Key, Waiting
from clew.node.matching.queries import health_findings, pair_page
from tests.node.matching.conftest import PHONE, World, work

WALLET = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
pytestmark = pytest.mark.django_db


def pairs() -> set[tuple[int, int]]:
    return set(Finding.objects.values_list("one_id", "other_id"))


def test_two_of_one_name_and_telephone_are_proposed_by_the_worker_and_not_in_the_intake(world: World) -> None:
    one, other = world.alike()
    assert pairs() == set()
    work()
    assert pairs() == {(one, other)}
    (found,) = Finding.objects.all()
    assert found.proposal == "same"
    assert {each[0] for each in found.evidence} == {"name", "phone"}


@pytest.mark.parametrize(
    ("schema", "one", "other"),
    [
        ("Company", {"name": "Golden Bridge GmbH"}, {"name": "Golden Bridge G.m.b.H."}),
        ("Phone", {"number": "+436607788991"}, {"number": "+43 (660) 7788991"}),
        ("BankAccount", {"iban": "AT611904300234573201"}, {"iban": "AT61 1904 3002 3457 3201"}),
        ("Passport", {"number": "PA 1234567"}, {"number": "PA1234567"}),
        ("Vehicle", {"registrationNumber": "CB 1234 AB"}, {"registrationNumber": "СВ1234АВ"}),
        ("CryptoWallet", {"publicKey": WALLET}, {"publicKey": WALLET}),
    ],
)  # fmt: skip
def test_things_that_share_an_identifier_are_found_however_it_is_written(
    world: World, schema: str, one: dict[str, Any], other: dict[str, Any]
) -> None:
    first, second = world.thing(schema, **one), world.thing(schema, **other)
    work()
    assert pairs() == {(first, second)}


def test_a_name_in_characters_meets_its_pinyin(world: World) -> None:
    one = world.person("令狐建国", birthDate="1984-03-02")
    other = world.person("Linghu Jianguo", birthDate="1984-03-02")
    work()
    assert pairs() == {(one, other)}


def test_a_common_name_alone_proposes_nobody(world: World) -> None:
    world.person("Zhang Wei")
    world.person("张伟")
    world.person("Wang Fang")
    work()
    assert pairs() == set()


def test_the_same_name_with_two_valid_national_numbers_is_no_pair_on_the_name(world: World) -> None:
    world.person("Ivan Zhelyazkov", idNumber="6101057509")
    world.person("Ivan Zhelyazkov", idNumber="7523169263")
    work()
    assert pairs() == set()


def test_what_stands_in_too_many_entities_of_a_team_brings_nobody_together(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clew.node.matching.looking.largest", lambda _kind: 2)
    world.alike(number=3)
    work()
    assert pairs() == set()


def test_how_many_of_another_team_share_it_changes_nothing_for_ones_own(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clew.node.matching.looking.largest", lambda _kind: 2)
    monkeypatch.setattr("clew.node.matching.looking.ACROSS", 3)
    one, other = world.alike()
    world.alike(team=world.there, number=4)
    work()
    assert pairs() == {(one, other)}


def test_keys_hold_no_value_and_are_bound_to_the_node(world: World) -> None:
    world.alike(category="victim")
    work()
    kept = b" ".join(bytes(each.digest) for each in Key.objects.all())
    assert Key.objects.count() > 2
    assert all(len(bytes(each.digest)) == 16 for each in Key.objects.all())
    for text in (b"hely", b"7788991", b"Ivan"):
        assert text not in kept
    said = str(list(Finding.objects.values())) + str(list(AuditEntry.objects.values("act", "leaf")))
    assert "7788991" not in said
    assert "elyaz" not in said


def test_a_value_that_is_corrected_brings_the_pair_and_takes_it_away(world: World) -> None:
    one = world.person("Ivan Zhelyazkov", phone=PHONE)
    other = world.person("Ivan Zhelyazkov Petrov", phone="+43 660 1112223")
    work()
    assert (one, other) not in pairs()
    phone = Statement.objects.get(entity=other, prop__name="phone")
    new = correct_statement(actor=world.officer, statement_id=phone.pk, value=PHONE, reason="Misread.")
    work()
    assert pairs() == {(one, other)}
    retract_statement(actor=world.officer, statement_id=new.pk, reason="Not hers.")
    work()
    assert (one, other) not in pairs()


def test_an_undone_source_leaves_no_key_and_no_pair(world: World) -> None:
    _one, other = world.alike()
    work()
    source = Source.objects.get(statements__entity=other, statements__prop__name="phone")
    undo_source(actor=world.officer, source_id=source.pk, reason="A mistake.")
    assert not Key.objects.filter(entity=other).exists()
    work()
    assert pairs() == set()


def test_an_erased_person_leaves_no_key_behind_in_the_very_act(world: World, officer_factory: Any) -> None:
    one, other = world.alike(category="victim")
    work()
    protector = officer_factory(roles=["data_protection_officer"], compartments=[world.here])
    erase_person(actor=protector, entity_id=other, reason="She asked for it.")
    assert not Key.objects.filter(entity=other).exists()
    assert Key.objects.filter(entity=one).exists()
    work()
    assert not Key.objects.filter(entity=other).exists()
    assert pairs() == set()


def test_her_telephone_goes_with_her(world: World, officer_factory: Any) -> None:
    from clew.dossier.types import EntityDraft
    from clew.node.dossier.actions import record_source
    from tests.node.dossier.conftest import draft, says

    source = record_source(
        actor=world.officer, compartment_id=world.here.pk,
        draft=draft(
            [EntityDraft("her", "Person", category="victim"), EntityDraft("line", "Phone")],
            [says("her", "name", "Mila (fictional)"), says("line", "number", PHONE)],
        ),
    )  # fmt: skip
    work()
    line = source.entity_numbers["line"]
    assert Key.objects.get(entity=line).guarded
    protector = officer_factory(roles=["data_protection_officer"], compartments=[world.here])
    erase_person(actor=protector, entity_id=source.entity_numbers["her"], reason="She asked for it.")
    assert not Key.objects.filter(entity=line).exists()
    work()
    assert not Key.objects.filter(entity=line).exists()


def test_a_destroyed_source_leaves_no_key(world: World, officer_factory: Any) -> None:
    _one, other = world.alike()
    work()
    protector = officer_factory(roles=["data_protection_officer"])
    for source in Source.objects.filter(statements__entity=other).distinct():
        destroy_source(actor=protector, source_id=source.pk, reason="Its time is over.")
    work()
    assert not Key.objects.filter(entity=other).exists()
    assert pairs() == set()


def test_what_changes_while_it_is_compared_is_compared_again_and_nothing_old_is_kept(world: World) -> None:
    _one, other = world.alike()
    turns = dict(Waiting.objects.values_list("pk", "turn"))
    looked = look_at(turns.keys())
    source = Source.objects.filter(statements__entity=other).latest("pk")
    undo_source(actor=world.officer, source_id=source.pk, reason="Meanwhile.")
    comparing_action.keep_comparison(actor=NODE, turns=turns, looked=looked)
    assert not Key.objects.filter(entity=other).exists()
    assert pairs() == set()
    assert list(Waiting.objects.values_list("pk", flat=True)) == [other]


def test_what_another_worker_looked_at_meanwhile_is_not_overwritten_by_what_was_read_before(
    world: World, officer_factory: Any
) -> None:
    her = world.person("Mila (fictional)", category="victim", phone=PHONE)
    turns = dict(Waiting.objects.values_list("pk", "turn"))
    looked = look_at(turns.keys())
    protector = officer_factory(roles=["data_protection_officer"], compartments=[world.here])
    erase_person(actor=protector, entity_id=her, reason="She asked for it.")
    work()
    comparing_action.keep_comparison(actor=NODE, turns=turns, looked=looked)
    assert not Key.objects.filter(entity=her).exists()


def test_one_that_was_merged_is_compared_as_one_and_again_apart_after_the_split(world: World) -> None:
    one, other = world.alike()
    third = world.person("Ivan Zhelyazkov (fictional)", phone=PHONE)
    work()
    assert len(pairs()) == 3
    merge_entities(actor=world.officer, keep_id=one, other_id=other, reason="Seen.")
    work()
    assert pairs() == {(one, third)}
    split_entity(actor=world.officer, entity_id=other, reason="A mistake.")
    work()
    assert len(pairs()) == 3


def test_what_becomes_protected_is_guarded_from_that_moment(world: World) -> None:
    _one, other = world.alike()
    work()
    assert not Finding.objects.get().guarded
    set_person_category(
        actor=world.officer, entity_id=other, category="victim", reason="She said so.",
        expires=timezone.localdate() + dt.timedelta(days=9),
    )  # fmt: skip
    assert Finding.objects.get().guarded
    work()
    assert Finding.objects.get().guarded


def test_the_index_is_made_anew_with_the_rows_and_finds_the_same(world: World) -> None:
    world.alike()
    work()
    before = _all_keys()
    Key.objects.all().delete()
    Finding.objects.all().delete()
    rebuild_rows(actor=NODE)
    work()
    assert _all_keys() == before
    assert len(pairs()) == 1


def _all_keys() -> set[tuple[object, ...]]:
    return {
        (key.entity_id, key.team_id, key.kind, bytes(key.digest), key.first, key.guarded, key.tells)
        for key in Key.objects.all()
    }


def test_another_version_of_the_keys_makes_the_index_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.alike()
    work()
    IndexState.objects.update(version=VERSION - 1)
    Key.objects.all().delete()
    monkeypatch.setattr(queueing, "AT_ONCE", 1)
    work()
    assert Key.objects.exists()
    assert IndexState.objects.get().version == VERSION


def test_one_that_cannot_be_compared_holds_up_nobody_and_the_doctor_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = world.alike()
    broken = world.person("Broken (fictional)")

    def refuse(entity_ids: Any) -> Any:
        if broken in entity_ids:
            raise ValueError("broken")
        return look_at(entity_ids)

    monkeypatch.setattr(comparing_action, "look_at", refuse)
    work()
    assert pairs() == {(one, other)}
    (finding,) = health_findings(now=None)  # type: ignore[arg-type]
    assert finding.state == "wrong"
    assert compare_waiting() == 0


def test_an_idle_worker_writes_nothing(world: World) -> None:
    world.alike()
    work()
    with CaptureQueriesContext(connection) as asked:
        assert compare_waiting() == 0
    assert not [each for each in asked if not each["sql"].startswith("SELECT")]


def test_a_portion_costs_no_more_queries_with_thirty_entities_than_with_three(world: World) -> None:
    def cost(number: int) -> int:
        for each in range(number):
            world.person(f"Number {number} {each} (fictional)", phone=f"+43 660 77{number:02d}{each:03d}")
        with CaptureQueriesContext(connection) as asked:
            compare_waiting()
        return len(asked)

    work()
    assert cost(30) == cost(3)


def test_statistical_records_never_enter(world: World) -> None:
    """They stand in tables of their own, of which the dossier and so the index know nothing."""
    from clew.node.transfer.models import StatisticalColumn, StatisticalDataset

    for model in (StatisticalDataset, StatisticalColumn):
        related = {field.related_model for field in model._meta.get_fields() if field.is_relation}
        assert not {each.__name__ for each in related if each} & {"Entity", "Statement", "Source"}
    assert pair_page(officer=world.officer, unsure=False).lines == ()
