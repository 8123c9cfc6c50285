"""What pages of kinship show: a geneticist's unit, a family and two found children, a weighed search, and hits.

All of it is simulated with a seed: nobody lives who shows these alleles.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

GENETICIST, PROTECTOR = "gina", "petra"


def kinship_unit() -> None:
    """Everything up to hits in three states, in the team of the story's case."""
    from django.utils import timezone

    from clew.demo.acts.script import officer
    from clew.node.accounts.actions import StepUp
    from clew.node.accounts.step_up import prove
    from clew.node.cases.models import Case
    from clew.node.kinship import actions
    from clew.node.kinship.models import Hit
    from clew.node.partners.models import Party

    team = Case.objects.earliest("pk").compartment
    gina, petra = (_person(name, role, team) for name, role in (
        (GENETICIST, "geneticist"), (PROTECTOR, "child_protection_officer"),
    ))  # fmt: skip
    today = timezone.localdate()
    party = Party.objects.filter(is_own=False, parent=None).earliest("pk").uid
    laboratory = actions.register_laboratory(
        actor=officer("bernd"), party_uid=party, accreditation="ISO/IEC 17025, No 7 (fictional)",
        valid_from=today - dt.timedelta(days=9), valid_until=today + dt.timedelta(days=300),
    )  # fmt: skip
    people = _simulated()
    pedigree = [
        {"id": "F", "sex": 1}, {"id": "M", "sex": 2}, {"id": "SIB", "sex": 2, "fid": "F", "mid": "M"},
        {"id": "MP", "fid": "F", "mid": "M"},
    ]  # fmt: skip
    family = actions.register_family(
        actor=gina, compartment_id=team.pk, draft=actions.FamilyDraft("FAM-2026-1", pedigree, "MP", "norstr_europe")
    )
    other = actions.register_family(
        actor=gina, compartment_id=team.pk,
        draft=actions.FamilyDraft("FAM-2026-2", [*pedigree[:2], pedigree[3]], "MP", "norstr_europe"),
    )  # fmt: skip
    children = [
        actions.register_found_child(actor=gina, compartment_id=team.pk, reference=f"CH-2026-{number}", sex="unknown")
        for number in (1, 2, 3)
    ]
    places: list[tuple[str, dict[str, Any]]] = [
        ("F", {"family_id": family.pk, "person": "F"}), ("M", {"family_id": family.pk, "person": "M"}),
        ("F", {"family_id": other.pk, "person": "F"}), ("MP", {"child_id": children[0].pk}),
        ("OTHER", {"child_id": children[1].pk}),
    ]  # fmt: skip
    for number, (who, place) in enumerate(places, 1):
        consent = _consent(officer("anna"), team.pk, party, number)
        actions.record_profile(
            actor=gina,
            draft=actions.ProfileDraft(laboratory.pk, f"LAB-26-{number}", today, consent, people[who], **place),
        )
    actions.open_session(actor=gina, compartment_id=team.pk, step_up=prove(StepUp(gina.pk, "totp")))
    for log10, of in ((2.0, other), (4.0, family), (None, family)):
        search = actions.prepare_search(actor=gina, family_id=of.pk)
        actions.run_searches()
        if log10 is not None:
            actions.start_search(actor=gina, search_id=search.pk, log10=log10, reason="To see both (fictional).")
            actions.run_searches()
    _widely(gina, team.pk, children[1].pk)
    hit = Hit.objects.get(family=family)
    actions.ask_laboratory(actor=gina, hit_id=hit.pk, laboratory_id=laboratory.pk)
    actions.record_answer(actor=gina, hit_id=hit.pk, confirmed=True, report="R-26-7")
    actions.decide_protection(actor=petra, hit_id=hit.pk, may=True, reason="Nothing speaks against it (fictional).")
    actions.hear_child(actor=petra, hit_id=hit.pk, view="wants", note="With a psychologist (fictional).")
    actions.propose_telling(actor=petra, hit_id=hit.pk, whom="family", step_up=prove(StepUp(petra.pk, "totp")))


def _widely(gina: Any, unit: int, child: int) -> None:
    """All families among all children, through; and one child among all families, weighed."""
    from clew.node.kinship import actions

    everyone = actions.prepare_unit_search(actor=gina, compartment_id=unit)
    actions.prepare_child_search(actor=gina, child_id=child)
    actions.run_searches()
    actions.start_wide_search(actor=gina, wide_id=everyone.pk, log10=2.0, reason="To see all (fictional).")
    actions.run_searches()


def _person(name: str, role: str, team: Any) -> Any:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    from clew.demo.acts.script import officer
    from clew.node.accounts.actions import NODE, add_member, create_officer

    made = create_officer(actor=NODE, username=name, full_name=f"{name.title()} Genbeispiel (fictional)", roles=[role])
    TOTP.activate(made, generate_totp_secret())
    add_member(actor=officer("admin"), compartment=team, officer=made)
    return made


def _consent(anna: Any, team: int, party: str, number: int) -> int:
    from django.utils import timezone

    from clew.node.consent.actions import ConsentDraft, record_consent
    from clew.node.consent.queries import is_known_in
    from clew.node.dossier.models import Entity

    persons = Entity.objects.filter(schema="Person").order_by("pk").values_list("pk", flat=True)
    donor = next(each for each in persons if is_known_in(each, team))
    today = timezone.localdate()
    draft = ConsentDraft(
        purpose="missing_person_search", recipient=party, items=["dna"], given_by="self", capacity="able",
        understood=True, explained_by="Clara Beispiel (fictional)", language="bg", method="written", given=today,
        expires=today + dt.timedelta(days=200 + number),
    )  # fmt: skip
    return record_consent(actor=anna, person_id=donor, compartment_id=team, draft=draft).pk


def _simulated() -> dict[str, dict[str, str]]:
    """A father, a mother, their child, and a child of others."""
    import numpy as np

    from clew.kinship.assumptions import Assumptions
    from clew.kinship.mutation import Mutation
    from clew.kinship.simulation import RELATIVES, TWENTY_THREE, simulated_family
    from clew.kinship.tables import shipped_table

    assumed = Assumptions(shipped_table("norstr_norway"), Mutation.both("equal", 0.002))
    rng = np.random.default_rng(2026)
    trio = simulated_family(RELATIVES["trio"][0], ["F", "M", "MP"], assumed, TWENTY_THREE, rng)
    other = simulated_family(RELATIVES["trio"][0], ["MP"], assumed, TWENTY_THREE, rng)["MP"]
    return {
        who: {locus: str(seen) for locus, seen in own.items() if locus not in {"SE33", "Penta_E"}}
        for who, own in {**trio, "OTHER": other}.items()
    }
