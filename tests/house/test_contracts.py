from __future__ import annotations

from pathlib import Path

import pytest

import clew.node
from tests.house.app_imports import all_trespasses, apps_of, trespasses

NODE = Path(clew.node.__file__).parent
APPS = frozenset({"audit", "cases", "design", "dossier"})


def found(source: str, app: str = "cases") -> list[str]:
    return [trespass.module for trespass in trespasses(source, app=app, file="views.py", apps=APPS)]


def test_the_apps_reach_each_other_through_actions_and_queries_only() -> None:
    assert {"accounts", "audit", "cases", "dossier"} <= apps_of(NODE), "the check must look at the real apps"
    assert [str(trespass) for trespass in all_trespasses(NODE)] == []


@pytest.mark.parametrize(
    "source",
    [
        "from clew.node.dossier.actions import record_source",
        "from clew.node.dossier import queries",
        "from clew.node.dossier.queries.lists import entity_list",
        "import clew.node.audit.queries",
        "from clew.node.types import BadInput",
        "from clew.node.design.forms import DateField",
        "from clew.node.cases.models import Case",
        "from clew.dossier.types import SourceDraft",
        "from django.conf import settings",
    ],
)
def test_a_door_is_open(source: str) -> None:
    assert found(source) == []


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("from clew.node.dossier.models import Source", "clew.node.dossier.models.Source"),
        ("from clew.node.dossier import models", "clew.node.dossier.models"),
        ("from clew.node import dossier", "clew.node.dossier"),
        ("import clew.node.audit.models", "clew.node.audit.models"),
        ("def late():\n    from clew.node.audit.tree import leaf", "clew.node.audit.tree.leaf"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from clew.node.audit.models import Entry",
            "clew.node.audit.models.Entry",
        ),
    ],
)
def test_another_apps_inside_is_closed(source: str, module: str) -> None:
    assert found(source) == [module]


def test_a_trespass_names_file_line_and_door() -> None:
    (trespass,) = trespasses("\nimport clew.node.audit.models", app="cases", file="cases/views.py", apps=APPS)
    assert str(trespass) == (
        "cases/views.py:2 imports clew.node.audit.models; only its actions and queries are open to other apps"
    )
