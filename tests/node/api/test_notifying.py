"""Notifications: what is told, to whom, signed how, until it arrives or is stopped."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from django.utils import timezone

from clew.node.accounts.actions import ACTIONS, NODE, StepUp, deactivate_officer
from clew.node.accounts.step_up import prove
from clew.node.api.actions import MOST_FAILURES, revoke_token, set_webhook, try_webhook
from clew.node.api.events import BY_ACT, EVENTS, TEST
from clew.node.api.models import KeptAnswer, Notification, Webhook
from clew.node.api.notifying import KEPT, PAUSES, run_once
from clew.node.api.posting import NotPosted
from clew.node.api.queries import desk_items, health_findings
from clew.node.api.words import EVENT_WORDS
from clew.node.audit.models import AuditEntry
from clew.node.cases import actions as cases
from tests.exchange.partner import body
from tests.node.api.conftest import MakeSystem, System
from tests.node.canaries.planting import World
from tests.node.canaries.table import canaries

pytestmark = pytest.mark.django_db
URL = "https://cases.example/notify"


@dataclass
class Receiver:
    """The other system: takes notifications, or does not."""

    key: bytes
    got: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)
    away: str = ""

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, allowed: object) -> None:
        assert url == URL
        if self.away:
            raise NotPosted(self.away)
        self.got.append((body, dict(headers)))

    def said(self) -> list[tuple[str, str]]:
        return [(json.loads(raw)["type"], json.loads(raw)["data"]["id"]) for raw, _headers in self.got]


def listening(system: System, events: tuple[str, ...] = EVENTS) -> Receiver:
    key, _made = set_webhook(
        actor=system.responsible, integration_id=system.integration.pk, url=URL, events=events,
        step_up=prove(StepUp(system.responsible.pk, "totp")),
    )  # fmt: skip
    return Receiver(base64.b64decode(key.removeprefix("whsec_")))


def work(receiver: Receiver, after: dt.timedelta = dt.timedelta()) -> int:
    done = 0
    while found := run_once(now=timezone.now() + after, rng=random.Random(1), post=receiver.post):
        done += found
        if receiver.away:
            break
    return done


def test_what_happens_in_its_teams_is_told_by_kind_and_number_alone(world: World, system: MakeSystem) -> None:
    receiver = listening(system(["investigator"], [world.case.compartment]))
    task = cases.add_task(actor=world.officer, case_id=world.case.pk, title="Call Taskorvan again")
    cases.rename_case(
        actor=world.officer,
        case_id=world.case.pk,
        title="Casetitum II",
        kind="investigation",
        offence_codes=[],
        summary="",
        waiting=False,
    )
    work(receiver)
    assert ("task.added", str(task.pk)) in receiver.said()
    assert ("case.changed", str(world.case.pk)) in receiver.said()
    for raw, _headers in receiver.got:
        assert set(json.loads(raw)) == {"type", "timestamp", "data"}
        assert set(json.loads(raw)["data"]) == {"id"}
        assert not [one.name for one in canaries() if one.is_in(raw.decode())]


def test_another_teams_work_is_not_told(world: World, system: MakeSystem) -> None:
    receiver = listening(system(["investigator"], [world.elsewhere]))
    cases.add_task(actor=world.officer, case_id=world.case.pk, title="Call Taskorvan again")
    assert work(receiver) == 0
    assert receiver.got == []
    assert Webhook.objects.get().position == AuditEntry.objects.count()


def test_it_is_told_only_what_it_asked_for_and_its_token_permits(world: World, system: MakeSystem) -> None:
    only = system(["investigator"], [world.case.compartment], ["partner.see"])
    blind, few = listening(only), system(["investigator"], [world.case.compartment])
    cases.add_task(actor=world.officer, case_id=world.case.pk, title="One")
    work(blind)
    assert blind.got == []
    Webhook.objects.all().delete()
    receiver = listening(few, ("case.closed",))
    cases.add_task(actor=world.officer, case_id=world.case.pk, title="Two")
    cases.close_case(actor=world.officer, case_id=world.case.pk, reason="Done (fictional).")
    work(receiver)
    assert receiver.said() == [("case.closed", str(world.case.pk))]


@pytest.mark.parametrize("how", ["revoked", "barred"])
def test_without_a_token_that_holds_nothing_is_told(how: str, world: World, system: MakeSystem) -> None:
    one = system(["investigator"], [world.case.compartment])
    receiver = listening(one)
    if how == "revoked":
        revoke_token(actor=one.responsible, token_id=one.row.pk)
    else:
        deactivate_officer(actor=NODE, officer=one.integration.account)
    cases.add_task(actor=world.officer, case_id=world.case.pk, title="Call Taskorvan again")
    work(receiver)
    assert receiver.got == []


def test_a_letter_that_arrives_in_a_case_is_told(world: World, system: MakeSystem) -> None:
    receiver = listening(system(["investigator"], [world.case.compartment]), ("letter.arrived", "letter.sent"))
    request = world.beijing.letters()[0]
    answer = body(
        "reply", subject="Again (fictional)", entities=[], statements=[],
        answers=[{"item": 1, "outcome": "no-information", "statements": []}],
    )  # fmt: skip
    letter = world.beijing.write(answer, thread=request.header.thread, in_reply_to=request.header.id, deadline=None)
    world.beijing.send(letter)
    world.beijing.work()
    work(receiver)
    assert [event for event, _uid in receiver.said()] == ["letter.arrived"]


def test_a_notification_is_signed_as_standard_webhooks_says(system: MakeSystem) -> None:
    one = system()
    receiver = listening(one)
    try_webhook(actor=one.responsible, integration_id=one.integration.pk)
    work(receiver)
    ((raw, headers),) = receiver.got
    assert receiver.said() == [(TEST, str(one.integration.pk))]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + raw
    wanted = base64.b64encode(hmac.digest(receiver.key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60


def test_what_does_not_arrive_is_tried_again_with_the_same_id_and_then_not_again(system: MakeSystem) -> None:
    one = system()
    receiver = listening(one)
    receiver.away = "no-connection"
    try_webhook(actor=one.responsible, integration_id=one.integration.pk)
    assert work(receiver) == 1
    waiting = Notification.objects.get()
    assert (waiting.attempts, waiting.problem) == (1, "no-connection")
    receiver.away = ""
    assert work(receiver) == 0, "not before its pause is over"
    work(receiver, PAUSES[0] * 2)
    arrived = Notification.objects.get()
    assert receiver.got[0][1]["webhook-id"] == waiting.uid == arrived.uid
    assert arrived.delivered is not None
    assert Webhook.objects.get().failures == 0
    assert work(receiver, dt.timedelta(days=9)) == 0
    assert len(receiver.got) == 1


def test_after_many_failures_it_is_stopped_said_and_a_test_starts_it_again(system: MakeSystem) -> None:
    one = system()
    receiver = listening(one)
    receiver.away = "http-500"
    try_webhook(actor=one.responsible, integration_id=one.integration.pk)
    for number in range(MOST_FAILURES + 3):
        work(receiver, dt.timedelta(days=number))
    stopped = Webhook.objects.get()
    assert (stopped.failures, stopped.stopped is not None) == (MOST_FAILURES, True)
    now = timezone.now()
    assert [item.kind for item in desk_items(officer=one.responsible, now=now)] == ["integration.stopped"]
    assert [finding.state for finding in health_findings(now=now)] == ["wrong"]
    receiver.away = ""
    try_webhook(actor=one.responsible, integration_id=one.integration.pk)
    work(receiver, dt.timedelta(seconds=1))
    assert len(receiver.got) == 2
    assert [finding.state for finding in health_findings(now=now)] == ["well"]


def test_what_is_told_leaves_no_loop_in_the_log(system: MakeSystem) -> None:
    """Each notification is an act of the log, and none of them is one of which anybody is told."""
    one = system(["investigator"])
    receiver = listening(one)
    cases.open_case(actor=one.account, title="Own (fictional)", kind="investigation")
    work(receiver)
    size = AuditEntry.objects.count()
    work(receiver)
    assert AuditEntry.objects.count() == size
    assert [event for event, _id in receiver.said()] == ["case.opened"]


def test_what_is_old_is_dropped(system: MakeSystem) -> None:
    one = system()
    receiver = listening(one)
    one.post("/cases", {"title": "Own (fictional)", "kind": "investigation"})
    work(receiver)
    assert (Notification.objects.count(), KeptAnswer.objects.count()) == (1, 1)
    run_once(now=timezone.now() + KEPT + dt.timedelta(minutes=1), rng=random.Random(1), post=receiver.post)
    assert (Notification.objects.count(), KeptAnswer.objects.count()) == (0, 0)


def test_every_event_is_of_an_act_that_exists_and_has_words() -> None:
    assert set(EVENT_WORDS) == {*EVENTS, TEST}
    recorded = {"exchange.open_envelope", "exchange.dispatch_decision"}
    assert set(BY_ACT) - recorded <= set(ACTIONS)
