"""A node that was brought back from a backup has no sealed parts: what is asked for again, and what is said."""

from __future__ import annotations

import json
import shutil

import pytest
from django.utils import timezone

from clew.cli.backup import _not_in_it
from clew.exchange.evidence.asking import PartMethod
from clew.exchange.kinds.evidence import EvidenceReceipt
from clew.exchange.kinds.records import body_of, record_of
from clew.node.accounts.actions import Officer
from clew.node.cases.models import Document, Task
from clew.node.exchange import actions
from clew.node.exchange.evidence_room import work_once
from clew.node.exchange.evidence_store import parts_home
from clew.node.exchange.models import Transfer
from clew.node.exchange.queries import transfers_under_way
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.test_evidence import (
    Sent,
    Taking,
    announced,
    announcement,
    document,
    empty_directories,
    leaving,
    sent,
    state,
)

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["announced", "document", "empty_directories", "leaving", "sent"]


def restore() -> None:
    """As after `clew restore`: the rows are here and no part is."""
    shutil.rmtree(parts_home())


def outcomes(beijing: Correspondent) -> list[str]:
    told = [record_of(one.body) for one in beijing.letters() if one.header.type == "evidence-receipt"]
    return [one.outcome for one in told if isinstance(one, EvidenceReceipt)]


def test_parts_that_had_come_are_asked_for_again_and_the_file_arrives(announced: Sent, officer: Officer) -> None:
    announced.bring_all()
    restore()
    assert announced.missing(announced.say(PartMethod.ASK)) == [(1, 1, 4)]
    announced.bring_all()
    announced.close()
    work_once(timezone.now())
    actions.take_files(actor=officer, transfer_id=Transfer.objects.get().pk)
    assert Document.objects.count() == 1


def test_where_the_keys_are_here_and_the_parts_are_gone_the_sender_is_told_which_and_brings_them(
    announced: Sent,
) -> None:
    announced.bring_all()
    announced.close()
    restore()
    work_once(timezone.now())
    announced.beijing.work()
    assert (state(), outcomes(announced.beijing)) == ("closing", ["missing"])
    announced.bring_all()
    work_once(timezone.now())
    announced.beijing.work()
    assert (state(), outcomes(announced.beijing)) == ("opened", ["missing", "complete"])


def test_a_partner_that_lost_what_it_said_it_had_is_told_to_the_team_once_for_each_time(leaving: Taking) -> None:
    leaving.knows(announcement(leaving))
    leaving.work()
    leaving.work()
    (closing,) = [one for one in leaving.beijing.letters() if one.header.type == "evidence-close"]
    for outcome, told in (("complete", 0), ("complete", 0), ("missing", 1)):
        answered = EvidenceReceipt(closing.body["manifest"], outcome)  # type: ignore[arg-type]
        leaving.beijing.send(
            leaving.beijing.write(
                json.loads(body_of(answered)), thread=closing.header.thread, in_reply_to=closing.header.id,
                decision=None, deadline=None,
            )
        )  # fmt: skip
        leaving.work()
        assert state() == "received"
        assert Task.objects.filter(kind="evidence.stopped").count() == told


def test_the_backup_says_how_many_transfers_are_not_in_it(announced: Sent) -> None:
    assert transfers_under_way() == 1
    assert "Not in it: the sealed parts of files that travel (1 transfers)." in _not_in_it(1)
    announced.take_back()
    assert transfers_under_way() == 0
    assert _not_in_it(0) == ""
