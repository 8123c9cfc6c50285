"""What the dossier tells whoever keeps something made of facts (`clew.node.discovery`)."""

from __future__ import annotations

from collections.abc import Collection

from clew.node.matching.queueing import forget_index, queue


def facts_changed(*, entity_ids: Collection[int]) -> None:
    """What is said of these entities is another: part of the act that changed it."""
    queue(entity_ids)


def rows_rebuilt() -> None:
    """The rows are made anew from the statements: so is what is made for comparing."""
    forget_index()
