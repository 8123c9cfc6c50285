"""Who may have a profile here at all, under what, and what of a sample is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clew.node.accounts.actions import Refused
from clew.node.accounts.models import Compartment, Officer
from clew.node.audit.models import AuditEntry
from clew.node.consent.actions import withdraw_consent
from clew.node.kinship import actions
from clew.node.kinship.actions import ProfileDraft
from clew.node.kinship.models import Family, FoundChild, Laboratory, Profile
from clew.node.kinship.sealing import open_profile
from clew.node.partners.models import Party
from clew.node.types import BadInput, BadInputs
from tests.node.kinship.conftest import TRIO, Store, from_today, genotypes

pytestmark = pytest.mark.django_db


def problems(fault: BadInputs) -> dict[str, str]:
    return {each.field: each.problem for each in fault.problems}


def refused_for(store: Store, draft: ProfileDraft) -> dict[str, str]:
    """Records it, which must be refused with faults: those, by field."""
    with pytest.raises(BadInputs) as refused:
        actions.record_profile(actor=store.geneticist, draft=draft)
    return problems(refused.value)


def test_a_profile_of_a_relative_is_kept_sealed_and_comes_back_as_it_was(store: Store) -> None:
    profile = store.profile(store.family(), "F")
    assert {locus: str(seen) for locus, seen in (open_profile(profile) or {}).items()} == {
        locus.replace("_", " "): text for locus, text in genotypes(1)["F"].items()
    }
    assert b"D3S1358" not in bytes(profile.sealed)
    assert profile.team == store.team
    entry = AuditEntry.objects.filter(act="kinship.record_profile").get()
    assert b"D3S1358" not in bytes(entry.leaf)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": "court"}, "consent"),
        ({"items": ["identity"]}, "consent"),
        ({"recipient": "2" * 32}, "consent"),
    ],
)
def test_a_consent_for_something_else_is_none(store: Store, changes: dict[str, Any], field: str) -> None:
    Party.objects.create(uid="2" * 32, name="Other", country="BG", kind="ngo", status="active", added=timezone.now())
    draft = store.draft(store.child(), "", genotypes(1)["MP"], consent_id=store.consent(**changes).pk)
    said = refused_for(store, draft)
    assert field in said
    assert not Profile.objects.exists()


def test_without_a_consent_or_under_one_that_was_withdrawn_there_is_no_profile(store: Store) -> None:
    child, consent = store.child(), store.consent()
    withdraw_consent(actor=store.caseworker, consent_id=consent.pk)
    said = [
        refused_for(store, store.draft(child, "", genotypes(1)["MP"], consent_id=number))
        for number in (consent.pk, 999_999)
    ]
    assert said[0] == said[1], "a number that exists and one that does not say the same"
    assert "consent" in said[0]


def test_one_consent_stands_for_one_profile(store: Store) -> None:
    consent = store.consent()
    family = store.family()
    draft = store.draft(family, "F", genotypes(1)["F"], consent_id=consent.pk)
    actions.record_profile(actor=store.geneticist, draft=draft)
    said = refused_for(store, store.draft(family, "M", genotypes(1)["M"], consent_id=consent.pk))
    assert "consent" in said


@pytest.mark.parametrize("category", ["suspect", "convicted"])
def test_a_suspect_never_has_a_profile_here_whatever_was_agreed(store: Store, category: str) -> None:
    consent = store.consent(store.person(category))
    said = refused_for(store, store.draft(store.family(), "F", genotypes(1)["F"], consent_id=consent.pk))
    assert said["consent"] == "A profile of this person is never kept here."


def test_there_is_no_profile_without_a_family_or_a_found_child(store: Store) -> None:
    whole = store.draft(store.family(), "F", genotypes(1)["F"])
    for changes in ({"family_id": None, "person": ""}, {"child_id": store.child().pk}, {"family_id": 999_999}):
        with pytest.raises(Refused):
            actions.record_profile(actor=store.geneticist, draft=replace(whole, **changes))
    made = actions.record_profile(actor=store.geneticist, draft=whole)
    with pytest.raises(IntegrityError), transaction.atomic():
        Profile.objects.filter(pk=made.pk).update(family=None)


def test_the_child_that_is_looked_for_has_no_sample(store: Store) -> None:
    said = refused_for(store, store.draft(store.family(), "MP", genotypes(1)["MP"]))
    assert "person" in said


def test_only_a_laboratory_whose_accreditation_counts_may_have_typed_it(store: Store) -> None:
    child = store.child()
    whole = store.draft(child, "", genotypes(1)["MP"])
    said = refused_for(store, replace(whole, taken=from_today(-60)))
    assert "laboratory" in said
    Laboratory.objects.update(valid_until=from_today(-1))
    said = refused_for(store, whole)
    assert "laboratory" in said


def test_a_laboratory_that_was_ended_gives_no_more_profiles(
    store: Store, officer_factory: Callable[..., Officer]
) -> None:
    draft = store.draft(store.child(), "", genotypes(1)["MP"])
    actions.end_laboratory(actor=officer_factory(roles=["legal_adviser"]), laboratory_id=store.laboratory.pk)
    with pytest.raises(BadInputs):
        actions.record_profile(actor=store.geneticist, draft=draft)


def test_whoever_works_with_profiles_cannot_accredit_a_laboratory(store: Store) -> None:
    with pytest.raises(Refused):
        actions.end_laboratory(actor=store.geneticist, laboratory_id=store.laboratory.pk)


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({"DYS391": "10/11"}, "DYS391 lies on the Y"),
        ({"rs12913832": "A/G"}, "rs12913832 is a single base"),
        ({"D99S1": "1/2"}, "D99S1 is no locus"),
        ({"TH01": "6/7/9"}, "TH01 has more than two alleles"),
        ({"TH01": "6"}, "TH01 has one allele"),
        ({"TH01": "six!/7"}, "“six!/7” at TH01 are no alleles."),
        ({"AMEL": "X/X"}, "Amelogenin shows X/X"),
    ],
)
def test_a_fault_of_a_sample_names_the_locus(store: Store, changes: dict[str, str], begins: str) -> None:
    typed = {**genotypes(1)["MP"], **changes}
    said = refused_for(store, store.draft(store.child(sex="male"), "", typed))
    assert said["genotypes"].startswith(begins)
    assert not Profile.objects.exists()


def test_a_kit_that_does_not_show_a_locus_cannot_have_shown_it(store: Store) -> None:
    child = store.child()
    said = refused_for(store, store.draft(child, "", genotypes(1)["MP"], kit="GlobalFiler"))
    assert "Penta" in said["genotypes"]
    draft = store.draft(child, "", genotypes(1)["MP"], kit="PowerPlex Fusion 6C")
    assert actions.record_profile(actor=store.geneticist, draft=draft).kit == "PowerPlex Fusion 6C"


def test_three_loci_tell_nobody_from_a_stranger(store: Store) -> None:
    few = dict(list(genotypes(1)["MP"].items())[:3])
    said = refused_for(store, store.draft(store.child(), "", few))
    assert "Only 3 loci" in said["genotypes"]


def test_a_sample_is_recorded_once_and_a_child_is_typed_once(store: Store) -> None:
    child = store.child()
    first = store.profile(child)
    said = refused_for(store, store.draft(store.child("CH-2"), "", genotypes(2)["MP"], sample=first.sample))
    assert "sample" in said
    said = refused_for(store, store.draft(child, "", genotypes(2)["MP"]))
    assert said[""] == "This child is typed already."


@pytest.mark.parametrize("reference", ["Mila Fictional", "MILA", "fam-1", ""])
def test_a_name_is_no_reference(store: Store, reference: str) -> None:
    with pytest.raises(BadInputs):
        store.family(reference)
    with pytest.raises(BadInputs):
        store.child(reference)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pedigree": [{"id": "MILA FICTIONAL"}], "missing": "MILA FICTIONAL"}, "pedigree"),
        ({"pedigree": [{"id": "F", "fid": "F"}], "missing": "F"}, "pedigree"),
        ({"pedigree": [*TRIO, {"id": "X", "fid": "M"}]}, "pedigree"),
        ({"missing": "NN"}, "pedigree"),
        ({"table": "nowhere"}, "table"),
        ({"mutation": {"model": "magic"}}, "mutation"),
        ({"theta": 0.7}, "theta"),
    ],
)
def test_a_family_that_cannot_be_is_refused(store: Store, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInputs) as refused:
        store.family(**changes)
    assert field in problems(refused.value)
    assert not Family.objects.exists()


def test_a_unit_uses_a_reference_once_and_another_unit_may_use_it_too(
    store: Store, compartment_factory: Callable[..., Compartment], officer_factory: Callable[..., Officer]
) -> None:
    store.child()
    with pytest.raises(BadInput) as refused:
        store.child()
    assert refused.value.field == "reference"
    elsewhere = compartment_factory()
    colleague = officer_factory(roles=["geneticist"], compartments=[elsewhere])
    actions.register_found_child(actor=colleague, compartment_id=elsewhere.pk, reference="CH-1", sex="male")
    assert FoundChild.objects.count() == 2


def test_another_unit_can_do_nothing_here(store: Store, officer_factory: Callable[..., Officer]) -> None:
    family, child = store.family(), store.child()
    outsider = officer_factory(roles=["geneticist"])
    acts: list[Callable[[], object]] = [
        lambda: actions.record_profile(actor=outsider, draft=store.draft(child, "", genotypes(1)["MP"])),
        lambda: actions.close_family(actor=outsider, family_id=family.pk),
        lambda: actions.close_child(actor=outsider, child_id=child.pk),
        lambda: actions.register_found_child(
            actor=outsider, compartment_id=store.unit.pk, reference="CH-9", sex="male"
        ),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
