"""Asking a team to do something about a person's consent."""

from __future__ import annotations

from clew.node.accounts.actions import NODE
from clew.node.accounts.queries import members_of
from clew.node.cases.actions import Asked, add_task
from clew.node.cases.queries import case_of_compartment


def ask_team(compartment_id: int, *, kind: str, title: Asked, url: str, otherwise: int) -> None:
    """Put a task before the team of a compartment's case.

    Args:
        otherwise: the officer who is asked where the team has no case, or a closed one; where she has left the team,
            whoever protects data. A closed file or an absent officer must not keep a withdrawal from taking effect.
    """
    case = case_of_compartment(officer=NODE, compartment_id=compartment_id)
    if case is not None and case.closed is None:
        add_task(actor=NODE, case_id=case.pk, title=title, kind=kind, url=url)
    elif members_of(compartment_id).filter(pk=otherwise).exists():
        add_task(actor=NODE, case_id=None, title=title, kind=kind, assigned_id=otherwise, url=url)
    else:
        add_task(actor=NODE, case_id=None, title=title, kind=kind, role="data_protection_officer", url=url)
