"""A person's own page: what is held and was shared, in words for her, and nobody else's name, case or place on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import NODE, add_member
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.consent.actions import withdraw_consent
from clew.node.disclosure.queries import disclosures_of_person
from clew.node.dossier.actions import record_source
from clew.node.referral import actions
from clew.node.referral.actions import ReferralDraft
from clew.node.referral.models import Path
from clew.node.types import EarlierDisclosure
from tests.node.referral.conftest import OTHER, OWN, World, decision_draft, from_today

pytestmark = pytest.mark.django_db
SignIn = Callable[[Officer], Client]


def own(client: Client, path: Path, language: str = "en") -> str:
    found = client.get(reverse("referral:own", args=[path.pk]), {"language": language})
    assert found.status_code == 200
    return str(found.content.decode())


def say(world: World, officer: Officer, compartment: int, said: tuple[StatementDraft, ...], **changes: Any) -> None:
    """A source about her, of this team."""
    values: dict[str, Any] = {
        "kind": "interview", "title": "Talk with Suspectus (fictional)", "owner": OWN, "reliability": "A",
        "handling": "H0", "handling_text": "", "purpose": "assistance", "retain_until": from_today(365),
        "basis": "intelligence", "received_letter": "", "language": "en",
        "entities": (EntityDraft(key="her", schema="Person", existing_id=world.person),), "statements": said,
    }  # fmt: skip
    record_source(actor=officer, compartment_id=compartment, draft=SourceDraft(**(values | changes)))


def fact(prop: str, value: str) -> tuple[StatementDraft, ...]:
    return (StatementDraft("her", prop, value, accuracy=1, nature="fact"),)


@pytest.fixture
def client(world: World, signed_in_client: SignIn) -> Client:
    return signed_in_client(world.caseworker)


def test_she_reads_what_is_held_and_from_there_it_is_corrected_and_taken_back(world: World, client: Client) -> None:
    path = world.path()
    say(world, world.caseworker, world.team.pk, fact("nationality", "bg"))
    shown = own(client, path)
    for words in (
        "Mila Fictional",
        "Bulgaria",
        "We talked with you",
        "What you need: ",
        "Nothing was shared",
    ):
        assert words in shown
    for name, number in (("consent:withdraw_many", world.person), ("dossier:entity", world.person)):
        assert reverse(name, args=[number]) in shown
    assert "/dossier/statement/" in shown
    assert "/correct/" in shown
    assert f"{reverse('oversight:remedy_new')}?person={world.person}" in shown
    assert reverse("referral:own", args=[path.pk]) in str(
        client.get(reverse("referral:path", args=[path.pk])).content.decode()
    )


def test_it_is_written_in_her_language_whatever_the_officer_reads(world: World, client: Client) -> None:
    path = world.path()
    actions.record_identification(actor=world.caseworker, path_id=path.pk, draft=decision_draft())
    say(world, world.caseworker, world.team.pk, fact("birthDate", "2001-04-09"))
    shown = own(client, path, "bg").partition('<div lang="bg">')[2].partition("</main>")[0]
    assert "Може да сте жертва" in shown
    assert "Bulgarian" not in shown
    assert "Safe place" not in shown
    assert "2001-04-09" not in shown
    assert "Printed" not in shown
    shown = own(client, path, "bg")
    assert '<div lang="bg">' in shown
    assert "Какво пазим за вас" in shown
    assert "Read it with her" in shown


def test_it_says_who_received_what_under_which_yes(world: World, client: Client) -> None:
    path, service = world.path(), world.service()
    given = world.consent()
    draft = ReferralDraft(service_id=service.pk, needs=["shelter"], urgency="urgent-8h", contact="Wednesdays")
    actions.make_referral(actor=world.caseworker, path_id=path.pk, draft=draft)
    shown = own(client, path)
    assert "Own house (fictional)" in shown
    assert "Your yes of " in shown
    assert "What help you need, and your language; How to reach you" in shown
    assert "Wednesdays" not in shown
    withdraw_consent(actor=world.caseworker, consent_id=given.pk, reason="She said so.")
    shown = own(client, path)
    assert "You took it back on " in shown
    assert "It is void, and can no longer be read" in shown


@pytest.mark.parametrize("told", [{"team": 0}, {"to": (OTHER,)}, {"purpose": "court"}, {"consent": 999_999}])
def test_what_no_consent_covers_says_so_and_what_is_of_no_team_is_left_out(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any]
) -> None:
    path = world.path()
    world.consent()
    values: dict[str, Any] = {"team": world.team.pk, "to": (OWN,), "purpose": "referral", "items": ("contact",)}
    left = EarlierDisclosure(at=timezone.now(), recipient="Partnerix", title="Suspectus", **(values | told))
    monkeypatch.setattr("clew.node.consent.queries.people.offers", lambda _name: [lambda **_asked: [left]])
    shown = own(client, path)
    assert "Suspectus" not in shown
    assert ("Partnerix" in shown) == ("team" not in told)
    assert ("Without a yes of yours" in shown) == ("team" not in told)
    assert "Your yes of " not in shown


def test_a_letter_is_listed_under_the_yes_that_names_its_recipient(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = world.path()
    world.consent()
    left = EarlierDisclosure(timezone.now(), "Partnerix", "referral", "Suspectus", "", world.team.pk, (OTHER, OWN))
    monkeypatch.setattr("clew.node.consent.queries.people.offers", lambda _name: [lambda **_asked: [left]])
    assert "Your yes of " in own(client, path)


def test_nobody_else_no_place_and_no_free_words_stand_on_it(world: World, client: Client) -> None:
    path = world.path(reach="Through Suspectus", interpreter="Suspectus", interpreter_checked=True)
    actions.record_identification(
        actor=world.caseworker, path_id=path.pk, draft=decision_draft(grounds="Suspectus", reference="Suspectus")
    )
    for prop in ("notes", "motherName", "alias", "address"):
        say(world, world.caseworker, world.team.pk, fact(prop, "Suspectus"))
    say(world, world.caseworker, world.team.pk, fact("phone", "+43 1 5550199"), handling="H1", handling_text="No.")
    # The frame around the paper names the reader to herself, on the screen alone.
    shown = own(client, path).partition('<div lang="en">')[2].partition("</main>")[0]
    assert "You may be a victim of trafficking" in shown
    for word in ("Suspectus", "5550199", world.case.reference, "Case (fictional)", "Mara", "Nora"):
        assert word not in shown, word


def test_what_another_team_of_the_same_officer_holds_is_left_out(world: World, client: Client) -> None:
    path = world.path()
    add_member(actor=NODE, compartment=world.helping_team, officer=world.caseworker)
    say(world, world.caseworker, world.helping_team.pk, fact("phone", "+43 1 5550177"))
    assert "5550177" not in own(client, path)
    say(world, world.caseworker, world.team.pk, fact("phone", "+43 1 5550188"))
    assert "5550188" in own(client, path)


def test_it_is_opened_by_her_team_alone_and_each_look_is_logged(world: World, signed_in_client: SignIn) -> None:
    path = world.path()
    address = reverse("referral:own", args=[path.pk])
    assert signed_in_client(world.outsider).get(address).status_code == 404
    assert signed_in_client(world.prosecutor).get(address).status_code == 403
    assert not AuditEntry.objects.filter(act="referral.read_own_page").exists()
    assert signed_in_client(world.colleague).get(address).status_code == 200
    assert AuditEntry.objects.filter(act="referral.read_own_page", actor_id=world.colleague.pk).count() == 1
    assert disclosures_of_person(officer=world.caseworker, person_id=world.person) == []
