"""`clew statistics`: tables that may be published, and the register of those that were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from clew.cli.answers import NOT_DONE, AsJson, HomeOption, answer, set_up_node, stop

if TYPE_CHECKING:
    from clew.node.transfer.models import StatisticalDataset

app = typer.Typer(
    help="Safe tables of statistical records, and the register of published ones.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
DRAFT = "Draft: not entered into the register of published tables. Before it leaves the house, make it with --publish."
SIGNS = {"primary": "<k", "complementary": "c", "group": "g"}
"""How a withheld number is printed, by its reason."""


@app.callback()
def group() -> None:
    """Safe tables of statistical records, and the register of published ones."""


@app.command("table")
def table(
    rows: Annotated[str, typer.Option("--rows", help="The column whose values are the rows, for instance gender.")],
    columns: Annotated[str, typer.Option("--columns", help="The column across; none counts by one column.")] = "",
    k: Annotated[int, typer.Option("--k", help="The smallest number of persons that is told, 0 apart.")] = 11,
    rounded: Annotated[bool, typer.Option("--round", help="Round to multiples of 5 instead of exact counts.")] = False,
    dataset: Annotated[
        int, typer.Option("--dataset", help="Number of the records; those imported last if not given.")
    ] = 0,
    restriction_read: Annotated[
        bool, typer.Option("--restriction-read", help="You have read the restriction in words (H3) of the records.")
    ] = False,
    publish: Annotated[
        bool, typer.Option("--publish", help="Enter it into the register; every later table is checked against it.")
    ] = False,
    officer: Annotated[str, typer.Option("--officer", help="With --publish: who answers for it.")] = "",
    code: Annotated[str, typer.Option("--code", help="With --publish: the code of her authenticator.")] = "",
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Make a table that may be published: what is withheld cannot be worked out from it and all published before.

    Examples:

      clew statistics table --rows gender --columns citizenship --json

      clew statistics table --rows gender --columns ageBroad --round --publish --officer anna --code 123456
    """
    set_up_node(home)
    from clew.node.accounts.actions import NODE
    from clew.node.transfer.queries import dataset_for, draft_table
    from clew.node.types import BadInput

    asked: dict[str, Any] = {
        "rows": rows, "columns": columns, "k": k, "method": "round" if rounded else "suppress",
        "dataset_id": dataset or None,
    }  # fmt: skip
    try:
        _read_restriction(dataset_for(officer=NODE, dataset_id=dataset or None), restriction_read)
        if publish:
            result = _published(officer, code, asked)
        else:
            records, made = draft_table(officer=NODE, **asked)
            document = made.as_json()
            document["notes"].append(DRAFT)
            result = document | {"dataset": records.title, "handling": _handling(records), "published": None}
    except BadInput as refused:
        _refuse(refused, as_json)
        return
    answer(result, as_json=as_json, text=_printed(result))


@app.command("published")
def published(home: HomeOption = None, as_json: AsJson = False) -> None:
    """List the tables that were published."""
    set_up_node(home)
    from clew.node.accounts.actions import NODE
    from clew.node.transfer.queries import published_tables

    found = [
        {
            "number": one.pk, "published": one.published.isoformat(), "by": one.published_by.username,
            "title": one.title, "rows": one.document["rows"], "columns": one.document["columns"],
            "method": one.document["method"], "k": one.document["k"], "sha256": one.sha256,
        }
        for one in published_tables(officer=NODE)
    ]  # fmt: skip
    lines = [
        f"{one['number']}  {one['published'][:10]}  {one['rows']} by {one['columns'] or '–'}, {one['method']}, "
        f"{one['title']}, {one['by']}"
        for one in found
    ]
    answer({"tables": found}, as_json=as_json, text="\n".join(lines) or "No table was published.")


def _published(officer: str, code: str, asked: dict[str, Any]) -> dict[str, Any]:
    from clew.cli.transfer import officer_called
    from clew.node.accounts.actions import verify_step_up
    from clew.node.transfer.actions import publish_table
    from clew.node.transfer.queries import dataset_for

    if not (officer and code):
        stop("A table is published by an officer, who answers for it. Name her with --officer and --code.")
    actor = officer_called(officer)
    verify_step_up(officer=actor, code=code)
    made = publish_table(actor=actor, **asked)
    records = dataset_for(officer=actor, dataset_id=asked["dataset_id"])
    return {**made.document, "dataset": made.title, "handling": _handling(records), "published": made.pk}


def _read_restriction(records: StatisticalDataset, read: bool) -> None:
    if records.handling == "H3" and not read:
        # A restriction in words is read by a human; nothing can tell what it allows.
        stop(f"The records have a restriction in words (H3): {records.handling_text} Count with --restriction-read.")


def _handling(records: StatisticalDataset) -> str:
    return f"{records.handling} {records.handling_text}".strip()


def _refuse(refused: Any, as_json: bool) -> None:
    """A refusal is an answer: with --json one object with the reason and the cure."""
    reason = {"field": refused.field, "problem": refused.problem, "cure": refused.cure}
    if not as_json:
        stop(f"{refused.problem} {refused.cure}")
    answer({"refused": reason}, as_json=True, text="")
    raise typer.Exit(NOT_DONE)


def _printed(result: dict[str, Any]) -> str:
    heads = [one["column"] for one in result["column_totals"]]
    grid = [[result["rows"], *(_name(head) for head in heads), "total"]]
    cells = iter(result["cells"])
    grid += [
        [_name(total["row"]), *(_shown(next(cells)) for _ in heads), _shown(total)] for total in result["row_totals"]
    ]
    grid.append(["total", *(_shown(one) for one in result["column_totals"]), str(result["total"] or "c")])
    widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
    lines = [
        "  ".join(text.ljust(width) if not place else text.rjust(width)
                  for place, (text, width) in enumerate(zip(line, widths, strict=True)))
        for line in grid
    ]  # fmt: skip
    title = f"{result['dataset']}: {result['rows']}" + (f" by {result['columns']}" if result["columns"] else "")
    legend = f"<k: fewer than {result['k']}; c: withheld to protect another number; g: nothing told of this group"
    return "\n".join([title, f"Handling: {result['handling']}", *lines, legend, *result["notes"]])


def _name(value: str) -> str:
    return value or "(blank)"


def _shown(said: dict[str, Any]) -> str:
    return SIGNS[said["suppressed"]] if said["value"] is None else str(said["value"])
