"""Recording many profiles from a laboratory's file: tried first, then all or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from clew.kinship.kits import kit_named
from clew.kinship.laboratory_files import FileSample, LaboratoryFile
from clew.node.accounts.actions import Actor, Officer, action, require_compartment
from clew.node.audit.actions import record
from clew.node.kinship.actions.laboratories import human
from clew.node.kinship.actions.profiles import ProfileDraft, keep_profiles
from clew.node.kinship.models import Family, FoundChild
from clew.node.kinship.words import said_of_file
from clew.node.types import BadInput, BadInputs


@dataclass(frozen=True, slots=True)
class ImportFault:
    """What is wrong with one sample of a file: where, and the words for it."""

    row: int
    sample: str
    problem: BadInput


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: how many samples it has, what is wrong, and how many profiles were kept."""

    samples: int
    faults: tuple[ImportFault, ...]
    kept: int


class _Undone(Exception):
    """Takes back what was kept so far."""


@action("kinship.import_profiles", permission="kinship.record")
def import_profiles(
    *, actor: Actor, compartment_id: int, laboratory_id: int, taken: dt.date, file: LaboratoryFile, dry_run: bool
) -> Imported:
    """Record every profile of a file, or none of them; with `dry_run` none, and only what is wrong is said.

    Raises `Refused` where the compartment is not the actor's.
    """
    require_compartment(actor, compartment_id)
    officer = human(actor)
    faults = [ImportFault(each.row, each.sample, said_of_file(each)) for each in file.faults]
    kept = 0
    try:
        # Each is really recorded and then taken back, so that a dry run finds what one sample does to the next.
        with transaction.atomic():
            spoiled = {each.sample for each in file.faults}
            good = [each for each in file.samples if each.sample not in spoiled]
            for sample in good:
                found = _kept(officer, compartment_id, laboratory_id, taken, sample)
                faults += found
                kept += not found
            if faults or dry_run or not file.samples:
                raise _Undone
    except _Undone:
        kept = 0
    details: dict[str, str | int | bool | None] = {"samples": len(file.samples), "faults": len(faults), "kept": kept}
    record(
        actor=actor, act="kinship.import_profiles", object_kind="compartment", object_id=compartment_id, details=details
    )
    return Imported(len(file.samples), tuple(sorted(faults, key=lambda each: (each.row, each.sample))), kept)


def _kept(
    officer: Officer, compartment_id: int, laboratory_id: int, taken: dt.date, sample: FileSample
) -> Sequence[ImportFault]:
    """Keep one sample; what is wrong with it instead, if anything is."""
    reference, kit = sample.about.get("reference", ""), sample.about.get("kit", "")
    family = Family.objects.filter(compartment_id=compartment_id, reference=reference, closed=None).first()
    child = FoundChild.objects.filter(compartment_id=compartment_id, reference=reference, closed=None).first()
    if (family is None) == (child is None):
        cure = _("Register the family or the found child first, under this reference.")
        fault = BadInput("reference", _("“%(text)s” is no family and no found child.") % {"text": reference}, cure)
        return [ImportFault(sample.row, sample.sample, fault)]
    draft = ProfileDraft(
        laboratory_id, sample.sample, taken, int(sample.about["consent"]), sample.genotypes,
        family_id=family.pk if family is not None else None, child_id=child.pk if child is not None else None,
        person=sample.about.get("person", "") if family is not None else "", kit=kit_named(kit) or kit,
    )  # fmt: skip
    try:
        keep_profiles(officer, [draft])
    except BadInputs as several:
        return [ImportFault(sample.row, sample.sample, each) for each in several.problems]
    return []
