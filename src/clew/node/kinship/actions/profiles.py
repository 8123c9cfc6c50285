"""Recording a profile: for a family or a found child, from an accredited laboratory, under a consent that stands."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.kinship.kits import KITS
from clew.kinship.pedigree import Sex
from clew.kinship.pedigree_files import pedigree_from_json
from clew.kinship.profiles import Seen
from clew.kinship.samples import read_sample
from clew.node.accounts.actions import Actor, Officer, action, not_yours, require_compartment
from clew.node.audit.actions import record_many
from clew.node.consent.queries import StandingConsent, standing_consent
from clew.node.dossier.queries import erased_persons, person_categories
from clew.node.kinship.actions.laboratories import human
from clew.node.kinship.columns_cache import block_for, outdate
from clew.node.kinship.models import Family, FoundChild, Laboratory, Profile
from clew.node.kinship.sealing import seal_new
from clew.node.kinship.standing import covers_search
from clew.node.kinship.words import said_of
from clew.node.types import BadInput, BadInputs

SAMPLE: Final = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9._/-]{0,59}")
"""A laboratory's number of a sample: no spaces, at least one digit. A name would not pass."""

NEVER: Final = frozenset({"suspect", "convicted"})
"""Whose profile is never kept here, whatever they agreed to."""


@dataclass(frozen=True, slots=True)
class ProfileDraft:
    """A profile before it is recorded: of a relative (`family_id` and `person`) or of a found child (`child_id`).

    Attributes:
        genotypes: texts by locus, as the laboratory writes them (`12/16`).
        consent_id: the number of the donor's, or for a child the guardian's, consent.
    """

    laboratory_id: int
    sample: str
    taken: dt.date
    consent_id: int
    genotypes: Mapping[str, str]
    family_id: int | None = None
    person: str = ""
    child_id: int | None = None
    kit: str = ""


@action("kinship.record_profile", permission="kinship.record")
def record_profile(*, actor: Actor, draft: ProfileDraft) -> Profile:
    """Record one profile.

    Raises:
        Refused: neither family nor found child, or one of another unit.
        BadInputs: every fault of the draft at once; nothing is kept then.
    """
    return keep_profiles(human(actor), [draft])[0]


def keep_profiles(officer: Officer, drafts: list[ProfileDraft]) -> list[Profile]:
    """Record several profiles, all or none; part of an action. Raises as `record_profile`."""
    made = []
    for draft in drafts:
        owner = owner_of(officer, draft)
        consent, findings, problems = checked(draft, owner)
        if problems or consent is None:
            raise BadInputs(problems)
        profile = Profile(
            family=owner if isinstance(owner, Family) else None,
            child=owner if isinstance(owner, FoundChild) else None,
            person=draft.person, laboratory_id=draft.laboratory_id, sample=draft.sample, kit=draft.kit,
            taken=draft.taken, loci=len(findings), consent_id=consent.consent_id, consent_number=consent.consent_id,
            team_id=consent.compartment_id, recorded_by=officer, recorded=timezone.now(),
        )  # fmt: skip
        profile.wrapped, profile.sealed = seal_new(profile.uid, findings)
        if isinstance(owner, FoundChild):
            profile.block = block_for(owner.compartment_id)
        profile.save()
        made.append(profile)
    outdate({each.block_id for each in made if each.block_id is not None})
    record_many(
        actor=officer,
        act="kinship.record_profile",
        object_kind="profile",
        objects=[(each.pk, _logged(each)) for each in made],
    )
    return made


def _logged(profile: Profile) -> dict[str, str | int | bool | None]:
    return {
        "family": profile.family_id,
        "child": profile.child_id,
        "laboratory": profile.laboratory_id,
        "consent": profile.consent_number,
        "loci": profile.loci,
    }


def owner_of(officer: Officer, draft: ProfileDraft) -> Family | FoundChild:
    """The family or found child of a draft; raises `Refused` where there is none, or it is another unit's."""
    owner: Family | FoundChild | None = None
    if draft.family_id is not None and draft.child_id is None:
        owner = Family.objects.filter(pk=draft.family_id, closed=None).first()
    elif draft.child_id is not None and draft.family_id is None:
        owner = FoundChild.objects.filter(pk=draft.child_id, closed=None).first()
    if owner is None:
        raise not_yours()
    require_compartment(officer, owner.compartment_id)
    return owner


def checked(
    draft: ProfileDraft, owner: Family | FoundChild
) -> tuple[StandingConsent | None, Mapping[str, Seen], list[BadInput]]:
    """The consent and the findings of a draft, and all that is wrong with it."""
    today = timezone.localdate()
    problems = [*_place_problems(draft, owner), *_sample_problems(draft, today)]
    laboratory = Laboratory.objects.filter(pk=draft.laboratory_id).first()
    if laboratory is None or not counts_on(laboratory, draft.taken) or not counts_on(laboratory, today):
        cure = _("Have the laboratory and its accreditation registered first, or entered anew.")
        problems.append(BadInput("laboratory", _("This laboratory has no accreditation that counts."), cure))
    consent = standing_consent(draft.consent_id, timezone.now())
    problems += consent_problems(consent, laboratory)
    sample = read_sample(draft.genotypes, sex=_sex_of(draft, owner), kit=draft.kit)
    problems += [said_of(each) for each in sample.faults]
    return consent, sample.profile, problems


def counts_on(laboratory: Laboratory, day: dt.date) -> bool:
    """Whether a laboratory's accreditation holds on a day."""
    return laboratory.ended is None and laboratory.valid_from <= day <= laboratory.valid_until


def consent_problems(consent: StandingConsent | None, laboratory: Laboratory | None) -> list[BadInput]:
    """Why a consent is none for this sample; the words are the same for one that does not exist."""
    cure = _(
        "Ask the team that recorded it: it has to stand today, be for the search for a missing person, towards this "
        "laboratory, and name a DNA sample."
    )
    if consent is None or not covers_search(consent) or consent.recipient != (laboratory and laboratory.party):
        return [BadInput("consent", _("There is no consent of this number that covers this sample."), cure)]
    if Profile.objects.filter(consent_id=consent.consent_id, destroyed=None).exists():
        again = _("Each donor's consent stands for one profile. Destroy that one first if it is to be replaced.")
        return [BadInput("consent", _("A profile was recorded under this consent already."), again)]
    now = timezone.now()
    if person_categories([consent.person_id], now)[consent.person_id] in NEVER or erased_persons({consent.person_id}):
        never = _("Only families that look for a child and children who were found have profiles here.")
        return [BadInput("consent", _("A profile of this person is never kept here."), never)]
    return []


def _place_problems(draft: ProfileDraft, owner: Family | FoundChild) -> list[BadInput]:
    again = _("Destroy that one first, or check whether the sample is another person's.")
    if isinstance(owner, FoundChild):
        typed = owner.profiles.filter(destroyed=None).exists()
        return [BadInput("", _("This child is typed already."), again)] if typed else []
    pedigree = pedigree_from_json(owner.pedigree)
    if draft.person not in pedigree:
        cure = _("Choose one of the family.")
        return [BadInput("person", _("Nobody in the pedigree is called so."), cure)]
    if draft.person == owner.missing:
        cure = _("Whoever is looked for has no sample. Register the child as found.")
        return [BadInput("person", _("This is the child that is looked for."), cure)]
    if owner.profiles.filter(person=draft.person, destroyed=None).exists():
        return [BadInput("person", _("This relative is typed already."), again)]
    return []


def _sample_problems(draft: ProfileDraft, today: dt.date) -> list[BadInput]:
    problems = []
    if not SAMPLE.fullmatch(draft.sample):
        cure = _("Enter the laboratory's number, without spaces and with at least one digit. No name stands here.")
        problems.append(BadInput("sample", _("This is no sample reference."), cure))
    elif Profile.objects.filter(laboratory_id=draft.laboratory_id, sample=draft.sample, destroyed=None).exists():
        cure = _("Check the number: one sample is recorded once.")
        problems.append(BadInput("sample", _("This sample is recorded already."), cure))
    if draft.taken > today:
        cure = _("Enter the day on which the sample was taken.")
        problems.append(BadInput("taken", _("This day lies in the future."), cure))
    if draft.kit and draft.kit not in KITS:
        cure = _("Choose one from the list, or leave it empty.")
        problems.append(BadInput("kit", _("This kit is not known."), cure))
    return problems


def _sex_of(draft: ProfileDraft, owner: Family | FoundChild) -> Sex:
    if isinstance(owner, FoundChild):
        return {"male": "male", "female": "female"}.get(owner.sex, "unknown")  # type: ignore[return-value]
    pedigree = pedigree_from_json(owner.pedigree)
    return pedigree[draft.person].sex if draft.person in pedigree else "unknown"
