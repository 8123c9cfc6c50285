"""One-time links, the own account, officers and compartments."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.accounts.views import compartments, links, officers, own
from clew.node.types import NavItem

app_name = "accounts"

urlpatterns = [
    path("link/<str:token>/", links.link, name="link"),
    path("", own.profile, name="profile"),
    path("officers/", officers.officers, name="officers"),
    path("officers/new/", officers.officer_new, name="officer_new"),
    path("officers/<int:pk>/", officers.officer, name="officer"),
    path("officers/<int:pk>/roles/", officers.officer_roles_page, name="officer_roles"),
    path("officers/<int:pk>/link/", officers.officer_link, name="officer_link"),
    path("officers/<int:pk>/deactivate/", officers.officer_deactivate, name="officer_deactivate"),
    path("officers/<int:pk>/reactivate/", officers.officer_reactivate, name="officer_reactivate"),
    path("compartments/", compartments.compartments, name="compartments"),
    path("compartments/new/", compartments.compartment_new, name="compartment_new"),
    path("compartments/<int:pk>/", compartments.compartment, name="compartment"),
    path("compartments/<int:pk>/members/<int:officer_pk>/remove/", compartments.member_remove, name="member_remove"),
]

nav = [
    NavItem(_("Officers"), "accounts:officers", permission="officer.manage", order=90),
    NavItem(_("Teams and units"), "accounts:compartments", permission="compartment.manage", order=92),
]
