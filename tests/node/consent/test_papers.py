"""Papers in the person's language, which say nothing of who she is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from clew.node.accounts.models import Officer
from clew.node.consent.models import Consent
from clew.node.consent.papers import paper_language
from clew.node.types import EarlierDisclosure
from tests.node.consent.conftest import PARTNER

TAGS = [tag for tag, _name in settings.LANGUAGES]


@pytest.fixture
def client(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Client:
    return signed_in_client(officer)


@pytest.fixture(autouse=True)
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter about her has left; its subject is the officer's own words."""
    left = EarlierDisclosure(timezone.now(), "Partner", "court", "Canary in the subject (fictional)")
    monkeypatch.setattr("clew.node.consent.queries.people.offers", lambda _name: [lambda **_asked: [left]])


@pytest.mark.parametrize("tag", TAGS)
def test_each_paper_is_printed_in_each_language_whatever_the_officer_reads(
    client: Client, consent: Consent, person: int, tag: str
) -> None:
    for page in ("paper/information", f"person/{person}/paper/form", f"person/{person}/paper/shared"):
        text = client.get(f"/consent/{page}?language={tag}").content.decode()
        assert f'<div lang="{tag}">' in text
        assert '<html lang="en"' in text


def test_no_paper_bears_her_name_her_number_or_the_name_of_the_house(
    client: Client, consent: Consent, person: int
) -> None:
    caption = client.get(f"/consent/person/{person}/").content.decode().split('govuk-caption-l">')[1].split("<")[0]
    assert caption.startswith("Person ")
    for page in ("paper/information", f"person/{person}/paper/form", f"person/{person}/paper/shared"):
        text = client.get(f"/consent/{page}").content.decode()
        for word in (caption, "Mila", settings.NODE.name, "Canary", "Restricted"):
            assert word not in text, (page, word)
        assert "clew-exit" in text


def test_the_list_says_when_with_whom_and_what_for(client: Client, consent: Consent, person: int) -> None:
    text = client.get(f"/consent/person/{person}/paper/shared").content.decode()
    assert "Partner" in text
    assert "Proceedings before a court" in text
    assert "costs you no help" in text


def test_the_sheet_says_that_no_costs_nothing_and_yes_can_be_taken_back(client: Client) -> None:
    text = client.get("/consent/paper/information").content.decode()
    assert "you get the same help as before" in text
    assert "take back a yes at any time" in text
    assert "Who will read it" in text


def test_the_form_is_printed_for_what_was_chosen_or_with_empty_lines(
    client: Client, consent: Consent, person: int
) -> None:
    base = f"/consent/person/{person}/paper/form"
    chosen = client.get(f"{base}?purpose=court&purpose=return&recipient={PARTNER}&language=de").content.decode()
    assert chosen.count("– Partner") == 2
    assert "Gerichtsverfahren" in chosen
    asked = client.get(f"/consent/person/{person}/answers?purpose=court&recipient={PARTNER}").content.decode()
    assert f'href="{base}?language=bg&amp;purpose=court&amp;recipient={PARTNER}"' in asked
    assert f'href="{base}?language=bg&amp;purpose=court&amp;purpose=return&amp;recipient={PARTNER}"' in chosen
    assert "____" in client.get(base).content.decode()


def test_an_unknown_language_is_printed_in_the_reader_s_own_or_in_english() -> None:
    assert [paper_language(*each) for each in (("xx", "bg"), ("xx", "yy"), ("fr", "bg"))] == ["bg", "en", "fr"]


def test_the_papers_are_closed_to_whoever_may_not_see_consents(
    officer_factory: Callable[..., Officer], signed_in_client: Callable[[Officer], Client]
) -> None:
    assert signed_in_client(officer_factory(roles=["auditor"])).get("/consent/paper/information").status_code == 403
