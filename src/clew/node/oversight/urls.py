"""Addresses of the oversight pages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from clew.node.oversight.views import patterns, registers, remedies, retention
from clew.node.types import NavItem

app_name = "oversight"

urlpatterns = [
    path("patterns/", patterns.pattern_list, name="patterns"),
    path("patterns/<str:party>/", patterns.party_page, name="party"),
    path("patterns/<str:party>/note/", patterns.note, name="note"),
    path("remedies/", remedies.remedy_list, name="remedies"),
    path("remedies/new/", remedies.remedy_new, name="remedy_new"),
    path("remedies/look-up/", remedies.look_up, name="look_up"),
    path("remedies/<int:pk>/", remedies.remedy, name="remedy"),
    path("remedies/<int:pk>/extend/", remedies.extend, name="extend"),
    path("remedies/<int:pk>/disclosures/<int:decision_id>/", remedies.judge, name="judge"),
    path("remedies/<int:pk>/answer/", remedies.answer, name="answer"),
    path("remedies/<int:pk>/print/", remedies.answer_print, name="answer_print"),
    path("persons/<int:person_id>/", remedies.person, name="person"),
    path("register/", registers.disclosures, name="register"),
    path("clocks/", registers.clocks, name="clocks"),
    path("register/file/", registers.register_file, name="register_file"),
    path("log/", registers.log, name="log"),
    path("retention/", retention.due, name="retention"),
    path("retention/proofs/", retention.proof_list, name="proofs"),
    path("retention/proofs/<int:pk>/", retention.proof, name="proof"),
    path("retention/<str:kind>/<int:pk>/prolong/", retention.prolong, name="prolong"),
    path("retention/<str:kind>/<int:pk>/delete/", retention.delete, name="delete"),
]

nav = [
    NavItem(_("Patterns"), "oversight:patterns", "pattern.see", 60),
    NavItem(_("Requests for a check"), "oversight:remedies", "remedy.receive", 61),
    NavItem(_("Register of disclosures"), "oversight:register", "register.see", 62),
    NavItem(_("Time limits"), "oversight:clocks", "register.see", 62),
    NavItem(_("What is kept"), "oversight:retention", "retention.review", 63),
]
