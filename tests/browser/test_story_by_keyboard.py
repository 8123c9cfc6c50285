"""The whole case through the pages, by keyboard alone, once in English and once in Chinese.

From the opened case in Vienna to the answer in its dossier: two nodes with officers, partners and an arrangement, and
nothing else. What is reached, chosen and read is found by addresses, field names and codes, never by the words of one
language.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.driving import Seat
from tests.browser.hands import SEND, at_the_keyboard, code_of, wait_for
from tests.browser.keyboard import Keyboard
from tests.story_nodes import StoryNodes, free_ports

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("by-hand"), pytest.mark.sqlite]

AGENCY = "Goldener Weg Arbeitsvermittlung (fictional)"
WOMAN = "Mei Beispielfrau (fictional)"
CHINESE_NAME = "金路劳务中介（虚构）"
SUBJECT = "Recruitment agency Goldener Weg (fictional)"
DECISION = "main a[href*='/releases/decisions/']"
SOURCE = {
    "kind": "observation", "reliability": "B", "accuracy": "2", "handling": "H1",
    "purpose": "criminal_investigation", "basis": "intelligence",
}  # fmt: skip


@pytest.fixture(params=["en", "zh-hans"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def nodes(language: str, tmp_path: Path) -> Iterator[StoryNodes]:
    """Vienna and Beijing before the first case."""
    made = StoryNodes(tmp_path, free_ports(), "")
    environment = os.environ | {"CLEW_DEMO_HOME": str(tmp_path), "CLEW_DEMO_PORT": str(made.first_port)}
    try:
        subprocess.run([sys.executable, "-m", "tests.browser.bare_nodes"], env=environment, check=True)
        yield made
    finally:
        made.clew("demo", "stop")


def test_a_case_is_carried_from_the_first_page_to_the_answer_in_the_dossier(
    browser: Browser, nodes: StoryNodes, language: str
) -> None:
    with at_the_keyboard(browser, nodes, "vienna", "anna", language) as (seat, keys):
        case = open_case(keys, "Recruitment agency and massage parlours (fictional)")
        join_team(keys, case, "Bernd Beispiel (fictional)")
        agency = record(keys, case, "RecruitmentAgency", {"name": AGENCY, "jurisdiction": "at"})
        record(keys, case, "Person", {"name": WOMAN}, category="victim")
        ask(keys, case, agency)
        assert WOMAN not in will_be_read(seat)
        assert AGENCY in will_be_read(seat), seat.page.inner_text("main")
        keys.open("main form[action$='/ask/'] button")
    approve(browser, nodes, "vienna", "bernd", language)
    sign(browser, nodes, "vienna", "anna", language)

    with at_the_keyboard(browser, nodes, "beijing", "lin", language) as (seat, keys):
        case = take_into_new_case(seat, keys, "Request from Vienna on an agency (fictional)")
        join_team(keys, case, "Zhao Moni (fictional)")
        agency = entry_of(keys, AGENCY)
        add_facts(keys, agency, {"name": CHINESE_NAME, "registrationNumber": "91110000DEMO000001"})
        answer(keys, case)
        assert CHINESE_NAME in will_be_read(seat)
        keys.open("main form[action$='/ask/'] button")
    approve(browser, nodes, "beijing", "zhao", language)
    sign(browser, nodes, "beijing", "lin", language)

    with at_the_keyboard(browser, nodes, "vienna", "anna", language) as (seat, keys):
        wait_for(seat, "/", "main a[href*='/letters/letter/']")
        keys.open("main a[href*='/letters/letter/']")
        keys.open("main a[href$='/take']")
        keys.open(SEND)
        entry_of(keys, AGENCY)
        assert CHINESE_NAME in seat.page.inner_text("main")
        assert "91110000DEMO000001" in seat.page.inner_text("main")
    assert_logs_verify(nodes)


def open_case(keys: Keyboard, title: str) -> str:
    """Open a case in two steps; returns its path."""
    keys.open("nav a[href='/cases/']")
    keys.open("main a[href='/cases/new']")
    keys.write("[name=title]", title)
    keys.choose("kind", "investigation")
    keys.tick("[name=offence_codes][value=at_104a]")
    keys.open(SEND)
    keys.open("button[name=confirmed]")
    return urlsplit(keys.page.url).path


def join_team(keys: Keyboard, case: str, colleague: str) -> None:
    """Take a colleague into the team of the case, on its page or coming back to it."""
    to_case(keys, case)
    keys.open("main a[href$='/team']")
    keys.choose("officer", colleague)
    keys.open(SEND)


def to_case(keys: Keyboard, case: str) -> None:
    """Go to the case by the list of cases."""
    keys.open("nav a[href='/cases/']")
    keys.open(f"main a[href='{case}']")


def record(keys: Keyboard, case: str, schema: str, facts: dict[str, str], category: str = "") -> str:
    """Record facts about something new, and link it to the case; returns its number."""
    keys.open("nav a[href='/dossier/']")
    keys.open("main a[href^='/dossier/record/']")
    keys.choose("schema", schema)
    keys.open("main form button[type=submit]")
    write_facts(keys, facts, category)
    number = urlsplit(keys.page.url).path.strip("/").split("/")[-1]
    to_case(keys, case)
    keys.open("main a[href$='/entities/new']")
    keys.write("[name=entity_q]", number)
    keys.open(SEND)
    return number


def add_facts(keys: Keyboard, number: str, facts: dict[str, str]) -> None:
    """Record more about an entry whose page is open."""
    keys.open(f"main a[href='/dossier/record/?entity={number}']")
    write_facts(keys, facts)


def write_facts(keys: Keyboard, facts: dict[str, str], category: str = "") -> None:
    """Fill in the source and what it says."""
    keys.write("[name=title]", "Note of the unit (fictional)")
    for name, code in SOURCE.items():
        keys.choose(name, code)
    for part, text in (("day", "31"), ("month", "12"), ("year", "2030")):
        keys.write(f"[name=retain_until_{part}]", text)
    if category:
        keys.choose("category", category)
    for name, text in facts.items():
        if not keys.page.locator(f"[name=prop_{name}]").is_visible():
            keys.unfold(f"summary:has(~ * [name=prop_{name}])")
        keys.to(f"[name=prop_{name}]")
        if keys.page.evaluate("document.activeElement.tagName") == "SELECT":
            keys.choose(f"prop_{name}", text)
        else:
            keys.write(f"[name=prop_{name}]", text)
    keys.open(SEND)


def entry_of(keys: Keyboard, name: str) -> str:
    """Find an entry of the dossier by the search, open it; returns its number."""
    keys.to("h1, main a, main input, main button")
    keys.page.keyboard.press("Escape")
    keys.write("#clew-search", name.removesuffix(" (fictional)"))
    with keys.page.expect_navigation():
        keys.page.keyboard.press("Enter")
    keys.open("main a[href^='/dossier/']")
    return urlsplit(keys.page.url).path.strip("/").split("/")[-1]


def ask(keys: Keyboard, case: str, agency: str) -> None:
    """Write a request with everything that the case knows, and ask the rules."""
    to_case(keys, case)
    keys.open("main a[href*='/releases/new/']")
    keys.choose("kind", "request")
    keys.choose("recipient", "Anti-Trafficking Office, Beijing")
    keys.choose("instrument", "VIENNA-BEIJING-DEMO")
    keys.choose("purpose", "criminal_investigation")
    keys.write("[name=subject]", SUBJECT)
    keys.write("[name=facts]", "A recruitment agency places women in massage parlours in Vienna.")
    keys.write("[name=necessity]", "Only your office can say who stands behind the agency.")
    choose_english(keys)
    tick_all_statements(keys)
    keys.write("[name=question_1]", "Who owns and runs this agency?")
    keys.choose("question_entity_1", agency)
    keys.open(SEND)


def answer(keys: Keyboard, case: str) -> None:
    """Answer the letter of the case: its only question, with all that is known now."""
    to_case(keys, case)
    keys.open("main a[href^='/letters/']")
    keys.open("main a[href*='/letters/letter/']")
    keys.open("main form[action$='/answer'] button")
    keys.open("main a[href$='/change/']")
    keys.write("[name=facts]", "We hold a register entry on the agency.")
    keys.write("[name=necessity]", "Answer to your request.")
    tick_all_statements(keys, item="1")
    keys.choose("outcome_1", "provided")
    keys.write("[name=answer_1]", "See the statements.")
    for question, found in (("nature", "ordinary"), ("discrimination", "none"), ("jeopardy", "no")):
        keys.choose(question, found)
    keys.open(SEND)


def choose_english(keys: Keyboard) -> None:
    """English, the first of the languages in which a letter can be sent, unless it is chosen."""
    keys.to("[name=languages]")
    if keys.page.evaluate("document.activeElement.tagName") == "SELECT":
        keys.page.keyboard.press("Home")
    elif not keys.page.evaluate("document.activeElement.checked"):
        keys.page.keyboard.press("Space")


def tick_all_statements(keys: Keyboard, item: str = "") -> None:
    """Tick everything that the case knows; for an answer, say which question it answers."""
    for number in keys.page.evaluate("[...document.querySelectorAll('[name=statement]')].map(each => each.value)"):
        keys.tick(f"[name=statement][value='{number}']")
        if item:
            keys.choose(f"item_{number}", item)


def will_be_read(seat: Seat) -> str:
    """The letter as the recipient will read it: the preview's second column, and what it will be once approved."""
    column, later = seat.page.locator(".clew-side").nth(1), seat.page.locator("main details")
    return " ".join([column.inner_text(), *later.all_text_contents()])


def approve(browser: Browser, nodes: StoryNodes, node: str, person: str, language: str) -> None:
    """A second officer reads and approves, with a code."""
    with at_the_keyboard(browser, nodes, node, person, language) as (seat, keys):
        keys.open(DECISION)
        keys.open("main a[href$='/approve/']")
        keys.write("[name=reason]", "Read and compared with the arrangement (fictional).")
        keys.write("[name=code]", code_of(nodes, node, person))
        with seat.page.expect_navigation():
            seat.page.keyboard.press("Enter")
        assert "/approve/" not in seat.page.url, seat.page.inner_text("main")


def sign(browser: Browser, nodes: StoryNodes, node: str, person: str, language: str) -> None:
    """The officer who asked signs, with a code: the letter leaves."""
    with at_the_keyboard(browser, nodes, node, person, language) as (seat, keys):
        keys.open(DECISION)
        keys.open("main a[href$='/sign/']")
        keys.write("[name=code]", code_of(nodes, node, person))
        with seat.page.expect_navigation():
            seat.page.keyboard.press("Enter")
        assert seat.page.url.endswith("/signed/"), seat.page.inner_text("main")


def take_into_new_case(seat: Seat, keys: Keyboard, title: str) -> str:
    """Wait for a letter, read it, take it into a new case; returns the case's path."""
    wait_for(seat, "/", "main a[href*='/letters/letter/']")
    keys.open("main a[href*='/letters/letter/']")
    assert AGENCY in seat.page.inner_text("main")
    assert WOMAN not in seat.page.inner_text("main")
    keys.open("main a[href$='/take']")
    keys.choose("case", "new")
    keys.write("[name=title]", title)
    keys.choose("kind", "cooperation")
    keys.open(SEND)
    keys.open("main a[href^='/cases/']")
    return urlsplit(keys.page.url).path


def assert_logs_verify(nodes: StoryNodes) -> None:
    """Both audit logs are whole."""
    for node in ("vienna", "beijing"):
        assert nodes.of(node, "audit", "verify", check=False).returncode == 0
