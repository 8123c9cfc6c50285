"""Pages on who is who."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.matching.views import notices, pairs
from clew.node.types import NavItem

app_name = "matching"
urlpatterns = [
    path("", pairs.pair_list, name="list"),
    path("pair/<int:one>/<int:other>/", pairs.pair, name="pair"),
    path("judgements/<int:pk>/", pairs.judgement, name="judgement"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
]

nav = [NavItem(_("Who is who"), "matching:list", permission="match.judge", order=32)]
