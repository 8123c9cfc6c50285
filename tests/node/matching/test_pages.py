"""The pages: list, pair side by side, judgement, notice, and the warnings where something may be recorded twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.node.accounts.actions import Officer
from clew.node.dossier.actions import merge_entities
from clew.node.dossier.models import Entity, Statement
from clew.node.matching.models import Notice, Verdict
from tests.node.matching.conftest import PHONE, World, work

pytestmark = pytest.mark.django_db
SignedIn = Callable[[Officer], Client]


@pytest.fixture
def client_of(world: World, signed_in_client: SignedIn) -> Client:
    return signed_in_client(world.officer)


def page(client: Client, name: str, *args: object, query: str = "", status: int = 200) -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == status
    return answer.content.decode()


def judge(client: Client, one: int, other: int, **said: str) -> Any:
    return client.post(reverse("matching:pair", args=[one, other]), said)


def test_an_empty_list_says_what_brings_pairs(client_of: Client) -> None:
    said = page(client_of, "matching:list")
    assert "No pair waits" in said
    assert "within a minute" in said


def test_the_desk_counts_and_leads_to_the_list(world: World, client_of: Client) -> None:
    world.alike()
    work()
    assert "1 pair waits for a judgement" in page(client_of, "desk:desk")
    world.alike(number=1)
    work()
    assert "3 pairs wait for a judgement" in page(client_of, "desk:desk")
    assert reverse("matching:list") in page(client_of, "desk:desk")


def test_a_pair_is_shown_side_by_side_with_differences_first_and_sources(world: World, client_of: Client) -> None:
    one = world.person("Ivan Zhelyazkov", phone=PHONE, nationality="bg", notes="Tall.")
    other = world.person("Jeliazkov Ivan", phone="+436607788991", nationality="ro")
    work()
    said = page(client_of, "matching:pair", one, other)
    rows = [said.index(label) for label in ("Bulgaria", "+436607788991", "Tall.")]
    assert said.index("Differ<") < said.index("Spelt differently") < said.index("Agree<")
    assert rows == sorted(rows)
    assert said.count("Observation (fictional)") > 4
    phone = Statement.objects.get(entity=one, prop__name="phone")
    assert reverse("dossier:why", args=[phone.pk]) in said
    for words in ("What speaks for it", "Telephone: agrees", "What speaks against it", "Country: differs", "Strong"):
        assert words in said
    assert 'data-clew-key="s"' in said
    assert 'aria-keyshortcuts="d"' in said
    assert "can be switched off" in said


def test_a_judgement_leads_to_the_next_pair_and_can_be_taken_back_there(world: World, client_of: Client) -> None:
    one, other = world.alike()
    third = world.thing("Phone", number=PHONE)
    fourth = world.thing("Phone", number=PHONE)
    work()
    answer = judge(client_of, one, other, said="same", reason="Same photo.")
    verdict = Verdict.objects.get()
    assert answer["Location"] == reverse("matching:pair", args=[third, fourth]) + f"?judged={verdict.pk}"
    following = client_of.get(answer["Location"]).content.decode()
    assert "Your judgement is recorded" in following
    assert reverse("matching:judgement", args=[verdict.pk]) in following
    shown = page(client_of, "matching:judgement", verdict.pk)
    assert "Same photo." in shown
    undone = client_of.post(reverse("matching:judgement", args=[verdict.pk]), {"reason": "A slip of a key."})
    assert undone["Location"] == reverse("matching:list")
    assert Entity.objects.filter(canonical__isnull=False).count() == 0
    assert "Taken back" in page(client_of, "matching:list")
    assert "A slip of a key." in page(client_of, "matching:judgement", verdict.pk)


def test_the_last_judgement_leads_back_to_the_list(world: World, client_of: Client) -> None:
    one, other = world.alike()
    work()
    answer = judge(client_of, one, other, said="different", reason="Two faces.")
    assert answer["Location"].startswith(reverse("matching:list") + "?judged=")
    assert "No pair waits" in client_of.get(answer["Location"]).content.decode()


@pytest.mark.parametrize("said", [{}, {"said": "same"}, {"reason": "Why"}, {"said": "perhaps", "reason": "Why"}])
def test_a_judgement_that_is_not_whole_is_said_on_the_form(
    world: World, client_of: Client, said: dict[str, str]
) -> None:
    one, other = world.alike()
    work()
    answer = judge(client_of, one, other, **said)
    assert answer.status_code == 422
    assert not Verdict.objects.exists()


def test_taking_back_without_a_reason_is_said_on_the_form(world: World, client_of: Client) -> None:
    one, other = world.alike()
    work()
    verdict = world.judge(one, other, "different")
    answer = client_of.post(reverse("matching:judgement", args=[verdict.pk]), {"reason": ""})
    assert answer.status_code == 422
    client_of.post(reverse("matching:judgement", args=[verdict.pk]), {"reason": "One."})
    assert client_of.post(reverse("matching:judgement", args=[verdict.pk]), {"reason": "Two."}).status_code == 422


def test_a_contradiction_is_shown_with_both_ways_out(world: World, client_of: Client) -> None:
    one, other, third = world.alike(number=3)
    work()
    verdict = world.judge(one, third, "different")
    merge_entities(actor=world.officer, keep_id=other, other_id=third, reason="Seen.")
    work()
    refused = judge(client_of, one, other, said="same", reason="They are.")
    assert refused.status_code == 422
    said = refused.content.decode()
    assert "This contradicts a judgement" in said
    assert reverse("matching:judgement", args=[verdict.pk]) in said
    merge_entities(actor=world.officer, keep_id=one, other_id=other, reason="On the other page.")
    shown = page(client_of, "matching:list")
    assert "Judgements that contradict each other" in shown
    assert reverse("dossier:split", args=[third]) in shown
    assert "Judgements contradict each other" in page(client_of, "desk:desk")


def test_unsure_pairs_have_a_list_of_their_own(world: World, client_of: Client) -> None:
    one, other = world.alike()
    work()
    world.judge(one, other, "unsure")
    assert reverse("matching:pair", args=[one, other]) not in page(client_of, "matching:list")
    assert reverse("matching:pair", args=[one, other]) in page(client_of, "matching:list", query="?unsure=1")


@pytest.mark.parametrize("query", ["?page=0", "?page=-1", "?page=x", "?page=99999999", "?judged=x", "?judged=99"])
def test_an_address_that_makes_no_sense_shows_the_list(client_of: Client, query: str) -> None:
    page(client_of, "matching:list", query=query)


def test_a_long_list_has_pages(world: World, client_of: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clew.node.matching.queries.seeing.ON_A_PAGE", 2)
    world.alike(number=3)
    work()
    assert "page=2" in page(client_of, "matching:list")
    assert "page=1" in page(client_of, "matching:list", query="?page=2")


def test_a_value_that_is_hidden_stays_hidden_and_agrees_with_nothing(
    world: World, signed_in_client: SignedIn, officer_factory: Any
) -> None:
    """An analyst opens no pair of protected persons, whatever she writes into the address."""
    one, other = world.alike(category="victim")
    work()
    analyst = officer_factory(roles=["analyst"], compartments=[world.here])
    page(signed_in_client(analyst), "matching:pair", one, other, status=404)
    assert judge(signed_in_client(analyst), one, other, said="same", reason="Why").status_code == 404


@pytest.mark.parametrize("role", ["geneticist", "approver", "auditor", "administrator", "liaison_officer"])
def test_who_does_not_judge_is_refused(
    world: World, role: str, officer_factory: Any, signed_in_client: SignedIn
) -> None:
    one, other = world.alike()
    work()
    client = signed_in_client(officer_factory(roles=[role], compartments=[world.here]))
    page(client, "matching:list", status=403)
    page(client, "matching:pair", one, other, status=403)


def test_the_page_of_an_entity_says_that_it_may_be_known_twice(
    world: World, client_of: Client, signed_in_client: SignedIn, officer_factory: Any
) -> None:
    one, other = world.alike()
    assert "Known twice?" not in page(client_of, "dossier:entity", one)
    work()
    for own in (one, other):
        said = page(client_of, "dossier:entity", own)
        assert "Known twice?" in said
        assert reverse("matching:pair", args=[one, other]) in said
    liaison = officer_factory(roles=["liaison_officer"], compartments=[world.here])
    said = page(signed_in_client(liaison), "dossier:entity", one)
    assert reverse("matching:pair", args=[one, other]) not in said
    assert reverse("dossier:entity", args=[other]) in said
    geneticist = officer_factory(roles=["geneticist"], compartments=[world.here])
    assert "Known twice?" not in page(signed_in_client(geneticist), "dossier:entity", one)


def form(world: World, **changes: object) -> dict[str, object]:
    until = timezone.localdate() + dt.timedelta(days=99)
    return {
        "title": "Interview (fictional)", "compartment": world.here.pk, "kind": "interview", "reliability": "B",
        "accuracy": "2", "nature": "fact", "handling": "H1", "handling_text": "", "purpose": "criminal_investigation",
        "basis": "intelligence", "seen_on_day": "", "seen_on_month": "", "seen_on_year": "",
        "retain_until_day": until.day, "retain_until_month": until.month, "retain_until_year": until.year,
        "prop_number": PHONE,
    } | changes  # fmt: skip


def test_the_form_warns_before_something_is_recorded_twice_and_records_when_sent_again(
    world: World, client_of: Client
) -> None:
    known = world.thing("Phone", number=PHONE)
    work()
    address = reverse("dossier:record") + "?schema=Phone"
    warned = client_of.post(address, form(world))
    said = warned.content.decode()
    assert warned.status_code == 200
    assert "This may be known already" in said
    assert reverse("dossier:entity", args=[known]) in said
    assert f"?entity={known}" in said
    assert Entity.objects.count() == 1
    assert client_of.post(address, form(world, seen_alike="1")).status_code == 302
    assert Entity.objects.count() == 2


def test_the_form_warns_of_nothing_that_another_team_holds(world: World, client_of: Client) -> None:
    world.thing("Phone", number=PHONE, team=world.there)
    work()
    assert client_of.post(reverse("dossier:record") + "?schema=Phone", form(world)).status_code == 302


def test_the_form_warns_of_nobody_protected_for_who_may_not_see_who_that_is(
    world: World, signed_in_client: SignedIn, officer_factory: Any
) -> None:
    world.thing("Person", category="victim", name="Mila (fictional)", phone=PHONE)
    work()
    posted = form(world, prop_phone=PHONE, category="suspect", prop_name="Anybody (fictional)")
    posted |= {f"category_until_{part}": posted[f"retain_until_{part}"] for part in ("day", "month", "year")}
    address = reverse("dossier:record") + "?schema=Person"
    analyst = officer_factory(roles=["analyst"], compartments=[world.here])
    assert client_of_is_warned(signed_in_client(world.officer), address, posted)
    assert not client_of_is_warned(signed_in_client(analyst), address, posted)


def client_of_is_warned(client: Client, address: str, posted: dict[str, object]) -> bool:
    answer = client.post(address, posted)
    assert answer.status_code in {200, 302}, answer.content.decode()
    return answer.status_code == 200


def test_a_notice_says_whom_to_ask_and_is_ticked_off(world: World, signed_in_client: SignedIn) -> None:
    world.thing("Phone", number=PHONE, team=world.there)
    world.thing("Phone", number=PHONE)
    work()
    told = Notice.objects.get()
    client = signed_in_client(world.stranger)
    assert "shares an identifier with yours: a telephone number" in page(client, "desk:desk")
    said = page(client, "matching:notice", told.pk)
    assert "shares a telephone number with this entry of yours" in said
    assert f"name notice {told.pk}" in said
    assert client.post(reverse("matching:notice", args=[told.pk])).status_code == 302
    assert "Ticked off" in page(client, "matching:notice", told.pk)
    assert "shares an identifier" not in page(client, "desk:desk")
    client.post(reverse("matching:notice", args=[told.pk]))
    assert "already ticked off" in page(client, "matching:notice", told.pk)
