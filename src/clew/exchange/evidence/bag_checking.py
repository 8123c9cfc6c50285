"""Whether a bag that lies in a directory is whole and unchanged (BagIt 1.0, RFC 8493, section 3): all faults, not one.

Stricter than the standard where laxness would let somebody smuggle: no link is followed, nothing is fetched from
elsewhere, no file lies in it unlisted, also beside the payload, and nothing named in a manifest is ever opened unless
it was found in the directory first.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clew.exchange.evidence.bags import CUSTODY, DECLARATION
from clew.exchange.evidence.custody import read_record
from clew.exchange.refusals import Refusal

_LINE: Final = re.compile(r"([0-9a-fA-F]{64})[ \t]+\*?([^\r\n]+)")
_MANIFEST: Final = "manifest-sha256.txt"
_TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
_NEEDED: Final = ("bagit.txt", "bag-info.txt", _MANIFEST, _TAG_MANIFEST)
MAX_TAG_FILE: Final = 16 * 1024 * 1024
"""Bytes of a file that is read whole: a manifest of some hundred thousand files."""

BLOCK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: `path` in the bag, a stable `code`, and a sentence."""

    path: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: faults (none: the bag is whole and unchanged), how many payload files, their bytes.

    `custody`: what the custody record ends with (`custody.Record.last`), "" where the bag has none that can be read.
    """

    faults: tuple[Fault, ...]
    files: int
    size: int
    custody: str = ""


def check_bag(directory: Path, *, progress: Callable[[int], object] = lambda _bytes: None) -> Checked:
    """Check a bag; every file is read once.

    Args:
        progress: told how many more bytes were read.
    """
    found, faults = _files(directory)
    faults += [Fault(name, "missing", "It is missing.") for name in _NEEDED if name not in found]
    if faults:
        return Checked(tuple(faults), 0, 0)
    tags = {name: path for name, path in found.items() if not name.startswith("data/")}
    faults += [Fault(n, "too-large", "It is too large.") for n, p in tags.items() if p.stat().st_size > MAX_TAG_FILE]
    if faults:
        return Checked(tuple(faults), 0, 0)
    if tags["bagit.txt"].read_bytes() != DECLARATION:
        faults.append(Fault("bagit.txt", "not-a-bag", "It does not declare a bag of version 1.0 in UTF-8."))
    payload = {name: path for name, path in found.items() if name.startswith("data/")}
    custody = ""
    if CUSTODY in tags:
        custody, wrong = _custody(tags[CUSTODY], _listed(_MANIFEST, tags[_MANIFEST])[0], payload)
        faults += wrong
    unlisted_tags = {name: path for name, path in tags.items() if name != _TAG_MANIFEST}
    for manifest, files in ((_MANIFEST, payload), (_TAG_MANIFEST, unlisted_tags)):
        listed, unreadable = _listed(manifest, tags[manifest])
        faults += unreadable
        faults += _compare(listed, files, progress)
    size = sum(path.stat().st_size for path in payload.values())
    if f"Payload-Oxum: {size}.{len(payload)}" not in tags["bag-info.txt"].read_text("utf-8", "replace").splitlines():
        faults.append(Fault("bag-info.txt", "oxum", "Payload-Oxum is not the size and number of the files."))
    return Checked(tuple(faults), len(payload), size, custody)


def _files(directory: Path) -> tuple[dict[str, Path], list[Fault]]:
    """Every file under the directory by its path in the bag; what is neither file nor directory is a fault."""
    found: dict[str, Path] = {}
    faults = []
    waiting = [directory]
    while waiting:
        for path in sorted(waiting.pop().iterdir()):
            name = path.relative_to(directory).as_posix()
            if path.is_symlink():
                faults.append(Fault(name, "link", "It is a link; nothing outside the bag is read."))
            elif path.is_dir():
                waiting.append(path)
            elif path.is_file():
                found[name] = path
            else:
                faults.append(Fault(name, "no-file", "It is no ordinary file."))
    if "fetch.txt" in found:
        faults.append(Fault("fetch.txt", "elsewhere", "Parts of this bag lie elsewhere; nothing is fetched."))
    return found, faults


def _listed(manifest: str, path: Path) -> tuple[dict[str, str], list[Fault]]:
    """Digests by path, and the lines that say none."""
    listed: dict[str, str] = {}
    faults = []
    try:
        # Not `splitlines`, to which a form feed is the end of a line as well.
        lines = path.read_bytes().decode("utf-8").replace("\r\n", "\n").removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        return {}, [Fault(manifest, "bad-text", "It is not UTF-8.")]
    for number, line in enumerate(lines if lines != [""] else [], start=1):
        matched = _LINE.fullmatch(line)
        name = _decoded(matched[2]) if matched else ""
        if not matched or name in listed:
            faults.append(Fault(manifest, "bad-line", f"Line {number} is no digest with a path, or says one twice."))
        else:
            listed[name] = matched[1].lower()
    return listed, faults


def _custody(path: Path, listed: Mapping[str, str], files: Mapping[str, Path]) -> tuple[str, list[Fault]]:
    """What the custody record ends with, and where it speaks of other files than those of the bag."""
    try:
        record = read_record(path.read_bytes())
    except Refusal as refusal:
        return "", [Fault(CUSTODY, refusal.code, refusal.sentence)]
    faults = []
    told = {one.path: one for one in record.files}
    for name in sorted(set(told) | set(files)):
        if name not in told:
            faults.append(Fault(name, "no-custody", "The custody record does not speak of it."))
        elif name not in files:
            faults.append(Fault(name, "missing", "The custody record speaks of it, and it is not in the bag."))
        elif (told[name].sha256, told[name].size) != (listed.get(name), files[name].stat().st_size):
            faults.append(Fault(name, "other-custody", "The custody record speaks of a file with other content."))
    return record.last, faults


def _decoded(path: str) -> str:
    """RFC 8493, 2.1.3: of a path only line breaks and `%` are written as codes."""
    return re.sub(r"%0[Aa]|%0[Dd]|%25", lambda code: bytes.fromhex(code[0][1:]).decode(), path)


def _compare(
    listed: Mapping[str, str], files: Mapping[str, Path], progress: Callable[[int], object]
) -> Iterator[Fault]:
    for name in listed:
        if name not in files:
            # A path that leads out of the bag is found nowhere in it, so it is never opened.
            yield Fault(name, "missing", "It is listed and not in the bag.")
    for name, path in files.items():
        if name not in listed:
            yield Fault(name, "unlisted", "It is in the bag and not listed.")
        elif _digest(path, progress) != listed[name]:
            yield Fault(name, "changed", "Its content is not the one that was listed.")


def _digest(path: Path, progress: Callable[[int], object]) -> str:
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            hashed.update(block)
            progress(len(block))
    return hashed.hexdigest()
