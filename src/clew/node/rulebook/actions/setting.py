"""Settings: what makes the rules stricter takes effect at once, what makes them looser when a second person agrees."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from clew import vocabulary
from clew.disclosure.records import digest
from clew.node.accounts.actions import Actor, Officer, Refused, action, sign_as_officer
from clew.node.audit.actions import record
from clew.node.rulebook.effective import as_value, loosens, taken
from clew.node.rulebook.models import Setting
from clew.node.rulebook.schema import FREE_TEXT, RETIRED, SettingKind, Unreadable, kind_of
from clew.node.types import BadInput, BadInputs

if TYPE_CHECKING:
    from clew.node.accounts.actions import StepUp

State = Setting.State


@dataclass(frozen=True, slots=True)
class SettingDraft:
    """What is proposed. `value` is of the key's type; `country` an ISO 3166-1 alpha-2 code, "" for everywhere."""

    key: str
    value: object
    reason: str
    source: str
    from_day: dt.date
    until_day: dt.date | None = None
    country: str = ""
    instrument: str = ""


@action("rulebook.propose_setting", permission="setting.propose")
def propose_setting(*, actor: Actor, draft: SettingDraft) -> Setting:
    """Propose a value. One that makes nothing looser, on any day, takes effect at once; the rest waits.

    Raises:
        BadInputs: every fault of the draft.
    """
    officer = _human(actor)
    kind = kind_of(draft.key)
    _check(kind, draft)
    row = Setting(
        key=kind.key,
        country=draft.country,
        instrument=draft.instrument.strip(),
        value=kind.read(draft.value),
        reason=draft.reason.strip(),
        source=draft.source.strip(),
        proposed_by_id=officer.pk,
        proposed=timezone.now(),
        from_day=draft.from_day,
        until_day=draft.until_day,
    )
    before = taken(kind.key)
    if not loosens(kind, before, [*before, as_value(row, by_two=True)], timezone.now().date()):
        row.state, row.taken = State.TAKEN, row.proposed
    row.save()
    _record(actor, "rulebook.propose_setting", row)
    return row


@action("rulebook.confirm_setting", permission="setting.confirm")
def confirm_setting(*, actor: Actor, setting_id: int, step_up: StepUp) -> Setting:
    """Agree, as a second person and signed, to a value that waits, or to an end that waits. Either makes looser.

    Raises:
        Refused: she proposed it herself.
        BadInput: nothing waits, or the proof of presence is none.
    """
    officer = _human(actor)
    row = _row(setting_id)
    if row.state == State.TAKEN and row.end_proposed_by_id is not None and row.ended_by_id is None:
        _other(officer, row.end_proposed_by_id)
        _sign(officer, row, "end", step_up)
        row.ended_by_id = officer.pk
        row.until_day = max(row.end_day or timezone.now().date(), timezone.now().date())
    elif row.state == State.PROPOSED:
        _other(officer, row.proposed_by_id)
        _sign(officer, row, "value", step_up)
        row.state, row.confirmed_by_id, row.taken = State.TAKEN, officer.pk, timezone.now()
        row.from_day = max(row.from_day, timezone.now().date())
        if row.until_day is not None and row.until_day < row.from_day:
            raise BadInput("", _("The period of this value has passed."), _("Reject it, and propose it anew."))
    else:
        raise BadInput("", _("Nothing waits here."), _("Look at the list of settings."))
    row.save()
    _record(actor, "rulebook.confirm_setting", row)
    return row


def setting_digest(row: Setting) -> bytes:
    """What the second person signs: which value or which end, proposed by whom and when."""
    ends = row.state == State.TAKEN
    return bytes.fromhex(
        digest(
            {
                "act": "rulebook.confirm_setting",
                "setting": row.pk,
                "key": row.key,
                "value": row.value,
                "country": row.country,
                "instrument": row.instrument,
                "proposed_by": row.proposed_by_id,
                "proposed": row.proposed.isoformat(),
                "ends": [row.end_proposed_by_id, row.end_day.isoformat()] if ends and row.end_day else [],
            }
        )
    )


def _sign(officer: Officer, row: Setting, what: str, step_up: StepUp) -> None:
    signature = sign_as_officer(officer=officer, digest=setting_digest(row), step_up=step_up)
    row.proofs = {**row.proofs, what: signature.as_json()}


@action("rulebook.reject_setting", permission="setting.confirm")
def reject_setting(*, actor: Actor, setting_id: int, reason: str) -> Setting:
    """Reject a value or an end that waits, or withdraw one's own, with a reason."""
    officer = _human(actor)
    row = _row(setting_id)
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why."))
    if row.state == State.PROPOSED:
        row.state, row.rejected_by_id, row.rejected = State.REJECTED, officer.pk, timezone.now()
        row.rejection_reason = reason.strip()
    elif row.end_proposed_by_id is not None and row.ended_by_id is None:
        row.end_day, row.end_reason, row.end_proposed_by_id = None, "", None
    else:
        raise BadInput("", _("Nothing waits here."), _("Look at the list of settings."))
    row.save()
    _record(actor, "rulebook.reject_setting", row)
    return row


@action("rulebook.end_setting", permission="setting.propose")
def end_setting(*, actor: Actor, setting_id: int, last_day: dt.date, reason: str) -> Setting:
    """Let a value end with a day. Where that makes something looser, it waits for a second person."""
    officer = _human(actor)
    row = _row(setting_id)
    kind, today = kind_of(row.key), timezone.now().date()
    if row.state != State.TAKEN or row.ended_by_id is not None or (row.until_day or today) < today:
        raise BadInput("", _("This value is not in effect."), _("Look at the list of settings."))
    if not reason.strip():
        raise BadInput("reason", _("No reason is given."), _("Say why it ends."))
    if last_day < today or last_day < row.from_day or (row.until_day is not None and last_day > row.until_day):
        raise BadInput("last_day", _("This day does not lie within the period."), _("Enter a day from today on."))
    before = taken(row.key)
    row.end_day, row.end_reason, row.end_proposed_by_id = last_day, reason.strip(), officer.pk
    ended = Setting(**{field.attname: getattr(row, field.attname) for field in Setting._meta.concrete_fields})  # noqa: SLF001
    ended.until_day = last_day
    after = [as_value(ended) if each.order[-1] == row.pk else each for each in before]
    if not loosens(kind, before, after, today):
        row.until_day, row.ended_by_id = last_day, officer.pk
    row.save()
    _record(actor, "rulebook.end_setting", row)
    return row


def _check(kind: SettingKind, draft: SettingDraft) -> None:
    found = []
    try:
        kind.read(draft.value)
    except Unreadable:
        found.append(BadInput("value", _("This value cannot be used here."), _bounds(kind)))
    for field, text in (("reason", draft.reason), ("source", draft.source)):
        if not text.strip():
            found.append(BadInput(field, _("Nothing is entered here."), _("Say why, and on what it rests.")))
    if draft.from_day < timezone.now().date():
        found.append(BadInput("from_day", _("This day has passed."), _("Enter today or a later day.")))
    if draft.until_day is not None and draft.until_day < draft.from_day:
        found.append(BadInput("until_day", _("It ends before it begins."), _("Enter a later day.")))
    found += _scope_problems(kind, draft)
    if found:
        raise BadInputs(found)


def _scope_problems(kind: SettingKind, draft: SettingDraft) -> list[BadInput]:
    if draft.country and draft.country not in vocabulary.country_codes():
        return [BadInput("country", _("This country is unknown."), _("Choose one from the list."))]
    if kind.country == "required" and not draft.country:
        return [BadInput("country", _("This is said of one country."), _("Choose the country."))]
    if kind.country == "none" and draft.country:
        return [BadInput("country", _("This is the same for all countries."), _("Leave the country empty."))]
    if draft.instrument and (not kind.instrument or len(draft.instrument) > FREE_TEXT // 4):
        return [BadInput("instrument", _("This is not said of one instrument."), _("Leave it empty."))]
    return []


def _bounds(kind: SettingKind) -> str:
    if kind.type == "integer":
        return _("Enter a whole number from %(least)d to %(most)d.") % {"least": kind.least, "most": kind.most}
    return _("Choose from what is offered, and enter every field.")


def _row(setting_id: int) -> Setting:
    found = Setting.objects.select_for_update().filter(pk=setting_id).exclude(key__in=RETIRED).first()
    if found is None:
        raise BadInput("", _("There is no such value."), _("Look at the list of settings."))
    return found


def _other(officer: Officer, first: int | None) -> None:
    if officer.pk == first:
        raise Refused(
            _("You proposed this yourself, so you cannot confirm it."),
            _("Another officer who may confirm settings must look at it."),
        )


def _human(actor: Actor) -> Officer:
    if not isinstance(actor, Officer):
        raise Refused(_("Only a person may do this."), _("Sign in as an officer who may change settings."))
    return actor


def _record(actor: Actor, act: str, row: Setting) -> None:
    record(
        actor=actor,
        act=act,
        object_kind="setting",
        object_id=row.pk,
        details={
            "key": row.key,
            "country": row.country,
            "state": str(row.state),
            "from": row.from_day.isoformat(),
            "until": row.until_day.isoformat() if row.until_day else "",
        },
    )
