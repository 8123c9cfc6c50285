"""One of three real nodes for a moment, in a process of its own: `python -m tests.two_nodes.passing DO HOME …`.

`begin HOME CARD…`: confirm the others, and have officers, a case and an instrument. `tell HOME UID`: record a source
and send it to a node. `take HOME`: take the letter that waits. `pass HOME UID BY`: with the leave of BY, send what was
taken on to a node. `recall HOME`: take the own source back from everyone. `answer HOME`: an officer answers what was
taken back. `suspend HOME UID`: suspend a node. `announce HOME WHAT REASON`: tell all
others what it says of itself. `work HOME UID=HOME…`: a few rounds of the worker, which hands envelopes
to the other nodes' `store`, and says what it handed to whom. `store HOME`: envelopes from standard input, receipts to
standard output. `look HOME`: what stands in the node, as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.resident import run_python

DAY = dt.timedelta(days=1)


def store() -> None:
    from tests.two_nodes.rounds import take as store_lines

    store_lines()


def begin(*cards: str) -> None:
    from django.conf import settings
    from django.utils import timezone

    from clew.node.accounts.actions import NODE, create_officer
    from clew.node.cases import actions as cases
    from clew.node.disclosure.actions import record_assurance
    from clew.node.partners.actions import confirm_party, import_card
    from clew.node.partners.models import Instrument

    officer = create_officer(
        actor=NODE, username="anna", full_name="Anna (fictional)", roles=["investigator", "liaison_officer"]
    )
    lena = create_officer(
        actor=NODE, username="lena", full_name="Lena (fictional)", roles=["approver", "legal_adviser", "prosecutor"]
    )
    case = cases.open_case(
        actor=officer, title="Agencies (fictional)", kind="investigation", offence_codes=["at_104a"]
    )  # fmt: skip
    cases.add_to_team(actor=officer, case_id=case.pk, officer_id=lena.pk)
    now = timezone.now()
    uids = []
    for card in cards:
        found = import_card(actor=NODE, raw=Path(card).read_bytes())
        confirm_party(actor=officer, party_uid=found.party.uid, typed=" ".join(found.fingerprint.split()[-4:]))
        uids.append(found.party.uid)
        for kind in ("assurance", "pledge"):
            record_assurance(
                actor=lena, party=found.party.uid, kind=kind, text="Not towards it (fictional).",
                issuer="Office (fictional)", issued=now.date() - 10 * DAY, expires=now.date() + 100 * DAY,
                translations=["en"],
            )  # fmt: skip
    Instrument.objects.create(
        code="FICTIONAL-ARRANGEMENT", title="Arrangement (fictional)", kind="police_arrangement",
        parties=[settings.NODE.node_id, *uids], in_force_from=dt.date(2025, 1, 1), fictional=True, registered=now,
        enables=[{"letter": "notify", "purposes": ["criminal_investigation"]}], clocks={},
    )  # fmt: skip


def _officers() -> tuple[Any, Any, Any]:
    from clew.node.accounts.models import Officer
    from clew.node.cases.models import Case

    return Officer.objects.get(username="anna"), Officer.objects.get(username="lena"), Case.objects.get()


def _send(recipient: str, statements: Sequence[int]) -> None:
    """Decide on, approve and sign a letter, as officers would on their pages."""
    from clew.node.accounts.actions import StepUp
    from clew.node.accounts.step_up import prove
    from clew.node.disclosure import actions as disclosure

    officer, lena, case = _officers()
    release = disclosure.draft_release(
        actor=officer, kind="notify", case_id=case.pk, recipient=recipient, instrument="FICTIONAL-ARRANGEMENT",
        purpose="criminal_investigation", subject="An agency (fictional)", facts="We follow an agency.",
        necessity="Your office follows it, too.", languages=["en"], statements=statements,
    )  # fmt: skip
    decision = disclosure.decide(actor=officer, release_id=release.pk)
    for missing in decision.outcome["missing"]:
        decision = disclosure.approve(
            actor=lena, decision_id=decision.pk, role=missing["role"], reason="Necessary (fictional).",
            step_up=prove(StepUp(lena.pk, "totp")),
        )  # fmt: skip
    disclosure.sign(actor=officer, decision_id=decision.pk, step_up=prove(StepUp(officer.pk, "totp")))


def tell(recipient: str) -> None:
    from django.conf import settings
    from django.utils import timezone

    from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
    from clew.node.dossier.actions import record_source

    officer, _lena, case = _officers()
    draft = SourceDraft(
        kind="document", title="Register extract (fictional)", owner=settings.NODE.node_id, reliability="B",
        handling="H0", purpose="criminal_investigation", retain_until=timezone.now().date() + 300 * DAY,
        basis="intelligence", entities=(EntityDraft("firm", "Company"),),
        statements=(StatementDraft("firm", "name", "Goldweg GmbH (fictional)", 1),),
    )  # fmt: skip
    source = record_source(actor=officer, compartment_id=case.compartment_id, draft=draft)
    _send(recipient, [one.pk for one in source.statements.all()])


def take() -> None:
    from clew.node.exchange.actions import take_letter
    from clew.node.exchange.models import Letter

    officer, _lena, case = _officers()
    take_letter(actor=officer, letter_uid=Letter.objects.get(state="quarantined").uid, case_id=case.pk)


def pass_on(recipient: str, by: str) -> None:
    from django.utils import timezone

    from clew.node.disclosure.actions import record_authorisation
    from clew.node.dossier.models import Source

    _officer, lena, _case = _officers()
    source = Source.objects.exclude(received_letter="").get()
    today = timezone.now().date()
    record_authorisation(
        actor=lena, source_id=source.pk, recipient=recipient, by=by, reference="Mail (fictional)", given=today - DAY,
        expires=today + 30 * DAY,
    )  # fmt: skip
    _send(recipient, [one.pk for one in source.statements.all()])


def recall() -> None:
    from clew.node.dossier.models import Source
    from clew.node.exchange.actions import recall_source

    officer, _lena, _case = _officers()
    source = Source.objects.get(received_letter="")
    recall_source(actor=officer, source_id=source.pk, what="restrict", reason="unlawfully-sent")


def answer() -> None:
    from clew.node.exchange.actions import answer_recall
    from clew.node.exchange.models import Recall

    officer, _lena, _case = _officers()
    answer_recall(actor=officer, recall_uid=Recall.objects.get(direction="in", outcome="").uid, outcome="done")


def suspend(uid: str) -> None:
    from clew.node.partners.actions import suspend_party

    suspend_party(actor=_officers()[0], party_uid=uid, reason="A question (fictional)")


def announce(what: str, reason: str) -> None:
    from django.conf import settings

    from clew.node.exchange.actions import announce as announce_to_all

    announce_to_all(actor=_officers()[0], party=settings.NODE.node_id, what=what, reason=reason)


def work(*others: str) -> None:
    from django.utils import timezone

    from clew.exchange.sealing import read_outer
    from clew.node.exchange.worker import run_once

    homes = dict(one.split("=", 1) for one in others)
    handed: list[str] = []

    def post(destination: Any, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
        (uid,) = {read_outer(raw).recipient for raw in envelopes}
        handed.extend(uid for _raw in envelopes)
        done = run_python(["-m", "tests.two_nodes.passing", "store", homes[uid]], os.environ, b"\n".join(envelopes))
        done.check_returncode()
        return done.stdout.removesuffix(b"\n").split(b"\n")

    for round_number in range(2):
        run_once(now=timezone.now() + round_number * dt.timedelta(minutes=20), rng=random.Random(1), post=post)
    sys.stdout.write(json.dumps({"handed": handed}))


def look() -> None:
    from django.utils import timezone

    from clew.node.cases.models import Task
    from clew.node.dossier.models import Statement
    from clew.node.dossier.queries import still_standing
    from clew.node.exchange.models import Attempt, InboxEntry, Letter, OutboxEntry, Recall
    from clew.node.exchange.queries.copies import copies_of_source
    from clew.node.partners.models import Party
    from clew.node.partners.queries import usable_keys

    officer = _officers()[0]
    statements = Statement.objects.order_by("pk")
    copies = [copies_of_source(officer=officer, source_id=pk) for pk in {one.source_id for one in statements}]
    said = {
        "standing": len(still_standing(statements.values_list("pk", flat=True))),
        "letters": [list(row) for row in Letter.objects.order_by("pk").values_list("direction", "kind", "state")],
        "recalls": [
            list(row)
            for row in Recall.objects.order_by("pk").values_list("direction", "party", "outcome", "passed_on", "uid")
        ],
        "listed": [
            [line.row.party, line.outcome, line.unreached]
            for found in copies if found is not None for copy in found.copies for line in copy.recalls
        ],
        "rejected": InboxEntry.objects.filter(state="rejected").count(),
        "statuses": dict(Party.objects.filter(is_own=False).values_list("uid", "status")),
        "keys": {uid: getattr(usable_keys(uid, timezone.now()), "code", "usable")
                 for uid in Party.objects.filter(is_own=False).values_list("uid", flat=True)},
        "tasks": list(Task.objects.values_list("kind", flat=True)),
        "waiting": list(OutboxEntry.objects.filter(delivered=None, failed=None).values_list("party", "kind")),
        "turned_away": list(Attempt.objects.values_list("claimed", "code")),
    }  # fmt: skip
    sys.stdout.write(json.dumps(said))


DOES: dict[str, Callable[..., None]] = {
    "begin": begin, "tell": tell, "take": take, "pass": pass_on, "recall": recall, "answer": answer,
    "suspend": suspend, "announce": announce, "work": work, "store": store, "look": look,
}  # fmt: skip


def main(do: str, home: str, *more: str) -> None:
    from clew.cli.answers import set_up_node

    set_up_node(Path(home), process="worker" if do == "work" else "inbound" if do == "store" else "cli")
    DOES[do](*more)


if __name__ == "__main__":
    main(*sys.argv[1:])
