"""Cases, partners and letters are found however their words are typed, the same way on either store."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from django.test import Client
from django.utils import timezone

from clew.node.accounts.actions import Officer
from clew.node.cases import actions, queries
from clew.node.exchange import at_rest
from clew.node.exchange.models import Letter, Thread
from clew.node.exchange.queries import top_floor
from clew.node.folded import MOST_WORDS
from clew.node.partners.models import Party
from clew.node.partners.queries import parties

SPELLINGS: Final = (
    ("Дело Златен път", "златен"),
    ("Дело Златен път", "ЗЛАТЕН"),
    ("Müller Straße", "MÜLLER"),
    ("Müller Straße", "Muller"),
    ("Müller Straße", "strasse"),
    ("Łódź agencies", "Lodz"),
    ("Представителство София", "софия"),
    ("Police de Genève", "Geneve"),
    ("Police de Genève", "GENÈVE"),
    ("涉嫌拐卖案中介", "拐卖"),
    ("Golden-Bridge", "bridge GOLDEN"),
)
"""How something is called, and how somebody types it."""

NOT_FOUND: Final = ("Златна", "拐案", "Golden Muller", "-", "\x00", "%", "_")

spelled = pytest.mark.parametrize(("title", "typed"), SPELLINGS)


@pytest.fixture
def officer(officer_factory: Callable[..., Officer]) -> Officer:
    return officer_factory(roles=["investigator"])


@pytest.fixture
def search(officer: Officer, signed_in_client: Callable[[Officer], Client]) -> Callable[[str], str]:
    """The search page for a text, as the officer reads it."""
    client = signed_in_client(officer)
    return lambda text: client.get("/search/", {"q": text}).content.decode()


def party_named(name: str, **given: object) -> Party:
    number = Party.objects.count()
    values = {
        "uid": f"{number:032}",
        "country": "CH",
        "kind": "police",
        "status": "active",
        "added": timezone.now(),
        **given,
    }
    return Party.objects.create(name=name, **values)


def letter_about(officer: Officer, subject: str, number: int = 0) -> Thread:
    case = actions.open_case(actor=officer, title="A case (fictional)", kind="investigation")
    now = timezone.now()
    thread = Thread.objects.create(uid=f"t{number}", party="p", case=case, kind="request", opened=now, changed=now)
    rest = at_rest.put_to_rest(f"l{number}", "signed", subject)
    Letter.objects.create(
        uid=f"l{number}", thread=thread, direction="in", state="accepted", kind="request", party="p", sequence=number,
        previous="", digest="", envelope=f"e{number}", envelope_digest="", signed_with=b"", header={}, created=now,
        recorded=now, wrapped_key=rest.wrapped_key, sealed=rest.sealed, sealed_subject=rest.sealed_subject,
    )  # fmt: skip
    return thread


@spelled
def test_a_case_is_found_by_its_title_in_any_spelling(
    search: Callable[[str], str], officer: Officer, title: str, typed: str
) -> None:
    case = actions.open_case(actor=officer, title=title, kind="investigation")
    assert title in search(typed)
    assert list(queries.case_list(officer=officer, where=queries.CaseFilter(text=typed)).cases) == [case]


@spelled
def test_a_partner_is_found_by_its_name_in_any_spelling(search: Callable[[str], str], title: str, typed: str) -> None:
    party = party_named(title)
    assert title in search(typed)
    assert list(parties(text=typed)) == [party]


@spelled
def test_a_letter_is_found_by_its_subject_in_any_spelling(
    search: Callable[[str], str], officer: Officer, title: str, typed: str
) -> None:
    letter_about(officer, title)
    assert title in search(typed)


def test_a_partner_is_found_by_its_post_and_by_the_beginning_of_its_number(db: None) -> None:
    parent = party_named("Office (fictional)", uid="a1b2c3d4" + "e" * 24)
    party_named("Représentation à Genève", parent=parent)
    assert list(parties(text="geneve")) == [parent]
    assert list(parties(text=parent.uid[:8])) == [parent]
    assert list(parties(text=parent.uid[8:])) == []


def test_a_title_that_was_changed_is_found_and_the_old_one_is_not(officer: Officer) -> None:
    case = actions.open_case(actor=officer, title="Müller", kind="investigation")
    actions.rename_case(
        actor=officer, case_id=case.pk, title="Łódź", kind="investigation", offence_codes=(), summary="", waiting=False
    )

    def found(text: str) -> list[int]:
        page = queries.case_list(officer=officer, where=queries.CaseFilter(text=text))
        return [one.pk for one in page.cases]

    assert (found("lodz"), found("muller"), found(case.reference.lower())) == ([case.pk], [], [case.pk])


@pytest.mark.parametrize("typed", NOT_FOUND)
def test_what_no_title_holds_is_not_found(search: Callable[[str], str], officer: Officer, typed: str) -> None:
    for title, _typed in SPELLINGS:
        actions.open_case(actor=officer, title=title, kind="investigation")
        party_named(title)
    assert "Nothing found" in search(typed)
    assert list(queries.case_list(officer=officer, where=queries.CaseFilter(text=typed)).cases) == []
    assert list(parties(text=typed)) == []


def test_a_question_of_very_many_words_is_answered(officer: Officer) -> None:
    case = actions.open_case(actor=officer, title="Golden", kind="investigation")
    where = queries.CaseFilter(text=f"{'golden ' * MOST_WORDS}{'x ' * 2_000}")
    assert list(queries.case_list(officer=officer, where=where).cases) == [case]


def test_the_page_says_when_it_looked_through_the_newest_letters_only(
    search: Callable[[str], str], officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(top_floor, "SEARCHED", 1)
    letter_about(officer, "Müller, first of all", 1)
    assert "only the newest" not in search("muller")
    letter_about(officer, "Müller, then another", 2)
    page = search("muller")
    assert "then another" in page
    assert "first of all" not in page
    assert "only the newest 1 correspondences were looked through" in page
    assert "only the newest" in search("nothing")
    assert "only the newest" not in search("")
