"""One of two real nodes that compare lists, in a process of its own: `python -m tests.two_nodes.comparing`.

`DO HOME …`, where DO is: `hold HOME FIRST LAST`: firms of the case with these telephone numbers. `ask HOME UID`: ask
that node privately, approve and sign. `answer HOME`: answer the question that was taken, approve and sign. `look HOME`:
rounds, tasks and what the store holds of the numbers asked for, as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.two_nodes.passing import _officers


def phone(number: int) -> str:
    return f"+43660{number:07d}"


def hold(first: str, last: str) -> None:
    from django.utils import timezone

    from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
    from clew.node.cases.actions import link_entities
    from clew.node.dossier.actions import record_source
    from clew.node.exchange.identity import own_uid

    officer, _lena, case = _officers()
    numbers = range(int(first), int(last))
    draft = SourceDraft(
        kind="document", title="Register extract (fictional)", owner=own_uid(), reliability="B", handling="H0",
        purpose="criminal_investigation", retain_until=timezone.now().date() + dt.timedelta(days=300),
        basis="intelligence", entities=tuple(EntityDraft(f"e{each}", "Company") for each in numbers),
        statements=tuple(StatementDraft(f"e{each}", "phone", phone(each), 1) for each in numbers),
    )  # fmt: skip
    source = record_source(actor=officer, compartment_id=case.compartment_id, draft=draft)
    link_entities(actor=officer, case_id=case.pk, entity_ids=sorted(source.entity_numbers.values()))


def ask(uid: str) -> None:
    from clew.node.exchange.actions import ask_privately

    officer, _lena, case = _officers()
    _sign(
        ask_privately(
            actor=officer, case_id=case.pk, recipient=uid, instrument="FICTIONAL-ARRANGEMENT",
            purpose="criminal_investigation", necessity="The same firms (fictional).", contact="desk-1",
        )
    )  # fmt: skip


def answer() -> None:
    from clew.node.exchange.actions import answer_privately
    from clew.node.exchange.models import Letter

    officer, _lena, _case = _officers()
    row = Letter.objects.get(kind="private-question", direction="in")
    _sign(answer_privately(actor=officer, letter_uid=row.uid, necessity="They asked.", contact="desk-2"))


def _sign(release: Any) -> None:
    from clew.node.accounts.actions import StepUp
    from clew.node.accounts.step_up import prove
    from clew.node.disclosure import actions as disclosure
    from clew.node.disclosure.models import Decision

    officer, lena, _case = _officers()
    decision = Decision.objects.filter(release=release).latest("pk")
    for missing in decision.outcome["missing"]:
        decision = disclosure.approve(
            actor=lena, decision_id=decision.pk, role=missing["role"], reason="Necessary (fictional).",
            step_up=prove(StepUp(lena.pk, "totp")),
        )  # fmt: skip
    disclosure.sign(actor=officer, decision_id=decision.pk, step_up=prove(StepUp(officer.pk, "totp")))


def look() -> None:
    from clew.node.cases.models import Task
    from clew.node.exchange.models import Comparison

    rounds = [
        (each.direction, each.hit, each.points, len(each.entities), len(bytes(each.sealed)))
        for each in Comparison.objects.order_by("pk")
    ]
    tasks = list(Task.objects.filter(kind="letter.hit").values_list("title", flat=True))
    sys.stdout.write(json.dumps({"rounds": rounds, "tasks": tasks}))


DOES: dict[str, Callable[..., None]] = {"hold": hold, "ask": ask, "answer": answer, "look": look}


def main(do: str, home: str, *more: str) -> None:
    from clew.cli.answers import set_up_node

    set_up_node(Path(home), process="cli")
    DOES[do](*more)


if __name__ == "__main__":
    main(*sys.argv[1:])
