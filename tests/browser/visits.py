"""What a visit to a page is: an address, the officer who reads it, and where its ids are found in the node's store."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass

from django.urls import reverse

from tests.story_nodes import StoryNodes


@dataclass(frozen=True)
class Visit:
    """One page of one node as one officer reads it.

    Attributes:
        name: the URL name.
        node, person: where, and who ("" for somebody who is not signed in).
        find: a query that gives the address's arguments, read from the node's own store.
        query: what stands behind the question mark; `{0}` is the first argument found by `also`.
        also: a query whose first row fills `query`.
        what: tells several visits to one name apart ("empty", "refused").
        status: the status that the page must have.
        case_data: the page shows case data, so that it prints its classification.
    """

    name: str
    node: str = "vienna"
    person: str = "anna"
    find: str = ""
    query: str = ""
    also: str = ""
    what: str = ""
    status: int = 200
    case_data: bool = False

    @property
    def label(self) -> str:
        """A name for tests and picture files."""
        return "-".join(part for part in (self.name.replace(":", "-"), self.what) if part)

    def path(self, nodes: StoryNodes) -> str:
        """The address in these nodes.

        Raises:
            AssertionError: the story left nothing of the kind in the node's store.
        """
        address = reverse(self.name, args=_row(nodes, self.node, self.find))
        return address + self.query.format(*_row(nodes, self.node, self.also))


def _row(nodes: StoryNodes, node: str, query: str) -> tuple[object, ...]:
    if not query:
        return ()
    store = f"file:{nodes.home / node / 'store.sqlite3'}?mode=ro"
    with closing(sqlite3.connect(store, uri=True, timeout=20)) as connection:
        row = connection.execute(query).fetchone()
    assert None not in (row or (None,)), f"{node} holds nothing for: {query}"
    return tuple(row)
