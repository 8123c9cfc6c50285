"""One real node for a moment, in a process of its own: `python -m tests.two_nodes.rounds DO HOME …`.

`pin HOME CARD`: take the other node's card and confirm it. `take HOME`: store envelopes from standard input, receipts
go to standard output. `work HOME OTHER`: one round of the worker, handing over to the other node's `take`.
`morning HOME`: a day passes, so that all that is kept of the exchange of logs is a day older. `act HOME N`: do N things
that the log keeps. `write HOME PARTY FIRST COUNT`: dispatch letters whose decisions are signed and have no rows.
`told HOME`: what is here of letters and of a restore, as JSON. `edit HOME`, `truncate HOME`: rewrite the log so that
everything in the store fits together.
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

    from clew.node.exchange import outbox
    from clew.node.exchange.worker import run_once

    # The letters of `write` have no decisions in the store that could be derived anew.
    setattr(outbox, "outdated_among", lambda **_arguments: {})  # noqa: B010

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


def write(party: str, first: int, count: int) -> None:
    from bench.letters import decision
    from django.utils import timezone

    from clew.node.accounts.actions import NODE
    from clew.node.exchange.actions import dispatching
    from clew.node.exchange.dispatching import route_to
    from clew.node.exchange.models import SentBefore

    setattr(dispatching, "mark_dispatched", lambda **_arguments: None)  # noqa: B010
    decided = [decision(number, party, 900) for number in range(first, first + count)]
    # As rows of decisions would be: what the partner is known to have is not dispatched.
    gone = set(SentBefore.objects.values_list("decision_digest", flat=True))
    now = timezone.now()
    ready = [(one, route_to(party, now)) for one in decided if one.digest not in gone]
    dispatching.dispatch_decisions(actor=NODE, decisions=ready, now=now)


def told() -> None:
    import json

    from clew.node.exchange.models import InboxEntry, Letter, OutboxEntry, PairState, Restored, SentBefore
    from clew.node.exchange.reading import subject_of

    letters = Letter.objects.order_by("sequence")
    found = {
        "in": [subject_of(row) for row in letters.filter(direction="in")],
        "out": list(letters.filter(direction="out").values_list("sequence", flat=True)),
        "rejected": list(InboxEntry.objects.filter(state="rejected").values_list("code", flat=True)),
        "missing": [number for state in PairState.objects.filter(direction="in") for number in state.missing],
        "waiting": list(OutboxEntry.objects.filter(delivered=None).values_list("kind", flat=True)),
        "held": Restored.objects.filter(resolved=None).count(),
        "asked": Restored.objects.exclude(asked=None).count(),
        "before": list(SentBefore.objects.order_by("sequence").values_list("kind", flat=True)),
    }
    sys.stdout.write(json.dumps(found))


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

    set_up_node(
        Path(home), process="worker" if do in {"work", "write", "told"} else "inbound" if do == "take" else "cli"
    )
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
    elif do == "write":
        write(more[0], int(more[1]), int(more[2]))
    elif do == "told":
        told()
    else:
        rewrite(do)


if __name__ == "__main__":
    main(*sys.argv[1:])
