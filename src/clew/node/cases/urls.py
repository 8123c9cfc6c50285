"""Addresses of the case pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.cases.views import documents, parts, work_file
from clew.node.types import NavItem

app_name = "cases"

urlpatterns = [
    path("", work_file.case_list, name="list"),
    path("new", work_file.case_new, name="new"),
    path("tasks", parts.tasks, name="tasks"),
    path("tasks/<int:pk>/finish", parts.task_finish, name="task_finish"),
    path("tasks/<int:pk>/reopen", parts.task_reopen, name="task_reopen"),
    path("tasks/<int:pk>/assign", parts.task_assign, name="task_assign"),
    path("deadlines/<int:pk>/meet", parts.deadline_meet, name="deadline_meet"),
    path("documents/<int:pk>", documents.document_read, name="document"),
    path("documents/<int:pk>/custody", documents.document_custody, name="custody"),
    path("links/<int:pk>/remove", parts.unlink, name="unlink_entity"),
    path("<int:pk>/", work_file.case_page, name="case"),
    path("<int:pk>/edit", work_file.case_edit, name="edit"),
    path("<int:pk>/close", work_file.case_close, name="close"),
    path("<int:pk>/reopen", work_file.case_reopen, name="reopen"),
    path("<int:pk>/print", work_file.case_print, name="print"),
    path("<int:pk>/timeline", work_file.case_timeline, name="timeline"),
    path("<int:pk>/team", parts.team, name="team"),
    path("<int:pk>/team/<int:officer_id>/remove", parts.team_remove, name="team_remove"),
    path("<int:pk>/tasks/new", parts.task_new, name="task_new"),
    path("<int:pk>/deadlines/new", parts.deadline_new, name="deadline_new"),
    path("<int:pk>/documents/new", documents.document_new, name="document_new"),
    path("<int:pk>/entities/new", parts.link, name="link_entity"),
    path("<int:pk>/note", parts.note, name="note"),
    path("<int:pk>/references/new", parts.reference_new, name="reference_new"),
]

nav = [
    NavItem(_("Cases"), "cases:list", permission="case.see", order=20),
    NavItem(_("Tasks"), "cases:tasks", permission="task.finish", order=25),
]
