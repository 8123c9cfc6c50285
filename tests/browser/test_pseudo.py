"""No page says anything that was not translated: names and values that people entered apart."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import yaml

from clew.demo.places import BANNER
from clew.kinship.kits import KITS
from tests.browser.further import FAULTY, JOINT, PASSKEY_NAME
from tests.browser.pseudo import PAGES, Pages
from tests.browser.reading import untranslated
from tests.browser.visits import Visit
from tests.story_nodes import NODES, StoryNodes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("story"), pytest.mark.sqlite]

SCRIPT = Path(__file__).parents[2] / "src" / "clew" / "demo" / "data" / "case.yaml"
INDICATORS = SCRIPT.parents[2] / "referral" / "data"
ENTERED = {
    "api_integration": ["purpose"],
    "accounts_officer": ("username", "full_name"),
    "accounts_compartment": ("name",),
    "cases_case": ("title", "reference"),
    "cases_casereference": ("reference",),
    "cases_deadline": ("set_by",),
    "dossier_source": ("title", "handling_text"),
    "dossier_statement": ("value", "original"),
    "dossier_entityrow": ("caption",),
    "disclosure_release": ("subject", "facts", "necessity"),
    "partners_party": ("name", "uid", "inbound_url"),
    "partners_nodecard": ("fingerprint",),
    "partners_introduction": ("reason", "decision_reason"),
    "partners_instrument": ("code", "title"),
    "partners_jointagreement": ("code",),
    "partners_contacttest": ("contact",),
    "kinship_laboratory": ("accreditation",),
    "transfer_importbatch": ("title", "file_name"),
    "transfer_export": ("number", "recipient_name", "file_name", "reason"),
    "disclosure_approval": ("reason",),
    "disclosure_mark": ("reason", "lifted_reason"),
    "matching_verdict": ("reason",),
    "oversight_deletionproof": ("reason",),
    "referral_service": ("name",),
    "rulebook_rulesetadoption": ("reason",),
    "rulebook_rulesignoff": ("jurisdiction", "sources"),
    "rulebook_setting": ("reason", "source"),
}
"""Columns that hold what people wrote, or names and numbers made for one thing."""

SEALED = (
    "Uncle Beispiel (fictional)", "Says so himself", "Robin Beispiel (fictional)", "Passport (fictional).",
    "Nothing speaks against it (fictional).", "With a psychologist (fictional).", "To see both (fictional).",
    "To see all (fictional).",
    "Nothing is held.", "Her situation must be told so that she can be protected; she agreed to it.",
)  # fmt: skip
"""What people wrote into fields that are sealed in the store, and the demonstration's own answer."""
GENETICS = ("SIB", "MP", "log10", "CSF1PO", "FGA", "TH01", "TPOX", "vWA", "Penta D", "Penta_D", *KITS)
"""Persons of the fictional pedigree, loci and kits: names of things, the same in every language."""
COLUMNS = ("registration_number", "agency_name", "jurisdiction", "address", "website", "phone", "iban")
"""Columns of the story's file."""


@pytest.fixture(scope="session")
def entered(nodes_with_pages: StoryNodes) -> dict[str, frozenset[str]]:
    """By node: all that people entered, and the sentences of the story's script."""
    cells = re.split(r"[,\n]", FAULTY)
    told = {
        *strings(yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))),
        BANNER,
        PASSKEY_NAME,
        *JOINT,
        *SEALED,
        *COLUMNS,
        *GENETICS,
        *filter(None, cells),
        *indicators(),
    }
    return {node: frozenset({*told, *_columns(nodes_with_pages.home / node / "store.sqlite3")}) for node in NODES}


def indicators() -> Iterator[str]:
    """What sets of indicators say: texts beside the sets, in each language, which `tests/referral` finds complete."""
    for path in sorted(INDICATORS.glob("screening*/*.yaml")):
        yield from _texts(yaml.safe_load(path.read_text(encoding="utf-8")))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
    elif isinstance(value, str) and len(value) > 1:
        yield value


def _columns(store: Path) -> Iterator[str]:
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        for table, columns in ENTERED.items():
            for row in connection.execute(f"select {', '.join(columns)} from {table}"):
                yield from (value for value in row if isinstance(value, str) and re.search(r"[^\W\d_]{2}", value))


def strings(value: Any) -> Iterator[str]:
    """All texts in nested data that are more than one word or a name: bare codes must be shown by their label."""
    if isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str) and (" " in value or not value.isascii()):
        yield value


@pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.label)
def test_a_page_says_nothing_that_is_not_translated(
    pseudo_pages: Pages, entered: dict[str, frozenset[str]], visit: Visit
) -> None:
    status, page = pseudo_pages[visit.label]
    assert status == visit.status
    assert untranslated(page, entered[visit.node]) == []
