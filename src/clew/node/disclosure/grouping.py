"""The groups of findings on a letter's page: read from a post, kept with their errors, given to the action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.utils.functional import Promise

from clew.node.disclosure.actions import Derogation
from clew.node.disclosure.findings import Findings
from clew.node.disclosure.forms import FINDINGS
from clew.node.pages import say_on
from clew.node.types import BadInput, BadInputs


@dataclass(frozen=True, slots=True)
class Group:
    """One group; `unfolded` where it holds an answer or an error, or where its letter needs it."""

    name: str
    heading: str | Promise
    form: Form
    unfolded: bool


def groups_of(request: HttpRequest, stored: Mapping[str, Any], *, open_first: bool) -> list[Group]:
    """Every group, filled from the post or from what is stored; the first is unfolded for an answer to a request."""
    groups = []
    for number, (name, heading, kind) in enumerate(FINDINGS):
        form = kind(request.POST or None, initial={each: stored.get(each) for each in kind.base_fields})
        said = any(stored.get(each) for each in kind.base_fields) or (form.is_bound and _says_something(form))
        groups.append(Group(name, heading, form, unfolded=said or (open_first and number == 0)))
    return groups


def all_valid(form: Form, groups: Sequence[Group]) -> bool:
    """Whether the letter's form and every group are; the summary above the page names what is wrong in a group."""
    sound = form.is_valid()
    for group in groups:
        for field in group.form:
            for problem in field.errors:
                form.add_error(None, f"{field.label}: {problem}")
                sound = False
    return sound


def found_in(groups: Sequence[Group]) -> dict[str, Any]:
    """What the actions take: the findings, and the derogation if one is invoked."""
    given = {name: value for group in groups for name, value in group.form.cleaned_data.items()}
    wanted = {name: given[name] for name in Findings.__slots__ if given.get(name) is not None}
    derogation = {name: given[name] for name in ("ground", "individual", "documented", "rights_override")}
    return {"findings": Findings(**wanted), "derogation": Derogation(**derogation) if derogation["ground"] else None}


def say_on_groups(form: Form, groups: Sequence[Group], fault: BadInput | BadInputs) -> None:
    """Put each problem beside its field, in whichever of the forms that is; the page's summary names it in any case."""
    for problem in fault.problems if isinstance(fault, BadInputs) else [fault]:
        holder = next((group.form for group in groups if problem.field in group.form.fields), form)
        say_on(holder, problem)
        if holder is not form:
            form.add_error(None, f"{holder.fields[problem.field].label}: {problem.problem} {problem.cure}")


def _says_something(form: Form) -> bool:
    return bool(form.errors) or any(form.cleaned_data.values())
