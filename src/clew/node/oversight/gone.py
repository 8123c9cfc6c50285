"""Whether values that were deleted are still somewhere in the node: every table, the search index, every file.

A value is looked for as its folded words in a row, however it is spelt or escaped, so that `Łódź 5` is found in
`LODZ-5` and in JSON. What is sealed cannot be read by this check; it is removed by its own row, or loses its key.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from clew.dossier.folding import exact_key, fold

SHORTEST = 5
"""Letters and digits of a value that is looked for; a shorter one would be found in everything."""

NOT_READ = frozenset(
    (
        "django_migrations", "django_content_type", "auth_permission",
        # Organisations and law: that a partner is in the directory is no trace of what was said of it in a case.
        "partners_party", "partners_nodecard", "partners_instrument",
    )
)  # fmt: skip
TEXTUAL = ("text", "char", "json", "blob", "bytea")
AT_ONCE = 2_000
TRIES, PAUSE = 5, 0.2


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deleted value was found: `rows` of a column."""

    table: str
    column: str
    rows: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What the check looked at, and what it found."""

    values: int
    too_short: int
    tables: int
    cells: int
    index: str
    files: int
    found: tuple[Place, ...]


class Needles:
    """The values to look for, by their first folded word, so that a text is read once however many there are."""

    def __init__(self, values: Iterable[str], raw: Iterable[bytes] = ()) -> None:
        wanted = list(dict.fromkeys(values))
        self.values = [value for value in wanted if len(exact_key(value)) >= SHORTEST]
        self.too_short = len(wanted) - len(self.values)
        self.raw = [piece for piece in raw if piece]
        self._by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
        for value in self.values:
            words = tuple(fold(value).split())
            self._by_first[words[0]].append(words)

    def in_text(self, text: str) -> bool:
        """Whether one of the values is in the text, as whole words."""
        words = fold(text).split()
        return any(
            tuple(words[place : place + len(wanted)]) == wanted
            for place, word in enumerate(words)
            for wanted in self._by_first.get(word, ())
        )

    def in_cell(self, cell: object) -> bool:
        """Whether one of the values, or one of the raw pieces, is in what a column holds."""
        if isinstance(cell, bytes | memoryview):
            content = bytes(cell)
            return any(piece in content for piece in self.raw) or self.in_text(content.decode(errors="replace"))
        return isinstance(cell, str) and (self.in_text(cell) or ("\\u" in cell and self.in_text(_unescaped(cell))))

    def in_bytes(self, content: bytes) -> bool:
        """Whether one of the values stands in the bytes as it was written, in UTF-8."""
        return any(value.encode() in content for value in self.values) or any(piece in content for piece in self.raw)


def look(needles: Needles, directory: Path, skip: Callable[[Path], bool]) -> Looked:
    """Read every table, the search index and the files of the node but those to skip; inside the transaction."""
    found: list[Place] = []
    tables = cells = 0
    for table, columns in _tables():
        tables += 1
        hits = dict.fromkeys(columns, 0)
        for row in _rows(table, columns):
            cells += len(row)
            for column, cell in zip(columns, row, strict=True):
                hits[column] += needles.in_cell(cell)
        found += [Place(table, column, number) for column, number in hits.items() if number]
    files = [path for path in sorted(directory.rglob("*")) if path.is_file() and not skip(path)]
    for path in files:
        if in_file(path, needles) or needles.in_text(path.name):
            found.append(Place("file", path.name, 1))
    return Looked(len(needles.values), needles.too_short, tables, cells, _index_is_whole(), len(files), tuple(found))


def look_into_store(needles: Needles) -> str:
    """Read the store's own files once the deletion is committed: `clean`, `found`, or `no-file` for another store.

    SQLite was told to blank what it frees; a page that another process still reads is cut off a moment later.
    """
    name = connection.settings_dict["NAME"]
    store = Path(str(name))
    if connection.vendor != "sqlite" or not store.is_file():
        return "no-file"
    for _try in range(TRIES):
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        parts = [store, store.with_name(store.name + "-wal")]
        if not any(in_file(part, needles) for part in parts if part.is_file()):
            return "clean"
        time.sleep(PAUSE)
    return "found"


def in_file(path: Path, needles: Needles, piece: int = 1 << 22) -> bool:
    """Whether a file of any size holds one of the values, read in pieces that overlap by the longest of them."""
    longest = max([len(value.encode()) for value in needles.values] + [len(raw) for raw in needles.raw], default=0)
    rest = b""
    with path.open("rb") as stream:
        while content := stream.read(piece):
            joined = rest + content
            if needles.in_bytes(joined):
                return True
            rest = joined[-longest:] if longest else b""
    return False


def _tables() -> Iterator[tuple[str, list[str]]]:
    with connection.cursor() as cursor:
        names = sorted(set(connection.introspection.table_names(cursor)) - NOT_READ)
        for table in names:
            if table.startswith("dossier_search"):
                continue
            described = _described(table)
            columns = [name for name, kind in described if any(one in kind for one in TEXTUAL)]
            if columns:
                yield table, columns


def _described(table: str) -> Sequence[tuple[str, str]]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA table_info({connection.ops.quote_name(table)})")
            return [(row[1], row[2].lower()) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
            " ORDER BY ordinal_position",
            [table],
        )
        return [(row[0], row[1].lower()) for row in cursor.fetchall()]


def _rows(table: str, columns: Sequence[str]) -> Iterator[Sequence[object]]:
    quote = connection.ops.quote_name
    # A JSON column as text, so that what is escaped in it is read too.
    shown = [f"CAST({quote(one)} AS text)" if _is_json(table, one) else quote(one) for one in columns]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(shown)} FROM {quote(table)}")  # noqa: S608 - names of the store itself
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows


def _is_json(table: str, column: str) -> bool:
    return connection.vendor == "postgresql" and dict(_described(table))[column].startswith("json")


def _unescaped(cell: str) -> str:
    try:
        return json.dumps(json.loads(cell), ensure_ascii=False)
    except ValueError:
        return cell


def _index_is_whole() -> str:
    """`same` where the search index holds exactly what its rows hold; raises where it does not."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO dossier_search(dossier_search, rank) VALUES ('integrity-check', 1)")
    return "same"
