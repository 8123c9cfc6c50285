"""Families that look for a child, and children who were found: the records without which no profile may be here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clew.kinship.pedigree import Pedigree
from clew.kinship.pedigree_files import pedigree_from_json, pedigree_to_json
from clew.kinship.problems import KinshipProblem
from clew.kinship.tables import shipped_names
from clew.node.accounts.actions import Actor, action, not_yours, require_compartment
from clew.node.audit.actions import record
from clew.node.kinship.actions.destroying import destroy_all
from clew.node.kinship.actions.laboratories import human
from clew.node.kinship.models import Family, FoundChild, Profile
from clew.node.kinship.words import SEXES
from clew.node.types import BadInput, BadInputs

CODE: Final = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9./-]{0,39}")
"""A reference: capitals and digits, at least one digit. A name would not pass."""

WHO: Final = re.compile(r"[A-Z0-9]{1,6}")
"""Who somebody is in a pedigree: F, M, GF1. Too short for a name."""

UNSEEN: Final = 0.001
"""The frequency of an allele that the table lacks, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class FamilyDraft:
    """A family before it is registered; `pedigree` as in `pedigree_files`, `mutation` as in `documents`."""

    reference: str
    pedigree: Any
    missing: str
    table: str
    mutation: Mapping[str, Any] | None = field(default_factory=lambda: {"model": "equal", "rate": 0.002})
    theta: float = 0.0
    unseen: float = UNSEEN


@action("kinship.register_family", permission="kinship.record")
def register_family(*, actor: Actor, compartment_id: int, draft: FamilyDraft) -> Family:
    """Register a family that looks for a child, by codes.

    Raises:
        Refused: the compartment is not the actor's.
        BadInputs: every fault of the draft at once.
    """
    require_compartment(actor, compartment_id)
    officer = human(actor)
    pedigree, problems = _checked(draft)
    if problems or pedigree is None:
        raise BadInputs(problems)
    with _once("reference"), transaction.atomic():
        family = Family.objects.create(
            reference=draft.reference, compartment_id=compartment_id, pedigree=pedigree_to_json(pedigree),
            missing=draft.missing, table=draft.table, mutation=draft.mutation and dict(draft.mutation),
            theta=draft.theta, unseen=draft.unseen, registered_by=officer, registered=timezone.now(),
        )  # fmt: skip
    record(
        actor=actor,
        act="kinship.register_family",
        object_kind="family",
        object_id=family.pk,
        details={"compartment": compartment_id, "persons": len(pedigree), "table": draft.table},
    )
    return family


@action("kinship.register_found_child", permission="kinship.record")
def register_found_child(*, actor: Actor, compartment_id: int, reference: str, sex: str) -> FoundChild:
    """Register a child who was found, by a code.

    Raises:
        Refused: the compartment is not the actor's.
        BadInputs: every fault at once.
    """
    require_compartment(actor, compartment_id)
    officer = human(actor)
    problems = _reference_problems(reference)
    if sex not in SEXES:
        problems.append(BadInput("sex", _("This is no sex of the list."), _("Choose one from the list.")))
    if problems:
        raise BadInputs(problems)
    with _once("reference"), transaction.atomic():
        child = FoundChild.objects.create(
            reference=reference, compartment_id=compartment_id, sex=sex, registered_by=officer,
            registered=timezone.now(),
        )  # fmt: skip
    record(
        actor=actor,
        act="kinship.register_found_child",
        object_kind="found_child",
        object_id=child.pk,
        details={"compartment": compartment_id, "sex": sex},
    )
    return child


@action("kinship.close_family", permission="kinship.record")
def close_family(*, actor: Actor, family_id: int) -> int:
    """Stop looking for a family's child; every profile of the family is destroyed. Returns how many were."""
    family = Family.objects.filter(pk=family_id, closed=None).first()
    if family is None:
        raise not_yours()
    require_compartment(actor, family.compartment_id)
    human(actor)
    return _close(actor, family, "family")


@action("kinship.close_child", permission="kinship.record")
def close_child(*, actor: Actor, child_id: int) -> int:
    """Stop looking for a found child's family; the child's profile is destroyed. Returns how many were."""
    child = FoundChild.objects.filter(pk=child_id, closed=None).first()
    if child is None:
        raise not_yours()
    require_compartment(actor, child.compartment_id)
    human(actor)
    return _close(actor, child, "found_child")


def _close(actor: Actor, row: Family | FoundChild, kind: str) -> int:
    row.closed = timezone.now()
    row.save(update_fields=["closed"])
    standing = row.profiles.filter(destroyed=None)
    number = destroy_all(actor, standing, Profile.Reason.CLOSED)
    record(actor=actor, act=f"kinship.close_{kind}", object_kind=kind, object_id=row.pk, details={"profiles": number})
    return number


class _once:  # noqa: N801 - reads as a word of the sentence it stands in
    """Says on a field that the value is taken, where the store refuses a second one."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _trace: object) -> None:
        if isinstance(fault, IntegrityError):
            cure = _("Use another one, or open the record that has it.")
            raise BadInput(self.name, _("Your unit has used this reference already."), cure) from fault


def _checked(draft: FamilyDraft) -> tuple[Pedigree | None, list[BadInput]]:
    from clew.kinship.documents import read_mutation  # what computes: no page needs it before

    problems = _reference_problems(draft.reference)
    pedigree = None
    try:
        pedigree = pedigree_from_json(draft.pedigree)
        pedigree[draft.missing]
        problems += _name_problems(pedigree)
    except KinshipProblem as fault:
        problems.append(BadInput("pedigree", f"{fault.subject}: {fault.problem}", fault.cure))
    if draft.table not in shipped_names():
        problems.append(BadInput("table", _("There is no such table."), _("Choose one from the list.")))
    try:
        read_mutation(draft.mutation)
    except KinshipProblem as fault:
        problems.append(BadInput("mutation", f"{fault.subject}: {fault.problem}", fault.cure))
    for name, value in (("theta", draft.theta), ("unseen", draft.unseen)):
        if not 0 <= value < 0.5:
            problems.append(BadInput(name, _("This is too large or too small."), _("Enter a number from 0 to 0.5.")))
    return pedigree, problems


def _reference_problems(reference: str) -> list[BadInput]:
    if CODE.fullmatch(reference):
        return []
    cure = _("Enter a code of capitals, digits, - . and /, with at least one digit. No name stands here.")
    return [BadInput("reference", _("This is no code."), cure)]


def _name_problems(pedigree: Pedigree) -> list[BadInput]:
    odd = [each for each in pedigree.ids if not WHO.fullmatch(each)]
    if not odd:
        return []
    cure = _("Use at most six capitals and digits, such as F, M, MP or GF1. No name stands here.")
    return [BadInput("pedigree", _("“%(who)s” is no code for a person.") % {"who": odd[0]}, cure)]
