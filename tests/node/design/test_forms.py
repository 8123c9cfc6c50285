"""Forms: every error leads to its field; hints and errors are tied to their controls."""

import datetime as dt

import pytest
from django import forms
from django.utils import translation

from clew.node.design.fields import CodeField, DateField3
from clew.vocabulary import codelist
from tests.node.design.gallery import GalleryForm, render
from tests.node.design.markup import Element, parse


@pytest.fixture
def page() -> Element:
    form = GalleryForm(data={"born_day": "31", "born_month": "2", "born_year": "2020"})
    return parse(render("{% error_summary form %}{% render_form form %}", form=form))


def test_each_line_of_the_error_summary_leads_to_a_control(page: Element) -> None:
    links = page.one(cls="govuk-error-summary").every("a")
    assert len(links) == 7
    for link in links:
        assert page.one(id=link["href"].removeprefix("#")).name in {"input", "select", "textarea"}


def test_the_error_summary_can_take_the_focus_and_is_announced(page: Element) -> None:
    summary = page.one(id="error-summary")
    assert summary["tabindex"] == "-1"
    assert summary.every(role="alert")


def test_a_line_of_the_error_summary_names_its_field(page: Element) -> None:
    assert "Title: This field is required." in page.one(cls="govuk-error-summary").text


def test_every_control_has_a_label(page: Element) -> None:
    for control in page.every("input", "select", "textarea"):
        assert page.every("label", for_=control["id"]), control["id"]


def test_what_describes_a_control_exists(page: Element) -> None:
    described = [element for element in page if "aria-describedby" in element.attrs]
    assert described
    for element in described:
        for name in element["aria-describedby"].split():
            assert page.every(id=name), name


def test_a_file_input_is_described_by_its_hint_and_error(page: Element) -> None:
    assert page.one(id="id_scan")["aria-describedby"] == "id_scan_helptext id_scan_error"


def test_a_choice_shows_the_sentence_that_explains_it(page: Element) -> None:
    radio = page.one("input", value="H2")
    assert "permission of the owner" in page.one(id=radio["aria-describedby"]).text


def test_a_form_without_errors_has_no_summary() -> None:
    assert render("{% error_summary form %}", form=GalleryForm()).strip() == ""


def test_an_error_escapes_what_was_typed() -> None:
    form = GalleryForm(data={"country": "<b>x</b>"})
    assert "<b>x</b>" not in render("{% error_summary form %}{% render_form form %}", form=form)


class Born(forms.Form):
    born = DateField3(required=False)


@pytest.mark.parametrize(
    ("typed", "date"),
    [(("27", "3", "1999"), dt.date(1999, 3, 27)), (("", "", ""), None), ((" 1", "01", "2024"), dt.date(2024, 1, 1))],
)
def test_a_date_in_three_fields_becomes_a_date(typed: tuple[str, str, str], date: dt.date | None) -> None:
    form = _born(typed)
    assert form.is_valid()
    assert form.cleaned_data["born"] == date


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("27", "", "1999"), "Enter the month of the date."),
        (("31", "2", "2020"), "Enter a real date, for example 27 3 2024."),
        (("1", "1", "99"), "Enter a real date, for example 27 3 2024."),
        (("x", "1", "1999"), "Enter a real date, for example 27 3 2024."),
    ],
)
def test_a_date_that_is_none_says_what_is_wrong(typed: tuple[str, str, str], sentence: str) -> None:
    assert _born(typed).errors["born"] == [sentence]


def test_a_date_shows_its_parts_again() -> None:
    html = str(Born(initial={"born": dt.date(1999, 3, 27)})["born"])
    values = [field["value"] for field in parse(html).every("input")]
    assert values == ["27", "3", "1999"]


class Handling(forms.Form):
    handling = CodeField("handling_codes")
    again = CodeField("handling_codes", as_select=True, required=False)


def test_a_code_field_offers_the_list_with_its_help_in_the_readers_language() -> None:
    with translation.override("de"):
        html = str(Handling()["handling"])
    assert "Nicht" in html or "Nur" in html
    assert html.count('class="govuk-hint') == len(codelist("handling_codes").codes)


def test_a_code_field_takes_a_code_of_its_list_and_no_other() -> None:
    assert Handling(data={"handling": "H2"}).is_valid()
    assert not Handling(data={"handling": "H9"}).is_valid()
    assert not Handling(data={}).is_valid()


def test_a_code_field_as_select_starts_with_no_choice_made() -> None:
    options = parse(str(Handling()["again"])).every("option")
    assert options[0]["value"] == ""
    assert len(options) == 1 + len(codelist("handling_codes").codes)


def _born(typed: tuple[str, str, str]) -> Born:
    return Born(data=dict(zip(("born_day", "born_month", "born_year"), typed, strict=True)))
