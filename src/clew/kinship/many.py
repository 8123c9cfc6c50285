"""Every family against every child found, family by family, with a checkpoint from which a search that was cut off goes
on.

The checkpoint is a file of JSON lines: first what is searched with what, by digest, then one line for each family that
is done. A last line that was cut off is dropped. A search goes on only with the same profiles, threshold and families.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from clew.kinship.columns import Columns
from clew.kinship.family_files import SearchingFamily
from clew.kinship.problems import KinshipProblem
from clew.kinship.scanning import Hit, Hits, scan

Progress = Callable[[int, int], None]
"""Told how many families are done, of how many. It may raise, and the search ends there; the checkpoint stays."""


def search_all(
    families: Sequence[SearchingFamily],
    columns: Columns,
    threshold: float,
    top: int,
    *,
    checkpoint: Path | None = None,
    threads: int = 1,
    progress: Progress | None = None,
) -> dict[str, Hits]:
    """The hits of each family, by its id. Raises `KinshipProblem`, also where the checkpoint is that of another
    search."""
    ids = [each.id for each in families]
    if len(set(ids)) < len(ids):
        twice = next(each for each in ids if ids.count(each) > 1)
        raise KinshipProblem(twice, "is the id of two families.", "Give each family its own.")
    begun = {"search": 1, "profiles": columns.digest, "threshold": threshold, "top": top}
    with _opened(checkpoint, begun) as (done, write):
        for number, family in enumerate(families):
            if family.id not in done:
                hits = scan(family.compiled(), columns, threshold, top, threads=threads)
                done[family.id] = {"family": family.id, "digest": family.digest, **asdict(hits)}
                write(done[family.id])
            elif done[family.id]["digest"] != family.digest:
                cure = "Begin a new checkpoint, or give the family as it was."
                raise KinshipProblem(family.id, "has changed since the checkpoint was begun.", cure)
            if progress is not None:
                progress(number + 1, len(families))
    return {each: _hits(done[each]) for each in ids}


@contextmanager
def _opened(
    checkpoint: Path | None, begun: dict[str, Any]
) -> Iterator[tuple[dict[str, dict[str, Any]], Callable[[dict[str, Any]], None]]]:
    if checkpoint is None:
        yield {}, lambda line: None
        return
    with checkpoint.open("a+b") as file:
        lines = _whole_lines(checkpoint, file, begun)
        if not lines:
            _write(file, begun)
        elif lines[0] != begun:
            cure = "Name another file, or give the profiles, threshold and top with which it was begun."
            raise KinshipProblem(checkpoint.name, "is the checkpoint of another search.", cure)
        yield {each["family"]: each for each in lines[1:]}, lambda line: _write(file, line)


def _whole_lines(checkpoint: Path, file: IO[bytes], begun: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines that were written to the end; what was cut off behind them is taken away."""
    file.seek(0)
    raw = file.read()
    whole = raw[: raw.rfind(b"\n") + 1]
    try:
        lines = [json.loads(each) for each in whole.splitlines()]
    except ValueError:
        lines = []
    if raw and not _is_one_of_ours(lines, raw, begun):
        cure = "Name another file; this one is kept as it is."
        raise KinshipProblem(checkpoint.name, "is no checkpoint of a search.", cure)
    file.truncate(len(whole))
    return lines


def _is_one_of_ours(lines: list[dict[str, Any]], raw: bytes, begun: dict[str, Any]) -> bool:
    if lines:
        return isinstance(lines[0], dict) and lines[0].keys() == begun.keys()
    return _line(begun).startswith(raw)  # cut off in its first line


def _write(file: IO[bytes], line: dict[str, Any]) -> None:
    file.write(_line(line))
    file.flush()


def _line(line: dict[str, Any]) -> bytes:
    return json.dumps(line).encode() + b"\n"


def _hits(line: dict[str, Any]) -> Hits:
    hits = tuple(Hit(each["profile"], each["log10"], tuple(each["per_locus"])) for each in line["hits"])
    return Hits(hits, line["reached"], line["searched"], tuple(line["untyped_loci"]))
