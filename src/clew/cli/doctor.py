"""`clew doctor`: is the node well, and what to do if it is not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli.answers import NOT_DONE, AsJson, HomeOption, answer, set_up_node
from clew.cli.progress import progress

if TYPE_CHECKING:
    from clew.node.types import Finding, OnStep

BackupsOption = Annotated[
    Path | None, typer.Option("--backups", help="Where backups are written: look at the room there too.", metavar="DIR")
]


def doctor(
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make all rows and the search index anew.")] = False,
    migrate: Annotated[bool, typer.Option("--migrate", help="Bring the store up to this program.")] = False,
    backups: BackupsOption = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Check the node: keys, store, disk, clock, worker, letters, partners, audit log. Exit code 1 if anything is wrong.

    What cannot be known is said to be unknown; it is not wrong, and not well.

    Example: clew doctor --backups /backup
    """
    set_up_node(home)
    from django.utils import timezone

    from clew.node.condition import findings

    if migrate:
        from clew.node.tables import bring_up_to_date

        bring_up_to_date()
    with progress(as_json=as_json) as show:
        rebuilt = _rebuild(show) if rebuild else None
        found = [*findings(now=timezone.now(), backups=backups), _audit(show)]
    ok = all(finding.state != "wrong" for finding in found)
    lines = [f"{finding.check}: {finding}" for finding in found]
    if rebuilt is not None:
        lines.append(f"rows made anew: {rebuilt}")
    told = {
        "ok": ok,
        "checks": {one.check: "" if one.state == "well" else str(one) for one in found},
        "findings": [_as_json(one) for one in found],
        "rows_rebuilt": rebuilt,
    }
    answer(told, as_json=as_json, text="\n".join(lines))
    if not ok:
        raise typer.Exit(NOT_DONE)


def _rebuild(show: OnStep) -> int:
    from clew.node.accounts.actions import NODE
    from clew.node.dossier.actions import rebuild_rows

    return rebuild_rows(actor=NODE, on_progress=lambda done, total: show("rows", done, total))


def _as_json(finding: Finding) -> dict[str, str | None]:
    since = finding.since.isoformat() if finding.since else None
    return {"check": finding.check, "state": finding.state, "says": finding.says, "cure": finding.cure, "since": since}


def _audit(show: OnStep) -> Finding:
    from clew.node.audit.queries import verify
    from clew.node.types import Finding

    problems = verify(on_progress=lambda done, total: show("log", done, total)).problems
    return Finding("audit log", "wrong", "; ".join(problems)) if problems else Finding("audit log", "well")
