"""Addresses of the look. Language and exit are open to everyone, signed in or not."""

from django.urls import path
from django.views.i18n import set_language

from clew.node.design import views

urlpatterns = [
    path("weather", views.weather, name="weather"),
    path("leave", views.leave, name="leave"),
    path("session/keep", views.keep_session, name="keep_session"),
    path("language", set_language, name="set_language"),
]
