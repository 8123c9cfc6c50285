"""Who can give an open approval, who was asked, and what an officer from outside the team sees of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.node.accounts.actions import Refused
from clew.node.accounts.models import Officer
from clew.node.cases.models import Task
from clew.node.disclosure import actions, queries
from clew.node.disclosure.models import ApprovalAsk, Decision
from clew.node.types import BadInput
from tests.node.disclosure.conftest import World, step_up

SignIn = Callable[[Officer], Client]
OPEN_TO_HER = {"decision", "approve"}
CLOSED_TO_HER = ("sign", "explain", "signed", "sealed_record")


def _decision(world: World) -> Decision:
    chosen = [world.statement("Person", "name"), world.statement("Company", "name")]
    return actions.decide(actor=world.anna, release_id=world.draft(statements=chosen).pk)


def _asked(world: World) -> Decision:
    decision = _decision(world)
    actions.ask_for_approval(actor=world.anna, decision_id=decision.pk, role="approver", officer_id=world.stranger.pk)
    return decision


def _get(client: Client, name: str, pk: int) -> tuple[int, str]:
    response = client.get(reverse(f"disclosure:{name}", args=[pk]))
    return response.status_code, response.content.decode()


def test_the_page_says_who_holds_the_role_and_who_was_asked_when(world: World, signed_in_client: SignIn) -> None:
    decision = _decision(world)
    client = signed_in_client(world.anna)
    assert "In the team with this role: Bernd Beispiel (fictional)." in _get(client, "decision", decision.pk)[1]
    client.post(reverse("disclosure:ask", args=[decision.pk]), {"role": "approver"})
    text = _get(client, "decision", decision.pk)[1]
    assert "Anna Muster (fictional) asked everyone in the team with this role:" in text
    assert str(timezone.now().year) in text


def test_a_role_that_nobody_in_the_team_holds_is_said_and_the_lead_is_asked(
    world: World, signed_in_client: SignIn
) -> None:
    world.bernd.role_assignments.filter(role="approver").delete()
    decision = _decision(world)
    client = signed_in_client(world.anna)
    text = _get(client, "decision", decision.pk)[1]
    assert "Nobody in the team who could answer holds this role." in text
    client.post(reverse("disclosure:ask_lead", args=[decision.pk]), {"role": "approver"})
    task = Task.objects.get(kind="release.approver_missing")
    assert (task.assigned_id, task.url) == (world.anna.pk, f"/cases/{world.case.pk}/team")
    world.bernd.role_assignments.create(role="approver")
    with pytest.raises(BadInput, match="holds this role"):
        actions.ask_for_team_member(actor=world.anna, decision_id=decision.pk, role="approver")


def test_an_officer_outside_the_team_who_was_asked_sees_this_decision_and_approves(
    world: World, signed_in_client: SignIn
) -> None:
    client = signed_in_client(world.stranger)
    assert _get(client, "decision", _decision(world).pk)[0] == 404
    decision = _asked(world)
    status, text = _get(client, "decision", decision.pk)
    assert status == 200
    assert "You are not in the team of this case." in text
    assert "Goldweg GmbH (fictional)" in text
    approved = actions.approve(actor=world.stranger, decision_id=decision.pk, role="approver", reason="Weighed.",
                               step_up=step_up(world.stranger))  # fmt: skip
    assert approved.outcome["letter"]["verdict"] == "permit"


def test_she_sees_no_value_that_is_withheld_no_case_and_no_link_to_it(world: World, signed_in_client: SignIn) -> None:
    decision = _asked(world)
    client = signed_in_client(world.stranger)
    pages = [_get(client, name, decision.pk)[1] for name in OPEN_TO_HER]
    pages.append(client.get(reverse("disclosure:approvals")).content.decode())
    pages.append(client.get("/").content.decode())
    assert "An agency (fictional)" in pages[2]
    for text in pages:
        assert "Beispielfrau" not in text
        assert f"/cases/{world.case.pk}/" not in text
        assert f"/dossier/{world.person()}" not in text
    # The letter itself names the case to its recipient; the desk and the page's head do not.
    assert world.case.reference not in pages[2]


@pytest.mark.parametrize("name", CLOSED_TO_HER)
def test_every_other_page_of_the_decision_stays_closed_to_her(
    world: World, signed_in_client: SignIn, name: str
) -> None:
    decision = _asked(world)
    assert _get(signed_in_client(world.stranger), name, decision.pk)[0] in {403, 404}


def test_she_sees_neither_the_release_nor_the_case_nor_another_decision(world: World, signed_in_client: SignIn) -> None:
    other, decision = _decision(world), _asked(world)
    client = signed_in_client(world.stranger)
    assert _get(client, "decision", other.pk)[0] == 404
    assert _get(client, "release", decision.release_id)[0] == 404
    assert client.get(reverse("cases:case", args=[world.case.pk])).status_code == 404
    assert queries.releases(officer=world.stranger).count() == 0
    with pytest.raises(Refused):
        actions.approve(actor=world.stranger, decision_id=other.pk, role="approver", reason="Weighed.",
                        step_up=step_up(world.stranger))  # fmt: skip


@pytest.mark.parametrize("end", ["revise", "withdraw", "role"])
def test_what_she_was_shown_ends_with_the_decision_and_with_her_role(world: World, end: str) -> None:
    decision = _asked(world)
    assert queries.decision(officer=world.stranger, pk=decision.pk) is not None
    if end == "revise":
        actions.revise_release(actor=world.anna, release_id=decision.release_id, subject="Another (fictional)")
    elif end == "withdraw":
        actions.withdraw_release(actor=world.anna, release_id=decision.release_id, reason="Not needed.")
    else:
        world.stranger.role_assignments.filter(role="approver").delete()
    stranger = Officer.objects.get(pk=world.stranger.pk)
    assert queries.decision(officer=stranger, pk=decision.pk) is None


def test_only_an_officer_who_holds_the_role_and_did_not_ask_herself_can_be_asked_by_name(world: World) -> None:
    decision = _decision(world)
    world.anna.role_assignments.create(role="approver")
    for wrong, said in ((world.anna.pk, "herself"), (world.bernd.pk + 1000, "does not hold")):
        with pytest.raises(BadInput, match=said):
            actions.ask_for_approval(actor=world.anna, decision_id=decision.pk, role="approver", officer_id=wrong)
    with pytest.raises(Refused):
        actions.ask_for_approval(actor=world.stranger, decision_id=decision.pk, role="approver",
                                 officer_id=world.stranger.pk)  # fmt: skip
    assert not ApprovalAsk.objects.exists()


def test_a_cure_names_the_recipient_and_leads_to_where_it_is_done(world: World, signed_in_client: SignIn) -> None:
    decision = _decision(world)
    text = _get(signed_in_client(world.anna), "decision", decision.pk)[1]
    assert f'href="{reverse("disclosure:change", args=[decision.release_id])}"' in text
    assert text.count("Nothing lifts this between police forces.") == 1
