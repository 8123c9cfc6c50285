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


KEYS = "clew-keys.age"
"""What the file of keys is called, where nobody names another."""

KeysOption = Annotated[
    Path | None,
    typer.Option(help=f"The file of keys that lies beside the backups; {KEYS} in the backup's directory otherwise."),
]
PassphraseFile = Annotated[Path | None, typer.Option(help="File that holds the passphrase; asked for otherwise.")]


def backup(
    file: Annotated[Path, typer.Argument(help="The backup file to write.")],
    passphrase_file: PassphraseFile = None,
    keys: KeysOption = None,
    keep_keys: Annotated[int, typer.Option(help="Days after which the file of keys is not taken any more.")] = 90,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Make one consistent, encrypted file of the whole node while it runs, and the file of keys anew.

    What can be erased (persons, letters, documents, profiles) has its keys in the file of keys alone, which every
    backup replaces: whoever was erased since an older backup stays unreadable when that one is brought back. Keep no
    older copy of the file of keys; it is refused once it has expired, and can be read by whoever has the passphrase.

    Not in it are the sealed parts of files that travel: a partner has them still, or this node seals them anew.
    """
    set_up_node(home)
    from clew.node.backup import make_backup

    passphrase = _passphrase(passphrase_file)
    keys = keys or file.with_name(KEYS)
    with progress(as_json=as_json) as show:
        made = make_backup(file, passphrase, keys, keep_keys, on_step=show)
    answer(
        {"file": str(file), "bytes": made.size, "audit_size": made.audit_size, "documents": made.documents,
         "keys": str(keys), "keys_expire": made.expires.isoformat(),
         "transfers": made.transfers},
        as_json=as_json,
        text=f"{file}: {made.size:,} bytes, {made.documents} documents, audit log of {made.audit_size} entries.\n"
        f"{keys}: the keys, for this and every earlier backup until {made.expires.date()}. Keep no older copy of it."
        f"{_not_in_it(made.transfers)}",
    )  # fmt: skip


def _not_in_it(transfers: int) -> str:
    if not transfers:
        return ""
    return (
        f"\nNot in it: the sealed parts of files that travel ({transfers} transfers). After a restore partners are "
        "asked for theirs again by themselves; files that leave are prepared anew, as the desk will say."
    )


def restore(
    file: Annotated[Path, typer.Argument(help="The backup file.")],
    passphrase_file: PassphraseFile = None,
    keys: KeysOption = None,
    database: Annotated[str, typer.Option(help="postgresql://… to restore a PostgreSQL node into.")] = "",
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Bring a backup back into an empty directory, and prove it by verifying the audit log."""
    use_home(home)
    from clew.node.backup_restoring import restore_files

    passphrase = _passphrase(passphrase_file)
    with progress(as_json=as_json) as show:
        unpacked = restore_files(file, passphrase, keys or file.with_name(KEYS), database, on_step=show)
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
