"""`clew htcds`: tables of the Human Trafficking Case Data Standard, checked and converted from files alone.

Nothing here opens a node or its store.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli.answers import NOT_DONE, AsJson, answer, stop

if TYPE_CHECKING:
    from clew.referral.htcds import Checked

SHOWN = 20
"""Faults printed in words; all of them are in the answer with --json."""

app = typer.Typer(
    help="Tables of HTCDS 2.0, IOM's case data standard: check and convert.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
FileArgument = Annotated[
    Path, typer.Argument(help="CSV, XLSX or ODS with the standard's field names in the first row.")
]


@app.callback()
def group() -> None:
    """Tables of HTCDS 2.0, IOM's case data standard: check and convert."""


@app.command("check")
def check(file: FileArgument, as_json: AsJson = False) -> None:
    """Name every fault of every row, and what a case of Clew would not hold. Exit code 1 where there is a fault.

    Example:

      clew htcds check cases.xlsx --json
    """
    checked = _read(file)
    result = _result(checked)
    answer(result, as_json=as_json, text=_in_words(result))
    if checked.problems:
        raise typer.Exit(NOT_DONE)


@app.command("convert")
def convert(
    file: FileArgument,
    output: Annotated[Path, typer.Argument(help="The file to write: .csv, .xlsx or .ods. It must not exist.")],
    as_json: AsJson = False,
) -> None:
    """Write the table anew, every field of the standard in its order; all rows or none.

    Example:

      clew htcds convert cases.csv cases.ods
    """
    from clew.referral.htcds import write_csv, write_ods, write_xlsx

    write = {".csv": write_csv, ".xlsx": write_xlsx, ".ods": write_ods}.get(output.suffix.lower())
    if write is None:
        stop("Name the file to write .csv, .xlsx or .ods.")
    if output.exists():
        stop(f"{output} exists already. Choose another name.")
    checked = _read(file)
    result = _result(checked)
    if checked.problems:
        answer(result, as_json=as_json, text=f"Nothing was written. {_in_words(result)}")
        raise typer.Exit(NOT_DONE)
    from clew.cli.letter import write_new

    write_new(output, write(checked.records))
    answer(result | {"file": str(output)}, as_json=as_json, text=f"{len(checked.records):,} records in {output}.")


@app.command("fields")
def list_fields(as_json: AsJson = False) -> None:
    """List the fields of the standard: type, codes, where Clew keeps such a value and what is lost."""
    from clew.referral.htcds import beyond, fields

    found = [
        {
            "name": one.name, "label": one.label, "section": one.section, "kind": one.kind, "codes": list(one.codes),
            "core": one.core, "deprecated": one.deprecated, "clew": one.clew or None, "lost": one.lost or None,
        }
        for one in fields().values()
    ]  # fmt: skip
    lines = [f"{one['name']:<40} {one['kind']:<12} {one['clew'] or '–'}  {one['lost'] or ''}".rstrip() for one in found]
    lines += ["No field of the standard can say:", *(f"  {one}" for one in beyond())]
    answer({"fields": found, "beyond": list(beyond())}, as_json=as_json, text="\n".join(lines))


def _read(file: Path) -> Checked:
    from django.conf import settings

    if not file.is_file():
        stop(f"There is no file {file}.")
    if not settings.configured:
        # The readers' sentences need to know in which language; there is no node here that would say.
        settings.configure(USE_I18N=False)
    from clew.node.transfer.readers import FileRefused, Table, pieces_of, read_file
    from clew.referral.htcds import check as check_rows
    from clew.referral.htcds import plain

    try:
        table = read_file(pieces_of(file), json_lines=False)
        assert isinstance(table, Table)  # noqa: S101 - no JSON lines were asked for
        rows = (
            (row.number, [plain(cell) for cell in row.cells] if table.format == "csv" else row.cells)
            for row in table.rows
        )
        return check_rows(file.name, table.columns, rows, dt.datetime.now(dt.UTC).date())
    except FileRefused as refused:
        place = f"{file.name}, row {refused.row}" if refused.row else file.name
        stop(f"{place}: {refused.problem} {refused.cure}")


def _result(checked: Checked) -> dict[str, Any]:
    from clew.referral.htcds import losses

    lost = Counter(one for record in checked.records for one in losses(record))
    return {
        "rows": checked.rows, "good": len(checked.records),
        "errors": [
            {"file": one.file, "row": one.row, "field": one.field, "value": one.value, "problem": one.problem,
             "cure": one.cure}
            for one in checked.problems
        ],
        "not_held": [{"field": name, "rows": rows, "reason": why} for (name, why), rows in lost.items()],
    }  # fmt: skip


def _in_words(result: dict[str, Any]) -> str:
    lines = [f"{result['rows']:,} rows, {result['good']:,} without a fault."]
    for one in result["errors"][:SHOWN]:
        place = ", ".join(filter(None, [one["file"], f"row {one['row']}", one["field"]]))
        value = f" “{one['value'][:60]}”" if one["value"] else ""
        lines.append(f"  {place}{value}: {one['problem']} {one['cure']}")
    if len(result["errors"]) > SHOWN:
        lines.append(f"  and {len(result['errors']) - SHOWN:,} more; --json prints them.")
    if result["not_held"]:
        lines.append("A case of Clew would not hold:")
    lines += [f"  {one['field']} ({one['rows']:,} rows): {one['reason']}" for one in result["not_held"]]
    return "\n".join(lines)
