"""One real node for a moment, in a process of its own: `python -m tests.two_nodes.rounds DO HOME …`.

`pin HOME CARD`: take the other node's card and confirm it. `take HOME`: store envelopes from standard input, receipts
go to standard output. `work HOME OTHER`: one round of the worker, handing over to the other node's `take`.
`morning HOME`: a day passes, so that all that is kept of the exchange of logs is a day older. `act HOME N`: do N things
that the log keeps. `edit HOME`, `truncate HOME`: rewrite the log so that everything in the store fits together.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.resident import run_python


def take() -> None:
    from django.db import transaction
    from django.utils import timezone

    from clew.node.exchange.receiving import receive_all

    lines = sys.stdin.buffer.read().removesuffix(b"\n").split(b"\n")
    with transaction.atomic():
        answers = receive_all(lines, timezone.now())
    sys.stdout.buffer.write(b"\n".join(answers) + b"\n")


def work(other: str) -> None:
    from django.utils import timezone

    from clew.node.exchange.worker import run_once

    def post(destination: Any, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
        done = run_python(["-m", "tests.two_nodes.rounds", "take", other], os.environ, b"\n".join(envelopes))
        done.check_returncode()
        return done.stdout.removesuffix(b"\n").split(b"\n")

    run_once(now=timezone.now(), rng=random.Random(1), post=post)


def pin(card: str) -> None:
    from clew.node.accounts.actions import NODE, create_officer
    from clew.node.partners.actions import confirm_party, import_card

    found = import_card(actor=NODE, raw=Path(card).read_bytes())
    officer = create_officer(actor=NODE, username="anna", full_name="Anna (fictional)", roles=["liaison_officer"])
    typed = " ".join(found.fingerprint.split()[-4:])
    confirm_party(actor=officer, party_uid=found.party.uid, typed=typed)


def morning() -> None:
    from django.db.models import F

    from clew.node.exchange.models import OutboxEntry, PartnerLog
    from clew.node.partners.models import Party

    day = dt.timedelta(days=1, minutes=1)
    Party.objects.filter(is_own=False).update(confirmed=F("confirmed") - day)
    PartnerLog.objects.update(offered=F("offered") - day, judged=F("judged") - day)
    OutboxEntry.objects.update(delivered=F("delivered") - day)


def act(number: int) -> None:
    from django.db import transaction

    from clew.node.accounts.actions import NODE
    from clew.node.audit.actions import record

    with transaction.atomic():
        for each in range(number):
            record(actor=NODE, act="cases.note", object_kind="case", object_id=each)


def rewrite(what: str) -> None:
    from django.db import transaction

    from tests.node.exchange import rewriting

    with transaction.atomic():
        {"edit": lambda: rewriting.edit(3), "truncate": lambda: rewriting.truncate(5)}[what]()


def main(do: str, home: str, *more: str) -> None:
    from clew.cli.answers import set_up_node

    set_up_node(Path(home), process="worker" if do == "work" else "inbound" if do == "take" else "cli")
    if do == "take":
        take()
    elif do == "work":
        work(more[0])
    elif do == "morning":
        morning()
    elif do == "pin":
        pin(*more)
    elif do == "act":
        act(int(more[0]))
    else:
        rewrite(do)


if __name__ == "__main__":
    main(*sys.argv[1:])
