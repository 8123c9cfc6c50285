"""`clew audit`: verify the log, sign a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from clew.cli.answers import NOT_DONE, AsJson, HomeOption, answer, set_up_node, stop
from clew.cli.progress import progress

app = typer.Typer(help="The append-only log of every act.", no_args_is_help=True, rich_markup_mode=None)


@app.command("verify")
def verify(
    partner: Annotated[
        str | None,
        typer.Option("--with", metavar="PARTNER", help="Also against what this partner cosigned and showed."),
    ] = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the whole log and compare it with every signed checkpoint. Exit code 1 if anything differs.

    With --with PARTNER (its name or uid) the log must also begin with every checkpoint that this partner cosigned, and
    what the partner showed of its own log must fit together. Nothing cosigned yet, or not for a week, is not verified.
    """
    set_up_node(home)
    if partner is not None:
        _verify_with(partner, as_json=as_json)
        return
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


def _verify_with(named: str, *, as_json: bool) -> None:
    from django.utils import timezone

    from clew.node.accounts.actions import NODE
    from clew.node.exchange.queries import verify_with

    uid, name = _partner(named)
    with progress(as_json=as_json) as show:
        report = verify_with(
            officer=NODE,
            party_uid=uid,
            now=timezone.now(),
            on_progress=lambda done, total: show("log", done, total),
        )
    newest = {"newest_cosigned": report.newest_cosigned, "newest_kept": report.newest_kept}
    answer(
        {
            "ok": report.ok,
            "partner": uid,
            "size": report.size,
            "root": report.root.hex(),
            "cosigned": report.cosigned,
            "kept": report.kept,
            **{key: at.isoformat() if at else None for key, at in newest.items()},
            "problems": list(report.problems),
        },
        as_json=as_json,
        text=f"{report.size} entries, root {report.root.hex()}.\n"
        f"{name} cosigned {report.cosigned} checkpoints of this log; this node cosigned {report.kept} of its.\n"
        + (f"The log verifies with {name}." if report.ok else _not_verified(name, report.problems)),
    )
    if not report.ok:
        raise typer.Exit(NOT_DONE)


def _not_verified(name: str, problems: Sequence[str]) -> str:
    lines = "\n".join(problems)
    return (
        f"NOT verified with {name}:\n{lines}\n"
        "If this node was restored from a backup, partners see that as entries cut off: keep the store as it is, and "
        "tell the data-protection officer, who reads what to do on the page of the audit log."
    )


def _partner(named: str) -> tuple[str, str]:
    """The uid and name of the one partner that is meant."""
    from clew.node.partners.queries import parties

    directory = dict(parties().values_list("uid", "name"))
    found = [(uid, name) for uid, name in directory.items() if named in {uid, name}]
    found = found or [(uid, name) for uid, name in directory.items() if named.lower() in name.lower()]
    if len(found) != 1:
        stop(
            f"No partner is called {named!r}."
            if not found
            else f"{named!r} may be {', '.join(sorted(name for _uid, name in found))}. Give the whole name or the uid."
        )
    return found[0]


@app.command("checkpoint")
def checkpoint(home: HomeOption = None, as_json: AsJson = False) -> None:
    """Sign the log's present size and root; give the note to partners, who can then prove any rewriting."""
    set_up_node(home)
    from clew.node.accounts.actions import NODE
    from clew.node.audit.actions import checkpoint as sign_checkpoint

    note = sign_checkpoint(actor=NODE)
    answer({"size": note.size, "note": note.note}, as_json=as_json, text=note.note)
