from __future__ import annotations

import doctest
from pathlib import Path

import pytest

PAGES = sorted((Path(__file__).parents[2] / "docs" / "methods" / "kinship").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda each: each.stem)
def test_every_formula_of_the_page_is_what_the_engine_computes(page: Path) -> None:
    found = doctest.testfile(str(page), module_relative=False)
    assert found.attempted > 20
    assert found.failed == 0
