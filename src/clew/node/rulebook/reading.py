"""Rule files that a person gives: read whole, or refused with file, policy, line and cure."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import cedarpy
import yaml
from django.utils.translation import gettext as _

from clew.disclosure.ruleset import SCHEMA, BrokenRules, RuleSet
from clew.node.types import BadInput

NAME = re.compile(r"[A-Za-z0-9_]{1,40}\.(cedar|cedarschema|yaml)")
MOST_FILES = 200
MOST_BYTES = 2 * 1024 * 1024
POLICY_OF_CEDAR = re.compile(r"\bpolicy(\d+)\b")
POLICY_END = re.compile(r"\};?[ \t]*\n|;[ \t]*\n")
QUOTED = re.compile(r"[`“\"]([^`”\"]+)[`”\"]|: (\w+)$")


def files_of_upload(parts: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """Name and text of each rule file, from single files or one zip archive; folders in it are flattened.

    Raises:
        BadInput: too much, no rule file, two of one name, or a file that is no UTF-8 text.
    """
    given = list(parts)
    if len(given) == 1 and given[0][0].lower().endswith(".zip"):
        given = _unpacked(given[0][1])
    if len(given) > MOST_FILES or sum(len(content) for _name, content in given) > MOST_BYTES:
        raise BadInput(
            "files", _("These are too many files, or too large ones."), _("Choose the rule files and no others.")
        )
    found: dict[str, str] = {}
    for path, content in given:
        name = PurePosixPath(path.replace("\\", "/")).name
        if not NAME.fullmatch(name):
            continue
        if name in found:
            raise BadInput(
                "files", _("Two files are called %(name)s.") % {"name": name}, _("Keep one file of each name.")
            )
        try:
            found[name] = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadInput("files", _("%(name)s is no UTF-8 text.") % {"name": name}, _("Save it as UTF-8.")) from error
    if not found:
        raise BadInput(
            "files", _("There is no rule file among them."), _("Choose files that end in .cedar, or a zip of them.")
        )
    return found


def _unpacked(content: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir()]
            if len(entries) > MOST_FILES or sum(each.file_size for each in entries) > MOST_BYTES:
                raise BadInput("files", _("The archive is too large."), _("Put the rule files and no others into it."))
            return [(each.filename, archive.read(each)) for each in entries]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise BadInput(
            "files", _("This is no readable zip archive."), _("Make it again, without a password.")
        ) from error


def completed(files: Mapping[str, str], base: Mapping[str, str]) -> dict[str, str]:
    """A set given without its schema or lists takes those of the set it stands on; rules it takes none."""
    return {name: text for name, text in base.items() if not name.endswith(".cedar")} | dict(files)


def read_rule_set(files: Mapping[str, str], field: str = "files") -> RuleSet:
    """The rule set of these files.

    Raises:
        BadInput: on `field`; the problem names file, policy and line, as far as they can be found.
    """
    try:
        return RuleSet(files)
    except BrokenRules as fault:
        said = str(fault)
        if "Schema parse error" in said:
            # Every rule is checked against the schema, so the fault is told of the first rule and is not hers.
            said = f"{SCHEMA}: {said.partition('Schema parse error: ')[2]}"
        raise BadInput(field, f"{_place(said, files)}{_plain(said, files)}", _cure(said)) from fault
    except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError, RecursionError) as fault:
        raise BadInput(
            field,
            _("One of the lists of the rule set, or its schema, cannot be read: %(fault)s.")
            % {"fault": " ".join(str(fault).split())[:300]},
            _("Compare the .yaml and .cedarschema files with those that come with Clew."),
        ) from fault


def _place(fault: str, files: Mapping[str, str]) -> str:
    """File and line in front of a fault, as far as they can be found."""
    name = next((each for each in files if fault.startswith(each)), "")
    if not name:
        return ""
    line = _line_of(fault, files[name])
    return _("%(file)s, line %(line)d: ") % {"file": name, "line": line} if line else ""


def _line_of(fault: str, text: str) -> int:
    number = POLICY_OF_CEDAR.search(fault)
    if number:
        starts = _policy_starts(text)
        start = starts[int(number[1])] if int(number[1]) < len(starts) else 1
        return _line_with_word(fault, text, start)
    named = re.search(r"policy (?:id )?([A-Z]\d+[a-z]?)", fault)
    if named:
        return next((n for n, line in enumerate(text.splitlines(), 1) if f'"{named[1]}"' in line), 0)
    if "cannot be parsed" in fault:
        broken = next((start for start, part in _parts(text) if not _parses(part)), 0)
        return _line_with_word(fault, text, broken) if broken else 0
    return 0


def _line_with_word(fault: str, text: str, start: int) -> int:
    """The first line from `start` that holds the word the fault quotes, else `start`."""
    words = [word.split(".")[-1] for pair in QUOTED.findall(fault) for word in pair if word]
    lines = text.splitlines()
    for word in words:
        if POLICY_OF_CEDAR.fullmatch(word):
            continue
        for number in range(start, len(lines) + 1):
            if re.search(rf"\b{re.escape(word)}\b", lines[number - 1]):
                return number
    return start


def _parts(text: str) -> list[tuple[int, str]]:
    """Each policy of a file with the line it starts on; a policy ends with a semicolon at the end of a line."""
    found, start = [], 0
    for end in re.finditer(r";[ \t]*(?:\n|$)", text):
        found.append((start, text[start : end.end()]))
        start = end.end()
    if text[start:].strip():
        found.append((start, text[start:]))
    return [(text[: at + len(part) - len(part.lstrip())].count("\n") + 1, part) for at, part in found]


def _policy_starts(text: str) -> list[int]:
    return [start for start, _part in _parts(text)]


def _parses(part: str) -> bool:
    try:
        cedarpy.policies_to_json_str(part)
    except ValueError:
        return False
    return True


def _plain(fault: str, files: Mapping[str, str]) -> str:
    """The fault with the policy's own name in place of the parser's number for it."""
    name = next((each for each in files if fault.startswith(each)), "")

    def named(match: re.Match[str]) -> str:
        parts = _parts(files.get(name, ""))
        number = int(match[1])
        found = re.search(r'@id\("([^"]+)"\)', parts[number][1]) if number < len(parts) else None
        return found[1] if found else match[0]

    return POLICY_OF_CEDAR.sub(named, fault)


def _cure(fault: str) -> str:
    if "not found" in fault or "attribute" in fault:
        return _("Use only what %(schema)s describes; compare the spelling.") % {"schema": SCHEMA}
    if "cannot be parsed" in fault:
        return _("Look at this line: a word is misspelt, or a bracket, comma or semicolon is missing.")
    if "effect must" in fault or "@" in fault:
        return _("Write the notes above the policy as the other rules have them.")
    return _("Correct this file, then try again.")
