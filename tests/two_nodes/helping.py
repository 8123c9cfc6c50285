"""One of two nodes between which a person is referred, in a process of its own: `python -m tests.two_nodes.helping`.

`DO HOME …`, where DO is: `begin HOME CARD`: confirm the other, and have officers, a standing team, a case with her, and
an instrument. `ask HOME UID`: her consent, a service of that node, and the letter to it, approved and signed. `take
HOME`: the standing team takes the referral that waits. `answer HOME [CODE]`: accept it, or refuse it with a code.
`arrive HOME`: say that she came. `withdraw HOME`: she takes her consent back. `work HOME OTHER`: two rounds of the
worker, which hands envelopes to the other's `store`. `look HOME`: what stands in the node, as JSON.
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
from tests.two_nodes.passing import store

DAY = dt.timedelta(days=1)
CONTACT = "Wednesdays after nine, at the desk (fictional)"


def begin(card: str) -> None:
    from django.conf import settings
    from django.utils import timezone

    from clew.node.accounts.actions import NODE, add_member, create_compartment, create_officer
    from clew.node.partners.actions import confirm_party, import_card
    from clew.node.partners.models import Instrument

    mara = create_officer(
        actor=NODE, username="mara", full_name="Mara (fictional)", roles=["caseworker", "liaison_officer"]
    )
    create_officer(
        actor=NODE, username="bea", full_name="Bea (fictional)", roles=["approver", "child_protection_officer"]
    )
    add_member(actor=NODE, compartment=create_compartment(actor=NODE, name="House (fictional)"), officer=mara)
    found = import_card(actor=NODE, raw=Path(card).read_bytes())
    confirm_party(actor=mara, party_uid=found.party.uid, typed=" ".join(found.fingerprint.split()[-4:]))
    Instrument.objects.create(
        code="HELP-1", title="Cooperation (fictional)", kind="domestic_protocol", clocks={}, fictional=True,
        parties=[settings.NODE.node_id, found.party.uid], in_force_from=dt.date(2025, 1, 1), registered=timezone.now(),
        enables=[{"letter": "notify", "purposes": ["referral"]}],
    )  # fmt: skip


def ask(uid: str) -> None:
    from clew.node.accounts.actions import StepUp
    from clew.node.accounts.step_up import prove
    from clew.node.disclosure import actions as disclosure
    from clew.node.disclosure.models import Decision
    from clew.node.referral import actions

    mara, bea = _officer("mara"), _officer("bea")
    path = _path(mara, bea)
    _consent(mara, path, uid)
    service = actions.register_service(
        actor=mara,
        draft=actions.ServiceDraft(name="House of Roses (fictional)", party=uid, kinds=["shelter"], country="AT"),
    )
    made = actions.refer_by_letter(
        actor=mara, path_id=path.pk,
        draft=actions.ReferralDraft(service_id=service.pk, needs=["shelter"], urgency="urgent-8h", contact=CONTACT),
        letter=actions.LetterDraft(instrument="HELP-1", why="They call before she comes (fictional)."),
    )  # fmt: skip
    decision = Decision.objects.get(release=made.release)
    for missing in decision.outcome["missing"]:
        decision = disclosure.approve(
            actor=bea, decision_id=decision.pk, role=missing["role"], reason="Necessary (fictional).",
            step_up=prove(StepUp(bea.pk, "totp")),
        )  # fmt: skip
    disclosure.sign(actor=mara, decision_id=decision.pk, step_up=prove(StepUp(mara.pk, "totp")))


def _path(mara: Any, bea: Any) -> Any:
    from django.utils import timezone

    from clew.node.cases import actions as cases
    from clew.node.disclosure.actions import record_safeguard
    from clew.node.referral import actions
    from tests.node.referral.conftest import contact_draft, person_of

    case = cases.open_case(actor=mara, title="Case (fictional)", kind="assistance")
    cases.add_to_team(actor=mara, case_id=case.pk, officer_id=bea.pk)
    person = person_of(mara, case, "victim")
    until = timezone.localdate() + 90 * DAY
    for kind, said in (("protection", "none"), ("sheltered", "no"), ("origin", "BG"), ("child", "no")):
        record_safeguard(actor=mara, person_id=person, kind=kind, answer=[said], expires=until)
    path = actions.open_path(actor=mara, case_id=case.pk, person_id=person)
    actions.record_contact(actor=mara, path_id=path.pk, draft=contact_draft())
    return path


def _consent(mara: Any, path: Any, uid: str) -> None:
    from django.utils import timezone

    from clew.node.consent.actions import ConsentDraft, record_consent

    today = timezone.localdate()
    draft = ConsentDraft(
        purpose="referral", recipient=uid, items=["contact"], given_by="self", capacity="able", understood=True,
        explained_by="Clara (fictional)", language="bg", method="written", given=today, expires=today + 60 * DAY,
    )  # fmt: skip
    record_consent(actor=mara, person_id=path.person_id, compartment_id=path.compartment_id, draft=draft)


def take() -> None:
    from clew.node.accounts.models import Compartment
    from clew.node.exchange.models import Letter
    from clew.node.referral.actions import take_incoming

    row = Letter.objects.get(kind="referral", direction="in", state="quarantined")
    take_incoming(
        actor=_officer("mara"), letter_uid=row.uid, team_id=Compartment.objects.get(name="House (fictional)").pk
    )


def answer(code: str = "") -> None:
    from clew.node.referral.actions import answer_incoming

    answer_incoming(actor=_officer("mara"), incoming_id=_incoming(), code=code)


def arrive() -> None:
    from django.utils import timezone

    from clew.node.referral.actions import record_incoming_arrival

    record_incoming_arrival(actor=_officer("mara"), incoming_id=_incoming(), on=timezone.localdate())


def withdraw() -> None:
    from clew.node.consent.actions import withdraw_consent
    from clew.node.consent.models import Consent

    withdraw_consent(actor=_officer("mara"), consent_id=Consent.objects.latest("pk").pk, reason="She changed her mind.")


def work(other: str) -> None:
    from django.utils import timezone

    from clew.node.exchange.worker import run_once

    def post(destination: Any, envelopes: Sequence[bytes], *, secure: bool) -> list[bytes]:
        done = run_python(["-m", "tests.two_nodes.helping", "store", other], os.environ, b"\n".join(envelopes))
        done.check_returncode()
        return done.stdout.removesuffix(b"\n").split(b"\n")

    for number in range(2):
        run_once(now=timezone.now() + number * dt.timedelta(minutes=20), rng=random.Random(1), post=post)


def look() -> None:
    from django.utils import timezone

    from clew.node.exchange.models import InboxEntry, Letter
    from clew.node.referral.models import IncomingReferral, Referral
    from clew.node.referral.queries import desk_items, referral_page
    from clew.node.referral.queries.incoming import incoming_page

    mara = _officer("mara")
    pages = [referral_page(officer=mara, referral_id=one.pk) for one in Referral.objects.order_by("pk")]
    came = [incoming_page(officer=mara, incoming_id=one.pk) for one in IncomingReferral.objects.order_by("pk")]
    told = {
        "sent": [
            [one.referral.state, one.referral.code, bool(one.referral.arrived), bool(one.told)] for one in pages if one
        ],
        "way": [fact.stage for one in pages if one and one.way for fact in one.way.facts if fact.at is not None],
        "came": [[one.incoming.state, one.told.get("contact", ""), one.incoming.reference] for one in came if one],
        "letters": [[row.direction, row.kind, row.state] for row in Letter.objects.order_by("pk")],
        "sealed": [len(bytes(row.sealed)) for row in Letter.objects.filter(kind="referral", direction="in")],
        "rejected": list(InboxEntry.objects.filter(state="rejected").values_list("code", flat=True)),
        "desk": [item.kind for item in desk_items(officer=mara, now=timezone.now() + DAY)],
    }
    sys.stdout.write(json.dumps(told))


def _incoming() -> int:
    from clew.node.referral.models import IncomingReferral

    return int(IncomingReferral.objects.latest("pk").pk)


def _officer(username: str) -> Any:
    from clew.node.accounts.models import Officer

    return Officer.objects.get(username=username)


DOES: dict[str, Callable[..., None]] = {
    "begin": begin, "ask": ask, "take": take, "answer": answer, "arrive": arrive, "withdraw": withdraw, "work": work,
    "store": store, "look": look,
}  # fmt: skip


def main(do: str, home: str, *more: str) -> None:
    from clew.cli.answers import set_up_node

    set_up_node(Path(home), process={"work": "worker", "store": "inbound"}.get(do, "cli"))
    DOES[do](*more)


if __name__ == "__main__":
    main(*sys.argv[1:])
