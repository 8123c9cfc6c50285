"""`clew evidence`: bags of evidence, from files alone. Nothing here opens a node or its store."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli.answers import NOT_DONE, AsJson, answer, stop
from clew.cli.progress import progress

if TYPE_CHECKING:
    from clew.exchange.evidence.bag_checking import Checked

app = typer.Typer(
    help="Bags of evidence: check that one is whole and unchanged.", no_args_is_help=True, rich_markup_mode=None
)

SHOWN = 50
"""Faults that are printed; `--json` has them all."""


@app.callback()
def group() -> None:
    """Bags of evidence: check that one is whole and unchanged."""


@app.command("check")
def check(
    bag: Annotated[Path, typer.Argument(help="The directory that holds bagit.txt.")], as_json: AsJson = False
) -> None:
    """Check a bag (BagIt 1.0, RFC 8493) and its custody record: every file is read, and every fault is named."""
    from clew.exchange.evidence.bag_checking import check_bag

    if not bag.is_dir():
        stop(f"{bag} is no directory. Unpack the archive first, and name the directory that holds bagit.txt.")
    try:
        total = sum(path.stat().st_size for path in bag.rglob("*") if path.is_file() and not path.is_symlink())
        done = 0
        with progress(as_json=as_json) as show:

            def read(more: int) -> None:
                nonlocal done
                done += more
                show("bag", done, total)

            checked = check_bag(bag, progress=read)
    except OSError as fault:
        stop(f"{fault.filename or bag} cannot be read ({fault.strerror}). Nothing is said of the bag.")
    result = {"whole": not checked.faults, **asdict(checked)}
    answer(result, as_json=as_json, text=_in_words(checked))
    if checked.faults:
        raise typer.Exit(NOT_DONE)


def _in_words(checked: Checked) -> str:
    from clew.exchange.evidence.names import shown_name

    if checked.faults:
        # A name in a bag is somebody else's: it must not move the cursor of who reads it.
        lines = [f"{shown_name(one.path)}: {one.sentence}" for one in checked.faults[:SHOWN]]
        more = len(checked.faults) - len(lines)
        return "\n".join([*lines, *([f"and {more} more"] if more else []), "The bag is NOT whole and unchanged."])
    custody = f"Its custody record ends with {checked.custody}." if checked.custody else "It has no custody record."
    return f"The bag is whole and unchanged: {checked.files} files, {checked.size} bytes. {custody}"
