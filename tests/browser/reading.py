"""What a page shows to a reader, and which of it was never translated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from tests.browser.pseudo import AFTER, BEFORE

SILENT = frozenset({"script", "style", "template", "code", "kbd", "pre", "textarea"})
CODES = frozenset({"clew-code__code", "clew-tip__title"})
"""Classes of elements that show a code itself, beside its label."""
INLINE = frozenset({"a", "abbr", "b", "bdi", "em", "i", "q", "small", "span", "strong", "time", "wbr", "br"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
SPOKEN = ("title", "placeholder", "aria-label", "alt")
"""Attributes that a person reads or hears."""

NO_WORDS = (
    r"https?://\S+",
    r"\b[0-9a-f]{8,}…?",
    r"\b[0-9a-f]{8}-[0-9a-f-]{20,}",
    r"\b\d{4}-\d{2}-\d{2}T[\d:.]+Z?",
    r"\b[A-Z]{1,3}-?\d+[a-z]?\b",
    r"\b[A-E]\d\b",
    r"\b\d+\s?(kB|MB|GB)\b",
    r"\b(?i:utf)-(8|16)[\w-]*",
    r"\b(gb18030|windows-125)[\w-]*",
)
"""What is the same in every language: addresses, digests, codes such as R16, H2 or B2, sizes."""

# Names of algorithms and formats are written alike everywhere.
NAMES = (
    "Clew", "Ed25519", "ECDH-ES+A256KW", "A256GCM", "SHA-256", "CSV", "XLSX", "ODS", "JSON", "UTC",
    "FollowTheMoney", "English", "中文", "Français", "Deutsch", "Български",
)  # fmt: skip


class Reader(HTMLParser):
    """Collects (element, text) for all that is shown, in order; `None` for the text is the border of a block."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.heard: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        foreign = bool(self.open) and self.open[-1][1]
        # A text in another language than the page says so; it is a name or what a partner wrote.
        silent = foreign or tag in SILENT or ("lang" in values and tag != "html")
        silent = silent or not CODES.isdisjoint((values.get("class") or "").split())
        if not silent:
            for name in SPOKEN:
                if values.get(name):
                    self._say(tag, None)
                    self._say(f"{tag}[{name}]", values[name])
                    self._say(tag, None)
        if tag not in INLINE:
            self._say(tag, None)
        if tag not in VOID:
            self.open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self._say(tag, None)
        while self.open:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.open and not self.open[-1][1] and data.strip():
            self._say(self.open[-1][0], data)

    def _say(self, element: str, text: str | None) -> None:
        self.heard.append((element, text))


def untranslated(page: str, known: Iterable[str]) -> list[tuple[str, str]]:
    """(element, text) of what a page shows outside ⟦…⟧ that is no number, no code and not in `known`.

    `known` are names, titles and values that people entered; a page shows their line breaks as spaces.
    """
    reader = Reader()
    reader.feed(page)
    data = sorted({" ".join(each.split()) for each in (*known, *NAMES)}, key=len, reverse=True)
    return [(element, text) for element, text in _outside(reader.heard) if _says_something(text, data)]


def _outside(heard: Iterable[tuple[str, str | None]]) -> Iterator[tuple[str, str]]:
    depth = 0
    for element, text in heard:
        if text is None:
            depth = 0
            continue
        left = []
        for character in text:
            depth += (character == BEFORE) - (character == AFTER and depth > 0)
            if depth == 0 and character != AFTER:
                left.append(character)
        yield element, " ".join("".join(left).split())


def _says_something(text: str, data: list[str]) -> bool:
    for known in data:
        text = text.replace(known, " ")
    for pattern in NO_WORDS:
        text = re.sub(pattern, " ", text)
    return re.search(r"[^\W\d_]{2,}", text) is not None
