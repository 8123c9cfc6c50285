"""No template, style or script of the node runs inline or speaks to another machine."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import clew.node

NODE = Path(clew.node.__file__).parent
TEMPLATES = sorted(path for path in NODE.rglob("templates/**/*.html"))
ASSETS = sorted(path for kind in ("css", "js", "svg") for path in NODE.rglob(f"static/**/*.{kind}"))
# A name of XML, never fetched.
NAMES = ("http://www.w3.org/2000/svg",)

INLINE = {
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b", re.IGNORECASE),
    "javascript address": re.compile(r"javascript:", re.IGNORECASE),
}
OUTSIDE = re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", re.IGNORECASE)


def faults(text: str) -> Iterator[str]:
    for name, pattern in INLINE.items():
        if pattern.search(text):
            yield name
    yield from outside(text)


def outside(text: str) -> Iterator[str]:
    for name in NAMES:
        text = text.replace(name, "")
    for found in OUTSIDE.finditer(text):
        yield f"address outside the node: {found.group()}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(NODE)))
def test_a_template_holds_no_inline_code_and_no_outside_address(path: Path) -> None:
    assert list(faults(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", ASSETS, ids=lambda path: str(path.relative_to(NODE)))
def test_a_style_script_or_picture_holds_no_outside_address(path: Path) -> None:
    assert list(outside(path.read_text(encoding="utf-8"))) == []


def test_the_scan_has_something_to_scan() -> None:
    assert len(TEMPLATES) > 30
    assert {path.name for path in ASSETS} >= {"clew.css", "clew.js", "govuk-frontend.min.js", "mark.svg"}


@pytest.mark.parametrize(
    "bad",
    [
        "<script>x</script>",
        "<style>a{}</style>",
        '<p style="color:red">',
        '<a href="/" onclick="x()">',
        '<p hx-on:click="x">',
        '<img src="https://cdn.example.org/x.png">',
        '<link href="//cdn.example.org/x.css">',
        '<a href="javascript:x()">',
    ],
)
def test_the_scan_finds_what_must_not_be(bad: str) -> None:
    assert list(faults(bad))


def test_no_style_carries_branding_or_a_web_font() -> None:
    css = (NODE / "design/static/clew/clew.css").read_text(encoding="utf-8").lower()
    assert "gds transport" not in css
    assert "@font-face" not in css
    assert "crest" not in css
