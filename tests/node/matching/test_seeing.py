"""Who may know of a pair: canaries, teams, and those who may not see who a protected person is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clew.node.accounts.actions import Officer, add_member, remove_member
from clew.node.audit.models import AuditEntry
from clew.node.dossier.actions import set_person_category
from clew.node.matching.actions import close_notice, judge_pair
from clew.node.matching.models import Finding, Notice
from clew.node.matching.queries import (
    desk_items,
    last_verdicts,
    likely_same,
    notice,
    open_count,
    pair_page,
    parts_about,
)
from clew.vocabulary import codelist
from tests.node.canaries.asking import without_echo
from tests.node.matching.conftest import PHONE, World, work

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Officer], Client]
CANARY = "Kanarienvogel"
ROLES = [code for code, _label in codelist("roles").choices("en")]
PAGES = ("matching:list", "desk:desk", "dossier:list")


def everything(officer: Officer, entity_ids: list[int]) -> str:
    """All that matching offers an officer."""
    return str(
        (
            desk_items(officer=officer, now=timezone.now()),
            pair_page(officer=officer, unsure=False).lines,
            pair_page(officer=officer, unsure=True).lines,
            [part.context for part in parts_about(officer=officer, entity_ids=entity_ids)],
            last_verdicts(officer=officer),
            likely_same(officer=officer, schema="Person", said=[("name", CANARY), ("phone", PHONE)]),
        )
    )


def test_a_pair_of_two_teams_is_for_those_who_are_in_both(world: World) -> None:
    (one,), (other,) = world.alike(number=1), world.alike(team=world.there, number=1)
    work()
    assert world.sees(one, other, who=world.bridge)
    assert not world.sees(one, other)
    assert not world.sees(one, other, who=world.stranger)
    assert (open_count(officer=world.bridge), open_count(officer=world.officer)) == (1, 0)


def test_who_leaves_a_team_sees_its_pairs_no_more(world: World) -> None:
    from clew.node.accounts.actions import NODE

    one, other = world.alike()
    work()
    remove_member(actor=NODE, compartment=world.here, officer=world.officer)
    assert not world.sees(one, other)
    add_member(actor=NODE, compartment=world.here, officer=world.stranger)
    assert world.sees(one, other, who=world.stranger)


def test_what_one_team_knows_of_an_entity_does_not_speak_in_a_pair_of_another_team(world: World) -> None:
    """The telephone is the other team's word; this team has a common name alone, and is asked nothing."""
    from clew.dossier.types import EntityDraft
    from clew.node.dossier.actions import record_source
    from tests.node.dossier.conftest import draft, says

    one, other = world.person("Zhang Wei"), world.person("Zhang Wei")
    for entity in (one, other):
        record_source(
            actor=world.bridge, compartment_id=world.there.pk,
            draft=draft([EntityDraft("it", "Person", existing_id=entity)], [says("it", "phone", PHONE)]),
        )  # fmt: skip
    work()
    assert not world.sees(one, other)
    assert world.sees(one, other, who=world.bridge)
    assert world.sees(one, other, who=world.stranger)


def test_the_number_of_one_that_a_team_does_not_know_is_not_shown_to_it(
    world: World, signed_in_client: SignedIn
) -> None:
    """It was merged into an older one of another team, which stands for both; this team goes on with its own."""
    from clew.node.dossier.actions import merge_entities

    (hidden,) = world.alike(team=world.there, number=1)
    own, third = world.alike()
    merge_entities(actor=world.bridge, keep_id=hidden, other_id=own, reason="Seen by both.")
    work()
    assert world.sees(own, third)
    assert not world.sees(hidden, third)
    client = signed_in_client(world.officer)
    pages = [
        client.get(reverse("matching:list")),
        client.get(reverse("matching:pair", args=[own, third])),
        client.get(reverse("dossier:entity", args=[own])),
    ]
    assert [each.status_code for each in pages] == [200, 200, 200]
    for each in pages:
        assert f"/dossier/{hidden}/" not in each.content.decode()
        assert f"/pair/{hidden}/" not in each.content.decode()
    assert "Known twice?" in pages[2].content.decode()
    assert not Finding.objects.filter(one=hidden, other=own).exists()
    world.judge(own, third, "different")
    work()
    assert open_count(officer=world.officer) == 0


@pytest.mark.parametrize("category", ["victim", "witness", "smuggled_migrant", "unknown", None])
def test_a_pair_with_somebody_protected_is_only_for_who_may_see_who_that_is(
    world: World, category: str | None, officer_factory: Any
) -> None:
    analyst = officer_factory(roles=["analyst"], compartments=[world.here])
    open_one = world.person(f"{CANARY} Schmied", phone=PHONE)
    hidden = world.thing("Person", category=category, name=f"{CANARY} Schmied", phone=PHONE)
    work()
    assert world.sees(open_one, hidden)
    assert not world.sees(open_one, hidden, who=analyst)
    assert open_count(officer=analyst) == 0
    said = everything(analyst, [open_one, hidden])
    assert "Person " not in said
    world.judge(open_one, hidden, "different")
    assert last_verdicts(officer=analyst) == []
    assert len(last_verdicts(officer=world.officer)) == 1


def test_a_pair_that_becomes_protected_leaves_at_once_who_may_not_see_who_it_is(
    world: World, officer_factory: Any
) -> None:
    import datetime as dt

    analyst = officer_factory(roles=["analyst"], compartments=[world.here])
    one, other = world.alike()
    work()
    assert world.sees(one, other, who=analyst)
    world.judge(one, other, "unsure", by=analyst)
    set_person_category(
        actor=world.officer, entity_id=one, category="witness", reason="She said so.",
        expires=timezone.localdate() + dt.timedelta(days=9),
    )  # fmt: skip
    assert not world.sees(one, other, who=analyst)
    assert last_verdicts(officer=analyst) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_withheld_name_reaches_nobody_without_the_right(
    world: World, role: str, officer_factory: Any, signed_in_client: SignedIn
) -> None:
    """Role by place: every page and every offer, in the team, and outside it."""
    ids = [world.person(f"{CANARY} Schmied", phone=PHONE) for _ in range(2)]
    hidden = [world.person(f"Geheim{CANARY} Schmied", category="victim", birthDate="1999-09-09") for _ in range(2)]
    work()
    inside = officer_factory(roles=[role], compartments=[world.here])
    outside = officer_factory(roles=[role], compartments=[world.there])
    for officer, may in ((inside, True), (outside, False)):
        client = signed_in_client(officer)
        said = everything(officer, [*ids, *hidden])
        for name in PAGES:
            said += client.get(reverse(name)).content.decode()
        for one, other in (ids, hidden):
            said += client.get(reverse("matching:pair", args=[one, other])).content.decode()
            said += client.get(reverse("dossier:entity", args=[one])).content.decode()
        if not may:
            assert CANARY not in said.replace(f"[{CANARY!r}]", "")
        identifies = role in {"investigator", "caseworker", "prosecutor", "liaison_officer", "consular_officer",
                              "child_protection_officer", "data_protection_officer"}  # fmt: skip
        if not (may and identifies):
            assert f"Geheim{CANARY}" not in said


@pytest.mark.parametrize("address", ["matching:pair", "matching:judgement", "matching:notice"])
def test_what_is_another_teams_answers_as_what_does_not_exist(
    world: World, address: str, signed_in_client: SignedIn
) -> None:
    one, other = world.alike(team=world.there)
    world.thing("Phone", number="+43 660 5556667", team=world.there)
    world.thing("Phone", number="+43 660 5556667")
    work()
    verdict = judge_pair(actor=world.stranger, one_id=one, other_id=other, said="unsure", reason="Hm.")
    names = {
        "matching:pair": ([one, other], [888_888, 999_999]),
        "matching:judgement": ([verdict.pk], [999_999]),
        "matching:notice": ([Notice.objects.get(team=world.there).pk], [999_999]),
    }
    real, none = names[address]
    client = signed_in_client(world.officer)
    answers = [client.get(reverse(address, args=each)) for each in (real, none)]
    assert [each.status_code for each in answers] == [404, 404]
    assert without_echo(answers[0].content.decode()) == without_echo(answers[1].content.decode())


# --- What a team is told of another one.


def shared(world: World, *, first: str = "there", **more: Any) -> list[int]:
    """A telephone that both teams record, `first` first."""
    teams = [world.there, world.here] if first == "there" else [world.here, world.there]
    return [world.thing("Phone", number=PHONE, team=team, **more) for team in teams]


def test_the_team_that_had_it_first_is_told_and_the_other_gets_nothing(
    world: World, signed_in_client: SignedIn
) -> None:
    held, _asked = shared(world)
    client = signed_in_client(world.officer)
    before = [without_echo(client.get(reverse(name)).content.decode()) for name in PAGES]
    work()
    (told,) = Notice.objects.all()
    assert (told.team, told.entity_id, told.kind) == (world.there, held, "phone")
    assert [item.kind for item in desk_items(officer=world.stranger, now=timezone.now())] == ["matching.notice"]
    assert desk_items(officer=world.officer, now=timezone.now()) == []
    assert notice(officer=world.officer, pk=told.pk) is None
    assert [without_echo(client.get(reverse(name)).content.decode()) for name in PAGES] == before


def test_asking_costs_the_same_whether_another_team_holds_it_or_not(world: World) -> None:
    """The same queries in the same order: neither the form's warning nor the entity's page tells by its time."""

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert likely_same(officer=world.officer, schema="Phone", said=[("number", PHONE)]) == []
            assert parts_about(officer=world.officer, entity_ids=[1]) == []
        return [each["sql"] for each in captured]

    without = asked()
    world.thing("Phone", number=PHONE, team=world.there)
    work()
    assert asked() == without


def test_a_notice_names_neither_the_other_team_nor_its_entity(world: World, signed_in_client: SignedIn) -> None:
    held = world.thing("Phone", number=PHONE, team=world.there)
    asked = world.person(f"{CANARY} (fictional)", phone=PHONE)
    work()
    told = Notice.objects.get()
    said = signed_in_client(world.stranger).get(reverse("matching:notice", args=[told.pk])).content.decode()
    assert CANARY not in said
    assert world.here.name not in said
    assert f"/dossier/{asked}/" not in said
    assert told.entity_id == held


def test_however_many_teams_and_entities_there_are_one_notice_is_raised(world: World, compartment_factory: Any) -> None:
    held, _other = shared(world)
    for _ in range(3):
        world.thing("Phone", number=PHONE)
    work()
    assert list(Notice.objects.values_list("entity", flat=True)) == [held]


def test_a_notice_that_was_ticked_off_does_not_come_again(world: World) -> None:
    shared(world)
    work()
    told = Notice.objects.get()
    close_notice(actor=world.stranger, notice_id=told.pk)
    world.thing("Phone", number=PHONE)
    work()
    assert desk_items(officer=world.stranger, now=timezone.now()) == []
    assert Notice.objects.count() == 1


def test_who_asked_is_told_nothing_when_the_holder_changes_its_entity(world: World) -> None:
    """Otherwise a number could be recorded to wait for its holder's next step."""
    from clew.dossier.types import EntityDraft
    from clew.node.dossier.actions import record_source
    from tests.node.dossier.conftest import draft, says

    held, _asked = shared(world)
    work()
    record_source(
        actor=world.stranger, compartment_id=world.there.pk,
        draft=draft([EntityDraft("it", "Phone", existing_id=held)], [says("it", "country", "AT")]),
    )  # fmt: skip
    work()
    assert set(Notice.objects.values_list("team", flat=True)) == {world.there.pk}


@pytest.mark.parametrize("category", ["suspect", "convicted", "other"])
def test_a_notice_is_raised_about_somebody_whom_no_category_protects(world: World, category: str) -> None:
    for team in (world.there, world.here):
        world.thing("Person", team=team, category=category, name="Somebody (fictional)", phone=PHONE)
    work()
    assert Notice.objects.get().team == world.there


@pytest.mark.parametrize("category", ["victim", "witness", "smuggled_migrant", "unknown", None])
@pytest.mark.parametrize("whose", ["holder", "asker"])
def test_no_notice_is_raised_about_somebody_protected(world: World, category: str | None, whose: str) -> None:
    for team, protected in ((world.there, whose == "holder"), (world.here, whose == "asker")):
        world.thing(
            "Person", team=team, category=category if protected else "suspect", name="Somebody (fictional)", phone=PHONE
        )
    work()
    assert not Notice.objects.exists()


def test_no_notice_is_raised_about_the_telephone_of_somebody_protected(world: World) -> None:
    from clew.dossier.types import EntityDraft
    from clew.node.dossier.actions import record_source
    from tests.node.dossier.conftest import draft, says

    world.thing("Phone", number=PHONE, team=world.there)
    record_source(
        actor=world.officer, compartment_id=world.here.pk,
        draft=draft(
            [EntityDraft("her", "Person", category="victim"), EntityDraft("line", "Phone")],
            [says("her", "name", "Mila (fictional)"), says("line", "number", PHONE)],
        ),
    )  # fmt: skip
    work()
    assert not Notice.objects.exists()


def test_no_notice_is_raised_about_whom_a_category_has_run_out(world: World) -> None:
    import datetime as dt

    from clew.node.dossier.models import PersonCategory

    one = world.person("Somebody (fictional)", phone=PHONE, team=world.there)
    PersonCategory.objects.filter(person=one).update(expires=timezone.localdate() - dt.timedelta(days=1))
    world.person("Somebody (fictional)", phone=PHONE)
    work()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "source",
    [
        {"purpose": "assistance"}, {"purpose": "referral"}, {"purpose": "missing_person_search"},
        {"handling": "H2"}, {"handling": "H3", "handling_text": "Ask first."}, {"owner": "partner"},
        {"chain": ("partner",)},
    ],
)  # fmt: skip
@pytest.mark.parametrize("whose", ["holder", "asker"])
def test_no_notice_is_raised_about_help_a_partners_word_or_what_its_giver_reserved(
    world: World, source: dict[str, Any], whose: str
) -> None:
    world.thing("Phone", number=PHONE, team=world.there, source=source if whose == "holder" else {})
    world.thing("Phone", number=PHONE, source=source if whose == "asker" else {})
    work()
    assert not Notice.objects.exists()


def test_a_name_or_a_birth_date_raises_no_notice(world: World) -> None:
    for team in (world.there, world.here):
        world.person("Ivan Zhelyazkov", birthDate="1984-03-02", team=team)
    work()
    assert Finding.objects.exists()
    assert not Notice.objects.exists()


def test_no_notice_is_raised_where_somebody_is_in_both_teams(world: World, officer_factory: Any) -> None:
    shared(world)
    assert world.bridge.pk
    work()
    assert Notice.objects.exists() is False


def test_the_log_has_both_teams_by_number_for_the_data_protection_officer(world: World) -> None:
    shared(world)
    work()
    entry = AuditEntry.objects.get(act="matching.raise_notice")
    assert str(world.here.pk) in str(entry.leaf)
    assert "7788991" not in str(entry.leaf)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_and_ticks_off_a_notice_as_the_table_says(
    world: World, role: str, officer_factory: Any, signed_in_client: SignedIn
) -> None:
    shared(world)
    work()
    told = Notice.objects.get()
    inside = officer_factory(roles=[role], compartments=[world.there])
    outside = officer_factory(roles=[role], compartments=[world.here])
    may = role in {"caseworker", "child_protection_officer", "investigator", "liaison_officer", "consular_officer",
                   "prosecutor", "analyst"}  # fmt: skip
    address = reverse("matching:notice", args=[told.pk])
    assert signed_in_client(inside).get(address).status_code == (200 if may else 403)
    assert signed_in_client(outside).post(address).status_code in {403, 404}
    assert Notice.objects.get().closed is None
    assert signed_in_client(inside).post(address).status_code == (302 if may else 403)
    assert (Notice.objects.get().closed is not None) == may
