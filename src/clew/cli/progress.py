"""How far a long command has come, on the error stream, so that the answer on standard output stays alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clew.node.types import OnStep

WORDS = {
    "check": "Checking rows",
    "import": "Importing",
    "rows": "Making rows anew",
    "log": "Verifying the log",
    "bag": "Reading the bag",
    "file": "Taking the file",
    "snapshot": "Taking a snapshot",
    "documents": "Collecting documents",
    "sealing": "Sealing",
    "opening": "Opening",
    "unpacking": "Unpacking",
    "tables": "Filling tables",
    "reading": "Reading persons",
    "weighing": "Comparing by rule",
    "names": "Looking at names closely",
    "clusters": "Making clusters",
}
"""What each step is called."""


def _silent(_step: str, _done: int, _total: int) -> None:
    """Nobody looks."""


@contextmanager
def progress(*, as_json: bool) -> Iterator[OnStep]:
    """A progress bar for whoever sits at a terminal; nothing with `--json`, in a pipe or in a log."""
    if as_json or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def show(step: str, done: int, total: int) -> None:
            bar.update(task, completed=done, total=total or None, description=WORDS[step])

        yield show
