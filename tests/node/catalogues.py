"""The texts that the source holds, and what a catalogue makes of them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
import yaml

import clew

PACKAGE = Path(clew.__file__).parent
LANGUAGES = ("zh_Hans", "fr", "de", "bg")
ALLOWED = Path(__file__).with_name("allowed_same.yaml")

Key = tuple[str | None, str, str]
"""Context, text and plural of one message."""

PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])|%(?![ %])([sd])|\{(\w*)\}")


def key_of(entry: polib.POEntry) -> Key:
    """What makes a message one of its own."""
    return entry.msgctxt, entry.msgid, entry.msgid_plural


def catalogue(language: str) -> polib.POFile:
    """The catalogue of a language; an empty one where the file is missing."""
    path = PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"
    return polib.pofile(str(path)) if path.is_file() else polib.POFile()


def extracted(scratch: Path) -> set[Key]:
    """Every message that makemessages finds in a copy of the source."""
    copy = scratch / "clew"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.mo", "__pycache__", "*.po"))
    (copy / "locale").mkdir(exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "-l", "fr", "--no-wrap", "--add-location", "file"],
        cwd=copy, env={**os.environ, "DJANGO_SETTINGS_MODULE": ""}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {key_of(entry) for entry in polib.pofile(str(copy / "locale/fr/LC_MESSAGES/django.po"))}


def unfinished(found: polib.POFile) -> Iterator[str]:
    """Messages without a translation, in every plural form, or with one that is only a guess."""
    for entry in found:
        if entry.obsolete:
            continue
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy:
            yield f"fuzzy: {entry.msgid!r}"
        elif not forms or not all(form.strip() for form in forms):
            yield f"not translated: {entry.msgid!r}"


def plural_forms(found: polib.POFile) -> int:
    """How many plural forms the catalogue's header promises; 0 where it says nothing."""
    said = re.search(r"nplurals\s*=\s*(\d+)", found.metadata.get("Plural-Forms", ""))
    return int(said[1]) if said else 0


def wrong_plurals(found: polib.POFile) -> Iterator[str]:
    """Messages with another number of plural forms than the header promises."""
    wanted = plural_forms(found)
    for entry in found:
        if entry.msgid_plural and not entry.obsolete and len(entry.msgstr_plural) != wanted:
            yield f"{len(entry.msgstr_plural)} forms instead of {wanted}: {entry.msgid!r}"


def wrong_placeholders(found: polib.POFile) -> Iterator[str]:
    """Messages whose translation names other placeholders. One of several plural forms may leave the number out."""
    for entry in found:
        if entry.obsolete:
            continue
        for form in filter(None, _forms(entry)):
            wanted, got = placeholders(entry.msgid), placeholders(form)
            plural = placeholders(entry.msgid_plural) if entry.msgid_plural else wanted
            if got not in (wanted, plural):
                yield f"{dict(got)} instead of {dict(plural)}: {entry.msgid!r}"


def placeholders(text: str) -> Counter[tuple[str, ...]]:
    """The placeholders of a text, each as often as it stands there."""
    return Counter(PLACEHOLDER.findall(text))


def same_as_english(found: polib.POFile, language: str) -> Iterator[str]:
    """Texts that were left as they are, allowed ones excepted."""
    allowed = {text for text, rule in allowed_same().items() if language in rule["languages"].split()}
    yield from (text for text in left_in_english(found) if text not in allowed)


def left_in_english(found: polib.POFile) -> Iterator[str]:
    """Every text with letters in it whose translation is the text itself."""
    for entry in found:
        letters = re.sub(PLACEHOLDER, "", entry.msgid)
        same = entry.msgid in _forms(entry) and any(sign.isalpha() for sign in letters)
        if same and not entry.obsolete:
            yield entry.msgid


def allowed_same() -> dict[str, dict[str, str]]:
    """Texts that may stay as they are: in which languages, and why."""
    found: dict[str, dict[str, str]] = yaml.safe_load(ALLOWED.read_text(encoding="utf-8")) or {}
    return found


def _forms(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
