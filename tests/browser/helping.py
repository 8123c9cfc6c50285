"""What pages of a person's path show: a contact, a screening, a decision that waits, a service and a referral to it."""

from __future__ import annotations

import datetime as dt

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
