"""What officers do on the pages, key by key: cases, facts, letters, approvals.

What is reached, chosen and read is found by addresses, field names and codes, never by the words of one language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from tests.browser.driving import Seat
from tests.browser.hands import SEND, Officers, code_of, wait_for
from tests.browser.keyboard import Keyboard

DECISION = "main a[href*='/releases/decisions/']"
LETTER = "main a[href*='/letters/letter/']:not([href*='ask-consent'])"
SOURCE = {
    "kind": "observation", "reliability": "B", "accuracy": "2", "handling": "H1",
    "purpose": "criminal_investigation", "basis": "intelligence",
}  # fmt: skip


def open_case(keys: Keyboard, title: str, kind: str, offence: str = "") -> str:
    """Open a case in two steps; returns its path."""
    keys.open("nav a[href='/cases/']")
    keys.open("main a[href='/cases/new']")
    keys.write("[name=title]", title)
    keys.choose("kind", kind)
    if offence:
        keys.tick(f"[name=offence_codes][value={offence}]")
    keys.open(SEND)
    keys.open("button[name=confirmed]")
    return urlsplit(keys.page.url).path


def join_team(keys: Keyboard, case: str, colleague: str) -> None:
    """Take a colleague into the team of the case."""
    to_case(keys, case)
    keys.open("main a[href$='/team']")
    keys.choose("officer", colleague)
    keys.open(SEND)


def to_case(keys: Keyboard, case: str) -> None:
    """Go to the case by the list of cases."""
    keys.open("nav a[href='/cases/']")
    keys.open(f"main a[href='{case}']")


def record(keys: Keyboard, case: str, schema: str, facts: Mapping[str, str], **about: str) -> str:
    """Record facts about something new, and link it to the case; returns its number."""
    keys.open("nav a[href='/dossier/']")
    keys.open("main a[href^='/dossier/record/']")
    keys.choose("schema", schema)
    keys.open("main form button[type=submit]")
    write_facts(keys, facts, **about)
    number = urlsplit(keys.page.url).path.strip("/").split("/")[-1]
    link(keys, case, number)
    return number


def link(keys: Keyboard, case: str, number: str) -> None:
    """Let the case look at an entry."""
    to_case(keys, case)
    keys.open("main a[href$='/entities/new']")
    keys.write("[name=entity_q]", number)
    keys.open(SEND)


def add_facts(keys: Keyboard, number: str, facts: Mapping[str, str]) -> None:
    """Record more about an entry whose page is open."""
    keys.open(f"main a[href='/dossier/record/?entity={number}']")
    write_facts(keys, facts)


def write_facts(
    keys: Keyboard, facts: Mapping[str, str], category: str = "", concerns: str = "", purpose: str = ""
) -> None:
    """Fill in the source and what it says."""
    keys.write("[name=title]", "Note of the unit (fictional)")
    for name, code in (SOURCE | ({"purpose": purpose} if purpose else {})).items():
        keys.choose(name, code)
    write_day(keys, "retain_until", ("31", "12", "2030"))
    if concerns:
        keys.write("[name=concerns_q]", concerns)
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


def write_day(keys: Keyboard, name: str, day: tuple[str, str, str]) -> None:
    """Write a date into its three fields."""
    for part, text in zip(("day", "month", "year"), day, strict=True):
        keys.write(f"[name={name}_{part}]", text)


def find_entry(keys: Keyboard, words: str) -> str:
    """Find an entry of the dossier by the search, open it; returns its number."""
    keys.to("h1, main a, main input, main button")
    keys.page.keyboard.press("Escape")
    keys.write("#clew-search", words)
    with keys.page.expect_navigation():
        keys.page.keyboard.press("Enter")
    keys.open("main a[href^='/dossier/']")
    return urlsplit(keys.page.url).path.strip("/").split("/")[-1]


def write_letter(keys: Keyboard, fields: Mapping[str, str]) -> None:
    """Fill in what every letter has: choices by code or name, and the officer's own words."""
    for name, said in fields.items():
        if name in {"subject", "facts", "necessity"}:
            keys.write(f"[name={name}]", said)
        else:
            keys.choose(name, said)


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


def tick_statements(keys: Keyboard, wanted: Callable[[int], bool]) -> None:
    """Tick what is known of the entries with such numbers; the page has them in the order of its questions' choices."""
    known: dict[str, list[str]] = keys.page.evaluate("""() => {
        const entries = [...document.querySelector('[name=question_entity_1]').options].slice(1);
        const groups = document.querySelectorAll('fieldset:has(> .govuk-checkboxes--small)');
        return Object.fromEntries(entries.map((entry, place) => [
            entry.value, [...groups[place].querySelectorAll('[name=statement]')].map(each => each.value)]));
    }""")
    for number, statements in known.items():
        for statement in statements if wanted(int(number)) else ():
            keys.tick(f"[name=statement][value='{statement}']")


def say_that_she_may_be_recognised(keys: Keyboard) -> None:
    """Answer, where it is asked, whether someone who knew her could know whom the letter speaks of."""
    if keys.page.locator("main form[action$='/recognition/']").count():
        keys.choose("answer", "yes")
        keys.write("main form[action$='/recognition/'] [name=reason]", "She agreed, so that others are found.")
        keys.open("main form[action$='/recognition/'] button")


def ask_for_approval(keys: Keyboard, role: str) -> None:
    """Ask whoever in the team holds that role."""
    keys.open(f"main form[action$='/ask/']:has([name=role][value={role}]) button")


def will_be_read(seat: Seat) -> str:
    """The letter as the recipient will read it: the preview's second column, and what it will be once approved."""
    column, later = seat.page.locator(".clew-side").nth(1), seat.page.locator("main details")
    return " ".join([column.inner_text(), *later.all_text_contents()])


def approve(officers: Officers, node: str, person: str) -> None:
    """Another officer reads and approves, with a code."""
    seat, keys = officers.at(node, person)
    keys.open(DECISION)
    keys.open("main a[href$='/approve/']")
    keys.write("[name=reason]", "Read and compared with the arrangement (fictional).")
    prove(officers, keys, node, person)
    assert "/approve/" not in seat.page.url, seat.page.inner_text("main")


def sign(officers: Officers, node: str, person: str) -> None:
    """The officer who asked signs: the letter leaves."""
    _seat, keys = officers.at(node, person)
    keys.open(DECISION)
    sign_here(officers, keys, node, person)


def sign_here(officers: Officers, keys: Keyboard, node: str, person: str) -> None:
    """Sign the decision that is open, with a code."""
    keys.open("main a[href$='/sign/']")
    prove(officers, keys, node, person)
    assert keys.page.url.endswith("/signed/"), keys.page.inner_text("main")


def prove(officers: Officers, keys: Keyboard, node: str, person: str) -> None:
    """Write a code of her authenticator."""
    keys.write("[name=code]", code_of(officers.nodes, node, person))
    with keys.page.expect_navigation():
        keys.page.keyboard.press("Enter")


def read_letter(seat: Seat, keys: Keyboard) -> str:
    """Wait for a letter in quarantine and open it; returns what it says."""
    wait_for(seat, "/letters/quarantine", LETTER)
    keys.open(LETTER)
    return str(seat.page.inner_text("main"))


def take_introduction(keys: Keyboard) -> None:
    """Take the introduction that is open; it goes into no case."""
    keys.open("main a[href$='/take']")
    keys.open(SEND)


def take(keys: Keyboard, case: str = "", title: str = "") -> str:
    """Take the letter that is open into a case, a new one, or that of its thread; returns the path of the case."""
    keys.open("main a[href$='/take']")
    if title:
        keys.choose("case", "new")
        keys.write("[name=title]", title)
        keys.choose("kind", "cooperation")
    elif case:
        keys.choose("case", case.strip("/").split("/")[-1])
    keys.open(SEND)
    assert not keys.page.url.endswith("/take"), keys.page.inner_text("main")
    keys.open("main a[href^='/cases/']")
    return urlsplit(keys.page.url).path
