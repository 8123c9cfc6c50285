"""The whole story through the pages, by keyboard alone, once in English and once in Chinese.

Four nodes with officers, partners' cards and two registered protocols; every letter, case, consent, import, approval
and decision after that is made here. What is reached, chosen and read is found by addresses, field names and codes,
never by the words of one language.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser import acts
from tests.browser.hands import SEND, Officers, wait_for
from tests.browser.keyboard import Keyboard
from tests.resident import run_python
from tests.story_nodes import NODES, StoryNodes, free_ports

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("by-hand"), pytest.mark.sqlite]

VIENNA, BEIJING = "Criminal Intelligence Service, Vienna", "Anti-Trafficking Office, Beijing"
AGENCY = "Goldener Weg Arbeitsvermittlung (fictional)"
PHONE, ACCOUNT = "0000002", "AT88"
"""How the agency's phone ends, and how its account begins, in whatever way they are spaced."""
WOMAN = "Mei Beispielfrau (fictional)"
CHINESE_NAME, NUMBER = "金路劳务中介（虚构）", "91110000DEMO000009"
EXTRACT = Path(__file__).parents[2] / "src" / "clew" / "demo" / "data" / "register-extract.csv"
EXTRACT_TITLE = "Extract on recruitment agencies (fictional)"
SITUATION = "Situation of a person we assist (fictional)"
REQUEST = "Recruitment agency Goldener Weg (fictional)"
PREMISES, PERSONS = "Above the shop in Musterstraße (fictional)", "417"
"""What she said of her situation: where, which could tell who she is, and how many they were.

The number is looked for as a word: a digest of a letter holds three digits as often as not.
"""


@pytest.fixture(params=["en", "zh-hans"])
def officers(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[Officers]:
    """The four nodes before the first letter, and who sits at them."""
    nodes = StoryNodes(tmp_path, free_ports(), "")
    sitting = Officers(browser, nodes, str(request.param))
    try:
        prepare(nodes)
        yield sitting
    finally:
        sitting.leave()
        nodes.clew("demo", "stop")


def prepare(nodes: StoryNodes, *what: str) -> None:
    """What happens outside the story: officers, cards, and what lawyers have agreed."""
    environment = os.environ | {"CLEW_DEMO_HOME": str(nodes.home), "CLEW_DEMO_PORT": str(nodes.first_port)}
    run_python(["-m", "tests.browser.bare_nodes", *what], environment).check_returncode()


def test_the_story_is_told_from_the_introduction_to_the_verified_logs(officers: Officers) -> None:
    introduce(officers)
    accept_introduction(officers, "vienna", "anna", BEIJING)
    accept_introduction(officers, "beijing", "lin", VIENNA)
    prepare(officers.nodes, "arrangement")
    refer_her_situation(officers)
    case = open_the_case(officers)
    asked = import_the_register(officers, case)
    ask_beijing(officers, case, asked)
    answer_vienna(officers)
    find_old_and_new_side_by_side(officers)
    for node in NODES:
        verify_the_log(officers, node)
    assert officers.complaints == []


def introduce(officers: Officers) -> None:
    """The facilitator vouches for each to the other, and signs both letters."""
    seat, keys = officers.at("bridge", "emil")
    to_introductions(keys)
    keys.open("main a[href='/partners/introductions/new']")
    keys.choose("first", VIENNA)
    keys.choose("second", BEIJING)
    keys.write("[name=reason]", "Both work on the same kind of case.")
    keys.open(SEND)
    letters = [each.get_attribute("href") for each in seat.page.locator("main a[href*='introduction=']").all()]
    assert len(letters) == 2
    for letter in letters:
        to_introductions(keys)
        keys.open(f"main a[href='{letter}']")
        acts.write_letter(keys, {
            "instrument": "BRIDGE-MANDATE-DEMO", "purpose": "criminal_investigation",
            "subject": "Vienna and Beijing are introduced to each other (fictional)",
            "necessity": "Both have asked to know each other.",
        })  # fmt: skip
        keys.open(SEND)
        acts.sign_here(officers, keys, "bridge", "emil")


def accept_introduction(officers: Officers, node: str, person: str, introduced: str) -> None:
    """One side takes the facilitator's letter, and decides: only then is the other in its directory."""
    seat, keys = officers.at(node, person)
    acts.read_letter(seat, keys)
    acts.take_introduction(keys)
    keys.open("nav a[href='/partners/']")
    assert introduced not in seat.page.inner_text("main")
    keys.open("main a[href='/partners/introductions']")
    keys.open("main a[href^='/partners/introductions/']:not([href$=new])")
    assert introduced in seat.page.inner_text("main")
    keys.open("main a[href$='/accept']")
    keys.write("[name=reason]", "We asked the facilitator for this contact.")
    keys.open(SEND)
    keys.open("nav a[href='/partners/']")
    assert introduced in seat.page.inner_text("main")


def to_introductions(keys: Keyboard) -> None:
    keys.open("nav a[href='/partners/']")
    keys.open("main a[href='/partners/introductions']")


def refer_her_situation(officers: Officers) -> None:
    """The shelter records what she said and what she agreed to, and tells the police of her situation alone."""
    seat, keys = officers.at("shelter", "clara")
    case = acts.open_case(keys, "Woman assisted since first contact (fictional)", "assistance")
    person = acts.record(keys, case, "Person", {"name": WOMAN}, category="victim", purpose="assistance")
    told = {"exploitationForm": "ForcedLabour", "personsCount": PERSONS, "conditionsNote": PREMISES}
    acts.record(keys, case, "ExploitationSituation", told, concerns=person, purpose="assistance")
    to_person(keys, case, person)
    say_that_she_is_an_adult(keys, person)
    to_person(keys, case, person)
    record_consent(keys, person)
    acts.to_case(keys, case)
    keys.open("main a[href*='/releases/new/']")
    acts.write_letter(keys, {
        "kind": "notify", "recipient": VIENNA, "instrument": "AT-REFERRAL-DEMO", "purpose": "referral",
        "subject": SITUATION, "facts": "A person we assist describes the situation below.",
        "necessity": "Inspection is the task of the police.",
    })  # fmt: skip
    acts.tick_all_statements(keys)
    keys.open(SEND)
    acts.say_that_she_may_be_recognised(keys)
    assert says(acts.will_be_read(seat), PERSONS), seat.page.inner_text("main")
    assert WOMAN not in acts.will_be_read(seat)
    assert PREMISES not in acts.will_be_read(seat)
    assert seat.page.locator(".clew-side").nth(2).locator("a[href*='/releases/rules/']").count()
    acts.sign_here(officers, keys, "shelter", "clara")


def says(page: str, word: str) -> bool:
    """Whether a page says something as a word of its own."""
    return re.search(rf"\b{re.escape(word)}\b", page) is not None


def to_person(keys: Keyboard, case: str, person: str) -> None:
    acts.to_case(keys, case)
    keys.open(f"main a[href='/dossier/{person}/']")


def say_that_she_is_an_adult(keys: Keyboard, person: str) -> None:
    keys.open(f"main a[href='/releases/safeguards/{person}/']")
    keys.open("main a[href='?kind=child']")
    keys.choose("answer", "no")
    acts.write_day(keys, "expires", ("31", "12", "2030"))
    keys.open(SEND)


def record_consent(keys: Keyboard, person: str) -> None:
    """She agrees that the police are told of her situation, and of nothing else."""
    keys.open(f"main a[href='/consent/person/{person}/']")
    keys.open(f"main a[href='/consent/person/{person}/new']")
    keys.choose("purpose", "referral")
    keys.choose("recipient", VIENNA)
    keys.tick("[name=items][value=situation]")
    keys.choose("capacity", "able")
    keys.choose("language", "zh-Hans")
    keys.tick("[name=understood]")
    keys.write("[name=explained_by]", "Clara Vorlage (fictional)")
    keys.choose("method", "interpreted")
    keys.write("[name=witness]", "Interpreter of the shelter (fictional)")
    keys.open(SEND)
    assert urlsplit(keys.page.url).path == f"/consent/person/{person}/", keys.page.inner_text("main")


def open_the_case(officers: Officers) -> str:
    """Vienna opens a case, takes the shelter's letter into it, and adds what a patrol wrote of the woman."""
    seat, keys = officers.at("vienna", "anna")
    case = acts.open_case(keys, "Recruitment agency and massage parlours (fictional)", "investigation", "at_104a")
    acts.join_team(keys, case, "Bernd Beispiel (fictional)")
    said = acts.read_letter(seat, keys)
    assert says(said, PERSONS)
    assert WOMAN not in said
    assert PREMISES not in said
    assert acts.take(keys, case) == case
    acts.record(keys, case, "Person", {"name": WOMAN}, category="victim")
    return case


def import_the_register(officers: Officers, case: str) -> list[str]:
    """Vienna imports an extract on agencies into the case; returns the numbers of the agency, phone, account."""
    seat, keys = officers.at("vienna", "anna")
    keys.open("nav a[href='/transfer/']")
    keys.open("main a[href='/transfer/new']")
    keys.choose_file("[name=file]", EXTRACT)
    keys.write("[name=title]", EXTRACT_TITLE)
    keys.choose("case", case.strip("/").split("/")[-1])
    keys.open(SEND)
    keys.choose("mapping", "agencies")
    keys.open(SEND)
    keys.open(SEND)
    page = urlsplit(seat.page.url).path
    wait_for(seat, page, "main form[action$='/start']")
    keys.open("main form[action$='/start'] button")
    wait_for(seat, page, "main a[href$='/undo']")
    agency = acts.find_entry(keys, AGENCY.removesuffix(" (fictional)"))
    numbers = [agency]
    for tied in (PHONE, ACCOUNT):
        address = seat.page.locator(f"main li a[href^='/dossier/']:has-text('{tied}')").first.get_attribute("href")
        assert address is not None
        numbers.append(address.strip("/").split("/")[-1])
    return numbers


def ask_beijing(officers: Officers, case: str, asked: list[str]) -> None:
    """Vienna asks about three things with all that the case knows; the rules withhold all that concerns her."""
    seat, keys = officers.at("vienna", "anna")
    acts.to_case(keys, case)
    keys.open("main a[href*='/releases/new/']")
    acts.write_letter(keys, {
        "kind": "request", "recipient": BEIJING, "instrument": "VIENNA-BEIJING-DEMO",
        "purpose": "criminal_investigation", "subject": REQUEST,
        "facts": "A recruitment agency places women in massage parlours in Vienna.",
        "necessity": "Only your office can say who stands behind the agency.",
    })  # fmt: skip
    acts.choose_english(keys)
    # Of the extract only what is asked about; and all that was known before it, the woman and her situation.
    acts.tick_statements(keys, lambda number: str(number) in asked or number < int(asked[0]))
    questions = ("Who owns this agency?", "Who uses this phone?", "Who pays into this account?")
    for number, (question, about) in enumerate(zip(questions, asked, strict=True), 1):
        keys.write(f"[name=question_{number}]", question)
        keys.choose(f"question_entity_{number}", about)
    keys.unfold("#group-request summary")
    for question, found in (("nature", "ordinary"), ("jeopardy", "no")):
        keys.choose(question, found)
    keys.open(SEND)
    letter = acts.will_be_read(seat)
    for known in (AGENCY, PHONE, ACCOUNT, *questions):
        assert known in letter, seat.page.inner_text("main")
    assert WOMAN not in letter
    assert not says(letter, PERSONS)
    assert "Silberpfad" not in letter
    assert seat.page.locator(".clew-side").nth(2).locator("a[href*='/releases/rules/']").count()
    acts.ask_for_approval(keys, "approver")
    acts.approve(officers, "vienna", "bernd")
    acts.sign(officers, "vienna", "anna")


def answer_vienna(officers: Officers) -> None:
    """Beijing takes the request, adds what it holds on the agency, and answers each question."""
    seat, keys = officers.at("beijing", "lin")
    said = acts.read_letter(seat, keys)
    for known in (AGENCY, PHONE, ACCOUNT):
        assert known in said
    assert WOMAN not in said
    assert not says(said, PERSONS)
    case = acts.take(keys, title="Request from Vienna on an agency (fictional)")
    for colleague in ("Zhao Moni (fictional)", "Qian Yangban (fictional)"):
        acts.join_team(keys, case, colleague)
    agency = acts.find_entry(keys, AGENCY.removesuffix(" (fictional)"))
    acts.add_facts(keys, agency, {"name": CHINESE_NAME, "registrationNumber": NUMBER})
    acts.to_case(keys, case)
    keys.open("main a[href^='/letters/']")
    keys.open(acts.LETTER)
    keys.open("main form[action$='/answer'] button")
    keys.open("main a[href$='/change/']")
    write_answers(keys)
    assert CHINESE_NAME in acts.will_be_read(seat), seat.page.inner_text("main")
    acts.ask_for_approval(keys, "approver")
    acts.ask_for_approval(keys, "legal_adviser")
    acts.approve(officers, "beijing", "zhao")
    acts.approve(officers, "beijing", "qian")
    acts.sign(officers, "beijing", "lin")


def write_answers(keys: Keyboard) -> None:
    """All that is known of the agency; on the phone and the account nothing."""
    acts.write_letter(keys, {"facts": "We hold a register entry on the agency.", "necessity": "Your request."})
    acts.tick_all_statements(keys, item="1")
    keys.choose("outcome_1", "provided")
    keys.write("[name=answer_1]", "See the statements.")
    for number in ("2", "3"):
        keys.choose(f"outcome_{number}", "no-information")
    for question, found in (("nature", "ordinary"), ("discrimination", "none"), ("jeopardy", "no")):
        keys.choose(question, found)
    keys.open(SEND)


def find_old_and_new_side_by_side(officers: Officers) -> None:
    """The answer becomes statements about the agency whose source is that letter, beside those of the import."""
    seat, keys = officers.at("vienna", "anna")
    acts.read_letter(seat, keys)
    letter = urlsplit(seat.page.url).path.strip("/").split("/")[-1]
    acts.take(keys)
    acts.find_entry(keys, AGENCY.removesuffix(" (fictional)"))
    shown = seat.page.inner_text("main")
    for fact in (AGENCY, CHINESE_NAME, "91110000DEMO000001", NUMBER, EXTRACT_TITLE):
        assert fact in shown
    fact = seat.page.locator(f"main a[href^='/dossier/statement/']:has-text('{NUMBER}')").first.get_attribute("href")
    keys.open(f"main a[href='{fact}']")
    assert letter[:8] in seat.page.inner_text("main")


def verify_the_log(officers: Officers, node: str) -> None:
    """The page that computes the log anew says that it is whole."""
    seat, keys = officers.at(node, "admin")
    keys.open("nav a[href='/audit/']")
    keys.open(SEND)
    assert seat.page.locator(".govuk-notification-banner--success").count() == 1, seat.page.inner_text("main")
