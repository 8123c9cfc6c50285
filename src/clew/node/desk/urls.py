"""Addresses of the desk. `language` stands before the look's own and also keeps the choice."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.desk import views
from clew.node.types import NavItem

app_name = "desk"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("language", views.set_language, name="language"),
]

nav = [NavItem(_("Desk"), "desk:desk", order=10)]
