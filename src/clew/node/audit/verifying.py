"""Whether the log is whole: every leaf, every inner hash, the head, and every signed checkpoint, computed anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils.translation import gettext as _

from clew.exchange import merkle
from clew.exchange.notes import BadNote, NoteContent, open_note
from clew.node.audit.leaves import read
from clew.node.audit.models import AuditEntry, Checkpoint, TreeHead, TreeNode
from clew.node.audit.tree import HASH_SIZE, LEVEL_HEIGHT
from clew.node.home import load_home
from clew.node.keys_renewing import transport_public_keys
from clew.node.types import OnProgress

ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Whether the log is whole.

    Attributes:
        size: how many entries were read.
        root: the root computed from them.
        problems: what is wrong, each a sentence that names the place; empty when the log is whole.
        first_bad: the index of the first entry that is missing or changed, None when each one is sound.
        roots: the root computed at each size that was asked for; a size that the log does not reach has none.
    """

    ok: bool
    size: int
    root: bytes
    problems: tuple[str, ...]
    first_bad: int | None = None
    roots: Mapping[int, bytes] = field(default_factory=dict)


def verify(on_progress: OnProgress | None = None, *, sizes: Collection[int] = ()) -> AuditReport:
    """Compute the whole log anew and compare it with what is stored and what was signed, all as of one moment.

    Args:
        on_progress: is told how many entries are done, and of how many.
        sizes: of which sizes the root is wanted too.
    """
    with _one_moment():
        total = AuditEntry.objects.count() if on_progress else 0
        check = _Check(frozenset(sizes))
        for entry in AuditEntry.objects.order_by("index").iterator(chunk_size=ROWS_AT_ONCE):
            if not check.take(entry):
                break
            if on_progress and check.size % ROWS_AT_ONCE == 0:
                on_progress(check.size, total)
        if on_progress:
            on_progress(check.size, total)
        check.finish()
    return AuditReport(not check.problems, check.size, check.root, tuple(check.problems), check.first_bad, check.roots)


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read the store as it is now while others go on writing; within a transaction, that one's view serves."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # Deferred: `atomic` would take the write lock and hold up everyone for as long as the log is long.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield


class _Check:
    def __init__(self, sizes: frozenset[int]) -> None:
        self.size = 0
        self.sizes = sizes
        self.roots: dict[int, bytes] = {}
        self.subtrees: tuple[bytes, ...] = ()
        self.problems: list[str] = []
        self.first_bad: int | None = None
        self.nodes = {(node.level, node.position): _stored(node.hash) for node in TreeNode.objects.all()}
        self.points: dict[int, list[Checkpoint]] = {}
        for point in Checkpoint.objects.order_by("size"):
            self.points.setdefault(point.size, []).append(point)
        self._compare_points()

    @property
    def root(self) -> bytes:
        return merkle.root_of_subtrees(self.subtrees)

    def take(self, entry: AuditEntry) -> bool:
        """Take in the next entry; False where one is missing, because everything after it then differs."""
        if entry.index != self.size:
            self._bad(
                self.size,
                _("Entry %(index)d is missing: the next one found is %(found)d.")
                % {"index": self.size, "found": entry.index},
            )
            return False
        fault = _fault_of(entry)
        if fault:
            self._bad(entry.index, fault)
        chain = merkle.merges(self.size, self.subtrees, _stored(entry.leaf_hash))
        self._compare_nodes(chain)
        self.subtrees = merkle.with_chain(self.subtrees, chain)
        self.size += 1
        if self.size in self.sizes:
            self.roots[self.size] = self.root
        self._compare_points()
        return True

    def finish(self) -> None:
        """Compare what can only be compared at the end."""
        self.problems += [
            _("The checkpoint of size %(size)d is larger than the log: entries were cut off.") % {"size": size}
            for size in self.points
        ]
        if self.nodes:
            self.problems.append(_("The tree holds inner hashes that belong to no entry."))
        head = TreeHead.objects.filter(id=1).first()
        stored = (head.size, _stored(head.subtrees)) if head else (0, b"")
        if stored != (self.size, b"".join(self.subtrees)):
            self.problems.append(
                _("The head of the tree does not match its entries: entries were added, cut off or changed.")
            )

    def _bad(self, index: int, sentence: str) -> None:
        self.problems.append(sentence)
        if self.first_bad is None:
            self.first_bad = index

    def _compare_nodes(self, chain: list[bytes]) -> None:
        for height in range(LEVEL_HEIGHT, len(chain), LEVEL_HEIGHT):
            if self.nodes.pop((height // LEVEL_HEIGHT, self.size >> height), None) != chain[height]:
                self.problems.append(
                    _("The inner hash over the entries up to %(index)d does not match them.") % {"index": self.size}
                )

    def _compare_points(self) -> None:
        for point in self.points.pop(self.size, []):
            self.problems += _faults_of(point, self.root)


def _stored(value: bytes | memoryview | str) -> bytes:
    # SQLite keeps any kind of value that is written behind the program's back; it counts as changed.
    return value.encode(errors="replace") if isinstance(value, str) else bytes(value)


def _fault_of(entry: AuditEntry) -> str:
    content = _stored(entry.leaf)
    if merkle.leaf_hash(content) != _stored(entry.leaf_hash):
        return _("Entry %(index)d was changed: its content does not match its hash.") % {"index": entry.index}
    try:
        leaf = read(content)
    except ValueError:
        return _("Entry %(index)d was changed: its content cannot be read.") % {"index": entry.index}
    said = (leaf.at, leaf.actor, leaf.act, leaf.object_kind, leaf.object_id)
    if said != (entry.at, entry.actor_id, entry.act, entry.object_kind, entry.object_id):
        return _("Entry %(index)d was changed: what its row shows is not what was hashed.") % {"index": entry.index}
    return ""


def _faults_of(point: Checkpoint, root: bytes) -> Iterator[str]:
    if _stored(point.root) != root or len(root) != HASH_SIZE:
        yield _("The checkpoint of size %(size)d has another root: entries before it were changed.") % {
            "size": point.size
        }
    said = _said(point.note)
    if said is None:
        yield _("The signature of the checkpoint of size %(size)d is not this node's.") % {"size": point.size}
        return
    if said != NoteContent(point.origin, point.size, _stored(point.root)):
        yield _("The checkpoint of size %(size)d was changed: its row is not what was signed.") % {"size": point.size}


def _said(note: str) -> NoteContent | None:
    """What the node signed, with its present transport key or one before it; None where it signed nothing such."""
    for key in transport_public_keys(load_home()):
        try:
            return open_note(note, key)
        except BadNote:
            continue
    return None
