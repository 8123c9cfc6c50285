"""What goes wrong with a backup, said to whoever makes one or brings one back."""

from __future__ import annotations


class BackupProblem(Exception):
    """The backup could not be made or restored; the message says why and what to do. Nothing half-made is left."""
