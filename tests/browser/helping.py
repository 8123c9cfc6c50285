"""What pages of a person's path show: a contact, a screening, a decision that waits, a service and a referral to it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

HELPER, SIGNER = "petra", "bernd"


def walked_path() -> None:
    """A path with the first protected person of the story's case, by the child-protection officer of its team."""
    from django.utils import timezone

    from clew.demo.acts.script import officer
    from clew.node.accounts.actions import NODE, add_member, create_compartment
    from clew.node.cases.models import Case
    from clew.node.cases.queries import entities_of_case
    from clew.node.dossier.queries import guarded_persons
    from clew.node.partners.queries import own_party
    from clew.node.referral import actions

    case, petra, today = Case.objects.earliest("pk"), officer(HELPER), timezone.localdate()
    persons = [each.entity_id for each in entities_of_case(officer=petra, case_id=case.pk) if each.schema == "Person"]
    path = actions.open_path(actor=petra, case_id=case.pk, person_id=guarded_persons(persons)[0])
    actions.record_contact(
        actor=petra, path_id=path.pk,
        draft=actions.ContactDraft(
            met=today, channel="in_person", place_class="restaurant", danger="no", safe="yes", age="adult",
            language="zh-Hans", group="women", needs=["shelter", "legal"], reach="Uncle Beispiel (fictional)",
        ),
    )  # fmt: skip
    answers = {
        "exploitation.hours": ("yes", "stated"), "exploitation.pay": ("yes", "stated"),
        "exploitation.living": ("yes", "observed"), "coercion_destination.documents": ("yes", "stated"),
        "coercion_destination.debt": ("unknown", ""), "deceptive_recruitment.job": ("no", "stated"),
    }  # fmt: skip
    actions.record_screening(
        actor=petra, path_id=path.pk, draft=actions.ScreeningDraft(name="ilo_labour", answers=answers)
    )
    draft = actions.IdentificationDraft(
        outcome="identified", body="Police", body_name="Uncle Beispiel (fictional)", decided=today,
        grounds="Says so himself",
    )  # fmt: skip
    actions.record_identification(actor=officer("anna"), path_id=path.pk, draft=draft)
    own = own_party()
    assert own is not None
    house = create_compartment(actor=NODE, name="Uncle Beispiel (fictional)")
    add_member(actor=NODE, compartment=house, officer=petra)
    service = actions.register_service(
        actor=petra,
        draft=actions.ServiceDraft(
            name="House of Help (fictional)", party=own.uid, team_id=house.pk, kinds=["shelter", "legal"],
            country="AT", groups=["women"], languages=["zh-Hans"], places=2, address="Uncle Beispiel (fictional)",
        ),
    )  # fmt: skip
    told = actions.tell_of_service(actor=petra, path_id=path.pk, service_id=service.pk)
    assert told.made - dt.timedelta(days=1) < timezone.now()
    asked_by_letter(case.compartment_id, path.pk, path.person_id)
    partners_referrals(house.pk)


def asked_by_letter(team: int, path_id: int, person_id: int) -> None:
    """A partner's shelter with a node of its own, and a letter to it that waits to be signed."""
    from django.utils import timezone

    from clew.demo.acts.script import officer
    from clew.node.consent.actions import ConsentDraft, record_consent
    from clew.node.partners.models import Party
    from clew.node.referral import actions

    petra, today = officer(HELPER), timezone.localdate()
    shelter = Party.objects.filter(kind="ngo", is_own=False, status="active").earliest("pk")
    record_consent(
        actor=petra, person_id=person_id, compartment_id=team,
        draft=ConsentDraft(
            purpose="referral", recipient=shelter.uid, items=["contact"], given_by="self", capacity="able",
            understood=True, explained_by="Uncle Beispiel (fictional)", language="zh-Hans", method="written",
            given=today, expires=today + dt.timedelta(days=80),
        ),
    )  # fmt: skip
    service = actions.register_service(
        actor=petra,
        draft=actions.ServiceDraft(
            name="Shelter with a node (fictional)", party=shelter.uid, kinds=["shelter"], country="AT", groups=["women"]
        ),
    )
    actions.refer_by_letter(
        actor=petra, path_id=path_id,
        draft=actions.ReferralDraft(service_id=service.pk, needs=["shelter"], urgency="urgent-3d"),
        letter=actions.LetterDraft(instrument="AT-REFERRAL-DEMO", why="They ask before they open (fictional)."),
    )  # fmt: skip


def partners_referrals(team: int) -> None:
    """Of partners: a referral that nobody has taken, one that waits for an answer, one accepted, and one that ended."""
    from django.conf import settings
    from django.utils import timezone

    from clew.demo.acts.script import officer
    from clew.exchange.letters import read_letter
    from clew.exchange.moments import to_text
    from clew.exchange.sealing import sign_letter
    from clew.node.exchange.actions.sending import letter_fields
    from clew.node.exchange.at_rest import put_to_rest
    from clew.node.exchange.models import Letter, Thread
    from clew.node.referral import actions
    from clew.node.referral.actions import note_end
    from tests.exchange.partner import Partner

    petra, now = officer(HELPER), timezone.now().replace(microsecond=0)
    house = Partner("House", country="AT", now=now)
    body = {
        "type": "referral", "subject": "Referral", "purpose": "referral", "handling": {"code": "H2"},
        "legal_basis": {"code": "HELP-1"}, "reference": "r7", "needs": ["shelter"], "group": "women",
        "language": "zh-Hans", "urgency": "urgent-3d", "basis": "consent", "contact": "Uncle Beispiel (fictional)",
        "answer_by": to_text(now + dt.timedelta(days=3)),
    }  # fmt: skip
    for become in ("waiting", "taken", "accepted", "ended"):
        raw = house.write(settings.NODE.node_id, body, deadline=None)
        letter = read_letter(raw, sender=house.uid, recipient=settings.NODE.node_id, now=now)
        rest = put_to_rest(letter.header.id, sign_letter(raw, house.sign_key), "Referral")
        thread = Thread.objects.create(
            uid=letter.header.thread, party=house.uid, kind="referral", opened=now, changed=now
        )  # fmt: skip
        row = Letter.objects.create(
            **letter_fields(letter), thread=thread, direction="in", state="quarantined", party=house.uid,
            envelope=letter.header.id, envelope_digest="0" * 64, signed_with=house.keys.sign, recorded=now,
            wrapped_key=rest.wrapped_key, sealed=rest.sealed, sealed_subject=rest.sealed_subject,
        )  # fmt: skip
        if become == "waiting":
            continue
        Letter.objects.filter(pk=row.pk).update(state="accepted")
        made = planted_referral(row.uid, house.uid, team, petra.pk, body)
        if become == "accepted":
            type(made).objects.filter(pk=made.pk).update(state="accepted", answered=now, answered_by=petra)
        if become == "ended":
            from clew.node.accounts.actions import NODE

            note_end(actor=NODE, letter=row.uid, now=now)
    assert actions.read_incoming(actor=petra, incoming_id=made.pk) is not None


def planted_referral(letter: str, party: str, team: int, officer: int, body: dict[str, Any]) -> Any:
    """As when a team takes it; nobody stands behind this partner who could be told so."""
    from django.utils import timezone

    from clew.node import at_rest
    from clew.node.referral.arrangement import incoming_bound_to
    from clew.node.referral.models import IncomingReferral

    now = timezone.now()
    told = {name: body[name] for name in ("needs", "group", "language", "contact")}
    return IncomingReferral.objects.create(
        letter=letter, party=party, team_id=team, state="taken", reference="r7", urgency="urgent-3d", basis="consent",
        sealed=at_rest.seal(json.dumps(told).encode(), incoming_bound_to(letter)), taken_by_id=officer, taken=now,
        answer_by=now + dt.timedelta(days=3), keep_until=now.date() + dt.timedelta(days=60),
    )  # fmt: skip
