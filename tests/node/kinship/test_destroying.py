"""A profile that must go is gone: from its row, its key, and the file of columns, which is read to prove it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from clew.node import at_rest
from clew.node.accounts.actions import NODE, Refused
from clew.node.accounts.models import Officer
from clew.node.audit.models import AuditEntry
from clew.node.consent.actions import Answer, Circumstances, record_answers, withdraw_consent
from clew.node.consent.models import Consent
from clew.node.dossier.actions import erase_person
from clew.node.kinship import actions, columns_cache
from clew.node.kinship.columns_cache import file_of, ids_in_file, read_block, write_block
from clew.node.kinship.models import Block, Profile
from clew.node.kinship.sealing import open_profile, opened_under
from clew.node.types import BadInput
from tests.node.kinship.conftest import LABORATORY, Store, from_today, genotypes

pytestmark = pytest.mark.django_db


def test_a_found_child_stands_in_a_block_and_a_relative_does_not(store: Store) -> None:
    relative, child = store.profile(store.family(), "F"), store.profile(store.child())
    assert relative.block is None
    block = write_block(Block.objects.get())
    assert ids_in_file(block) == {child.pk}
    content = read_block(block)
    seen = {locus: own[1] for locus, own in content.findings.items()}
    assert seen == {locus.replace("_", " "): text for locus, text in genotypes(1)["MP"].items()}


@pytest.mark.django_db(transaction=True)
def test_withdrawing_the_consent_empties_the_row_and_rewrites_the_file(store: Store) -> None:
    first, second = store.profile(store.child("CH-1"), seed=1), store.profile(store.child("CH-2"), seed=2)
    block = write_block(Block.objects.get())
    before = file_of(block).read_bytes()
    key = at_rest.unseal(bytes(block.wrapped or b""), b"kinship block key %d" % block.pk)
    assert opened_under(key, before, b"kinship block %d" % block.pk)
    withdraw_consent(actor=store.caseworker, consent_id=first.consent_number)
    first.refresh_from_db()
    block.refresh_from_db()
    assert (first.wrapped, bytes(first.sealed), first.reason) == (None, b"", "withdrawn")
    assert open_profile(first) is None
    assert ids_in_file(block) == {second.pk}
    assert read_block(block).ids == [0, second.pk], "its row is zeros"
    own = {f"{locus}:{text}" for locus, text in genotypes(1)["MP"].items()}
    left = {f"{locus}:{text}" for locus, texts in read_block(block).findings.items() for text in texts}
    others = {f"{locus.replace('_', ' ')}:{text}" for locus, text in genotypes(2)["MP"].items()}
    assert {each for each in left if not each.endswith(":")} == others, "not even a finding that only it had is left"
    assert own - left
    assert first.proved is not None
    assert first.proof == block.digest
    with pytest.raises(at_rest.Unreadable):
        opened_under(key, file_of(block).read_bytes(), b"kinship block %d" % block.pk)
    entry = AuditEntry.objects.filter(act="kinship.destroy_profile", object_id=str(first.pk)).get()
    assert b"withdrawn" in bytes(entry.leaf)


def test_between_the_commit_and_the_new_file_no_key_opens_the_old_one(store: Store) -> None:
    profile = store.profile(store.child())
    block = write_block(Block.objects.get())
    withdraw_consent(actor=store.caseworker, consent_id=profile.consent_number)  # and then the node was killed
    block.refresh_from_db()
    assert file_of(block).exists()
    assert block.wrapped is None
    with pytest.raises(at_rest.Unreadable):
        read_block(block)
    profile.refresh_from_db()
    assert actions.prove([profile.pk]) == 0, "nothing is called proved before the file was read"
    actions.run_searches()
    profile.refresh_from_db()
    assert profile.proved is not None, "the worker's next turn writes the file anew, reads it and proves it"


def test_a_file_cut_off_or_changed_is_made_anew_from_the_rows(store: Store) -> None:
    child = store.profile(store.child())
    block = write_block(Block.objects.get())
    whole = file_of(block).read_bytes()
    for broken in (whole[:100], whole[:-1] + bytes([whole[-1] ^ 1]), b""):
        file_of(block).write_bytes(broken)
        with pytest.raises(at_rest.Unreadable):
            read_block(block)
        assert ids_in_file(write_block(block)) == {child.pk}
    file_of(block).unlink()
    with pytest.raises(at_rest.Unreadable):
        read_block(block)


def test_a_part_of_a_consent_that_is_taken_back_leaves_the_profile_or_takes_it_along(store: Store) -> None:
    keeps, loses = (store.consent(items=["dna", "identity"]) for _ in range(2))
    children = [store.child(f"CH-{number}") for number in (1, 2)]
    kept, gone = (
        actions.record_profile(
            actor=store.geneticist, draft=store.draft(child, "", genotypes(1)["MP"], consent_id=consent.pk)
        )
        for child, consent in zip(children, (keeps, loses), strict=True)
    )
    withdraw_consent(actor=store.caseworker, consent_id=keeps.pk, items=["identity"])
    withdraw_consent(actor=store.caseworker, consent_id=loses.pk, items=["dna"])
    for profile in (kept, gone):
        profile.refresh_from_db()
    assert kept.destroyed is None
    assert kept.consent_number == Consent.objects.get(continues=keeps).pk
    assert gone.destroyed is not None


def test_a_no_said_later_destroys_it_too(store: Store) -> None:
    person = store.person()
    profile = actions.record_profile(
        actor=store.geneticist,
        draft=store.draft(store.child(), "", genotypes(1)["MP"], consent_id=store.consent(person).pk),
    )
    said = Circumstances(
        given_by="self", capacity="able", understood=True, explained_by="Clara Fictional", language="bg",
        method="written", given=from_today(0), expires=from_today(90),
    )  # fmt: skip
    record_answers(
        actor=store.caseworker, person_id=person, compartment_id=store.team.pk, said=said,
        answers=[Answer("missing_person_search", LABORATORY, refused=["dna"])],
    )  # fmt: skip
    profile.refresh_from_db()
    assert profile.destroyed is not None


def test_what_nobody_agrees_to_any_more_goes_by_itself(store: Store, officer_factory: Callable[..., Officer]) -> None:
    persons = [store.person() for _ in range(3)]
    expired, erased, stands = (
        actions.record_profile(
            actor=store.geneticist,
            draft=store.draft(store.child(f"CH-{number}"), "", genotypes(1)["MP"], consent_id=store.consent(person).pk),
        )
        for number, person in enumerate(persons, 1)
    )
    Consent.objects.filter(pk=expired.consent_number).update(given=from_today(-9), expires=from_today(-1))
    officer = officer_factory(roles=["data_protection_officer"], compartments=[store.team])
    erase_person(actor=officer, entity_id=persons[1], reason="She asked for it.")
    assert actions.destroy_unconsented(actor=NODE) == 2
    assert list(Profile.objects.filter(destroyed=None)) == [stands]
    assert set(Profile.objects.exclude(destroyed=None)) == {expired, erased}


def test_closing_a_search_destroys_its_profiles(store: Store) -> None:
    family = store.family()
    for who in ("F", "M"):
        store.profile(family, who)
    assert actions.close_family(actor=store.geneticist, family_id=family.pk) == 2
    assert {each.reason for each in Profile.objects.all()} == {"closed"}
    child = store.child()
    store.profile(child)
    assert actions.close_child(actor=store.geneticist, child_id=child.pk) == 1


def test_the_teams_child_protection_officer_may_destroy_and_a_stranger_may_not(
    store: Store, officer_factory: Callable[..., Officer]
) -> None:
    profile = store.profile(store.child())
    stranger = officer_factory(roles=["child_protection_officer"])
    with pytest.raises(Refused):
        actions.destroy_profile(actor=stranger, profile_id=profile.pk, reason="withdrawn")
    protector = officer_factory(roles=["child_protection_officer"], compartments=[store.team])
    actions.destroy_profile(actor=protector, profile_id=profile.pk, reason="mistake")
    with pytest.raises(BadInput):
        actions.destroy_profile(actor=protector, profile_id=profile.pk, reason="mistake")


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_the_stores_own_file_holds_no_byte_of_a_destroyed_row(store: Store) -> None:
    profile = store.profile(store.child())
    sealed, wrapped = bytes(profile.sealed), bytes(profile.wrapped or b"")
    before = _store_bytes()
    assert sealed in before or len(sealed) > 4096
    actions.destroy_profile(actor=store.geneticist, profile_id=profile.pk, reason="mistake")
    after = _store_bytes()
    assert wrapped[12:40] not in after
    assert sealed[20:60] not in after
    profile.refresh_from_db()
    assert profile.proved is not None


def _store_bytes() -> bytes:
    """Everything of the store that lies in its file or log, or where tests keep it in memory, its pages."""
    name = str(connection.settings_dict["NAME"])
    raw: sqlite3.Connection = connection.connection
    if "memory" in name or settings.DATABASES["default"]["NAME"] == ":memory:":
        return raw.serialize()
    files = [Path(name), Path(name + "-wal")]
    return b"".join(each.read_bytes() for each in files if each.exists())


def test_the_directory_of_blocks_is_the_owners_alone(store: Store) -> None:
    store.profile(store.child())
    block = write_block(Block.objects.get())
    assert columns_cache.directory().stat().st_mode & 0o777 == 0o700
    assert file_of(block).stat().st_mode & 0o777 == 0o600
