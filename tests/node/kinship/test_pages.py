"""The pages lead from a family to a hit and on; no name stands there, and no locus for whom it is not."""

from __future__ import annotations

import html
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from clew.node.accounts.models import Officer
from clew.node.cases.actions import open_case
from clew.node.discovery import offers
from clew.node.kinship import actions, opened
from clew.node.kinship.models import (
    Family,
    FoundChild,
    Hit,
    Laboratory,
    Profile,
    Search,
    Session,
    Telling,
    WideSearch,
)
from tests.node.kinship.conftest import LABORATORY, Store, from_today, genotypes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_in_memory() -> None:
    opened.let_go()


def day(name: str, days: int) -> dict[str, str]:
    """A date as a form posts it."""
    when = from_today(days)
    return {f"{name}_day": str(when.day), f"{name}_month": str(when.month), f"{name}_year": str(when.year)}


def lines(seed: int, who: str) -> str:
    return "\n".join(f"{locus} {text}" for locus, text in genotypes(seed)[who].items())


@dataclass
class Desk:
    """Whoever works on kinship, signed in."""

    store: Store
    client: Client
    protector: Officer
    codes: Callable[[Officer], str]

    def code(self) -> str:
        """A code of the geneticist's second factor that counts."""
        return self.codes(self.store.geneticist)

    def text(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    def post(self, path: str, **data: Any) -> Any:
        return self.client.post(path, data)


@pytest.fixture
def desk(
    store: Store,
    signed_in_client: Callable[[Officer], Client],
    officer_factory: Callable[..., Officer],
    code_of: Callable[[Officer], str],
) -> Desk:
    protector = officer_factory(roles=["child_protection_officer"], compartments=[store.team])
    return Desk(store, signed_in_client(store.geneticist), protector, code_of)


def test_the_whole_road_through_the_pages(
    desk: Desk, signed_in_client: Callable[[Officer], Client], code_of: Callable[[Officer], str]
) -> None:
    store = desk.store
    whole = {"compartment": store.unit.pk, "table": "norstr_norway", "model": "equal", "rate": "0.002", "theta": "0"}
    made = desk.post("/kinship/families/new/", reference="FAM-1", pedigree="F m\nM f\nMP ? F M", missing="MP", **whole)
    family = Family.objects.get()
    assert made.headers["Location"] == f"/kinship/families/{family.pk}/"
    for who in ("F", "M"):
        said = {"laboratory": store.laboratory.pk, "sample": f"S-{who}1", "kit": "", "consent": store.consent().pk}
        answer = desk.post(
            f"/kinship/families/{family.pk}/profile/", person=who, genotypes=lines(1, who), **said, **day("taken", -1)
        )
        assert answer.status_code == 302, answer.content.decode()
    desk.post("/kinship/children/new/", compartment=store.unit.pk, reference="CH-1", sex="unknown")
    child = FoundChild.objects.get()
    said = {"laboratory": store.laboratory.pk, "sample": "S-C1", "kit": "", "consent": store.consent().pk}
    desk.post(f"/kinship/children/{child.pk}/profile/", genotypes=lines(1, "MP"), **said, **day("taken", -1))
    desk.post(f"/kinship/stores/{store.unit.pk}/open/", code=desk.code())
    desk.post(f"/kinship/families/{family.pk}/search/")
    search = Search.objects.get()
    assert "kinship-search" in desk.text(f"/kinship/searches/{search.pk}/"), "its progress is shown"
    actions.run_searches()
    assert "These relatives can answer" in desk.text(f"/kinship/searches/{search.pk}/")
    desk.post(f"/kinship/searches/{search.pk}/", log10="4")
    actions.run_searches()
    hit = Hit.objects.get()
    assert f"/kinship/hits/{hit.pk}/" in desk.text(f"/kinship/searches/{search.pk}/")
    page = desk.text(f"/kinship/hits/{hit.pk}/")
    assert genotypes(1)["MP"]["TH01"] in page
    assert page.count("<svg") == 1
    desk.post(f"/kinship/hits/{hit.pk}/laboratory/", laboratory=store.laboratory.pk)
    desk.post(f"/kinship/hits/{hit.pk}/answer/", confirmed="confirms", report="R-1")
    protector = signed_in_client(desk.protector)
    protector.post(f"/kinship/hits/{hit.pk}/decision/", {"decision": "may", "reason": "Looked into it."})
    protector.post(f"/kinship/hits/{hit.pk}/view/", {"view": "wants", "note": "Asked."})
    protector.post(f"/kinship/hits/{hit.pk}/telling/", {"whom": "family", "code": code_of(desk.protector)})
    desk.post(f"/kinship/tellings/{Telling.objects.get().pk}/", answer="approve", code=desk.code())
    assert protector.post(f"/kinship/hits/{hit.pk}/reunion/", {}).status_code == 302
    assert not Profile.objects.filter(destroyed=None).exists()
    assert "The child is with its family again" in desk.text("/kinship/register/")
    assert "cannot be read any more" in desk.text(f"/kinship/hits/{hit.pk}/")
    assert "is closed" in desk.text(f"/kinship/families/{family.pk}/")


def planted(store: Store) -> Hit:
    """A hit with a review, as a search would leave it."""
    family = store.family()
    for who in ("F", "M"):
        store.profile(family, who)
    store.profile(store.child(), who="MP")
    search = actions.prepare_search(actor=store.geneticist, family_id=family.pk)
    store.open()
    actions.run_searches()
    actions.start_search(actor=store.geneticist, search_id=search.pk, log10=4.0)
    actions.run_searches()
    return Hit.objects.get()


def test_the_childs_team_sees_how_far_a_hit_is_and_no_locus(
    desk: Desk, signed_in_client: Callable[[Officer], Client], officer_factory: Callable[..., Officer]
) -> None:
    hit = planted(desk.store)
    team = signed_in_client(desk.protector)
    page = team.get(f"/kinship/hits/{hit.pk}/").content.decode()
    assert "A lead, not followed up" in page
    for locus, text in genotypes(1)["MP"].items():
        assert locus not in page
        assert f">{text}<" not in page
    stranger = signed_in_client(officer_factory(roles=["child_protection_officer", "geneticist"]))
    for path in (
        f"/kinship/hits/{hit.pk}/",
        f"/kinship/searches/{hit.search_id}/",
        f"/kinship/families/{hit.family_id}/",
    ):
        assert stranger.get(path).status_code == 404
    assert stranger.get("/kinship/").status_code == 200
    assert "FAM-1" not in stranger.get("/kinship/").content.decode()


def test_the_desk_and_the_case_speak_of_states_and_never_of_a_locus(
    desk: Desk, officer_factory: Callable[..., Officer]
) -> None:
    hit = planted(desk.store)
    kinship = [each for each in offers("desk_items") if each.__module__.startswith("clew.node.kinship")]
    (item,) = kinship[0](officer=desk.store.geneticist, now=timezone.now())
    assert (item.kind, item.url) == ("kinship.lead", f"/kinship/hits/{hit.pk}/")
    assert kinship[0](officer=desk.protector, now=timezone.now()) == []
    Hit.objects.update(state="confirmed")
    (item,) = kinship[0](officer=desk.protector, now=timezone.now())
    assert item.kind == "kinship.protect"
    case = open_case(actor=desk.store.caseworker, title="Case (fictional)", kind="investigation")
    Profile.objects.update(team=case.compartment)
    (sections,) = [each for each in offers("case_sections") if each.__module__.startswith("clew.node.kinship")]
    (section,) = sections(officer=desk.store.caseworker, case_id=case.pk)
    assert {each.sample for each in section.context["samples"]} == set(Profile.objects.values_list("sample", flat=True))
    assert sections(officer=officer_factory(roles=["caseworker"]), case_id=case.pk) == []


def test_a_search_that_cannot_answer_asks_for_a_reason_on_its_page(desk: Desk) -> None:
    store = desk.store
    family = store.family()
    store.profile(family, "F")
    store.profile(store.child(), who="OTHER")
    search = actions.prepare_search(actor=store.geneticist, family_id=family.pk)
    store.open()
    actions.run_searches()
    Search.objects.update(can_answer=False)
    answer = desk.post(f"/kinship/searches/{search.pk}/", log10="4")
    assert answer.status_code == 422
    assert "These relatives cannot answer" in answer.content.decode()
    assert desk.post(f"/kinship/searches/{search.pk}/", log10="4", reason="All who live.").status_code == 302
    assert desk.post(f"/kinship/searches/{search.pk}/cancel/").status_code == 302
    assert "Stopped" in desk.text(f"/kinship/searches/{search.pk}/")
    assert desk.post(f"/kinship/sessions/{Session.objects.get().pk}/close/").status_code == 302


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/kinship/families/new/", {"reference": "FAM-1", "pedigree": "F boy\n", "missing": "MP"}),
        ("/kinship/families/new/", {"reference": "Mila", "pedigree": "F m\nMP ? F", "missing": "MP"}),
        ("/kinship/children/new/", {"reference": "Mila", "sex": "male"}),
        ("/kinship/children/new/", {}),
    ],
)
def test_a_form_with_a_fault_comes_back_with_it(desk: Desk, path: str, said: dict[str, str]) -> None:
    whole = {"compartment": desk.store.unit.pk, "table": "norstr_norway", "model": "", "rate": "0", "theta": "0"}
    answer = desk.post(path, **{**whole, **said})
    assert answer.status_code == 422
    assert not Family.objects.exists()
    assert not FoundChild.objects.exists()


def test_a_profile_with_faults_names_them_all_and_is_not_kept(desk: Desk) -> None:
    store = desk.store
    child = store.child()
    said = {"laboratory": store.laboratory.pk, "sample": "S-1", "kit": "", "consent": store.consent().pk}
    typed = lines(1, "MP") + "\nDYS391 10/11\nrs1 A/G"
    answer = desk.post(f"/kinship/children/{child.pk}/profile/", genotypes=typed, **said, **day("taken", -1))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "DYS391 lies on the Y" in page
    assert "rs1 is a single base" in page
    assert not Profile.objects.exists()


def test_a_laboratory_is_registered_and_ended_by_whoever_does_not_work_with_profiles(
    store: Store, signed_in_client: Callable[[Officer], Client], officer_factory: Callable[..., Officer]
) -> None:
    client = signed_in_client(officer_factory(roles=["data_protection_officer"]))
    assert "Laboratory (fictional)" in client.get("/kinship/laboratories/").content.decode()
    client.post(f"/kinship/laboratories/{store.laboratory.pk}/end/")
    assert Laboratory.objects.get().ended is not None
    said = {"party_uid": LABORATORY, "accreditation": "ISO/IEC 17025", **day("valid_from", -1), **day("valid_until", 9)}
    assert client.post("/kinship/laboratories/new/", said).status_code == 302
    assert client.post("/kinship/laboratories/new/", said).status_code == 422
    assert signed_in_client(store.geneticist).get("/kinship/laboratories/").status_code == 403


def test_a_profile_is_destroyed_on_a_page_of_its_own(desk: Desk) -> None:
    profile = desk.store.profile(desk.store.child())
    assert "destroyed at once" in desk.text(f"/kinship/profiles/{profile.pk}/destroy/")
    assert desk.post(f"/kinship/profiles/{profile.pk}/destroy/", reason="mistake").status_code == 302
    profile.refresh_from_db()
    assert profile.destroyed is not None
    assert desk.post(f"/kinship/children/{profile.child_id}/close/").status_code == 302
    assert "closed" in desk.text(f"/kinship/children/{profile.child_id}/")


def test_no_page_loads_what_computes(desk: Desk) -> None:
    script = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'tests.settings'; import django; django.setup();"
        "from django.urls import get_resolver; get_resolver().url_patterns; import clew.node.kinship.views.hits;"
        "sys.exit('numba' in sys.modules or 'clew.kinship.likelihood' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_one_child_among_all_families_through_the_pages(desk: Desk) -> None:
    store = desk.store
    family, child = store.family(), store.child()
    for who in ("F", "M"):
        store.profile(family, who)
    store.profile(child)
    assert "Weigh a search among all families" in desk.text(f"/kinship/children/{child.pk}/")
    desk.post(f"/kinship/children/{child.pk}/search/")
    wide = WideSearch.objects.get()
    path = f"/kinship/wide-searches/{wide.pk}/"
    assert "kinship-wide" in desk.text(path), "its progress is shown"
    actions.run_searches()
    page = desk.text(path)
    assert "CH-1 among all families" in page
    assert "FAM-1" in page
    assert desk.post(path, log10="4").status_code == 422, "the store is closed"
    desk.post(f"/kinship/stores/{store.unit.pk}/open/", code=desk.code())
    assert desk.post(path, log10="much").status_code == 422
    assert desk.post(path, log10="4").headers["Location"] == path
    Session.objects.update(closed=timezone.now())
    assert "the search waits" in desk.text(path)
    desk.post(f"/kinship/stores/{store.unit.pk}/open/", code=desk.code())
    actions.run_searches()
    assert f"/kinship/hits/{Hit.objects.get().pk}/" in desk.text(path)
    assert "In 1 comparison." in desk.text(f"/kinship/searches/{Search.objects.get().pk}/")
    assert path in desk.text(f"/kinship/children/{child.pk}/")


def test_all_families_among_all_children_through_the_pages(desk: Desk) -> None:
    store = desk.store
    store.profile(store.child())
    answer = desk.post(f"/kinship/stores/{store.unit.pk}/search/")
    assert answer.headers["Location"] == "/kinship/"
    assert "No family of this unit" in desk.text("/kinship/")
    store.profile(store.family(), "F")
    desk.post(f"/kinship/stores/{store.unit.pk}/search/")
    wide = WideSearch.objects.get()
    assert "The last search of all families" in desk.text("/kinship/")
    actions.run_searches()
    Search.objects.update(can_answer=False)
    desk.post(f"/kinship/stores/{store.unit.pk}/open/", code=desk.code())
    path = f"/kinship/wide-searches/{wide.pk}/"
    answer = desk.post(path, log10="4")
    assert answer.status_code == 422
    assert "relatives can answer" in answer.content.decode()
    assert desk.post(path, log10="4", reason="All who live.").status_code == 302
    assert "All who live." in desk.text(path)
    desk.post(f"{path}cancel/")
    assert "Stopped" in desk.text(path)
    desk.post(f"{path}cancel/")
    assert "has ended" in desk.text(path)


def test_a_wide_search_is_not_there_for_another_unit(
    desk: Desk, signed_in_client: Callable[[Officer], Client], officer_factory: Callable[..., Officer]
) -> None:
    store = desk.store
    store.profile(store.child())
    store.profile(store.family(), "F")
    desk.post(f"/kinship/stores/{store.unit.pk}/search/")
    path = f"/kinship/wide-searches/{WideSearch.objects.get().pk}/"
    stranger = signed_in_client(officer_factory(roles=["geneticist"]))
    assert stranger.get(path).status_code == 404
    assert signed_in_client(desk.protector).get(path).status_code == 403


def test_closing_a_store_that_closed_by_itself_says_so(desk: Desk) -> None:
    desk.store.profile(desk.store.child())
    desk.post(f"/kinship/stores/{desk.store.unit.pk}/open/", code=desk.code())
    Session.objects.update(closed=timezone.now())
    desk.post(f"/kinship/sessions/{Session.objects.get().pk}/close/")
    assert "The store is closed already." in desk.text("/kinship/")


def test_a_store_is_not_opened_without_a_code_that_counts(
    desk: Desk, signed_in_client: Callable[[Officer], Client], officer_factory: Callable[..., Officer]
) -> None:
    desk.store.profile(desk.store.child())
    path = f"/kinship/stores/{desk.store.unit.pk}/open/"
    assert "Code of your authenticator" in desk.text(path)
    assert desk.post(path).status_code == 422
    assert desk.post(path, code="000000").status_code == 422
    assert not Session.objects.exists()
    assert desk.post(path, code=desk.code()).status_code == 302
    answer = desk.post(path, code=desk.code())
    assert answer.status_code == 422
    assert "The store is open already." in answer.content.decode()
    stranger = officer_factory(roles=["geneticist"])
    assert signed_in_client(stranger).get(path).status_code == 404
    assert signed_in_client(desk.protector).get(path).status_code == 403


def test_a_telling_is_approved_with_a_code_and_refused_without_one(
    desk: Desk, signed_in_client: Callable[[Officer], Client], officer_factory: Callable[..., Officer]
) -> None:
    hit = planted(desk.store)
    Hit.objects.update(state="confirmed", decision="may", view="wants", decided=timezone.now())
    telling = Telling.objects.create(hit=hit, whom="family", proposed_by=desk.protector, proposed=timezone.now())
    path = f"/kinship/tellings/{telling.pk}/"
    assert "cannot be taken back" in desk.text(path)
    assert desk.post(path, answer="approve").status_code == 422
    assert "A second person" in signed_in_client(desk.protector).get(path).content.decode()
    assert signed_in_client(officer_factory(roles=["geneticist"])).get(path).status_code == 404
    assert desk.post(path, answer="refuse").status_code == 302
    telling.refresh_from_db()
    assert telling.approved is False
    assert desk.post(path, answer="refuse").status_code == 422, "only once"


@pytest.mark.parametrize(
    ("probability", "shown"), [(0.9999999, "> 0.999999"), (1.0, "> 0.999999"), (1e-9, "< 0.000001"), (0.25, "0.250000")]
)
def test_no_probability_is_shown_as_certain(probability: float, shown: str) -> None:
    said = render_to_string("kinship/parts/probability.html", {"probability": probability})
    assert html.unescape(said).strip() == shown
