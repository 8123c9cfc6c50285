"""`clew match`: who is who; from files alone.

Nothing here opens a node or its store.
"""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from clew.cli.answers import stop
from clew.cli.match_bench import bench
from clew.cli.match_bulk import bulk
from clew.cli.match_entities import entities

ADDED = ("score", "same", "reason")
NEEDED = ("a", "b")

app = typer.Typer(
    help="Who is who: names across scripts and spellings, whole entities, large files of persons.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def group() -> None:
    """Who is who: names across scripts and spellings, whole entities, large files of persons."""


app.command("entities")(entities)
app.command("bulk")(bulk)
app.command("bench")(bench)


@app.command("names")
def names(
    pairs: Annotated[Path, typer.Argument(help="A CSV file in UTF-8 with columns a and b; others are kept.")],
    as_json: Annotated[bool, typer.Option("--json", help="Answer as a JSON array of the rows.")] = False,
) -> None:
    """Say of each pair whether both strings can write one person's name. It never says that they are one person."""
    from clew.matching.names import compare_texts

    columns, rows = _read(pairs)
    answered: list[dict[str, Any]] = []
    for row in rows:
        found = compare_texts(row["a"], row["b"])
        answered.append({**row, "score": found.score, "same": found.same, "reason": found.reason})
    typer.echo(json.dumps(answered, ensure_ascii=False) if as_json else _as_csv(columns, answered), nl=as_json)


def _read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The file's columns and rows; a row is a mapping of every column to its text."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError:
        stop(f"{path} cannot be read. Name a CSV file of pairs.")
    except UnicodeDecodeError as fault:
        stop(f"{path} is not UTF-8 (byte {fault.start}). Save it as CSV in UTF-8.")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines = _lines(path, reader)
    columns = lines[0][1] if lines else []
    if missing := [name for name in NEEDED if name not in columns]:
        stop(f"{path}, row 1: no column {' and no column '.join(missing)}. Name the columns there, among them a and b.")
    if clash := [name for name in ADDED if name in columns]:
        stop(f"{path}, row 1: column {clash[0]} is what this command adds. Rename it.")
    if twice := [name for place, name in enumerate(columns) if name in columns[:place]]:
        stop(f"{path}, row 1: column {twice[0]} stands twice. Rename one.")
    rows = []
    for number, values in lines[1:]:
        if len(values) != len(columns):
            stop(
                f"{path}, row {number}: {len(values)} fields where the first row has {len(columns)}. "
                "Put a field with a comma in quotation marks."
            )
        row = dict(zip(columns, values, strict=True))
        if empty := [name for name in NEEDED if not row[name].strip()]:
            stop(f"{path}, row {number}: column {empty[0]} is empty. Write a name or leave the row out.")
        rows.append(row)
    return columns, rows


def _lines(path: Path, reader: Any) -> list[tuple[int, list[str]]]:
    """Row number and fields; rows of nothing are left out."""
    found: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, fields in enumerate(reader, 1):
            if fields:
                found.append((number, fields))
    except csv.Error as fault:
        stop(f"{path}, row {number + 1}: no CSV ({fault}). Put fields in quotation marks and double those inside.")
    return found


def _as_csv(columns: list[str], rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*columns, *ADDED])
    for row in rows:
        shown = [row[name] for name in columns]
        writer.writerow([*shown, f"{row['score']:.4f}", "true" if row["same"] else "false", row["reason"]])
    return out.getvalue()
