"""`clew audit`: verify the log, sign a checkpoint."""

from __future__ import annotations

import typer

from clew.cli.answers import NOT_DONE, AsJson, HomeOption, answer, set_up_node
from clew.cli.progress import progress

app = typer.Typer(help="The append-only log of every act.", no_args_is_help=True, rich_markup_mode=None)


@app.command("verify")
def verify(home: HomeOption = None, as_json: AsJson = False) -> None:
    """Recompute the whole log and compare it with every signed checkpoint. Exit code 1 if anything differs."""
    set_up_node(home)
    from clew.node.audit.queries import verify as verify_log

    with progress(as_json=as_json) as show:
        report = verify_log(on_progress=lambda done, total: show("log", done, total))
    answer(
        {"ok": report.ok, "size": report.size, "root": report.root.hex(), "problems": list(report.problems)},
        as_json=as_json,
        text=f"{report.size} entries, root {report.root.hex()}.\n"
        + ("The log verifies." if report.ok else "The log does NOT verify:\n" + "\n".join(report.problems)),
    )
    if not report.ok:
        raise typer.Exit(NOT_DONE)


@app.command("checkpoint")
def checkpoint(home: HomeOption = None, as_json: AsJson = False) -> None:
    """Sign the log's present size and root; give the note to partners, who can then prove any rewriting."""
    set_up_node(home)
    from clew.node.accounts.actions import NODE
    from clew.node.audit.actions import checkpoint as sign_checkpoint

    note = sign_checkpoint(actor=NODE)
    answer({"size": note.size, "note": note.note}, as_json=as_json, text=note.note)
