"""The API, and the pages on which integrations are registered and looked after."""

from __future__ import annotations

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.api import answering, views
from clew.node.types import NavItem

app_name = "api"

urlpatterns = [
    path("api/v1/<path:path>", answering.answer, name="v1"),
    path("integrations/", views.integration_list, name="list"),
    path("integrations/new/", views.integration_new, name="new"),
    path("integrations/<int:pk>/", views.integration, name="integration"),
    path("integrations/<int:pk>/token/", views.token_new, name="token"),
    path("integrations/<int:pk>/tokens/<int:token_pk>/revoke/", views.token_revoke, name="revoke"),
    path("integrations/<int:pk>/webhook/", views.webhook, name="webhook"),
    path("integrations/<int:pk>/webhook/test/", views.webhook_test, name="webhook_test"),
    path("integrations/<int:pk>/webhook/end/", views.webhook_end, name="webhook_end"),
]

nav = [NavItem(_("Integrations"), "api:list", permission="integration.manage", order=94)]
