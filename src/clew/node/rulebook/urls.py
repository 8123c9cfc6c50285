"""Addresses of the pages on rule sets, sign-offs and settings."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.rulebook.views import rule_sets, setting, signing_off
from clew.node.types import NavItem

app_name = "rulebook"

urlpatterns = [
    path("", rule_sets.set_list, name="sets"),
    path("sets/shipped/", rule_sets.shipped, name="shipped"),
    path("sets/upload/", rule_sets.upload, name="upload"),
    path("sets/<int:pk>/", rule_sets.set_page, name="set"),
    path("sets/<int:pk>/adopt/", rule_sets.adopt, name="adopt"),
    path("sets/<int:pk>/reject/", rule_sets.reject, name="reject"),
    path("sign-offs/", signing_off.sign_off_list, name="sign_offs"),
    path("sign-offs/<int:pk>/withdraw/", signing_off.withdraw, name="sign_off_withdraw"),
    path("sign-offs/<str:rule_id>/", signing_off.sign_off, name="sign_off"),
    path("settings/", setting.setting_list, name="settings"),
    path("settings/entries/<int:pk>/", setting.entry, name="setting_entry"),
    path("settings/entries/<int:pk>/end/", setting.end, name="setting_end"),
    path("settings/<str:key>/", setting.setting_page, name="setting"),
]

nav = [NavItem(_("Rules"), "rulebook:sets", "rules.see", 70)]
