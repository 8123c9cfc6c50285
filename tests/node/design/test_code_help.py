"""Wherever a page shows or offers codes, their help is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from django import forms
from django.utils import translation

import clew.node
from clew.node.design.fields import CodeChoices, CodeField, codelist_of
from clew.vocabulary import LANGUAGES, codelist, codelist_ids
from tests.node.design.gallery import render
from tests.node.design.markup import parse

NODE = Path(clew.node.__file__).parent
TEMPLATES = sorted(path for path in NODE.rglob("*.html"))
USE = re.compile(r'{% code "(\w+)" ([^%]*)%}')
EXPLAINED = re.compile(r'{% explain_codes "(\w+)" %}')

BY_THE_FILTER = {"cases/list.html": {"case_kinds", "case_status"}}
"""Pages on which the fields of the filter above the table explain the codes in it."""
NOT_OF_A_LIST = {
    "AnswerForm.accept", "AnswerIncomingForm.accept", "ContactForm.danger", "ContactForm.safe",
    "ContactTestEndForm.answered", "CorrectForm.lang", "JusticeForm.compelled",
    "JusticeForm.compensation", "RemedyForm.asker", "RenewForm.new_keys",
    "RequestFindingsForm.jeopardy", "RiskForm.favourable",
}  # fmt: skip
"""Choices that happen to be spelt like codes of a list and are explained by their own words."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(NODE)))
def test_a_template_that_shows_codes_without_help_explains_them_below(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    there = set(EXPLAINED.findall(text)) | BY_THE_FILTER.get("/".join(path.parts[-2:]), set())
    bare = {list_id for list_id, options in USE.findall(text) if "tip=False" in options}
    assert bare <= there
    assert [use for use in USE.findall(text) if "tip=False" in use[1] and 'show="label"' not in use[1]] == []
    assert "grade" not in text


def every_form() -> Iterator[type[forms.BaseForm]]:
    for module in walk_packages([str(NODE)], "clew.node."):
        if "form" in module.name.rsplit(".", 1)[-1] or ".forms." in module.name:
            found = vars(import_module(module.name)).values()
            yield from (
                one
                for one in found
                if isinstance(one, type) and issubclass(one, forms.BaseForm) and "base_fields" in vars(one)
            )


def list_offered(field: forms.Field) -> str:
    """The code list nearly all of whose codes the field offers; "" if none."""
    if not isinstance(field, forms.ChoiceField) or isinstance(field, forms.ModelChoiceField):
        return ""
    offered = {str(value) for value, _label in field.choices if value}
    shared = {name: offered & set(codelist(name).codes) for name in codelist_ids()}
    fitting = [name for name, codes in shared.items() if 2 <= len(codes) >= len(codelist(name).codes) - 1]
    return max(fitting, key=lambda name: len(shared[name]), default="")


def test_every_field_of_the_node_that_offers_the_codes_of_a_list_explains_them(db: None) -> None:
    fields = {
        f"{form.__name__}.{name}": field for form in every_form() for name, field in vars(form)["base_fields"].items()
    }
    of = {where: list_id for where, field in fields.items() if (list_id := list_offered(field))}
    assert {where for where, list_id in of.items() if codelist_of(fields[where]) != list_id} == NOT_OF_A_LIST
    assert {"source_reliability", "information_accuracy", "handling_codes", "purposes", "urgency"} <= set(of.values())


class Grading(forms.Form):
    reliability = CodeField("source_reliability", as_select=True)
    handling = CodeField("handling_codes")
    status = forms.ChoiceField(choices=CodeChoices("case_status", [("all", "All")], but_not=("closed",)))


@pytest.mark.parametrize("language", ["en", "zh-hans", "fr", "de", "bg"])
def test_below_a_select_of_codes_each_is_explained_in_the_readers_language(language: str) -> None:
    with translation.override(language):
        page = render("{% render_form form %}", form=Grading())
    grades = codelist("source_reliability")
    for code in grades.codes:
        assert grades.help(code, language) in page.replace("&#x27;", "'")
    folded = parse(page).every("details")
    assert [each["data-clew-codes"] for each in folded] == ["source_reliability", "case_status"]


def test_a_list_is_folded_and_opened_with_the_keyboard_alone() -> None:
    page = render('{% explain_codes "handling_codes" %}')
    assert "open" not in parse(page).one("details").attrs
    assert parse(page).one("summary")


def test_a_help_that_is_the_same_for_all_codes_is_said_once() -> None:
    page = render('{% explain_codes "languages" %}')
    assert page.count(codelist("languages").help("en", "en")) == 1


def test_every_code_of_every_list_has_a_help_to_show() -> None:
    lacking = [
        (name, code)
        for name in codelist_ids()
        for code in codelist(name).codes
        if not all(codelist(name).help(code, each) for each in LANGUAGES)
    ]
    assert lacking == []


def test_choices_before_the_codes_stay_and_codes_left_out_are_not_offered() -> None:
    offered = [value for value, _label in Grading().fields["status"].choices]  # type: ignore[attr-defined]
    assert offered[0] == "all"
    assert "closed" not in offered


LINE = {
    "n": 1, "entity": "Company 1", "label": "Name", "value": "Goldweg (fictional)", "reliability": "B", "accuracy": "2",
    "handling": "H1", "nature": "fact",
}  # fmt: skip


def test_the_grade_and_handling_of_a_letters_statement_are_named_and_explained() -> None:
    body = {"type": "request", "purpose": "criminal_investigation", "handling": {"code": "H1"}, "legal_basis": {}}
    received = render('{% include "exchange/_body.html" %}', body=body, said={"lines": [LINE]})
    shown = parse(received).one("table").text
    for list_id, code in (("source_reliability", "B"), ("information_accuracy", "2"), ("handling_codes", "H1")):
        assert codelist(list_id).label(code, "en") in shown
        assert codelist(list_id).help(code, "en") in shown
