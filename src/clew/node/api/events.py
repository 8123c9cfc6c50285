"""What an integration can be told of: acts of the audit log, by the object that they were done to.

The log is the outbox: an entry is written in the act's own transaction, so that no notification is lost or invented.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from clew.node.accounts.actions import Officer
from clew.node.cases.queries import case_head, task_of
from clew.node.disclosure.queries import decision, release
from clew.node.exchange.queries import letter_told


@dataclass(frozen=True, slots=True)
class Happening:
    """One kind of event: the acts that are it, and how the integration names the object, "" for one it may not see."""

    event: str
    acts: tuple[str, ...]
    seen: Callable[[Officer, str], str]


def _case(account: Officer, number: str) -> str:
    return number if number.isdecimal() and case_head(officer=account, pk=int(number)) else ""


def _task(account: Officer, number: str) -> str:
    return number if number.isdecimal() and task_of(officer=account, pk=int(number)) else ""


def _release(account: Officer, number: str) -> str:
    return number if number.isdecimal() and release(officer=account, pk=int(number)) else ""


def _decided(account: Officer, number: str) -> str:
    found = decision(officer=account, pk=int(number)) if number.isdecimal() else None
    return str(found.release_id) if found is not None else ""


def _letter(account: Officer, uid: str) -> str:
    found = letter_told(officer=account, uid=uid)
    return found.uid if found else ""


def _arrived(account: Officer, envelope: str) -> str:
    found = letter_told(officer=account, envelope=envelope)
    return found.uid if found else ""


HAPPENINGS: Final = (
    Happening("case.opened", ("cases.open_case",), _case),
    Happening("case.changed", ("cases.rename_case",), _case),
    Happening("case.closed", ("cases.close_case",), _case),
    Happening("case.reopened", ("cases.reopen_case",), _case),
    Happening("task.added", ("cases.add_task",), _task),
    Happening("task.finished", ("cases.finish_task",), _task),
    Happening("release.drafted", ("disclosure.draft_release",), _release),
    Happening("release.withdrawn", ("disclosure.withdraw_release",), _release),
    Happening("release.decided", ("disclosure.decide",), _decided),
    Happening("release.signed", ("disclosure.sign",), _decided),
    Happening("letter.sent", ("exchange.dispatch_decision",), _letter),
    Happening("letter.arrived", ("exchange.open_envelope",), _arrived),
    Happening("letter.taken", ("exchange.take_letter",), _letter),
    Happening("letter.refused", ("exchange.refuse_letter",), _letter),
    Happening("clock.running", ("exchange.mark_clock",), _letter),
)
TEST: Final = "clew.test"
"""The event of the test button."""

EVENTS: Final = tuple(each.event for each in HAPPENINGS)
BY_ACT: Final = {act: each for each in HAPPENINGS for act in each.acts}
