"""The page of a new release: what can be chosen from a case, and what was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from clew import vocabulary
from clew.node.accounts.actions import Officer
from clew.node.cases.queries import entities_of_case
from clew.node.disclosure.actions import Answer, Question
from clew.node.disclosure.models import Release
from clew.node.disclosure.wording import reader_language
from clew.node.dossier.actions import read_entity

QUESTIONS = 5


@dataclass(frozen=True, slots=True)
class ChoosableStatement:
    """One statement with its checkbox; `value` is empty where it is sealed from this officer."""

    id: int
    label: str
    value: str
    chosen: bool
    needed: str
    minimum: str
    item: int


@dataclass(frozen=True, slots=True)
class ChoosableEntity:
    """An entity of the case with what is known of it."""

    id: int
    caption: str
    schema: str
    statements: tuple[ChoosableStatement, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What the officer ticked and wrote beside the form."""

    statements: tuple[int, ...]
    needed: Mapping[int, str]
    minimum: Mapping[int, str]
    items_of: Mapping[int, int]
    questions: tuple[Question, ...]
    outcomes: Mapping[int, tuple[str, str]]

    @property
    def answers(self) -> tuple[Answer, ...]:
        """One answer per item, with the statements ticked for it."""
        return tuple(
            Answer(item, outcome, text, tuple(s for s in self.statements if self.items_of.get(s) == item))
            for item, (outcome, text) in sorted(self.outcomes.items())
        )


def choice_of_post(data: QueryDict) -> Choice:
    """What a page's fields say; anything that is no number is left out."""
    statements = _numbers(data.getlist("statement"))
    return Choice(
        statements,
        {each: data.get(f"needed_{each}", "").strip() for each in statements},
        {each: data.get(f"minimum_{each}", "").strip() for each in statements},
        {each: item for each in statements if (item := _number(data.get(f"item_{each}", ""))) is not None},
        tuple(
            Question(text, _number(data.get(f"question_entity_{n}", "")))
            for n in range(1, QUESTIONS + 1)
            if (text := data.get(f"question_{n}", "").strip())
        ),
        {
            n: (data.get(f"outcome_{n}", ""), data.get(f"answer_{n}", "").strip())
            for n in _numbers(data.getlist("answered_item"))
        },
    )


def choice_of_release(release: Release) -> Choice:
    """What was chosen before."""
    return Choice(
        tuple(each["statement"] for each in release.chosen),
        {each["statement"]: each["needed"] for each in release.chosen},
        {each["statement"]: each.get("minimum", "") for each in release.chosen},
        {s: each["item"] for each in release.answers for s in each["statements"]},
        tuple(Question(each["text"], each.get("entity"), each.get("ask", "")) for each in release.items),
        {each["item"]: (each["outcome"], each["text"]) for each in release.answers},
    )


NOTHING = Choice((), {}, {}, {}, (), {})


def choosable(officer: Officer, case_id: int, choice: Choice) -> tuple[ChoosableEntity, ...]:
    """The case's entities, each with its present statements."""
    lang = reader_language()
    found = []
    for entity in entities_of_case(officer=officer, case_id=case_id):
        view = read_entity(actor=officer, entity_id=entity.entity_id)
        if view is None:
            continue
        statements = tuple(
            ChoosableStatement(
                one.id,
                vocabulary.property_label(one.schema, one.prop, lang),
                fact.value or "",
                one.id in choice.statements,
                choice.needed.get(one.id, ""),
                choice.minimum.get(one.id, ""),
                choice.items_of.get(one.id, 0),
            )
            for prop in view.view.properties
            for fact in prop.facts
            for one in fact.statements[-1:]
        )
        label = vocabulary.schema_label(entity.schema, lang)
        found.append(ChoosableEntity(entity.entity_id, entity.caption or label, label, statements))
    return tuple(found)


def question_rows(choice: Choice) -> list[dict[str, Any]]:
    """The page's rows for questions: those written, then empty ones."""
    rows = [{"n": n, "text": each.text, "entity": each.entity} for n, each in enumerate(choice.questions, 1)]
    return rows + [{"n": n, "text": "", "entity": None} for n in range(len(rows) + 1, QUESTIONS + 1)]


def answer_rows(choice: Choice, items: int) -> list[dict[str, Any]]:
    """One row per item of the letter that is answered."""
    numbers = sorted({*range(1, items + 1), *choice.outcomes})
    return [
        {"n": n, "outcome": choice.outcomes.get(n, ("", ""))[0], "text": choice.outcomes.get(n, ("", ""))[1]}
        for n in numbers
    ]


def _numbers(texts: list[str]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(each) for each in texts if each.isdigit()))


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None
