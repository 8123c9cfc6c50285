"""Where copies of a source are: every letter that carried it, what its recipient was bound to and has confirmed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clew.node.accounts.actions import Officer, Refused
from clew.node.audit.models import AuditEntry
from clew.node.disclosure.models import Decision
from clew.node.dossier.models import Source
from clew.node.exchange.actions import read_copies
from clew.node.exchange.models import Letter, Receipt
from tests.node.oversight.conftest import SUSPECT, Office
from tests.node.oversight.conftest import beijing as beijing
from tests.node.oversight.conftest import case as case
from tests.node.oversight.conftest import office as office
from tests.node.oversight.conftest import officer as officer
from tests.node.oversight.conftest import signed as signed

pytestmark = pytest.mark.django_db
Signed = Callable[[Officer], Client]


@pytest.fixture
def source(office: Office) -> Source:
    return office.record(SUSPECT, "suspect")


def address(source: Source) -> str:
    return reverse("exchange:copies", args=[source.pk])


def test_of_a_source_that_has_not_left_no_letter_is_shown(office: Office, source: Source) -> None:
    found = read_copies(actor=office.officer, source_id=source.pk)
    assert found is not None
    assert (found.copies, found.before, found.source.title) == ([], [], source.title)


def test_each_letter_that_carried_it_is_shown_with_what_the_recipient_is_bound_to(
    office: Office, source: Source
) -> None:
    office.disclose(source)
    found = read_copies(actor=office.officer, source_id=source.pk)
    assert found is not None
    (copy,) = found.copies
    letter = Letter.objects.get(direction="out")
    assert (copy.at, copy.statements, copy.thread) == (letter.created, 1, letter.thread.uid)
    assert copy.body is not None
    assert copy.body["handling"]["code"] in {"H0", "H1", "H2", "H3"}
    assert copy.said is not None
    assert copy.said.conditions


def test_what_nothing_has_come_back_about_is_unknown_and_what_came_is_told(office: Office, source: Source) -> None:
    office.disclose(source)
    letter = Letter.objects.get(direction="out")
    Receipt.objects.filter(envelope_digest=letter.envelope_digest).delete()
    known = [fact.at for fact in read_copies(actor=office.officer, source_id=source.pk).copies[0].facts]  # type: ignore[union-attr]
    assert known == [None, None, None]
    at = timezone.now()
    Receipt.objects.create(
        letter=letter, issuer=letter.party, addressee="own", envelope_id=letter.envelope, stage="stored",
        envelope_digest=letter.envelope_digest, at=at, recorded=at,
    )  # fmt: skip
    facts = read_copies(actor=office.officer, source_id=source.pk).copies[0].facts  # type: ignore[union-attr]
    assert [(fact.stage, fact.at) for fact in facts if fact.at] == [("stored", at)]


def test_a_source_that_was_taken_back_still_shows_what_has_left_and_not_its_title(
    office: Office, source: Source
) -> None:
    office.disclose(source)
    Source.objects.filter(pk=source.pk).update(undone=timezone.now())
    found = read_copies(actor=office.officer, source_id=source.pk)
    assert found is not None
    assert (found.source.undone, found.source.title, found.source.handling_text) == (True, "", "")
    assert len(found.copies) == 1


def test_a_draft_and_a_decision_that_has_not_left_are_no_copies(office: Office, source: Source) -> None:
    decision = office.signed(statements=[one.pk for one in source.statements.all()])
    assert Decision.objects.get(pk=decision).state == Decision.State.SIGNED
    assert read_copies(actor=office.officer, source_id=source.pk).copies == []  # type: ignore[union-attr]


def test_a_source_that_came_from_others_names_them_the_originator_first(office: Office, source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(owner="a-partner", chain=["the-originator"])
    found = read_copies(actor=office.officer, source_id=source.pk)
    assert found is not None
    assert found.before == ["the-originator", "a-partner"]


def test_looking_is_recorded_and_the_page_says_that_nothing_can_be_pulled_back(
    office: Office, source: Source, signed_in_client: Signed
) -> None:
    office.disclose(source)
    shown = signed_in_client(office.officer).get(address(source))
    assert shown.status_code == 200
    assert "cannot pull a copy back" in shown.content.decode()
    assert AuditEntry.objects.filter(act="exchange.read_copies", object_id=str(source.pk)).exists()


def test_what_is_another_teams_is_as_what_does_not_exist(
    office: Office, source: Source, officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    outsider = officer_factory()
    client = signed_in_client(outsider)
    assert client.get(address(source)).status_code == client.get("/letters/copies/999999/").status_code == 404
    assert not AuditEntry.objects.filter(act="exchange.read_copies", actor_id=outsider.pk).exists()


def test_one_who_may_see_no_letters_sees_no_copies_though_she_is_of_the_team(
    office: Office, source: Source, officer_factory: Callable[..., Officer], signed_in_client: Signed
) -> None:
    blind = officer_factory(roles=["administrator"], compartments=[source.compartment])
    assert signed_in_client(blind).get(address(source)).status_code == 403
    with pytest.raises(Refused):
        read_copies(actor=blind, source_id=source.pk)


def test_one_of_the_sources_team_alone_sees_that_it_left_but_not_into_the_other_teams_correspondence(
    office: Office, source: Source, officer_factory: Callable[..., Officer], compartment_factory: Callable[..., object]
) -> None:
    office.disclose(source)
    team = compartment_factory()
    Source.objects.filter(pk=source.pk).update(compartment=team)
    other = officer_factory(compartments=[team])
    found = read_copies(actor=other, source_id=source.pk)
    assert found is not None
    assert [copy.thread for copy in found.copies] == [""]
