"""Exports for the own organisation. What goes to anyone else goes as a letter, by a decision of the release rules."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.node.accounts.actions import NODE, Actor, Officer, Refused, action
from clew.node.audit.actions import record
from clew.node.cases.queries import case_head, case_list, entities_of_case
from clew.node.dossier.queries import entity_list
from clew.node.home import load_home
from clew.node.marking import Mark
from clew.node.partners.queries import own_party, party
from clew.node.transfer import storage
from clew.node.transfer.exporting.collecting import Collected, collect
from clew.node.transfer.exporting.deciding import by_sentence, rules_of_exports
from clew.node.transfer.exporting.writing import FORMATS, case_table, facts_table, write_ftm, write_table
from clew.node.transfer.models import Export
from clew.node.types import BadInput

OWN = "own"
"""The recipient "own organisation", whatever its uid."""

WHAT = ("case", "entities", "cases")
MOST_ENTITIES = 5_000
"""Entities of one export: what an officer can answer for. More is copying the store."""

KEPT = dt.timedelta(days=1)
"""How long the file can be fetched; afterwards only the record of the export remains."""

LISTING = "H1"
"""Handling code of a list of cases: it holds no fact of any source, and is still for the own organisation only."""


@dataclass(frozen=True, slots=True)
class _Made:
    content: bytes
    content_sha256: str
    rows: int
    withheld: dict[str, int]
    restricted: dict[str, int]
    classification: str


@action("transfer.request_export", permission="export.request")
def request_export(
    *,
    actor: Actor,
    what: str,
    file_format: str,
    purpose: str,
    recipient: str = OWN,
    reason: str = "",
    case_id: int | None = None,
    schema: str = "",
    text: str = "",
) -> Export:
    """Decide, write, mark and record an export of what the officer may see.

    Args:
        what: `case` (the entities a case looks at), `entities` (a list by kind and words), `cases` (the list of cases).
        file_format: ftm, csv or xlsx; a list of cases is no FollowTheMoney.
        recipient: `own` or the uid of a party; any but the own organisation is refused.

    Raises:
        BadInput: a recipient other than the own organisation, an unknown code, or nothing to export.
    """
    if not isinstance(actor, Officer):
        raise Refused(_("An export is made by an officer, who answers for it."), _("Name the officer."))
    name = own_recipient(recipient)
    _check_codes(what, file_format, purpose)
    now = timezone.now()
    rules = rules_of_exports(now.date())
    number = next_number(now)
    mark = Mark(number, name, purpose, LISTING, now, str(actor))
    if what == "cases":
        made = _cases(actor, file_format, mark)
    else:
        made = _entities(actor, _chosen(actor, what, case_id, schema, text), file_format, mark)
    sought = hashlib.sha256(text.encode()).hexdigest() if text else ""
    filters: dict[str, object] = {"case": case_id, "schema": schema, "text": sought}
    kept = storage.keep([made.content])
    try:
        return _recorded(actor, kept, made, mark, what, file_format, recipient, reason, filters, rules.version)
    except BaseException:
        storage.discard(kept.stored_as)
        raise


def own_recipient(recipient: str) -> str:
    """The name of the own organisation; raises `BadInput` for any other recipient."""
    own = own_party()
    if recipient in (OWN, own.uid if own else OWN):
        return own.name if own else load_home().settings.name
    other = party(recipient)
    if other is None:
        raise BadInput("recipient", _("It is not said for whom the export is."), _("Choose your own organisation."))
    raise BadInput(
        "recipient",
        _("What goes to %(recipient)s leaves as a letter: only so is it decided, sealed and answered for.")
        % {"recipient": other.name},
        _("Prepare a letter from the case instead; it asks the owner's permission where the handling code demands it."),
    )


def _check_codes(what: str, file_format: str, purpose: str) -> None:
    if what not in WHAT:
        raise BadInput("what", _("It is not said what to export."), _("Choose one from the list."))
    if file_format not in FORMATS or (what == "cases" and file_format == "ftm"):
        raise BadInput("file_format", _("This cannot be written in that format."), _("Choose CSV or XLSX."))
    check_purpose(purpose)


def check_purpose(purpose: str) -> None:
    """Raise `BadInput` unless it is a purpose."""
    if purpose not in vocabulary.codelist("purposes"):
        raise BadInput("purpose", _("It is not said what the export is for."), _("Choose a purpose."))


def _chosen(officer: Officer, what: str, case_id: int | None, schema: str, text: str) -> list[int]:
    if what == "case":
        if case_id is None or case_head(officer=officer, pk=case_id) is None:
            raise BadInput("case_id", _("This case is not among yours."), _("Choose one of your cases."))
        return [one.entity_id for one in entities_of_case(officer=officer, case_id=case_id)]
    found: list[int] = []
    page = entity_list(officer=officer, schema=schema or None, text=text or None, size=500)
    while True:
        found += [one.entity_id for one in page.entities]
        if page.cut or len(found) > MOST_ENTITIES:
            raise BadInput(
                "text",
                _("These are more entities than one export may hold (%(most)d).") % {"most": MOST_ENTITIES},
                _("Choose a case, a kind, or more words."),
            )
        if not page.next:
            return list(dict.fromkeys(found))
        page = entity_list(officer=officer, schema=schema or None, text=text or None, size=500, page=page.next)


def _entities(officer: Officer, entity_ids: list[int], form: str, mark: Mark) -> _Made:
    # FollowTheMoney has no place for words beside a value.
    collected = collect(
        officer=officer, entity_ids=entity_ids, purpose=mark.purpose, now=mark.made, room=form != "ftm"
    )  # fmt: skip
    if not collected.entities:
        raise BadInput("what", _("There is nothing to export."), _("Choose something that is in your dossiers."))
    mark = replace(mark, classification=collected.handling, left_out=tuple(by_sentence(collected.withheld)))
    language = get_language() or "en"
    if form == "ftm":
        content, digest = write_ftm(collected, mark, language)
    else:
        content, digest = write_table(form, facts_table(collected), mark, language)
    rows = _rows(collected, form)
    return _Made(content, digest, rows, dict(collected.withheld), dict(collected.restricted), collected.handling)


def _rows(collected: Collected, form: str) -> int:
    return len(collected.entities) if form == "ftm" else collected.facts


def _cases(officer: Officer, form: str, mark: Mark) -> _Made:
    rows: list[list[str]] = []
    page = case_list(officer=officer)
    while True:
        rows += [
            [one.reference, one.kind, one.status, one.opened.date().isoformat(), one.changed.date().isoformat()]
            for one in page.cases
        ]
        if not page.older or len(rows) > 10 * MOST_ENTITIES:
            break
        page = case_list(officer=officer, after=page.older)
    if not rows:
        raise BadInput("what", _("There is nothing to export."), _("You see a case once you are in its team."))
    content, digest = write_table(form, case_table(rows), mark, get_language() or "en")
    return _Made(content, digest, len(rows), {}, {}, LISTING)


def next_number(now: dt.datetime) -> str:
    """The number after that of the year's last export."""
    prefix = f"EX-{now.year}-"
    last = Export.objects.select_for_update().filter(number__startswith=prefix).order_by("-pk").first()
    return f"{prefix}{(int(last.number.removeprefix(prefix)) if last else 0) + 1:04d}"


def _recorded(
    officer: Officer, kept: storage.Kept, made: _Made, mark: Mark, what: str, form: str, recipient: str, reason: str,
    filters: dict[str, object], ruleset: str,
) -> Export:  # fmt: skip
    export = Export.objects.create(
        number=mark.number, what=what, file_format=form, recipient=recipient, recipient_name=mark.recipient,
        purpose=mark.purpose, reason=reason[:2000], filters=filters,
        decision={"rule": "own-use", "outcome": "permit", "ruleset": ruleset,
                  "withheld": made.withheld, "restricted": made.restricted},
        classification=made.classification, rows=made.rows, withheld=sum(made.withheld.values()),
        content_sha256=made.content_sha256, file_sha256=kept.sha256,
        file_name=f"{mark.number}-{made.classification}.{FORMATS[form][1]}", size=kept.size,
        stored_as=kept.stored_as, wrapped_key=kept.wrapped_key, made=mark.made, made_by=officer,
    )  # fmt: skip
    record(
        actor=officer, act="transfer.request_export", object_kind="export", object_id=export.pk,
        details={"number": mark.number, "recipient": recipient, "purpose": mark.purpose, "what": what,
                 "rows": made.rows, "withheld": export.withheld, "sha256": kept.sha256,
                 "ruleset": ruleset, **_counted(made.withheld)},
    )  # fmt: skip
    return export


def _counted(left_out: dict[str, int]) -> dict[str, int]:
    """How much each reason left out, as the log names it."""
    return {f"left_out.{reason.lower()}": number for reason, number in left_out.items()}


@action("transfer.download_export", permission="export.request")
def download_export(*, actor: Actor, export_id: int) -> tuple[Export, bytes]:
    """The file of an export, for the officer who made it and while it is kept; each fetching is recorded."""
    export = Export.objects.filter(pk=export_id, made_by_id=actor.pk).first()
    if export is None:
        raise Refused(_("This export is not yours."), _("Ask the officer who made it."))
    if not export.stored_as or export.wrapped_key is None:
        raise BadInput("", _("The file is no longer kept."), _("Make a new export."))
    content = b"".join(storage.pieces(export.stored_as, export.wrapped_key)())
    record(actor=actor, act="transfer.download_export", object_kind="export", object_id=export.pk)
    return export, content


def discard_old_exports(now: dt.datetime | None = None) -> int:
    """Delete files that were kept long enough; the records remain. Called by the worker. Returns how many."""
    old = Export.objects.filter(made__lt=(now or timezone.now()) - KEPT).exclude(stored_as="")
    count = 0
    for export in old:
        with transaction.atomic():
            name, export.stored_as, export.wrapped_key = export.stored_as, "", None
            export.save(update_fields=["stored_as", "wrapped_key"])
            record(actor=NODE, act="transfer.discard_export", object_kind="export", object_id=export.pk)
        storage.discard(name)
        count += 1
    return count
