"""A case full of canaries, and an officer outside its team who holds every role: nothing that the node says holds one.

What is asked of the node is generated: every `desk_items`, `search_hits` and `case_sections` that an app offers, and
every page of the URL configuration with all that the case has of what the page is about.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import Officer
from clew.node.cases import actions as cases
from clew.node.cases.models import Case
from clew.node.consent.actions import ConsentDraft, record_consent
from clew.node.disclosure import actions as disclosure
from clew.node.discovery import offers
from clew.node.dossier.actions import record_source
from clew.node.dossier.models import Statement
from clew.node.home import load_home
from clew.node.transfer.actions import (
    check_import,
    choose_mapping,
    download_export,
    import_now,
    request_export,
    upload_file,
)
from clew.node.transfer.models import ImportBatch
from clew.node.types import BadInput, CaseSection
from clew.vocabulary import codelist
from tests.exchange.partner import body
from tests.node.canaries.asking import addresses
from tests.node.exchange.conftest import Correspondent
from tests.node.exchange.conftest import beijing as beijing
from tests.node.exchange.conftest import officer as officer
from tests.node.exchange.conftest import signed as signed
from tests.node.planted import planted as once_planted
from tests.node.transfer import files

pytestmark = pytest.mark.django_db
CANARY = "kanarienvogel"
ALL = 100
"""More than there are of anything in the case."""
ROLES = [code for code, _label in codelist("roles").choices("en")]
OFFERED = ("desk_items", "search_hits", "case_sections")
NOT_OF_A_CASE = {
    ("clew.node.api", "desk_items"): "integrations belong to no case",
    ("clew.node.kinship", "desk_items"): "codes of families and children; tests/node/kinship/test_pages",
    ("clew.node.kinship", "case_sections"): "numbers of samples and consents; tests/node/kinship/test_pages",
    ("clew.node.matching", "desk_items"): "a number of pairs, and what the own team calls its own; tests/node/matching",
    ("clew.node.oversight", "desk_items"): "numbers of requests and counts of what is overdue",
    ("clew.node.partners", "desk_items"): "cards and introductions belong to no case",
    ("clew.node.partners", "search_hits"): "the directory holds organisations, no case",
    ("clew.node.referral", "case_sections"): "codes of protected persons; tests/node/referral/test_pages",
    ("clew.node.referral", "desk_items"): "names of services and days; tests/node/referral/test_referrals",
    ("clew.node.rulebook", "desk_items"): "rules and settings belong to no case",
}
"""What an app offers that cannot hold a canary, with the reason."""


def heard(text: object) -> bool:
    """Whether a canary is in it."""
    return CANARY in str(text).casefold()


@dataclass(frozen=True)
class Planted:
    """The case, an officer of its team, and one of every role who is not."""

    case: Case
    insider: Officer
    outsider: Officer
    correspondent: Correspondent

    def ask(self, function: Callable[..., Any], asker: Officer) -> str:
        """All that an offered function says to the asker, rendered where it is a part of a page."""
        arguments: dict[str, Any] = {
            "desk_items": {"now": timezone.now()},
            "search_hits": {"text": "Kanarienvogel", "limit": 50},
            "case_sections": {"case_id": self.case.pk},
        }
        found = function(officer=asker, **arguments[function.__name__])
        return "\n".join(_told(one) for one in found)


def _told(one: object) -> str:
    if isinstance(one, CaseSection):
        return f"{one.title} {render_to_string(one.template, {'section': dict(one.context)})}"
    return str(one)


@pytest.fixture
def case(officer: Officer) -> Case:
    return cases.open_case(
        actor=officer, title="Kanarienvogel case (fictional)", kind="investigation", offence_codes=["at_104a"],
        summary="About Kanarienvogel (fictional).",
    )  # fmt: skip


@pytest.fixture
def planted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, db: None) -> Planted:
    monkeypatch.setattr("django.db.transaction.on_commit", lambda act, **_more: act())
    return once_planted("outside the compartment", lambda: _plant(request.getfixturevalue))


def _plant(fixture: Callable[[str], Any]) -> Planted:
    officer, case, beijing = fixture("officer"), fixture("case"), fixture("beijing")
    soon = timezone.now() + dt.timedelta(hours=5)
    cases.add_task(actor=officer, case_id=case.pk, title="Call Kanarienvogel", due=soon)
    cases.add_deadline(actor=officer, case_id=case.pk, title="Kanarienvogel must leave", due=soon, set_by="Court")
    cases.note(actor=officer, case_id=case.pk, text="Kanarienvogel was seen.")
    cases.add_document(
        actor=officer, case_id=case.pk, title="Photo of Kanarienvogel", file_name="Kanarienvogel.jpg",
        media_type="image/jpeg", content=iter([b"the face of Kanarienvogel"]),
    )  # fmt: skip
    _import(officer, case)
    _consent(officer, case, beijing)
    _write(beijing, fixture("signed"))
    export = request_export(
        actor=officer, what="entities", file_format="csv", purpose="own_use", text="Kanarienvogel", recipient="own"
    )
    assert heard(download_export(actor=officer, export_id=export.pk)[1].decode("utf-8-sig"))
    return Planted(case, officer, fixture("officer_factory")(roles=ROLES, username="outsider"), beijing)


def _import(officer: Officer, case: Case) -> None:
    content = files.csv_of([files.agency(1, agency_name="Kanarienvogel GmbH (fictional)")])
    place: dict[str, Any] = {"compartment_id": case.compartment_id, "case_id": case.pk}
    import_now(
        actor=officer, file_name="Kanarienvogel.csv", content=files.pieces(content)(), mapping="agencies",
        title="Register of Kanarienvogel", **place,
    )  # fmt: skip
    waiting = upload_file(
        actor=officer, file_name="Kanarienvogel2.csv", content=files.pieces(content)(), title="Kanarienvogel again",
        **place,
    )  # fmt: skip
    choose_mapping(actor=officer, batch_id=waiting.pk, mapping="agencies")
    check_import(actor=officer, batch_id=waiting.pk)


def _consent(officer: Officer, case: Case, beijing: Correspondent) -> None:
    """A consent that ends soon, of somebody whom lists call by his name because he is no victim."""
    today = timezone.localdate()
    source = SourceDraft(
        kind="observation", title="Kanarienvogel was seen", owner="0" * 31 + "1", reliability="B", handling="H0",
        purpose="criminal_investigation", retain_until=today + dt.timedelta(days=90), basis="intelligence",
        entities=(EntityDraft("he", "Person", category="suspect"),),
        statements=(StatementDraft("he", "name", "Karl Kanarienvogel (fictional)", 1),),
    )  # fmt: skip
    person = record_source(actor=officer, compartment_id=case.compartment_id, draft=source).entity_numbers["he"]
    # Of whom the rules guard nothing, an officer may speak in her own words: that puts the canary into letters.
    cleared = {"child": "no", "protection": "none", "witness_protection": "no", "role_conflict": "no"}
    for kind, answer in cleared.items():
        disclosure.record_safeguard(
            actor=officer, person_id=person, kind=kind, answer=(answer,), expires=today + dt.timedelta(days=30)
        )
    told = ConsentDraft(
        purpose="court", recipient=beijing.partner.uid, items=["contact"], given_by="self", capacity="able",
        understood=True, explained_by="Anna (fictional)", language="de", method="written", given=today,
        expires=today + dt.timedelta(days=5),
    )  # fmt: skip
    record_consent(actor=officer, person_id=person, compartment_id=case.compartment_id, draft=told)


def _write(beijing: Correspondent, signed: Callable[..., int]) -> None:
    """A request that was answered, one that waits for its signature's letter, and one that waits for a decision."""
    signed(subject="Kanarienvogel asked (fictional)", facts="We follow Kanarienvogel.")
    beijing.work()
    (request,) = beijing.letters()
    content = body(
        "reply", subject="Kanarienvogel answered (fictional)", entities=[], statements=[],
        answers=[{"item": 1, "outcome": "no-information", "statements": []}],
    )  # fmt: skip
    beijing.send(beijing.write(content, thread=request.header.thread, in_reply_to=request.header.id, deadline=None))
    beijing.work()
    signed(subject="Kanarienvogel asked again (fictional)")
    beijing.cut = True
    beijing.work()


def _draft_decided(planted: Planted) -> None:
    statement = Statement.objects.filter(source__compartment_id=planted.case.compartment_id).order_by("pk")[0]
    release = disclosure.draft_release(
        actor=planted.insider, kind="request", case_id=planted.case.pk, recipient=planted.correspondent.partner.uid,
        instrument="FICTIONAL-ARRANGEMENT", purpose="criminal_investigation", subject="Kanarienvogel once more",
        facts="We follow Kanarienvogel.", necessity="Only you know.", languages=["zh-Hans"],
        statements=[statement.pk], items=[disclosure.Question("Who is Kanarienvogel?", None)],
    )  # fmt: skip
    disclosure.decide(actor=planted.insider, release_id=release.pk)


def all_offered() -> list[Callable[..., Any]]:
    return [function for name in OFFERED for function in offers(name)]


def app_of(function: Callable[..., Any]) -> str:
    return ".".join(function.__module__.split(".")[:3])


def test_nothing_that_an_app_offers_tells_an_outsider_of_the_case(planted: Planted) -> None:
    _draft_decided(planted)
    told = {f"{app_of(each)}.{each.__name__}": planted.ask(each, planted.outsider) for each in all_offered()}
    assert {name: text for name, text in told.items() if heard(text)} == {}
    for name, text in told.items():
        assert planted.case.reference not in text, name


def test_the_canaries_are_where_an_insider_hears_them_in_every_app_that_offers_something(planted: Planted) -> None:
    _draft_decided(planted)
    team = [planted.insider, Officer.objects.get(username="bernd")]
    silent = {
        (app_of(each), each.__name__)
        for each in all_offered()
        if not any(heard(planted.ask(each, one)) for one in team)
    }
    assert silent == NOT_OF_A_CASE.keys()


@pytest.mark.slow
def test_no_page_error_header_or_log_tells_an_outsider_of_the_case(
    planted: Planted, signed_in_client: Callable[[Officer], Client], caplog: pytest.LogCaptureFixture
) -> None:
    _draft_decided(planted)
    caplog.set_level(logging.DEBUG)
    client = signed_in_client(planted.outsider)
    client.raise_request_exception = False
    wrong: dict[str, int] = {}
    asked = 0
    for path in paths():
        answer = client.get(path)
        asked += 1
        said = f"{answer.headers} {answer.getvalue().decode(errors='replace')}"
        # The log names cases by their reference, and nothing else of them; so an auditor can follow one.
        named = planted.case.reference in said and not path.startswith("/audit/")
        if heard(said) or named or answer.status_code >= 500:
            wrong[path] = answer.status_code
    assert wrong == {}
    assert asked > 300
    assert not heard(caplog.text)


@pytest.mark.slow
def test_the_pages_that_are_asked_for_tell_an_insider(
    planted: Planted, signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(planted.insider)
    said = [path for path in paths() if heard(client.get(path).getvalue().decode(errors="replace"))]
    apps_heard = {path.split("/")[1] for path in said}
    assert {"cases", "dossier", "releases", "letters", "transfer", ""} <= apps_heard


@pytest.mark.slow
def test_what_an_outsider_sends_is_refused_without_telling(
    planted: Planted, signed_in_client: Callable[[Officer], Client]
) -> None:
    _draft_decided(planted)
    client = signed_in_client(planted.outsider)
    client.raise_request_exception = False
    wrong: dict[str, int] = {}
    before = Case.objects.get(pk=planted.case.pk).changed
    for path in paths():
        if path.startswith("/account/"):
            continue
        answer = client.post(path, {"reason": "x", "text": "x", "title": "x", "case": str(planted.case.pk)})
        said = f"{answer.headers} {answer.getvalue().decode(errors='replace')}"
        if heard(said) or answer.status_code >= 500:
            wrong[path] = answer.status_code
    assert wrong == {}
    assert Case.objects.get(pk=planted.case.pk).changed == before


@pytest.mark.parametrize(("what", "form"), [("entities", "csv"), ("entities", "ftm"), ("cases", "csv")])
def test_an_export_of_an_outsider_holds_nothing_of_the_case(planted: Planted, what: str, form: str) -> None:
    said = exported_by(planted.outsider, what, form)
    assert not heard(said)
    assert planted.case.reference not in said
    inside = exported_by(planted.insider, what, form)
    assert heard(inside) or planted.case.reference in inside


def exported_by(officer: Officer, what: str, form: str) -> str:
    """The exported text, or why there is none."""
    try:
        export = request_export(actor=officer, what=what, file_format=form, purpose="own_use")
    except BadInput as refused:
        return str(refused)
    return download_export(actor=officer, export_id=export.pk)[1].decode("utf-8-sig")


def test_the_case_itself_cannot_be_exported_by_an_outsider(planted: Planted) -> None:
    with pytest.raises(BadInput) as refused:
        request_export(
            actor=planted.outsider, what="case", file_format="csv", purpose="own_use", case_id=planted.case.pk
        )
    assert not heard(refused.value)


def test_no_file_of_the_node_is_named_after_or_holds_a_canary(planted: Planted) -> None:
    written = [path for path in load_home().path.rglob("*") if path.is_file() and not path.name.startswith("store.")]
    assert len(list(load_home().documents.iterdir())) >= 3
    for path in written:
        assert not heard(path.name)
        assert CANARY not in path.read_bytes().decode(errors="replace").casefold(), path.name


def paths() -> list[str]:
    """Every page of the node, with all that the case has of what the page is about."""
    return [each.path for each in addresses(limit=ALL, forms=ALL)]


def test_the_import_waits_for_the_officer_who_began_it(planted: Planted) -> None:
    assert ImportBatch.objects.filter(state="checked", made_by=planted.insider).count() == 1
