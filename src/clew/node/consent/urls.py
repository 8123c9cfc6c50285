"""Addresses of the consent pages."""

from django.urls import path

from clew.node.consent.views import guardians, paper, recording, showing, withdrawing

app_name = "consent"

urlpatterns = [
    path("person/<int:person_id>/", showing.person, name="person"),
    path("person/<int:person_id>/print", showing.person_print, name="print"),
    path("person/<int:person_id>/shared", showing.shared, name="shared"),
    path("person/<int:person_id>/new", recording.consent_new, name="new"),
    path("person/<int:person_id>/ask", recording.choose, name="choose"),
    path("person/<int:person_id>/answers", recording.ask, name="ask"),
    path("person/<int:person_id>/withdraw", withdrawing.withdraw_many, name="withdraw_many"),
    path("person/<int:person_id>/guardian/new", guardians.guardian_new, name="guardian_new"),
    path("person/<int:person_id>/paper/form", paper.form, name="form"),
    path("person/<int:person_id>/paper/shared", paper.shared, name="shared_paper"),
    path("paper/information", paper.sheet, name="sheet"),
    path("guardian/<int:pk>/finding", guardians.finding_new, name="guardian_finding"),
    path("guardian/<int:pk>/end", guardians.guardian_end, name="guardian_end"),
    path("<int:pk>/withdraw", withdrawing.withdraw, name="withdraw"),
]
