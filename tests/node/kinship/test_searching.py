"""A search shows its power first, runs over columns that are decrypted for a time, and its hits are leads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from math import log10

import pytest
from django.utils import timezone

from clew.kinship.meaning import explain
from clew.kinship.pedigree_files import pedigree_from_json
from clew.kinship.profiles import read_profile
from clew.kinship.ratios import ratio
from clew.node import at_rest
from clew.node.accounts.actions import Refused
from clew.node.accounts.models import Officer
from clew.node.consent.actions import withdraw_consent
from clew.node.consent.models import Consent
from clew.node.kinship import actions, opened, searching
from clew.node.kinship.actions.searching import session_digest
from clew.node.kinship.columns_cache import file_of
from clew.node.kinship.models import Block, Family, Hit, Profile, Search, Session
from clew.node.types import BadInput
from tests.node.kinship.conftest import Store, from_today, genotypes, proof

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_in_memory() -> None:
    opened.let_go()


def grown(store: Store, *, children: int = 2) -> tuple[Family, list[Profile]]:
    """A family with both parents typed, its own child, and strangers."""
    family = store.family()
    for who in ("F", "M"):
        store.profile(family, who)
    own = store.profile(store.child("CH-1"), who="MP")
    others = [store.profile(store.child(f"CH-{each}"), seed=each, who="OTHER") for each in range(2, children + 1)]
    return family, [own, *others]


def weighed(store: Store, family: Family) -> Search:
    search = actions.prepare_search(actor=store.geneticist, family_id=family.pk)
    actions.run_searches()
    search.refresh_from_db()
    return search


def run(store: Store, family: Family, threshold: float = 4.0, reason: str = "") -> Search:
    search = weighed(store, family)
    if not Session.objects.filter(closed=None).exists():
        store.open()
    actions.start_search(actor=store.geneticist, search_id=search.pk, log10=threshold, reason=reason)
    actions.run_searches()
    search.refresh_from_db()
    return search


def test_both_parents_find_their_child_and_no_other(store: Store) -> None:
    family, (own, *_others) = grown(store, children=4)
    search = run(store, family)
    assert (search.state, search.result and search.result["reached"]) == ("done", 1)
    hit = Hit.objects.get()
    assert (hit.profile, hit.state) == (own, "lead")
    pedigree = pedigree_from_json(family.pedigree)
    profiles = {who: read_profile(who, genotypes(1)[who]) for who in ("F", "M", "MP")}
    assumed = searching.ready(family).family.assumptions
    loci = sorted(profiles["F"])
    exact = ratio(pedigree, pedigree.without_link("MP", "(x)"), profiles, assumed, loci)
    assert hit.log10 == pytest.approx(exact.log10, abs=1e-9)


def test_what_was_computed_of_a_hit_can_be_read_and_is_what_the_library_says(store: Store) -> None:
    family, _children = grown(store)
    run(store, family)
    found = actions.read_hit(actor=store.geneticist, hit_id=Hit.objects.get().pk)
    assert found is not None
    assert found.review is not None
    own = searching.ready(family).family
    profiles = {**own.profiles, "MP": {**read_profile("", genotypes(1)["MP"])}}
    profiles["MP"] = {locus.replace("_", " "): seen for locus, seen in profiles["MP"].items()}
    said = explain(own.pedigree, own.pedigree.without_link("MP", "(x)"), profiles, own.assumptions, own.loci)
    by_locus = {each["locus"]: each["log10"] for each in found.review["loci"]}
    assert by_locus == pytest.approx({each.ratio.locus: log10(each.ratio.ratio) for each in said.loci})
    assert found.review["lowest"] <= found.review["log10"]
    assert {each["name"] for each in found.review["tables"]} | set(found.review["lacking"])
    assert [prior for prior, _posterior in found.review["posteriors"]] == [0.01, 0.1, 0.5]


def test_the_review_lies_sealed_and_is_gone_with_the_first_profile_that_goes(store: Store) -> None:
    family, _children = grown(store)
    run(store, family)
    hit = Hit.objects.get()
    assert b"D3S1358" not in bytes(hit.review)
    kept = bytes(hit.review)
    father = Profile.objects.get(person="F")
    actions.destroy_profile(actor=store.geneticist, profile_id=father.pk, reason="withdrawn")
    hit.refresh_from_db()
    assert bytes(hit.review) == b""
    Hit.objects.update(review=kept)  # as an old copy of the store would have it
    found = actions.read_hit(actor=store.geneticist, hit_id=hit.pk)
    assert found is not None
    assert found.review is None


def test_power_comes_first_and_says_whom_to_sample_next(store: Store) -> None:
    family = store.family()
    store.profile(family, "M")
    store.profile(store.child())
    store.child("CH-2")
    search = weighed(store, family)
    assert search.state == "weighed"
    assert search.power is not None
    assert search.power["typed"] == ["M"]
    assert [each["person"] for each in search.power["next"]] == ["F"]
    assert 0.99 < search.power["next"][0]["found"] <= 1
    assert search.size == 1, "a child who is not typed is not counted"
    assert not Hit.objects.exists(), "weighing searches nothing"
    assert opened.in_memory() == frozenset(), "and needs nothing decrypted but the family's own"


def test_relatives_who_cannot_answer_need_a_reason(store: Store) -> None:
    family = store.family(
        pedigree=[
            {"id": "GM", "sex": 2}, {"id": "F", "sex": 1, "mid": "GM"}, {"id": "M", "sex": 2},
            {"id": "MP", "fid": "F", "mid": "M"},
        ]
    )  # fmt: skip
    store.profile(family, "GM", who="F")
    store.profile(store.child())
    search = weighed(store, family)
    Search.objects.filter(pk=search.pk).update(can_answer=False)
    store.open()
    with pytest.raises(BadInput) as refused:
        actions.start_search(actor=store.geneticist, search_id=search.pk, log10=2.0, reason="  ")
    assert refused.value.field == "reason"
    started = actions.start_search(
        actor=store.geneticist, search_id=search.pk, log10=2.0, reason="The grandmother is all who lives."
    )
    assert b"grandmother" not in bytes(started.sealed)
    assert at_rest.unseal(bytes(started.sealed), b"kinship search %d" % search.pk).decode().startswith("The grand")


def test_a_search_that_was_not_weighed_or_without_an_open_store_does_not_start(store: Store) -> None:
    family, _children = grown(store)
    search = actions.prepare_search(actor=store.geneticist, family_id=family.pk)
    with pytest.raises(BadInput):
        actions.start_search(actor=store.geneticist, search_id=search.pk, log10=4.0)
    actions.run_searches()
    with pytest.raises(BadInput) as refused:
        actions.start_search(actor=store.geneticist, search_id=search.pk, log10=4.0)
    assert refused.value.problem == "The store is closed."


@pytest.mark.parametrize("log10", [float("nan"), float("inf"), -9.0, 99.0])
def test_a_threshold_that_is_none_is_refused(store: Store, log10: float) -> None:
    family, _children = grown(store)
    search = weighed(store, family)
    store.open()
    with pytest.raises(BadInput):
        actions.start_search(actor=store.geneticist, search_id=search.pk, log10=log10)


def test_a_store_without_a_typed_child_is_not_opened(store: Store) -> None:
    store.child()
    with pytest.raises(BadInput):
        store.open()


def test_the_columns_lie_in_memory_only_while_the_store_is_open(store: Store) -> None:
    family, _children = grown(store)
    run(store, family)
    assert opened.in_memory() == {store.unit.pk}
    session = Session.objects.get()
    assert (session.profiles, session.unlocked is not None) == (2, True)
    assert session.unlock_ms is not None
    actions.close_session(actor=store.geneticist, session_id=session.pk)
    actions.run_searches()
    assert opened.in_memory() == frozenset()


def test_an_open_store_closes_by_itself_and_what_waits_then_is_not_searched(store: Store) -> None:
    family, _children = grown(store)
    search = weighed(store, family)
    session = store.open()
    actions.run_searches()
    actions.start_search(actor=store.geneticist, search_id=search.pk, log10=4.0)
    Session.objects.update(ends=timezone.now() - dt.timedelta(seconds=1))
    actions.run_searches()
    search.refresh_from_db()
    session.refresh_from_db()
    assert (search.state, session.closed is not None) == ("cancelled", True)
    assert opened.in_memory() == frozenset()
    assert not Hit.objects.exists()


def test_a_child_whose_consent_was_withdrawn_a_moment_ago_is_not_found(store: Store) -> None:
    family, (own, _other) = grown(store)
    run(store, family)
    Hit.objects.get().relatives.clear()
    Hit.objects.all().delete()
    assert opened.in_memory(), "the columns still lie in memory"
    withdraw_consent(actor=store.caseworker, consent_id=own.consent_number)
    assert run(store, family).result == {"reached": 0, "searched": 1, "untyped_loci": []}


def test_a_child_whose_consent_expired_is_not_searched_even_before_its_profile_goes(store: Store) -> None:
    family, (own, _other) = grown(store)
    Consent.objects.filter(pk=own.consent_number).update(given=from_today(-9), expires=from_today(-1))
    search = run(store, family)
    assert search.result is not None
    assert (search.result["searched"], search.result["reached"]) == (1, 0)


def test_a_damaged_or_missing_file_of_columns_is_made_anew_before_the_search(store: Store) -> None:
    family, _children = grown(store)
    run(store, family)
    Session.objects.update(closed=timezone.now())
    actions.run_searches()
    (block,) = Block.objects.all()
    file_of(block).write_bytes(file_of(block).read_bytes()[:50])
    search = run(store, family)
    assert (search.state, search.result and search.result["reached"]) == ("done", 1)


def test_a_search_can_be_stopped_and_keeps_nothing(store: Store) -> None:
    family, _children = grown(store)
    search = weighed(store, family)
    store.open()
    actions.start_search(actor=store.geneticist, search_id=search.pk, log10=4.0)
    actions.cancel_search(actor=store.geneticist, search_id=search.pk)
    actions.run_searches()
    search.refresh_from_db()
    assert search.state == "cancelled"
    assert not Hit.objects.exists()
    with pytest.raises(BadInput):
        actions.cancel_search(actor=store.geneticist, search_id=search.pk)


def test_searching_again_keeps_one_hit_and_how_far_it_was_followed_up(store: Store) -> None:
    family, _children = grown(store)
    run(store, family)
    actions.ask_laboratory(actor=store.geneticist, hit_id=Hit.objects.get().pk, laboratory_id=store.laboratory.pk)
    run(store, family)
    assert Hit.objects.get().state == "asked"


def test_what_the_library_refuses_ends_the_search_and_is_kept_sealed(store: Store) -> None:
    family = store.family(mutation={"model": "equal", "rate": 0.0})
    store.profile(family, "F")
    store.profile(family, "M", who="OTHER")
    store.profile(store.child())
    Family.objects.update(
        pedigree={
            "persons": [{"id": "F", "sex": 1}, {"id": "M", "sex": 2, "fid": "F"}, {"id": "MP", "fid": "F", "mid": "M"}]
        }
    )
    search = weighed(store, family)
    assert search.state == "failed"
    assert b"exclude" not in bytes(search.sealed)
    assert b"exclude" in at_rest.unseal(bytes(search.sealed), b"kinship search %d" % search.pk)


def test_another_unit_opens_and_searches_nothing_here(store: Store, officer_factory: Callable[..., Officer]) -> None:
    family, _children = grown(store)
    search = run(store, family)
    outsider = officer_factory(roles=["geneticist"])
    acts: list[Callable[[], object]] = [
        lambda: actions.open_session(actor=outsider, compartment_id=store.unit.pk, step_up=proof(outsider)),
        lambda: actions.close_session(actor=outsider, session_id=Session.objects.get().pk),
        lambda: actions.prepare_search(actor=outsider, family_id=family.pk),
        lambda: actions.start_search(actor=outsider, search_id=search.pk, log10=4.0),
        lambda: actions.cancel_search(actor=outsider, search_id=search.pk),
    ]
    for act in acts:
        with pytest.raises(Refused):
            act()
    assert actions.read_hit(actor=outsider, hit_id=Hit.objects.get().pk) is None


def test_a_store_is_opened_with_a_signature_and_not_with_the_proof_of_another(store: Store) -> None:
    grown(store)
    with pytest.raises(BadInput, match="does not belong"):
        actions.open_session(actor=store.geneticist, compartment_id=store.unit.pk, step_up=proof(store.caseworker))
    assert not Session.objects.exists()
    before = session_digest(store.unit.pk)
    proved = store.open().proof
    assert proved is not None
    assert proved["signature"]
    assert session_digest(store.unit.pk) != before, "what was signed for one opening opens no other"
