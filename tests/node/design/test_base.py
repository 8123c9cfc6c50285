"""The frame of every page, its exits, and the error pages."""

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation

from clew.node.design.views import permission_denied
from tests.node.design.gallery import gallery_html
from tests.node.design.markup import Element, parse


@pytest.fixture
def page() -> Element:
    return parse(gallery_html())


def test_the_title_says_error_and_the_node(page: Element) -> None:
    assert page.one("title").text == "Error: Component gallery - Vienna node (fictional)"


def test_the_skip_link_leads_to_the_main_part(page: Element) -> None:
    assert page.one(cls="govuk-skip-link")["href"] == "#" + page.one("main")["id"]


def test_the_language_of_the_page_is_declared_and_five_are_offered() -> None:
    with translation.override("zh-hans"):
        page = parse(gallery_html("张"))
    assert page.one("html")["lang"] == "zh-hans"
    offered = [button["lang"] for button in page.every("button", name="language")]
    assert offered == ["en", "zh-hans", "fr", "de", "bg"]


def test_the_language_switch_comes_back_to_the_same_page(page: Element) -> None:
    assert page.one("input", name="next")["value"] == "/gallery?sort=reference&page=7"


def test_the_page_one_is_on_is_marked_in_the_navigation(page: Element) -> None:
    assert [link.text for link in page.one(cls="clew-nav").every(aria_current="page")] == ["Cases"]


def test_every_id_is_used_once(page: Element) -> None:
    ids = [element["id"] for element in page if "id" in element.attrs]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_an_error_page_needs_no_context_and_has_one_heading(name: str) -> None:
    page = parse(render_to_string(name))
    assert len(page.every("h1")) == 1
    assert page.one("title").text.startswith(page.one("h1").text)


def test_a_refusal_says_who_can_help() -> None:
    page = render_to_string("403.html")
    assert "Who can help" in page
    assert "head of unit" in page


def test_a_refusal_shows_its_own_sentence_escaped() -> None:
    answer = permission_denied(RequestFactory().get("/"), PermissionError("You are <b>not</b> on the team."))
    assert answer.status_code == 403
    assert "You are &lt;b&gt;not&lt;/b&gt; on the team." in answer.content.decode()


def test_the_neutral_page_names_neither_node_nor_clew(client: Client) -> None:
    text = client.get("/weather").content.decode()
    assert "clouds" in text
    shown = parse(text).text.lower()
    for word in ("clew", "node", "case", "police", "victim"):
        assert word not in shown


def test_leaving_is_open_to_everyone_and_asks_to_drop_what_is_stored(client: Client) -> None:
    answer = client.post("/leave")
    assert (answer.status_code, answer["Location"]) == (302, "/weather")
    assert answer["Clear-Site-Data"] == '"storage"'


def test_leaving_by_a_link_is_not_possible(client: Client) -> None:
    assert client.get("/leave").status_code == 405


def test_a_session_is_not_kept_for_someone_who_is_signed_out(client: Client) -> None:
    answer: HttpResponse = client.post("/session/keep")
    assert answer.status_code in {302, 403}
