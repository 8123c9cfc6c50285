"""The pages of the audit log."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.audit import views
from clew.node.types import NavItem

app_name = "audit"
urlpatterns = [
    path("", views.state, name="state"),
    path("entries/", views.log, name="log"),
    path("entries/<int:index>/", views.entry, name="entry"),
]

nav = [NavItem(_("Audit log"), "audit:state", permission="audit.verify", order=95)]
