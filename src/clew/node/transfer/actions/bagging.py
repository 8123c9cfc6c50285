"""Documents of a case as a bag with their custody record, for the own organisation: decided, marked and recorded.

Deciding is a transaction; writing, which may take minutes, is in none. An export of which no file was finished has no
fingerprint of a file, and nothing of it is kept.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew.exchange.refusals import Refusal
from clew.node.accounts.actions import Actor, Officer, Refused, action, not_yours
from clew.node.audit.actions import record, record_many
from clew.node.cases.actions import read_document
from clew.node.cases.queries import Document, case_head, documents_seen
from clew.node.marking import Mark
from clew.node.sealed_files import Damaged
from clew.node.transfer import storage
from clew.node.transfer.actions.exports import OWN, check_purpose, next_number, own_recipient
from clew.node.transfer.exporting.bagging import ChosenDocuments, choose_documents, custody_record, write_bag
from clew.node.transfer.exporting.deciding import by_sentence, rules_of_exports
from clew.node.transfer.exporting.writing import BAG
from clew.node.transfer.models import Export
from clew.node.types import BadInput

DOCUMENTS: Final = "documents"
"""What such an export holds, as `Export.what` has it."""

LARGEST_KEPT: Final = 90 * 1024 * 1024
"""Bytes of documents in a bag that a page makes and the node keeps for a day; the command line writes any size."""

MOST_DOCUMENTS: Final = 1_000
"""Documents of one bag: what an officer can answer for."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bag:
    """An export that is decided and recorded, and its archive, to be read once."""

    export: Export
    pieces: Iterator[bytes]


@action("transfer.export_documents", permission="export.request")
def export_documents(
    *, actor: Actor, case_id: int, document_ids: Sequence[int], purpose: str, recipient: str = OWN, reason: str = "",
    largest: int | None = None,
) -> Bag:  # fmt: skip
    """Decide which of these documents may stand in a bag, and record it; the archive is written by who reads it.

    Args:
        recipient: `own` or the uid of a party; any but the own organisation is refused.
        largest: bytes of all documents together; None = any.

    Raises:
        Refused: the case or a document is not the actor's.
        BadInput: a recipient other than the own organisation, an unknown purpose, no document, too many or too large
            ones, or none of which may stand in a bag.
    """
    if not isinstance(actor, Officer):
        raise Refused(_("An export is made by an officer, who answers for it."), _("Name the officer."))
    documents = _documents(actor, case_id, document_ids)
    name = own_recipient(recipient)
    check_purpose(purpose)
    now = timezone.now()
    rules = rules_of_exports(now.date())
    chosen = choose_documents(officer=actor, documents=documents, purpose=purpose, now=now)
    _refuse_nothing(chosen)
    _refuse_too_large(chosen, largest)
    left_out = tuple(by_sentence(chosen.withheld))
    mark = Mark(next_number(now), name, purpose, chosen.handling, now, str(actor), left_out=left_out)
    content = {one.document.pk: read_document(actor=actor, document_id=one.document.pk) for one in chosen.documents}
    told = {"export": mark.number, "to": recipient, "purpose": purpose}
    record_many(
        actor=actor, act="transfer.export_document", object_kind="document",
        objects=[(one.document.pk, told) for one in chosen.documents],
    )  # fmt: skip
    custody = custody_record(officer=actor, chosen=chosen, own=name)
    export = _entered(actor, chosen, mark, recipient, reason[:2000], case_id, rules.version, custody.last)
    record(
        actor=actor, act="transfer.export_documents", object_kind="export", object_id=export.pk,
        details={**told, "case": case_id, "documents": export.rows, "withheld": export.withheld,
                 "ruleset": rules.version, "custody": custody.last},
    )  # fmt: skip
    pieces = write_bag(
        chosen=chosen, record=custody, mark=mark, own=name, language=get_language() or "en",
        read=lambda document: content[document.pk].pieces,
    )  # fmt: skip
    return Bag(export, pieces)


def _documents(officer: Officer, case_id: int, document_ids: Sequence[int]) -> list[Document]:
    if case_head(officer=officer, pk=case_id) is None:
        raise not_yours()
    wanted = list(dict.fromkeys(document_ids))
    if not wanted or len(wanted) > MOST_DOCUMENTS:
        cure = _("Choose at least one document, and at most %(most)d.") % {"most": MOST_DOCUMENTS}
        raise BadInput("documents", _("No documents are chosen, or too many."), cure)
    found = list(documents_seen(officer=officer).filter(case_id=case_id, pk__in=wanted).order_by("added", "pk"))
    if len(found) != len(wanted):
        raise not_yours()
    return found


def _entered(
    officer: Officer, chosen: ChosenDocuments, mark: Mark, recipient: str, reason: str, case_id: int, ruleset: str,
    custody: str,
) -> Export:  # fmt: skip
    """The record of an export whose file is still to be written."""
    return Export.objects.create(
        number=mark.number, what=DOCUMENTS, file_format=BAG, recipient=recipient, recipient_name=mark.recipient,
        purpose=mark.purpose, reason=reason, filters={"case": case_id},
        decision={"rule": "own-use", "outcome": "permit", "ruleset": ruleset,
                  "withheld": dict(chosen.withheld), "restricted": dict(chosen.restricted)},
        classification=chosen.handling, rows=len(chosen.documents), withheld=sum(chosen.withheld.values()),
        content_sha256=custody, file_sha256="", file_name=f"{mark.number}-{chosen.handling}.zip", size=0,
        made=mark.made, made_by=officer,
    )  # fmt: skip


def keep_bag(*, actor: Officer, bag: Bag) -> Export:
    """Write a bag and keep it encrypted for a day, as other exports.

    Raises:
        BadInput: a document is not whole any more. Nothing is kept then.
    """
    kept = storage.keep(_read(bag))
    try:
        return _finished(actor, bag, kept.sha256, kept.size, kept)
    except BaseException:
        storage.discard(kept.stored_as)
        raise


def write_bag_out(*, actor: Officer, bag: Bag, write: Callable[[bytes], object]) -> Export:
    """Write a bag to where the officer wants it; the node keeps nothing of it but the record.

    Raises:
        BadInput: a document is not whole any more. What was written until then is no bag.
    """
    hashed, size = hashlib.sha256(), 0
    for piece in _read(bag):
        write(piece)
        hashed.update(piece)
        size += len(piece)
    return _finished(actor, bag, hashed.hexdigest(), size, None)


def _read(bag: Bag) -> Iterator[bytes]:
    pk = bag.export.pk
    try:
        yield from bag.pieces
    except (Damaged, Refusal) as fault:
        log.error("bag %s could not be finished: a document is not whole", pk)
        raise BadInput(
            "documents", _("A document is damaged or missing, so the bag was not finished."),
            _("Tell an administrator, who can bring it back from a backup."),
        ) from fault  # fmt: skip


def _finished(actor: Officer, bag: Bag, sha256: str, size: int, kept: storage.Kept | None) -> Export:
    export = bag.export
    export.file_sha256, export.size = sha256, size
    if kept is not None:
        export.stored_as, export.wrapped_key = kept.stored_as, kept.wrapped_key
    with transaction.atomic():
        export.save(update_fields=["file_sha256", "size", "stored_as", "wrapped_key"])
        record(
            actor=actor, act="transfer.finish_bag", object_kind="export", object_id=export.pk,
            details={"sha256": sha256, "size": size, "kept": kept is not None},
        )  # fmt: skip
    return export


def _refuse_nothing(chosen: ChosenDocuments) -> None:
    if not chosen.documents:
        reasons = " ".join(sentence for sentence, _number in by_sentence(chosen.withheld))
        raise BadInput("documents", _("None of these documents may stand in a bag."), reasons)


def _refuse_too_large(chosen: ChosenDocuments, largest: int | None) -> None:
    if largest is not None and sum(one.document.size for one in chosen.documents) > largest:
        raise BadInput(
            "documents",
            _("These documents have more than %(megabytes)d MB together.") % {"megabytes": largest // 1024 // 1024},
            _("Choose fewer, or have the bag written on the node's machine: clew evidence bag"),
        )
