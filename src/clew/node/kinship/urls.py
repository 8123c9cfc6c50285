"""Addresses of the kinship pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.kinship.views import hits, importing, laboratories, records, searches, wide
from clew.node.types import NavItem

app_name = "kinship"

urlpatterns = [
    path("", records.overview, name="list"),
    path("families/new/", records.family_new, name="family_new"),
    path("families/<int:pk>/", records.family, name="family"),
    path("families/<int:pk>/close/", records.family_close, name="family_close"),
    path("families/<int:pk>/profile/", records.family_profile, name="family_profile"),
    path("families/<int:pk>/search/", searches.prepare, name="prepare"),
    path("children/new/", records.child_new, name="child_new"),
    path("children/<int:pk>/", records.child, name="child"),
    path("children/<int:pk>/close/", records.child_close, name="child_close"),
    path("children/<int:pk>/profile/", records.child_profile, name="child_profile"),
    path("children/<int:pk>/search/", wide.prepare_child, name="prepare_child"),
    path("import/", importing.upload, name="import"),
    path("laboratories/", laboratories.laboratory_list, name="laboratories"),
    path("laboratories/new/", laboratories.laboratory_new, name="laboratory_new"),
    path("laboratories/<int:pk>/end/", laboratories.laboratory_end, name="laboratory_end"),
    path("stores/<int:pk>/open/", searches.store_open, name="store_open"),
    path("stores/<int:pk>/search/", wide.prepare_unit, name="prepare_unit"),
    path("sessions/<int:pk>/close/", searches.store_close, name="store_close"),
    path("searches/<int:pk>/", searches.search, name="search"),
    path("searches/<int:pk>/cancel/", searches.cancel, name="cancel"),
    path("wide-searches/<int:pk>/", wide.wide_search, name="wide"),
    path("wide-searches/<int:pk>/cancel/", wide.cancel, name="wide_cancel"),
    path("hits/<int:pk>/", hits.hit, name="hit"),
    path("hits/<int:pk>/<slug:step>/", hits.step, name="step"),
    path("tellings/<int:pk>/", hits.telling, name="telling"),
    path("register/", records.register, name="register"),
    path("profiles/<int:pk>/destroy/", records.destroy, name="destroy"),
]

nav = [
    NavItem(_("Kinship"), "kinship:list", "kinship.see", 45),
    NavItem(_("Register of profiles"), "kinship:register", "kinship.register", 46),
    NavItem(_("Laboratories"), "kinship:laboratories", "kinship.laboratory", 47),
]
