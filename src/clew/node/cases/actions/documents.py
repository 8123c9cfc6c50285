"""Documents of a case: taken in encrypted, given out decrypted and recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.node.accounts.actions import Actor, action
from clew.node.audit.actions import record
from clew.node.cases.access import leave_trace, open_case_for, part_for, required_text
from clew.node.cases.models import Case, Document
from clew.node.discovery import offers
from clew.node.home import load_home
from clew.node.keys import rest_key
from clew.node.sealed_files import (
    LARGEST,
    FileIntake,
    ReceivedFile,
    TooLarge,
    read_sealed,
    unwrap_key,
    wrap_key,
)
from clew.node.types import BadInput


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """A document and its decrypted content; reading `pieces` raises `Damaged` at the first piece that is not whole."""

    document: Document
    pieces: Iterator[bytes]


@action("cases.add_document", permission="document.add")
def add_document(
    *,
    actor: Actor,
    case_id: int,
    title: str,
    file_name: str,
    media_type: str,
    content: Iterable[bytes] | ReceivedFile,
) -> Document:
    """Take a file into a case: hashed, encrypted under its own key, durable before the case speaks of it.

    Args:
        content: the file in pieces, or what an upload has already sealed while it arrived. Either way nothing of the
            file stays when the action is refused.

    Raises:
        BadInput: empty, too large, the same file is already in this case, or title and name are missing.
    """
    received: ReceivedFile | None = content if isinstance(content, ReceivedFile) else None
    try:
        case = open_case_for(actor, case_id)
        title = required_text(title, "title", 300)
        received = received or receive_file(content)  # type: ignore[arg-type]  # a ReceivedFile was taken above
        _check_received(case, received)
        return _add(actor, case, title, file_name, media_type, received)
    except BaseException:
        if received is not None:
            received.discard()
        raise


def _add(actor: Actor, case: Case, title: str, file_name: str, media_type: str, received: ReceivedFile) -> Document:
    document = Document.objects.create(
        case=case,
        title=title,
        file_name=_plain_name(file_name),
        media_type=media_type[:100] or "application/octet-stream",
        size=received.size,
        sha256=received.sha256,
        stored_as=received.stored_as,
        wrapped_key=wrap_key(rest_key(), received.key, received.stored_as),
        added=timezone.now(),
        added_by_id=actor.pk,
    )
    leave_trace(case, actor, "document.added", title=title)
    record(
        actor=actor,
        act="cases.add_document",
        object_kind="document",
        object_id=document.pk,
        details={"case": case.pk, "sha256": received.sha256, "size": received.size},
    )
    return document


@action("cases.read_document", permission="document.read")
def read_document(*, actor: Actor, document_id: int) -> DocumentContent:
    """Open a document; that it was opened, and by whom, is recorded.

    Raises:
        Refused: it is of no case of the actor's.
        BadInput: the partner that sent it took it back.
    """
    document, case = part_for(actor, Document, document_id)
    _refuse_taken_back(document)
    key = unwrap_key(rest_key(), bytes(document.wrapped_key), document.stored_as)
    record(
        actor=actor,
        act="cases.read_document",
        object_kind="document",
        object_id=document.pk,
        details={"case": case.pk, "sha256": document.sha256},
    )
    return DocumentContent(document, read_sealed(load_home().documents, document.stored_as, key))


@action("cases.seal_document", permission="node.act")
def seal_document(*, actor: Actor, document_id: int, party: str) -> DocumentContent:
    """Read a document in order to seal it for a partner, as an officer has ordered; it goes to nobody by this.

    Raises:
        BadInput: it is gone, or the partner that sent it took it back.
    """
    document = Document.objects.filter(pk=document_id).first()
    if document is None:
        raise BadInput("", _("There is no such document."), _("Choose another document of the case."))
    _refuse_taken_back(document)
    key = unwrap_key(rest_key(), bytes(document.wrapped_key), document.stored_as)
    record(
        actor=actor,
        act="cases.seal_document",
        object_kind="document",
        object_id=document.pk,
        details={"case": document.case_id, "sha256": document.sha256, "to": party},
    )
    return DocumentContent(document, read_sealed(load_home().documents, document.stored_as, key))


def _refuse_taken_back(document: Document) -> None:
    """No officer has to be at her desk for it: from the moment at which a recall is read nobody opens the document."""
    if any(document.pk in ask([document.pk]) for ask in offers("documents_taken_back")):
        raise BadInput(
            "", _("The partner that sent this document took it back. It cannot be opened any more."),
            _("Answer what was taken back: it stands on your desk."),
        )  # fmt: skip


@action("cases.take_in_document", permission="document.add")
def take_in_document(
    *, actor: Actor, case_id: int, title: str, file_name: str, media_type: str, received: ReceivedFile, party: str
) -> Document:
    """Take a file that a partner sent, and that lies here opened, into a case. Refused, it stays where it lies.

    The very file that is in the case already is not taken a second time: the document that is there stands for it.
    """
    case = open_case_for(actor, case_id)
    present = Document.objects.filter(case=case, sha256=received.sha256).first()
    document = present or _add(actor, case, required_text(title, "title", 300), file_name, media_type, received)
    record(
        actor=actor,
        act="cases.take_in_document",
        object_kind="document",
        object_id=document.pk,
        details={"case": case.pk, "sha256": received.sha256, "from": party},
    )
    return document


def sweep_documents(*, older_than: dt.timedelta = dt.timedelta(days=1)) -> int:
    """Delete files of uploads that a crash cut off before their case spoke of them; returns how many.

    Such a file can be read by nobody: its key died with the process. Younger files may belong to an upload that is
    still running. Nothing that any app's `stored_files` names is touched, so this leaves no audit entry.
    """
    directory = load_home().documents
    before = (timezone.now() - older_than).timestamp()
    old = {path.name: path for path in directory.iterdir() if path.stat().st_mtime < before}
    known = {name for ask in offers("stored_files") for name in ask()}
    orphans = [path for name, path in old.items() if name not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def receive_file(content: Iterable[bytes], largest: int = LARGEST) -> ReceivedFile:
    """Take a file in, hashed and encrypted while it comes, before any case speaks of it; for `add_document`.

    Outside of every action, so that a file of many gigabytes holds up nobody's transaction.

    Raises:
        BadInput: it has more than `largest` bytes. Nothing of it stays.
    """
    intake = FileIntake(load_home().documents, largest)
    try:
        for piece in content:
            intake.write(piece)
        return intake.finish()
    except TooLarge as error:
        raise too_large() from error
    except BaseException:
        intake.discard()
        raise


def too_large() -> BadInput:
    """What is said of a file beyond `LARGEST`."""
    return BadInput(
        "file",
        _("The file is larger than %(megabytes)d MB.") % {"megabytes": LARGEST // 1024 // 1024},
        _("Split it, or scan it at a lower resolution."),
    )


def _check_received(case: Case, received: ReceivedFile) -> None:
    if received.size == 0:
        raise BadInput("file", _("The file is empty."), _("Check the file on your computer and choose it again."))
    same = Document.objects.filter(case=case, sha256=received.sha256).first()
    if same is not None:
        raise BadInput(
            "file",
            _("This very file is already in the case, as “%(title)s”.") % {"title": same.title},
            _("Use the document that is there."),
        )


def _plain_name(file_name: str) -> str:
    """The name without directories and control characters: it goes into a header when the file is fetched."""
    name = PurePosixPath(PureWindowsPath(file_name).name).name
    plain = "".join(c for c in name if c.isprintable()).strip(" .")
    return plain[-255:] or "document"
