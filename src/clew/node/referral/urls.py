"""Addresses of a person's path, of services and of referrals."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.referral.views import following, incoming, indicators, own_page, paths, referrals, services
from clew.node.types import NavItem

app_name = "referral"

urlpatterns = [
    path("", referrals.inbox, name="list"),
    path("paths/open/<int:case_id>/<int:person_id>/", paths.path_open, name="open"),
    path("paths/<int:pk>/", paths.path, name="path"),
    path("paths/<int:pk>/reopen/", paths.path_reopen, name="reopen"),
    path("paths/<int:pk>/follow-up/", following.follow_up, name="follow_up"),
    path("paths/<int:pk>/own/", own_page.own, name="own"),
    path("paths/<int:pk>/services/<int:service_id>/", referrals.refer, name="refer"),
    path("paths/<int:pk>/services/<int:service_id>/told/", referrals.told, name="told"),
    path("paths/<int:pk>/<slug:step>/", paths.step, name="step"),
    path("entries/<int:pk>/", paths.answer, name="answer"),
    path("referrals/<int:pk>/", referrals.referral, name="referral"),
    path("referrals/<int:pk>/arrival/", referrals.arrival, name="arrival"),
    path("referrals/<int:pk>/stop/", referrals.stop, name="stop"),
    path("incoming/take/<str:uid>/", incoming.take, name="incoming_take"),
    path("incoming/<int:pk>/", incoming.incoming, name="incoming"),
    path("incoming/<int:pk>/arrival/", incoming.arrival, name="incoming_arrival"),
    path("services/", services.directory, name="services"),
    path("services/new/", services.service_new, name="service_new"),
    path("services/<int:pk>/", services.service, name="service"),
    path("services/<int:pk>/address/", services.address, name="address"),
    path("services/<int:pk>/end/", services.service_end, name="service_end"),
    path("indicators/", indicators.indicator_sets, name="indicators"),
    path("indicators/signatures/<int:pk>/end/", indicators.sign_off_end, name="sign_off_end"),
    path("indicators/<slug:name>/", indicators.indicator_set, name="indicator_set"),
]

nav = [
    NavItem(_("Help for persons"), "referral:list", "pathway.see", 25),
    NavItem(_("Services"), "referral:services", "service.see", 26),
    NavItem(_("Indicators"), "referral:indicators", "screening.sign_off", 48),
]
