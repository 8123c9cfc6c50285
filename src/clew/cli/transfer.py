"""`clew import`, `clew count`, `clew export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli.answers import NOT_DONE, AsJson, HomeOption, answer, set_up_node, stop
from clew.cli.progress import progress

if TYPE_CHECKING:
    from clew.node.accounts.actions import Officer
    from clew.node.transfer.models import ImportBatch

SHOWN = 20
"""Errors printed in words; all of them are in the answer with --json."""

FileArgument = Annotated[Path, typer.Argument(help="CSV, XLSX, ODS or FollowTheMoney JSON lines, gzipped or not.")]
MappingOption = Annotated[
    str, typer.Option("--mapping", help="What the columns mean: agencies, ctdc, ftm, phones, or an own one.")
]


def import_file(
    file: FileArgument,
    mapping: MappingOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check every row, import nothing.")] = False,
    good_rows: Annotated[
        bool, typer.Option("--good-rows", help="Import the rows without errors; else all or nothing.")
    ] = False,
    case: Annotated[
        str, typer.Option("--case", help="Reference of the case whose team may know what the file says.")
    ] = "",
    title: Annotated[
        str, typer.Option("--title", help="What the source is called; the file's name if not given.")
    ] = "",
    encoding: Annotated[str, typer.Option("--encoding", help="If it is not found out rightly: utf-8, gb18030, …")] = "",
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Import a file: persons and things into a case, or statistical records for counting.

    Examples:

      clew import register.csv --mapping agencies --case AT-2026-0001

      clew import CTDC_global_kanon.csv.gz --mapping ctdc --dry-run --json
    """
    set_up_node(home)
    from clew.node.accounts.actions import NODE
    from clew.node.transfer.actions import import_now
    from clew.node.transfer.readers import pieces_of
    from clew.node.types import BadInput

    if not file.is_file():
        stop(f"There is no file {file}.")
    with progress(as_json=as_json) as show:

        def on_progress(done: int, total: int) -> None:
            show("import" if total else "check", done, total)

        try:
            batch = import_now(
                actor=NODE, file_name=file.name, content=pieces_of(file)(), mapping=mapping, title=title,
                options={"encoding": encoding} if encoding else None, good_rows_only=good_rows, dry_run=dry_run,
                on_progress=on_progress, **_place(case),
            )  # fmt: skip
        except BadInput as problem:
            _end_import(
                {"rows": 0, "imported": 0, "rejected": 0, "errors": [_error(problem)]}, as_json=as_json, done=False
            )
            return
    result = _result(batch)
    good = not result["errors"] if dry_run else batch.state == "done"
    _end_import(result, as_json=as_json, done=good, dry_run=dry_run)


def count(
    by: Annotated[str, typer.Option("--by", help="The column to count by, for instance citizenship.")],
    dataset: Annotated[
        int, typer.Option("--dataset", help="Number of the table; the one imported last if not given.")
    ] = 0,
    normalised: Annotated[
        bool,
        typer.Option("--normalised", help="Read flags, age bands and cells of several values (docs/methods/ctdc.md)."),
    ] = False,
    restriction_read: Annotated[
        bool, typer.Option("--restriction-read", help="You have read the restriction in words (H3) of the table.")
    ] = False,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Count statistical records by a column. A blank value stands under "". Counts are exact: publish only safe tables,
    and no cell of fewer than ten records.

    Example:

      clew count --by citizenship --json
    """
    set_up_node(home)
    from clew.node.accounts.actions import NODE
    from clew.node.transfer.queries import count as count_records

    found = count_records(
        officer=NODE, column=by, dataset_id=dataset or None, reading="normalised" if normalised else "given"
    )
    table = found.dataset
    if table.handling == "H3" and not restriction_read:
        # A restriction in words is read by a human; nothing can tell what it allows.
        stop(f"The table has a restriction in words (H3): {table.handling_text} Count with --restriction-read.")
    lines = [f"{number:>9,}  {value or '(blank)'}" for value, number in found.counts.most_common()]
    head = (
        f"{found.dataset.title}: {found.records:,} records by {by}. Not a random sample: never read it as prevalence."
    )
    handling = f"Handling: {table.handling} {table.handling_text}".strip()
    answer(dict(found.counts.most_common()), as_json=as_json, text="\n".join([head, handling, *lines]))


def export(
    output: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    officer: Annotated[str, typer.Option("--officer", help="User name of the officer who answers for the export.")],
    purpose: Annotated[str, typer.Option("--purpose", help="Code of the purpose, for instance own_use.")],
    code: Annotated[
        str, typer.Option("--code", prompt="Code of the officer's authenticator", help="Proof that it is she.")
    ],
    what: Annotated[str, typer.Option("--what", help="case, entities or cases.")] = "entities",
    file_format: Annotated[str, typer.Option("--format", help="ftm, csv or xlsx.")] = "csv",
    recipient: Annotated[
        str, typer.Option("--to", help="own: your organisation. Anyone else is sent a letter.")
    ] = "own",
    case: Annotated[str, typer.Option("--case", help="Reference of the case, with --what case.")] = "",
    schema: Annotated[str, typer.Option("--schema", help="Only entities of this kind, with --what entities.")] = "",
    text: Annotated[str, typer.Option("--text", help="Only entities with these words, with --what entities.")] = "",
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Export what the officer may see, for her own organisation: decided, marked and recorded.

    Example:

      clew export list.csv --officer anna --purpose own_use --schema RecruitmentAgency
    """
    set_up_node(home)
    from clew.node.accounts.actions import verify_step_up
    from clew.node.transfer.actions import download_export, request_export

    if output.exists():
        stop(f"{output} exists already. Choose another name.")
    actor = officer_called(officer)
    verify_step_up(officer=actor, code=code)
    made = request_export(
        actor=actor, what=what, file_format=file_format, purpose=purpose, recipient=recipient,
        case_id=case_called(case) if case else None, schema=schema, text=text,
    )  # fmt: skip
    _export, content = download_export(actor=actor, export_id=made.pk)
    _write_new(output, content)
    answer(
        {"number": made.number, "file": str(output), "rows": made.rows, "withheld": made.withheld,
         "recipient": made.recipient_name, "purpose": made.purpose, "classification": made.classification,
         "sha256": made.file_sha256},
        as_json=as_json,
        text=f"{made.number}: {made.rows} rows in {output}, {made.classification}, for {made.recipient_name}. "
        f"Withheld: {made.withheld}.",
    )  # fmt: skip


def _write_new(output: Path, content: bytes) -> None:
    import os

    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)


def officer_called(username: str) -> Officer:
    """The active officer of that user name; ends with a sentence where there is none."""
    from clew.node.accounts.models import Officer

    found = Officer.objects.filter(username__iexact=username, is_active=True).first()
    if found is None:
        stop(f"There is no active officer {username}.")
    return found


def case_called(reference: str) -> int:
    """The number of the case with that reference; ends with a sentence where there is none."""
    return _place(reference)["case_id"]


def _place(case: str) -> dict[str, int]:
    """The compartment and case that the facts belong to; nothing for statistics."""
    if not case:
        return {}
    from clew.node.cases.models import Case

    found = Case.objects.filter(reference=case).first()
    if found is None:
        stop(f"There is no case {case}.")
    return {"compartment_id": found.compartment_id, "case_id": found.pk}


def _result(batch: ImportBatch) -> dict[str, Any]:
    """The answer: rows read, imported and rejected, and every error kept."""
    from clew.node.transfer.queries import problems_of, refusal_of

    refusal, errors = refusal_of(batch), problems_of(batch)
    errors = [*([refusal] if refusal else []), *errors]
    return {"rows": batch.rows, "imported": batch.imported, "rejected": batch.rejected, "errors": errors}


def _error(problem: Any) -> dict[str, Any]:
    return {
        "row": getattr(problem, "row", 0), "field": problem.field, "value": "", "problem": problem.problem,
        "cure": problem.cure,
    }  # fmt: skip


def _end_import(result: dict[str, Any], *, as_json: bool, done: bool, dry_run: bool = False) -> None:
    told = "Dry run, nothing imported: " if dry_run else ""
    lines = [f"{told}{result['rows']:,} rows, {result['imported']:,} imported, {result['rejected']:,} rejected."]
    for one in result["errors"][:SHOWN]:
        place = f"row {one['row']}, {one['field']}" if one["row"] else str(one["field"])
        lines.append(f"  {place.strip(', ')}: {one['problem']} {one['cure']}")
    if len(result["errors"]) > SHOWN:
        lines.append(f"  and {len(result['errors']) - SHOWN:,} more; --json prints them.")
    answer(result, as_json=as_json, text="\n".join(lines))
    if not done:
        raise typer.Exit(NOT_DONE)
