"""Mails that another program fetched, in a Maildir or an mbox. Clew speaks to no mail server and changes no mail."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from clew.cli.answers import stop
from clew.exchange.mailing import MAX_MAIL

FROM_LINE = b"From "
"""How an mbox begins, and each mail in it (RFC 4155)."""


def is_folder(file: Path) -> bool:
    """Whether this is a folder of mails and not one file."""
    if file.is_dir():
        return True
    try:
        with file.open("rb") as stream:
            return stream.read(len(FROM_LINE)) == FROM_LINE
    except OSError:
        return False


def mails_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Each mail with a name to tell it by; of one that is too large, one byte more than may be."""
    try:
        if folder.is_dir():
            yield from _maildir(folder)
        else:
            yield from _mbox(folder)
    except OSError as error:
        stop(f"{folder} cannot be read: {error.strerror}.")


def _maildir(folder: Path) -> Iterator[tuple[str, bytes]]:
    places = [folder / name for name in ("cur", "new")]
    if not all(place.is_dir() for place in places):
        stop(f"{folder} is no Maildir: it has no cur and new. Name a file, an mbox or a Maildir.")
    for file in sorted(one for place in places for one in place.iterdir() if one.is_file() and not one.is_symlink()):
        with file.open("rb") as stream:
            yield str(file), stream.read(MAX_MAIL + 1)


def _mbox(file: Path) -> Iterator[tuple[str, bytes]]:
    with closing(mailbox.mbox(file, create=False)) as box:
        for number, key in enumerate(box.keys(), start=1):
            with box.get_file(key) as stream:
                yield f"{file} ({number})", stream.read(MAX_MAIL + 1)
