from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.test import Client

from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.node.accounts.actions import NODE
from clew.node.accounts.models import Compartment, Officer
from clew.node.dossier.actions import record_source


def record_agency(team: Compartment, name: str) -> None:
    record_source(
        actor=NODE,
        compartment_id=team.pk,
        draft=SourceDraft(
            kind="document", title="Register (fictional)", owner="own", reliability="A", handling="H0",
            purpose="criminal_investigation", retain_until=dt.date(2031, 1, 1), basis="exhibit",
            entities=(EntityDraft("a", "RecruitmentAgency"),), statements=(StatementDraft("a", "name", name, 1),),
        ),
    )  # fmt: skip


def test_the_page_finds_chinese_words_among_what_the_officer_may_see(
    officer_factory: Callable[..., Officer],
    compartment_factory: Callable[..., Compartment],
    signed_in_client: Callable[[Officer], Client],
) -> None:
    mine, theirs = compartment_factory(), compartment_factory()
    record_agency(mine, "涉嫌拐卖案中介（虚构）")
    record_agency(theirs, "另一拐卖案中介（虚构）")
    page = signed_in_client(officer_factory(compartments=[mine])).get("/search/?q=拐卖").content.decode()
    assert "涉嫌拐卖案中介" in page
    assert "另一拐卖案中介" not in page


def test_suggestions_are_the_hits_alone(
    officer_factory: Callable[..., Officer],
    compartment_factory: Callable[..., Compartment],
    signed_in_client: Callable[[Officer], Client],
) -> None:
    team = compartment_factory()
    record_agency(team, "Golden Gate (fictional)")
    client = signed_in_client(officer_factory(compartments=[team]))
    found = client.get("/search/?q=gold", headers={"HX-Request": "true"}).content.decode()
    assert "Golden Gate (fictional)" in found
    assert "<html" not in found


def test_nothing_asked_and_nothing_found_say_what_to_do(
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    client = signed_in_client(officer_factory())
    assert "What are you looking for?" in client.get("/search/").content.decode()
    assert "Nothing found" in client.get("/search/?q=%00%27%22*").content.decode()


def test_the_search_is_closed_to_who_is_not_signed_in(db: None, client: Client) -> None:
    assert client.get("/search/?q=a").status_code in {302, 403}


def test_an_original_spelling_is_found_too(
    officer_factory: Callable[..., Officer],
    compartment_factory: Callable[..., Compartment],
    signed_in_client: Callable[[Officer], Client],
) -> None:
    mine = compartment_factory()
    record_source(
        actor=NODE,
        compartment_id=mine.pk,
        draft=SourceDraft(
            kind="document", title="Register (fictional)", owner="own", reliability="A", handling="H0",
            purpose="criminal_investigation", retain_until=dt.date(2031, 1, 1), basis="exhibit",
            entities=(EntityDraft("a", "RecruitmentAgency"),),
            statements=(StatementDraft("a", "name", "Goldener Weg (fictional)", 1, original="金路", lang="zh"),),
        ),
    )  # fmt: skip
    page = signed_in_client(officer_factory(compartments=[mine])).get("/search/?q=金路").content.decode()
    assert "Goldener Weg" in page
