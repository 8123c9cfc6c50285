"""Posts on the way and the members of a joint team are among those to whom a letter goes, and the rules see it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.node.accounts.actions import Officer
from clew.node.disclosure import actions
from clew.node.disclosure.gathering import registers_read_once
from clew.node.disclosure.gathering.recipients import recipient_facts
from clew.node.disclosure.models import Decision
from clew.node.partners.models import JointAgreement, JointChange, NodeCard, Party
from clew.node.rulebook.queries import settings_for
from tests.node.disclosure.conftest import World

POST = "sg-liaison"


@pytest.fixture
def post(world: World) -> Party:
    """A liaison officer of Singapore's police who sits in Hanoi."""
    now = timezone.now()
    office = Party.objects.create(uid="sg-office", name="Office Singapore (fictional)", country="SG", kind="police",
                                  status="active", added=now, confirmed=now)  # fmt: skip
    NodeCard.objects.create(
        party=office, raw=b"card", fingerprint="5678", sign_key=b"d" * 32, seal_key=b"e" * 32, transport_key=b"f" * 32,
        valid_from=now - dt.timedelta(days=1), valid_until=now + dt.timedelta(days=365), received=now, confirmed=now,
    )  # fmt: skip
    return Party.objects.create(uid=POST, name="Liaison officer (fictional)", parent=office, seat_country="VN",
                                post_kind="liaison_officer", status="active", added=now)  # fmt: skip


def decided(world: World, **changes: object) -> Decision:
    return actions.decide(actor=world.anna, release_id=world.draft(**changes).pk)


def policies(decision: Decision) -> set[str]:
    return {each["policy"] for each in decision.outcome["letter"]["reasons"]}


def recipient(decision: Decision) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bytes(decision.inputs))["inputs"]["transfer"]["recipient"]
    return found


def test_a_post_in_good_standing_refuses_nothing_and_its_states_are_seen(world: World, post: Party) -> None:
    decision = decided(world, via=[POST])
    assert not policies(decision) & {"R45a", "R45b"}
    assert {"cn", "sg", "vn"} <= set(recipient(decision)["states"])


@pytest.mark.parametrize("whose", ["post", "organisation"])
@pytest.mark.parametrize("status", ["suspended", "unconfirmed", "left"])
def test_a_post_or_its_organisation_that_is_not_active_refuses(
    world: World, post: Party, whose: str, status: str
) -> None:
    Party.objects.filter(uid=POST if whose == "post" else "sg-office").update(status=status)
    decision = decided(world, via=[POST])
    assert decision.outcome["letter"]["verdict"] == "refuse"
    assert policies(decision) >= {"R45a", "R45b"}
    assert (recipient(decision)["status"], recipient(decision)["keys"]) == (status, status)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"revoked": timezone.now()}, "revoked"),
        ({"valid_until": timezone.now() - dt.timedelta(hours=1)}, "expired"),
        ({"confirmed": None}, "no-card"),
    ],
)
def test_a_post_whose_card_is_not_usable_refuses(
    world: World, post: Party, change: dict[str, object], code: str
) -> None:
    NodeCard.objects.filter(party__uid="sg-office").update(**change)
    decision = decided(world, via=[POST])
    assert "R45b" in policies(decision)
    assert recipient(decision)["keys"] == code


def test_a_post_that_the_directory_does_not_know_refuses(world: World) -> None:
    today = timezone.now()
    with registers_read_once() as registers:
        found = recipient_facts(
            "cn-office", ["nobody"], (), own="at-office", now=today, settings=settings_for("CN", today.date()),
            confidentiality="unknown", registers=registers,
        )  # fmt: skip
    assert (found.status, found.keys) == ("unknown", "unknown")


def test_a_post_that_is_not_on_the_way_changes_nothing(world: World, post: Party) -> None:
    Party.objects.filter(uid=POST).update(status="suspended")
    assert not policies(decided(world)) & {"R45a", "R45b"}


def test_the_preview_names_the_post_and_leads_to_its_page(
    world: World, post: Party, signed_in_client: Callable[[Officer], Client]
) -> None:
    Party.objects.filter(uid=POST).update(status="suspended")
    page = reverse("disclosure:decision", args=[decided(world, via=[POST]).pk])
    said = signed_in_client(world.anna).get(page).content.decode()
    assert "The recipient, or a post on the way to it, is not a confirmed and active partner." in said
    assert "It may be a post on the way: Liaison officer (fictional)." in said


@pytest.fixture
def team(world: World, post: Party) -> str:
    """A joint investigation of Vienna, Beijing and Singapore, whose material the company's name is."""
    now = timezone.now()
    today = now.date()
    agreement = JointAgreement.objects.create(code="JIT-9", fictional=True, registered=now)
    members = [{"party": each, "basis": ""} for each in ("at-office", "cn-office", "sg-office")]
    JointChange.objects.create(
        agreement=agreement, kind="registered", day=today, entered=now, decision="confirmed",
        content={
            "title": "Agencies (fictional)", "instrument": "AT-CN-TEST", "lead": "at-office",
            "period_from": (today - dt.timedelta(days=5)).isoformat(), "members": members,
            "period_until": (today + dt.timedelta(days=90)).isoformat(), "clause": "", "outside_use": "no",
            "purposes": ["criminal_investigation"],
        },
    )  # fmt: skip
    statement = world.statement("Company", "name")
    actions.set_mark(actor=world.anna, kind="joint", statement_id=statement, detail="JIT-9", reason="From the team")
    return "JIT-9"


def test_material_of_a_joint_team_reaches_the_states_of_its_other_members(world: World, team: str) -> None:
    assert recipient(decided(world))["onward"] == ["sg"]


def test_who_is_no_member_passes_nothing_on_to_the_team(world: World, team: str) -> None:
    JointChange.objects.create(agreement=JointAgreement.objects.get(), kind="left", party="cn-office",
                               day=timezone.now().date(), entered=timezone.now(), decision="at_once")  # fmt: skip
    assert recipient(decided(world))["onward"] == []


def test_without_joint_material_nothing_is_known_to_be_passed_on(world: World, team: str) -> None:
    other = world.statement("Company", "registrationNumber")
    assert recipient(decided(world, statements=[other]))["onward"] == []


def test_a_member_that_the_directory_does_not_know_is_a_state_that_nobody_knows(world: World, team: str) -> None:
    change = JointChange.objects.get()
    change.content["members"].append({"party": "gone", "basis": ""})
    change.save()
    assert recipient(decided(world))["onward"] == ["", "sg"]
