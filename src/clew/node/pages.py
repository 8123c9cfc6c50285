"""What every page needs between HTTP and an action: who asks, choices in her language, and faults on their field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language

from clew import vocabulary
from clew.node.accounts.actions import Officer, require
from clew.node.design.fields import CodeChoices, Text
from clew.node.types import BadInput, BadInputs

UNPROCESSABLE = 422


def officer_for(request: HttpRequest, permission: str) -> Officer:
    """The signed-in officer; raises `Refused` unless one of her roles holds the permission."""
    officer = request.user
    if not isinstance(officer, Officer):
        raise TypeError("The sign-in middleware lets nobody in who is not an officer.")
    require(officer, permission)
    return officer


def code_choices(codelist: str, *, empty: Text | None = None) -> CodeChoices:
    """The choices of a form field from a code list, in the reader's language; `empty` labels the empty choice.

    A field made with them shows, folded, what each code means.
    """
    return CodeChoices(codelist, [] if empty is None else [("", empty)])


def country_choices(*, empty: object = None) -> Callable[[], list[tuple[str, str]]]:
    """All countries by name in the reader's language."""

    def choices() -> list[tuple[str, str]]:
        found = vocabulary.country_choices(get_language() or "en")
        return found if empty is None else [("", str(empty)), *found]

    return choices


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, for a form: None on a page that is only opened. An empty sending is a sending."""
    return request.POST if request.method == "POST" else None


def say_on(form: BaseForm, fault: BadInput | BadInputs) -> None:
    """Put what an action found wrong beside the field it speaks of, or above the form."""
    for problem in fault.problems if isinstance(fault, BadInputs) else (fault,):
        field = problem.field if problem.field in form.fields else None
        form.add_error(field, f"{problem.problem} {problem.cure}")


def page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """The page; with status 422 when its form has faults, so that scripts and tests need not read it.

    A page of several forms has the others in `forms`.
    """
    forms = (context.get("form"), *context.get("forms", ()))
    faulty = any(isinstance(form, BaseForm) and form.is_bound and bool(form.errors) for form in forms)
    status = UNPROCESSABLE if faulty else 200
    return render(request, template, {"faulty": faulty, **context}, status=status)
