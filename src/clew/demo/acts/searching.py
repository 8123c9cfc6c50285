"""A found child and its family: consents, simulated profiles, a search of the child among all families, and its hit.

Nobody lives who shows these alleles: they are drawn from a frequency table with the seed that stands in the script.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils import timezone

from clew.demo.acts.recording import case_of, enter_source, in_a_year
from clew.demo.acts.script import NOT_YET, officer, script, step_up
from clew.dossier.types import EntityDraft, StatementDraft
from clew.node.accounts.actions import add_member, create_compartment
from clew.node.accounts.models import Compartment
from clew.node.cases.actions import add_to_team, open_case
from clew.node.cases.models import Case
from clew.node.consent.actions import ConsentDraft, GuardianDraft, record_consent, record_guardian
from clew.node.consent.models import Consent, Guardian
from clew.node.disclosure.actions import record_safeguard
from clew.node.disclosure.models import Safeguard
from clew.node.dossier.models import Entity, Source
from clew.node.kinship import actions
from clew.node.kinship.models import Family, FoundChild, Hit, Laboratory, Profile, Session, WideSearch
from clew.node.partners.actions import add_post
from clew.node.partners.models import Party

LABORATORY_DAYS = 300
TAKEN_BEFORE = dt.timedelta(days=3)


def unit(node: str, by: str, geneticist: str, police: dict[str, str]) -> str:
    """Make the kinship unit, with its geneticist, and register the police's laboratory with its accreditation."""
    content = script()[node]["kinship"]
    team = Compartment.objects.filter(name=content["unit"]).first()
    if team is None:
        team = create_compartment(actor=officer("admin"), name=content["unit"])
    member = officer(geneticist)
    if not member.memberships.filter(compartment=team).exists():
        add_member(actor=officer("admin"), compartment=team, officer=member)
    own = content["laboratory"]
    post = Party.objects.filter(name=own["name"]).first()
    if post is None:
        post = add_post(
            actor=officer("admin"), parent_uid=police["uid"], name=own["name"], kind="provincial_branch",
            seat_country=own["country"],
        )  # fmt: skip
    if not Laboratory.objects.filter(party=post.uid).exists():
        today = timezone.localdate()
        actions.register_laboratory(
            actor=officer(by), party_uid=post.uid, accreditation=own["accreditation"], valid_from=today - TAKEN_BEFORE,
            valid_until=today + dt.timedelta(days=LABORATORY_DAYS),
        )  # fmt: skip
    return str(own["name"])


def consents(node: str, by: str, protector: str) -> str:
    """Record who gave a sample, and what each agreed to; for a child its guardian, and the child itself."""
    content = script()[node]["kinship"]
    case = _case(node, by, protector)
    if not Source.objects.filter(title=content["interview"]).exists():
        donors = content["donors"]
        entities = [
            EntityDraft(who, "Person", category=each["category"], category_until=in_a_year())
            for who, each in donors.items()
        ]
        statements = [StatementDraft(who, "name", each["name"], 2) for who, each in donors.items()]
        enter_source(
            officer(by), case, "interview", content["interview"], entities, statements, purpose="missing_person_search"
        )
    for who in content["donors"]:
        _consent(node, by, who, case)
    return ", ".join(each["name"] for each in content["donors"].values())


def profiles(node: str, by: str) -> str:
    """Register the family and the found children by codes, and record the profile of each donor."""
    content = script()[node]["kinship"]
    team, geneticist = Compartment.objects.get(name=content["unit"]), officer(by)
    laboratory = Laboratory.objects.get(party=Party.objects.get(name=content["laboratory"]["name"]).uid)
    if not Family.objects.filter(reference=content["family"]).exists():
        draft = actions.FamilyDraft(content["family"], content["pedigree"], "MP", content["table"])
        actions.register_family(actor=geneticist, compartment_id=team.pk, draft=draft)
    for who, each in content["donors"].items():
        child = each.get("child", "")
        if child and not FoundChild.objects.filter(reference=child).exists():
            actions.register_found_child(actor=geneticist, compartment_id=team.pk, reference=child, sex="unknown")
        if not Profile.objects.filter(sample=each["sample"]).exists():
            place: dict[str, Any] = (
                {"child_id": FoundChild.objects.get(reference=child).pk}
                if child
                else {"family_id": Family.objects.get(reference=content["family"]).pk, "person": each["person"]}
            )
            consent = Consent.objects.get(person_id=_donor(node, who).pk)
            taken = timezone.localdate() - TAKEN_BEFORE
            draft_ = actions.ProfileDraft(
                laboratory.pk, each["sample"], taken, consent.pk, _simulated(node)[who], **place
            )
            actions.record_profile(actor=geneticist, draft=draft_)
    return f"{Profile.objects.count()} profiles, each sealed under a key of its own; simulated, seed {content['seed']}"


def weigh(node: str, by: str) -> str:
    """Open the store, and ask what a search of the found child among all families could find."""
    content = script()[node]["kinship"]
    wide = _search(node)
    if wide is not None and wide.threshold is not None:
        return f"{content['found']} was searched for"
    team = Compartment.objects.get(name=content["unit"])
    if not Session.objects.filter(compartment=team, closed=None, ends__gt=timezone.now()).exists():
        actions.open_session(actor=officer(by), compartment_id=team.pk, step_up=step_up(officer(by)))
    if wide is None:
        child = FoundChild.objects.get(reference=content["found"])
        actions.prepare_child_search(actor=officer(by), child_id=child.pk)
    return f"{content['found']} among all families; nothing is searched by that"


def search(node: str, by: str) -> str:
    """Run the search as soon as it is weighed, and wait for what it finds."""
    wide = _search(node)
    if wide is None or wide.state == WideSearch.State.WEIGHING:
        return NOT_YET
    if wide.state == WideSearch.State.WEIGHED:
        log10 = script()[node]["kinship"]["threshold"]
        actions.start_wide_search(actor=officer(by), wide_id=wide.pk, log10=log10)
        return NOT_YET
    if wide.state == WideSearch.State.RUNNING:
        return NOT_YET
    hit = _hit(node)
    return f"a lead: {hit.family.reference}, the profiles are 10^{hit.log10:.1f} times likelier if the child is theirs"


def confirm(node: str, by: str) -> str:
    """Have the laboratory confirm the lead from new samples."""
    report = script()[node]["kinship"]["report"]
    if _hit(node).state == Hit.State.LEAD:
        laboratory = Laboratory.objects.get(party=Party.objects.get(name=_laboratory(node)).uid)
        actions.ask_laboratory(actor=officer(by), hit_id=_hit(node).pk, laboratory_id=laboratory.pk)
    if _hit(node).state == Hit.State.ASKED:
        actions.record_answer(actor=officer(by), hit_id=_hit(node).pk, confirmed=True, report=report)
    return f"report {report}"


def protect(node: str, by: str) -> str:
    """Decide for the child, hear the child, and propose that the family is told: a second person has to approve."""
    content = script()[node]["kinship"]
    hit = _hit(node)
    if not hit.decision:
        actions.decide_protection(actor=officer(by), hit_id=hit.pk, may=True, reason=content["decision"])
    if not hit.view:
        actions.hear_child(actor=officer(by), hit_id=hit.pk, view="wants", note=content["view"])
    if not hit.tellings.exists():
        actions.propose_telling(actor=officer(by), hit_id=hit.pk, whom="family", step_up=step_up(officer(by)))
    return "nobody is told before a second person has approved"


def _case(node: str, by: str, protector: str) -> Case:
    content = script()[node]["kinship"]["case"]
    case = case_of(content["title"]) or open_case(actor=officer(by), title=content["title"], kind=content["kind"])
    other = officer(protector)
    if not other.memberships.filter(compartment_id=case.compartment_id).exists():
        add_to_team(actor=officer(by), case_id=case.pk, officer_id=other.pk)
    return case


def _consent(node: str, by: str, who: str, case: Case) -> None:
    """What one donor agreed to, unless it is recorded; a child's guardian is recorded first."""
    content = script()[node]["kinship"]
    person, own, actor = _donor(node, who), content["donors"][who], officer(by)
    if Consent.objects.filter(person_id=person.pk).exists():
        return
    today = timezone.localdate()
    given: dict[str, Any] = {"given_by": "self", "capacity": "able"}
    if own.get("child"):
        if not Safeguard.objects.filter(person_id=person.pk, kind="child").exists():
            record_safeguard(actor=actor, person_id=person.pk, kind="child", answer=["yes"], expires=in_a_year())
        guardian = Guardian.objects.filter(person_id=person.pk).first() or record_guardian(
            actor=actor, person_id=person.pk, compartment_id=case.compartment_id,
            draft=GuardianDraft(
                **content["guardian"], relation="institution", conflict="no", valid_from=today - TAKEN_BEFORE,
                valid_until=in_a_year(),
            ),
        )  # fmt: skip
        given = {"given_by": "guardian", "guardian_id": guardian.pk, "assent": "yes"}
    draft = ConsentDraft(
        purpose="missing_person_search", recipient=Party.objects.get(name=_laboratory(node)).uid, items=["dna"],
        understood=True, explained_by=str(actor), language="zh-Hans", method="written", given=today,
        expires=today + dt.timedelta(days=180), **given,
    )  # fmt: skip
    record_consent(actor=actor, person_id=person.pk, compartment_id=case.compartment_id, draft=draft)


def _donor(node: str, who: str) -> Entity:
    """The person of a donor: what names her is sealed, and the persons of a source stand in the script's order."""
    content = script()[node]["kinship"]
    persons = Entity.objects.filter(schema="Person", statements__source__title=content["interview"]).distinct()
    return persons.order_by("pk")[list(content["donors"]).index(who)]


def _laboratory(node: str) -> str:
    return str(script()[node]["kinship"]["laboratory"]["name"])


def _search(node: str) -> WideSearch | None:
    return WideSearch.objects.filter(child__reference=script()[node]["kinship"]["found"]).order_by("-pk").first()


def _hit(node: str) -> Hit:
    found = Hit.objects.select_related("family")
    return found.get(profile__child__reference=script()[node]["kinship"]["found"])


@cache
def _simulated(node: str) -> Mapping[str, Mapping[str, str]]:
    """Texts by locus of each donor: father, mother and their child, and a child of others."""
    import numpy as np

    from clew.kinship.assumptions import Assumptions
    from clew.kinship.mutation import Mutation
    from clew.kinship.simulation import RELATIVES, TWENTY_THREE, simulated_family
    from clew.kinship.tables import shipped_table

    content = script()[node]["kinship"]
    table = shipped_table(content["table"])
    # SE33 has more genotypes than the others together, and most kits go without it.
    loci = [each for each in TWENTY_THREE if each in table.loci and each != "SE33"]
    assumed, rng = Assumptions(table, Mutation.both("equal", 0.002)), np.random.default_rng(content["seed"])
    trio = simulated_family(RELATIVES["trio"][0], ["F", "M", "MP"], assumed, loci, rng)
    other = simulated_family(RELATIVES["trio"][0], ["MP"], assumed, loci, rng)["MP"]
    drawn = {"father": trio["F"], "mother": trio["M"], "daughter": trio["MP"], "other": other}
    return {who: {locus: str(seen) for locus, seen in own.items()} for who, own in drawn.items()}
