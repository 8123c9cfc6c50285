"""A node read in a language that does not exist: every translated text stands between ⟦ and ⟧.

Started as `python -m tests.browser.pseudo HOME`, because a process holds the settings of one node. Standard input is a
JSON list of [user name, path]; the answer on standard output is a JSON list of [status, page].
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.browser.further import HALF_WAY
from tests.browser.pages import VISITS
from tests.story_nodes import NODES, StoryNodes

BEFORE, AFTER = "⟦", "⟧"
# Half-way through signing in there is no officer whom a test client could sign in; that page is seen in the browser.
PAGES = [visit for visit in VISITS if visit.person != HALF_WAY]
Pages = dict[str, tuple[int, str]]


def render(nodes: StoryNodes, folder: Path) -> Pages:
    """Status and markup of every page, by the visit's label; rendered on copies of the nodes' homes."""
    pages: Pages = {}
    for node in NODES:
        copy = folder / node
        copy_home(nodes.home / node, copy)
        visits = [visit for visit in PAGES if visit.node == node]
        done = subprocess.run(
            [sys.executable, "-m", "tests.browser.pseudo", str(copy)],
            input=json.dumps([(visit.person, visit.path(nodes)) for visit in visits]),
            capture_output=True,
            text=True,
            env={key: value for key, value in os.environ.items() if not key.startswith(("CLEW_", "DJANGO_"))},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        pages |= {visit.label: tuple(page) for visit, page in zip(visits, json.loads(done.stdout), strict=True)}
    return pages


def copy_home(home: Path, to: Path) -> None:
    """Copy a running node's home; its store as SQLite itself copies it."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("store.sqlite3*", "logs", "serve.pid"))
    with (
        closing(sqlite3.connect(home / "store.sqlite3")) as running,
        closing(sqlite3.connect(to / "store.sqlite3")) as copied,
    ):
        running.backup(copied)


def main(home: Path) -> None:
    """Render the pages that are asked for."""
    from clew.cli.answers import set_up_node

    set_up_node(home, process="web")
    mark_translations()
    json.dump([_page(person, path) for person, path in json.load(sys.stdin)], sys.stdout, ensure_ascii=False)


def mark_translations() -> None:
    """Let every way in which a text is translated mark what it gives."""
    from django.utils import translation

    from clew.disclosure import texts
    from clew.vocabulary import labels, words

    engine: Any = vars(translation)["_trans"]
    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        setattr(engine, name, _marking(getattr(engine, name)))
    shown: Any = words.Words
    shown.__call__ = _marking(words.Words.__call__)
    for name in ("title", "sentence", "cure", "condition"):
        setattr(texts, name, _marking(getattr(texts, name)))
    upstream: Any = vars(labels)["_upstream"]
    vars(labels)["_upstream"] = _marking_where_not_offered(upstream)


def _marking_where_not_offered(upstream: Callable[..., str]) -> Callable[..., str]:
    """FollowTheMoney's own words count as translated only for a schema that no page offers."""
    from clew.vocabulary import entity_schemata

    marking = _marking(upstream)

    def marked(schema_name: str, text: str, lang: str) -> str:
        return (upstream if schema_name in entity_schemata() else marking)(schema_name, text, lang)

    return marked


def _marking(translate: Callable[..., str]) -> Callable[..., str]:
    def marked(*arguments: Any) -> str:
        text = translate(*arguments)
        return f"{BEFORE}{text}{AFTER}" if text and BEFORE not in text else text

    return marked


def _page(person: str, path: str) -> tuple[int, str]:
    from allauth.account.internal.flows.login import record_authentication
    from django.conf import settings
    from django.http import HttpRequest
    from django.test import Client

    from clew.node.accounts.models import Officer

    client = Client(headers={"host": settings.NODE.host})
    if person:
        officer = Officer.objects.get(username=person)
        client.force_login(officer)
        # Pages on second factors open only to who has just proved who she is.
        asking = HttpRequest()
        asking.session = client.session
        record_authentication(asking, officer, "password", reauthenticated=True)
        asking.session.save()
    answer = client.get(path)
    return answer.status_code, answer.content.decode()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
