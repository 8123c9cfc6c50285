"""`clew backup` and `clew restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clew.cli.answers import AsJson, HomeOption, answer, set_up_node, stop, use_home
from clew.cli.progress import progress


def _passphrase(file: Path | None) -> str:
    if file is not None and not file.is_file():
        stop(f"There is no file {file}.")
    if file is not None:
        return file.read_text(encoding="utf-8").strip()
    return str(typer.prompt("Passphrase of the backup", hide_input=True))


PassphraseFile = Annotated[Path | None, typer.Option(help="File that holds the passphrase; asked for otherwise.")]


def backup(
    file: Annotated[Path, typer.Argument(help="The backup file to write.")],
    passphrase_file: PassphraseFile = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Make one consistent, encrypted file of the whole node while it runs.

    The file holds the keys too. Erasing a person reaches it only when it is deleted: keep backups no longer than the
    retention the data-protection officer set.
    """
    set_up_node(home)
    from clew.node.backup import make_backup

    passphrase = _passphrase(passphrase_file)
    with progress(as_json=as_json) as show:
        made = make_backup(file, passphrase, on_step=show)
    answer(
        {"file": str(file), "bytes": made.size, "audit_size": made.audit_size, "documents": made.documents},
        as_json=as_json,
        text=f"{file}: {made.size:,} bytes, {made.documents} documents, audit log of {made.audit_size} entries.",
    )


def restore(
    file: Annotated[Path, typer.Argument(help="The backup file.")],
    passphrase_file: PassphraseFile = None,
    database: Annotated[str, typer.Option(help="postgresql://… to restore a PostgreSQL node into.")] = "",
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back into an empty directory, and prove it by verifying the audit log."""
    use_home(home)
    from clew.node.backup_restoring import restore_files

    passphrase = _passphrase(passphrase_file)
    with progress(as_json=as_json) as show:
        unpacked = restore_files(file, passphrase, database, on_step=show)
        set_up_node(unpacked.home)
        from clew.node.backup_restoring import finish_restore

        report = finish_restore(unpacked, on_step=show)
    answer(
        {"ok": True, "home": str(unpacked.home), "audit_size": report.size},
        as_json=as_json,
        text=f"The node is in {unpacked.home}; its audit log of {report.size} entries verifies.\n"
        "What was recorded after this backup is gone, and partners will see entries cut off. Before you start the "
        "node, tell its data-protection officer from when until when, who tells the partners.\n"
        "Nothing leaves to a partner until it has said what it has, or an officer decides on her desk.",
    )
