"""`clew evidence`: bags of evidence checked, from files alone; large files into a case, and a case's documents out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clew.cli.answers import NOT_DONE, AsJson, HomeOption, answer, set_up_node, stop
from clew.cli.progress import progress

if TYPE_CHECKING:
    from clew.exchange.evidence.bag_checking import Checked
    from clew.node.transfer.models import Export

app = typer.Typer(
    help="Evidence: check a bag, write one of a case's documents, or take a large file into a case.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

MIB = 1024 * 1024

SHOWN = 50
"""Faults that are printed; `--json` has them all."""


@app.callback()
def group() -> None:
    """Evidence: check a bag, write one of a case's documents, or take a large file into a case."""


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


@app.command("add")
def add(
    case: Annotated[str, typer.Argument(help="The case's reference, as its page shows it.")],
    file: Annotated[Path, typer.Argument(help="The file; it is read once, and stays where it is.")],
    officer: Annotated[str, typer.Option("--officer", help="User name of the officer of the team whose act it is.")],
    code: Annotated[
        str, typer.Option("--code", prompt="Code of the officer's authenticator", help="Proof that it is she.")
    ],
    title: Annotated[str, typer.Option("--title", help="Title in the case; else the file's name.")] = "",
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Take a file of any size into a case. Its fingerprint is taken and it is encrypted while it is read.

    The pages take files of up to 100 MB.

    Example:

      clew evidence add K-2026-4 /media/disk/phone.tar --officer anna
    """
    if not file.is_file():
        stop(f"{file} is no file. Nothing was taken.")
    set_up_node(home)
    from clew.cli.transfer import case_called, officer_called
    from clew.node.accounts.actions import verify_step_up
    from clew.node.cases.actions import add_document, receive_file

    actor, case_id, size = officer_called(officer), case_called(case), file.stat().st_size
    verify_step_up(officer=actor, code=code)
    with progress(as_json=as_json) as show:
        # Read before anything is written to the store: a long transaction would hold up the pages.
        received = receive_file(_pieces(file, lambda done: show("file", done, size)), largest=size)
        added = add_document(
            actor=actor, case_id=case_id, title=title or file.name, file_name=file.name,
            media_type="application/octet-stream", content=received,
        )  # fmt: skip
    result = {"case": case, "document": added.pk, "title": added.title, "bytes": added.size, "sha256": added.sha256}
    text = f"“{added.title}” is in case {case}: {added.size:,} bytes, fingerprint (SHA-256) {added.sha256}."
    answer(result, as_json=as_json, text=text)


@app.command("bag")
def bag(
    case: Annotated[str, typer.Argument(help="The case's reference, as its page shows it.")],
    output: Annotated[Path, typer.Argument(help="The ZIP archive to write; it must not exist.")],
    officer: Annotated[str, typer.Option("--officer", help="User name of the officer who answers for the export.")],
    purpose: Annotated[str, typer.Option("--purpose", help="Code of the purpose, for instance court.")],
    code: Annotated[
        str, typer.Option("--code", prompt="Code of the officer's authenticator", help="Proof that it is she.")
    ],
    documents: Annotated[
        list[int] | None, typer.Option("--document", help="Number of a document; all of the case if none is named.")
    ] = None,
    recipient: Annotated[
        str, typer.Option("--to", help="own: your organisation. Anyone else is sent a letter.")
    ] = "own",
    reason: Annotated[str, typer.Option("--reason", help="Why it is needed; it stands in the record.")] = "",
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Write documents of a case as a bag (BagIt, RFC 8493) with their custody record: decided, marked and recorded.

    For your own organisation. Documents of which nobody has said whom they show, and those that the rules keep back,
    are left out and counted. The archive is as large as the files; memory stays flat.

    Example:

      clew evidence bag K-2026-4 /media/disk/K-2026-4.zip --officer anna --purpose court
    """
    if output.exists():
        stop(f"{output} exists already. Choose another name.")
    set_up_node(home)
    from clew.cli.transfer import case_called, officer_called
    from clew.node.accounts.actions import verify_step_up
    from clew.node.cases.queries import documents_seen
    from clew.node.transfer.actions import export_documents, write_bag_out

    actor, case_id = officer_called(officer), case_called(case)
    verify_step_up(officer=actor, code=code)
    seen = documents_seen(officer=actor).filter(case=case_id)
    chosen = documents or list(seen.order_by("added", "pk").values_list("pk", flat=True))
    decided = export_documents(
        actor=actor, case_id=case_id, document_ids=chosen, purpose=purpose, recipient=recipient, reason=reason
    )
    with progress(as_json=as_json) as show:
        total = sum(seen.filter(pk__in=chosen).values_list("size", flat=True))
        made = _written(output, lambda write: write_bag_out(actor=actor, bag=decided, write=write),
                        lambda done: show("bag", min(done, total), total))  # fmt: skip
    answer(
        {"number": made.number, "file": str(output), "documents": made.rows, "withheld": made.withheld,
         "recipient": made.recipient_name, "purpose": made.purpose, "classification": made.classification,
         "sha256": made.file_sha256, "custody": made.content_sha256},
        as_json=as_json,
        text=f"{made.number}: {made.rows} documents in {output}, {made.classification}, for {made.recipient_name}. "
        f"Withheld: {made.withheld}. The custody record ends with {made.content_sha256}.",
    )  # fmt: skip


def _written(
    output: Path, make: Callable[[Callable[[bytes], object]], Export], show: Callable[[int], object]
) -> Export:
    """Write a file that only its owner reads, whole or not at all."""
    import os

    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:

            def write(piece: bytes) -> None:
                stream.write(piece)
                show(stream.tell())

            return make(write)
    except BaseException:
        output.unlink()
        raise


def _pieces(file: Path, show: Callable[[int], object]) -> Iterator[bytes]:
    done = 0
    with file.open("rb") as stream:
        while piece := stream.read(MIB):
            done += len(piece)
            show(done)
            yield piece


def _in_words(checked: Checked) -> str:
    from clew.exchange.evidence.names import shown_name

    if checked.faults:
        # A name in a bag is somebody else's: it must not move the cursor of who reads it.
        lines = [f"{shown_name(one.path)}: {one.sentence}" for one in checked.faults[:SHOWN]]
        more = len(checked.faults) - len(lines)
        return "\n".join([*lines, *([f"and {more} more"] if more else []), "The bag is NOT whole and unchanged."])
    custody = f"Its custody record ends with {checked.custody}." if checked.custody else "It has no custody record."
    return f"The bag is whole and unchanged: {checked.files} files, {checked.size} bytes. {custody}"
