"""What was worked out of a file, step by step, in a folder: work that was cut off goes on from the last whole step.

The folder holds what the file holds. It belongs where the file belongs, and is deleted by whoever deletes the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from clew.matching.bulk.blocking import Brought, Weighed
from clew.matching.bulk.persons import BadFile, Persons
from clew.matching.bulk.words import Words

VERSION = 1
"""Raised when a step would come out otherwise than before."""
_TEXTS = "texts"


class WrongFolder(ValueError):
    """The folder cannot keep this work; the message names the cure."""


@dataclass(slots=True)
class Kept:
    """Keeps each step in `folder`; nothing where it is None. `taken`: the steps that were found there."""

    folder: Path | None
    taken: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path | None, path: Path) -> Kept:
        """For work on the file; raises `WrongFolder` where the folder keeps other work."""
        if folder is None:
            return cls(None)
        mark = {"version": VERSION, "file": _digest(path), "weights": _weights()}
        written = folder / "work.json"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if written.exists():
                if json.loads(written.read_text(encoding="utf-8")) != mark:
                    raise WrongFolder(f"{folder} keeps work on another file or with other weights. Name another.")
            elif any(folder.iterdir()):
                raise WrongFolder(f"{folder} is not empty, and keeps no work of this kind. Name another.")
            else:
                written.write_text(json.dumps(mark), encoding="utf-8")
        except (OSError, ValueError) as fault:
            if isinstance(fault, WrongFolder):
                raise
            raise WrongFolder(f"{folder} cannot keep work ({fault}). Name another folder.") from None
        return cls(folder)

    def persons(self, make: Callable[[], Persons]) -> Persons:
        """The file's columns, from the folder where they are kept."""
        found = self._read("persons")
        if found is not None:
            texts = json.loads(found.pop(_TEXTS).tobytes())
            own = {each.name for each in fields(Persons)}
            words = Words(
                texts=tuple(texts["words"]), **{name: each for name, each in found.items() if name not in own}
            )
            columns = {name: each for name, each in found.items() if name in own}
            return Persons(ids=tuple(texts["ids"]), words=words, **columns)
        made = make()
        texts = json.dumps({"ids": made.ids, "words": made.words.texts}).encode()
        arrays = {name: each for part in (made, made.words) for name, each in _arrays(part).items()}
        self._write("persons", {**arrays, _TEXTS: np.frombuffer(texts, dtype=np.uint8)})
        return made

    def weighed(self, step: str, make: Callable[[], tuple[Brought | None, Weighed]]) -> tuple[Brought | None, Weighed]:
        """A step's pairs, from the folder where they are kept."""
        found = self._read(step)
        if found is not None:
            brought = json.loads(found.pop(_TEXTS).tobytes())
            return Brought(**brought) if brought else None, Weighed(**found)
        made, pairs = make()
        told = json.dumps(asdict(made) if made else None).encode()
        self._write(step, {**_arrays(pairs), _TEXTS: np.frombuffer(told, dtype=np.uint8)})
        return made, pairs

    def _read(self, step: str) -> dict[str, npt.NDArray[Any]] | None:
        if self.folder is None or not (self.folder / f"{step}.npz").exists():
            return None
        try:
            with np.load(self.folder / f"{step}.npz", allow_pickle=False) as stored:
                found = {name: stored[name] for name in stored.files}
        except (OSError, ValueError) as fault:
            raise WrongFolder(f"{self.folder}, step {step}: cannot be read ({fault}). Delete that folder.") from None
        self.taken.append(step)
        return found

    def _write(self, step: str, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Whole or not at all: under another name first."""
        if self.folder is None:
            return
        half = self.folder / f"{step}.half.npz"
        np.savez(half, **arrays)  # type: ignore[arg-type]  # the stub takes them for its flag
        half.replace(self.folder / f"{step}.npz")


def _arrays(part: object) -> dict[str, npt.NDArray[Any]]:
    named = {each.name: getattr(part, each.name) for each in fields(part)}  # type: ignore[arg-type]
    return {name: each for name, each in named.items() if isinstance(each, np.ndarray)}


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        raise BadFile(f"{path} cannot be read. Name a CSV file of persons.") from None


def _weights() -> str:
    return hashlib.sha256((files("clew.matching.bulk") / "data" / "weights.json").read_bytes()).hexdigest()
