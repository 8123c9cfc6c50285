"""`clew letter carry`: letters in a file or a mail, where no line reaches the partner."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from clew.cli.answers import NOT_DONE, WRONG_USE, AsJson, HomeOption, answer, set_up_node, stop
from clew.cli.files import read_file
from clew.cli.mailbox import app as mailbox

if TYPE_CHECKING:
    from clew.node.exchange.bundling import CarriedOut
    from clew.node.exchange.unbundling import CarriedInBundle, Entry

app = typer.Typer(help="Letters.", no_args_is_help=True, rich_markup_mode=None)
carry = typer.Typer(help="Carry letters by hand, in a file.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(carry, name="carry")
app.add_typer(mailbox, name="mailbox")

OUTCOMES: Final = {
    "stored": "stored; its receipt goes back with the next bundle",
    "here-already": "was here already; the same receipt goes back again",
    "in-transit": "stored unopened, to be passed on to the party it is for",
    "refused": "refused, with a signed receipt that says so:",
    "turned-away": "not taken:",
    "noted": "receipt noted",
    "noted-before": "receipt was known already",
    "not-ours": "receipt not taken:",
}
"""What `unbundling.Outcome` says, in words."""

CURES: Final = {
    "wrong-recipient": "Hand it to the partner it was made for, or ask the sender for one that is for this node.",
    "loop": "It goes to the partner, not back to this node.",
    "unknown-sender": "If you know the sender, add its card with: clew partner add. An officer confirms it.",
    "sender-not-usable": "See the sender's page. When an officer has confirmed or reinstated it, carry it in again.",
    "bad-signature": "Ask the sender whether it made this file. If it has a new card, add and confirm that first.",
    "unknown-version": "Ask the sender which version of Clew made it; this node may have to be upgraded.",
}
ANOTHER_COPY: Final = "Copy it again from where it came, or ask the sender to carry it out once more."


@carry.command("out")
def carry_out(
    partner: Annotated[str, typer.Argument(help="The partner's number in the directory (uid), or its exact name.")],
    file: Annotated[Path, typer.Argument(help="The bundle to write; it must not exist.")],
    mail: Annotated[bool, typer.Option("--mail", help="Write a mail with the bundle attached.")] = False,
    to: Annotated[str, typer.Option(help="With --mail: the partner's mail address.")] = "",
    sender: Annotated[str, typer.Option("--from", help="With --mail: this office's mail address.")] = "",
    parts: Annotated[
        Path | None, typer.Option("--parts", help="A folder for the parts of announced files.", metavar="DIR")
    ] = None,
    most: Annotated[int, typer.Option("--most", help="With --parts: megabytes that may be written; 0 = all.")] = 0,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Write what waits for a partner into one file, sealed as it is. All of it stays in the outbox until the partner's
    signed receipt is here.

    Who finds the file sees who writes to whom, how many letters and how large, and can read none. Clew sends no mail:
    with --mail, the file is one for your mail program or sendmail -t. With --parts, the sealed parts that the partner
    lacks go into a folder beside it, and this node's word on what came from it.

    Example:

      clew letter carry out "Office Beijing (fictional)" /media/stick/letters.clew --parts /media/stick/parts
    """
    if (to or sender) and not mail:
        stop("Addresses belong to a mail. Add --mail.", WRONG_USE)
    set_up_node(home)
    from django.utils import timezone

    from clew.node.accounts.actions import NODE
    from clew.node.exchange.actions import NotNow
    from clew.node.exchange.bundling import carry_out as put_in

    if os.path.lexists(file):
        stop(f"{file} exists already. Choose another name.")
    uid, name = _partner(partner)
    told = _parts_out(uid, parts, most) if parts is not None else None
    try:
        made = put_in(actor=NODE, party=uid, now=timezone.now())
    except NotNow as reason:
        if told is None or not told["parts"] + told["answers"]:
            stop(f"{file} was not written. {reason}")
        text = f"{file} was not written. {reason} {_of_parts(told)}"
        answer({"file": "", "partner": uid, "parts": told}, as_json=as_json, text=text)
        return
    content = _as_mail(made.raw, to, sender) if mail else made.raw
    write_new(file, content)
    _answer_carried(file, made, uid, name, len(content), told, as_json=as_json)


def _answer_carried(
    file: Path, made: CarriedOut, uid: str, name: str, size: int, told: dict[str, int] | None, *, as_json: bool
) -> None:
    head = f"{file}: {len(made.envelopes)} envelopes and {made.receipts} receipts for {name}, {size:,} bytes."
    lines = [
        f"{one.entry}: envelope {one.envelope}, {one.size:,} bytes, expires {one.expires:%Y-%m-%d}"
        for one in made.envelopes
    ]
    rest = [*(f"Not in it: {one}" for one in made.left), *([_of_parts(told)] if told else [])]
    result: dict[str, Any] = {
        "file": str(file),
        "partner": uid,
        "bytes": size,
        "sha256": made.digest,
        "envelopes": [
            {"entry": one.entry, "envelope": one.envelope, "bytes": one.size, "expires": one.expires.isoformat()}
            for one in made.envelopes
        ],
        "receipts": made.receipts,
        "left": list(made.left),
    }
    answer(result | ({"parts": told} if told else {}), as_json=as_json, text="\n".join([head, *lines, *rest]))


@carry.command("in")
def carry_in(
    file: Annotated[Path, typer.Argument(help="The bundle, the mail, or the folder of mails (mbox, Maildir).")],
    parts: Annotated[
        Path | None, typer.Option("--parts", help="The folder with the parts of announced files.", metavar="DIR")
    ] = None,
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Take the letters and receipts of a bundle, each judged as if it had come over the network.

    The same file may be carried in again, and files in any order: nothing happens twice. Exit code 1 where something
    in it was not taken. Of a folder of mails, those that carry no bundle are passed over.
    """
    set_up_node(home)
    from clew.cli.mail_files import is_folder

    if is_folder(file):
        _take_folder(file, as_json=as_json)
        return
    if parts is not None and not file.exists():
        # A stick with parts alone is no mistake: the letters may have gone over the network.
        told = _parts_in(parts)
        answer({"parts": told}, as_json=as_json, text=_of_parts_in(told))
        if told["refused"]:
            raise typer.Exit(NOT_DONE)
        return
    found = _take(_read(file))
    if isinstance(found, str):
        stop(f"{file}: nothing of it was taken. {found}")
    told = _parts_in(parts) if parts is not None else {}
    text = "\n".join([_in_lines(file, found), *([_of_parts_in(told)] if told else [])])
    answer(_as_json(file, found) | ({"parts": told} if told else {}), as_json=as_json, text=text)
    if told.get("refused") or not all(one.taken for one in found.entries):
        raise typer.Exit(NOT_DONE)


def _take_folder(file: Path, *, as_json: bool) -> None:
    """Take each mail's bundle alone, so that one that is refused holds up no other."""
    from clew.cli.mail_files import mails_in
    from clew.exchange.mailing import bundle_of
    from clew.exchange.refusals import Refusal

    told: list[dict[str, Any]] = []
    lines: list[str] = []
    without, well = 0, True
    for name, raw in mails_in(file):
        place = Path(name)
        try:
            bundle = bundle_of(raw)
        except Refusal as refusal:
            found: CarriedInBundle | str = refusal.sentence
        else:
            if bundle is None:
                without += 1
                continue
            found = _take(bundle)
        if isinstance(found, str):
            well = False
            told.append({"file": name, "refused": found})
            lines.append(f"{name}: nothing of it was taken. {found}")
        else:
            well = well and all(one.taken for one in found.entries)
            told.append(_as_json(place, found))
            lines.append(_in_lines(place, found))
    lines.append(f"{file}: {len(told)} mails with a bundle, {without} without one.")
    answer({"file": str(file), "mails": told, "without": without}, as_json=as_json, text="\n".join(lines))
    if not well:
        raise typer.Exit(NOT_DONE)


def _take(raw: bytes) -> CarriedInBundle | str:
    """What became of a bundle, or in words why nothing of it was taken."""
    from django.db import Error as DatabaseError
    from django.utils import timezone

    from clew.exchange.refusals import Refusal
    from clew.node.accounts.actions import NODE
    from clew.node.exchange.limits import TooMany
    from clew.node.exchange.unbundling import carry_in as take

    try:
        return take(actor=NODE, raw=raw, now=timezone.now())
    except Refusal as refusal:
        where = f" ({refusal.where})" if refusal.where else ""
        return f"{refusal.sentence}{where} {CURES.get(refusal.code, ANOTHER_COPY)}"
    except TooMany as too_many:
        return f"Carry it in again in {too_many.retry_after} seconds."
    except DatabaseError:
        # The running node took the same letter in this very moment, or holds the store.
        return "The store could not be written. Carry it in again."


def _parts_out(uid: str, folder: Path, most: int) -> dict[str, int]:
    """Write the parts that a partner lacks; how many lie in the folder, find no room, and the bytes written."""
    from django.utils import timezone

    from clew.exchange.refusals import Refusal
    from clew.node.accounts.actions import NODE
    from clew.node.exchange.actions import NotNow
    from clew.node.exchange.part_carrying import parts_to_carry, write_parts

    try:
        carried = parts_to_carry(actor=NODE, party=uid, now=timezone.now())
        lying, left, written = write_parts(carried, folder, most * 1_000_000 or None)
    except NotNow as reason:
        stop(f"No parts were written. {reason}")
    except Refusal as refusal:
        stop(f"Not all parts were written. {refusal.sentence} Take the announcement back, and prepare the files anew.")
    except OSError as error:
        stop(f"{folder} cannot be written: {error.strerror}. Carry them out again; what lies there whole stays.")
    return {"parts": lying, "left": left, "bytes": written, "answers": len(carried.answers)}


def _of_parts(told: dict[str, int]) -> str:
    rest = f" {told['left']} find no room: carry these in first, then carry out again." if told["left"] else ""
    return f"Parts: {told['parts']} in the folder, {told['bytes']:,} bytes written; {told['answers']} answers.{rest}"


def _parts_in(folder: Path) -> dict[str, Any]:
    """Take the parts of a folder; how many were taken, were here, were noted, and each that was refused with why."""
    from django.utils import timezone

    from clew.exchange.refusals import SENTENCES, Refusal
    from clew.node.exchange.part_carrying import Outcome, carry_parts_in

    try:
        carried = carry_parts_in(folder, timezone.now())
    except Refusal as refusal:
        stop(f"{folder}: nothing of it was taken. {refusal.sentence}")
    except OSError as error:
        stop(f"{folder} cannot be read: {error.strerror}.")
    counts = {str(one): sum(each.outcome is one for each in carried) for one in Outcome if one is not Outcome.REFUSED}
    refused = {
        one.name: SENTENCES.get(one.code, "This node has too little room on its disk at present.")
        for one in carried
        if one.outcome is Outcome.REFUSED
    }
    return {**counts, "refused": refused}


def _of_parts_in(told: dict[str, Any]) -> str:
    head = f"Parts: {told['taken']} taken, {told['here-already']} were here; answers noted: {told['noted']}."
    cure = "If it belongs to a letter that nobody has taken yet, an officer takes that; then carry it in again."
    return "\n".join([head, *(f"{name}: not taken. {why} {cure}" for name, why in told["refused"].items())])


def _as_mail(bundle: bytes, to: str, sender: str) -> bytes:
    from clew.exchange.mailing import make_mail
    from clew.exchange.refusals import Refusal

    try:
        return make_mail(bundle, to=to, sender=sender)
    except Refusal:
        stop("--to and --from take one plain address each, as in letters@office.example.", WRONG_USE)


def _as_json(file: Path, found: CarriedInBundle) -> dict[str, Any]:
    return {
        "file": str(file),
        "sender": found.sender,
        "sha256": found.digest,
        "entries": [
            {
                "entry": one.name,
                "outcome": str(one.outcome),
                "envelope": one.envelope,
                "code": one.code,
                "told": _in_words(one),
            }
            for one in found.entries
        ],
    }


def _in_lines(file: Path, found: CarriedInBundle) -> str:
    from clew.node.partners.queries import names_of

    name = names_of({found.sender}).get(found.sender, found.sender)
    taken = sum(one.taken for one in found.entries)
    head = f"{file}, from {name}: {taken} of {len(found.entries)} entries taken."
    return "\n".join([head, *(f"{one.name}: {_in_words(one)}" for one in found.entries)])


def _in_words(entry: Entry) -> str:
    from clew.exchange.refusals import SENTENCES

    words = OUTCOMES[str(entry.outcome)]
    if not entry.code:
        return f"{words}."
    said = SENTENCES.get(entry.code, entry.code)
    return f"{words} {said}" if not entry.taken else f"{words}; the partner did not take the letter: {said}"


def _partner(asked: str) -> tuple[str, str]:
    """Uid and name of the partner that is meant."""
    from clew.node.partners.queries import parties

    found = [one for one in parties(with_posts=True) if asked in {one.uid, one.name}]
    if not found:
        stop(f"There is no partner {asked} in the directory. Its page shows its name and number.")
    if len(found) > 1:
        numbers = ", ".join(one.uid for one in found)
        stop(f"Several partners are called {asked}. Name one by its number: {numbers}.")
    return found[0].uid, found[0].name


def _read(file: Path) -> bytes:
    """The bundle in a file, or in the mail that it is."""
    from clew.exchange.bundles import MAX_BUNDLE
    from clew.exchange.mailing import MAX_MAIL, bundle_of
    from clew.exchange.refusals import Refusal

    raw = read_file(file, MAX_MAIL)
    if raw.startswith(b"PK"):
        return raw[: MAX_BUNDLE + 1]
    try:
        # What is neither is refused as a bundle, with words for that.
        return bundle_of(raw) or raw[: MAX_BUNDLE + 1]
    except Refusal as refusal:
        where = f" ({refusal.where})" if refusal.where else ""
        stop(f"{file}: nothing of it was taken. {refusal.sentence}{where} {ANOTHER_COPY}")


def write_new(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, durably, and never over another one.

    The name is claimed first by an empty file: a stick's file system (FAT) has no links, with which one would
    otherwise refuse to replace.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        stop(f"{file} exists already. Choose another name.")
    except OSError as error:
        stop(f"{file} cannot be written: {error.strerror}.")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
        _flush_directory(file.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        file.unlink(missing_ok=True)
        stop(f"{file} was not written: {error.strerror}. Everything still waits in the outbox; carry it out again.")


def _flush_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
