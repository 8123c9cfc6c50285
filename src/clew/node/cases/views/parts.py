"""The parts of a case: team, tasks, deadlines, linked entries, notes, references."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from clew.node.cases import actions, queries
from clew.node.cases.forms import (
    DeadlineForm,
    EntityForm,
    NoteForm,
    OfficerForm,
    ReferenceForm,
    TaskForm,
    end_of,
)
from clew.node.cases.models import Case
from clew.node.cases.views.work_file import FORM, head_or_404
from clew.node.pages import officer_for, page, posted, say_on
from clew.node.partners.queries import party_choices
from clew.node.types import BadInput

TASK_ROWS = 25


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What I have to do, over all cases."""
    officer = officer_for(request, "task.finish")
    done = request.GET.get("show") == "done"
    found = Paginator(queries.tasks_of(officer=officer, done=done), TASK_ROWS)
    context = {"tasks": found.get_page(request.GET.get("page")), "done": done, "now": timezone.now()}
    return page(request, "cases/tasks.html", context)


@FORM
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """Who may know what is in this case."""
    officer = officer_for(request, "case.team")
    case = head_or_404(officer, pk)
    form = OfficerForm(posted(request), candidates=queries.team_candidates(case=case))
    if request.method == "POST" and form.is_valid():
        joining = form.cleaned_data["officer"]
        try:
            actions.add_to_team(actor=officer, case_id=pk, officer_id=joining.pk)
        except BadInput as fault:
            say_on(form, fault)
        else:
            messages.success(request, _("%(officer)s is in the team now.") % {"officer": joining})
            return redirect("cases:team", pk=pk)
    return page(request, "cases/team.html", {"form": form, "case": case, "team": queries.team_of(case=case)})


@FORM
def team_remove(request: HttpRequest, pk: int, officer_id: int) -> HttpResponse:
    """End an officer's access, after saying what that means."""
    officer = officer_for(request, "case.team")
    case = head_or_404(officer, pk)
    form = Form(posted(request))
    if request.method == "POST":
        try:
            actions.remove_from_team(actor=officer, case_id=pk, officer_id=officer_id)
        except BadInput as fault:
            form = Form({})
            say_on(form, fault)
        else:
            messages.success(request, _("The officer no longer sees this case. You can add the officer again."))
            return redirect("cases:list") if officer_id == officer.pk else redirect("cases:team", pk=pk)
    leaving = get_user_model().objects.filter(pk=officer_id).first()
    return page(request, "cases/team_remove.html", {"form": form, "case": case, "leaving": leaving})


@FORM
def task_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a task."""
    officer = officer_for(request, "case.work")
    case = head_or_404(officer, pk)
    form = TaskForm(posted(request), team=queries.team_of(case=case))

    def act(form: Form) -> None:
        given = form.cleaned_data
        actions.add_task(
            actor=officer,
            case_id=pk,
            title=given["title"],
            assigned_id=given["assigned"].pk if given["assigned"] else None,
            due=end_of(given["due"]) if given["due"] else None,
        )

    return _form_page(request, case, form, act, _("Add a task"), _("Add task"))


@require_POST
def task_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Tick a task off."""
    officer = officer_for(request, "task.finish")
    return _then_back(request, lambda: actions.finish_task(actor=officer, task_id=pk).case_id, _("The task is done."))


@require_POST
def task_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a finished task up again."""
    officer = officer_for(request, "task.finish")
    return _then_back(request, lambda: actions.reopen_task(actor=officer, task_id=pk).case_id, _("The task is open."))


@FORM
def task_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a task to another member of the team."""
    officer = officer_for(request, "case.work")
    task = queries.task_of(officer=officer, pk=pk)
    case = head_or_404(officer, (task.case_id if task else None) or 0)
    form = OfficerForm(posted(request), candidates=queries.team_of(case=case))

    def act(form: Form) -> None:
        actions.assign_task(actor=officer, task_id=pk, assigned_id=form.cleaned_data["officer"].pk)

    return _form_page(request, case, form, act, _("Give the task to someone"), _("Give the task"))


@FORM
def deadline_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a deadline."""
    officer = officer_for(request, "case.work")
    case = head_or_404(officer, pk)
    form = DeadlineForm(posted(request))

    def act(form: Form) -> None:
        given = form.cleaned_data
        actions.add_deadline(
            actor=officer, case_id=pk, title=given["title"], due=end_of(given["due"]), set_by=given["set_by"]
        )

    return _form_page(request, case, form, act, _("Set a deadline"), _("Set deadline"))


@require_POST
def deadline_meet(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a clock because what it asked for has happened."""
    officer = officer_for(request, "case.work")
    return _then_back(
        request, lambda: actions.meet_deadline(actor=officer, deadline_id=pk).case_id, _("The deadline is met.")
    )


@FORM
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Link an entry of the dossier."""
    officer = officer_for(request, "case.work")
    case = head_or_404(officer, pk)
    initial = {"entity": request.GET.get("entity", "")}
    form = EntityForm(posted(request), officer=officer, team=case.compartment_id, initial=initial)

    def act(form: Form) -> None:
        actions.link_entity(actor=officer, case_id=pk, entity_id=form.cleaned_data["entity"])

    return _form_page(request, case, form, act, _("Link an entry of the dossier"), pgettext("verb", "Link"))


@require_POST
def unlink(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop looking at an entry."""
    officer = officer_for(request, "case.work")
    return _then_back(
        request,
        lambda: actions.unlink_entity(actor=officer, link_id=pk).pk,
        _("The entry is no longer linked. What is known about it stays in the dossier."),
    )


@FORM
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write into the timeline."""
    officer = officer_for(request, "case.work")
    case = head_or_404(officer, pk)
    form = NoteForm(posted(request))

    def act(form: Form) -> None:
        actions.note(actor=officer, case_id=pk, text=form.cleaned_data["text"])

    return _form_page(request, case, form, act, _("Write a note"), _("Save note"))


@FORM
def reference_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Link a partner's own reference."""
    officer = officer_for(request, "case.work")
    case = head_or_404(officer, pk)
    form = ReferenceForm(posted(request), choices=party_choices(with_posts=True))

    def act(form: Form) -> None:
        given = form.cleaned_data
        actions.link_reference(actor=officer, case_id=pk, party_uid=given["party"], reference=given["reference"])

    return _form_page(request, case, form, act, _("Link a partner's reference"), pgettext("verb", "Link"))


def _form_page(
    request: HttpRequest, case: Case, form: Form, act: Callable[[Form], None], title: str, button: str
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act(form)
        except BadInput as fault:
            say_on(form, fault)
        else:
            return redirect("cases:case", pk=case.pk)
    context = {
        "form": form,
        "case": case,
        "title": title,
        "button": button,
        "back": reverse("cases:case", args=[case.pk]),
    }
    return page(request, "cases/form.html", context)


def _then_back(request: HttpRequest, act: Callable[[], int | None], done: str) -> HttpResponse:
    """Act, say what happened, and go to the case (or to the tasks, for a task without a case)."""
    try:
        case_id = act()
    except BadInput as fault:
        messages.error(request, f"{fault.problem} {fault.cure}")
        return redirect("cases:tasks")
    messages.success(request, done)
    return redirect("cases:case", pk=case_id) if case_id else redirect("cases:tasks")
