"""Components: escaped, labelled, in words; the markup that keyboards and screen readers need."""

import datetime as dt

import pytest
from django.core.paginator import Paginator
from django.template import TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from clew.node.design.tags.values import deadline
from clew.vocabulary import codelist
from tests.node.design.gallery import NOW, render
from tests.node.design.markup import parse

HOSTILE = '<script>alert("x")</script>'


@pytest.mark.parametrize(
    "source",
    [
        "{% badge hostile %}",
        "{% shared_with hostile_list %}",
        "{% fact hostile source=hostile original=hostile why_url='/why' %}",
        "{% deadline now now set_by=hostile %}",
        "{% table hostile %}{% column hostile %}{% body %}{{ hostile }}{% endtable %}",
        "{% row %}{% cell label=hostile %}{{ hostile }}{% endcell %}{% endrow %}",
        "{% empty_state hostile action=hostile url='/a' %}{{ hostile }}{% endempty_state %}",
        "{% item hostile change_url='/a' change_label=hostile %}{{ hostile }}{% enditem %}",
        "{% task hostile status=hostile hint=hostile %}",
        "{% event now hostile by=hostile %}{{ hostile }}{% endevent %}",
        "{% side hostile %}{{ hostile }}{% endside %}",
        "{% notice hostile %}{{ hostile }}{% endnotice %}",
        "{% interruption hostile %}{{ hostile }}{% endinterruption %}",
        "{% confirmation hostile reference=hostile %}{{ hostile }}{% endconfirmation %}",
        "{% why hostile %}{{ hostile }}{% endwhy %}",
        "{% progress 1 2 hostile id='job' %}{{ hostile }}{% endprogress %}",
        "{% crumb hostile hostile %}{% back_link hostile hostile %}{% cancel_link hostile hostile %}",
        "{% submit hostile name=hostile value=hostile %}",
        "{% pager next=hostile summary=hostile %}",
    ],
)
def test_a_component_escapes_every_value(source: str) -> None:
    html = render(source, hostile=HOSTILE, hostile_list=[HOSTILE], now=NOW)
    assert "<script" not in html
    assert "&lt;script" in html


def test_a_table_without_rows_shows_what_to_do_first_and_no_header() -> None:
    html = render(
        "{% table 'Partners' %}{% column 'Name' %}{% body %}{% for p in rows %}{% row %}{% endrow %}{% endfor %}"
        "{% none %}{% empty_state 'No partners yet' action='Add one' url='/new' %}Ask for the card.{% endempty_state %}"
        "{% endtable %}",
        rows=[],
    )
    fragment = parse(html)
    assert fragment.every("table") == []
    assert "Ask for the card." in fragment.text
    assert fragment.one("a", cls="govuk-button")["href"] == "/new"


def test_each_cell_of_a_table_knows_the_label_of_its_column() -> None:
    html = render(
        "{% table 'Cases' %}{% column 'Reference' %}{% column 'Title' %}{% body %}{% for c in cases %}"
        "{% row %}{% cell header=True %}{{ c }}{% endcell %}{% cell %}x{% endcell %}{% endrow %}"
        "{% endfor %}{% endtable %}",
        cases=["a", "b"],
    )
    labels = [label.text for label in parse(html).one("tbody").every(cls="clew-table__label")]
    assert labels == ["Reference", "Title"] * 2


def test_a_cell_in_a_row_fetched_alone_takes_its_own_label() -> None:
    html = render("{% row %}{% cell label='Title' %}x{% endcell %}{% endrow %}")
    assert "Title" in html


def test_a_table_without_a_caption_is_a_mistake_of_the_page() -> None:
    with pytest.raises(TemplateSyntaxError, match="caption"):
        render("{% table %}{% body %}{% endtable %}")


@pytest.mark.parametrize(
    ("query", "url", "direction"),
    [
        ({}, "?sort=due", None),
        ({"sort": "due"}, "?sort=-due", "ascending"),
        ({"sort": "-due"}, "?sort=due", "descending"),
        ({"q": "a", "page": "3", "after": "9"}, "?q=a&sort=due", None),
    ],
)
def test_a_header_link_sorts_and_starts_again_at_the_first_page(
    query: dict[str, str], url: str, direction: str | None
) -> None:
    request = RequestFactory().get("/cases", query)
    html = render(
        "{% table 'Cases' %}{% column 'Clock' sort='due' %}{% body %}"
        "{% row %}{% cell %}x{% endcell %}{% endrow %}{% endtable %}",
        request,
    )
    header = parse(html).one("th")
    assert (header.one("a")["href"], header.attrs.get("aria-sort")) == (url, direction)


@pytest.mark.parametrize(
    ("left", "words", "tone"),
    [
        (dt.timedelta(days=30), "30 days left", "neutral"),
        (dt.timedelta(days=3), "3 days left", "attention"),
        (dt.timedelta(hours=47), "47 hours left", "attention"),
        (dt.timedelta(minutes=1), "1 minute left", "danger"),
        (-dt.timedelta(hours=2), "Overdue by 2 hours", "danger"),
    ],
)
def test_a_deadline_says_in_words_how_long_is_left(left: dt.timedelta, words: str, tone: str) -> None:
    html = deadline(NOW + left, NOW)
    assert words in html
    assert f"clew-tone-{tone}" in html


@given(st.timedeltas(min_value=dt.timedelta(seconds=1), max_value=dt.timedelta(days=3000)))
def test_a_deadline_never_promises_more_time_than_there_is(left: dt.timedelta) -> None:
    words = parse(deadline(NOW + left, NOW)).text.split()
    unit = {"minute": 60, "hour": 3600, "day": 86400}[words[1].rstrip("s")]
    assert int(words[0]) * unit <= left.total_seconds()


def test_no_deadline_is_said_and_not_left_blank() -> None:
    assert "No deadline" in deadline(None, NOW)


def test_a_moment_carries_its_iso_form() -> None:
    assert '<time datetime="2026-03-02T09:00:00+00:00">' in render("{% when now %}", now=NOW)


def test_a_missing_value_is_read_out_as_not_recorded() -> None:
    assert "not recorded" in render("{% fact '' %}")
    assert "not recorded" in render("{% when None %}")


def test_an_unshared_fact_says_so() -> None:
    assert "Not shared" in render("{% shared_with None %}")


def test_an_unknown_tone_is_a_mistake_of_the_page() -> None:
    with pytest.raises(ValueError, match="Unknown tone"):
        render("{% badge 'x' tone='pink' %}")


def test_the_help_of_a_code_opens_from_a_button_that_names_it() -> None:
    fragment = parse(render("{% code 'handling_codes' 'H2' %}{% code 'handling_codes' 'H2' %}"))
    buttons = fragment.every("button")
    assert [button["type"] for button in buttons] == ["button", "button"]
    for button in buttons:
        tip = fragment.one(id=button["popovertarget"])
        assert "popover" in tip.attrs
        assert codelist("handling_codes").help("H2", "en") in tip.text
        assert codelist("handling_codes").label("H2", "en") in button.text
    assert buttons[0]["popovertarget"] != buttons[1]["popovertarget"]


def test_a_code_without_help_is_no_button() -> None:
    html = render("{% code 'handling_codes' 'H2' tip=False show='code' %}")
    assert "<button" not in html
    assert "H2" in html


def test_a_code_the_list_does_not_have_is_shown_and_called_unknown() -> None:
    html = render("{% code 'handling_codes' value %}", value="H<9>")
    assert "H&lt;9&gt;" in html
    assert "unknown code" in html


def test_a_country_is_named_in_the_readers_language() -> None:
    assert render("{% country_name 'AT' %}") == "Austria"
    with translation.override("de"):
        assert render("{% country_name 'AT' %}") == "Österreich"
    assert "XQ" in render("{% country_name 'XQ' %}")


def test_progress_asks_again_until_it_is_finished() -> None:
    running = render("{% progress 5 10 'Rows' id='job' poll_url='/job' %}{% endprogress %}")
    finished = render("{% progress 10 10 'Rows' id='job' poll_url='/job' finished=True %}{% endprogress %}")
    assert 'hx-get="/job"' in running
    assert "5 of 10 (50 %)" in running
    assert "hx-get" not in finished
    assert "Finished." in finished


def test_progress_of_nothing_is_no_division_by_zero() -> None:
    assert "0 of 0 (0 %)" in render("{% progress 0 0 'Rows' id='job' %}{% endprogress %}")


def test_page_links_keep_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/cases", {"q": "张", "page": "2"})
    links = parse(render("{% page_links page %}", request, page=Paginator(range(30), 10).page(2)))
    assert links.one("a", rel="next")["href"] == "?q=%E5%BC%A0&page=3"
    assert links.one("a", aria_current="page").text == "2"


def test_a_single_page_has_no_page_links() -> None:
    assert render("{% page_links page %}", page=Paginator(range(3), 10).page(1)).strip() == ""
