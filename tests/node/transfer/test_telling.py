"""What is wrong with a file is said to each reader in her own language, whoever checked it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from clew import vocabulary
from clew.node.accounts.models import Officer
from clew.node.cases.models import Case
from clew.node.transfer import actions, queries, storage
from clew.node.transfer.models import ImportBatch
from clew.node.transfer.telling import Told, kept, said_again, told, told_by_vocabulary
from tests.node.transfer import files

pytestmark = pytest.mark.django_db

MESSAGE = "The column “%(name)s” is missing."
GERMAN = "Die Spalte „Land“ fehlt."


@pytest.fixture
def checked(officer: Officer, case: Case) -> Callable[..., ImportBatch]:
    """A file that was uploaded and checked in a language."""

    def check(text: str, language: str) -> ImportBatch:
        with translation.override(language):
            batch = actions.upload_file(
                actor=officer, file_name="f.csv", content=files.pieces(text)(), compartment_id=case.compartment_id,
                case_id=case.pk,
            )  # fmt: skip
            actions.choose_mapping(actor=officer, batch_id=batch.pk, mapping="agencies")
            return actions.check_import(actor=officer, batch_id=batch.pk)

    return check


def in_each(say: Callable[[], str]) -> Iterator[str]:
    for language in ("en", "de", "fr", "bg", "zh-hans"):
        with translation.override(language):
            yield say()


def test_a_sentence_that_quotes_a_value_is_kept_apart_from_it() -> None:
    with translation.override("de"):
        sentence = told(MESSAGE) % {"name": "Land"}
    assert sentence == GERMAN
    assert kept(sentence) == {"message": MESSAGE, "values": {"name": "Land"}}
    assert said_again(kept(sentence)) == "The column “Land” is missing."
    assert len({*in_each(lambda: said_again(kept(sentence)))}) == 5


def test_a_per_cent_sign_in_a_value_or_message_changes_nothing() -> None:
    assert told(MESSAGE) % {"name": "100 %(x)s %d"} == "The column “100 %(x)s %d” is missing."
    assert told("100 % sure") == "100 % sure"
    assert said_again({"message": "100 % sure"}) == "100 % sure"


def test_a_problem_of_a_value_is_said_in_the_words_of_the_vocabulary() -> None:
    problem = vocabulary.Problem("too_long", {"length": "400", "limit": "300"})
    sentence = told_by_vocabulary(problem, "problem")
    assert "400" in sentence
    assert len({*in_each(lambda: said_again(kept(sentence)))}) == 5
    assert said_again(kept(told_by_vocabulary(problem, "cure"))) == problem.cure


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("", ""),
        ("The file is empty.", "Die Datei ist leer."),
        ("The column “Land” is missing.", "The column “Land” is missing."),
        ({"message": MESSAGE, "values": {"other": "x"}}, MESSAGE),
        ({"message": MESSAGE, "values": "x"}, None),
        ({"code": "no_such_problem", "part": "problem", "values": {}}, "no_such_problem"),
        ({"code": "too_long", "part": "problem", "values": {}}, "too_long"),
        (None, ""),
        (7, ""),
    ],
)
def test_what_an_older_version_kept_and_what_no_longer_fits_is_said_as_well_as_can_be(
    stored: object, said: str | None
) -> None:
    with translation.override("de"):
        answer = said_again(stored)
    assert answer if said is None else answer == said


def test_a_sentence_is_filled_in_by_name_only() -> None:
    with pytest.raises(TypeError):
        told(MESSAGE) % "Land"
    assert isinstance(told(MESSAGE) % {"name": "x"}, Told)


def test_problems_of_rows_and_of_the_file_are_read_in_the_readers_language(checked: Callable[..., ImportBatch]) -> None:
    rows = checked(files.csv_of([files.agency(1, website="no address", jurisdiction="Atlantis")]), "fr")
    refused = checked("agency_name;shoe\nA;1\n", "bg")
    said = {*in_each(lambda: " ".join(one["problem"] + one["cure"] for one in queries.problems_of(rows)))}
    assert len(said) == 5
    told_again = {*in_each(lambda: str((queries.refusal_of(refused) or {})["problem"]))}
    assert len(told_again) == 5


def test_the_page_and_the_list_of_errors_speak_the_readers_language(
    checked: Callable[..., ImportBatch], officer: Officer, signed_in_client: Callable[[Officer], Client]
) -> None:
    batch = checked(files.csv_of([files.agency(1, jurisdiction="Atlantis")]), "fr")
    client = signed_in_client(officer)
    with translation.override("en"):
        (problem,) = queries.problems_of(batch)
    page = client.get(reverse("transfer:import", args=[batch.pk])).content.decode()
    assert problem["problem"].split("“")[0] in page
    table = client.get(reverse("transfer:problems", args=[batch.pk])).content.decode()
    assert problem["problem"].split("“")[0] in table


def test_rows_of_an_older_version_hold_finished_sentences_and_are_still_read(
    checked: Callable[..., ImportBatch],
) -> None:
    batch = checked(files.csv_of([files.agency(1, jurisdiction="Atlantis")]), "en")
    old = {"row": 2, "field": "jurisdiction", "value": "Atlantis", "problem": "This value is missing.", "cure": ""}
    batch.problems = storage.seal_json(batch.stored_as, batch.wrapped_key or b"", [old])
    batch.refusal = old | {"code": "old", "problem": "It was written out “so”."}
    batch.save()
    with translation.override("de"):
        (found,) = queries.problems_of(batch)
        refusal = queries.refusal_of(batch)
    assert found["problem"] == "Dieser Wert fehlt."
    assert refusal is not None
    assert refusal["problem"] == "It was written out “so”."
