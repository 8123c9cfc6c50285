"""Files that people name on the command line."""

from __future__ import annotations

from pathlib import Path

from clew.cli.answers import stop


def read_file(file: Path, most: int) -> bytes:
    """The content, or one byte more than `most`: enough to be refused. Ends with a sentence where there is none."""
    if not file.is_file():
        stop(f"There is no file {file}.")
    try:
        with file.open("rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.")
