"""What officers do with files that travel: say whom each shows, prepare, announce, give up, take into a case."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from clew.disclosure.particulars import Filed, Handed, Particulars
from clew.dossier.types import EntityDraft, SourceDraft, StatementDraft
from clew.exchange import moments
from clew.exchange.evidence.names import shown_name
from clew.exchange.evidence.sealing import PART_SIZE
from clew.node.accounts.actions import Actor, Officer, Refused, action, not_yours
from clew.node.audit.actions import record
from clew.node.cases.actions import take_in_document
from clew.node.cases.queries import case_head, documents_seen
from clew.node.disclosure.actions import draft_evidence, withdraw_release
from clew.node.disclosure.queries import Release
from clew.node.disclosure.queries import release as release_seen
from clew.node.dossier.actions import record_source, undo_source
from clew.node.exchange import evidence_states as states
from clew.node.exchange.evidence_models import Exhibit, Transfer, TransferFile
from clew.node.exchange.evidence_store import destroy
from clew.node.exchange.identity import own_uid, rest_key
from clew.node.exchange.reading import opened
from clew.node.exchange.taken_back import documents_received
from clew.node.home import load_home
from clew.node.partners.queries import own_party, party
from clew.node.sealed_files import ReceivedFile, unwrap_key
from clew.node.types import BadInput

LONGEST_NAME = 200
"""Characters of a file's name in an announcement (`parts-1.json`, `file_name`)."""

MOST_FILES = 200
"""Files of one announcement that a person can still look through before she signs it."""


@dataclass(frozen=True, slots=True)
class Grades:
    """How a document is graded for whoever reads it; codes of the lists of the same names."""

    handling: str
    reliability: str
    accuracy: int
    purpose: str
    retain_until: dt.date
    handling_text: str = ""


@action("exchange.say_whom_it_shows", permission="dossier.record")
def say_whom_it_shows(
    *, actor: Actor, document_id: int, name: str, persons: Collection[int], nobody: bool, grades: Grades
) -> Exhibit:
    """Say whom a document of a case shows, or that it shows nobody; what was said before is taken back.

    Both become a source with one statement about the document, which concerns these persons: the release rules look at
    it as at any fact. A document of which nobody has said it cannot be announced.

    Args:
        name: what a partner reads as the file's name. persons: entries of the dossier; who is not in it yet is recorded
            there first.

    Raises:
        Refused: the document is of no case of the actor's.
        BadInput, BadInputs: nobody is named and it was not said that it shows nobody, or a grade does not do.
    """
    officer = _human(actor)
    document = documents_seen(officer=officer).filter(pk=document_id).first()
    if document is None:
        raise not_yours()
    _check_shown(persons, nobody=nobody)
    draft = _source(_file_name(name), persons, grades)
    compartment = document.case.compartment_id
    before = Exhibit.objects.filter(document=document).first()
    source = record_source(actor=actor, compartment_id=compartment, draft=draft)
    if before is not None:
        undo_source(actor=actor, source_id=before.source, reason=_("It was said anew whom the document shows."))
    said: dict[str, object] = {
        "source": source.pk, "statement": source.statements.get().pk, "entity": source.entity_numbers["file"],
        "nobody": nobody, "said": timezone.now(), "said_by_id": officer.pk,
    }  # fmt: skip
    exhibit, _new = Exhibit.objects.update_or_create(document=document, defaults=said)
    _record(actor, "exchange.say_whom_it_shows", "document", document.pk, source=source.pk, persons=len(set(persons)))
    return exhibit


def _check_shown(persons: Collection[int], *, nobody: bool) -> None:
    if nobody and persons:
        raise BadInput("nobody", _("It cannot show nobody and these persons."), _("Choose one of both."))
    if not nobody and not persons:
        raise BadInput(
            "persons", _("Nobody has said whom this document shows."),
            _("Look at it. Choose everyone it shows or names, or say that it shows nobody."),
        )  # fmt: skip


def _file_name(name: str) -> str:
    plain = shown_name(name).strip().rstrip(". ")
    if not plain or len(plain) > LONGEST_NAME or any(c in plain for c in "/\\"):
        raise BadInput("name", _("This is no name of a file."), _("Write a name without slashes."))
    return plain


def _source(name: str, persons: Collection[int], grades: Grades) -> SourceDraft:
    keys = {f"person{n}": entity for n, entity in enumerate(sorted(set(persons)), 1)}
    shown = tuple(EntityDraft(key, "Person", existing_id=entity) for key, entity in keys.items())
    return SourceDraft(
        kind="document", title=_("A document and whom it shows"), owner=own_uid(), reliability=grades.reliability,
        handling=grades.handling, handling_text=grades.handling_text, purpose=grades.purpose,
        retain_until=grades.retain_until, basis="exhibit", entities=(EntityDraft("file", "Document"), *shown),
        statements=(StatementDraft("file", "fileName", name, grades.accuracy, concerns=tuple(keys)),),
    )  # fmt: skip


@action("exchange.prepare_files", permission="release.draft")
def prepare_files(*, actor: Actor, case_id: int, recipient: str, document_ids: Sequence[int]) -> Transfer:
    """Have documents of a case sealed for a partner. Nothing leaves by it: the announcement is decided on first.

    Raises:
        Refused: the case, or a document, is not the actor's.
        BadInput: an unknown partner, no document, too many, one of which nobody has said whom it shows, or one that a
            partner sent: it is that partner's to give, under the conditions that it sets.
    """
    officer = _human(actor)
    case = case_head(officer=officer, pk=case_id)
    if case is None:
        raise not_yours()
    if recipient == own_uid() or party(recipient) is None:
        raise BadInput("recipient", _("The directory does not know this party."), _("Choose one from the list."))
    chosen = list(dict.fromkeys(document_ids))
    if not chosen or len(chosen) > MOST_FILES:
        cure = _("Choose at least one document, and at most %(most)d.") % {"most": MOST_FILES}
        raise BadInput("documents", _("No documents are chosen, or too many."), cure)
    found = {one.pk: one for one in documents_seen(officer=officer).filter(case=case, pk__in=chosen)}
    if len(found) != len(chosen):
        raise not_yours()
    said = set(Exhibit.objects.filter(document__in=chosen).values_list("document_id", flat=True))
    for pk in chosen:
        if pk not in said:
            problem = _("Nobody has said whom “%(title)s” shows.") % {"title": found[pk].title}
            raise BadInput("documents", problem, _("Say it first; the link stands beside the document."))
    if theirs := documents_received(chosen):
        problem = _("“%(title)s” came from a partner.") % {"title": found[min(theirs)].title}
        raise BadInput("documents", problem, _("Ask the partner that sent it to send it to the other one, too."))
    now = timezone.now()
    transfer = Transfer.objects.create(
        direction="out", state=states.SEALING, party=recipient, case=case, part_size=PART_SIZE,
        folder=secrets.token_hex(16), begun=now, begun_by_id=officer.pk, changed=now, next_attempt=now,
    )  # fmt: skip
    TransferFile.objects.bulk_create(
        TransferFile(transfer=transfer, document=found[pk], media_type=_media_type(found[pk].media_type),
                     size=found[pk].size, sha256=found[pk].sha256)
        for pk in chosen
    )  # fmt: skip
    _record(actor, "exchange.prepare_files", "transfer", transfer.pk, case=case_id, to=recipient, files=len(chosen))
    return transfer


def _media_type(text: str) -> str:
    plain = text.lower().partition(";")[0].strip()
    kind, _slash, form = plain.partition("/")
    fits = all(part and part[0].isascii() and part.replace("-", "").replace(".", "").replace("+", "").isalnum()
               for part in (kind, form))  # fmt: skip
    return plain if fits and plain.isascii() else ""


@action("exchange.announce_files", permission="release.draft")
def announce_files(
    *, actor: Actor, transfer_id: int, instrument: str, purpose: str, subject: str, necessity: str,
    languages: Sequence[str] = (), use: str = "evidence", evidence_approval: str = "",
) -> Release:  # fmt: skip
    """Draft the letter that announces sealed files. The rules decide on it, and the officer signs it, as any letter.

    Raises:
        Refused: the transfer is not the actor's.
        BadInput, BadInputs: the files are not sealed yet, are announced already, or what was written does not do.
    """
    officer = _human(actor)
    transfer = mine(officer, transfer_id)
    if transfer.direction != "out" or transfer.state != states.SEALED:
        raise BadInput("", _("These files are not ready to be announced."), _("Reload the page."))
    if _draft_of(officer, transfer) is not None:
        raise BadInput("", _("A letter that announces them is drafted already."), _("Open it, or withdraw it first."))
    release = draft_evidence(
        actor=actor, particulars=_particulars(transfer), recipient=transfer.party, instrument=instrument,
        purpose=purpose, subject=subject, necessity=necessity, case_id=transfer.case_id, languages=languages, use=use,
        evidence_approval=evidence_approval,
    )  # fmt: skip
    transfer.release, transfer.changed = release.pk, timezone.now()
    transfer.save(update_fields=["release", "changed"])
    _record(actor, "exchange.announce_files", "transfer", transfer.pk, release=release.pk, to=transfer.party)
    return release


def _particulars(transfer: Transfer) -> Particulars:
    files = list(transfer.files.order_by("pk"))
    shown = dict(
        Exhibit.objects.filter(document__in=[one.document_id for one in files]).values_list("document_id", "statement")
    )
    if any(one.document_id not in shown for one in files):
        raise BadInput("", _("A document of these is gone."), _("Prepare the others anew."))
    own = own_party()
    return Particulars(
        files=tuple(
            Filed(
                shown[one.document_id or 0], one.size, one.sha256, one.sealed_size, tuple(one.part_digests),
                one.media_type,
            )
            for one in files
        ),
        part_size=transfer.part_size,
        custody=(Handed(moments.to_text(transfer.changed), "sealed", own.name if own else own_uid()),),
    )  # fmt: skip


@action("exchange.give_up_files", permission="release.draft")
def give_up_files(*, actor: Actor, transfer_id: int, reason: str) -> Transfer:
    """Give up files that have not been announced: keys and sealed copies are destroyed, a draft of the letter ends.

    Raises:
        Refused: the transfer is not the actor's.
        BadInput: the announcement has left; then it is taken back, as a letter is.
    """
    officer = _human(actor)
    transfer = mine(officer, transfer_id)
    if transfer.direction != "out" or transfer.state not in {states.SEALING, states.SEALED}:
        raise BadInput("", _("The announcement has left, or this has ended."), _("Open the letter and take it back."))
    draft = _draft_of(officer, transfer)
    if draft is not None:
        withdraw_release(actor=actor, release_id=draft.pk, reason=reason)
    transfer.state, transfer.changed = states.DISCARDED, timezone.now()
    transfer.save(update_fields=["state", "changed"])
    destroy(transfer)
    _record(actor, "exchange.give_up_files", "transfer", transfer.pk, to=transfer.party)
    return transfer


@action("exchange.take_files", permission="letter.take")
def take_files(*, actor: Actor, transfer_id: int) -> Transfer:
    """Take files that arrived whole into their case, as documents. The names are those of the announcement.

    Raises:
        Refused: the transfer is not the actor's.
        BadInput: they are not here whole, were taken already, or the case is closed.
    """
    officer = _human(actor)
    transfer = mine(officer, transfer_id)
    if transfer.direction != "in" or transfer.state != states.OPENED or transfer.letter is None:
        raise BadInput("", _("These files are not here whole, or were taken already."), _("Reload the page."))
    told = {one["n"]: one for one in opened(transfer.letter).body["files"]}
    for file in transfer.files.order_by("n"):
        name = shown_name(told[file.n]["name"])
        file.document = take_in_document(
            actor=actor, case_id=transfer.case_id, title=name, file_name=name, media_type=file.media_type,
            received=received_file(file), party=transfer.party,
        )  # fmt: skip
        file.save(update_fields=["document"])
    transfer.state, transfer.changed = states.TAKEN, timezone.now()
    transfer.save(update_fields=["state", "changed"])
    _record(actor, "exchange.take_files", "transfer", transfer.pk, case=transfer.case_id, letter=transfer.letter.uid)
    return transfer


def received_file(file: TransferFile) -> ReceivedFile:
    """A received file as it lies opened and encrypted here."""
    key = unwrap_key(rest_key(), bytes(file.wrapped_file_key), file.stored_as)
    return ReceivedFile(load_home().documents, file.stored_as, file.sha256, file.size, key)


def mine(officer: Officer, transfer_id: int) -> Transfer:
    """A transfer of the officer's cases, held for a change; else refused as what does not exist."""
    row = Transfer.objects.select_for_update(of=("self",)).select_related("case", "letter").filter(pk=transfer_id)
    transfer = row.first()
    if transfer is None or case_head(officer=officer, pk=transfer.case_id) is None:
        raise not_yours()
    return transfer


def _draft_of(officer: Officer, transfer: Transfer) -> Release | None:
    """The letter that is to announce the files, unless it was withdrawn.

    One that left before a backup was brought back, of which this transfer knows nothing, is none any more.
    """
    found = release_seen(officer=officer, pk=transfer.release) if transfer.release is not None else None
    return None if found is None or found.state in {Release.State.WITHDRAWN, Release.State.DISPATCHED} else found


def _human(actor: Actor) -> Officer:
    if not isinstance(actor, Officer):
        raise Refused(
            _("Only a human answers for what files show and where they go."), _("An officer of the team can.")
        )
    return actor


def _record(actor: Actor, act: str, kind: str, object_id: int, **details: str | int | None) -> None:
    record(actor=actor, act=act, object_kind=kind, object_id=object_id, details=details)
