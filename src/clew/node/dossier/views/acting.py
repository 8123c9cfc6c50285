"""Pages on which a fact, a source, an identity or a person's category is changed, each with its reason."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clew.node.accounts.actions import Officer, not_yours, require_compartment
from clew.node.dossier import actions, queries
from clew.node.dossier.forms import CategoryForm, CorrectForm, ReasonForm
from clew.node.pages import officer_for, page, say_on
from clew.node.types import BadInput, BadInputs

FORM = require_http_methods(["GET", "HEAD", "POST"])


@FORM
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the right value in place of a wrong one."""
    officer = officer_for(request, "dossier.correct")
    found = _why_or_404(officer, pk)
    form = CorrectForm(request.POST or None, said=found.statement)

    def act(_data: dict[str, str]) -> None:
        actions.correct_statement(actor=officer, statement_id=pk, **form.correction())

    texts = _("Correct a fact"), _("Correct"), _("Corrected. The old value stays in the history.")
    return _form_page(request, form, act, texts, found.statement.entity_id)


@FORM
def retract(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a fact no longer stands."""
    officer = officer_for(request, "dossier.correct")
    found = _why_or_404(officer, pk)

    def act(data: dict[str, str]) -> None:
        actions.retract_statement(actor=officer, statement_id=pk, reason=data["reason"])

    texts = _("Retract a fact"), _("Retract"), _("Retracted. The fact stays in the history.")
    return _form_page(request, ReasonForm(request.POST or None), act, texts, found.statement.entity_id)


@FORM
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a whole source back."""
    officer = officer_for(request, "dossier.correct")
    compartment = queries.compartment_of_source(pk)
    if compartment is None:
        raise not_yours()
    require_compartment(officer, compartment)

    def act(data: dict[str, str]) -> None:
        actions.undo_source(actor=officer, source_id=pk, reason=data["reason"])

    texts = _("Undo a source"), _("Undo"), _("The source is undone. None of its facts counts any more.")
    warning = _("Every fact of this source stops counting, in all dossiers. The facts stay in the history.")
    return _form_page(request, ReasonForm(request.POST or None), act, texts, None, warning)


@FORM
def category(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what a person is in this matter."""
    officer = officer_for(request, "dossier.category")
    _name_or_404(officer, pk)

    def act(data: dict[str, str]) -> None:
        actions.set_person_category(actor=officer, entity_id=pk, **data)  # type: ignore[arg-type]

    texts = (
        _("What is this person in this matter?"),
        _("Save"),
        _("Saved. Everything about the person is held accordingly."),
    )
    return _form_page(request, CategoryForm(request.POST or None), act, texts, pk)


@FORM
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase a person, after an interruption: it cannot be undone."""
    officer = officer_for(request, "dossier.erase")
    _name_or_404(officer, pk)

    def act(data: dict[str, str]) -> None:
        actions.erase_person(actor=officer, entity_id=pk, reason=data["reason"])

    texts = _("Erase this person"), _("Erase for ever"), _("The person is erased.")
    warning = _(
        "Every name, number and place that concerns this person becomes unreadable for ever, also where it concerns "
        "others too. It cannot be undone. Backups keep the values readable until they expire."
    )
    return _form_page(request, ReasonForm(request.POST or None), act, texts, pk, warning, irreversible=True)


def _form_page(
    request: HttpRequest,
    form: Form,
    act: Callable[[dict[str, str]], None],
    texts: tuple[str, str, str],
    entity_id: int | None,
    warning: str = "",
    *,
    irreversible: bool = False,
) -> HttpResponse:
    title, button, done = texts
    back = reverse("dossier:entity", args=[entity_id]) if entity_id is not None else reverse("dossier:list")
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except (BadInput, BadInputs) as fault:
            say_on(form, fault)
        else:
            messages.success(request, done)
            return redirect(back)
    context = {
        "form": form, "title": title, "button": button, "back": back, "warning": warning, "irreversible": irreversible,
    }  # fmt: skip
    return page(request, "dossier/form.html", context)


def _why_or_404(officer: Officer, pk: int) -> queries.Why:
    found = actions.read_statement(actor=officer, statement_id=pk)
    if found is None:
        raise Http404
    return found


def _name_or_404(officer: Officer, pk: int) -> None:
    if actions.read_entity(actor=officer, entity_id=pk) is None:
        raise Http404
